"""The Python interface."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console

import negosim
from negosim.engine import processes
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.run import histories
from negosim.results.export import columns
from tests.worlds import BORDER, load


@pytest.fixture(scope="module")
def result() -> negosim.Result:
    return negosim.run(load(BORDER), trials=300, seed=4)


def test_a_run_from_file_to_answer(tmp_path: Path) -> None:
    path = tmp_path / "border.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(BORDER))))
    scenario = negosim.load(path)
    whole = negosim.run(scenario, trials=200, seed=3)
    assert negosim.run(path, trials=200, seed=3).summary()["reached"] == whole.summary()["reached"]
    dearer = negosim.run(scenario.with_values({"parties.north.war_cost": 0.4}), trials=200, seed=3)
    assert dearer.reached("agreement").p > whole.reached("agreement").p
    assert dearer.summary()["run"]["set"] == {"parties.north.war_cost": 0.4}


def test_workers_change_nothing(result: negosim.Result) -> None:
    many = negosim.run(load(BORDER), trials=3300, seed=4, workers=2)
    for name in result.trials.dtype.names or ():
        np.testing.assert_array_equal(many.trials[name][:300], result.trials[name])


def test_processes_stay_and_are_taken_down_when_something_goes_wrong() -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    plan = compiled(load(BORDER).file)
    with pytest.raises(KeyboardInterrupt):
        list(histories(plan, 60, 4, workers=2, block=20, progress=stop))
    assert 2 not in processes._pools
    list(histories(plan, 60, 4, workers=2, block=20))
    pool = processes._pools[2]
    list(histories(plan, 60, 4, workers=2, block=20))
    assert processes._pools[2] is pool


def test_processes_start_before_they_are_asked_for_and_have_no_threads_of_their_own() -> None:
    with processes.started(2, 2 * processes.WORTH_A_PROCESS, "negosim.engine.calendar"):
        pool = processes._pools[2]
        started = [pool.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() for _ in range(2)]
        with processes.processes(2) as same:
            assert same is pool
    assert started == ["1", "1"]
    with pytest.raises(KeyError), processes.started(2, 2 * processes.WORTH_A_PROCESS, "json"), processes.processes(2):
        raise KeyError
    assert 2 not in processes._pools
    with processes.started(2, processes.WORTH_A_PROCESS, "json"):  # not worth two
        assert 2 not in processes._pools


def half_an_answer() -> None:
    """Write the beginning of an answer of a hundred bytes where a process writes its answers, and stay there."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals:
        assert frame.f_back
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), struct.pack("!i", 100) + b"half")
    time.sleep(600)


def test_nobody_waits_for_the_rest_of_an_answer() -> None:
    reader = None
    with pytest.raises(KeyboardInterrupt), processes.processes(1) as pool:
        pool.submit(half_an_answer)
        time.sleep(2)
        reader = vars(pool)["_executor_manager_thread"]
        raise KeyboardInterrupt
    assert reader
    reader.join(timeout=10)
    assert not reader.is_alive()


def test_a_run_that_keeps_no_trials_says_the_same(result: negosim.Result) -> None:
    lean = negosim.run(load(BORDER), trials=300, seed=4, keep=False)
    told, whole = lean.summary(), result.summary()
    told["run"]["seconds"] = whole["run"]["seconds"]
    assert told == whole
    assert lean.reached("ceasefire", by="2025-12-31") == result.reached("ceasefire", by="2025-12-31")
    with pytest.raises(ValueError, match="were not kept"):
        _ = lean.trials


def test_a_run_without_zones_says_all_else_the_same(result: negosim.Result) -> None:
    quick = negosim.run(load(BORDER), trials=300, seed=4, zones=False).summary()
    assert quick["zopa"] == {"trials": 0, "tracks": {}}
    assert {key: value for key, value in quick.items() if key not in ("zopa", "run")} == {
        key: value for key, value in result.summary().items() if key not in ("zopa", "run")
    }


