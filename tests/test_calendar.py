"""The calendar: what falls on a tick is done in the order of its phases, and processes sleep until their next date."""

import io
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

import negosim as package
from negosim.engine import calendar, kernel
from negosim.engine.block import Block, StretchedBlock
from negosim.engine.calendar import PHASES, Calendar, Phase, Process, play, processes, run
from negosim.engine.compile import compiled
from negosim.engine.events import ScenarioEvent
from negosim.engine.pack import Pack
from negosim.engine.record.trace import Happened, Record, Trace
from negosim.experiments.explain.timetable import timetable
from negosim.report.calendar import LINES, print_calendar, written
from tests.examples import COMPLETE
from tests.reference.scenarios import scenarios
from tests.test_cli import negosim
from tests.test_explain import FLAGSHIP
from tests.worlds import BORDER, changed, load, pie

ORDER = ["conditions", "expiries", "events", "war", "values", "breaches", "votes", "talks", "deadlines", "record"]


def compiled_of(data: dict[str, Any]) -> Any:
    return compiled(load(data).file)


def clock(horizon: str = "2025-01-11", step: str = "7 days") -> Calendar:
    """Return a calendar; without more, with ticks on days 0, 7 and 10."""
    return Calendar(compiled_of(changed(pie(), {"horizon": horizon, "step": step})).ticks)


def test_the_phases_in_their_order() -> None:
    assert [phase.name.lower() for phase in sorted(Phase)] == ORDER
    assert list(PHASES) == sorted(Phase)


@given(st.permutations([(phase, place) for phase in Phase for place in range(3)]))
def test_what_falls_on_a_tick_goes_by_phase_and_place_whoever_began_first(
    begun: list[tuple[Phase, int]],
) -> None:
    days, seen = clock(), []

    def process(phase: Phase, place: int) -> Process:
        for day in (0, 7):
            tick = yield days.at(day, phase, place)
            seen.append((tick, phase, place))

    for phase, place in begun:
        days.process(process(phase, place))
    days.run()
    assert seen == sorted(seen)
    assert len(seen) == 2 * len(begun)


def moments(days: Calendar, asked: list[float]) -> list[tuple[float, int]]:
    """Return when a process that asks for some days one after another is woken: the day, and the tick."""
    seen = []

    def process() -> Process:
        for day in asked:
            tick = yield days.at(day, Phase.EVENTS)
            seen.append((days.now, tick))

    days.process(process())
    days.run()
    return seen


@pytest.mark.parametrize(
    ("day", "woken"),
    [(0, (0, 0)), (0.5, (7, 1)), (6.9, (7, 1)), (7, (7, 1)), (7 + 1e-9, (7, 1)), (7.1, (10, 2)), (10, (10, 2))],
)
def test_a_date_between_two_ticks_takes_effect_at_the_later(day: float, woken: tuple[float, int]) -> None:
    assert moments(clock(), [day]) == [woken]


@pytest.mark.parametrize("day", [10.1, 1e9, float("inf")])
def test_a_date_past_the_horizon_never_comes(day: float) -> None:
    assert moments(clock(), [day]) == []


def test_a_day_that_is_over_takes_effect_at_the_next_tick() -> None:
    assert moments(clock(), [0, 0, 3]) == [(0, 0), (7, 1), (10, 2)]


def test_every_tick_of_a_step_that_no_float_holds_is_met_on_its_own_day() -> None:
    """Sums of delays would drift from the ticks, and the order within a tick with them."""
    days = clock("2025-03-01", "0.1 days")
    seen = moments(days, list(days.days))
    assert seen == [(day, tick) for tick, day in enumerate(days.days)]


def test_what_is_booked_twice_is_done_once() -> None:
    days, done = clock(), []
    for day in (3, 6, 7, 9, 20):
        days.book(day, done.append, Phase.VOTES, 1)
    days.run()
    assert done == [1, 2]


