"""The benchmarks at toy size: that they run, and that what they compare is the same work. Timings are not asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from benchmarks import explorers_player, flagship, growth, negmas_case, settings, startup, sweeps
from benchmarks.checkouts import ROOT, WarmProcess
from benchmarks.kernel import __main__ as kernel
from benchmarks.kernel import limit
from benchmarks.memory import peak
from benchmarks.timing import Taken, in_turn, ratio, table
from benchmarks.worlds import Size, plan_of
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.processes import default_workers
from negosim.engine.record.history import History
from negosim.engine.run import histories
from negosim.results.trials import joined
from negosim.scenario.load import load


def played(plan: Plan, trials: int, seed: int = 1) -> History:
    return joined(list(histories(plan, trials, seed)))


def test_pieces_of_work_take_turns() -> None:
    order: list[str] = []
    taken = in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert [len(times.wall) for times in taken.values()] == [3, 3]
    assert Taken(wall=[3.0, 1.0, 2.0]).median == 2.0


def test_a_ratio_is_the_median_of_those_of_the_rounds() -> None:
    assert ratio([2.0, 30.0, 4.0], [1.0, 10.0, 1.0]) == 3.0


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [(1, 2)]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_the_memory_of_a_command_is_seen() -> None:
    grabbing = "import time; held = bytearray(60_000_000); time.sleep(0.5)"
    took = peak([sys.executable, "-c", grabbing])
    assert took.largest > 60  # and no less than what the process took that started it
    assert took.together is None or 50 < took.together < 200


def test_worlds_are_of_the_size_asked_for() -> None:
    plan = plan_of(Size(parties=3, issues=5, options=2, rounds=7))
    assert (len(plan.parties), len(plan.issues), plan.columns) == (3, 5, 10)
    assert len(plan.ticks) == len(plan.tracks[0].rounds) == 7


def test_growth_at_toy_size() -> None:
    told = growth.with_size("issues", (2, 4), trials=40, rounds=1).splitlines()
    assert [line.split(" | ")[0] for line in told] == ["| issues", "| ---", "| 2", "| 4"]
    assert len(growth.with_trials(growth.LEAST, 1, workers=1).splitlines()) == 3


def test_sweeps_at_toy_size(capsys: pytest.CaptureFixture[str]) -> None:
    sweeps.main(points=4, before=ROOT, fewer=2, workers=1)
    now, before = [
        line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith(("| now", "| b"))
    ][::-1]
    assert (before[1], now[1]) == ("2", "4")
    assert now[4] == "3"


def test_settings_at_toy_size() -> None:
    """What is compared is the same work."""
    scenario = load(settings.SCENARIOS["divide-the-pie"])
    asked = settings.points(scenario, 3, 5)
    for one, other in zip(settings.packed(scenario, asked), settings.alone(scenario, asked), strict=True):
        np.testing.assert_array_equal(one.above, other.above)
    assert len(settings.speeds("divide-the-pie", many=8, rounds=1).splitlines()) == 2 + len(settings.TRIALS)
    assert len(settings.growth("divide-the-pie", most=1_000, rounds=1).splitlines()) == 3


def test_loops_that_are_compared_give_the_same_answers() -> None:
    asked = settings.points(explorers_player.scenario(), 3, explorers_player.TRIALS)
    rows = np.array([list(point.overrides.values()) for point in asked])
    packed = explorers_player.of_negosim(rows, 1)
    assert len(set(packed)) > 1
    np.testing.assert_array_equal(explorers_player.of_salib(rows, 1), packed)
    one = [explorers_player.cases(cost, rate)[explorers_player.METRIC] for cost, rate in rows.tolist()]
    np.testing.assert_array_equal(one, packed)  # what EMA Workbench calls


def test_the_flagship_at_toy_size(capsys: pytest.CaptureFixture[str]) -> None:
    flagship.speeds(20, 1)
    flagship.answers(20, 1)
    flagship.against(ROOT, [2], 2, 1)
    told = capsys.readouterr().out
    assert "answer of 20 trials" in told
    assert [line.split(" | ")[0] for line in told.splitlines()[-3:]] == [
        "| the engine alone, 2, one processor",
        "| a run, 2, one processor",
        f"| a command, 2, {default_workers()} processors",
    ]


def test_a_process_of_a_checkout_that_fails_is_not_timed(tmp_path: Path) -> None:
    with WarmProcess(ROOT, tmp_path / "none.yaml") as process, pytest.raises(subprocess.CalledProcessError):
        process.seconds("run", 2)


def test_a_command_is_run_to_its_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Else it would not be the command that is timed."""
    written = tmp_path / "written"
    slow = f"import pathlib, time; print('loud'); time.sleep(0.3); pathlib.Path({str(written)!r}).write_text('done')"
    startup.start(("-c", slow))
    assert written.read_text() == "done"
    assert capfd.readouterr().out == ""  # what it prints goes nowhere: a terminal would be timed with it


