"""Concession: clocks, deadlines, reciprocity, aspirations (model.md §6)."""

from __future__ import annotations

import math

from tests.reference.bodies import Bodies
from tests.reference.calendar import Urgency
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import CEASEFIRE, Text
from tests.reference.red_lines import RedLines
from tests.reference.world import World
from tests.reference.worth import Worth


class Concession:
    """How far every party has come down, on every track."""

    def __init__(self, world: World, worth: Worth, red_lines: RedLines, bodies: Bodies) -> None:
        self.world = world
        self.worth = worth
        self.red_lines = red_lines
        self.bodies = bodies
        self.clock: dict[tuple[str, str], float] = {}
        self.last_toughness: dict[str, dict[str, float]] = {}
        self.moved: dict[str, set[str]] = {}
        self.urgency = {
            name: Urgency(track.deadline, world.calendar.opens[name], world.calendar)
            for name, track in world.scenario.talks.items()
            if track.deadline
        }

    # -- what a party asks for ------------------------------------------------------------------------------------

    def asking(self, party: str, track: str, toughness: float) -> float:
        """What a party asks for that is so tough: N'_i + S_i·toughness."""
        return self.reservation(party, track) + self.stake(party, track) * toughness

    def aspiration(self, party: str, track: str) -> float:
        """N'_i + S_i·τ_i."""
        return self.asking(party, track, self.toughness(party, track))

    def reservation(self, party: str, track: str) -> float:
        """N'_i: no deal, less what the mediator makes a refusal cost, plus what the party's bodies will ask."""
        pressure = self.world.ledger[f"talks.{track}.pressure.{party}"]
        return self.worth.no_deal(party) - pressure + self.bodies.foreseen(party, track)

    def stake(self, party: str, track: str) -> float:
        """S_i: the most that the talks can bring a party."""
        best = self.worth.of_agreement(party, track, self.best_text(party, track))
        return max(0.0, best - self.reservation(party, track))

    def best_text(self, party: str, track: str) -> Text:
        """The party's best option on every open issue of the agenda, as far as it would sign it."""
        text = self.world.status_quo()
        for name in self.world.open_issues(track):
            allowed = [
                option
                for option in self.world.issues[name].options
                if not self.world.is_excluded(track, name, option) and party not in self.red_lines.owners(name, option)
            ]
            if allowed:
                text[name] = self.worth.best_option(party, name, allowed)
        return text

    def toughness(self, party: str, track: str) -> float:
        """τ_i."""
        spent = self.clock[track, party] / self.world.ledger[f"talks.{track}.patience.{party}"]
        spent = min(1.0, max(spent, self.pressing(track)))
        return 1 - math.pow(spent, 1 / self.world.ledger[f"parties.{party}.concession"])

    # -- clocks ---------------------------------------------------------------------------------------------------

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

    def compare_with_last_round(self, track: str) -> None:
        """Note which signatories have moved since the last round with a text, or have nothing left to give."""
        toughness = {party: self.toughness(party, track) for party in self.world.scenario.talks[track].signatories}
        last = self.last_toughness.get(track)
        if last:
            self.moved[track] = {
                party for party, now in toughness.items() if now < last[party] - ROUNDING or now <= ROUNDING
            }
        self.last_toughness[track] = toughness

    # -- deadlines ------------------------------------------------------------------------------------------------

    def pressing(self, track: str) -> float:
        """q·p: how far a deadline presses."""
        if track not in self.urgency:
            return 0.0
        urgency = self.urgency[track]
        credibility = self.world.ledger[f"talks.{track}.deadline.credibility"]
        return credibility * 0.5**urgency.passed_unsigned * urgency.share(self.world.day)

    def deadlines_pass(self) -> None:
        """Deadlines pass unsigned wherever the talks are still open."""
        for track, urgency in self.urgency.items():
            if self.world.is_open(track, self.world.tick):
                urgency.passes_unsigned(self.world.day)
