"""Files of a store: written whole or not at all, read up to a bound."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from negosim.experiments.errors import StoreError
from negosim.scenario.problems import one_line
from negosim.scenario.regular import IrregularFileError, read_regular

_numbers = itertools.count()
_TEMPORARY = re.compile(r"\.[A-Za-z0-9_.-]+~(?P<host>[A-Za-z0-9_.-]*)~(?P<process>\d+)~\d+\.new\Z")

LEFT_BEHIND = 3600.0
"""Seconds after which a temporary file is taken for left behind, whoever may still run under its number."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(path: Path, content: bytes, *, only_new: bool = False) -> bool:
    """Write a file so that it is there whole or not at all, whatever stops the process or the machine.

    Parameters
    ----------
    path : where; its directory is made if it is not there.
    content : what.
    only_new : leave a file that is already there as it is.

    Returns
    -------
    Whether the file was written: False where it was there already and `only_new` was asked.

    Raises
    ------
    OSError
        Where it cannot be written; then nothing of it is left.
    """
    _made(path.parent)
    for last in (False, True):
        try:
            with whole(path, only_new=only_new) as temporary, temporary.open("wb") as stream:
                stream.write(content)
        except FileExistsError:
            return False
        except FileNotFoundError:
            # Somebody who cleared up took the temporary file for one left behind: once more.
            if last:
                raise
        else:
            break
    return True


@contextlib.contextmanager
def whole(path: Path, *, only_new: bool = False) -> Iterator[Path]:
    """Give a temporary file to write in, and put it in the place of a file when it is finished.

    The temporary file lies in the same directory, is brought to the disk, moved to its place, and the directory brought
    to the disk. Where anything fails it is taken away.

    Raises
    ------
    FileExistsError
        Where `only_new` is asked and the file is there.
    """
    temporary = path.with_name(f".{path.name}~{_host()}~{os.getpid()}~{next(_numbers)}.new")
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        if only_new:
            _linked(temporary, path)
        else:
            temporary.replace(path)
        _settled(path.parent)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _linked(temporary: Path, path: Path) -> None:
    """Give a file its place unless the place is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        temporary.replace(path)


def _made(directory: Path) -> None:
    if not directory.is_dir():
        _made(directory.parent)
        directory.mkdir(exist_ok=True)
        _settled(directory.parent)


def _settled(directory: Path) -> None:
    """Bring the entries of a directory to the disk."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(directory)) from error
    finally:
        os.close(handle)


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", socket.gethostname())


def read_bounded(path: Path, most: int) -> bytes:
    """Read a regular file of at most so many bytes; what a symbolic link leads to is none of the store's.

    Raises
    ------
    OSError
        Where it cannot be read.
    ValueError
        Where it is longer, or no regular file.
    """
    try:
        content = read_regular(path, most, follow=False)
    except IrregularFileError:
        raise ValueError("is no regular file") from None
    if len(content) > most:
        raise ValueError(f"is longer than {most:,} bytes")
    return content


def is_left_behind(entry: os.DirEntry[str]) -> bool:
    """Tell whether a directory entry is a temporary file whose writer is gone."""
    found = _TEMPORARY.match(entry.name)
    if not found:
        return False
    if found["host"] == _host() and os.name != "nt" and not _runs(int(found["process"])):
        return True
    try:
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > LEFT_BEHIND
    except OSError:
        return False


def is_temporary(name: str) -> bool:
    """Tell whether a file is one that `write_whole` had not finished."""
    return _TEMPORARY.match(name) is not None


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def directories(top: Path) -> list[Path]:
    """Return the directories below one, in order."""
    if not top.is_dir():
        return []
    with os.scandir(top) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))


def confined(directory: Path) -> None:
    """Refuse a directory of results that leads elsewhere: whoever packed it, nothing is written outside of it.

    Raises
    ------
    StoreError
        Where a symbolic link stands in the place of one of its directories or files.
    """
    link = _first_link(directory, 2) if directory.is_dir() else None
    if link is not None:
        raise StoreError(one_line(f"{link} is a symbolic link: a directory of results holds its own files (remove it)"))


def _first_link(top: Path, depth: int) -> Path | None:
    with os.scandir(top) as entries:
        for entry in entries:
            if entry.is_symlink():
                return Path(entry.path)
            if depth > 1 and entry.is_dir(follow_symlinks=False):
                below = _first_link(Path(entry.path), depth - 1)
                if below is not None:
                    return below
    return None


def listed(top: Path, suffix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files two levels down whose names end so: name without the ending, and entry."""
    for directory in directories(top):
        with os.scandir(directory) as entries:
            for entry in entries:
                name, dot, ending = entry.name.partition(".")
                if dot + ending == suffix and name.startswith(directory.name) and entry.is_file(follow_symlinks=False):
                    yield name, entry


@contextlib.contextmanager
def full_disk_explained() -> Iterator[None]:
    """Say what a full disk means for the results."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        message = f"{error.strerror}; what is finished is safe, make room and resume"
        raise OSError(error.errno, message, error.filename) from error
