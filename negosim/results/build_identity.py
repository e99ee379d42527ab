"""The build identity: which build of negosim plays, and on which packages.

It goes into every output, and into the names of the parts of a sweep, so that results of two builds are never mixed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from negosim.registry import plugins_hash
from negosim.results.commit import commit_of
from negosim.version import __version__

Build = Mapping[str, str | None]
"""A build identity; see `build_identity`."""

PACKAGE = Path(__file__).parents[1]

PACKAGES = {"numpy": "numpy", "scipy": "scipy", "simpy": "simpy", "pydantic": "pydantic", "PyYAML": "yaml"}
"""Packages that results may depend on, and what each is imported as."""

_ENDINGS = (".py", ".c", ".h")
_LENGTH = 16
_SHORT = 12
_BESIDE = ("id", "commit")
"""What the id is not made of: itself, and the commit, which says less than the hash of the sources."""

_WORDS = {"sources": "sources of negosim", "kernel": "compiled kernel", "plugins": "rules of plugins"}


def build_identity() -> dict[str, str | None]:
    """Return the identity of the build that plays in this process.

    Returns
    -------
    ``id``, a hash of the version of negosim and of all that follows but the commit; ``sources``, a hash of the modules
    and of the C code with its compile flags; ``kernel``, the version of the compiled kernel, None where NumPy plays
    alone; ``python`` and the packages, their versions; ``plugins``, a hash of the rules that others have registered,
    only where there are any; ``commit``, None where it is not known.
    """
    return dict(_identity(plugins_hash()))


def origin(command: str | None = None) -> dict[str, Any]:
    """Return what played, as every output says it, and the command line that asked, where there is one.

    >>> list(origin())
    ['negosim', 'build', 'command']
    """
    return {"negosim": __version__, "build": build_identity(), "command": command}


def differences(there: Build, now: Build) -> list[str]:
    """Return how two builds differ, in words; nothing where they play the same.

    >>> differences({"numpy": "2.1.0", "commit": "a"}, {"numpy": "2.2.0", "commit": "b"})
    ['numpy: 2.1.0 there, 2.2.0 now']
    """
    keys = [key for key in {**now, **there} if key not in _BESIDE and there.get(key) != now.get(key)]
    differing = [f"{_WORDS.get(key, key)}: {_said(there, key)} there, {_said(now, key)} now" for key in keys]
    return differing or ([] if there.get("id") == now.get("id") else ["build: another one"])


def _said(build: Build, key: str) -> str:
    value = build.get(key) or ("none" if key in build else "not noted")
    commit = build.get("commit")
    return f"{value} (commit {commit[:12]})" if key == "sources" and commit else value


@cache
def _identity(plugins: str | None = None) -> dict[str, str | None]:
    found = {
        "sources": sources(),
        "kernel": _kernel(),
        "python": ".".join(map(str, sys.version_info[:3])),
        **{name: _version(name, module) for name, module in PACKAGES.items()},
        **({"plugins": plugins} if plugins else {}),
    }
    text = json.dumps([__version__, found], sort_keys=True)
    made = hashlib.sha256(text.encode()).hexdigest()[:_SHORT]
    return {"id": made, **found, "commit": commit_of(PACKAGE)}


@cache
def sources() -> str | None:
    """Return the hash of the sources of this negosim, read once by each process."""
    return sources_hash(PACKAGE)


def sources_hash(package: Path) -> str | None:
    """Return a hash of the names and contents of all modules and C files; None where they cannot be read."""
    made = hashlib.sha256()
    try:
        for name, path in sorted(_sources(str(package), "")):
            with open(path, "rb") as stream:  # noqa: PTH123  (this takes half of the time that Path takes)
                content = stream.read()
            made.update(f"{name}\0{len(content)}\0".encode())
            made.update(content)
    except OSError:
        return None
    return made.hexdigest()[:_LENGTH]


def _sources(place: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the sources below a directory: the name within the package, parted by slashes, and where it is."""
    with os.scandir(place) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _sources(entry.path, f"{name}{entry.name}/")
            elif entry.name.endswith(_ENDINGS):
                yield name + entry.name, entry.path


def _kernel() -> str | None:
    """Return the version of the compiled kernel, or None where it is not in use. It is only loaded when asked for."""
    from negosim.engine.record.kernel import kernel_version

    return kernel_version()


def _version(name: str, module: str) -> str | None:
    """Return the version of a package, from the module where it is loaded, which is quicker."""
    version = getattr(sys.modules.get(module), "__version__", None)
    if isinstance(version, str):
        return version
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
