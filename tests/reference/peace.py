"""Signatures, ratification, agreements in force and their end (model.md §8 and §9)."""

from __future__ import annotations

from negosim.scenario.dates import DAYS_PER_YEAR
from tests.reference.formulas import ROUNDING, weibull
from tests.reference.outcome import AGREEMENT, CEASEFIRE, FIGHTING, LIMITED, SETTLEMENT, Spell, Text
from tests.reference.world import InForce, Vote, Waiting, World
from tests.reference.worth import Worth

MOST_DISTRUST = 1e12
"""No memory of breaches multiplies distrust by more (afterwards.md)."""


class Peace:
    """What has been signed, what waits for its votes and what is in force."""

    def __init__(self, world: World, worth: Worth) -> None:
        self.world = world
        self.worth = worth

    # -- signature and ratification (§8) --------------------------------------------------------------------------

    def sign(self, track: str, text: Text, asked: list[str]) -> None:
        """Bring a text into force, or have it ratified first by the bodies of all who consented."""
        world = self.world
        outcome = world.outcomes[track]
        if outcome.signed is None:
            outcome.signed, outcome.terms = world.day, text
            outcome.worth = {party: self.worth.utility(party, text) for party in world.scenario.parties}
        pressed = any(world.ledger[f"talks.{track}.pressure.{party}"] > 0 for party in asked)
        votes = [vote for party in asked for vote in self.votes_of(party)]
        if votes:
            clauses = {name: text[name] for name in world.open_issues(track)}
            world.waiting[track] = Waiting(clauses, pressed, votes)
        else:
            self.enter(track, text, pressed)

    def votes_of(self, party: str) -> list[Vote]:
        bodies = self.world.scenario.parties[party].ratification
        paths = [f"{party}.ratification.{index}" for index in range(len(bodies))]
        return [
            Vote(party, path, self.world.day + self.world.luck.drawn(body.delay, f"parties.{path}.delay"))
            for path, body in zip(paths, bodies, strict=True)
        ]

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
            if not all(self.approves(track, vote, text) for vote in due):
                del world.waiting[track]
            elif not waiting.votes:
                del world.waiting[track]
                self.enter(track, text, waiting.pressed)

    def approves(self, track: str, vote: Vote, text: Text) -> bool:
        world = self.world
        party, index = vote.party, int(vote.body.rpartition(".")[2])
        body = world.scenario.parties[party].ratification[index]
        hurdle = world.luck.drawn(body.hurdle, f"parties.{vote.body}.hurdle")
        spread = world.luck.drawn(body.spread, f"parties.{vote.body}.spread")
        gain = self.worth.of_agreement(party, track, text) - self.worth.no_deal(party)
        luck = spread * world.normal(f"talks.{track}.ratification.{vote.body}")
        approves = gain + luck >= hurdle - ROUNDING
        world.outcomes[track].votes_on(vote.body, approves)
        return approves

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
            world.deals[track] = in_force
            self.begin_spell(LIMITED)
            return
        world.agreement, world.state = in_force, kind
        for name in [name for name in world.waiting if not world.in_season(name)]:
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
        if agreement is None:
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
        agreement = self.world.agreement
        assert agreement
        self.world.state, self.world.agreement = FIGHTING, None
        self.remember(agreement)
        for kind in (CEASEFIRE, SETTLEMENT, AGREEMENT):
            self.end_spell(kind, self.end_of(agreement))

    def break_deals(self, tracks: list[str]) -> None:
        """Let limited deals lapse; the spell ends with the last of them."""
        broken = [self.world.deals.pop(track) for track in tracks]
        for deal in broken:
            self.remember(deal)
        if broken and not self.world.deals:
            self.end_spell(LIMITED, max(self.end_of(deal) for deal in broken))

    def end_of(self, broken: InForce) -> float:
        """The exact day on which an agreement has broken."""
        return min(self.world.day, broken.breaks_on)

    def remember(self, broken: InForce) -> None:
        memory = self.world.ledger[f"talks.{broken.track}.after.breach_memory"]
        self.world.distrust = min(self.world.distrust * memory, MOST_DISTRUST)

    def end_spell(self, kind: str, day: float) -> None:
        for spell in self.world.spells[kind]:
            if spell.runs:
                spell.until = day
