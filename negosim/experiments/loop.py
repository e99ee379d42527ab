"""The loop of a sweep: hand out parts, take in what comes back, write it; lose nothing when workers are lost."""

from __future__ import annotations

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, wait
from dataclasses import dataclass

from negosim.experiments.executors import Crew, Played
from negosim.experiments.parts import Part
from negosim.experiments.store import Store
from negosim.experiments.task import CrewError, Outcome

_WORTH_A_TASK = 0.1
"""Seconds that a task should take at least: points of few trials are handed out several at a time."""

_LARGEST_TASK = 64
"""Parts of a task at most: as many may be lost with a worker."""

_GLANCE = 1.0
"""Seconds without news after which the crew is looked after."""

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
class Standing:
    """How a sweep stands.

    Attributes
    ----------
    parts, done, failed : parts of the design, those that are there, those that failed.
    note : something to say.
    """

    parts: int
    done: int
    failed: int
    note: str = ""


Watch = Callable[[Standing], None]
"""Told whenever something has come back, and what there is to say."""


class Loop:
    """Plays the parts of a store that are not there yet.

    Parameters
    ----------
    store : takes what comes back.
    crew : plays.
    parts : to be played, in this order.
    total : parts of the design.
    watch : told how it stands.
    """

    def __init__(self, store: Store, crew: Crew, parts: Sequence[Part], total: int, watch: Watch | None) -> None:
        self._store = store
        self._crew = crew
        self._waiting = deque(parts)
        self._suspects: deque[Part] = deque()
        self._flying: dict[Played, tuple[Part, ...]] = {}
        self._losses: Counter[tuple[int, int]] = Counter()
        self._breaks = 0
        self._collapsed = False
        self._heard = time.monotonic()
        self._pace: float | None = None
        self._total = total
        self._done = total - len(parts)
        self._failed = 0
        self._watch = watch
        self.played = 0

    def run(self) -> None:
        """Play; when this is broken off, what has come back by then is written.

        Raises
        ------
        CrewError
            Where nobody is left to play.
        """
        self._tell()
        try:
            while self._fill() or self._flying:
                self._gather()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | CrewError):
                self._rescue()
            for future in self._flying:
                future.cancel()
            self._crew.close(at_once=True)
            raise
        self._crew.close(at_once=False)

    # Handing out

    def _fill(self) -> bool:
        """Hand out as much as the crew takes; tell whether anything is under way."""
        ready = self._crew.ready()
        while self._waiting and len(self._flying) < ready:
            parts = self._next(ready)
            if parts and not self._submit(parts):
                break
        if self._suspects and not self._waiting and not self._flying:
            self._submit((self._suspects.popleft(),))
        return bool(self._flying or self._waiting or self._suspects)

    def _next(self, ready: int) -> tuple[Part, ...]:
        """Take the parts of the next task, those left out that somebody else has written meanwhile."""
        size = 1
        if self._pace is not None:
            enough = int(_WORTH_A_TASK / max(self._pace, 1e-6))
            size = max(1, min(enough, _LARGEST_TASK, len(self._waiting) // ready))
        taken = [self._waiting.popleft() for _ in range(min(size, len(self._waiting)))]
        parts = tuple(part for part in taken if not self._store.has(part))
        if len(parts) < len(taken):
            self._done += len(taken) - len(parts)
            self._tell()
        return parts

    def _submit(self, parts: tuple[Part, ...]) -> bool:
        try:
            self._flying[self._crew.submit(parts)] = parts
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
        except CrewError:
            raise
        except Exception as error:
            del self._flying[future]
            if not self._crew.lost(error):
                raise CrewError(f"a task could not be played: {type(error).__name__}: {error}") from error
            # The crew has tried the task often enough: what is left is to try every part of it alone.
            self._losses.update({_key(part): _SUSPECT - 1 for part in parts})
            return parts
        for outcome in outcomes:
            self._keep(outcome)
        del self._flying[future]
        self._breaks = 0
        self._tell()
        return ()

    def _look_after(self) -> None:
        note = self._crew.glance()
        quiet = time.monotonic() - self._heard
        if not note and quiet > _QUIET:
            note = f"nothing has come back for {quiet:.0f} seconds; still waiting"
        if note:
            self._heard = time.monotonic()
            self._tell(note)

    def _keep(self, outcome: Outcome) -> None:
        self._pace = outcome.seconds if self._pace is None else 0.8 * self._pace + 0.2 * outcome.seconds
        if outcome.counts is None:
            self._fail(outcome.part, outcome.message or "it came to nothing")
        else:
            self._store.write(outcome.part, outcome.counts, outcome.seconds)
            self._done += 1
        self.played += 1

    def _fail(self, part: Part, message: str) -> None:
        self._store.fail(part, message)
        self._failed += 1

    # Losses

    def _mend(self, lost: list[Part]) -> None:
        """Make the crew ready again and have what was lost played again: a bounded number of times."""
        if self._collapsed:
            lost += self._others_lost()
            self._crew.renew()
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
        if self._breaks >= _BREAKS:
            raise CrewError(STARTLESS)
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
            with contextlib.suppress(CrewError, OSError):
                self._land(future)

    def _tell(self, note: str = "") -> None:
        if self._watch:
            self._watch(Standing(self._total, self._done, self._failed, note))


def _key(part: Part) -> tuple[int, int]:
    return part.point, part.first
