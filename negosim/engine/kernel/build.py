"""Build the kernel with the C compiler of the machine: ``python negosim/engine/kernel/build.py``."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
LIBRARY = HERE / "kernel.so"
WIDE = HERE / "kernel-avx2.so"
"""The same, for processors that work on four numbers at once: it is taken where the processor can run it."""
RECORD = HERE / "kernel.json"
"""What the libraries were built from, and their own hashes: read before any of them is loaded."""
FLAGS = (
    "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-std=c11", "-Wno-psabi", "-shared", "-fPIC",
)  # fmt: skip
"""Products and sums are not contracted: every compiler rounds as NumPy does. Nobody asks for floating-point exceptions,
so that both sides of a choice may be computed, and several numbers at once."""
WIDE_FLAGS = ("-mavx2",)


def sources() -> list[Path]:
    """Return the files that the kernel is built from."""
    return sorted(path for path in HERE.iterdir() if path.suffix in (".c", ".h"))


def version() -> str:
    """Return the version of the kernel: a hash of its sources and of the flags that they are compiled with.

    The compiler is no part of it, as results do not depend on it; `RECORD` names it.
    """
    digest = hashlib.sha256(repr((FLAGS, WIDE_FLAGS)).encode())
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def compiler() -> list[str]:
    """Return the C compiler that is asked for (CC, of one or several words), or the one Python was built with."""
    if asked_for := shlex.split(os.environ.get("CC", "")):
        return asked_for
    of_python = shlex.split(sysconfig.get_config_var("CC") or "cc")[:1]
    return of_python if shutil.which(of_python[0]) else ["cc"]


def build() -> list[Path]:
    """Compile the kernel and write down what it was built from; return the files that could be made."""
    RECORD.unlink(missing_ok=True)
    if not _compiled(LIBRARY, (), quiet=False):
        return []
    made = [LIBRARY, *([WIDE] if _compiled(WIDE, WIDE_FLAGS, quiet=True) else [])]
    record = {
        "version": version(),
        "compiler": _identity(),
        "libraries": {library.name: hash_of(library) for library in made},
    }
    partial = RECORD.with_suffix(f".{os.getpid()}.tmp")
    partial.write_text(json.dumps(record, indent=1) + "\n")
    partial.replace(RECORD)
    return [*made, RECORD]


def is_current(library: Path) -> bool:
    """Return whether a library was built from these sources with these flags, and has not been touched since."""
    try:
        record = json.loads(RECORD.read_text())
        return bool(record["version"] == version() and record["libraries"][library.name] == hash_of(library))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _identity() -> str:
    """Return the first line that the compiler says about itself."""
    answer = subprocess.run([*compiler(), "--version"], check=False, capture_output=True, text=True).stdout
    return answer.partition("\n")[0]


def _for_any_processor() -> tuple[str, ...]:
    """Return what keeps a compiler from using all that the processor of this machine can do: Zig does by default."""
    return ("-mcpu=baseline",) if any(Path(word).name in ("zig", "ziglang") for word in compiler()) else ()


def _compiled(library: Path, more: tuple[str, ...], *, quiet: bool) -> bool:
    """Compile one library with some more flags; return whether that could be done."""
    code = [str(path) for path in sources() if path.suffix == ".c"]
    partial = library.with_suffix(f".{os.getpid()}.tmp")
    command = [*compiler(), *FLAGS, *_for_any_processor(), *more, "-o", str(partial), *code]
    try:
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL if quiet else None)
        partial.replace(library)
    except (OSError, subprocess.CalledProcessError) as error:
        partial.unlink(missing_ok=True)
        if not quiet:
            print(f"negosim: no kernel ({error}); the engine will work with NumPy alone, and slower", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(not build())
