"""Signatures, ratification, agreements in force and their end (model.md §8 and §9)."""

from __future__ import annotations

import math

from negosim.scenario.dates import DAYS_PER_YEAR
from tests.reference.bodies import Bodies
from tests.reference.formulas import ROUNDING, weibull
from tests.reference.outcome import AGREEMENT, CEASEFIRE, FIGHTING, LIMITED, SETTLEMENT, Spell, Text
from tests.reference.signed import Body, InForce, Vote, Waiting
from tests.reference.world import World
from tests.reference.worth import Worth


class Peace:
    """What has been signed, what waits for its votes and what is in force."""

    def __init__(self, world: World, worth: Worth, bodies: Bodies) -> None:
        self.world = world
        self.worth = worth
        self.bodies = bodies

    # -- signature and ratification (§8) --------------------------------------------------------------------------

    def sign(self, track: str, text: Text, asked: list[str]) -> None:
        """Bring a text into force, or have it ratified first by the bodies that vote on it of all who consented."""
        world = self.world
        outcome = world.outcomes[track]
        if outcome.signed is None:
            outcome.signed, outcome.terms = world.day, text
            outcome.worth = {party: self.worth.utility(party, text) for party in world.scenario.parties}
        pressed = any(world.ledger[f"talks.{track}.pressure.{party}"] > 0 for party in asked)
        votes = [Vote(body, world.day + body.delay) for party in asked for body in self.bodies.voting(party, track)]
        if not votes:
            self.enter(track, text, pressed)
            return
        world.waiting[track] = Waiting({name: text[name] for name in world.open_issues(track)}, pressed, votes)
        is_fighting = world.state == FIGHTING and world.scenario.war is not None
        if world.scenario.talks[track].until_ratified == "truce" and is_fighting:
            self.put_in_force(InForce(track, {}, math.inf, is_truce=True), CEASEFIRE)

    def ratify(self) -> None:
        """Hold the votes whose time has come: the first refusal fells a text, the last approval puts it in force."""
        world = self.world
        for track in world.calendar.order:
            waiting = world.waiting.get(track)
            if waiting is None:
                continue
            text = world.with_clauses(waiting.clauses)
            due = [vote for vote in waiting.votes if vote.day <= world.day + ROUNDING]
            waiting.votes = [vote for vote in waiting.votes if vote not in due]
            if not all(self.approves(vote.body, track, text) for vote in due):
                del world.waiting[track]
                self.fail(track)
            elif not waiting.votes:
                del world.waiting[track]
                self.enter(track, text, waiting.pressed)

    def approves(self, body: Body, track: str, text: Text) -> bool:
        approves = self.bodies.approves(body, track, text)
        self.world.outcomes[track].votes_on(body.path, approves)
        return approves

    def fail(self, track: str) -> None:
        """A text has failed in a vote: its truce ends, which is no breach, and then its track pauses."""
        if self.holds_truce(track):
            self.resume_fighting(self.world.day)
            self.world.close(track, self.world.ledger[f"talks.{track}.after.pause"])

    def holds_truce(self, track: str) -> bool:
        """Whether the truce in force is that of a track's text."""
        agreement = self.world.agreement
        return agreement is not None and agreement.is_truce and agreement.track == track

    # -- in force (§9) --------------------------------------------------------------------------------------------

    def enter(self, track: str, text: Text, pressed: bool) -> None:
        """Bring a text into force and draw when it will break."""
        world, after = self.world, f"talks.{track}.after"
        hazard = self.worth.hazard(track, text) * (world.ledger[f"{after}.pressure_penalty"] if pressed else 1)
        u = world.luck.uniform(f"{after}.breach", world.tick)
        years = weibull(u, hazard, world.ledger[f"{after}.shape"])
        moves = {name: option for name, option in text.items() if option != world.status_quo_of(name)}
        in_force = InForce(track, moves, world.day + years * DAYS_PER_YEAR)
        kind = world.kind(track)
        if kind == LIMITED:
            if self.holds_truce(track):
                self.resume_fighting(world.day)  # a limited deal does not stop the war
            world.deals[track] = in_force
            self.begin_spell(LIMITED)
            return
        self.put_in_force(in_force, kind)

    def put_in_force(self, agreement: InForce, kind: str) -> None:
        """Put a ceasefire or settlement in force; texts whose talks are over lapse, but not a truce's own."""
        world = self.world
        world.agreement, world.state = agreement, kind
        over = [name for name in world.waiting if not world.in_season(name)]
        for name in over:
            if not (agreement.is_truce and name == agreement.track):
                del world.waiting[name]
        self.begin_spell(kind)
        self.begin_spell(AGREEMENT)

    def begin_spell(self, kind: str) -> None:
        spells = self.world.spells[kind]
        if not any(spell.runs for spell in spells):
            spells.append(Spell(self.world.day))

    # -- the end of agreements (§9) -------------------------------------------------------------------------------

    def breach(self) -> None:
        """Break down whatever has reached its time, limited deals first, or pays somebody to break."""
        world = self.world
        self.break_deals([track for track, deal in world.deals.items() if deal.breaks_on <= world.day])
        for track in world.calendar.order:
            if track in world.deals and self.is_broken_for_gain(track, self.gains_by_lapse(track)):
                self.break_deals([track])
        agreement = world.agreement
        if agreement is None or agreement.is_truce:
            return
        time_is_over = agreement.breaks_on <= world.day
        if time_is_over or self.is_broken_for_gain(agreement.track, self.gains_by_fighting(agreement.track)):
            self.break_agreement()

    def is_broken_for_gain(self, track: str, gains: dict[str, float]) -> bool:
        """Whether somebody breaks a text because that pays."""
        after, ledger = f"talks.{track}.after", self.world.ledger
        pays = any(gain > ledger[f"{after}.defection_cost"] + ROUNDING for gain in gains.values())
        return pays and self.world.comes(ledger[f"{after}.opportunism"], f"{after}.opportunism")

    def tempted(self, track: str) -> tuple[str, ...]:
        """The belligerents; without a war, the signatories."""
        return self.world.belligerents() or self.world.scenario.talks[track].signatories

    def gains_by_fighting(self, track: str) -> dict[str, float]:
        """What those who might break the ceasefire or settlement would gain."""
        terms = self.world.terms_in_force()
        return {
            party: self.world.war_value[party] - self.worth.of_agreement(party, track, terms)
            for party in self.tempted(track)
        }

    def gains_by_lapse(self, track: str) -> dict[str, float]:
        """What those who might break a limited deal would gain if its issues had their status quo back."""
        world, deal, with_it = self.world, self.world.deals[track], self.world.status_quo()
        del world.deals[track]
        without = world.status_quo()
        world.deals[track] = deal
        return {party: -self.worth.of_limited_gain(party, track, with_it, without) for party in self.tempted(track)}

    def spoil(self, what: str) -> None:
        """An event breaks agreements of a kind."""
        if what == LIMITED:
            self.break_deals(list(self.world.deals))
        elif self.world.agreement and what in (AGREEMENT, self.world.state):
            self.break_agreement()

    def break_agreement(self) -> None:
        """Let the terms of the ceasefire or settlement lapse; fighting (or the impasse) resumes."""
        agreement, kind = self.world.agreement, self.world.state
        assert agreement
        self.resume_fighting(self.end_of(agreement))
        self.remember(agreement)
        self.pause_talks(agreement.track, kind)

    def resume_fighting(self, day: float) -> None:
        """Go back to fighting, or the impasse; the agreement lasted until a day."""
        self.world.state, self.world.agreement = FIGHTING, None
        for kind in (CEASEFIRE, SETTLEMENT, AGREEMENT):
            self.end_spell(kind, day)

    def break_deals(self, tracks: list[str]) -> None:
        """Let limited deals lapse; the spell ends with the last of them."""
        broken = [self.world.deals.pop(track) for track in tracks]
        for deal in broken:
            self.remember(deal)
            self.pause_talks(deal.track, LIMITED)
        if broken and not self.world.deals:
            self.end_spell(LIMITED, max(self.end_of(deal) for deal in broken))

    def end_of(self, broken: InForce) -> float:
        """The exact day on which an agreement has broken."""
        return min(self.world.day, broken.breaks_on)

    def remember(self, broken: InForce) -> None:
        """A breach multiplies everybody's distrust."""
        for party in self.world.scenario.parties:
            self.world.distrusts(party, self.world.ledger[f"talks.{broken.track}.after.breach_memory"])

    def pause_talks(self, track: str, kind: str) -> None:
        """Close the track whose agreement has broken, and for a ceasefire or settlement every track of that kind."""
        pause = self.world.ledger[f"talks.{track}.after.pause"]
        for name in self.world.scenario.talks:
            if name == track or (kind != LIMITED and self.world.kind(name) == kind):
                self.world.close(name, pause)

    def end_spell(self, kind: str, day: float) -> None:
        for spell in self.world.spells[kind]:
            if spell.runs:
                spell.until = day
