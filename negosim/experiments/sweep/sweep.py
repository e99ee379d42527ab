"""Sweeps: a scenario at every point of a design, the results in a directory, nothing lost on the way."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from negosim.engine.compile import compiled
from negosim.experiments.errors import StoreError
from negosim.experiments.metrics import metrics as metrics_named
from negosim.experiments.points import Points
from negosim.experiments.store.atomic import is_temporary
from negosim.experiments.store.chunk import digest
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store
from negosim.experiments.sweep.design import Design, check
from negosim.experiments.sweep.replications import Replications
from negosim.experiments.sweep.replications import replications as replications_of
from negosim.experiments.sweep.result import SweepSummary
from negosim.experiments.sweep.scheduler import Scheduler, Watcher
from negosim.experiments.sweep.task import Work
from negosim.experiments.sweep.workers import Here, Lent, Processes, Workers
from negosim.log import LOGGER
from negosim.results.labels import labels
from negosim.results.trials import kinds_of
from negosim.scenario.load import Scenario

if TYPE_CHECKING:
    from negosim.experiments.frames import Kind
    from negosim.experiments.store.result import SweepTable

LARGEST_PART = 4096
"""Trials that a part should have at most: the engine plays no more in one block."""

_USUAL = ("agreement", "ceasefire", "settlement")


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What came of a sweep.

    Attributes
    ----------
    store : the results.
    played : parts that were played now.
    seconds : that it took now.
    """

    store: Store
    played: int
    seconds: float

    @property
    def failed(self) -> dict[int, str]:
        """Why points failed, by the number of the point."""
        return self.store.failures()

    def table(self) -> SweepTable:
        """Return a row per point: what it sets, how far it is, what its metrics come to."""
        return self.store.table()

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the table as a frame of pandas, polars or Arrow.

        Raises
        ------
        LibraryError
            Where the library is not installed.
        """
        return self.table().frame(kind)

    @property
    def plot(self) -> Any:
        """The figures: ``plot.heatmap(x, y)``."""
        return self.table().plot

    def to_xarray(self) -> Any:
        """Return the table as an `xarray.Dataset`; see `negosim.experiments.store.result.SweepTable.to_xarray`."""
        return self.table().to_xarray()

    def replications(self) -> Replications:
        """Return a row per point and replication."""
        return replications_of(self.store)

    def summary(self) -> SweepSummary:
        """Return what the report of a sweep is written from."""
        table, progress, damaged = self.table(), self.store.progress(), dict(self.store.damaged)
        spread = self.replications().spread() if self._is_replicated else {}
        return SweepSummary(table, progress, damaged, spread, self.played, self.seconds)

    def as_dict(self, *, points: bool = True) -> dict[str, Any]:
        """Return everything as plain data, as ``negosim sweep --json`` prints it; without points, none of them."""
        return {
            "design": self.store.manifest.as_dict(),
            "progress": self.store.progress().as_dict(),
            "played": self.played,
            "seconds": round(self.seconds, 3),
            "points": [row.cells() for row in self.table()] if points else [],
            "replications": self._replicated(),
            "failed": {str(point): message for point, message in self.failed.items()},
        }

    @property
    def _is_replicated(self) -> bool:
        """Whether every point was played more than once."""
        return bool(self.store.manifest.design.get("replications", 1) > 1)

    def _replicated(self) -> list[dict[str, Any]]:
        """Return the replications of the points as rows; none where each point was played once."""
        if not self._is_replicated:
            return []
        columns = self.replications().columns()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def sweep(
    scenario: Scenario,
    design: Design,
    *,
    metrics: Sequence[str] = (),
    trials: int = 1000,
    replications: int = 1,
    seed: int = 1,
    out: str | Path | None = None,
    resume: bool = False,
    shard: tuple[int, int] | None = None,
    workers: int = 1,
    cluster: str | None = None,
    executor: Executor | None = None,
    progress: Watcher | None = None,
    command: str | None = None,
) -> SweepResult:
    """Play a scenario at every point of a design.

    Parameters
    ----------
    scenario : as loaded, with its variant and settings; those of a point come on top.
    design : the points; see `negosim.experiments.sweep.grid.grid` and `negosim.experiments.sweep.sampling.sample`.
    metrics : what to count; default the agreements that the scenario can bring, and its questions.
    trials : histories a point and replication.
    replications : how often every point is played, each time with other draws. Kept apart from the spread over inputs.
    seed : of the draws. All points share their random numbers, which makes differences between them sharp.
    out : directory of the results; default one that is taken away with the result.
    resume : go on with what is in the directory; what has failed is tried again.
    shard : which share of the points to play, counted from 1, and of how many: each into a directory of its own, which
        `negosim.experiments.sweep.merge.merge` puts together.
    workers : processes. More than one starts new Python processes, so a script that asks for them must begin with
        ``if __name__ == "__main__":``.
    cluster : ``tcp://host:port`` of a Dask scheduler, or ``local:N`` to start one here with N workers.
    executor : plays in the place of processes or a cluster: any executor of `concurrent.futures`.
    progress : called with how the sweep stands whenever something has come back.
    command : line that asks for the sweep, to be recorded with the results.

    Raises
    ------
    DesignError
        Where nothing varies.
    ScenarioError
        Where an input is refused at every value.
    StoreError
        Where the directory holds something else.
    ValueError
        Where there is no such metric.
    WorkersError
        Where nobody is left to play. What was finished is safe.
    """
    if workers < 1:
        raise ValueError("workers must be at least 1")
    check(design, scenario)
    manifest = manifest_of(
        scenario, design, metrics=metrics, trials=trials, replications=replications, seed=seed, shard=shard,
        command=command,
    )  # fmt: skip
    directory = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="negosim-sweep-"))
    started = time.perf_counter()
    worker_pool = _worker_pool(Work.of(scenario, manifest.metrics), workers, cluster, executor)
    try:
        store = opened(directory, manifest, resume=resume)
    except BaseException:
        worker_pool.close(at_once=True)
        raise
    try:
        stands = store.progress()
        LOGGER.info("sweep %s: %s, %d points, %d trials each, %d of %d parts are there, build %s",
                    "resumed" if stands.done else "started", manifest.title, len(manifest.points), manifest.trials,
                    stands.done, stands.parts, manifest.build.get("id"))  # fmt: skip
        scheduler = Scheduler(store, worker_pool, _in_turn(store, resume=resume), progress)
        scheduler.run()
    except BaseException:
        store.close()
        raise
    result = SweepResult(store, scheduler.played, time.perf_counter() - started)
    LOGGER.info("sweep finished: %d chunks in %.3f s", result.played, result.seconds)
    if out is None:
        weakref.finalize(result, _forget, store, directory)
    return result


def manifest_of(
    scenario: Scenario,
    design: Design,
    *,
    metrics: Sequence[str] = (),
    trials: int = 1000,
    replications: int = 1,
    seed: int = 1,
    shard: tuple[int, int] | None = None,
    command: str | None = None,
) -> Manifest:
    """Return what a sweep asks, as a store keeps it; see `sweep`.

    Raises
    ------
    ValueError
        Where there is no such metric, or a number is out of range.
    """
    if trials < 1 or replications < 1 or not 0 <= seed < 2**63:
        raise ValueError("trials and replications must be at least 1, the seed at least 0")
    points = Points.listed(design.points)
    if shard is not None:
        _check_shard(shard, len(points))
        points = points.share(*shard)
    plan = compiled(scenario.file)
    usual = [kind for kind in _USUAL if kind in kinds_of(plan)]
    names = tuple(dict.fromkeys(metrics or [*usual, *(f"question.{item.id}" for item in plan.questions)]))
    counted = metrics_named(names, scenario, plan)
    return Manifest(
        scenario=scenario.sha256,
        title=scenario.file.title,
        variant=scenario.variant,
        set=scenario.overrides,
        metrics=names,
        is_share=tuple(item.is_share for item in counted),
        seed=seed,
        trials=trials * replications,
        points=points,
        shard=shard,
        factors=design.columns,
        design={**design.how, "replications": replications},
        part_trials=part_trials(trials, replications),
        command=command,
        labels=labels(scenario.file),
    )


def _check_shard(shard: tuple[int, int], points: int) -> None:
    number, of = shard
    if not 1 <= number <= of:
        raise ValueError(f"there is no shard {number} of {of} (they are counted from 1)")
    if of > points:
        raise ValueError(f"{points:,} points cannot be divided into {of:,} shards")


def part_trials(trials: int, replications: int = 1) -> int:
    """Return how many trials a part should have: parts of like size, none of which crosses replications.

    >>> part_trials(1000), part_trials(10_000), part_trials(10_000, 3), part_trials(5003, 3)
    (1000, 3334, 2500, 5003)
    """
    pieces = -(-trials // LARGEST_PART)
    if replications == 1:
        return -(-trials // pieces)
    even = (count for count in range(pieces, 4 * pieces + 1) if trials % count == 0)
    return trials // next(even, 1)


def opened(directory: Path, manifest: Manifest, *, resume: bool) -> Store:
    """Make a store, or open one to go on with it; to go on with nothing is to begin."""
    if resume and _holds_something(directory):
        return Store.resume(directory, manifest)
    try:
        return Store.create(directory, manifest)
    except StoreError:
        if not resume:
            raise
        # Somebody else has made it between the two lines.
        return Store.resume(directory, manifest)


def _holds_something(directory: Path) -> bool:
    return directory.is_dir() and any(not is_temporary(path.name) for path in directory.iterdir())


def _in_turn(store: Store, *, resume: bool) -> list[int]:
    """Return the chunks in which something is to be played.

    Whoever resumes takes them in an order of its own: two that write to one directory then share the work.
    """
    chunks = store.unfinished()
    if not resume:
        return chunks
    mine = f"{socket.gethostname()} {os.getpid()} {time.time_ns()}"
    return sorted(chunks, key=lambda chunk: digest(f"{mine} {chunk}"))


def _worker_pool(work: Work, workers: int, cluster: str | None, executor: Executor | None) -> Workers:
    if executor is not None:
        return Lent(work, executor)
    if cluster is not None:
        from negosim.experiments.sweep.cluster import Cluster

        return Cluster(work, cluster)
    return Processes(work, workers) if workers > 1 else Here(work)


def _forget(store: Store, directory: Path) -> None:
    store.close()
    shutil.rmtree(directory, ignore_errors=True)
