"""Every output says what played it: answers, files of a run, sweeps and their exports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pytest
import yaml
from pyarrow import parquet

import negosim
from negosim.cli.answers import typed
from negosim.cli.main import _run
from negosim.experiments.errors import StoreError
from negosim.experiments.store.store import Store
from negosim.results import build_identity as module
from negosim.results.build_identity import PACKAGE, build_identity, sources, sources_hash
from tests import stores
from tests.stores import content
from tests.sweeps import asked, finished, written
from tests.worlds import BORDER, changed

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("world") / "border.yaml"
    extra: dict[str, Any] = {"questions": {"truce": {"reach": "ceasefire", "by": "2025-12-15"}}}
    extra |= {"parties.north.war_cost": {"uniform": [0.01, 0.2]}}
    extra |= {"levers": {"cost": {"path": "parties.north.war_cost", "range": [0.01, 0.2]}}}
    path.write_text(yaml.safe_dump(json.loads(json.dumps(changed(BORDER, extra))), sort_keys=False))
    return str(path)


COMMANDS = {
    "run": ["--trials", "40"],
    "compare": ["--trials", "40", "--with", "parties.north.war_cost=0.1"],
    "replay": ["--trial", "3"],
    "explain": [],
    "sensitivity": ["--trials", "40"],
    "uncertainty": ["--trials", "40", "--points", "4"],
    "calibrate": ["--trials", "10", "--to", "truce=0.5", "--move", "parties.north.war_cost"],
    "levers": ["--trials", "40", "--reach", "ceasefire"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_answer_says_what_played_it(name: str, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [name, file, *COMMANDS[name], "--json"]
    assert _run(words) == 0
    told = json.loads(capsys.readouterr().out)
    run = told["drawn" if name == "explain" else "run"]
    assert run["build"] == build_identity()
    assert run["command"] == typed(words)


def test_the_files_of_a_run_say_what_played_it(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", file, "--trials", "40", "--seed", "2", "--out", str(tmp_path)]
    assert _run(words) == 0
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["run"]["build"] == build_identity()
    assert summary["run"]["command"] == typed(words)
    assert f"negosim {negosim.__version__} (build {build_identity()['id']})" in " ".join(
        capsys.readouterr().out.split()
    )
    told = json.loads(parquet.read_schema(tmp_path / "trials.parquet").metadata[b"negosim"])
    assert told["run"] == {key: value for key, value in summary["run"].items() if key != "seconds"}
    assert told["scenario"] == summary["scenario"]


def test_python_has_no_command(file: str) -> None:
    run = negosim.run(file, trials=20).summary()["run"]
    assert (run["build"], run["command"]) == (build_identity(), None)


DISCOVER = ["--trials", "400", "--reach", "ceasefire", "--discover"]


@pytest.mark.parametrize(("name", "more"), [*COMMANDS.items(), ("levers", DISCOVER)])
def test_every_report_ends_with_what_played_it(
    name: str, more: list[str], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run([name, file, *more]) == 0
    end = " ".join(" ".join(capsys.readouterr().out.splitlines()[-4:]).split())
    assert f"negosim {negosim.__version__} (build {build_identity()['id']})" in end


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """A scenario, and a sweep of it from which a part is missing."""
    scenario, out = written(tmp_path), tmp_path / "out"
    assert _run(asked(scenario, out, number=3)[3:]) == 0
    next(out.glob("chunks/*.chunk")).unlink()
    return scenario, out


def test_a_sweep_says_what_played_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert _run(asked(written(tmp_path), out, number=3)[3:]) == 0
    sweep = json.loads(capsys.readouterr().out)
    design = json.loads((out / "design.json").read_text())
    assert design["build"] == sweep["design"]["build"] == build_identity()
    assert design["command"] == sweep["design"]["command"] == sweep["command"]
    assert sweep["command"].startswith("negosim sweep /")
    assert _run(["results", str(out), "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert results["design"] == sweep["design"]
    assert results["command"] == typed(["results", str(out), "--json"])
    assert _run(["results", str(out)]) == 0
    assert f"(build {build_identity()['id']})" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("more", [[], ["--trials"]])
def test_an_exported_file_says_what_played_it(
    half: tuple[Path, Path], more: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = half
    design = json.loads((out / "design.json").read_text())
    for name in ("points.csv", "points.parquet"):
        assert _run(["results", str(out), "--export", str(tmp_path / name), *more]) == 0
    told = json.loads((tmp_path / "points.csv.origin.json").read_text())
    assert told["scenario"]["sha256"] == design["scenario"]
    assert {key: told["run"][key] for key in ("build", "command", "seed")} == {
        key: design[key] for key in ("build", "command", "seed")
    }
    assert json.loads(parquet.read_schema(tmp_path / "points.parquet").metadata[b"negosim"]) == told


def test_a_sweep_is_not_resumed_by_another_build(half: tuple[Path, Path], tmp_path: Path) -> None:
    """A comment in one module is another build: nobody can tell what it changes."""
    scenario, out = half
    before = content(out)
    other = tmp_path / "other"
    shutil.copytree(PACKAGE, other / "negosim", ignore=shutil.ignore_patterns("__pycache__"))
    module_file = other / "negosim" / "model" / "front.py"
    module_file.write_text(f"{module_file.read_text()}# changed\n")
    command = asked(scenario, out, "--resume", number=3)
    updated = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(other)}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (updated.returncode, updated.stdout) == (2, "")
    first, changed_line, last = updated.stderr.splitlines()
    assert first == f"{out} was played by another build, and cannot be resumed without mixing the results of two:"
    assert changed_line.startswith(f"  sources of negosim: {sources()} (commit ") or build_identity()["commit"] is None
    assert changed_line.endswith(f" there, {sources_hash(other / 'negosim')} now")
    assert last.startswith("Install again what was there, or give the sweep another directory")
    assert content(out) == before
    code, _, errors = finished(command)
    assert (code, errors) == (0, "")


def test_a_sweep_is_not_resumed_with_another_numpy(
    half: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, out = half
    capsys.readouterr()
    build = {**build_identity(), "id": "another", "numpy": "1.0"}
    monkeypatch.setattr(module, "_identity", lambda *_: build)
    assert _run([*asked(scenario, out, "--resume", number=3)[3:]]) == 2
    assert f"  numpy: {numpy.__version__} there, 1.0 now\n" in capsys.readouterr().err


def test_chunks_of_two_builds_have_other_ids() -> None:
    header = stores.asked()
    other = replace(header, build={**header.build, "id": "0" * 16})
    assert header.identity != other.identity
    other_commit = replace(header, build={**header.build, "commit": OTHER})
    assert header.identity == other_commit.identity


def test_a_store_that_notes_no_build_is_read_but_not_resumed(tmp_path: Path) -> None:
    """Stores of version 0.1.0 before builds were noted."""
    old = stores.asked(build={})
    with Store.create(tmp_path / "old", old) as store:
        stores.filled(store)
    path = tmp_path / "old" / "design.json"
    told = json.loads(path.read_text())
    del told["build"], told["command"]
    path.write_text(json.dumps(told))
    with Store.open(tmp_path / "old") as store:
        assert store.progress().is_complete
    with pytest.raises(StoreError, match=r"another build.*\n  sources of negosim: not noted there"):
        Store.resume(tmp_path / "old", stores.asked())


@pytest.mark.parametrize("build", ["[]", '{"id": 1}', '{"sources": "x"}', '{"id": "x", "numpy": {"a": 1}}'])
def test_a_build_from_anybody_is_read_with_care(tmp_path: Path, build: str) -> None:
    Store.create(tmp_path / "store", stores.asked(build={"id": "x"})).close()
    path = tmp_path / "store" / "design.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "build": json.loads(build)}))
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(tmp_path / "store")
