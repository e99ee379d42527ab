"""Red lines: options that a party will not sign (model.md §7)."""

from __future__ import annotations

import math

from negosim.scenario.quantities import Quantity
from tests.reference.outcome import Text
from tests.reference.world import World


class RedLines:
    """The red lines of a trial, and until which day each stands: by issue and option, then by party."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._until: dict[tuple[str, str], dict[str, float]] = {}
        for name, issue in world.issues.items():
            for party, view in issue.views.items():
                for option, mean in view.red_lines.items():
                    path = f"{world.section[name]}.{name}.views.{party}.red_lines.{option}"
                    self._until.setdefault((name, option), {})[party] = self._lifts(path, mean)

    def _lifts(self, path: str, mean: Quantity | str) -> float:
        """The day on which a red line lifts by itself: never, or after an exponential time."""
        if isinstance(mean, str):
            return math.inf
        luck = self.world.luck
        return -luck.drawn(mean, path) * math.log(luck.uniform(f"{path}.lifts"))

    def lift(self, line: str) -> None:
        party, issue, option = line.split(".")
        self._until.get((issue, option), {}).pop(party, None)

    def draw(self, line: str) -> None:
        party, issue, option = line.split(".")
        self._until.setdefault((issue, option), {})[party] = math.inf

    def owners(self, name: str, option: str) -> set[str]:
        """Whose live red line an option lies behind."""
        lines = self._until.get((name, option), {})
        return {party for party, until in lines.items() if self.world.day < until}

    def crossed(self, party: str, track: str, text: Text) -> list[str]:
        """Open issues at which a text crosses a party's red lines; nobody signs what is not on the table."""
        return [name for name in self.world.open_issues(track) if party in self.owners(name, text[name])]
