"""The commit a package was built from, read from the files of git without running it.

The module stands alone: `hatch_build.py` loads it by its path and writes the commit into what it packs.
"""

from __future__ import annotations

import re
from pathlib import Path

FILE = "commit.txt"
"""The file of a packed negosim that holds the commit."""

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NAME = re.compile(r'^name\s*=\s*"negosim"\s*$', re.MULTILINE)


def commit_of(package: Path) -> str | None:
    """Return the commit of a package: the one written into it, or else the one checked out around it.

    Files may have been changed since; the hash of the sources tells that.

    Parameters
    ----------
    package : the directory ``negosim`` with the modules.

    Returns
    -------
    The hash in hexadecimal, or None where it is not known. A repository that only contains an installation of negosim
    does not count.
    """
    try:
        packed = package / FILE
        if packed.is_file():
            return _checked(packed.read_text())
        root = package.parent
        if (root / ".git").exists() and _NAME.search((root / "pyproject.toml").read_text()):
            return _head(root / ".git")
    except (OSError, ValueError):
        pass
    return None


def _head(git: Path) -> str | None:
    """Return the commit that HEAD stands for."""
    if git.is_file():  # a worktree: the file names the directory
        git = git.parent / git.read_text().removeprefix("gitdir:").strip()
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref: "):
        return _checked(head)
    name = head.removeprefix("ref: ")
    shared = git / "commondir"
    home = git / shared.read_text().strip() if shared.is_file() else git
    if (home / name).is_file():
        return _checked((home / name).read_text())
    packed = (line.split() for line in (home / "packed-refs").read_text().splitlines() if line.endswith(f" {name}"))
    return next((_checked(words[0]) for words in packed if words[1:] == [name]), None)


def _checked(text: str) -> str | None:
    text = text.strip()
    return text if _COMMIT.match(text) else None
