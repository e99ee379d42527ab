"""The rounds of the tracks (model.md §8)."""

from __future__ import annotations

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.drafting import Drafting
from tests.reference.outcome import CEASEFIRE, FIGHTING, LIMITED, SETTLEMENT, Text
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
        self.have_met: set[str] = set()

    def hold(self) -> None:
        """Hold the rounds of a tick, and let deadlines pass."""
        world = self.world
        for track in world.calendar.order:
            if world.tick == world.calendar.opens[track]:
                self.drafting.first_draft(track)
            if world.is_open(track, world.tick):
                if world.tick in world.calendar.rounds[track]:
                    self.have_met.add(track)
                    self.meet(track)
                elif track in self.have_met and world.scenario.talks[track].between_rounds == "stands":
                    self.ask_again(track)
        self.concession.deadlines_pass()

    def meet(self, track: str) -> None:
        """One round: a text is put to those it asks."""
        text = self.drafting.text(track)
        if not self.brings_something(track, text) or self.is_forbidden(track, text):
            return
        self.concession.compare_with_last_round(track)
        asked, outcome = self.world.asked(track, text), self.world.outcomes[track]
        answers = {party: self.consent.refused_over(party, track, text) for party in asked}
        refusals = {party: issue for party, issue in answers.items() if issue is not None}
        for party, issue in refusals.items():
            outcome.refuses(party, over=issue)
        if refusals:
            outcome.failed += 1
            return
        self.sign(track, text, asked)

    def ask_again(self, track: str) -> None:
        """Between rounds the last text stands: signed where everybody now would, in the mood of the last round."""
        text = self.drafting.on_the_table(track)
        if not self.brings_something(track, text) or self.is_forbidden(track, text):
            return
        asked = self.world.asked(track, text)
        with self.world.moods.as_they_are():
            if not any(self.consent.refused_over(party, track, text) for party in asked):
                self.sign(track, text, asked)

    def sign(self, track: str, text: Text, asked: list[str]) -> None:
        """Count a signature, and what comes of it."""
        outcome = self.world.outcomes[track]
        outcome.signatures += 1
        outcome.below += any(self.consent.falls_short(party, track, text) for party in asked)
        self.peace.sign(track, text, asked)

    def brings_something(self, track: str, text: Text) -> bool:
        """Whether a text moves something, stops fighting, or turns a ceasefire into a settlement."""
        world, kind = self.world, self.world.kind(track)
        stops_fighting = world.state == FIGHTING and world.scenario.war is not None and kind != LIMITED
        ends_a_pause = world.state == CEASEFIRE and kind == SETTLEMENT
        return text != world.status_quo() or stops_fighting or ends_a_pause

    def is_forbidden(self, track: str, text: Text) -> bool:
        """Whether a text holds an excluded option, or a forbidden combination."""
        excluded = [name for name in self.world.open_issues(track) if self.world.is_excluded(track, name, text[name])]
        return bool(excluded or self.world.forbidden(track, text))
