"""Calibration: the search by known functions, the whole by small worlds, the variant by its bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from rich.console import Console

from negosim.cli.calibrate import command
from negosim.experiments.calibrate.calibrate import calibrate
from negosim.experiments.calibrate.movable import movable, parse_range
from negosim.experiments.calibrate.optimiser import CLOSE, Board, flat_direction, flat_range, probed, seek
from negosim.experiments.calibrate.result import Calibration
from negosim.experiments.calibrate.variant import settings_of, with_variant
from negosim.experiments.evaluate import Point, evaluated
from negosim.report.calibrate import print_calibration
from negosim.scenario.load import load as load_file
from negosim.scenario.load import loads
from tests.worlds import BORDER, WAR_ONLY, changed, load

WAR = changed(
    WAR_ONLY,
    {
        "horizon": "4 years",
        "war.drift": {"normal": {"mean": 0.05, "sd": 0.05}},
        "questions": {"won": {"title": "The war is won", "reach": "victory:north", "by": "2028-12-31"}},
        "levers": {"drift": {"title": "Where the front tends", "path": "war.drift", "range": [-0.3, 0.5]}},
        "variants": {"calm": {"set": {"war.volatility": 0.3}}},
    },
)
TRIALS = 400


def report(found: Calibration) -> str:
    stream = io.StringIO()
    print_calibration(found, Console(file=stream, width=100))
    return " ".join(stream.getvalue().split())


# The search


def found_by(gaps: Any, start: list[float]) -> Board:
    board = Board(gaps)
    seek(board, np.array(start), seed=1)
    return board


def test_one_input_is_bisected_to_where_a_step_function_crosses() -> None:
    board = found_by(lambda x: np.array([np.floor(1000 * x[0] ** 2) / 1000 - 0.3]), [0.5])
    assert abs(board.gaps[board.best][0]) <= CLOSE
    assert board.points[board.best][0] == pytest.approx(0.3**0.5, abs=0.005)


def test_of_two_crossings_the_one_nearer_to_the_present_value_is_taken() -> None:
    hill = lambda x: np.array([0.25 - (x[0] - 0.5) ** 2 - 0.16])  # noqa: E731 - crosses at 0.2 and 0.8
    for start, at in ((0.1, 0.2), (0.9, 0.8)):
        board = found_by(hill, [start])
        assert board.points[board.best][0] == pytest.approx(at, abs=0.01)


def test_a_target_out_of_reach_leaves_the_nearest_point() -> None:
    board = found_by(lambda x: np.array([0.2 - (x[0] - 0.37) ** 2 - 0.5]), [0.9])
    assert board.points[board.best][0] == pytest.approx(0.37, abs=0.01)


def test_two_inputs_meet_two_targets() -> None:
    board = found_by(lambda x: np.array([x[0] * x[1] - 0.2, x[0] - x[1] - 0.1]), [0.5, 0.5])
    assert np.abs(board.gaps[board.best]).max() <= CLOSE


def test_points_without_an_answer_are_passed_over() -> None:
    board = found_by(lambda x: np.array([x[0] - 0.8 if x[0] > 0.4 else np.nan]), [0.1])
    assert board.points[board.best][0] == pytest.approx(0.8, abs=CLOSE)


def test_a_line_is_flat_as_far_as_its_slope_says() -> None:
    board = found_by(lambda x: np.array([0.5 * (x[0] - 0.5)]), [0.5])
    low, high = flat_range(board, np.zeros(1), np.array([0.1]))
    assert (low, high) == (pytest.approx(0.3), pytest.approx(0.7))


def test_a_flat_direction_is_found_and_followed() -> None:
    board = found_by(lambda x: np.array([x[0] + 2 * x[1] - 1.5]), [0.5, 0.5])
    errors = np.array([0.01])
    direction = flat_direction(board, errors)
    assert direction is not None
    assert np.abs(direction) == pytest.approx(np.array([2, 1]) / 5**0.5, abs=1e-6)
    assert direction[0] * direction[1] < 0
    first, last = probed(board, direction, np.zeros(1), errors)
    assert np.abs(last - first).max() > 0.15
    assert all(abs(end[0] + 2 * end[1] - 1.5) <= 0.01 + CLOSE for end in (first, last))


def test_a_flat_direction_is_followed_along_a_bound() -> None:
    # Out of reach: the best point is the corner (1, 0), and the direction leads out of the square at once.
    board = found_by(lambda x: np.array([1.1 - x[0] + 0.001 * x[1]]), [0.5, 0.5])
    assert board.points[board.best].tolist() == [1.0, 0.0]
    first, last = probed(board, np.array([0.1, 0.99]), board.gaps[board.best], np.array([0.01]))
    assert first.tolist() == [1.0, 0.0]
    assert last.tolist() == [1.0, pytest.approx(0.6 * 0.99)]


def test_as_many_steep_answers_as_inputs_leave_no_flat_direction() -> None:
    board = found_by(lambda x: np.array([x[0] - 0.3, x[1] - 0.6]), [0.5, 0.5])
    assert flat_direction(board, np.array([0.01, 0.01])) is None


# In worlds


@pytest.fixture(scope="module")
def met() -> Calibration:
    return calibrate(load(WAR), {"won": 0.6}, {"drift": None}, trials=TRIALS)


def test_a_reachable_target_is_met(met: Calibration) -> None:
    fit, moved = met.fits[0], met.moved[0]
    assert met.is_met and fit.fitted.value == pytest.approx(0.6, abs=0.01)
    assert (moved.path, moved.was_uncertain, moved.low, moved.high) == ("war.drift", True, -0.3, 0.5)
    assert moved.near_low is not None and moved.near_high is not None
    assert moved.near_low <= moved.value <= moved.near_high
    assert 'Met within 1 point: "The war is won"' in report(met) and "single value" in report(met)


def test_the_fit_is_what_a_run_with_its_settings_answers(met: Calibration) -> None:
    again = evaluated(load(WAR), Point(met.settings, TRIALS, 1), ["question.won"]).estimates["question.won"]
    assert again == met.fits[0].fitted
    fresh = evaluated(load(WAR), Point(met.settings, TRIALS, met.fresh_seed), ["question.won"]).estimates
    assert fresh["question.won"] == met.fits[0].fresh != again


def test_a_target_out_of_reach_is_said_to_be() -> None:
    found = calibrate(load(WAR), {"won": 0.99}, {"war.drift": (-0.1, 0.1)}, trials=200)
    assert not found.is_met and found.moved[0].value == 0.1
    assert found.fits[0].largest == found.fits[0].fitted.value
    text = report(found)
    assert "99.0 % is out of reach" in text and "the upper end of its range" in text


def test_an_input_without_effect_stays_where_it_is_and_is_said_to_have_none() -> None:
    found = calibrate(load(WAR), {"won": 0.9}, {"parties.south.fatigue": (0.0, 1.0)}, trials=50)
    assert found.moved[0].value == found.moved[0].present == 0.0
    assert "these inputs do not move it" in report(found)


def test_several_inputs_meet_several_targets() -> None:
    targets, moves = {"won": 0.45, "victory:south": 0.2}, {"drift": None, "war.volatility": (0.1, 1.0)}
    found = calibrate(load(WAR), targets, moves, trials=200)
    assert found.is_met, [fit.fitted for fit in found.fits]
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()
    assert len(found.frame()) == len(found.looked)


def test_a_duration_moves_in_days() -> None:
    (moved,) = movable(load(BORDER), {"parties.north.patience": ("6 months", "24 months")})
    assert (moved.low, moved.high) == (pytest.approx(182.625), pytest.approx(730.5))
    assert str(moved.input.written(moved.value(0.5))).endswith(" days")


def test_what_only_the_file_names_can_be_moved_too() -> None:
    """The time of a red line and the delay of a vote stand in no list of numbers, and are times."""
    world = changed(
        BORDER,
        {
            "issues.border.views.south.red_lines": {"far": {"uniform": ["1 year", "3 years"]}, "line": "never"},
            "parties.north.ratification": [{"by": "a vote", "delay": "60 days"}],
            "linkages": [{"when": {"border": "far"}, "adds": {"south": -0.2}}],
            "questions": {"deal": {"reach": "agreement", "by": "2026-01-01", "benchmarks": [{"p": 0.5}]}},
            "variants": {"calm": {"set": {"war.drift": 0}}},
            "levers": {"drift": {"path": "war.drift", "range": [0, 1]}},
        },
    )
    lines = "issues.border.views.south.red_lines"
    for path, given, start, low, high, is_duration in (
        (f"{lines}.far", None, 730.5, 365.25, 1095.75, True),
        ("parties.north.ratification.0.delay", ("1 day", "3 days"), 60.0, 1.0, 3.0, True),
        ("linkages.0.adds.south", (-0.5, 0.0), -0.2, -0.5, 0.0, False),
    ):
        (moved,) = movable(load(world), {path: given})
        assert (moved.start, moved.low, moved.high) == pytest.approx((start, low, high))
        assert moved.input.is_duration is is_duration and moved.was_uncertain is (given is None)
    for path in (
        f"{lines}.line",
        "questions.deal.benchmarks.0.p",
        "variants.calm.set.war.drift",
        "levers.drift.range.0",
    ):
        with pytest.raises(ValueError, match=f"there is no input '{path}'"):
            movable(load(world), {path: (0, 1)})


def test_ranges_come_from_the_distribution_where_no_lever_says() -> None:
    world = {key: value for key, value in WAR.items() if key != "levers"}
    low, high = movable(load(world), {"war.drift": None})[0].input.range
    assert (low, high) == (pytest.approx(0.05 - 1.645 * 0.05, abs=1e-4), pytest.approx(0.05 + 1.645 * 0.05, abs=1e-4))
    uniform = changed(world, {"war.drift": {"uniform": [-0.2, 0.1]}})
    assert movable(load(uniform), {"war.drift": None})[0].input.range == (-0.2, 0.1)


@pytest.mark.parametrize(
    ("to", "move", "message"),
    [
        ({"lost": 0.5}, {"drift": None}, "no metric 'lost'"),
        ({"won": 1.5}, {"drift": None}, "between 0 and 1"),
        ({"won": 0.5}, {"war.frnt": (0, 1)}, "did you mean 'war.front'"),
        ({"won": 0.5}, {"war.front": None}, "say how far it may move"),
        ({"won": 0.5}, {"war.volatility": (-1, 1)}, "out of range"),
        ({"won": 0.5}, {"war.front": (0.5, 0.1)}, "must rise"),
        ({"won": 0.5}, {"drift": None, "war.drift": (0, 1)}, "named twice"),
        ({}, {"drift": None}, "no target"),
        ({"won": 0.5}, {}, "no input"),
    ],
)
def test_what_cannot_be_done_is_refused(to: dict[str, float], move: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calibrate(load(WAR), to, move, trials=10)


def test_a_range_is_read() -> None:
    assert parse_range("parties.a.patience=6 months:2 years") == ("parties.a.patience", ("6 months", "2 years"))
    with pytest.raises(ValueError, match="names no range"):
        parse_range("war.drift=0.1")


# The variant

SETTINGS = {"war.drift": 0.125, "war.volatility": 0.4}
BLOCK = yaml.safe_dump(json.loads(json.dumps(WAR)), sort_keys=False)
BARE = yaml.safe_dump({k: v for k, v in json.loads(json.dumps(WAR)).items() if k != "variants"}, sort_keys=False)
COMMENTED = BLOCK.replace("variants:\n", "variants:   # what if\n    # the first\n").replace("title: A", "title:   A")


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        COMMENTED,
        BARE,
        BARE.rstrip("\n"),
        BARE + "variants: {}\n",
        BARE + "variants: {calm: {set: {war.volatility: 0.3}}}  # one\n",
        BLOCK.replace("\n", "\r\n"),
        "\ufeff" + BLOCK.replace("A war and", "Ein Krieg für Übung und"),
        json.dumps(WAR),
        json.dumps({key: value for key, value in WAR.items() if key != "variants"}),
        "".join(f"  {line}\n" for line in BARE.splitlines()),
    ],
    ids=["block", "comments", "none", "no last line", "empty", "flow", "crlf", "bom", "json", "json none", "indented"],
)
def test_a_variant_is_added_and_every_other_byte_kept(text: str) -> None:
    before = text.encode()
    after = with_variant(before, "fitted", 'As "wanted"', SETTINGS)
    cut = next((k for k in range(len(before)) if before[k] != after[k]), len(before))
    added = len(after) - len(before)
    places = range(max(cut - added, 0), cut + 1)
    assert any(before[:k] + after[k : k + added] + before[k:] == after for k in places)
    fitted = loads(after, variant="fitted")
    assert fitted.file.model_copy(update={"variants": {}}) == loads(before, values=SETTINGS).file.model_copy(
        update={"variants": {}}
    )
    assert fitted.file.variants["fitted"].title == 'As "wanted"'


def test_a_variant_that_cannot_be_added_is_refused() -> None:
    with pytest.raises(ValueError, match="already"):
        with_variant(BLOCK.encode(), "calm", "", SETTINGS)
    with pytest.raises(ValueError, match="not a name"):
        with_variant(BLOCK.encode(), "Calm!", "", SETTINGS)
    with pytest.raises(ValueError, match="layout"):
        with_variant((BARE + "...\n").encode(), "fitted", "Fitted", SETTINGS)


def test_what_a_variant_and_settings_had_changed_is_in_the_new_one() -> None:
    scenario = loads(BLOCK, variant="calm", values={"war.front": 0.3})
    assert settings_of(scenario, {"war.drift": 0.1}) == {"war.volatility": 0.3, "war.front": 0.3, "war.drift": 0.1}


def test_the_command_writes_a_copy_that_gives_the_calibrated_answer(tmp_path: Path) -> None:
    file, out = tmp_path / "war.yaml", tmp_path / "fitted.yaml"
    file.write_text(COMMENTED)
    asked = [str(file), "--to", "won=0.6", "--move", "drift", "--trials", "200", "--out", str(out)]
    told = json.loads(CliRunner().invoke(command, [*asked, "--json"]).output)
    assert file.read_text() == COMMENTED
    fitted = evaluated(load_file(out, variant="calibrated"), Point({}, 200, 1), ["question.won"])
    assert (
        fitted.estimates["question.won"].value == told["targets"][0]["fitted"]["value"] == pytest.approx(0.6, abs=0.01)
    )
    again = CliRunner().invoke(command, asked)
    assert again.exit_code == 2 and "exists already" in again.output
    onto_itself = CliRunner().invoke(command, [*asked[:-1], str(file)])
    assert onto_itself.exit_code == 2 and file.read_text() == COMMENTED


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--to", "won", "--move", "drift"], "is not a target"),
        (["--to", "won=0.5", "--to", "won=0.6", "--move", "drift"], "named twice"),
        (["--to", "won=0.5", "--move", "drift=1"], "names no range"),
        (["--to", "won=0.5", "--move", "drift", "--out", "x.yaml", "--name", "calm"], "already"),
    ],
)
def test_a_wrong_command_is_explained(tmp_path: Path, options: list[str], message: str) -> None:
    file = tmp_path / "war.yaml"
    file.write_text(BLOCK)
    done = CliRunner().invoke(command, [str(file), *options])
    assert done.exit_code == 2 and message in done.output
