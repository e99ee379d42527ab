"""The build identity: what it changes with, where the commit comes from, and that every output carries it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
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
from negosim.results.build_identity import PACKAGE, build_identity, differences, origin, sources, sources_hash
from negosim.results.commit import FILE, commit_of
from tests import stores
from tests.stores import content
from tests.sweeps import asked, finished, written
from tests.worlds import BORDER, changed

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40


# -- what it is made of -------------------------------------------------------------------------------------------


def test_it_names_the_sources_the_kernel_and_the_packages() -> None:
    build = build_identity()
    assert list(build) == [
        "id",
        "sources",
        "kernel",
        "python",
        "numpy",
        "scipy",
        "simpy",
        "pydantic",
        "PyYAML",
        "commit",
    ]
    assert build["sources"] == sources_hash(PACKAGE)
    assert build["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (build["numpy"], build["PyYAML"]) == (numpy.__version__, yaml.__version__)
    assert all(isinstance(value, str) for key, value in build.items() if key not in ("kernel", "commit"))
    assert origin() == {"negosim": negosim.__version__, "build": build, "command": None}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of four files."""
    kernel = tmp_path / "package" / "engine" / "kernel"
    kernel.mkdir(parents=True)
    for path in (kernel / "build.py", kernel / "rules.h", kernel / "talks.c", kernel.parents[1] / "api.py"):
        path.write_text(f"/* {path.name} */\n")
    return tmp_path / "package"


def test_the_hash_changes_with_every_source_and_with_nothing_else(package: Path) -> None:
    seen = [sources_hash(package)]
    for path in sorted(package.rglob("*.*")):
        path.write_text(path.read_text() + " ")
        seen.append(sources_hash(package))
    (package / "api.py").rename(package / "apis.py")
    seen.append(sources_hash(package))
    assert len(set(seen)) == len(seen) == 6
    (package / "__pycache__").mkdir()
    for name in ("kernel.so", "notes.txt", "__pycache__/api.py"):
        (package / name).write_text("x")
    assert sources_hash(package) == seen[-1]


def test_sources_that_are_not_there_are_no_failure(tmp_path: Path) -> None:
    assert sources_hash(tmp_path / "nowhere") is None


def test_the_id_changes_with_the_version_of_a_package_but_not_with_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    def identity() -> dict[str, str | None]:
        return module._identity.__wrapped__()

    before = identity()
    monkeypatch.setattr(module, "commit_of", lambda package: OTHER)
    assert identity() == {**before, "commit": OTHER}
    monkeypatch.setattr(numpy, "__version__", "1.0")
    assert identity()["numpy"] == "1.0"
    assert identity()["id"] != before["id"]
    assert differences(before, identity()) == [f"numpy: {before['numpy']} there, 1.0 now"]


def test_a_package_has_the_same_version_whether_it_is_loaded_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import scipy

    assert module._version("scipy", "scipy") == scipy.__version__
    monkeypatch.delitem(sys.modules, "scipy")
    assert module._version("scipy", "scipy") == scipy.__version__
    assert module._version("no-package-of-this-name", "no_package_of_this_name") is None


def test_differences_are_told_in_words() -> None:
    there = {"id": "1", "sources": "aa", "kernel": None, "numpy": "2.1", "commit": COMMIT}
    now = {"id": "2", "sources": "bb", "kernel": "cc", "numpy": "2.1", "commit": None}
    assert differences(there, now) == [
        "sources of negosim: aa (commit 0123456789ab) there, bb now",
        "compiled kernel: none there, cc now",
    ]
    assert differences({}, {"sources": "bb"}) == ["sources of negosim: not noted there, bb now"]
    assert differences({"id": "1"}, {"id": "2"}) == ["build: another one"]
    assert differences(there, {**there, "commit": None}) == []


