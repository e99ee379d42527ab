"""Merging: the shards of a sweep, each played into a folder of its own, put together to what one sweep writes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from negosim.experiments.errors import StoreError
from negosim.experiments.store.chunk import Chunk, Content
from negosim.experiments.store.design_file import read_manifest
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store
from negosim.experiments.sweep.sweep import SweepResult, opened
from negosim.scenario.problems import listed, one_line


def merge(directories: Sequence[str | Path], out: str | Path, *, command: str | None = None) -> SweepResult:
    """Put the shards of a sweep together: the same bytes as those of one sweep.

    A merge that was broken off goes on where it is started again.

    Parameters
    ----------
    directories : of the shards, in any order.
    out : directory of the results.
    command : line that asks for it, to be recorded after that of the first shard.

    Raises
    ------
    StoreError
        Where a directory is no shard, or one of another sweep or build, where a shard is missing, there twice or not
        finished, or where `out` holds something else.
    """
    started = time.perf_counter()
    places = _in_order([Path(directory) for directory in directories])
    _refuse_others(places)
    with ExitStack() as stack:
        shards = [stack.enter_context(Store.open(directory)) for directory, _ in places]
        _refuse_unfinished(shards)
        whole = _whole(places[0][1])
        both = [line for line in (places[0][1].command, command) if line]
        store = opened(Path(out), replace(whole, command="; ".join(both) or None), resume=True)
        seconds = sum(shard.progress().seconds for shard in shards) / whole.parts
        for number in range(whole.chunks):
            chunk = whole.chunk(number)
            store.adopt(chunk, _gathered(chunk, shards), seconds * chunk.points)
    return SweepResult(store, 0, time.perf_counter() - started)


def _whole(manifest: Manifest) -> Manifest:
    """Return what the whole sweep asks, of which a manifest asks a share."""
    return replace(manifest, points=manifest.settings.whole, shard=None, chunk_points=0)


def _in_order(directories: Sequence[Path]) -> list[tuple[Path, Manifest]]:
    """Return the shards with what they ask, by their number."""
    found: dict[int, tuple[Path, Manifest]] = {}
    for directory in directories:
        manifest = read_manifest(directory)
        if manifest.shard is None:
            raise StoreError(one_line(f"{directory} is no shard of a sweep: it holds a whole one"))
        number = manifest.shard[0]
        if number in found:
            raise StoreError(one_line(f"{found[number][0]} and {directory} are both shard {number}: give each once"))
        found[number] = directory, manifest
    if not found:
        raise StoreError("there are no shards to merge")
    return [found[number] for number in sorted(found)]


def _refuse_others(places: Sequence[tuple[Path, Manifest]]) -> None:
    """Refuse shards of several sweeps, and say which are missing."""
    first, wanted = places[0]
    whole = _whole(wanted)
    for directory, manifest in places[1:]:
        mine = _whole(manifest)
        differing = [*whole.differences(mine), *whole.build_differences(mine)]
        if wanted.shard and manifest.shard and wanted.shard[1] != manifest.shard[1]:
            differing.append(f"shards: {wanted.shard[1]} there, {manifest.shard[1]} now")
        if differing:
            lines = "".join(f"\n  {one_line(text)}" for text in differing)
            raise StoreError(f"{first} (there) and {directory} (now) are shards of different sweeps:{lines}")
    of = wanted.shard[1] if wanted.shard else 0
    missing = sorted({*range(1, of + 1)} - {manifest.shard[0] for _, manifest in places if manifest.shard})
    if missing:
        words = f"shard {missing[0]}" if len(missing) == 1 else f"shards {listed(map(str, missing))}"
        raise StoreError(f"{words} of {of} {'is' if len(missing) == 1 else 'are'} missing: name every folder")


def _refuse_unfinished(shards: Sequence[Store]) -> None:
    lines = []
    for shard in shards:
        shard.examine()
        progress = shard.progress()
        left = progress.parts - progress.done - progress.failed
        if left:
            damaged = "".join(f"; {text}" for text in shard.damaged.values())
            lines.append(f"{shard.directory}: {left:,} of {progress.parts:,} parts are missing{damaged}")
    if lines:
        listed = "".join(f"\n  {one_line(line)}" for line in lines)
        raise StoreError(f"not every shard is finished (resume its sweep with --resume):{listed}")


def _gathered(chunk: Chunk, shards: Sequence[Store]) -> Content:
    """Return the content of a chunk of the whole sweep: point by point from one shard after the other."""
    of = len(shards)
    found = Content.empty(chunk, len(shards[0].manifest.metrics))
    for place, shard in enumerate(shards):
        # The points of the shard are every `of`-th one: here `low` to `high` of its own count.
        low, high = (-(-(end - place) // of) for end in (chunk.start, chunk.stop))
        start = low
        while start < high:
            held = shard.content(start, chunk.first)
            stop = min(high, held[0].stop)
            theirs = slice(start - held[0].start, stop - held[0].start)
            mine = np.arange(start, stop) * of + place - chunk.start
            _copied(found, mine, held[1], theirs)
            start = stop
    return found


def _copied(
    into: Content, places: np.ndarray[tuple[int, ...], np.dtype[np.intp]], source: Content, span: slice
) -> None:
    into.above[:, places], into.below[:, places] = source.above[:, span], source.below[:, span]
    into.there[places] = source.there[span]
    for at, place in enumerate(places.tolist()):
        message = source.failed.get(span.start + at)
        if message is not None:
            into.failed[place] = message
