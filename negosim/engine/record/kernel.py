"""Which compiled kernel plays, as it is recorded with every result."""

from __future__ import annotations

from negosim.engine.kernel import library
from negosim.engine.kernel.build import version


def kernel_version() -> str | None:
    """Return the version of the compiled kernel, or None where it is not in use."""
    return version() if library() is not None else None
