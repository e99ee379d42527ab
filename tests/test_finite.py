"""No wrong number passes for a result: what cannot be computed, or be meant, is an error that names its path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negosim.cli.main import main
from negosim.engine import block, draws, run
from negosim.engine import values as party_values
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.finite import guarded, require_finite
from negosim.engine.initial import initial_values
from negosim.engine.kernel import has_room as kernel_has_room
from negosim.engine.plan import Plan
from negosim.engine.run import histories
from negosim.model.durability import breach_time
from negosim.model.front import war_weights
from negosim.scenario.domains import LARGEST
from negosim.scenario.ids import declared_by
from negosim.scenario.load import loads, parse_settings
from negosim.scenario.paths import declared_paths
from negosim.scenario.problems import ScenarioError
from tests import worlds
from tests.examples import COMPLETE, MINIMAL
from tests.worlds import BORDER, WAR_ONLY, changed, share
from tests.worlds import play as played

TALK = """\
negosim: 1
title: A government and rebels
as_of: 2025-01-01
horizon: 1 year
parties: {gov: {time_preference: 0.15, war_cost: 0.2}, rebels: {time_preference: 0.15, war_cost: 0.4}}
issues:
  power:
    status_quo: old
    options: {old: As it is, shared: Shared}
    views: {gov: {salience: 1, ideal: old}, rebels: {salience: 1, ideal: shared}}
war: {between: [gov, rebels], volatility: 0.2}
talks:
  truce: {kind: ceasefire, signatories: [gov, rebels], ripeness: off, patience: 3 months}
