"""Import every module of negosim: ``python -m tests.imports``."""

from __future__ import annotations

import importlib
from pathlib import Path

import negosim

PACKAGE = Path(negosim.__file__).parent


def modules() -> list[str]:
    """Return the names of all modules but the one that runs the command line."""
    files = [path.relative_to(PACKAGE.parent).with_suffix("") for path in PACKAGE.rglob("*.py")]
    return sorted({".".join(file.parts).removesuffix(".__init__") for file in files} - {"negosim.__main__"})


if __name__ == "__main__":
    for name in modules():
        importlib.import_module(name)
    print(f"{len(modules())} modules imported")
