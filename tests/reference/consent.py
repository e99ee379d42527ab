"""Who signs (model.md §7)."""

from __future__ import annotations

from tests.reference.bodies import Bodies
from tests.reference.concession import Concession
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import Text
from tests.reference.red_lines import RedLines
from tests.reference.world import World
from tests.reference.worth import Worth


class Consent:
    """Who signs what."""

    def __init__(self, world: World, worth: Worth, concession: Concession, red_lines: RedLines, bodies: Bodies) -> None:
        self.world = world
        self.worth = worth
        self.concession = concession
        self.red_lines = red_lines
        self.bodies = bodies
        self.proposes: dict[str, str] = {}
        """By track: whose offer lies on the table."""

    def refused_over(self, party: str, track: str, text: Text) -> str | None:
        """Ask a party: the issue over which it refuses a text, or None where it signs."""
        ask = self.ask(party, track)
        if crossed := self.red_lines.crossed(party, track, text):
            return self.furthest_below_best(party, text, crossed)
        on_the_table = self.world.open_issues(track) or self.world.agenda[track]
        if self.worth.of_agreement(party, track, text) < ask - ROUNDING:
            return self.furthest_below_best(party, text, on_the_table)
        for body in self.bodies.voting(party, track):
            if body.has_values_of_its_own and not self.bodies.will_pass(body, track, text):
                return self.furthest_below_best(body.votes_as, text, on_the_table)
        return None

    def ask(self, party: str, track: str) -> float:
        """ask_i = N'_i + S_i·clip(τ_i − T_i·z_i, 0, 1)."""
        ledger = self.world.ledger
        mood = self.world.mood(f"talks.{track}.consent.{party}", ledger[f"parties.{party}.judgement_memory"])
        noise = ledger[f"parties.{party}.judgement_noise"]
        if self.proposes.get(track) == party:
            noise = 0.0  # no error about its own offer
        toughness = self.concession.toughness(party, track) - noise * mood
        return self.concession.asking(party, track, min(max(toughness, 0.0), 1.0))

    def falls_short(self, party: str, track: str, text: Text) -> bool:
        """Whether a text is worth less to a party than its aspiration."""
        aspiration = self.concession.aspiration(party, track)
        return self.worth.of_agreement(party, track, text) < aspiration - ROUNDING

    def furthest_below_best(self, party: str, text: Text, issues: list[str]) -> str:
        """The issue at which a text lies furthest below a party's best option."""
        weighted = self.worth.weighted(party)
        return max(issues, key=lambda name: max(weighted[name].values()) - weighted[name][text[name]])
