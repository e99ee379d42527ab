"""Chunk files: where those of a store lie, which is read for a chunk, and what becomes of one that is damaged."""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from pathlib import Path

from negosim.experiments.store.atomic import full_disk_explained, is_left_behind, read_bounded, write_whole
from negosim.experiments.store.chunk import Chunk, Content, most_bytes, packed, unpacked
from negosim.experiments.store.manifest import Manifest

FOLDER, ASIDE = "chunks", "aside"
WHOLE, PARTIAL = ".chunk", ".partial"
"""How the name of a file ends: that of a chunk of which every point was played or has failed, and that of others."""

_REMEMBERED = 2
"""Chunks whose content is kept when it was read."""

Stamp = tuple[int, int]
"""Size and time of a file, which show that it has changed."""


class ChunkFiles:
    """The chunk files in a directory.

    Attributes
    ----------
    damaged : what is wrong with files that cannot be used, by the number of the chunk.
    """

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self._directory, self._manifest = directory, manifest
        self._remembered: OrderedDict[tuple[int, Stamp], Content] = OrderedDict()
        self.damaged: dict[int, str] = {}

    def stamps(self) -> dict[int, tuple[Stamp, bool]]:
        """Return size and time of the file of every chunk that has one, and whether it is a whole one."""
        top, found = self._directory / FOLDER, dict[int, tuple[Stamp, bool]]()
        if not top.is_dir():
            return found
        numbers = {chunk.name: chunk.number for chunk in map(self._manifest.chunk, range(self._manifest.chunks))}
        with os.scandir(top) as entries:
            for entry in entries:
                name, dot, ending = entry.name.partition(".")
                if name not in numbers or dot + ending not in (WHOLE, PARTIAL):
                    continue
                number, is_whole = numbers[name], dot + ending == WHOLE
                if is_whole or number not in found:
                    with contextlib.suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        found[number] = (status.st_size, status.st_mtime_ns), is_whole
        return found

    def stamp(self, chunk: Chunk) -> tuple[Stamp, bool] | None:
        """Return size and time of the file of a chunk, and whether it is a whole one; None where there is none."""
        for is_whole in (True, False):
            with contextlib.suppress(OSError):
                status = self.path(chunk, is_whole=is_whole).lstat()
                return (status.st_size, status.st_mtime_ns), is_whole
        return None

    def path(self, chunk: Chunk, *, is_whole: bool) -> Path:
        """Return where the file of a chunk lies."""
        return self._directory / FOLDER / f"{chunk.name}{WHOLE if is_whole else PARTIAL}"

    def read(self, chunk: Chunk, *, set_aside: bool = False, again: bool = False) -> Content | None:
        """Return what is there of a chunk; None where nothing is, or what is there is damaged, which is noted.

        Parameters
        ----------
        chunk : which.
        set_aside : move a damaged file out of the way.
        again : read a file that was read before, and has the same size and time.
        """
        for is_whole in (True, False):
            path = self.path(chunk, is_whole=is_whole)
            try:
                status = path.lstat()
                known = chunk.number, (status.st_size, status.st_mtime_ns)
                if known not in self._remembered or again:
                    self._remember(known, self._unpacked(path, chunk))
            except FileNotFoundError:
                continue
            except ValueError as error:
                self.damaged[chunk.number] = f"{path.relative_to(self._directory)} {error}"
                if set_aside:
                    self._set_aside(path)
                continue
            if not set_aside:
                self.damaged.pop(chunk.number, None)
            return self._remembered[known]
        return None

    def write(self, chunk: Chunk, content: Content) -> None:
        """Write what is there of a chunk, unless the same is there already."""
        path = self.path(chunk, is_whole=content.is_whole)
        made = packed(chunk, chunk.id(self._manifest.identity), self._manifest.metrics, content)
        there = None
        with contextlib.suppress(OSError, ValueError):
            there = read_bounded(path, len(made))
        if there != made:
            with full_disk_explained():
                write_whole(path, made)
        if content.is_whole or self.path(chunk, is_whole=True).exists():
            self.path(chunk, is_whole=False).unlink(missing_ok=True)
        self.damaged.pop(chunk.number, None)

    def clear_up(self) -> None:
        """Take away temporary files whose writers are gone, and what was left of chunks that were finished since."""
        for directory in (self._directory, self._directory / FOLDER):
            if directory.is_dir():
                with os.scandir(directory) as entries:
                    gone = [Path(entry.path) for entry in entries if is_left_behind(entry)]
                for path in gone:
                    path.unlink(missing_ok=True)
        for path in (self._directory / FOLDER).glob(f"*{PARTIAL}"):
            if path.with_suffix(WHOLE).exists():
                path.unlink(missing_ok=True)

    def _unpacked(self, path: Path, chunk: Chunk) -> Content:
        names = self._manifest.metrics
        content = read_bounded(path, most_bytes(len(names) * chunk.points * chunk.trials))
        return unpacked(content, chunk, chunk.id(self._manifest.identity), names)

    def _remember(self, known: tuple[int, Stamp], content: Content) -> None:
        self._remembered[known] = content
        self._remembered.move_to_end(known)
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    def _set_aside(self, path: Path) -> None:
        aside = self._directory / ASIDE
        aside.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.replace(aside / path.name)