"""


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.yaml"
    path.write_text(TALK, encoding="utf-8")
    return path


Answer = tuple[int, str, str]
"""Exit code, standard output, standard error."""


@pytest.fixture
def negosim(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """The command line, in this process."""

    def called(*arguments: str) -> Answer:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        said = capsys.readouterr()
        return int(str(ended.value.code)), said.out, said.err

    return called


# -- cut in the tail ----------------------------------------------------------------------------------------------


def test_a_cost_cut_ten_deviations_up_is_the_cost_at_its_bound() -> None:
    """What is left of the distribution lies within a hundredth above 0.4, so the answer is that of 0.4."""
    tail = loads(TALK, values={"parties.gov.war_cost": {"normal": {"mean": 0.2, "sd": 0.02}, "min": 0.4}})
    point = loads(TALK, values={"parties.gov.war_cost": 0.4})
    shares = []
    for scenario in (tail, point):
        (history,) = histories(compiled(scenario.file), 400, 1)
        shares.append(share(history, "ceasefire"))
    assert shares[1] > 0.5
    assert shares[0] == pytest.approx(shares[1], abs=0.05)


def test_what_is_cut_so_that_nothing_is_left_is_told_with_line_and_column(
    talk: Path, negosim: Callable[..., Answer]
) -> None:
    talk.write_text(TALK.replace("war_cost: 0.2", "war_cost: {normal: {mean: 0.2, sd: 0.02}, min: 2}"), "utf-8")
    code, out, error = negosim("run", str(talk), "--trials", "10")
    assert (code, out) == (2, "")
    assert error.startswith(f"{talk}:5:40: parties.gov.war_cost: next to nothing of this distribution lies within")


@pytest.mark.parametrize(
    "value",
    [
        "{uniform: [2, 3]}", "{normal: {mean: 50, sd: 0.1}}", "{pert: [1, 2, 3]}", "{triangular: [-3, -2, -1]}",
        "{lognormal: {median: 1e12, spread: 1.1}}", "{beta: {a: 2, b: 5}, min: 1.5}", "{choice: {2: 0.5, 3: 0.5}}",
        "{beta: {a: 1e6, b: 1e6}, min: 0.9}",
    ],
)  # fmt: skip
def test_a_distribution_outside_the_domain_of_its_key_is_refused(
    talk: Path, negosim: Callable[..., Answer], value: str
) -> None:
    code, out, error = negosim("run", str(talk), "--set", f"parties.gov.reciprocity={value}", "--trials", "10")
    assert (code, out) == (2, "")
    assert "parties.gov.reciprocity: n" in error and "of this distribution" in error


# -- bounds of magnitude ------------------------------------------------------------------------------------------

REFUSED = {
    "parties.gov.war_cost": ["1e4", "-1e4", "1e308", "5e-324", "{normal: {mean: 0, sd: 1e308}}",
                             "{uniform: [-1e300, 1e300]}", "{normal: {mean: 0, sd: 1e12}}", "{value: 1, max: 1e300}",
                             "{lognormal: {median: 1, spread: 1e300}}", "{normal: {mean: 1e-310, sd: 1}}"],
    "parties.gov.reciprocity": ["{beta: {a: 5e-324, b: 1}}", "{beta: {a: 1, b: 1e300}}", "{uniform: [-1e6, 1e6]}"],
    "parties.gov.time_preference": ["1e-300", "1e300", "0"],
    "parties.gov.fatigue": ["1e300"],
    "parties.gov.concession": ["1e-300", "1e300"],
    "parties.gov.judgement_noise": ["1e300"],
    "parties.gov.distrust": ["1e300"],
    "parties.gov.exposure": ["-1e300"],
    "issues.power.views.gov.salience": ["1e308", "5e-324", "{uniform: [0, 1e308]}"],
    "war.drift": ["1e300", "-1e300"],
    "war.volatility": ["1e300", "1e-300", "{lognormal: {median: 0.3, spread: 1e300}}"],
    "war.fade": ["1e300"],
    "talks.truce.weights.gov": ["1e300"],
    "talks.truce.pressure.gov": ["1e300"],
    "talks.truce.mediator_error": ["1e300"],
    "talks.truce.after.breach": ["1e300"],
    "talks.truce.after.shape": ["1e-300", "1e300"],
    "talks.truce.after.pressure_penalty": ["1e-300", "1e300"],
    "talks.truce.after.breach_memory": ["1e-300", "1e300"],
    "talks.truce.after.opportunism": ["1e300"],
    "talks.truce.after.defection_cost": ["1e300"],
}  # fmt: skip


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, values in REFUSED.items() for value in values])
def test_no_number_is_beyond_all_measure(path: str, value: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TALK, values=parse_settings([f"{path}={value}"]))
    assert path in str(caught.value)


@pytest.mark.parametrize("text", [MINIMAL, COMPLETE, TALK])
def test_every_number_has_bounds(text: str) -> None:
    for path, limits in declared_paths(declared_by(loads(text).file)).items():
        low, high = limits.domain.ends
        assert -LARGEST <= low < high <= LARGEST, path
        assert low > 0 or not limits.domain.open_low, path


@pytest.mark.parametrize(
    "addition",
    [
        "events: {e: {rate: 1e300, effects: [{add: war.drift, by: 0.1}]}}",
        "events: {e: {rate: 1, effects: [{add: war.drift, by: 1e300}]}}",
        "events: {e: {rate: 1, effects: [{scale: war.volatility, by: 1e300}]}}",
        "events: {e: {rate: 1, effects: [{set: war.volatility, to: 1e300}]}}",
        "levers: {l: {path: war.volatility, range: [0.1, 1e300]}}",
        "variants: {v: {set: {war.volatility: 1e300}}}",
        "linkages: [{when: {power: old}, adds: {gov: 1e300}}]",
    ],
)
def test_events_levers_and_variants_keep_to_them(addition: str) -> None:
    with pytest.raises(ScenarioError, match=r"1e\+300"):
        loads(f"{TALK}{addition}\n")


def test_an_event_takes_a_number_to_its_bounds_and_no_further() -> None:
    effects = [
        {"scale": "war.volatility", "by": 0},
        {"add": "war.drift", "by": 1e15},
        {"scale": "parties.north.time_preference", "by": 0},
        {"scale": "parties.south.time_preference", "by": 1e9},
        {"scale": "parties.south.patience", "by": 0},
        {"scale": "talks.truce.after.shape", "by": 0},
        {"add": "parties.south.war_cost", "by": -1e15},
        {"add": "issues.border.views.north.salience", "by": 1e15},
    ]
    world = changed(BORDER, {"events": {"upheaval": {"on": "2025-03-01", "effects": effects}}})
    plan, history = played(world, 200)
    assert np.isfinite(history.fought).all() and history.final.size == 200
    assert plan.families["war.volatility"].domain.ends == (1e-6, 1e3)


def test_distrust_after_very_many_breaches_stays_a_number() -> None:
    after = {"breach": 1000, "breach_memory": 1000}
    world = changed(
        BORDER, {"horizon": "20 years", "talks.truce.after": after, "talks.truce.pressure": {"north": 9, "south": 9}}
    )
    _, history = played(world, 20)
    assert np.isfinite(history.fought).all()


# -- during play ----------------------------------------------------------------------------------------------------


def test_a_draw_that_is_not_finite_names_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(draws._INVERSES, "uniform", lambda p, u: np.where(u < 0.5, np.nan, u))
    plan = compiled(loads(MINIMAL).file)
    for start in (lambda: play(plan, 1, 0, 50), lambda: initial_values(plan, 1, 50)):
        with pytest.raises(ScenarioError) as caught:
            start()
        assert str(caught.value) == (
            "during play: parties.south.war_cost: what is drawn is not a finite number in every history (found nan)"
        )


def test_a_value_that_is_not_finite_names_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*arrays: np.ndarray) -> np.ndarray:
        return np.full(arrays[2].shape, np.nan)

    monkeypatch.setattr(block, "has_room", lambda plan: False)
    monkeypatch.setattr(party_values, "war_value", lost)
    with pytest.raises(ScenarioError, match=r"during play: parties\.north: what fighting on is worth to it is no"):
        play(compiled(loads(MINIMAL).file), 1, 0, 5)


@pytest.mark.parametrize("has_room", [True, False])
def test_a_value_that_is_not_finite_is_seen_with_the_kernel_and_without(
    has_room: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block, "has_room", lambda plan: has_room)
    played = block.Block(compiled(loads(MINIMAL).file), 1, 0, 5)
    played.state.fought[3] = np.nan
    with pytest.raises(ScenarioError, match=r"parties\.north: what fighting on is worth to it is no"):
        played.revalue(0)


@pytest.mark.parametrize("has_room", [True, False])
@pytest.mark.parametrize("lasting", [{}, {"for": "1 year"}])
def test_effects_that_make_a_number_infinite_are_an_error_with_the_kernel_and_without(
    lasting: dict[str, str], has_room: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block, "has_room", lambda plan: has_room and kernel_has_room(plan))
    unbounded = [{"scale": "war.drift", "by": 1e9, **lasting}] * 40
    scenario = worlds.load(changed(WAR_ONLY, {"events": {"a": {"on": "2025-03-01", "effects": unbounded}}}))
    if not lasting:  # for good, each is kept within the bounds of the number
        play(compiled(scenario.file), 1, 0, 5)
        return
    with pytest.raises(ScenarioError, match="during play: overflow encountered in"):
        play(compiled(scenario.file), 1, 0, 5)


def test_numpy_raises_during_play_and_says_what_was_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    def divided(up: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        return up / np.zeros_like(up)

    monkeypatch.setattr(block, "has_room", lambda plan: False)
    monkeypatch.setattr(party_values, "war_value", divided)
    with pytest.raises(ScenarioError, match="during play: divide by zero encountered in divide while computing"):
        play(compiled(loads(MINIMAL).file), 1, 0, 5)
    assert np.geterr()["divide"] == "warn"  # outside of play nothing has changed


def test_the_command_line_tells_such_an_error_in_one_line(
    talk: Path, negosim: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(draws._INVERSES, "uniform", lambda p, u: np.full_like(u, np.inf) - np.inf)
    for command, *more in (("run", "--trials", "20"), ("explain",), ("replay", "--trial", "3")):
        code, out, error = negosim(command, str(talk), "--set", "war.volatility={uniform: [0.1, 0.2]}", *more)
        assert (code, out) == (2, "")
        assert error == (
            "during play: war.volatility: what is drawn cannot be computed: invalid value encountered in subtract\n"
        )


def lost(plan: Plan, seed: int, first: int, trials: int) -> None:
    """Play a block in which nothing can be computed."""
    with guarded():
        np.zeros(1) / np.zeros(1)


def test_such_an_error_comes_back_from_other_processes() -> None:
    plan = compiled(loads(TALK).file)
    with pytest.raises(ScenarioError, match="during play: invalid value encountered in divide"):
        list(run.played(lost, plan, 2000, 1, workers=2, block=500))


def test_underflow_is_no_error_and_infinity_has_its_places() -> None:
    with guarded():
        assert np.exp(np.array([-1e4]))[0] == 0
        times = breach_time(np.array([1e-16, 0.5]), np.array([1e-300, 0.0]), np.array([0.01, 1.0]))
    assert np.isinf(times[1])
    require_finite(np.array([0.0]), "x")
    with pytest.raises(ScenarioError, match=r"during play: x: its value .* \(found inf\)"):
        require_finite(np.array([[0.0], [np.inf]]), "x")


@given(st.floats(-0.999, 0.999), st.floats(-1000, 1000), st.floats(1e-6, 1000), st.floats(1e-6, 1000))
def test_values_of_fighting_on_are_shares_within_all_bounds(
    front: float, drift: float, r: float, volatility: float
) -> None:
    with guarded():
        up, down = war_weights(np.array([front]), np.array([drift]), np.array([r]), np.array([volatility]))
    assert 0 <= up[0] <= 1 + 1e-9 and 0 <= down[0] <= 1 + 1e-9 and up[0] + down[0] <= 1 + 1e-9


EXTREMES = [
    (path, end)
    for path, limits in declared_paths(declared_by(loads(TALK).file)).items()
    for end in limits.domain.ends
    if not limits.is_duration
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(EXTREMES), min_size=1, max_size=12, unique_by=lambda item: item[0]))
def test_numbers_at_their_bounds_play(settings: list[tuple[str, float]]) -> None:
    """Whatever stands at its least or largest: everything that is told is finite."""
    plan = compiled(loads(TALK, values=dict(settings)).file)
    history = play(plan, 1, 0, 20)
    assert np.isfinite(history.fought).all() and np.isin(history.winner, (-1, 0, 1)).all()
