"""The front, what is learnt from it, and the end of the war without a text (model.md §3, §4 and §9)."""

from __future__ import annotations

import math

from tests.reference.formulas import touched
from tests.reference.outcome import FADED, FIGHTING, VICTORY
from tests.reference.stocks import Stocks
from tests.reference.world import World

FARTHEST = 0.999
"""No event takes the front nearer to an end than this (§4)."""


class War:
    """The war of a trial; there may be none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.stocks = Stocks(world.scenario, world.ledger, world.luck)
        self.variance: dict[str, float] = {}
        self.tolls = dict.fromkeys(world.scenario.war.tolls if world.scenario.war else {}, 0.0)
        self.winner: str | None = None
        self.ended: float | None = None

    def begin(self) -> None:
        """Put the beliefs at their prior."""
        world, ledger = self.world, self.world.ledger
        if not world.scenario.war:
            return
        doubts = [ledger[f"war.beliefs.{party}.doubt"] for party in world.belligerents()]
        for party in world.scenario.parties:
            world.belief[party] = ledger["war.drift"]
            self.variance[party] = (doubts[0] ** 2 + doubts[1] ** 2) / 2
        for party, doubt in zip(world.belligerents(), doubts, strict=True):
            world.belief[party] += self.side(party) * ledger[f"war.beliefs.{party}.optimism"]
            self.variance[party] = doubt**2

    def side(self, party: str) -> float:
        """s_i: +1 for the first belligerent, -1 for the second, 0 for others."""
        return dict(zip(self.world.belligerents(), (1.0, -1.0), strict=False)).get(party, 0.0)

    def fight(self) -> None:
        """Let the stretch since the last tick pass in fighting (or in the impasse)."""
        world = self.world
        world.years_fought += world.stretch
        if not world.scenario.war:
            return
        for toll in self.tolls:
            self.tolls[toll] += world.ledger[f"war.tolls.{toll}.per_year"] * world.stretch
        drift = self.drift()
        before, spread = world.front, world.ledger["war.volatility"] * math.sqrt(world.stretch)
        after = before + drift * world.stretch + spread * world.normal("war.front")
        first_wins = touched(1 - before, 1 - after, spread)
        second_wins = touched(1 + before, 1 + after, spread)
        u = world.luck.uniform("war.crossing", world.tick)
        if u < first_wins:
            self.end(VICTORY, world.belligerents()[0])
        elif u > 1 - second_wins:
            self.end(VICTORY, world.belligerents()[1])
        else:
            world.front = after
            self.stocks.burn(world.stretch, world.tick)
            self.shift_beliefs(drift)
            for party in world.scenario.parties:
                self.learn(party, (after - before) / world.stretch)
                world.distrusts(party, self.erosion(party))

    def end(self, how: str, winner: str | None = None) -> None:
        self.world.state, self.winner, self.ended = how, winner, self.world.day

    def drift(self) -> float:
        return self.world.ledger["war.drift"] if self.world.scenario.war else 0.0

    def shift_beliefs(self, drift_before: float) -> None:
        """A change of the true drift is public."""
        shift = self.drift() - drift_before
        self.world.belief = {party: belief + shift for party, belief in self.world.belief.items()}

    def learn(self, party: str, seen: float) -> None:
        """Update a belief by the normal-normal rule."""
        world = self.world
        noise = world.ledger["war.volatility"] ** 2 / world.stretch
        if party in world.belligerents():
            seen += self.side(party) * world.ledger[f"war.beliefs.{party}.narrative"]
        prior = self.variance[party]
        world.belief[party] = (noise * world.belief[party] + prior * seen) / (noise + prior)
        self.variance[party] = noise * prior / (noise + prior)

    def erosion(self, party: str) -> float:
        """By how much the narratives of the others have multiplied a party's distrust over the stretch."""
        ledger, lost = self.world.ledger, 1.0
        for other in set(self.world.belligerents()) - {party}:
            belief = f"war.beliefs.{other}"
            told = abs(ledger[f"{belief}.narrative"])
            lost *= math.exp(ledger[f"{belief}.erosion"] * told * self.world.stretch)
        return lost

    def jump(self, by: float) -> None:
        """Let the front jump, for good, short of victory; nobody learns from it."""
        self.world.front = min(max(self.world.front + by, -FARTHEST), FARTHEST)

    def fade(self) -> None:
        """The war may fade out while it hurts both sides."""
        world = self.world
        hurts_both = world.scenario.war is not None and all(world.hurting.values())
        if hurts_both and world.state == FIGHTING and world.comes(world.ledger["war.fade"], "war.fade"):
            self.end(FADED)
