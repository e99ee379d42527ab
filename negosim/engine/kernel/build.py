"""Build the kernel with the C compiler of the machine: ``python negosim/engine/kernel/build.py``."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
_PARTS = ("talks", "packages", "draws", "chance", "battle")
SOURCES = tuple(f"{part}.{kind}" for part in _PARTS for kind in "ch")
LIBRARY = HERE / "kernel.so"
FLAGS = ("-O3", "-ffp-contract=off", "-fno-math-errno", "-std=c11", "-shared", "-fPIC")
"""Products and sums are not contracted: the kernel rounds as NumPy does."""


def version() -> str:
    """Return the version of the source: a hash of it, which the library carries."""
    text = b"".join((HERE / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(text).hexdigest()[:16]


def compiler() -> list[str]:
    """Return the C compiler that is asked for (CC), or the one Python was built with."""
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[:1]


def build() -> bool:
    """Compile the kernel; tell whether that could be done."""
    sources = [str(HERE / name) for name in SOURCES if name.endswith(".c")]
    made = LIBRARY.with_suffix(f".{os.getpid()}.tmp")
    command = [*compiler(), *FLAGS, f'-DNEGOSIM_VERSION="{version()}"', "-o", str(made), *sources, "-lm"]
    try:
        subprocess.run(command, check=True)
        made.replace(LIBRARY)
    except (OSError, subprocess.CalledProcessError) as error:
        made.unlink(missing_ok=True)
        print(f"negosim: no kernel ({error}); the engine will work with NumPy alone, and slower", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(not build())
