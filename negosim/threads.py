"""The threads of the libraries behind NumPy."""

from __future__ import annotations

import os


def start_none() -> None:
    """Keep these libraries from starting threads, unless the environment asks for some; for before NumPy is imported.

    Their threads take turns in small steps, and whoever waits keeps its processor busy: where another process needs it,
    or the machine is shared, a sum of 10,000 products takes a hundred times as long.
    """
    for library in ("OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
