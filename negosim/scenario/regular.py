"""Regular files: the only kind that is read, whatever name stands in the place of one.

A named pipe would be waited for and a device may never end or act on being opened; what a path leads to is therefore
looked at before it is opened, and once more when it is open, so that nothing can be put in its place between.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe is not waited for
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class IrregularFileError(OSError):
    """What stands in the place of a file is none: a directory, a named pipe, a device, a socket."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "is not a regular file", str(path))


def read_regular(path: str | Path, most: int, *, follow: bool = True) -> bytes:
    """Read a regular file, at most so many bytes and one more.

    Parameters
    ----------
    path : the file.
    most : bytes that are of interest; a longer answer means that the file is longer than that.
    follow : whether a symbolic link may stand in its place.

    Raises
    ------
    IrregularFileError
        Where there is something else than a regular file; it is not opened.
    OSError
        Where it cannot be read.
    """
    path = Path(path)
    if not stat.S_ISREG(path.stat(follow_symlinks=follow).st_mode):
        raise IrregularFileError(path)
    with os.fdopen(os.open(path, _FLAGS | (0 if follow else _NO_LINK)), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise IrregularFileError(path)
        return stream.read(most + 1)


def within(folder: Path, name: str) -> Path | None:
    """Return the path a name leads to from a folder, links resolved; None where it leads out of the folder.

    >>> within(Path("/srv/sweeps"), "../secret.yaml") is None
    True
    """
    base = folder.resolve()
    try:
        found = (base / name).resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a name that no file can have
        return None
    return found if found.is_relative_to(base) else None