def test_what_is_booked_for_a_phase_that_is_over_is_done_at_the_next_tick() -> None:
    days, done = clock(), []

    def process() -> Process:
        yield days.at(0, Phase.TALKS)
        days.book(0, lambda tick: done.append(("vote", tick)), Phase.VOTES)
        days.book(0, lambda tick: done.append(("deadline", tick)), Phase.DEADLINES)

    days.process(process())
    days.run()
    assert done == [("deadline", 0), ("vote", 1)]


# -- in a block -----------------------------------------------------------------------------------------------------

BUSY = changed(
    BORDER,
    {
        "horizon": "1 year",
        "parties.south.ratification": {"by": "a parliament", "delay": {"uniform": ["0 days", "30 days"]}},
        "talks.truce.deadline": {"on": "2025-03-01", "credibility": 0.5, "repeats": "2 months"},
        "events": {
            "aid": {"on": "2025-02-03", "effects": [{"add": "war.drift", "by": 0.1, "for": "20 days"}]},
            "raid": {"rate": 3, "repeats": True, "effects": [{"breaks": "ceasefire"}]},
            "thaw": {"when": {"state": "ceasefire"}, "effects": [{"scale": "parties.north.patience", "by": 0.5}]},
        },
    },
)


def shuffled(luck: random.Random) -> Callable[[Calendar, Block], list[Process]]:
    def begun(days: Calendar, block: Block) -> list[Process]:
        found = processes(days, block)
        luck.shuffle(found)
        return found

    return begun


def traced(plan: Any) -> list[Record]:
    trace: Trace = []
    play(plan, 3, 0, 1, trace)
    return trace


@settings(max_examples=15, deadline=None)
@given(scenarios(), st.randoms(use_true_random=True))
def test_the_order_in_which_processes_begin_changes_nothing(data: dict[str, Any], luck: random.Random) -> None:
    for plan in map(compiled_of, (data, BUSY)):
        expected = traced(plan)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(calendar, "processes", shuffled(luck))
            assert traced(plan) == expected


def test_an_event_dated_between_two_ticks_comes_at_the_later() -> None:
    plan = compiled_of(BUSY)
    (aid,) = [item for item in traced(plan) if isinstance(item, Happened) and item.event == "aid"]
    assert plan.ticks.date(aid.tick).isoformat() == "2025-02-05"


def test_each_of_several_deadlines_on_one_tick_counts() -> None:
    """Every five days from 20 January: three by the tick of 31 January, six more by that of 2 March."""
    deadline = {"on": "2025-01-20", "credibility": 0.5, "repeats": "5 days"}
    data = changed(pie((0.6, 0.6)), {"horizon": "60 days", "step": "30 days", "talks.table.deadline": deadline})
    block = Block(compiled_of(data), 1, 0, 2)
    run(block)
    fallen = [item for item in block.plan.tracks[0].deadlines if item.tick < len(block.plan.ticks)]
    assert [item.tick for item in fallen] == [1, 1, 1, 2, 2, 2, 2, 2, 2]
    assert block.state.tracks[0].credibility.tolist() == [0.5**9] * 2