def test_help_does_not_ask_for_it() -> None:
    script = (
        "import sys\nfrom negosim.cli.main import _run\n_run(['--help'])\n"
        "sys.exit('negosim.results.build_identity' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL, check=False).returncode == 0


# -- the commit ---------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of negosim on a branch."""
    for name, text in {
        "pyproject.toml": '[project]\nname = "negosim"\n',
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/refs/heads/main": f"{COMMIT}\n",
        "negosim/api.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_commit_is_read_from_a_branch_or_a_detached_head(checkout: Path) -> None:
    assert commit_of(checkout / "negosim") == COMMIT
    (checkout / ".git" / "HEAD").write_text(f"{OTHER}\n")
    assert commit_of(checkout / "negosim") == OTHER


def test_the_commit_is_read_from_packed_refs(checkout: Path) -> None:
    (checkout / ".git" / "refs" / "heads" / "main").unlink()
    assert commit_of(checkout / "negosim") is None
    lines = ("# pack-refs with: peeled", f"{OTHER} refs/heads/not/refs/heads/main", f"{COMMIT} refs/heads/main", "^aa")
    (checkout / ".git" / "packed-refs").write_text("\n".join(lines))
    assert commit_of(checkout / "negosim") == COMMIT


def test_the_commit_is_read_in_a_worktree(checkout: Path, tmp_path: Path) -> None:
    home = checkout / "bare.git"
    (checkout / ".git").rename(home)
    own = home / "worktrees" / "mine"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text("../..\n")
    (checkout / ".git").write_text(f"gitdir: {own}\n")
    assert commit_of(checkout / "negosim") == COMMIT


def test_the_commit_that_was_packed_goes_first(checkout: Path) -> None:
    (checkout / "negosim" / FILE).write_text(f"{OTHER}\n")
    assert commit_of(checkout / "negosim") == OTHER


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".git/refs/heads/main", b"not a commit"),
        (".git/refs/heads/main", b"\xff\xfe"),
        (".git/HEAD", b"ref: refs/heads/gone"),
        (".git/HEAD", b"ref: ../../../etc/passwd"),
        (".git/HEAD", b""),
        ("pyproject.toml", b'[project]\nname = "somebody-elses"\n'),
        ("pyproject.toml", b"\xff"),
        (f"negosim/{FILE}", b"not known"),
    ],
)
def test_a_commit_that_cannot_be_read_is_not_known(checkout: Path, name: str, content: bytes) -> None:
    (checkout / name).write_bytes(content)
    assert commit_of(checkout / "negosim") is None


def test_an_installation_inside_a_repository_has_not_its_commit(checkout: Path) -> None:
    installed = checkout / ".venv" / "site-packages" / "negosim"
    installed.mkdir(parents=True)
    assert commit_of(installed) is None


def test_what_is_packed_holds_the_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.__dict__["BuildHookInterface"] = list  # any class that takes a type will do
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("hatch_build", PACKAGE.parent / "hatch_build.py")
    assert spec and spec.loader
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    (checkout / "negosim" / "results").mkdir()
    shutil.copy(PACKAGE / "results" / "commit.py", checkout / "negosim" / "results")
    hook = hooks.KernelHook()
    hook.root = str(checkout)
    packed: dict[str, dict[str, str]] = {"force_include": {}}
    hook._note_commit(packed)
    ((note, place),) = packed["force_include"].items()
    assert (place, Path(note).read_text()) == (f"negosim/{FILE}", f"{COMMIT}\n")
    hook.finalize("standard", packed, "")
    assert not Path(note).exists()
    shutil.copy(checkout / ".git" / "refs" / "heads" / "main", checkout / "negosim" / FILE)
    packed = {"force_include": {}}
    hook._note_commit(packed)
    assert not packed["force_include"]


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_has_no_options_on_which_no_result_depends() -> None:
    words = [
        "--debug",
        "sweep",
        "it's.yaml",
        "--workers",
        "3",
        "--cluster=local:2",
        "--workers=2",
        "--json",
        "--workers",
    ]
    assert typed(words) == "negosim --debug sweep 'it'\"'\"'s.yaml' --json"
    assert typed(["run", "\udcff.yaml"]) == r"negosim run '\udcff.yaml'"


# -- the outputs --------------------------------------------------------------------------------------------------


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


# -- sweeps -------------------------------------------------------------------------------------------------------


@pytest.fixture
def half(tmp_path: Path) -> tuple[Path, Path]:
    """A scenario, and a sweep of it from which a part is missing."""
    scenario, out = written(tmp_path), tmp_path / "out"
    assert _run(asked(scenario, out, number=3)[3:]) == 0
    next(out.glob("parts/*/*.part")).unlink()
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


def test_parts_of_two_builds_have_other_names() -> None:
    header = stores.asked()
    part = next(header.chunks())
    other = replace(header, build={**header.build, "id": "0" * 16})
    assert header.chunk_id(part) != other.chunk_id(part)
    other_commit = replace(header, build={**header.build, "commit": OTHER})
    assert header.chunk_id(part) == other_commit.chunk_id(part)


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
