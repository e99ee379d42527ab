"""The model read rule by rule, one trial at a time, in plain floats; section signs are those of model.md.

It shares with the engine the draws, the reading of files and nothing else.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np

from negosim.model import inverse
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.numbers import agenda, holders
from negosim.scenario.schema.document import Question, ScenarioFile
from negosim.scenario.schema.events import Add, Breaks, Draw, Event, Fix, Lift, Refill, Scale, SetTo
from negosim.scenario.schema.issues import FollowsFront, Issue
from negosim.scenario.schema.talks import Track
from tests.reference.calendar import Calendar, Urgency
from tests.reference.conditions import Condition
from tests.reference.formulas import ROUNDING, contains, first_passage, log_with_tangent, touched
from tests.reference.ledger import Ledger, Luck, Overlay
from tests.reference.outcome import (
    CEASEFIRE,
    FADED,
    FIGHTING,
    SETTLEMENT,
    VICTORY,
    Outcome,
    Spell,
    Text,
    TrackOutcome,
)
from tests.reference.stocks import Stocks

TIE = 1e-9
"""Changes of the draft whose worth differs by less are ties (decisions 0001)."""
IMPROVEMENT = 2e-9
"""A change of the draft improves it by more than this (decisions 0001)."""


@dataclass
class InForce:
    """The agreement in force."""

    track: str
    text: Text
    breaks_on: float


@dataclass
class RedLine:
    """An option a party will not sign, until a day."""

    until: float


def play(scenario: ScenarioFile, seed: int, trial: int) -> Outcome:
    """Play one trial from as_of to the horizon, or to victory or fading."""
    return _Trial(scenario, Luck(seed, trial)).play()


class _Trial:
    def __init__(self, scenario: ScenarioFile, luck: Luck) -> None:
        self.scenario = scenario
        self.luck = luck
        self.ledger = Ledger(scenario, luck)
        self.calendar = Calendar(scenario)
        self.days = self.calendar.days
        self.tick = 0
        self.issues: dict[str, Issue] = {**scenario.issues, **scenario.chips}
        self.section = {name: "chips" if name in scenario.chips else "issues" for name in self.issues}
        self.state = FIGHTING
        self.in_force: InForce | None = None
        self.front = self.ledger["war.front"] if scenario.war else 0.0
        self.stocks = Stocks(scenario, self.ledger, luck)
        self.years_fought = 0.0
        self.distrust = 1.0
        self.fixed: dict[str, str] = {}
        self.red_lines = self._opening_red_lines()
        self.belief: dict[str, float] = {}
        self.variance: dict[str, float] = {}
        self.hurting: dict[str, bool] = {}
        self.war_value: dict[str, float] = {}
        self.winner: str | None = None
        self.ended: float | None = None
        self.event_times = {name: self._time_of(name, event) for name, event in scenario.events.items()}
        self.had_their_time: set[str] = set()
        self.conditions = {name: Condition(event.when) for name, event in scenario.events.items() if event.when}
        self.clock: dict[tuple[str, str], float] = {}
        self.urgency = {
            name: Urgency(track.deadline, self.opens(name), self.calendar)
            for name, track in scenario.talks.items()
            if track.deadline
        }
        self.last_toughness: dict[str, dict[str, float]] = {}
        self.moved: dict[str, set[str]] = {}
        self.drafts: dict[str, Text] = {}
        self.spells: dict[str, list[Spell]] = {CEASEFIRE: [], SETTLEMENT: [], "agreement": []}
        self.tolls = dict.fromkeys(scenario.war.tolls if scenario.war else {}, 0.0)
        self.outcomes = {name: TrackOutcome() for name in scenario.talks}
        self._weighted: dict[str, dict[str, dict[str, float]]] = {}
        self._weighed_at = -1
        self.added = self._linkage_amounts()

    # -- the calendar ---------------------------------------------------------------------------------------------

    @property
    def day(self) -> float:
        return self.days[self.tick]

    @property
    def stretch(self) -> float:
        """Δt in years since the last tick."""
        return (self.day - self.days[self.tick - 1]) / DAYS_PER_YEAR if self.tick else 0.0

    def day_of(self, date: dt.date) -> float:
        return self.calendar.day_of(date)

    def tick_of(self, day: float) -> int:
        return self.calendar.tick_of(day)

    def play(self) -> Outcome:
        for tick in range(len(self.days)):
            self.tick = tick
            self.play_tick()
            if self.state in (VICTORY, FADED):
                break
        return self.outcome()

    def play_tick(self) -> None:
        """One tick, in the order of the model's preamble."""
        before, drift_before = self.state, self.drift()
        open_before = [name for name in self.scenario.talks if self.tick and self.is_open(name, self.tick - 1)]
        self.ledger.run_out(self.day)
        self.happen()
        if self.tick == 0:
            self.begin()
        else:
            self.shift_beliefs(drift_before)
        if self.tick and before == FIGHTING:
            self.fight()
            if self.state == VICTORY:
                return
        if self.tick:
            self.run_clocks(before, open_before)
        self.value_war()
        if self.tick and before == FIGHTING and self.fades():
            self.state, self.ended = FADED, self.day
            return
        self.breach()
        for name in sorted(self.scenario.talks, key=lambda name: (self.opens(name), name)):
            if self.tick == self.opens(name):
                self.drafts[name] = {**self.status_quo(), **self.scenario.talks[name].first_draft}
            if self.tick in self.rounds(name) and self.is_open(name, self.tick):
                self.meet(name)
        for name, urgency in self.urgency.items():
            if self.is_open(name, self.tick):
                urgency.passes_unsigned(self.day)

    # -- events (decisions 0001) ----------------------------------------------------------------------------------

    def _time_of(self, name: str, event: Event) -> float | None:
        if event.on:
            return self.day_of(event.on)
        if event.between:
            start, end = (self.day_of(date) for date in event.between)
            return start + (end - start) * self.luck.uniform(f"events.{name}.between")
        return None

    def happen(self) -> None:
        for condition in self.conditions.values():
            condition.look(self.state, self.front, self.days[max(self.tick - 1, 0)])
        for name, event in sorted(self.scenario.events.items()):
            if name in self.had_their_time or not self.comes(name):
                continue
            if not event.repeats:
                self.had_their_time.add(name)
            if self.luck.uniform(f"events.{name}.chance", self.tick) < self.ledger[f"events.{name}.chance"]:
                for index in range(len(event.effects)):
                    self.take_effect(name, index)

    def comes(self, name: str) -> bool:
        if name in self.conditions:
            return self.conditions[name].comes(self.day)
        time = self.event_times[name]
        if time is not None:
            return self.tick_of(time) == self.tick
        chance = 1 - math.exp(-self.ledger[f"events.{name}.rate"] * self.stretch)
        return self.luck.uniform(f"events.{name}", self.tick) < chance

    def take_effect(self, event: str, index: int) -> None:
        effect = self.scenario.events[event].effects[index]
        path = f"events.{event}.effects.{index}"
        match effect:
            case SetTo() | Add() | Scale():
                self.change(effect, path)
            case Lift():
                party, issue, option = effect.lift.split(".")
                self.red_lines.pop((party, issue, option), None)
            case Draw():
                party, issue, option = effect.draw.split(".")
                self.red_lines[party, issue, option] = RedLine(math.inf)
            case Fix():
                self.fixed[effect.fix] = effect.to
            case Refill():
                self.stocks.refill(effect.refill, self.luck.drawn(effect.by, f"{path}.by"))
            case Breaks():
                if self.in_force and effect.breaks in ("agreement", self.state):
                    self.break_down(min(self.day, self.in_force.breaks_on))

    def change(self, effect: SetTo | Add | Scale, path: str) -> None:
        kind, target, amount = self.ledger.read(effect, path, self.luck)
        if effect.lasting:
            until = self.day + effect.lasting.days
            self.ledger.lay_over(path, Overlay(kind, target, amount, until, self.tick))
        else:
            self.ledger.change(kind, target, amount)

    # -- value of a package (§2) ----------------------------------------------------------------------------------

    def weighted(self, party: str) -> dict[str, dict[str, float]]:
        """s_ij v_ij(x_j) of every option."""
        if self._weighed_at != self.ledger.version:
            self._weighted = {name: self._weigh(name) for name in self.scenario.parties}
            self._weighed_at = self.ledger.version
        return self._weighted[party]

    def _weigh(self, party: str) -> dict[str, dict[str, float]]:
        view = {name: f"{self.section[name]}.{name}.views.{party}" for name in self.issues}
        salience = {name: self.ledger[f"{view[name]}.salience"] for name in self.issues}
        total = sum(salience.values())
        return {
            name: {
                option: salience[name] / total * self.ledger[f"{view[name]}.values.{option}"] if total else 0.0
                for option in issue.options
            }
            for name, issue in self.issues.items()
        }

    def _linkage_amounts(self) -> list[tuple[Text, dict[str, float]]]:
        amounts = []
        for linkage in self.scenario.linkages:
            name = "+".join(f"{issue}.{option}" for issue, option in sorted(linkage.when.items()))
            added = {party: self.luck.drawn(by, f"linkages.{name}.{party}") for party, by in linkage.adds.items()}
            amounts.append((linkage.when, added))
        return amounts

    def utility(self, party: str, text: Text) -> float:
        """u_i(x)."""
        weighted = self.weighted(party)
        utility = sum(weighted[issue][option] for issue, option in text.items())
        for when, added in self.added:
            if party in added and contains(text, when):
                utility += added[party]
        return utility

    def status_quo(self) -> Text:
        """What holds while there is no deal."""
        return {name: self.status_quo_of(name) for name in self.issues}

    def status_quo_of(self, name: str) -> str:
        if name in self.fixed:
            return self.fixed[name]
        status_quo = self.issues[name].status_quo
        if not isinstance(status_quo, FollowsFront):
            return status_quo
        stretches = sorted((from_, option) for option, from_ in status_quo.follows_front.items())
        holding = [option for from_, option in stretches if from_ <= self.front]
        return holding[-1] if holding else stretches[0][1]

    # -- the war (§3, §4) -----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Put the beliefs at their prior, the clocks at what has been used."""
        for name in self.scenario.talks:
            for party in self.scenario.parties:
                self.clock[name, party] = self.ledger[f"parties.{party}.patience_used"]
        if not self.scenario.war:
            return
        doubts = [self.ledger[f"war.beliefs.{party}.doubt"] for party in self.scenario.war.between]
        for party in self.scenario.parties:
            self.belief[party] = self.ledger["war.drift"]
            self.variance[party] = (doubts[0] ** 2 + doubts[1] ** 2) / 2
        for party, doubt in zip(self.scenario.war.between, doubts, strict=True):
            self.belief[party] += self.side(party) * self.ledger[f"war.beliefs.{party}.optimism"]
            self.variance[party] = doubt**2

    def side(self, party: str) -> float:
        """s_i: +1 for the first belligerent, -1 for the second, 0 for others."""
        return dict(zip(self.belligerents(), (1.0, -1.0), strict=False)).get(party, 0.0)

    def belligerents(self) -> tuple[str, ...]:
        return self.scenario.war.between if self.scenario.war else ()

    def fight(self) -> None:
        """Let the stretch since the last tick pass in fighting (or in the impasse)."""
        self.years_fought += self.stretch
        if not self.scenario.war:
            return
        for toll in self.tolls:
            self.tolls[toll] += self.ledger[f"war.tolls.{toll}.per_year"] * self.stretch
        drift = self.drift()
        before, spread = self.front, self.ledger["war.volatility"] * math.sqrt(self.stretch)
        after = before + drift * self.stretch + spread * self.normal("war.front")
        first_wins = touched(1 - before, 1 - after, spread)
        second_wins = touched(1 + before, 1 + after, spread)
        u = self.luck.uniform("war.crossing", self.tick)
        if u < first_wins:
            self.state, self.winner, self.ended = VICTORY, self.belligerents()[0], self.day
        elif u > 1 - second_wins:
            self.state, self.winner, self.ended = VICTORY, self.belligerents()[1], self.day
        else:
            self.front = after
            self.stocks.burn(self.stretch, self.tick)
            self.shift_beliefs(drift)
            for party in self.scenario.parties:
                self.learn(party, (after - before) / self.stretch)

    def drift(self) -> float:
        return self.ledger["war.drift"] if self.scenario.war else 0.0

    def shift_beliefs(self, drift_before: float) -> None:
        """A change of the true drift is public."""
        shift = self.drift() - drift_before
        self.belief = {party: belief + shift for party, belief in self.belief.items()}

    def learn(self, party: str, seen: float) -> None:
        """Update a belief by the normal-normal rule."""
        noise = self.ledger["war.volatility"] ** 2 / self.stretch
        if party in self.belligerents():
            seen += self.side(party) * self.ledger[f"war.beliefs.{party}.narrative"]
        prior = self.variance[party]
        self.belief[party] = (noise * self.belief[party] + prior * seen) / (noise + prior)
        self.variance[party] = noise * prior / (noise + prior)

    def normal(self, name: str) -> float:
        return float(inverse.normal(np.array([self.luck.uniform(name, self.tick)]))[0])

    def cost(self, party: str) -> float:
        """c_i(t)."""
        return self.ledger[f"parties.{party}.war_cost"] * (
            1 + self.ledger[f"parties.{party}.fatigue"] * self.years_fought
        )

    def value_war(self) -> None:
        """W_i of every party, and who is in a hurting stalemate."""
        self.war_value = {party: self.value_of_war(party) for party in self.scenario.parties}
        self.hurting = {
            party: self.war_value[party] < self.utility(party, self.status_quo()) - ROUNDING
            for party in self.belligerents()
        }

    def value_of_war(self, party: str) -> float:
        stalemate = self.utility(party, self.status_quo()) - self.cost(party)
        if not self.scenario.war:
            return stalemate
        first, second = self.belligerents()
        up, down = first_passage(
            self.front,
            self.belief[party],
            self.ledger["war.volatility"],
            self.ledger[f"parties.{party}.time_preference"],
        )
        return (
            (1 - up - down) * stalemate
            + up * self.utility(party, self.imposed(first))
            + down * self.utility(party, self.imposed(second))
        )

    def imposed(self, winner: str) -> Text:
        """The terms a winner imposes."""
        named = self.scenario.war.victory.get(winner, {}) if self.scenario.war else {}
        terms = {}
        for name in self.issues:
            if name in named:
                terms[name] = named[name]
            elif set(self.holders_of(name)) - set(self.belligerents()):
                terms[name] = self.status_quo_of(name)
            else:
                terms[name] = self.best_option(winner, name)
        return terms

    def holders_of(self, name: str) -> tuple[str, ...]:
        return self.scenario.chips[name].held_by if name in self.scenario.chips else ()

    def best_option(self, party: str, name: str) -> str:
        """The option a party values most; where the status quo is as good, that."""
        values = self.weighted(party)[name]
        status_quo = self.status_quo_of(name)
        best = max(values.values())
        if values[status_quo] == best:
            return status_quo
        return next(option for option in values if values[option] == best)

    def fades(self) -> bool:
        if not self.scenario.war or self.state != FIGHTING or not all(self.hurting.values()):
            return False
        chance = 1 - math.exp(-self.ledger["war.fade"] * self.stretch)
        return self.luck.uniform("war.fade", self.tick) < chance

    # -- value of an agreement (§5) -------------------------------------------------------------------------------

    def hazard(self, track: str, text: Text) -> float:
        """λ(x)."""
        unguarded = 1.0
        for name, option in text.items():
            unguarded *= 1 - self.ledger[f"{self.section[name]}.{name}.options.{option}.enforcement"]
        after = f"talks.{track}.after"
        return self.ledger[f"{after}.breach"] * (1 - self.ledger[f"{after}.enforcement_effect"] * (1 - unguarded))

    def value_of_agreement(self, party: str, track: str, text: Text) -> float:
        """A_i(x)."""
        r = self.ledger[f"parties.{party}.time_preference"]
        h = self.ledger[f"parties.{party}.distrust"] * self.distrust * self.hazard(track, text)
        peace = self.utility(party, text) - self.ledger[f"talks.{track}.after.peace_cost"] * self.cost(party)
        broken = self.war_value[party] - self.ledger[f"parties.{party}.exposure"]
        return (r * peace + h * broken) / (r + h)

    def no_deal(self, party: str) -> float:
        """N_i; the value of the war is that of the impasse where there is no war."""
        if self.state == CEASEFIRE and self.in_force:
            return self.value_of_agreement(party, self.in_force.track, self.terms_in_force())
        return self.war_value[party]

    def terms_in_force(self) -> Text:
        """The text in force; what an event has fixed stands in it at its status quo."""
        assert self.in_force
        return {**self.in_force.text, **self.fixed}

    # -- concession (§6) ------------------------------------------------------------------------------------------

    def run_clocks(self, before: str, open_before: list[str]) -> None:
        """Count the days since the last tick where talks were then open and the party was minded to concede."""
        for track in open_before:
            for party in self.scenario.parties:
                waits = (
                    party in self.belligerents()
                    and self.scenario.talks[track].ripeness == "on"
                    and before != CEASEFIRE
                    and not self.hurting[party]
                )
                if not waits:
                    days = self.day - self.days[self.tick - 1]
                    self.clock[track, party] += days * self.speed(party, track)

    def speed(self, party: str, track: str) -> float:
        """How fast a clock runs: slower after a round in which none of the other signatories has moved."""
        others = set(self.scenario.talks[track].signatories) - {party}
        if track not in self.moved or not others or others & self.moved[track]:
            return 1.0
        return 1 - self.ledger[f"parties.{party}.reciprocity"]

    def aspiration(self, party: str, track: str) -> float:
        floor = self.no_deal(party) - self.ledger[f"talks.{track}.pressure.{party}"]
        best = self.value_of_agreement(party, track, self.best_text(party, track))
        return floor + self.toughness(party, track) * max(0.0, best - floor)

    def toughness(self, party: str, track: str) -> float:
        """τ_i."""
        spent = self.clock[track, party] / self.ledger[f"talks.{track}.patience.{party}"]
        spent = min(1.0, max(spent, self.pressing(track)))
        return 1 - spent ** (1 / self.ledger[f"parties.{party}.concession"])

    def pressing(self, track: str) -> float:
        """q·p: how far a deadline presses."""
        if track not in self.urgency:
            return 0.0
        urgency = self.urgency[track]
        credibility = self.ledger[f"talks.{track}.deadline.credibility"] / 2**urgency.passed_unsigned
        return credibility * urgency.share(self.day)

    def compare_with_last_round(self, track: str) -> None:
        """Note which signatories have moved since the round before."""
        toughness = {party: self.toughness(party, track) for party in self.scenario.talks[track].signatories}
        if track in self.last_toughness:
            last = self.last_toughness[track]
            self.moved[track] = {party for party, now in toughness.items() if now < last[party] - ROUNDING}
        self.last_toughness[track] = toughness

    def best_text(self, party: str, track: str) -> Text:
        """The party's best option on every open issue of the agenda."""
        return {**self.status_quo(), **{name: self.best_option(party, name) for name in self.open_issues(track)}}

    def open_issues(self, track: str) -> list[str]:
        return [name for name in agenda(self.scenario, self.scenario.talks[track]) if name not in self.fixed]

    # -- red lines and consent (§7) -------------------------------------------------------------------------------

    def _opening_red_lines(self) -> dict[tuple[str, str, str], RedLine]:
        lines = {}
        for name, issue in self.issues.items():
            for party, view in issue.views.items():
                for option, mean in view.red_lines.items():
                    path = f"{self.section[name]}.{name}.views.{party}.red_lines.{option}"
                    until = math.inf
                    if mean != "never":
                        until = -self.luck.drawn(mean, path) * math.log(self.luck.uniform(f"{path}.lifts"))
                    lines[party, name, option] = RedLine(until)
        return lines

    def will_not_sign(self, party: str, name: str, option: str) -> bool:
        line = self.red_lines.get((party, name, option))
        return line is not None and self.day < line.until

    def asked(self, track: Track, text: Text) -> list[str]:
        """Signatories, and holders of chips that the text moves from the status quo."""
        moved = [name for name in self.scenario.chips if text[name] != self.status_quo_of(name)]
        return sorted({*track.signatories, *(party for name in moved for party in self.holders_of(name))})

    def accepts(self, party: str, track: str, text: Text) -> bool:
        if self.crossed(party, track, text):
            return False
        u = self.luck.uniform(f"talks.{track}.consent.{party}", self.tick)
        noise = self.ledger[f"parties.{party}.judgement_noise"] * (math.log(u) - math.log1p(-u))
        return self.value_of_agreement(party, track, text) - self.aspiration(party, track) + noise >= -ROUNDING

    def crossed(self, party: str, track: str, text: Text) -> list[str]:
        """Open issues at which the text has an option behind a red line; nobody signs what is not on the table."""
        return sorted(name for name in self.open_issues(track) if self.will_not_sign(party, name, text[name]))

    def objection(self, party: str, track: str, text: Text) -> str:
        """The issue a refusal is over: one with a red line that the text crosses, else one on the agenda."""
        weighted = self.weighted(party)
        on_agenda = agenda(self.scenario, self.scenario.talks[track])

        def shortfall(name: str) -> float:
            return max(weighted[name].values()) - weighted[name][text[name]] if name in on_agenda else -1.0

        return max(self.crossed(party, track, text) or on_agenda, key=shortfall)

    # -- talks (§8) -----------------------------------------------------------------------------------------------

    def opens(self, name: str) -> int:
        opens = self.scenario.talks[name].opens
        return self.tick_of(self.day_of(opens)) if opens else 0

    def rounds(self, name: str) -> set[int]:
        """Ticks of the rounds; a round dated between two ticks is held at the later one."""
        track = self.scenario.talks[name]
        start = self.day_of(track.opens) if track.opens else 0.0
        count = math.ceil((self.days[-1] - start) / track.every.days) + 1
        return {self.tick_of(start + index * track.every.days) for index in range(max(count, 0))}

    def is_open(self, name: str, tick: int) -> bool:
        """Whether a track is open in the present state."""
        allowed = {CEASEFIRE: (FIGHTING,), SETTLEMENT: (FIGHTING, CEASEFIRE)}
        return tick >= self.opens(name) and self.state in allowed[self.scenario.talks[name].kind]

    def meet(self, name: str) -> None:
        """One round of talks: a text is put to those it asks."""
        track, outcome = self.scenario.talks[name], self.outcomes[name]
        text = self.draft(name)
        if track.protocol == "single_text":
            text = self.drafts[name] = self.revised(name, text)
        stops_fighting = self.state == FIGHTING and self.scenario.war is not None
        if text == self.status_quo() and not stops_fighting:
            return
        still_open = set(self.open_issues(name))
        if any(contains(text, never) and still_open & set(never) for never in self.scenario.never):
            return
        self.compare_with_last_round(name)
        asked = self.asked(track, text)
        refusing = [party for party in asked if not self.accepts(party, name, text)]
        if not refusing:
            self.sign(name, text, asked)
            return
        outcome.failed += 1
        for party in refusing:
            outcome.refused[party] = outcome.refused.get(party, 0) + 1
            over = party, self.objection(party, name, text)
            outcome.objections[over] = outcome.objections.get(over, 0) + 1

    def draft(self, name: str) -> Text:
        """The draft on the table; whatever is not open stands at its status quo."""
        status_quo = self.status_quo()
        still_open = self.open_issues(name)
        return {**status_quo, **{issue: self.drafts[name][issue] for issue in still_open}}

    def revised(self, name: str, text: Text) -> Text:
        """Up to `revisions` single-issue changes, each the one that most improves Φ."""
        floors = self.estimated_floors(name)
        for _ in range(self.scenario.talks[name].revisions):
            changed = self.best_change(name, text, floors)
            if changed is None:
                break
            text = changed
        return text

    def best_change(self, name: str, text: Text, floors: dict[str, float]) -> Text | None:
        now = self.joint_worth(name, text, floors)
        changes = self.changes(name, text, self.untenable(name, text))
        forced = bool(changes)
        if not forced:
            changes = self.changes(name, text, self.open_issues(name))
        best, best_gain = None, -math.inf
        for issue, option in changes:
            lane = list(self.issues[issue].options).index(option)
            luck = TIE * self.luck.uniform(f"talks.{name}.tie.{issue}", 0, lane)
            changed = {**text, issue: option}
            gain = self.joint_worth(name, changed, floors) - now + luck
            if gain > best_gain and (forced or gain > IMPROVEMENT):
                best, best_gain = changed, gain
        return best

    def untenable(self, name: str, text: Text) -> list[str]:
        """Open issues at which the text cannot stay: behind a red line, or in a forbidden combination."""
        standing = [never for never in self.scenario.never if contains(text, never)]
        return [
            issue
            for issue in self.open_issues(name)
            if self.is_blocked(name, issue, text[issue]) or any(issue in never for never in standing)
        ]

    def changes(self, name: str, text: Text, issues: list[str]) -> list[tuple[str, str]]:
        """Changes that lead to no forbidden combination and to nothing behind a red line."""
        return [
            (issue, option)
            for issue in issues
            for option in self.issues[issue].options
            if option != text[issue]
            and not self.is_blocked(name, issue, option)
            and not any(contains({**text, issue: option}, never) for never in self.scenario.never if issue in never)
        ]

    def is_blocked(self, name: str, issue: str, option: str) -> bool:
        """Whether somebody who may have to consent has a live red line there."""
        track = self.scenario.talks[name]
        might_be_asked = {*track.signatories, *holders(self.scenario, track)}
        return any(self.will_not_sign(party, issue, option) for party in might_be_asked)

    def estimated_floors(self, name: str) -> dict[str, float]:
        """N̂' of the parties with a weight."""
        error = self.ledger[f"talks.{name}.mediator_error"]
        return {
            party: self.no_deal(party)
            - self.ledger[f"talks.{name}.pressure.{party}"]
            + error * self.normal(f"talks.{name}.mediator_error.{party}")
            for party in self.scenario.parties
            if self.ledger[f"talks.{name}.weights.{party}"] > 0
        }

    def joint_worth(self, name: str, text: Text, floors: dict[str, float]) -> float:
        """Φ(x)."""
        return sum(
            self.ledger[f"talks.{name}.weights.{party}"]
            * log_with_tangent(self.value_of_agreement(party, name, text) - floor)
            for party, floor in floors.items()
        )

    def sign(self, name: str, text: Text, asked: list[str]) -> None:
        """Bring a text into force and draw when it will break (§9)."""
        outcome = self.outcomes[name]
        if outcome.signed is None:
            outcome.signed, outcome.terms = self.day, text
            outcome.worth = {party: self.utility(party, text) for party in self.scenario.parties}
        after = f"talks.{name}.after"
        pressed = any(self.ledger[f"talks.{name}.pressure.{party}"] > 0 for party in asked)
        hazard = self.hazard(name, text) * (self.ledger[f"{after}.pressure_penalty"] if pressed else 1)
        u = self.luck.uniform(f"{after}.breach", self.tick)
        years = (-math.log(u)) ** (1 / self.ledger[f"{after}.shape"]) / hazard if hazard else math.inf
        self.in_force = InForce(name, text, self.day + years * DAYS_PER_YEAR)
        self.state = self.scenario.talks[name].kind
        for kind in (self.state, "agreement"):
            if not any(math.isinf(spell.until) for spell in self.spells[kind]):
                self.spells[kind].append(Spell(self.day))

    # -- what happens after (§9) ----------------------------------------------------------------------------------

    def breach(self) -> None:
        if not self.in_force:
            return
        if self.in_force.breaks_on <= self.day:
            self.break_down(self.in_force.breaks_on)
        elif self.pays_to_break():
            chance = 1 - math.exp(-self.ledger[f"talks.{self.in_force.track}.after.opportunism"] * self.stretch)
            if self.luck.uniform(f"talks.{self.in_force.track}.after.opportunism", self.tick) < chance:
                self.break_down(self.day)

    def pays_to_break(self) -> bool:
        """Whether breaking pays a belligerent; without a war, a signatory."""
        assert self.in_force
        track = self.in_force.track
        cost = self.ledger[f"talks.{track}.after.defection_cost"]
        return any(
            self.war_value[party] - self.value_of_agreement(party, track, self.terms_in_force()) > cost
            for party in self.belligerents() or self.scenario.talks[track].signatories
        )

    def break_down(self, day: float) -> None:
        """Let the terms lapse; fighting (or the impasse) resumes on a day."""
        assert self.in_force
        self.distrust *= self.ledger[f"talks.{self.in_force.track}.after.breach_memory"]
        self.state, self.in_force = FIGHTING, None
        for spells in self.spells.values():
            for spell in spells:
                spell.until = min(spell.until, day)

    # -- outcomes (§10) -------------------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        return Outcome(
            final=self.state,
            spells=self.spells,
            winner=self.winner,
            victory=self.ended if self.state == VICTORY else None,
            faded=self.ended if self.state == FADED else None,
            fought=self.years_fought,
            tolls=self.tolls,
            answers={name: self.answer(question) for name, question in self.scenario.questions.items()},
            tracks=self.outcomes,
        )

    def answer(self, question: Question) -> bool:
        by = self.day_of(question.by)
        reach, _, side = question.reach.partition(":")
        if reach in (VICTORY, FADED):
            return self.state == reach and side in ("", self.winner) and self.ended is not None and self.ended <= by
        lasting = question.lasting.days if question.lasting else 0.0
        return any(
            spell.since <= by and min(spell.until, self.days[-1]) - spell.since >= lasting
            for spell in self.spells[reach]
        )
