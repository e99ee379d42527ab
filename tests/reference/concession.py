"""Concession: clocks, deadlines, reciprocity, aspirations (model.md §6)."""

from __future__ import annotations

from tests.reference.calendar import Urgency
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import CEASEFIRE, Text
from tests.reference.world import World
from tests.reference.worth import Worth


class Concession:
    """How far every party has come down, on every track."""

    def __init__(self, world: World, worth: Worth) -> None:
        self.world = world
        self.worth = worth
        self.clock: dict[tuple[str, str], float] = {}
        self.last_toughness: dict[str, dict[str, float]] = {}
        self.moved: dict[str, set[str]] = {}
        self.urgency = {
            name: Urgency(track.deadline, world.calendar.opens[name], world.calendar)
            for name, track in world.scenario.talks.items()
            if track.deadline
        }

    def begin(self) -> None:
        """Put the clocks at what earlier talks have used."""
        for track in self.world.scenario.talks:
            for party in self.world.scenario.parties:
                self.clock[track, party] = self.world.ledger[f"parties.{party}.patience_used"]

    def run_clocks(self, before: str, open_before: list[str]) -> None:
        """Count the days since the last tick where talks were then open and the party was minded to concede."""
        for track in open_before:
            for party in self.world.scenario.parties:
                waits = (
                    party in self.world.belligerents()
                    and self.world.scenario.talks[track].ripeness == "on"
                    and before != CEASEFIRE
                    and not self.world.hurting[party]
                )
                if not waits:
                    self.clock[track, party] += self.world.days_passed * self.speed(party, track)

    def speed(self, party: str, track: str) -> float:
        """How fast a clock runs: slower after a round in which none of the other signatories has moved."""
        others = set(self.world.scenario.talks[track].signatories) - {party}
        if track not in self.moved or not others or others & self.moved[track]:
            return 1.0
        return 1 - self.world.ledger[f"parties.{party}.reciprocity"]

    def refusal(self, party: str, track: str) -> float:
        """N'_i: no deal, less what the mediator makes a refusal cost."""
        return self.worth.no_deal(party) - self.world.ledger[f"talks.{track}.pressure.{party}"]

    def aspiration(self, party: str, track: str) -> float:
        floor = self.refusal(party, track)
        best = self.worth.of_agreement(party, track, self.best_text(party, track))
        return floor + self.toughness(party, track) * max(0.0, best - floor)

    def best_text(self, party: str, track: str) -> Text:
        """The party's best option on every open issue of the agenda."""
        best = {name: self.worth.best_option(party, name) for name in self.world.open_issues(track)}
        return {**self.world.status_quo(), **best}

    def toughness(self, party: str, track: str) -> float:
        """τ_i."""
        spent = self.clock[track, party] / self.world.ledger[f"talks.{track}.patience.{party}"]
        spent = min(1.0, max(spent, self.pressing(track)))
        return 1 - spent ** (1 / self.world.ledger[f"parties.{party}.concession"])

    def pressing(self, track: str) -> float:
        """q·p: how far a deadline presses."""
        if track not in self.urgency:
            return 0.0
        urgency = self.urgency[track]
        credibility = self.world.ledger[f"talks.{track}.deadline.credibility"] / 2**urgency.passed_unsigned
        return credibility * urgency.share(self.world.day)

    def deadlines_pass(self) -> None:
        """Deadlines pass unsigned wherever the talks are still open."""
        for track, urgency in self.urgency.items():
            if self.world.is_open(track, self.world.tick):
                urgency.passes_unsigned(self.world.day)

    def compare_with_last_round(self, track: str) -> None:
        """Note which signatories have moved since the round before."""
        toughness = {party: self.toughness(party, track) for party in self.world.scenario.talks[track].signatories}
        if track in self.last_toughness:
            last = self.last_toughness[track]
            self.moved[track] = {party for party, now in toughness.items() if now < last[party] - ROUNDING}
        self.last_toughness[track] = toughness
