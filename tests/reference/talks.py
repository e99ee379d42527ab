"""The rounds of the tracks (model.md §8)."""

from __future__ import annotations

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.drafting import Drafting
from tests.reference.formulas import contains
from tests.reference.outcome import FIGHTING, LIMITED, Text
from tests.reference.peace import Peace
from tests.reference.world import World


class Talks:
    """The tables at which the tracks meet."""

    def __init__(
        self, world: World, concession: Concession, consent: Consent, drafting: Drafting, peace: Peace
    ) -> None:
        self.world = world
        self.concession = concession
        self.consent = consent
        self.drafting = drafting
        self.peace = peace

    def hold(self) -> None:
        """Hold the rounds of a tick, and let deadlines pass."""
        world = self.world
        for track in world.calendar.order:
            if world.tick == world.calendar.opens[track]:
                self.drafting.first_draft(track)
            if world.tick in world.calendar.rounds[track] and world.is_open(track, world.tick):
                self.meet(track)
        self.concession.deadlines_pass()

    def meet(self, track: str) -> None:
        """One round: a text is put to those it asks."""
        text = self.drafting.text(track)
        if not self.can_be_signed(track, text):
            return
        self.concession.compare_with_last_round(track)
        asked = self.consent.asked(track, text)
        refusing = [party for party in asked if not self.consent.accepts(party, track, text)]
        if not refusing:
            self.peace.sign(track, text, asked)
            return
        outcome = self.world.outcomes[track]
        outcome.failed += 1
        for party in refusing:
            outcome.refuses(party, over=self.consent.objection(party, track, text))

    def can_be_signed(self, track: str, text: Text) -> bool:
        """Whether a text moves something or stops fighting, and holds no forbidden combination of its own doing."""
        world = self.world
        fighting = world.state == FIGHTING and world.scenario.war is not None
        if text == world.status_quo() and not (fighting and world.kind(track) != LIMITED):
            return False
        still_open = set(world.open_issues(track))
        return not any(contains(text, never) and still_open & set(never) for never in world.scenario.never)
