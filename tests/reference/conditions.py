"""Events that wait for a condition (decisions 0001, Time)."""

from __future__ import annotations

from negosim.scenario.schema.events import When
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import FIGHTING

_STATES = {"war": FIGHTING, "impasse": FIGHTING}
"""How the interpreter calls the states of the format, where it calls them otherwise."""


class Condition:
    """What an event waits for, and since when it has held."""

    def __init__(self, when: When) -> None:
        self._when = when
        self._since: float | None = None
        self._has_come = False

    def look(self, state: str, front: float, last_tick: float) -> None:
        """Look at a history as the last tick left it."""
        if not self._holds(state, front):
            self._since, self._has_come = None, False
        elif self._since is None:
            self._since = last_tick

    def _holds(self, state: str, front: float) -> bool:
        when = self._when
        return (
            (when.state is None or _STATES.get(when.state, when.state) == state)
            and (when.front_above is None or front > when.front_above)
            and (when.front_below is None or front < when.front_below)
        )

    def comes(self, day: float) -> bool:
        """Whether it has held long enough, for the first time since it last failed."""
        long = self._when.lasting.days if self._when.lasting else 0.0
        if self._since is None or self._has_come or day - self._since < long - ROUNDING:
            return False
        self._has_come = True
        return True
