"""The command line as its users meet it."""

import csv
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.printing import flat
from tests.worlds import BORDER, changed

ENVIRONMENT = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}


def negosim(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "negosim", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    extra = {
        "variants": {"hard": {"title": "Hard", "set": {"parties.north.patience": "9 years"}}},
        "questions": {"truce": {"reach": "ceasefire", "by": "2025-12-15"}},
    }
    path = tmp_path_factory.mktemp("scenarios") / "border.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(changed(BORDER, extra))), sort_keys=False))
    return str(path)


def without_seconds(text: str) -> dict:
    summary = json.loads(text)
    del summary["run"]["seconds"]
    return summary


def test_json_is_the_same_twice_and_for_any_number_of_workers(file: str) -> None:
    runs = [
        negosim("run", file, "--trials", "3000", "--seed", "4", "--json", "--workers", workers)
        for workers in ("1", "1", "2")
    ]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert all(run.stderr == "" for run in runs)
    texts = {"".join(line for line in run.stdout.splitlines(True) if '"seconds"' not in line) for run in runs}
    assert len(texts) == 1


def test_the_libraries_behind_numpy_start_no_threads_unless_they_are_asked_to() -> None:
    count = "import sys, threading; from negosim.cli import main\n"
    count += "try: main(['schema'])\nexcept SystemExit: pass\n"
    count += "import numpy, os; numpy.ones((500, 500)) @ numpy.ones((500, 500))\n"
    count += "print(len(os.listdir('/proc/self/task')), file=sys.stderr)"
    if not Path("/proc/self/task").exists() or (os.cpu_count() or 1) == 1:
        pytest.skip("threads cannot be counted here")
    plain = {name: value for name, value in ENVIRONMENT.items() if not name.endswith("_NUM_THREADS")}
    found = [
        int(subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, env=env, check=True).stderr)
        for env in (plain, {**plain, "OPENBLAS_NUM_THREADS": "2"})
    ]
    assert found == [1, 2]


def test_seed_variant_and_set_are_in_the_answer(file: str) -> None:
    run = negosim(
        "run", file, "--trials", "200", "--json", "--variant", "hard", "--set", "parties.south.war_cost=0.01",
        "--set", "parties.north.patience=1 month",
    )  # fmt: skip
    answer = json.loads(run.stdout)["run"]
    assert answer["variant"] == "hard"
    assert answer["set"] == {"parties.north.patience": "1 month", "parties.south.war_cost": 0.01}
    assert (answer["trials"], answer["seed"]) == (200, 1)
    other = negosim("run", file, "--trials", "200", "--json", "--seed", "2")
    assert without_seconds(other.stdout)["reached"] != json.loads(run.stdout)["reached"]


def test_the_terminal_answer_reads_in_words(file: str) -> None:
    run = negosim("run", file, "--trials", "300")
    assert run.returncode == 0
    assert "simulated histories" in run.stdout
    assert "probability of peace" not in run.stdout
    assert "\x1b[" not in run.stdout
    assert "300" in run.stdout


def test_out_writes_the_summary_and_every_trial(file: str, tmp_path: Path) -> None:
    run = negosim("run", file, "--trials", "500", "--json", "--out", str(tmp_path / "new" / "dir"))
    written = tmp_path / "new" / "dir"
    assert json.loads((written / "summary.json").read_text()) == json.loads(run.stdout)
    with (written / "trials.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["trial"] for row in rows] == [str(index) for index in range(500)]
    summary = json.loads(run.stdout)
    reached = sum(bool(row["ceasefire_date"]) for row in rows)
    assert reached / 500 == pytest.approx(summary["reached"]["ceasefire"]["by"]["2027-01-01"]["p"])
    war = sum(row["final_state"] == "war" for row in rows)
    assert war / 500 == pytest.approx(summary["final_state"]["war"]["p"])
    signed = [row for row in rows if row["peace.signed"]]
    assert len(signed) == summary["terms"]["peace"]["signed"]
    assert {row["peace.border"] for row in signed} <= {"old", "line", "far"}
    assert sum(row["question.truce"] == "True" for row in rows) / 500 == summary["questions"]["truce"]["p"]
    assert not [path for path in written.iterdir() if path.name.startswith(".")]


def test_parquet_holds_the_same_trials(file: str, tmp_path: Path) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    negosim("run", file, "--trials", "100", "--json", "--out", str(tmp_path))
    table = parquet.read_table(tmp_path / "trials.parquet").to_pydict()
    with (tmp_path / "trials.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert table["final_state"] == [row["final_state"] for row in rows]
    assert [date or "" for date in table["ceasefire_date"]] == [row["ceasefire_date"] for row in rows]


def test_validate(file: str, tmp_path: Path) -> None:
    good = negosim("validate", file)
    assert (good.returncode, good.stderr) == (0, "")
    assert "in order (3 parties, 2 issues, 1 chip, 2 tracks, 1 variant)" in flat(good.stdout)
    assert max(map(len, good.stdout.replace(file, "").splitlines())) <= 80
    bad = tmp_path / "bad.yaml"
    bad.write_text(Path(file).read_text().replace("war_cost: 0.15", "war_cost: soon"))
    run = negosim("validate", str(bad), file)
    assert run.returncode == 2
    assert run.stderr.count("'soon' is not a number") == 2
    assert all(line.startswith(f"{bad}:") for line in run.stderr.splitlines())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "FILE", "--variant", "hrad"], "did you mean 'hard'"),
        (["run", "FILE", "--set", "parties.north.patience"], "write path=value"),
        (["run", "FILE", "--set", "parties.nroth.patience=1 month"], "did you mean 'north'"),
        (["run", "FILE", "--set", "parties.north.patience=soon"], "'soon' is not a duration"),
        (["run", "FILE", "--trials", "0"], "--trials"),
        (["run", "FILE", "--trials", "many"], "--trials"),
        (["sing"], "sing"),
    ],
)
def test_bad_input_is_explained_and_exits_with_2(file: str, arguments: list[str], message: str) -> None:
    run = negosim(*(file if argument == "FILE" else argument for argument in arguments))
    assert run.returncode == 2
    assert run.stdout == ""
    assert message in run.stderr
    assert "Traceback" not in run.stderr


