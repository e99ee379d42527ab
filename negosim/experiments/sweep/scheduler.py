"""The scheduler of a sweep: hand out parts, take in what comes back, write it; lose nothing when workers are lost."""

from __future__ import annotations

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from dataclasses import dataclass

from negosim.engine.run import BLOCK
from negosim.experiments.store.chunk import Part
from negosim.experiments.store.store import Store
from negosim.experiments.sweep.task import PartOutcome, WorkersError
from negosim.experiments.sweep.workers import Played, Workers
from negosim.log import LOGGER

_WORTH_A_TASK = BLOCK
"""Trials that a task has: points of few trials are handed out several at a time, and played together."""

_LARGEST_TASK = 1000
"""Parts of a task at most: as many may be lost with a worker."""

_ROUNDS = 4
"""Rounds of tasks of equal size that what is left would do for: the last are small, so that nobody is idle in the end,
and that somebody else who writes to the same directory has played little of the same."""

_GLANCE = 1.0
"""Seconds without news after which the worker_pool is looked after."""

_SETTLE = 30.0
"""Seconds that a broken pool is given to say of every task that it is lost."""

_SUSPECT, _GIVEN_UP = 2, 3
"""Losses after which a part is played alone, and after which it is given up: then it is the part that kills."""

_BREAKS = 5
"""Losses in a row, nothing being finished in between, after which it is not the parts that are at fault."""

_QUIET = 120.0
"""Seconds without news after which that is said."""

GIVEN_UP = "whoever played it died, again and again (too little memory?)"
STARTLESS = (
    f"the processes died {_BREAKS} times in a row and nothing was finished: too little memory (take fewer workers), "
    "or a script that starts processes without 'if __name__ == \"__main__\":'"
)


@dataclass(frozen=True)
class SweepProgress:
    """How a sweep stands.

    Attributes
    ----------
    parts, done, failed : parts of the design (a point over a range of trials each), those that are there, those that
        failed.
    note : something to say.
    """

    parts: int
    done: int
    failed: int
    note: str = ""


Watcher = Callable[[SweepProgress], None]
"""Called whenever something has come back, with what there is to say."""


