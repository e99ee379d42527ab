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
_PARTS = ("talks", "bench", "draft", "offer", "packages", "draws", "chance", "battle", "sums", "zones")
SOURCES = (
    *(f"{part}.c" for part in _PARTS),
    *(f"{part}.h" for part in _PARTS if part not in ("draft", "offer")),
    "rules.h",
)
LIBRARY = HERE / "kernel.so"
WIDE = HERE / "kernel-avx2.so"
"""The same, for processors that work on four numbers at once: it is taken where the processor can run it."""
FLAGS = ("-O3", "-ffp-contract=off", "-fno-math-errno", "-std=c11", "-Wno-psabi", "-shared", "-fPIC")
"""Products and sums are not contracted: the kernel rounds as NumPy does."""


def version() -> str:
    """Return the version of the source: a hash of it, which the library carries."""
    text = b"".join((HERE / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(text).hexdigest()[:16]


def compiler() -> list[str]:
    """Return the C compiler that is asked for (CC), or the one Python was built with."""
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")[:1]


def build() -> list[Path]:
    """Compile the kernel; return the libraries that could be made."""
    if not _compiled(LIBRARY, (), quiet=False):
        return []
    return [LIBRARY, *([WIDE] if _compiled(WIDE, ("-mavx2",), quiet=True) else [])]


def _compiled(library: Path, more: tuple[str, ...], *, quiet: bool) -> bool:
    """Compile one library with some more flags; tell whether that could be done."""
    sources = [str(HERE / name) for name in SOURCES if name.endswith(".c")]
    made = library.with_suffix(f".{os.getpid()}.tmp")
    command = [*compiler(), *FLAGS, *more, f'-DNEGOSIM_VERSION="{version()}"', "-o", str(made), *sources, "-lm"]
    try:
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL if quiet else None)
        made.replace(library)
    except (OSError, subprocess.CalledProcessError) as error:
        made.unlink(missing_ok=True)
        if not quiet:
            print(f"negosim: no kernel ({error}); the engine will work with NumPy alone, and slower", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(not build())
