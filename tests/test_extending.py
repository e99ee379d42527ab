"""Doors for others: protocols and laws of concession of a user's own."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import negosim
from negosim import registry
from negosim.cli.main import _run
from negosim.engine import kernel
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.run import histories
from negosim.engine.talks.rules import CheckedLaw
from negosim.model.talks.concession import Pace, by_time
from negosim.results.build_identity import build_identity
from negosim.results.trials import joined
from negosim.scenario.problems import ScenarioError
from tests.plugins import empty_registry, example_rules
from tests.worlds import changed, load, pie, play

SPLIT = {"talks.table.protocol": "split_the_difference"}
TIT_FOR_TAT = {"parties.a.concession_law": "tit_for_tat"}


@pytest.fixture(autouse=True)
def _nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    empty_registry(monkeypatch)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules of the page, in a file that has been loaded."""
    path = tmp_path / "my_rules.py"
    path.write_text(example_rules())
    registry.load_plugin(path)
    return path


def table(**changes: Any) -> dict[str, Any]:
    """Two parties that divide a pie."""
    data = pie((0.1, 0.3))
    (track,) = data["talks"]
    return changed(data, {key.replace("table", track): value for key, value in changes.items()})


@pytest.mark.usefixtures("rules")
def test_tit_for_tat_concedes_what_the_other_concedes() -> None:
    """Against somebody who concedes by the clock it follows a round later; two of the kind never move."""
    law = CheckedLaw("tit_for_tat", registry.CONCESSIONS.get("tit_for_tat"))
    number = np.ones((2, 2))
    pace = Pace(number, number, number, number, np.array([[np.nan, np.nan], [0.9, 0.4]]))
    np.testing.assert_array_equal(law.toughness(0, pace, (0, 1)), [1.0, 0.4])
    _, one = play(table(**TIT_FOR_TAT), 50)
    assert (one.tracks[0].signed != NEVER).any()
    _, both = play(table(**TIT_FOR_TAT, **{"parties.b.concession_law": "tit_for_tat"}), 50)
    assert (both.tracks[0].signed == NEVER).all()


@pytest.mark.usefixtures("rules")
def test_the_difference_is_split() -> None:
    plan, history = play(table(**SPLIT, **{"issues.pie.status_quo": "o060"}), 50)
    kept = history.tracks[0]
    assert {plan.options[0][column] for column in kept.terms[kept.signed != NEVER][:, 0]} == {"o050"}


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("changes", [SPLIT, TIT_FOR_TAT])
def test_what_has_no_twin_in_the_kernel_is_played_without_it(changes: dict[str, str]) -> None:
    scenario = load(table(**changes))
    assert not kernel.has_room(compiled(scenario.file))
    (note,) = (note for note in scenario.notes if "comes from" in note)
    assert "comes from my_rules.py (" in note and note.endswith("plays without its compiled kernel, more slowly")
    assert "my_rules.py" in "".join(negosim.run(scenario, trials=5).summary()["notes"])


def test_a_law_of_ones_own_that_is_the_model_s_plays_the_same_histories() -> None:
    @negosim.concession("as_ever")
    def as_ever(pace: Pace) -> np.ndarray:
        return by_time(pace)

    plain = play(table(), 40)[1]
    own = play(table(**{"parties.a.concession_law": "as_ever", "parties.b.concession_law": "as_ever"}), 40)[1]
    np.testing.assert_array_equal(plain.tracks[0].terms, own.tracks[0].terms)
    np.testing.assert_array_equal(plain.tracks[0].signed, own.tracks[0].signed)


def test_a_protocol_may_be_a_function() -> None:
    negosim.protocol("as_it_is")(lambda situation: situation.draft)
    ultimatum = play(table(**{"talks.table.protocol": "ultimatum"}), 40)[1]
    own = play(table(**{"talks.table.protocol": "as_it_is"}), 40)[1]
    np.testing.assert_array_equal(ultimatum.tracks[0].terms, own.tracks[0].terms)


@pytest.mark.usefixtures("rules")
def test_the_likeliest_name_is_offered() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'split_the_difference'"):
        load(table(**{"talks.table.protocol": "split_the_diference"}))
    with pytest.raises(ScenarioError, match=r"did you mean 'tit_for_tat'.*allowed: time, tit_for_tat"):
        load(table(**{"parties.a.concession_law": "titfortat"}))


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        (lambda situation: situation.draft[:, 0], "must return whole numbers"),
        (lambda situation: situation.draft * 1.0, "must return whole numbers"),
        (lambda situation: situation.draft + 1000, "to no option of it"),
    ],
)
def test_a_text_that_is_none_is_refused(draft: Callable[[Any], Any], message: str) -> None:
    negosim.protocol("wrong")(draft)
    with pytest.raises(negosim.PluginError, match=message):
        play(table(**{"talks.table.protocol": "wrong"}), 3)