def test_what_cannot_be_written_is_explained(file: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    run = negosim("run", file, "--trials", "10", "--out", str(tmp_path / "taken"))
    assert run.returncode == 2
    assert "taken" in run.stderr
    assert (tmp_path / "taken").read_text() == "a file"


INTERRUPTIBLE = """
import contextlib, pathlib, signal, sys

# What runs in the background of a shell ignores interrupts, and so do its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
from negosim.cli import main, run

@contextlib.contextmanager
def progress(trials):
    yield lambda done: pathlib.Path(sys.argv[1]).touch()

run._progress = progress
main(sys.argv[2:])
"""
"""The command line, which makes a file when the first trials have been played."""


def ignores_interrupts(process: int) -> bool:
    status = Path(f"/proc/{process}/status").read_text()
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn:")).split()[1], 16)
    return bool(ignored >> (signal.SIGINT - 1) & 1)


def below(process: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children = [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [*children, *(other for child in children for other in below(child))]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_cleanly(file: str, tmp_path: Path, workers: int) -> None:
    """Workers leave interrupts to whoever started them, once they have begun."""
    out, begun = tmp_path / "out", tmp_path / "begun"
    arguments = ["run", file, "--trials", "2000000", "--workers", str(workers), "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, str(begun), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (begun.exists() and all(map(ignores_interrupts, below(process.pid)))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing is played"
        time.sleep(0.02)
    assert len(below(process.pid)) >= (workers if workers > 1 else 0)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert stdout == ""
    assert stderr.strip() == "Interrupted."
    assert list(out.iterdir()) == []


def test_an_interrupt_while_processes_start_is_for_the_command_alone(file: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            INTERRUPTIBLE,
            str(tmp_path / "begun"),
            "run",
            file,
            "--trials",
            "500000",
            "--workers",
            "2",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    while len(below(process.pid)) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    time.sleep(0.15)  # what others are forked off is importing by then
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert stderr.strip() == "Interrupted."


def test_workers_start_where_temporary_files_have_long_names(file: str, tmp_path: Path) -> None:
    """A socket cannot have a name so long, and processes start without one."""
    long = tmp_path / ("x" * 120)
    long.mkdir()
    run = subprocess.run(
        [sys.executable, "-m", "negosim", "run", file, "--trials", "3000", "--workers", "2", "--json"],
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "TMPDIR": str(long)},
        check=True,
    )
    assert json.loads(run.stdout)["run"]["trials"] == 3000


def test_the_schema_of_cases_is_printed() -> None:
    schema = json.loads(negosim("schema", "--cases").stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "outcome" in schema["$defs"]["Case"]["properties"]


def test_schema_is_printed() -> None:
    run = negosim("schema")
    schema = json.loads(run.stdout)
    assert schema["$schema"].endswith("2020-12/schema")
    assert "parties" in schema["properties"]


def test_help_and_version() -> None:
    assert "Commands" in negosim("--help").stdout
    assert negosim("--version").stdout.startswith("negosim, version")
    assert "--workers" in negosim("run", "--help").stdout


def test_a_closed_pipe_is_no_fault(file: str) -> None:
    command = f"{sys.executable} -m negosim run {file} --trials 50 --json | head -1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert run.stdout == "{\n"
    assert run.stderr == ""