class Scheduler:
    """Plays what is missing in the chunks of a store.

    Parameters
    ----------
    store : takes what comes back.
    worker_pool : plays.
    chunks : numbers of those in which something is missing, in the order in which they are played.
    watch : called with how the sweep stands.
    """

    def __init__(self, store: Store, worker_pool: Workers, chunks: Sequence[int], watch: Watcher | None = None) -> None:
        self._store = store
        self._worker_pool = worker_pool
        self._chunks = deque(chunks)
        self._waiting: deque[Part] = deque()
        self._suspects: deque[Part] = deque()
        self._flying: dict[Played, tuple[Part, ...]] = {}
        self._losses: Counter[tuple[int, int]] = Counter()
        self._breaks = 0
        self._collapsed = False
        self._heard = time.monotonic()
        standing = store.progress()
        self._total, self._done, self._failed = standing.parts, standing.done, 0
        self._left = self._total - self._done
        self._watch = watch
        self.played = 0

    def run(self) -> None:
        """Play; when this is broken off, what has come back by then is written.

        Raises
        ------
        WorkersError
            Where nobody is left to play.
        """
        self._tell()
        try:
            while self._fill() or self._flying:
                self._gather()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | WorkersError):
                self._rescue()
            for future in self._flying:
                future.cancel()
            self._worker_pool.close(at_once=True)
            raise
        self._worker_pool.close(at_once=False)

    # Handing out

    def _fill(self) -> bool:
        """Hand out as much as the worker_pool takes; tell whether anything is under way."""
        ready = self._worker_pool.ready()
        while (self._waiting or self._opened()) and len(self._flying) < ready:
            if not self._submit(self._next(ready)):
                break
        if self._suspects and not self._waiting and not self._flying:
            self._submit((self._suspects.popleft(),))
        return bool(self._flying or self._waiting or self._suspects)

    def _opened(self) -> bool:
        """Take up the next chunk in which something is missing; tell whether there is one."""
        while self._chunks:
            number = self._chunks.popleft()
            parts = self._store.lacking(number)
            # Somebody else may have written some of it meanwhile.
            already = self._store.wanting(number) - len(parts)
            if already:
                self._done += already
                self._left -= already
                self._tell()
            if parts:
                self._waiting.extend(parts)
                return True
        return False

    def _next(self, ready: int) -> tuple[Part, ...]:
        """Take the parts of the next task: fewer towards the end, so that nobody is idle then."""
        enough = _WORTH_A_TASK // self._waiting[0].trials
        size = max(1, min(enough, _LARGEST_TASK, self._left // (_ROUNDS * ready), len(self._waiting)))
        self._left -= size
        return tuple(self._waiting.popleft() for _ in range(size))

    def _submit(self, parts: tuple[Part, ...]) -> bool:
        try:
            self._flying[self._worker_pool.submit(parts)] = parts
        except BrokenExecutor:
            self._collapsed = True
            self._mend(list(parts))
            return False
        return True

    # Taking in

    def _gather(self) -> None:
        """Wait for something to come back, and write it."""
        if not self._flying:
            return
        landed, _ = wait(self._flying, timeout=_GLANCE, return_when=FIRST_COMPLETED)
        lost = [part for future in landed for part in self._land(future)]
        if lost:
            self._mend(lost)
        if landed:
            self._heard = time.monotonic()
        else:
            self._look_after()

    def _land(self, future: Played) -> tuple[Part, ...]:
        """Write what came back; return the parts that were lost."""
        parts = self._flying[future]
        try:
            outcomes = future.result(timeout=0)
        except (BrokenExecutor, CancelledError):
            del self._flying[future]
            self._collapsed = True
            return parts
        except WorkersError:
            raise
        except Exception as error:
            del self._flying[future]
            if not self._worker_pool.lost(error):
                raise WorkersError(f"a task could not be played: {type(error).__name__}: {error}") from error
            # The worker_pool has tried the task often enough: what is left is to try every part of it alone.
            self._losses.update({_key(part): _SUSPECT - 1 for part in parts})
            return parts
        for outcome in outcomes:
            self._keep(outcome)
        del self._flying[future]
        self._breaks = 0
        self._tell()
        return ()

    def _look_after(self) -> None:
        note = self._worker_pool.glance()
        quiet = time.monotonic() - self._heard
        if not note and quiet > _QUIET:
            note = f"nothing has come back for {quiet:.0f} seconds; still waiting"
        if note:
            self._heard = time.monotonic()
            self._tell(note)

    def _keep(self, outcome: PartOutcome) -> None:
        if outcome.counts is None:
            self._fail(outcome.part, outcome.message or "it came to nothing")
        else:
            self._store.write(outcome.part, outcome.counts, outcome.seconds)
            self._done += 1
            LOGGER.debug("part taken in: point %d, %d trials from %d; %d of %d parts are there", outcome.part.point,
                         outcome.part.trials, outcome.part.first, self._done, self._total)  # fmt: skip
        self.played += 1

    def _fail(self, part: Part, message: str) -> None:
        self._store.fail(part, message)
        LOGGER.warning("part failed: point %d, %d trials from %d: %s", part.point, part.trials, part.first, message)
        self._failed += 1

    # Losses

    def _mend(self, lost: list[Part]) -> None:
        """Make the worker_pool ready again and have what was lost played again: a bounded number of times."""
        if self._collapsed:
            lost += self._others_lost()
            self._worker_pool.renew()
            self._collapsed = False
        self._breaks += 1
        alone = len(lost) == 1
        self._losses.update(_key(part) for part in lost)
        for part in reversed(lost):
            losses = self._losses[_key(part)]
            if alone and losses >= _GIVEN_UP:
                self._fail(part, GIVEN_UP)
                self._breaks = 0
            elif losses >= _SUSPECT:
                self._suspects.append(part)
            else:
                self._waiting.appendleft(part)
                self._left += 1
        LOGGER.warning("worker lost: %d parts are played again", len(lost))
        if self._breaks >= _BREAKS:
            raise WorkersError(STARTLESS)
        self._tell("a worker was lost; what it played is played again")

    def _others_lost(self) -> list[Part]:
        """Wait until every task of a broken pool is known to be lost or done; return the parts that are lost."""
        wait(self._flying, timeout=_SETTLE)
        lost: list[Part] = []
        for future in list(self._flying):
            if future.done():
                lost += self._land(future)
            else:
                lost += self._flying.pop(future)
        return lost

    def _rescue(self) -> None:
        """Write what has come back and was not taken in."""
        self._watch = None
        for future in [future for future in self._flying if future.done()]:
            with contextlib.suppress(WorkersError, OSError):
                self._land(future)

    def _tell(self, note: str = "") -> None:
        if self._watch:
            self._watch(SweepProgress(self._total, self._done, self._failed, note))


def _key(part: Part) -> tuple[int, int]:
    return part.point, part.first
