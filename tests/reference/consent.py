"""Red lines, and who signs (model.md §7)."""

from __future__ import annotations

import math

from negosim.scenario.numbers import holders
from tests.reference.concession import Concession
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import Text
from tests.reference.world import World
from tests.reference.worth import Worth


class Consent:
    """Who signs what."""

    def __init__(self, world: World, worth: Worth, concession: Concession) -> None:
        self.world = world
        self.worth = worth
        self.concession = concession
        self.proposes: dict[str, str] = {}
        self.red_lines = self._opening_red_lines()
        self.might_be_asked = {
            name: sorted({*track.signatories, *holders(world.scenario, track)})
            for name, track in world.scenario.talks.items()
        }

    # -- red lines ------------------------------------------------------------------------------------------------

    def _opening_red_lines(self) -> dict[tuple[str, str, str], float]:
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
        self.red_lines.pop((party, issue, option), None)

    def draw(self, line: str) -> None:
        party, issue, option = line.split(".")
        self.red_lines[party, issue, option] = math.inf

    def will_not_sign(self, party: str, name: str, option: str) -> bool:
        return self.world.day < self.red_lines.get((party, name, option), -math.inf)

    def is_blocked(self, track: str, name: str, option: str) -> bool:
        """Whether somebody who may have to consent has a live red line there."""
        return any(self.will_not_sign(party, name, option) for party in self.might_be_asked[track])

    def crossed(self, party: str, track: str, text: Text) -> list[str]:
        """Open issues at which the text has an option behind a red line; nobody signs what is not on the table."""
        return sorted(name for name in self.world.open_issues(track) if self.will_not_sign(party, name, text[name]))

    # -- consent --------------------------------------------------------------------------------------------------

    def asked(self, track: str, text: Text) -> list[str]:
        """Signatories, and holders of chips that the text moves from the status quo."""
        world = self.world
        moved = [name for name in world.scenario.chips if text[name] != world.status_quo_of(name)]
        asking = (party for name in moved for party in world.holders_of(name))
        return sorted({*world.scenario.talks[track].signatories, *asking})

    def accepts(self, party: str, track: str, text: Text) -> bool:
        if self.crossed(party, track, text):
            return False
        u = self.world.luck.uniform(f"talks.{track}.consent.{party}", self.world.tick)
        knows_its_mind = self.proposes.get(track) == party
        noise = (
            0.0
            if knows_its_mind
            else self.world.ledger[f"parties.{party}.judgement_noise"] * (math.log(u) - math.log1p(-u))
        )
        gain = self.worth.of_agreement(party, track, text) - self.concession.aspiration(party, track)
        return gain + noise >= -ROUNDING

    def objection(self, party: str, track: str, text: Text) -> str:
        """The issue a refusal is over: one with a red line that the text crosses, else one that is open."""
        weighted = self.worth.weighted(party)

        def shortfall(name: str) -> float:
            return max(weighted[name].values()) - weighted[name][text[name]]

        over = self.crossed(party, track, text) or self.world.open_issues(track) or self.world.agenda[track]
        return max(over, key=shortfall)
