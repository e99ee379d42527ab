"""The work of a run is estimated before it begins, and refused where it is more than the budget."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

import negosim
from negosim.cli.main import _run as command
from negosim.engine import kernel
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.parameters import _MOST_NOTES, _note, _Passing
from negosim.engine.plan import Change, Plan
from negosim.engine.run import BLOCK, block_of, histories
from negosim.engine.work import BUDGET, BudgetError, Work, check, lasting, work_of
from negosim.results.export import columns
from negosim.results.trials import joined
from negosim.scenario.load import load, loads
from tests.adversaries import Data, plain, with_effects, with_linkages, written

SCENARIOS = sorted(Path("scenarios").rglob("*.yaml"))


def plan_of(data: Data) -> Plan:
    return compiled(loads(written(data)).file)


def seconds(data: Data, trials: int = 10_000) -> float:
    return work_of(plan_of(data), trials).seconds


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
@pytest.mark.parametrize("with_kernel", [True, False])
def test_a_shipped_scenario_is_never_refused(path: Path, with_kernel: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not with_kernel:
        monkeypatch.setattr(kernel, "library", lambda: None)
    plan = compiled(load(path).file)
    assert 1 < work_of(plan, 100_000).seconds < (BUDGET / 2 if with_kernel else BUDGET)


def test_blocks_are_smaller_where_a_trial_has_many_numbers() -> None:
    sizes = [block_of(compiled(load(path).file)) for path in SCENARIOS]
    assert 1000 <= min(sizes) < 1100
    assert max(sizes) == BLOCK
    large = plan_of(plain(40, 25, 10, horizon="2 months"))
    assert block_of(large) == 500
    small, whole = (list(histories(large, 24, 1, block=block)) for block in (7, None))
    assert len(whole) == 1
    assert columns(large, joined(small)) == columns(large, whole[0])


def talking(**track: object) -> Data:
    data = plain(3, 2, 500, step="1 day", horizon="20 years")
    return {**data, "talks": {"peace": {**data["talks"]["peace"], "every": "1 day", **track}}}


DRIFT = {"add": "war.drift", "by": 0.1}
ADVERSARIES = {
    "events many times a day": {**with_effects(10, 50, rate=1000), "step": "1 day", "horizon": "50 years"},
    "effects that last": {
        **plain(step="1 day", horizon="50 years"),
        "events": {
            f"e{n}": {
                "rate": 1000,
                "repeats": True,
                "effects": [{"add": "war.drift", "by": 0.1, "for": "49 years"}] * 50,
            }
            for n in range(10)
        },
    },
    "offers beyond the room of the kernel": talking(protocol="alternating_offers"),
    "drafts beyond the room of the kernel": talking(revisions=1000),
    "a condition that always holds": {
        **plain(step="1 day", horizon="50 years"),
        "events": {
            f"e{n}": {"when": {"front_above": -0.9}, "repeats": True, "effects": [{"add": "war.drift", "by": 0.0}] * 50}
            for n in range(10)
        },
    },
    "linkages over everything": {**with_linkages(200, 100, 10, 20, parties=10), "horizon": "20 years"},
    "many tracks": {
        **plain(10, 10, 10, step="1 day", horizon="50 years"),
        "talks": {f"t{n}": {"kind": "settlement", "signatories": ["p0", "p1"], "every": "1 day"} for n in range(20)},
    },
}


@pytest.mark.parametrize("name", ADVERSARIES)
def test_a_file_does_not_decide_the_cost(name: str) -> None:
    scenario = loads(written(ADVERSARIES[name]))
    with pytest.raises(BudgetError, match=r"about .* of work on one processor; the budget is 1 hour \(fewer trials, "):
        negosim.run(scenario, trials=10_000)


def test_the_estimate_grows_with_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = seconds(plain())
    assert seconds(plain(), 20_000) > 1.5 * usual
    assert seconds(plain(step="1 day")) > 2 * usual
    assert seconds(plain(horizon="20 years")) > 5 * usual
    assert seconds(plain(20, 3, 20)) > 1.5 * usual
    assert seconds(with_effects(20, 5)) > seconds(with_effects(10, 5)) > seconds(with_effects(1, 1)) > usual
    assert seconds(with_effects(1, 5, rate=50)) > seconds(with_effects(1, 5, rate=1))
    assert seconds(with_effects(1, 5, rate={"lognormal": {"median": 50, "spread": 2}})) > usual
    assert seconds(with_effects(1, 5, rate=50, repeats=False)) < seconds(with_effects(1, 5, rate=50))
    assert work_of(plan_of(plain()), 100, zones=False).zones == 0 < work_of(plan_of(plain()), 100).zones
    monkeypatch.setattr(kernel, "library", lambda: None)
    assert seconds(plain()) > usual


def test_the_message_says_how_much_and_what_to_change() -> None:
    with pytest.raises(BudgetError) as told:
        check(Work(time=1.0, talks=11_000.0, events=519.0), 3600.0)
    assert str(told.value) == (
        "about 3.2 hours of work on one processor; the budget is 1 hour (fewer trials, talks that meet less often, or "
        "fewer options; or --budget 4h)"
    )
    check(Work(time=1.0, talks=11_000.0), None)
    check(Work(time=1.0, talks=11_000.0), math.inf)
    check(Work(time=3600.0), 3600.0)
    assert Work(time=1.0, zones=2.0).times(3).seconds == 9.0
    assert (Work(time=1.0) + Work(events=2.0)).remedy.startswith("events")


def test_lengths_of_time_are_written_in_words() -> None:
    assert [lasting(one) for one in (0.4, 1, 59, 61, 86_400, 1e6, 1e9)] == [
        "0.4 seconds", "1 second", "59 seconds", "1 minute", "1 day", "12 days", "11,574 days",
    ]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(written(plain(levers={"cost": {"path": "parties.p0.war_cost", "range": [0, 0.5]}})))
    return str(path)


SWEEP = ["sweep", "--vary", "cost=0,0.1,0.2", "--trials", "100"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "FILE"],
        ["run", "FILE", "--trials", "100000000", "--budget", "20m"],
        ["compare", "FILE", "--with", "war.drift=0.1"],
        ["uncertainty", "FILE"],
        ["sensitivity", "FILE", "--over", "levers", "--method", "morris"],
        ["levers", "FILE", "--reach", "settlement"],
        ["levers", "FILE", "--reach", "settlement", "--discover"],
        ["calibrate", "FILE", "--to", "settlement=0.1", "--move", "cost"],
        [*SWEEP, "FILE", "--out", "OUT", "--budget", "0.001s"],
    ],
    ids=" ".join,
)
def test_every_command_that_plays_has_a_budget(
    arguments: list[str], small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {"FILE": small, "OUT": str(tmp_path / "out")}
    budget = [] if "--budget" in arguments else ["--budget", "0.1s"]
    assert command([*(named.get(word, word) for word in arguments), *budget]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("about ") and "--budget" in told.err and told.err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_how_many_points_a_sweep_has_is_bounded_where_a_file_says_so(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = work_of(compiled(load(small).file), 100, zones=False).seconds
    budget = ["--budget", f"{1.05 * one:.3f}s"]
    file = tmp_path / "sweep.yaml"
    file.write_text("scenario: small.yaml\nvary: {cost: [0, 0.1, 0.2]}\ntrials: 100\n")
    assert command(["sweep", str(file), "--out", str(tmp_path / "a"), *budget]) == 2
    assert "about " in capsys.readouterr().err
    assert command([*SWEEP, small, "--out", str(tmp_path / "b"), "--workers", "1", *budget]) == 0
    assert command(["sweep", str(file), "--out", str(tmp_path / "c"), "--workers", "1", "--budget", "none"]) == 0


@pytest.mark.parametrize("text", ["soon", "4", "-1h", "0h", "h", "1e9h", "٤h", ""])
def test_what_is_no_budget(text: str, small: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["run", small, "--budget", text]) == 2
    assert "is not a budget (write e.g. 30m, 4h, 2d or none)" in capsys.readouterr().err


def test_a_program_may_play_as_long_as_it_likes(small: str) -> None:
    with pytest.raises(BudgetError):
        negosim.run(small, trials=100, budget=1e-3)
    assert negosim.run(small, trials=100, budget=None).tally.trials == 100


def test_notes_of_changes_do_not_pile_up_where_nobody_asks() -> None:
    stale: list[np.ndarray] = []
    for tick in range(1000):
        _note(stale, np.arange(tick % 5, 100))
    assert len(stale) <= _MOST_NOTES
    assert np.array_equal(np.unique(np.concatenate(stale)), np.arange(100))


def test_effects_that_last_are_the_same_however_many_histories_there_are() -> None:
    effect = {"add": "war.drift", "by": 0.1, "for": "3 months"}
    data = {
        **plain(3, 1, 2, horizon="2 years"),
        "events": {"e": {"rate": 4, "repeats": True, "effects": [effect]}},
    }
    plan = plan_of(data)
    some, few = (columns(plan, play(plan, 1, 0, trials)) for trials in (20, 7))
    assert {name: column[:7] for name, column in some.items()} == few


def test_effects_that_last_keep_nothing_of_when_they_came() -> None:
    change = Change("add", "war.drift", "events.e.effects.0.by", 365.0)
    passing = _Passing(change, *np.zeros((2, 1000), dtype=np.int64))
    for tick in range(500):
        passing.renew(np.arange(1000), tick, tick + 365)
    assert len(pickle.dumps(passing.ending)) < 10_000
    assert not any(passing.end(tick).size for tick in range(500, 864))
    assert passing.end(864).size == 1000
