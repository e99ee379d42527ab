"""Sweeps: what they count, what they refuse, and how they fail."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from negosim.engine.calendar import play_pack
from negosim.engine.pack import Pack
from negosim.engine.record.history import History
from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Point, evaluated
from negosim.experiments.sweep.design import DesignError
from negosim.experiments.sweep.grid import grid
from negosim.experiments.sweep.sweep import manifest_of, sweep
from tests.stores import content
from tests.sweeps import (
    COST,
    DRIFT,
    METRICS,
    asked,
    drifts,
    finished,
    swept,
    world,
    written,
)
from tests.worlds import BORDER, changed, load

# -- what it counts -----------------------------------------------------------------------------------------------


def test_every_point_is_played_as_a_run_would_play_it() -> None:
    result = swept(None, 3)
    for point, settings in enumerate(drifts(3).points):
        alone = evaluated(world(), Point(settings, 40, 1), METRICS)
        assert (result.store.counts(point).above == alone.above).all()
    frame = result.frame()
    assert list(frame[DRIFT]) == [-0.4, 0.0, 0.4]
    assert frame["victory:north"].is_monotonic_increasing
    assert (result.failed, result.played) == ({}, 3)


def test_what_is_counted_unless_said_otherwise() -> None:
    data = changed(BORDER, {"questions": {"truce": {"reach": "ceasefire", "by": "2025-12-15"}}})
    scenario = load(data)
    header = manifest_of(scenario, grid(scenario, {DRIFT: "0,0.1"}))
    assert header.metrics == ("agreement", "ceasefire", "settlement", "question.truce")
    assert (header.trials, header.part_trials, header.design["replications"]) == (1000, 1000, 1)
    with pytest.raises(ValueError, match="no metric 'agrement'"):
        manifest_of(scenario, grid(scenario, {DRIFT: "0,0.1"}), metrics=["agrement"])


def test_large_points_are_played_in_parts(tmp_path: Path) -> None:
    result = swept(tmp_path / "out", 2, trials=5000)
    assert result.store.progress().parts == 4
    whole = evaluated(world(), Point(drifts(2).points[1], 5000, 1), METRICS)
    assert (result.store.counts(1).above == whole.above).all()


def test_replications_are_kept_apart() -> None:
    result = swept(None, 2, replications=3)
    rows = result.replications().rows
    assert [(row.point, row.replication, row.trials) for row in rows] == [
        (point, replication, 40) for point in range(2) for replication in range(3)
    ]
    alone = evaluated(world(), Point(drifts(2).points[1], 40, 1, first=80), METRICS)
    assert rows[5].estimates == alone.estimates
    frame = result.replications().frame()
    assert list(frame["replication"]) == [0, 1, 2] * 2
    spread = result.replications().spread()["years"]
    means = frame.groupby("point")["years"].mean()
    assert spread.points == pytest.approx(means.std())
    assert spread.replications == pytest.approx(frame.groupby("point")["years"].var().mean() ** 0.5)
    assert [row["trials"] for row in result.as_dict()["points"]] == [120, 120]


def test_points_that_are_the_same_come_to_the_same() -> None:
    design = drifts(2)
    twice = type(design)(design.columns, (*design.points, *design.points), design.how)
    result = sweep(world(), twice, metrics=METRICS, trials=40)
    rows = result.table().rows
    assert [row.status for row in rows] == ["complete"] * 4
    assert [row.estimates for row in rows[:2]] == [row.estimates for row in rows[2:]]


def test_temporary_results_are_taken_away() -> None:
    result = swept(None, 2)
    directory = result.store.directory
    assert directory.exists()
    del result
    assert not directory.exists()


# -- failures -----------------------------------------------------------------------------------------------------


def test_a_point_that_is_refused_fails_alone_and_is_tried_again(tmp_path: Path) -> None:
    design = grid(world(), {"parties.north.time_preference": "-0.1,0.1", DRIFT: "0,0.1"})
    result = sweep(world(), design, metrics=METRICS, trials=10, out=tmp_path / "out")
    assert set(result.failed) == {0, 1}
    assert "out of range" in result.failed[0]
    assert [row.status for row in result.table().rows] == ["failed", "failed", "complete", "complete"]
    again = sweep(world(), design, metrics=METRICS, trials=10, out=tmp_path / "out", resume=True)
    assert (again.played, set(again.failed)) == (2, {0, 1})


def test_a_point_that_raises_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def play(pack: Pack) -> History:
        if any(setting.numbers[DRIFT].value > 0.3 for setting in pack.settings if DRIFT in setting.numbers):
            raise ZeroDivisionError("the front is nowhere")
        return play_pack(pack)

    monkeypatch.setattr("negosim.experiments.evaluate.play_pack", play)
    assert swept(None, 5).failed == {4: "ZeroDivisionError: the front is nowhere"}


def test_a_directory_that_is_there_is_refused_without_resume(tmp_path: Path) -> None:
    swept(tmp_path / "out", 3)
    before = content(tmp_path / "out")
    with pytest.raises(StoreError, match="holds results already"):
        swept(tmp_path / "out", 3)
    with pytest.raises(StoreError, match="seed: 1 there, 2 now"):
        swept(tmp_path / "out", 3, resume=True, seed=2)
    assert swept(tmp_path / "out", 3, resume=True).played == 0
    assert content(tmp_path / "out") == before


def test_nothing_is_written_of_a_sweep_that_cannot_begin(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="nothing varies"):
        sweep(world(), grid(world(), {DRIFT: "0.1"}), out=tmp_path / "out")
    with pytest.raises(ValueError, match="no cluster"):
        swept(tmp_path / "out", cluster="somewhere")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_loses_nothing_that_is_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from negosim.experiments.store.store import Store

    whole, written_so_far = Store.write, []

    def write(self: Store, *arguments: Any) -> None:
        if len(written_so_far) == 7:
            raise OSError(errno.ENOSPC, "No space left on device")
        written_so_far.append(arguments)
        whole(self, *arguments)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(Store, "write", write)
        swept(tmp_path / "out")
    with Store.open(tmp_path / "out") as store:
        assert store.progress().done == 7
    assert swept(tmp_path / "out", resume=True).played == 5
    swept(tmp_path / "other")
    assert content(tmp_path / "out") == content(tmp_path / "other")


# -- the command line ---------------------------------------------------------------------------------------------


def test_failed_points_are_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    scenario = written(tmp_path)
    command = [
        sys.executable, "-m", "negosim", "sweep", str(scenario), "--vary", "parties.north.time_preference=-0.1,0.1",
        "--metric", "years", "--trials", "10", "--workers", "1", "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    code, answer, errors = finished(command)
    assert (code, errors) == (1, "")
    assert "Point 0 failed: parties.north.time_preference: -0.1 is out of range" in " ".join(answer.split())
    code, answer, errors = finished([*command, "--resume", "--json"])
    assert code == 1
    assert errors.startswith(
        "point 0 (north: time preference = -0.1) failed: parties.north.time_preference: -0.1 is out of range"
    )
    assert list(json.loads(answer)["failed"]) == ["0"]


def test_a_dry_run_says_what_will_be_played(tmp_path: Path) -> None:
    scenario = written(tmp_path)
    code, answer, _ = finished([*asked(scenario, tmp_path / "out", "--dry-run"), "--workers", "1"])
    told = json.loads(answer)
    assert code == 0
    assert (told["forecast"]["points"], told["forecast"]["trials"]) == (200, 8000)
    assert 0 < told["forecast"]["seconds"] < 600
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing varies"),
        (["--vary", "war.drift=0.1"], "war.drift has one value only"),
        (["--vary", "war.drift=0.3:0.1:3"], "war.drift: a range must rise"),
        (["--vary", "war.drfit=0,1"], "did you mean 'drift'"),
        (["--vary", "war.drift=0,1", "--metric", "yaers"], "did you mean 'years'"),
        (["--sample", "lhs", "--points", "8"], "declares no levers"),
        (["--sample", "lhs"], "--sample needs --points"),
        (["--points", "8"], "go with --sample"),
        (["--vary", "war.drift=0,1", "--workers", "2", "--cluster", "local:2"], "exclude each other"),
        (["--vary", "war.drift=0,1", "--cluster", "localhost"], "'localhost' is no cluster"),
    ],
)
def test_what_cannot_be_swept_is_told(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from negosim.cli.main import _run

    assert _run(["sweep", str(written(tmp_path)), "--out", str(tmp_path / "out"), *arguments]) == 2
    told = capsys.readouterr()
    assert message in " ".join(told.err.split())
    assert told.out == ""
    assert not (tmp_path / "out").exists()


def test_somewhere_must_the_results_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from negosim.cli.main import _run

    assert _run(["sweep", str(written(tmp_path)), "--vary", f"{COST}=0.1,0.2"]) == 2
    assert "where do the results go?" in capsys.readouterr().err


def test_an_answer_in_json_needs_nowhere_to_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from negosim.cli.main import _run

    told = ["sweep", str(written(tmp_path)), "--vary", f"{COST}=0.1,0.2", "--trials", "10", "--workers", "1", "--json"]
    assert _run(told) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [point[COST] for point in answer["points"]] == [0.1, 0.2]
    assert _run([*told, "--resume"]) == 2
    assert "where do the results go?" in capsys.readouterr().err
