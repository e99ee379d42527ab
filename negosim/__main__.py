"""Run the command line with ``python -m negosim``."""

from negosim.cli import main

if __name__ == "__main__":
    main()
