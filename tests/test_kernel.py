"""The kernel and the arrays of NumPy play the same histories."""

from __future__ import annotations

import copy
import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from negosim.engine import kernel
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.kernel import build, structs
from negosim.engine.kernel.streams import KernelStreams
from negosim.engine.kernel.structs import Pointers
from negosim.engine.record.history import History
from negosim.engine.streams import Streams
from negosim.model import inverse
from negosim.scenario.load import Scenario, load
from tests import worlds
from tests.reference.comparison import counted_by_engine, differences, engine_account
from tests.reference.scenarios import scenarios
from tests.test_offering import OFFERS

SHIPPED = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.yaml"))


def played_by_arrays(scenario: Scenario, trials: int) -> History:
    return played_by(None, scenario, trials)


def played_by(library: ctypes.CDLL | None, scenario: Scenario, trials: int) -> History:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "library", lambda: library)
        return play(compiled(scenario.file), 3, 0, trials)


def assert_same(scenario: Scenario, trials: int) -> None:
    plan = compiled(scenario.file)
    ours, theirs = play(plan, 3, 0, trials), played_by_arrays(scenario, trials)
    for trial in range(trials):
        assert not differences(engine_account(plan, ours, trial), engine_account(plan, theirs, trial))
    assert not differences(counted_by_engine(plan, ours), counted_by_engine(plan, theirs))
    np.testing.assert_array_equal(ours.zones, theirs.zones)


@pytest.mark.compiled
def test_there_is_a_kernel() -> None:
    assert kernel.library() is not None, "build it: python negosim/engine/kernel/build.py"


@pytest.mark.compiled
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios(path: Path) -> None:
    assert_same(load(path), 150)


generated = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.compiled
@generated
@given(scenarios())
def test_generated_scenarios(data: dict[str, Any]) -> None:
    assert_same(worlds.load(data), 12)


@pytest.mark.compiled
@generated
@given(scenarios())
def test_generated_scenarios_in_which_all_tracks_take_turns(data: dict[str, Any]) -> None:
    for track in data["talks"].values():
        track["protocol"] = "alternating_offers"
        track.pop("mediator", None)
    assert_same(worlds.load(data), 12)


@pytest.mark.compiled
@generated
@given(scenarios())
def test_generated_scenarios_in_which_everybody_draws_red_lines(data: dict[str, Any]) -> None:
    disputes = [*data["issues"].values(), *data.get("chips", {}).values()]
    for place, issue in enumerate(disputes):
        options = list(issue["options"])
        for number, view in enumerate(issue["views"].values()):
            view.setdefault("red_lines", {})[options[(place + number) % len(options)]] = "never"
    for track in data["talks"].values():
        track |= {"protocol": "single_text", "revisions": 3}
    assert_same(worlds.load(data), 12)


def crowded() -> dict[str, Any]:
    """A border of some 130 options and 90 red lines, 70 pairs of which are tied together and some forbidden."""
    luck, border = np.random.default_rng(3), copy.deepcopy(worlds.BORDER)
    disputes = {
        f"dispute{number:02d}": {
            "status_quo": "o0",
            "options": {f"o{option}": f"Option {option}" for option in range(12)},
            "views": {
                side: {
                    "salience": float(luck.uniform(3, 9)),
                    "values": {f"o{option}": float(luck.random()) for option in range(12)},
                    "red_lines": {
                        f"o{option}": "never" if luck.random() < 0.3 else {"uniform": ["20 days", "2 years"]}
                        for option in luck.choice(np.arange(1, 12), 3, replace=False).tolist()
                    },
                }
                for side in ("north", "south", "union")
            },
        }
        for number in range(10)
    }
    pairs = [
        {name: f"o{luck.integers(12)}" for name in luck.choice(list(disputes), 2, replace=False).tolist()}
        for _ in range(90)
    ]
    border["issues"] |= disputes
    border["chips"]["fund"]["views"]["union"]["red_lines"] = {"returned": "never"}
    border["linkages"] = [{"when": pair, "adds": {"north": 0.02, "south": -0.01}} for pair in pairs[:70]]
    border["never"] = [pair for pair in pairs[70:] if set(pair.values()) != {"o0"}]
    border["talks"]["peace"]["revisions"] = 4
    return border


