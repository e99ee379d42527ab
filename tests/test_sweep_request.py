"""Sweep files: strict, every problem at once, each at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from negosim.cli.main import _run
from negosim.experiments.sweep.request import Changes, is_sweep_file, requested
from negosim.scenario.problems import ScenarioError
from tests.sweeps import written

WHOLE = """\
scenario: worlds/world.yaml
set: {war.front: 0.3}
vary:
  parties.north.war_cost: 0.1:0.3:3
  parties.south.patience: [6 months, 12 months]
sample:
  method: lhs
  points: 4
  over: inputs
  correlations:
    - {between: [war.drift, war.volatility], rank: 0.5}
metrics: [years]
trials: 20
replications: 2
seed: 7
out: results
"""


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    from tests.sweeps import WORLD
    from tests.worlds import changed

    (tmp_path / "worlds").mkdir()
    drawn = {"war.drift": {"normal": {"mean": 0.0, "sd": 0.1}}, "war.volatility": {"uniform": [0.3, 0.5]}}
    written(tmp_path / "worlds", changed(WORLD, drawn))
    (tmp_path / "sweep.yaml").write_text(WHOLE)
    return tmp_path


def problems(drafts: Path, text: str) -> list[str]:
    (drafts / "sweep.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        requested(drafts / "sweep.yaml", Changes())
    return [line.removeprefix(f"{drafts}/") for line in str(caught.value).splitlines()]


def test_everything_is_read(drafts: Path) -> None:
    request = requested(drafts / "sweep.yaml", Changes())
    assert request.scenario.overrides == {"war.front": 0.3}
    assert len(request.design.points) == 3 * 2 * 4
    assert set(request.design.points[0]) == {
        "parties.north.war_cost", "parties.south.patience", "war.drift", "war.volatility",
    }  # fmt: skip
    assert request.design.how["sample"]["correlations"] == [{"between": ["war.drift", "war.volatility"], "rank": 0.5}]
    assert (request.metrics, request.trials, request.replications, request.seed) == (("years",), 20, 2, 7)
    assert request.out == drafts / "results"


def test_the_command_line_comes_first(drafts: Path) -> None:
    changes = Changes(metrics=("victory",), trials=5, replications=1, seed=8, out=Path("elsewhere"))
    request = requested(drafts / "sweep.yaml", changes)
    assert (request.metrics, request.trials, request.replications, request.seed) == (("victory",), 5, 1, 8)
    assert request.out == Path("elsewhere")
    assert request.design.how["sample"]["seed"] == 8
    assert request.design.points != requested(drafts / "sweep.yaml", Changes()).design.points


def test_it_is_told_from_a_scenario(drafts: Path) -> None:
    assert is_sweep_file(drafts / "sweep.yaml")
    assert not is_sweep_file(drafts / "worlds" / "world.yaml")
    (drafts / "broken.yaml").write_text("vary: [")
    assert not is_sweep_file(drafts / "broken.yaml")


def test_every_problem_of_the_form_at_once(drafts: Path) -> None:
    found = problems(
        drafts,
        "scenario: worlds/world.yaml\n"
        "varry: {war.drift: 1}\n"
        "vary: {war.drift: 3}\n"
        "sample: {method: lsh, points: 1, over: [1], correlations: [{between: [a], rank: x}]}\n"
        "trials: many\n"
        "seed: 1.5\n"
        "metrics: years\n",
    )
    told = "\n".join(found)
    for place, message in [
        ("2:1", "unknown key 'varry' (did you mean 'vary'?"),
        ("4:18", "'lsh' is not allowed here (did you mean 'lhs'?"),
        ("4:31", "1 is out of range (at least 2)"),
        ("4:41", "1 is not a text"),
        ("4:61", "needs 2 entries (found 1)"),
        ("4:81", "'x' is not a number"),
        ("5:9", "'many' is not a whole number"),
        ("6:7", "1.5 is not a whole number"),
        ("7:10", "'years' is not a list"),
    ]:
        assert any(line.startswith(f"sweep.yaml:{place}: ") and message in line for line in found), (place, told)
    assert len(found) == 9, told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vary: {war.drift: 1}\n", "sweep.yaml:1:1: the key 'scenario' is missing"),
        ("scenario: nowhere.yaml\nvary: {war.drift: 0:1:2}\n", "sweep.yaml:1:11: scenario: "),
        ("scenario: worlds/world.yaml\n", "sweep.yaml:1:1: nothing varies"),
        ("scenario: worlds/world.yaml\nvary:\n  war.drift: 3\n", "sweep.yaml:3:14: vary.war.drift: write LOW:HIGH"),
        ("scenario: worlds/world.yaml\nvary:\n  war.drift: 1:0:3\n", "3:14: vary.war.drift: a range must rise"),
        ("scenario: worlds/world.yaml\nvary:\n  war.drfit: 0:1:3\n", "3:14: vary.war.drfit: unknown key 'drfit'"),
        (
            "scenario: worlds/world.yaml\nset: {war.drfit: 1}\nvary: {war.drift: 0:1:3}\n",
            "sweep.yaml:2:18: set.war.drfit: unknown key 'drfit' (did you mean 'drift'?",
        ),
        (
            "scenario: worlds/world.yaml\nsample: {method: sobol, points: 12, over: inputs}\n",
            "sweep.yaml:2:33: sample.points: 12 is not a power of two",
        ),
        (
            "scenario: worlds/world.yaml\nsample:\n  {method: lhs, points: 12, over: levers}\n",
            "sweep.yaml:3:35: sample.over: nothing varies: the scenario declares no levers",
        ),
        (
            WHOLE.replace("rank: 0.5", "rank: 1.5"),
            "sweep.yaml:11:52: sample.correlations.0.rank: a rank correlation lies above -1",
        ),
        ("- scenario\n", "sweep.yaml:1:1: a sweep file is a mapping"),
    ],
)
def test_each_problem_stands_at_its_place(drafts: Path, text: str, message: str) -> None:
    assert message in problems(drafts, text)[0]


def test_a_sweep_file_is_played(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = WHOLE.replace("trials: 20", "trials: 3")
    (drafts / "sweep.yaml").write_text(text)
    assert _run(["sweep", str(drafts / "sweep.yaml"), "--workers", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["played"], told["design"]["seed"], len(told["replications"])) == (48, 7, 48)
    assert (drafts / "results" / "design.json").exists()


def test_what_varies_is_said_in_the_file(drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["sweep", str(drafts / "sweep.yaml"), "--vary", "war.drift=0,1", "--set", "war.front=0"]) == 2
    assert "--vary, --set: say it in" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("name", ["../secret.yaml", "ABOVE/secret.yaml", "link.yaml", "linked/secret.yaml"])
def test_a_scenario_elsewhere_is_not_opened(drafts: Path, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for folder in (elsewhere, drafts.parent):
        (folder / "secret.yaml").write_text("password: hunter2\n")
    (drafts / "link.yaml").symlink_to(elsewhere / "secret.yaml")
    (drafts / "linked").symlink_to(elsewhere)
    name = name.replace("ABOVE", str(elsewhere))
    (problem,) = problems(drafts, f"scenario: {name}\nvary: {{war.drift: [0, 1]}}\n")
    assert problem.startswith("sweep.yaml:1:11: scenario: ")
    assert "lies outside the folder of this file (put it inside, or name it with --scenario)" in problem
    assert "password" not in problem


@pytest.mark.parametrize("name", ["../results", "ABOVE/results", "linked", "linked/results", "worlds/../../results"])
def test_results_elsewhere_are_not_written(drafts: Path, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (drafts / "linked").symlink_to(elsewhere)
    name = name.replace("ABOVE", str(elsewhere))
    (problem,) = problems(drafts, WHOLE.replace("out: results", f"out: {name}"))
    assert problem.startswith("sweep.yaml:16:6: out: ")
    assert "lies outside the folder of this file (put it inside, or name it with --out)" in problem
    assert list(elsewhere.iterdir()) == []


def test_the_command_line_may_name_what_lies_elsewhere(
    drafts: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (drafts / "worlds" / "world.yaml").rename(elsewhere / "world.yaml")
    text = WHOLE.replace("trials: 20", "trials: 2").replace("out: results", "out: ../never")
    (drafts / "sweep.yaml").write_text(text)
    command = ["sweep", str(drafts / "sweep.yaml"), "--workers", "1", "--json"]
    named = ["--scenario", str(elsewhere / "world.yaml"), "--out", str(elsewhere / "results")]
    assert _run([*command, *named]) == 0
    assert json.loads(capsys.readouterr().out)["played"] == 48
    assert (elsewhere / "results" / "design.json").exists()
    assert _run(["sweep", str(elsewhere / "world.yaml"), *named, "--vary", "war.drift=0,1"]) == 2
    assert "goes with a sweep file" in capsys.readouterr().err
