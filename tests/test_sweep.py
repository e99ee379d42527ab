"""Sweeps: the loop that plays them, and what it survives.

``NEGOSIM_KILLS=50 pytest tests/test_sweep.py -k kill_9`` is the long run of the kills.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.errors import StoreError
from negosim.experiments.evaluate import Point, evaluated
from negosim.experiments.store.chunk import Chunk
from negosim.experiments.sweep import scheduler as loop_module
from negosim.experiments.sweep.design import DesignError
from negosim.experiments.sweep.grid import grid
from negosim.experiments.sweep.scheduler import Scheduler, SweepProgress
from negosim.experiments.sweep.sweep import SweepResult, manifest_of, sweep
from negosim.experiments.sweep.task import ChunkOutcome, Work, WorkersError, play_chunks
from negosim.experiments.sweep.workers import Processes
from tests.stores import content
from tests.sweeps import COST, DRIFT, METRICS, asked, begun, drifts, finished, parts, wait_for_parts, world, written
from tests.worlds import BORDER, changed, load

KILLS = int(os.environ.get("NEGOSIM_KILLS", "5"))


def swept(out: Path | None, number: int = 12, **options: Any) -> SweepResult:
    told = {"metrics": METRICS, "trials": 40, **options}
    return sweep(world(), drifts(number), out=out, **told)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an uninterrupted sweep of 200 points writes."""
    out = tmp_path_factory.mktemp("reference") / "out"
    assert swept(out, 200).store.progress().is_complete
    return content(out)


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
    assert parts(tmp_path / "out") == 4
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


def test_points_that_are_the_same_are_played_once() -> None:
    design = drifts(2)
    twice = type(design)(design.columns, (*design.points, *design.points), design.how)
    result = sweep(world(), twice, metrics=METRICS, trials=40)
    assert result.played == 2
    assert [row.status for row in result.table().rows] == ["complete"] * 4


def test_temporary_results_are_taken_away() -> None:
    result = swept(None, 2)
    directory = result.store.directory
    assert directory.exists()
    del result
    assert not directory.exists()


# -- who plays ----------------------------------------------------------------------------------------------------


def test_one_process_two_and_a_lent_executor_write_the_same(tmp_path: Path) -> None:
    swept(tmp_path / "one")
    swept(tmp_path / "two", workers=2)
    with ThreadPoolExecutor(2) as executor:
        swept(tmp_path / "lent", executor=executor)
    assert content(tmp_path / "one") == content(tmp_path / "two") == content(tmp_path / "lent")


def test_points_of_few_trials_go_several_to_a_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_module, "_WORTH_A_TASK", 10.0)  # however slow the machine is
    sizes = []

    class Counting(ThreadPoolExecutor):
        def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Any:
            sizes.append(len(arguments[1]))
            return super().submit(function, *arguments, **options)

    with Counting(1) as executor:
        swept(None, 60, executor=executor)
    assert sum(sizes) == 60
    assert sizes[0] == 1
    assert max(sizes) > 1


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
    def evaluate(scenario: Any, point: Point, names: Any) -> Any:
        if point.overrides[DRIFT] > 0.3:
            raise ZeroDivisionError("the front is nowhere")
        return evaluated(scenario, point, names)

    monkeypatch.setattr("negosim.experiments.sweep.task.evaluated", evaluate)
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
    assert parts(tmp_path / "out") == 7
    assert swept(tmp_path / "out", resume=True).played == 5
    swept(tmp_path / "other")
    assert content(tmp_path / "out") == content(tmp_path / "other")


# -- workers that die ---------------------------------------------------------------------------------------------


def started(before: list[Any]) -> list[Any]:
    """Return the processes that have been started since; those of earlier runs wait for the next."""
    return [process for process in multiprocessing.active_children() if process not in before]


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    notes, killed, before = [], [], multiprocessing.active_children()

    def watch(standing: SweepProgress) -> None:
        notes.append(standing.note)
        processes = started(before)
        if standing.done >= 5 and len(killed) < 2 and processes and not standing.note:
            os.kill(processes[0].pid or 0, signal.SIGKILL)
            killed.append(processes[0])

    result = swept(tmp_path / "out", 60, workers=2, progress=watch)
    assert result.store.progress().is_complete
    assert killed
    assert any("a worker was lost" in note for note in notes)
    swept(tmp_path / "other", 60)
    assert content(tmp_path / "out") == content(tmp_path / "other")
    assert not started(before)


def deadly(work: Work, parts: tuple[Chunk, ...]) -> list[ChunkOutcome]:
    """Play, unless a point is among them over which the process dies."""
    if any(part.point == 3 for part in parts):
        os.kill(os.getpid(), signal.SIGKILL)
    return play_chunks(work, parts)


def deadly_always(work: Work, parts: tuple[Chunk, ...]) -> list[ChunkOutcome]:
    os._exit(1)


class Mortal(Processes):
    """Processes that die over a task."""

    def __init__(self, work: Work, task: Any) -> None:
        super().__init__(work, 2)
        self.task = task

    def submit(self, parts: tuple[Chunk, ...]) -> Any:
        return self._pool.submit(self.task, self._work, parts)


