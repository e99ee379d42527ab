"""The model read rule by rule, one trial at a time, in plain floats; section signs are those of model.md.

It shares with the engine the draws, the reading of files and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from negosim.scenario.schema.document import Question, ScenarioFile
from tests.reference.bodies import Bodies
from tests.reference.calendar import Calendar
from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.drafting import Drafting
from tests.reference.events import Events
from tests.reference.ledger import Luck, Stated
from tests.reference.outcome import FADED, FIGHTING, VICTORY, Outcome
from tests.reference.peace import Peace
from tests.reference.red_lines import RedLines
from tests.reference.talks import Talks
from tests.reference.war import War
from tests.reference.world import World
from tests.reference.worth import Worth


def play(scenario: ScenarioFile, seed: int, trials: Iterable[int]) -> list[Outcome]:
    """Play trials, each from as_of to the horizon, or to victory or fading."""
    stated, calendar = Stated(scenario), Calendar(scenario)
    return [Trial(World(stated, calendar, Luck(seed, trial))).play() for trial in trials]


class Trial:
    """One trial: its rules, and the order in which they are read."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.war = War(world)
        self.worth = Worth(world)
        red_lines, bodies = RedLines(world), Bodies(world, self.worth)
        self.concession = Concession(world, self.worth, red_lines, bodies)
        self.peace = Peace(world, self.worth, bodies)
        consent = Consent(world, self.worth, self.concession, red_lines, bodies)
        drafting = Drafting(world, self.worth, self.concession, consent, red_lines)
        self.talks = Talks(world, self.concession, consent, drafting, self.peace)
        self.events = Events(world, self.war, red_lines, self.peace)
        self.states: list[str] = []

    def play(self) -> Outcome:
        world = self.world
        for tick in range(len(world.calendar.days)):
            world.tick = tick
            self.play_tick()
            self.states.append(world.state)
            if self.is_over():
                break
        return self.outcome()

    def is_over(self) -> bool:
        return self.world.state in (VICTORY, FADED)

    def play_tick(self) -> None:
        """One tick, in the order of the model's preamble."""
        world, before, drift_before = self.world, self.world.state, self.war.drift()
        open_before = [name for name in world.scenario.talks if world.tick and world.is_open(name, world.tick - 1)]
        world.ledger.run_out(world.day)
        self.events.happen()
        if world.tick == 0:
            self.war.begin()
            self.concession.begin()
            self.worth.value_war()
        else:
            self.war.shift_beliefs(drift_before)
            self.pass_time(before, open_before)
            if self.is_over():
                return
        self.peace.breach()
        self.peace.ratify()
        self.talks.hold()

    def pass_time(self, before: str, open_before: list[str]) -> None:
        """Let the stretch since the last tick pass in the state in which that tick ended."""
        if before == FIGHTING:
            self.war.fight()
            if self.is_over():
                return
        self.concession.run_clocks(before, open_before)
        self.worth.value_war()
        if before == FIGHTING:
            self.war.fade()

    # -- outcomes (§10) -------------------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        world = self.world
        return Outcome(
            final=world.state,
            states=self.states,
            spells=world.spells,
            winner=self.war.winner,
            victory=self.war.ended if world.state == VICTORY else None,
            faded=self.war.ended if world.state == FADED else None,
            fought=world.years_fought,
            tolls=self.war.tolls,
            answers={name: self.answer(question) for name, question in world.scenario.questions.items()},
            tracks=world.outcomes,
            standing=None if self.is_over() else self.standing(),
        )

    def standing(self) -> dict[str, float | str | bool]:
        """What is in force and what lasts, by name."""
        world, found = self.world, dict[str, float | str | bool]()
        found |= {f"status quo of {name}": option for name, option in world.status_quo().items()}
        found |= {f"distrust of {party}": distrust for party, distrust in world.distrust.items()}
        found |= {f"belief of {party}": belief for party, belief in world.belief.items()}
        found |= {"front": world.front} if world.scenario.war else {}
        found |= {f"stock {name}": level for name, level in self.war.stocks.levels.items()}
        found |= {f"mood {stream}": z for stream, z in world.moods.now().items() if self.matters(stream)}
        lessons = self.concession.bodies.lessons
        found |= {f"lesson of {body}": lesson.threshold for body, lesson in lessons.items()}
        found |= {f"clock of {track}.{party}": days for (track, party), days in self.concession.clock.items()}
        for track, day in world.closed_until.items():
            found |= {f"{track} waits": track in world.waiting, f"{track} is closed until": day}
        return found

    def matters(self, stream: str) -> bool:
        """Whether a mood or an error makes a difference, as the numbers now are."""
        ledger, (_, track, what, *rest) = self.world.ledger, stream.split(".")
        match what:
            case "consent":
                return ledger[f"parties.{rest[0]}.judgement_noise"] > 0
            case "mediator_error":
                error, weight = ledger[f"talks.{track}.mediator_error"], ledger[f"talks.{track}.weights.{rest[0]}"]
                return error > 0 and weight > 0 and self.world.scenario.talks[track].revisions > 0
            case _:
                return True

    def answer(self, question: Question) -> bool:
        by = self.world.calendar.day_of(question.by)
        reach, _, side = question.reach.partition(":")
        if reach in (VICTORY, FADED):
            ended = self.war.ended
            return self.world.state == reach and side in ("", self.war.winner) and ended is not None and ended <= by
        lasting = question.lasting.days if question.lasting else 0.0
        horizon = self.world.calendar.days[-1]
        return any(
            spell.since <= by and min(spell.until, horizon) - spell.since >= lasting
            for spell in self.world.spells[reach]
        )