@pytest.mark.parametrize("found", [1.5, -0.1, np.nan])
def test_toughness_is_between_0_and_1(found: float) -> None:
    negosim.concession("wrong")(lambda pace: np.full(len(pace.clock), found))
    with pytest.raises(negosim.PluginError, match="must return 3 numbers from 0 to 1"):
        play(table(**{"parties.a.concession_law": "wrong"}), 3)


def test_names_are_ids_and_what_is_built_in_stays() -> None:
    with pytest.raises(ValueError, match="is no name for a protocol"):
        negosim.protocol("Not an id")(by_time)
    with pytest.raises(ValueError, match="'time' is built in"):
        negosim.concession("time")(by_time)


def test_the_build_is_another_one_with_other_rules(tmp_path: Path) -> None:
    before = build_identity()
    path = tmp_path / "my_rules.py"
    path.write_text(example_rules())
    registry.load_plugin(path)
    after = build_identity()
    assert "plugins" not in before and after["plugins"] and before["id"] != after["id"]
    assert registry.load_plugin(path) is None  # a second time does nothing


def test_a_plan_takes_its_rules_along(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpickled elsewhere has loaded the rules it needs; so have the processes of a run."""
    scenario = load(table(**SPLIT))
    plan = compiled(scenario.file)
    here = joined(list(histories(plan, 1200, 1)))
    there = joined(sorted(histories(plan, 1200, 1, workers=2), key=lambda part: part.first))
    np.testing.assert_array_equal(here.tracks[0].terms, there.tracks[0].terms)
    packed = pickle.dumps(scenario)
    empty_registry(monkeypatch)
    with pytest.raises(negosim.PluginError, match="no protocol 'split_the_difference' is registered"):
        registry.PROTOCOLS.get("split_the_difference")
    again = pickle.loads(packed)
    assert registry.PROTOCOLS.knows("split_the_difference")
    assert again.with_values({"parties.a.concession_law": "tit_for_tat"}).file.parties["a"].concession_law
    assert rules.name == "my_rules.py"


def test_installed_packages_offer_their_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "offered_rules.py").write_text(example_rules())
    info = tmp_path / "offered-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[negosim.plugins]\nrules = offered_rules\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry._load_installed.cache_clear()
    assert load(table(**SPLIT)).notes[-1].count("comes from offered_rules")
    (info / "entry_points.txt").write_text("[negosim.plugins]\nrules = no_such_module\n")
    registry._load_installed.cache_clear()
    with pytest.raises(negosim.PluginError, match="the plugin 'rules'"):
        registry.PROTOCOLS.names()


def test_the_command_line_loads_only_what_it_is_told_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my_rules.py"
    path.write_text(example_rules())
    ask = ["validate", "hurting-stalemate", "--set", "talks.peace.protocol=split_the_difference"]
    assert _run(ask) == 2
    assert "is not allowed here" in capsys.readouterr().err
    assert _run([*ask, "--plugin", str(path)]) == 0
    assert "comes from my_rules.py" in capsys.readouterr().out
    law = ["--set", "parties.north.concession_law=tit_for_tat"]
    assert _run(["explain", *ask[1:], *law, "--full", "--plugin", str(path)]) == 0
    told = capsys.readouterr().out
    assert "split the difference" in told and "North by tit_for_tat" in told
    assert _run(["schema", "--plugin", str(path)]) == 0
    assert '"split_the_difference"' in capsys.readouterr().out


@pytest.mark.parametrize(("text", "message"), [("1 / 0", "ZeroDivisionError"), ("def", "SyntaxError")])
def test_a_file_that_fails_says_why(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.py"
    path.write_text(text)
    assert _run(["validate", "hurting-stalemate", "--plugin", str(path)]) == 2
    assert "cannot be loaded: " + message in capsys.readouterr().err
    other = path.rename(tmp_path / "rules.txt")
    assert _run(["validate", "hurting-stalemate", "--plugin", str(other)]) == 2
    assert "its name must end in .py" in capsys.readouterr().err