def test_who_has_nothing_to_do_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event with a date looks at one tick, talks at their rounds; nothing votes or breaks before a signature."""
    monkeypatch.setattr(kernel, "library", lambda: None)
    woken: list[tuple[Phase, int]] = []
    came: list[str] = []
    on = Calendar.on

    def noted(self: Calendar, tick: int, phase: Phase, place: int = 0) -> Any:
        woken.append((phase, place))
        return on(self, tick, phase, place)

    monkeypatch.setattr(Calendar, "on", noted)
    plan = compiled_of(changed(BUSY, {"talks.truce.opens": "2025-12-01", "talks.peace.opens": "2025-12-01"}))
    block = Block(plan, 1, 0, 1)
    monkeypatch.setattr(block.agreements, "check", lambda tick: woken.append((Phase.BREACHES, tick)))
    monkeypatch.setattr(block, "meet", lambda tick: ())
    come = ScenarioEvent.come
    monkeypatch.setattr(ScenarioEvent, "come", lambda self, tick: (came.append(self.event.id), come(self, tick))[1])
    run(block)
    names = [event.id for event in plan.events]
    ticks, counts = len(plan.ticks), {key: woken.count(key) for key in woken}
    assert counts[Phase.WAR, 0] == counts[Phase.CONDITIONS, names.index("thaw")] == ticks
    assert came.count("aid") == 1
    assert 0 < came.count("raid") < ticks // 3
    assert counts[Phase.TALKS, 0] == len({tick for track in plan.tracks for tick in track.rounds}) < ticks // 5
    assert not {phase for phase, _ in woken} & {Phase.BREACHES, Phase.VOTES}


@pytest.mark.compiled
@pytest.mark.parametrize(("horizon", "known"), [("2 years", {"aid", "alarm", "raid"}), ("3 years", {"aid"})])
def test_comings_are_known_beforehand_as_far_as_that_takes_little_room(horizon: str, known: set[str]) -> None:
    alarm = {"rate": 50, "repeats": True, "effects": [{"add": "war.drift", "by": 0.001, "for": "20 days"}]}
    plan = compiled_of(changed(BUSY, {"horizon": horizon, "events.alarm": alarm}))
    block = StretchedBlock(Pack.alone(plan, 1, 0, 4), zones=False)
    assert {event.id for place, event in enumerate(plan.events) if place not in block.comings.open} == known


# -- the calendar in print ------------------------------------------------------------------------------------------

PRINTED = """\
Two sides, one border, a patron
1 January 2025 to 1 January 2026: 54 ticks, one every 7 days

On every tick, in this order (a date between two ticks counts at the later)
  conditions  conditional events look at what the last tick left
  expiries    temporary effects and red lines whose time is up run out
  events      events come, by id
  war         the front moves, tolls are counted, stocks burn
  values      parties learn, patience runs, values follow; a war may fade
  breaches    agreements whose time has come break
  votes       signed texts are voted on, by track
  talks       tracks meet, by opening and id
  deadlines   deadlines that pass unsigned lose half their credibility
  record      the state is recorded

Tracks, in the order in which they meet on a tick
  peace  1 January 2025, every 28 days, 14 rounds
  truce  1 January 2025, every 14 days, 27 rounds; 6 deadlines from 5 March 2025

Votes, after a signature
  a parliament  uniform 0 days to 30 days

Events: by date, on a condition, at random
  aid   3 February 2025, takes effect 5 February 2025
  thaw  once in a ceasefire
  raid  3 a year, again and again
"""


def test_the_printed_calendar() -> None:
    scenario = load(BUSY)
    assert str(package.calendar(scenario)) == PRINTED


def test_the_data_of_the_calendar() -> None:
    scenario = load(BUSY)
    told = package.calendar(scenario).as_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told == timetable(scenario, compiled(scenario.file))
    assert [phase["phase"] for phase in told["phases"]] == ORDER
    assert (told["events"]["aid"]["on"], told["events"]["aid"]["takes_effect"]) == ("2025-02-03", "2025-02-05")
    assert told["votes"][0]["tracks"] == ["peace"]
    assert "54 ticks" in repr(package.calendar(scenario))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_calendar_fits_on_one_screen(width: int) -> None:
    told = package.calendar(FLAGSHIP).as_dict()
    texts = []
    for full in (False, True):
        file = io.StringIO()
        print_calendar(told, Console(file=file, width=width), full=full)
        texts.append(file.getvalue())
    short, whole = texts
    assert len(short.splitlines()) <= LINES < len(whole.splitlines())
    assert "more (--full)" in short and "(--full)" not in whole
    assert max(map(cell_len, whole.splitlines())) <= width


def test_the_calendar_on_the_command_line(tmp_path: Any) -> None:
    file = tmp_path / "complete.yaml"
    file.write_text(COMPLETE)
    told = json.loads(negosim("explain", str(file), "--calendar", "--json").stdout)
    assert written(told) == str(package.calendar(file))