@pytest.mark.parametrize("fault", ["raise SystemExit(3)", "import no_such_module"])
def test_a_command_that_fails_is_not_timed(fault: str) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        startup.start(("-c", fault))


def test_the_commands_do_what_their_names_say() -> None:
    def answer(name: str) -> str:
        run = subprocess.run([sys.executable, *startup.COMMANDS[name][0]], capture_output=True, text=True, check=True)
        assert run.stderr == ""
        return run.stdout

    file = load(flagship.SCENARIO).file
    assert answer("python -c pass") == ""
    assert answer("negosim --help").startswith("Usage: negosim ")
    validated = " ".join(answer("negosim validate").split())
    assert f"{flagship.SCENARIO.name}: in order ({len(file.parties)} parties, " in validated
    for name, trials in (("negosim run --trials 1", 1), ("negosim run --trials 1000", 1000)):
        told = json.loads(answer(name))
        assert (told["run"]["trials"], told["scenario"]["title"]) == (trials, file.title)
    assert "1,000" in answer("negosim run --trials 1000, as a report")
    assert len(startup.COMMANDS) == 6


# -- the compiled limit -----------------------------------------------------------------------------------------------


@pytest.mark.compiled
@pytest.mark.parametrize("seed", [1, 77])
def test_engine_and_kernel_tell_the_same_of_every_trial(seed: int) -> None:
    plan = compiled(load(kernel.SCENARIO).file)
    ended = limit.play(limit.built(), limit.case_of(plan, seed), 403, 2)
    history = played(plan, 403, seed)
    assert kernel.differing(history, ended) == 0
    assert {True, False} == set((history.tracks[0].signed >= 0).tolist())
    assert (ended.endings["until"] < limit.BEYOND).any()  # some agreements broke, and their trials went on
    assert (ended.endings["victory"] >= 0).any()


@pytest.mark.compiled
def test_a_difference_between_engine_and_kernel_is_seen() -> None:
    plan = compiled(load(kernel.SCENARIO).file)
    case = limit.case_of(plan, 1)
    case["noise"] += 0.001
    assert kernel.differing(played(plan, 200), limit.play(limit.built(), case, 200, 1)) > 0


def test_the_kernel_refuses_other_scenarios() -> None:
    for plan in (plan_of(Size()), compiled(load(flagship.SCENARIO).file)):
        with pytest.raises(limit.UnplayableError, match="of the shape of"):
            limit.case_of(plan, 1)


@pytest.mark.compiled
def test_the_kernel_at_toy_size(capsys: pytest.CaptureFixture[str]) -> None:
    kernel.main(100, 1)
    assert "differ in 0 of 100 trials" in capsys.readouterr().out


# -- the case shared with NegMAS --------------------------------------------------------------------------------------


def test_the_shared_case_at_toy_size(capsys: pytest.CaptureFixture[str]) -> None:
    negmas_case.main(40, 0, 1, 1, with_negmas=False)
    told = capsys.readouterr().out
    assert "differ in 0 things over 1 trials" in told
    assert "figure measured before" in told


def test_negmas_is_given_the_numbers_of_the_engine() -> None:
    scenario = load(negmas_case.SCENARIO)
    plan = compiled(scenario.file)
    history = played(plan, 5)
    for trial, case in enumerate(negmas_case.cases(scenario, plan, 5)):
        # The issues of the file stand in another order than those of the plan.
        terms = history.tracks[0].terms[trial]
        chosen = {name: terms[place] - plan.slots[place].start for place, name in enumerate(plan.issues)}
        for party, view in case.items():
            rows = zip(view["weights"], view["values"], scenario.file.issues, strict=True)
            worth = sum(weight * row[chosen[name]] for weight, row, name in rows)
            assert worth == pytest.approx(history.tracks[0].worth[trial, plan.parties.index(party)])


def test_the_shared_case_is_what_the_comparison_says_it_is() -> None:
    file = load(negmas_case.SCENARIO).file
    plan = compiled(file)
    assert (len(file.parties), [len(issue.options) for issue in file.issues.values()]) == (3, [5] * 5)
    assert len(plan.tracks[0].rounds) == negmas_case.ROUNDS * len(file.parties)
    assert yaml.safe_load(negmas_case.SCENARIO.read_text())["talks"]["table"]["protocol"] == "alternating_offers"
    assert np.all(plan.ticks.days == np.arange(300))