@pytest.mark.compiled
@pytest.mark.parametrize("protocol", ["single_text", "alternating_offers"])
def test_more_options_and_red_lines_than_a_word_has_bits(protocol: str) -> None:
    data = worlds.changed(crowded(), {"talks.peace.protocol": protocol})
    plan = compiled(worlds.load(data).file)
    assert plan.columns > 2 * structs.WORD
    assert len(plan.lines) > structs.WORD
    assert_same(worlds.load(data), 20)


@pytest.mark.compiled
def test_alternating_offers() -> None:
    assert_same(worlds.load(OFFERS), 300)


@pytest.mark.compiled
def test_both_libraries_find_the_same_to_the_last_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "WIDE", build.HERE / "there is none")
    narrow = kernel.library.__wrapped__()
    assert narrow
    monkeypatch.undo()
    wide = kernel.library.__wrapped__()
    assert wide
    assert (wide._name != narrow._name) == bool(narrow.negosim_can_run_wide())
    for scenario in (load(SHIPPED[0].parent / "ukraine-2025-12.yaml"), worlds.load(OFFERS)):
        ours, theirs = played_by(wide, scenario, 400), played_by(narrow, scenario, 400)
        for track, other in zip(ours.tracks, theirs.tracks, strict=True):
            np.testing.assert_array_equal(track.worth, other.worth)
            np.testing.assert_array_equal(track.terms, other.terms)
            np.testing.assert_array_equal(track.refused, other.refused)


@pytest.mark.compiled
def test_draws_of_some_trials() -> None:
    streams, rows = KernelStreams(5, 4101, 1000), np.random.default_rng(0).integers(0, 1000, 300)
    drawn = streams.uniform("a.b", 7)[rows]
    assert np.array_equal(streams.of_rows(rows, "a.b", 7), drawn)
    assert np.array_equal(streams.normals_of_rows(rows, "a.b", 7), inverse.normal(drawn))


@pytest.mark.compiled
@pytest.mark.parametrize("count", [1, 512, 1300])
def test_draws_of_several_streams(count: int) -> None:
    names, (least, width) = ("a", "b", "c"), np.array([[0.0, 0.2, 0.999], [1.0, 0.5, 0.001]])[..., None]
    median, log_spread = np.array([[1.0, 0.01, 1e6], [0.3, 1.0, 3.0]])[..., None]
    ours, theirs = KernelStreams(5, 4101, count), Streams(5, 4101, count)
    assert np.array_equal(ours.normals(names, least, width), theirs.normals(names, least, width))
    of_laws = (least, width, median, log_spread)
    assert np.array_equal(ours.lognormals(names, *of_laws), theirs.lognormals(names, *of_laws))
    for mean in (np.array([[2.0, 0.0, np.inf]]), np.random.default_rng(1).random((count, 3))):
        assert np.array_equal(ours.exponentials(names, mean), theirs.exponentials(names, mean))


@pytest.mark.compiled
@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_comings(*, again: bool, shared: bool) -> None:
    luck = np.random.default_rng(0)
    rows, rate = np.sort(luck.choice(200, 150, replace=False)), 0.5 + luck.random(1 if shared else 150)
    years = np.array([0.0, 0.1, 0.1, 0.3, 0.1, 0.1, 0.2])
    told = []
    for kind in (KernelStreams, Streams):
        over = None if again else np.arange(200) % 9 == 0
        told.append((kind(5, 4103, 200).arrivals(rows, rate, years, "a.b", 3, over), over))
    (ours, our_over), (theirs, their_over) = told
    assert list(ours) == list(theirs)
    assert len(ours) > 5
    assert set(ours) <= set(range(3, 10))
    for tick, rows_here in ours.items():
        np.testing.assert_array_equal(rows_here, theirs[tick])
    np.testing.assert_array_equal(our_over, their_over)
    assert (np.bincount(np.concatenate(list(ours.values()))).max() > 1) == again


def test_a_scenario_that_is_too_large_is_left_to_the_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = compiled(worlds.load(worlds.BORDER).file)
    assert kernel.has_room(plan) == (kernel.library() is not None)
    monkeypatch.setattr(kernel, "MOST_PARTIES", 1)
    assert not kernel.has_room(plan)


def test_arrays_of_another_kind_are_refused() -> None:
    with pytest.raises(TypeError, match="float64 side by side"):
        Pointers().at(np.zeros(3, dtype=np.float32), np.float64)
    with pytest.raises(TypeError):
        Pointers().at(np.zeros((3, 3))[:, 1], np.float64)
