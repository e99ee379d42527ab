"""The version of negosim, which the packaging reads from here too."""

__version__ = "0.1.0"
