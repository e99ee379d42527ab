"""Bodies that must approve what has been signed: what they ask, and what their votes teach (model.md §6 and §8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tests.reference.formulas import ROUNDING
from tests.reference.outcome import Text
from tests.reference.signed import Body
from tests.reference.world import World
from tests.reference.worth import Worth


@dataclass
class Lesson:
    """What a lost vote showed: the threshold below which no text passes, and the day."""

    day: float
    threshold: float


class Bodies:
    """The bodies of a trial."""

    def __init__(self, world: World, worth: Worth) -> None:
        self.world = world
        self.worth = worth
        self.of_party = {party: self._bodies(party) for party in world.scenario.parties}
        self.lessons: dict[str, Lesson] = {}

    def _bodies(self, party: str) -> list[Body]:
        return [self._body(party, place) for place in range(len(self.world.scenario.parties[party].ratification))]

    def _body(self, party: str, place: int) -> Body:
        stated, path = self.world.scenario.parties[party].ratification[place], f"parties.{party}.ratification.{place}"
        draw = self.world.luck.drawn
        return Body(
            party=party,
            path=path,
            votes_as=stated.vote_as or party,
            of=stated.kinds,
            delay=draw(stated.delay, f"{path}.delay"),
            hurdle=draw(stated.hurdle, f"{path}.hurdle"),
            spread=draw(stated.spread, f"{path}.spread"),
            foresight=draw(stated.foresight, f"{path}.foresight"),
            memory=draw(stated.memory, f"{path}.memory"),
        )

    def voting(self, party: str, track: str) -> list[Body]:
        """The party's bodies that vote on the texts of a track."""
        return [body for body in self.of_party[party] if self.world.kind(track) in body.of]

    # -- what they will ask (§6) ----------------------------------------------------------------------------------

    def foreseen(self, party: str, track: str) -> float:
        """foreseen_i: what those of its bodies that vote by its own values make it ask for."""
        pressure = self.world.ledger[f"talks.{track}.pressure.{party}"]
        asked = [
            self.taught(body, body.foresight * max(0.0, body.hurdle + pressure), pressure)
            for body in self.voting(party, track)
            if not body.has_values_of_its_own
        ]
        return max(0.0, *asked) if asked else 0.0

    def expected(self, body: Body) -> float:
        """The gain at which its principal expects a body with values of its own to let a text pass."""
        return self.taught(body, body.foresight * body.hurdle, 0.0)

    def taught(self, body: Body, base: float, pressure: float) -> float:
        """What is expected of a body, moved towards the threshold that a lost vote showed; the lesson fades."""
        lesson = self.lessons.get(body.path)
        if lesson is None or not body.memory:
            return base
        weight = math.exp(-(self.world.day - lesson.day) / body.memory)
        return base + weight * (lesson.threshold + pressure - base)

    def will_pass(self, body: Body, track: str, text: Text) -> bool:
        """Whether the principal of a body with values of its own expects it to let a text pass."""
        return self.gain(body, track, text) >= self.expected(body) - ROUNDING

    # -- votes (§8) -----------------------------------------------------------------------------------------------

    def gain(self, body: Body, track: str, text: Text) -> float:
        """A_b(x) − N_b."""
        return self.worth.of_agreement(body.votes_as, track, text) - self.worth.no_deal(body.votes_as)

    def approves(self, body: Body, track: str, text: Text) -> bool:
        """Hold a vote: a lost one teaches, one that passes clears the lesson."""
        luck = body.spread * self.world.mood(f"{body.path}.spread", body.memory)
        approves = self.gain(body, track, text) + luck >= body.hurdle - ROUNDING
        if approves:
            self.lessons.pop(body.path, None)
        else:
            self.lessons[body.path] = Lesson(self.world.day, body.hurdle - luck)
        return approves