def test_reached(result: negosim.Result) -> None:
    summary = result.summary()["reached"]
    for outcome, told in summary.items():
        for date, share in told["by"].items():
            found = result.reached(outcome, by=date)
            assert (found.p, found.low, found.high, found.trials) == (*share.values(), 300)
    first = result.history.spells["ceasefire"].first
    day = result.plan.ticks.date(int(np.median(first[first != NEVER])))
    before = result.reached("ceasefire", by=day - dt.timedelta(days=1))
    assert result.reached("ceasefire", by=day).p > before.p
    assert result.reached("ceasefire") == result.reached("ceasefire", by="2027-01-01")
    assert str(result.reached("victory:south", by="2025-01-01")) == "0.000 (0.000 to 0.013)"


@pytest.mark.parametrize(
    ("outcome", "by", "message"),
    [
        ("ceasfire", None, "did you mean 'ceasefire'"),
        ("ceasefire", "soon", "not a date"),
        ("ceasefire", "2031-01-01", "outside the simulation"),
        ("limited", None, "no outcome 'limited'"),
    ],
)
def test_what_cannot_be_asked(result: negosim.Result, outcome: str, by: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        result.reached(outcome, by=by)


@pytest.mark.parametrize("wrong", [{"trials": 0}, {"seed": -1}, {"workers": 0}])
def test_numbers_out_of_range(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        negosim.run(load(BORDER), **wrong)


def test_occupancy(result: negosim.Result) -> None:
    table = result.occupancy()
    states = [name for name in table.dtype.names or () if name != "date"]
    np.testing.assert_allclose(sum(table[name] for name in states), 1)
    assert table["date"][0] == np.datetime64("2025-01-01")
    assert table["war"][0] == 1 - table["ceasefire"][0] - table["settlement"][0]


def test_trials_are_the_columns_of_the_trials_file(result: negosim.Result) -> None:
    trials = result.trials
    named = columns(result.plan, result.history)
    assert trials.dtype.names == tuple(named)
    assert trials["final_state"].tolist() == named["final_state"]
    dates = [None if np.isnat(date) else str(date) for date in trials["ceasefire_date"]]
    assert dates == named["ceasefire_date"]
    assert np.isnan(trials["settlement_days"]).sum() == named["settlement_days"].count(None)
    assert trials["peace.border"].tolist() == named["peace.border"]


def test_types_do_not_hang_on_what_happened() -> None:
    kinds = {str(negosim.run(load(BORDER), trials=trials, seed=1).trials.dtype) for trials in (1, 2, 200)}
    assert len(kinds) == 1


def test_a_data_frame_on_request(result: negosim.Result) -> None:
    frame = result.frame()
    assert len(frame) == 300
    assert frame.index.name == "trial"
    assert frame["ceasefire_date"].notna().mean() == result.reached("ceasefire").p


def test_terms_and_refusals(result: negosim.Result) -> None:
    assert result.terms().keys() == result.refusals().keys() == {"truce", "peace"}
    assert result.terms()["peace"]["signed"] > 0


def test_it_shows_itself(result: negosim.Result) -> None:
    console = Console(width=90, record=True, file=io.StringIO())
    console.print(result)
    text = console.export_text()
    assert "In short" in text
    assert max(map(len, text.splitlines())) <= 90
    page = result._repr_html_()
    assert page.startswith('<div class="negosim-report">')
    assert "<pre" not in page and "<script" not in page
    assert "of 100 simulated histories" in page
    assert "Of 100 simulated histories" in negosim.run(load(BORDER), trials=20, keep=False)._repr_html_()
    assert repr(result).startswith(
        "<Result: Two sides, one border, a patron; 300 trials, seed 4; agreement by 2027-01-01:"
    )


def test_the_package_is_light_until_used() -> None:
    heavy = ("numpy", "pydantic", "yaml")
    script = f"import sys, negosim; print(negosim.__version__, [name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.strip().endswith("[]")
    assert set(dir(negosim)) == set(negosim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'walk'"):
        negosim.walk  # noqa: B018


def test_a_replay_is_the_row_of_the_trial(result: negosim.Result) -> None:
    table = columns(result.plan, result.history)
    for trial in (0, 299):
        story = result.replay(trial)
        assert story["end"] == {name: column[trial] for name, column in table.items()}
        assert story["story"]
    with pytest.raises(ValueError, match="no trial -1"):
        result.replay(-1)