def test_a_point_that_kills_its_process_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    from negosim.experiments.store.store import Store

    header = manifest_of(world(), drifts(8), metrics=METRICS, trials=40)
    with Store.create(tmp_path / "out", header) as store:
        Scheduler(store, Mortal(Work.of(world(), METRICS), deadly), store.missing(), 8, None).run()
        rows = store.table().rows
    assert [row.point for row in rows if row.status != "complete"] == [3]
    assert rows[3].message == loop_module.GIVEN_UP


def test_processes_that_never_get_anywhere_end_the_sweep(tmp_path: Path) -> None:
    from negosim.experiments.store.store import Store

    before = multiprocessing.active_children()
    header = manifest_of(world(), drifts(40), metrics=METRICS, trials=40)
    with Store.create(tmp_path / "out", header) as store:
        loop = Scheduler(store, Mortal(Work.of(world(), METRICS), deadly_always), store.missing(), 40, None)
        with pytest.raises(WorkersError, match="died 5 times in a row"):
            loop.run()
    assert not started(before)


def test_a_worker_of_another_version_is_told() -> None:
    work = Work(Work.of(world(), METRICS).scenario, METRICS, version="0.0.1")
    with pytest.raises(WorkersError, match=r"asked for by negosim 0\.0\.1: install the same version"):
        play_chunks(work, [])


def test_a_worker_of_other_sources_is_told() -> None:
    work = Work(Work.of(world(), METRICS).scenario, METRICS, sources="0123")
    with pytest.raises(WorkersError, match=r"a worker has other sources of negosim .* asked for with \(0123\)"):
        play_chunks(work, [])


# -- kill -9, Ctrl-C, two writers ---------------------------------------------------------------------------------


def children(process: subprocess.Popen[str]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in found.read_text().split()] if found.exists() else []


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_kill_9_at_random_moments_loses_nothing(tmp_path: Path, reference: dict[str, str]) -> None:
    """Kill sweeps of 200 points again and again; what they leave, resumed, is what one that was left alone writes."""
    luck = random.Random(5)
    out, scenario = tmp_path / "out", written(tmp_path)
    command = [*asked(scenario, out), "--resume", "--workers", "2"]
    kills, orphans = 0, []
    while kills < KILLS and parts(out) < 200:
        process = begun(command, start_new_session=True, silent=True)
        if luck.random() < 0.25:  # while it starts, most likely
            time.sleep(luck.random())
        else:
            step = max(2, (200 - parts(out)) // (KILLS - kills + 1))
            wait_for_parts(out, min(parts(out) + luck.randrange(1, step + 1), 200), process)
            time.sleep(luck.random() * 0.02)
        orphans += children(process)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
    print(f"{kills} kills, {parts(out)} parts of 200 done by then")
    assert kills >= min(KILLS, 3)
    deadline = time.monotonic() + 20
    while any(map(is_alive, orphans)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [orphan for orphan in orphans if is_alive(orphan)]
    code, answer, errors = finished(command)
    assert (code, errors) == (0, "")
    assert json.loads(answer)["progress"]["complete"]
    assert content(out) == reference


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path, reference: dict[str, str]) -> None:
    out, scenario = tmp_path / "out", written(tmp_path)
    process = begun([*asked(scenario, out), "--workers", "2"], start_new_session=True)
    wait_for_parts(out, 10, process)
    os.killpg(process.pid, signal.SIGINT)
    answer, errors = process.communicate(timeout=30)
    assert (process.returncode, answer) == (130, "")
    assert errors.strip() == "Interrupted. What is finished is safe. To go on: the same command with --resume."
    assert 10 <= parts(out) < 200
    assert not list(out.glob("**/.*.new"))
    assert finished([*asked(scenario, out), "--resume"])[0] == 0
    assert content(out) == reference


def test_two_writers_at_once_do_no_harm(tmp_path: Path, reference: dict[str, str]) -> None:
    out, scenario = tmp_path / "out", written(tmp_path)
    writers = [begun([*asked(scenario, out), "--resume", "--workers", "1"]) for _ in range(2)]
    told = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], told
    played = [json.loads(answer)["played"] for answer, _ in told]
    assert 200 <= sum(played) < 320
    assert content(out) == reference


# -- the command line ---------------------------------------------------------------------------------------------


def test_failed_points_are_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    scenario = written(tmp_path)
    command = [
        sys.executable, "-m", "negosim", "sweep", str(scenario), "--vary", "parties.north.time_preference=-0.1,0.1",
        "--metric", "years", "--trials", "10", "--workers", "1", "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    code, answer, errors = finished(command)
    assert (code, errors) == (1, "")
    assert "Point 0 (parties.north.time_preference = -0.1)" in answer
    code, answer, errors = finished([*command, "--resume", "--json"])
    assert code == 1
    assert errors.startswith("point 0 failed: parties.north.time_preference: -0.1 is out of range")
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
