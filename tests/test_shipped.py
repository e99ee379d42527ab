"""The scenarios that come with negosim, by name; copies of them; a scenario to begin from; completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import negosim
from negosim.cli.main import _run
from negosim.experiments.sweep.request import Changes, requested
from negosim.scenario import reader, shipped
from negosim.scenario.load import load
from negosim.scenario.shipped import examples, scenario_file, template, title

ROOT = Path(__file__).parents[1]
NAMES = sorted(path.stem for path in (ROOT / "scenarios").rglob("*.yaml"))


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work from an empty folder, as somebody does who has installed negosim and nothing else."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert _run(list(arguments)) == 2
    told = capsys.readouterr()
    assert not told.out
    return told.err


def test_every_scenario_has_a_name_and_its_title() -> None:
    assert sorted(examples()) == NAMES
    assert len(NAMES) == len(set(NAMES))
    assert all(title(path) == load(path).file.title for path in examples().values())


def test_a_wheel_finds_them_inside_the_package(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, beside = empty / "negosim" / "examples", empty / "scenarios"
    for folder, name in ((inside, "packed"), (beside, "foreign")):
        folder.mkdir(parents=True)
        (folder / f"{name}.yaml").write_text(template())
    monkeypatch.setattr(shipped, "_HOMES", (inside, beside))
    assert list(examples()) == ["packed"]
    monkeypatch.setattr(shipped, "_HOMES", (empty / "nowhere",))
    assert examples() == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "divide-the-pie", "--trials", "20", "--json"],
        ["explain", "divide-the-pie", "--json"],
        ["replay", "divide-the-pie", "--trial", "3", "--json"],
        ["compare", "divide-the-pie", "spoilers", "--trials", "20", "--json"],
        ["validate", "divide-the-pie", "spoilers"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_name_stands_for_a_file(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(arguments) == 0
    named = capsys.readouterr()
    assert not named.err
    assert _run([str(examples().get(word, word)) for word in arguments]) == 0
    spelt = capsys.readouterr().out
    if arguments[-1] != "--json":
        assert named.out == spelt
        return
    answers = [json.loads(text) for text in (named.out, spelt)]
    for answer in answers:
        asked = answer.get("run") or answer["drawn"]
        asked.pop("seconds", None)
        del asked["command"]
    assert answers[0] == answers[1]


def test_every_command_that_takes_a_scenario_takes_a_name() -> None:
    import click

    from negosim.cli.main import _COMMANDS, command
    from negosim.cli.options import ScenarioPath

    context = click.Context(command)
    found = {name: command.get_command(context, name) for name in _COMMANDS}
    taking = {
        name
        for name, each in found.items()
        if each and any(isinstance(parameter.type, ScenarioPath) for parameter in each.params)
    }
    assert set(_COMMANDS) - taking == {"results", "examples", "init", "schema", "hindcast", "verify"}


def test_the_python_interface_takes_a_name_too() -> None:
    assert negosim.load("spoilers").sha256 == load(examples()["spoilers"]).sha256
    assert negosim.run("divide-the-pie", trials=20, seed=1).tally.trials == 20
    with pytest.raises(FileNotFoundError, match="did you mean 'spoilers'"):
        negosim.load("spoiler")


def test_a_sweep_file_takes_a_name_and_a_file_beside_it_wins(empty: Path) -> None:
    folder = empty / "sweeps"
    folder.mkdir()
    file = folder / "sweep.yaml"
    file.write_text("scenario: spoilers\nvary: {war.volatility: [0.1, 0.2]}\n")
    assert requested(file, Changes()).scenario.file.title == "Spoilers"
    (folder / "spoilers").write_text(template())
    assert requested(file, Changes()).scenario.file.title == "A border and a guarantee"


def test_a_file_of_that_path_wins(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "spoilers").mkdir()
    assert scenario_file("spoilers") == examples()["spoilers"]
    (empty / "spoilers").rmdir()
    (empty / "spoilers").write_text(template())
    assert _run(["run", "spoilers", "--trials", "10"]) == 0
    assert capsys.readouterr().out.startswith("A border and a guarantee")


@pytest.mark.parametrize(
    ("name", "told", "untold"),
    [
        ("ukraine-2025", "(did you mean 'ukraine-2025-12'? 'negosim examples' lists those that do)", "\x1b"),
        (
            "nothing-like-it",
            "no such file, and no scenario 'nothing-like-it' comes with negosim ('negosim examples' lists",
            "mean",
        ),
        ("scenarios/ukraine-2025-12.yaml", "(did you mean 'ukraine-2025-12', which comes with negosim?)", "camp-david"),
        ("mine/talks.yaml", "there is no file 'mine/talks.yaml'", "mean"),
        ("x\x1b[1m" * 500, "no scenario 'x\\x1b[1mx", "\x1b"),
    ],
)
def test_a_name_that_is_none(name: str, told: str, untold: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = refused(capsys, "run", name)
    assert told in error
    assert untold not in error
    assert max(map(len, error.splitlines())) <= 300


def test_a_folder_is_not_a_scenario(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "mine").mkdir()
    assert "'mine' is a directory" in refused(capsys, "run", "mine")


def test_examples_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["examples"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    for name, file in examples().items():
        assert any(line.split(None, 1) == [name, title(file)] for line in lines)


def test_an_example_is_copied_out_and_nothing_overwritten(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["examples", "spoilers", "divide-the-pie"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "Written: spoilers.yaml (negosim run spoilers.yaml)"
    copy = empty / "spoilers.yaml"
    assert copy.read_bytes() == examples()["spoilers"].read_bytes()
    assert sorted(path.name for path in empty.iterdir()) == ["divide-the-pie.yaml", "spoilers.yaml"]
    copy.write_text("mine")
    told = refused(capsys, "examples", "korea-1951", "spoilers")
    assert told == "spoilers.yaml exists already and is left as it is (--force overwrites it)\n"
    assert copy.read_text() == "mine"
    assert not (empty / "korea-1951.yaml").exists()
    assert _run(["examples", "spoilers", "--force"]) == 0
    assert copy.read_bytes() == examples()["spoilers"].read_bytes()


def test_a_link_that_leads_nowhere_is_left_as_it_is(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty / "spoilers.yaml").symlink_to(empty / "elsewhere")
    assert "exists already" in refused(capsys, "examples", "spoilers")
    assert not (empty / "elsewhere").exists()


def test_an_example_that_is_none(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean 'spoilers'?" in refused(capsys, "examples", "divide-the-pie", "spoiler")
    assert not list(empty.iterdir())


def test_a_changed_copy_is_not_mistaken_for_what_is_named(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["examples", "spoilers"]) == 0
    assert _run(["validate", "spoilers"]) == 0
    assert not capsys.readouterr().err
    (empty / "spoilers.yaml").write_text(template())
    assert _run(["validate", "spoilers"]) == 0
    told = "Note: 'spoilers' is the scenario that comes with negosim; yours is 'spoilers.yaml'.\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(("name", "file"), [("my-talks", "my-talks.yaml"), ("my talks.yml", "my talks.yml")])
def test_init_writes_a_scenario_that_runs(
    name: str, file: str, empty: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(["init", name]) == 0
    assert [path.name for path in empty.iterdir()] == [file]
    assert f"negosim run {file}" in capsys.readouterr().out
    assert _run(["validate", file]) == 0
    told = capsys.readouterr()
    assert "note:" not in told.out + told.err
    for variant in load(file).file.variants:
        assert _run(["run", file, "--trials", "300", "--variant", variant, "--full"]) == 0
    assert "A ceasefire this year?" in capsys.readouterr().out
    (empty / file).write_text("mine")
    assert "exists already" in refused(capsys, "init", name)
    assert (empty / file).read_text() == "mine"
    assert _run(["init", name, "--force"]) == 0
    assert (empty / file).read_text() == template()


@pytest.mark.parametrize("name", ["", "  ", "a\nb"])
def test_init_needs_a_name(name: str, empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "needs a name" in refused(capsys, "init", name)
    assert not list(empty.iterdir())


def test_the_template_is_commented_and_fits_the_page() -> None:
    lines = template().splitlines()
    assert max(map(len, lines)) <= 120
    told = [line for line in lines if "#" in line]
    assert len(told) >= len([line for line in lines if line]) / 2
    for section in ("parties", "issues", "war", "talks", "events", "variants", "questions", "levers"):
        assert f"\n{section}:" in template()


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_both_parsers_read_the_template(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_Loader", getattr(yaml, loader))
    read = reader.read(template(), "template")
    assert read.data["title"] == "A border and a guarantee"
    assert not read.problems


def completed(words: str) -> list[str]:
    """Return what the shell is offered for a line that is being written."""
    line = words.split(" ")
    asked = {
        "_NEGOSIM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(line) - 1),
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-m", "negosim"], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    return answer.stdout.splitlines()


def test_the_shell_completes_names_and_files(empty: Path) -> None:
    (empty / "spoilers-of-mine.yaml").write_text("")
    assert completed("negosim run spo") == ["plain,spoilers", "plain,spoilers-of-mine.yaml"]
    assert completed("negosim run mine") == ["file,mine"]
    assert completed("negosim examples ukr") == ["plain,ukraine-2025-12", "plain,ukraine-2026-06"]
    assert completed("negosim exa") == ["plain,examples"]
    assert "plain,--trials" in completed("negosim run --tr")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_get_what_they_need_to_complete(shell: str) -> None:
    environment = {**os.environ, "_NEGOSIM_COMPLETE": f"{shell}_source"}
    answer = subprocess.run([sys.executable, "-m", "negosim"], env=environment, capture_output=True, text=True)
    assert "_NEGOSIM_COMPLETE" in answer.stdout
    assert f"{shell}_complete" in answer.stdout
