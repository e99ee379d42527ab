"""Red lines: options that a party will not sign (model.md §7)."""

from __future__ import annotations

import math

from tests.reference.outcome import Text
from tests.reference.world import World


class RedLines:
    """The red lines of a trial, and until when each stands."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._until = self._opening()

    def _opening(self) -> dict[tuple[str, str, str], float]:
        """The day until which each red line stands, by party, issue and option."""
        lines, luck = {}, self.world.luck
        for name, issue in self.world.issues.items():
            for party, view in issue.views.items():
                for option, mean in view.red_lines.items():
                    path = f"{self.world.section[name]}.{name}.views.{party}.red_lines.{option}"
                    until = math.inf
                    if mean != "never":
                        until = -luck.drawn(mean, path) * math.log(luck.uniform(f"{path}.lifts"))
                    lines[party, name, option] = until
        return lines

    def lift(self, line: str) -> None:
        party, issue, option = line.split(".")
        self._until.pop((party, issue, option), None)

    def draw(self, line: str) -> None:
        party, issue, option = line.split(".")
        self._until[party, issue, option] = math.inf

    def bars(self, party: str, name: str, option: str) -> bool:
        """Whether an option lies behind a live red line of a party."""
        return self.world.day < self._until.get((party, name, option), -math.inf)

    def any_bars(self, parties: list[str], name: str, option: str) -> bool:
        return any(self.bars(party, name, option) for party in parties)

    def crossed(self, party: str, track: str, text: Text) -> list[str]:
        """Open issues at which a text crosses a party's red lines; nobody signs what is not on the table."""
        return [name for name in self.world.open_issues(track) if self.bars(party, name, text[name])]
