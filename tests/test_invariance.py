"""Checks 8 to 10 of the model: what must not change the answer, and which way it must change."""

import json
from typing import Any

import numpy as np
import pytest

from negosim.engine.record.history import History
from negosim.results.summary import Run, summarised
from tests.worlds import BORDER, changed, load, play, share


def as_bytes(data: dict[str, Any], history: History) -> bytes:
    from negosim.engine.compile import compiled

    scenario = load(data)
    return json.dumps(summarised(scenario, compiled(scenario.file), history, Run(history.trials, 1, 0.0))).encode()


RICH = changed(
    BORDER,
    {
        "events": {
            "push": {"rate": 0.7, "repeats": True, "effects": [{"add": "war.drift", "by": 0.1, "for": "90 days"}]},
            "vote": {"on": "2025-09-10", "chance": 0.5, "effects": [{"scale": "parties.north.patience", "by": 0.5}]},
        },
        "linkages": [
            {"when": {"border": "far", "guard": "none"}, "adds": {"south": -0.05}},
            {"when": {"fund": "shared", "guard": "watch"}, "adds": {"south": 0.02, "north": 0.01}},
        ],
        "issues.border.views.south.red_lines": {"far": "24 months"},
        "issues.guard.views.north.salience": {"uniform": [10, 30]},
        "parties.north.war_cost": {"pert": [0.05, 0.15, 0.4]},
        "questions": {"soon": {"reach": "ceasefire", "by": "2026-01-31", "lasting": "60 days"}},
    },
)


@pytest.mark.parametrize("block", [1, 7, 100])
def test_block_size_changes_no_byte(block: int) -> None:
    whole = as_bytes(RICH, play(RICH, 150)[1])
    assert as_bytes(RICH, play(RICH, 150, block=block)[1]) == whole


def test_workers_change_no_byte() -> None:
    one = play(RICH, 300, block=100)[1]
    two = play(RICH, 300, block=100, workers=2)[1]
    assert as_bytes(RICH, one) == as_bytes(RICH, two)
    np.testing.assert_array_equal(one.fought, two.fought)


def test_trials_are_the_same_whatever_their_number() -> None:
    few, many = play(RICH, 100)[1], play(RICH, 250)[1]
    np.testing.assert_array_equal(few.fought, many.fought[:100])
    for one, other in zip(few.tracks, many.tracks, strict=True):
        np.testing.assert_array_equal(one.terms, other.terms[:100])


def reversed_order(value: Any, key: str = "") -> Any:
    """Turn round every mapping but options, whose order has a meaning, and every list of names."""
    if isinstance(value, dict):
        items = [(name, reversed_order(item, name)) for name, item in value.items()]
        return dict(items if key == "options" else items[::-1])
    if isinstance(value, list):
        items = [reversed_order(item) for item in value]
        return items[::-1] if key in ("signatories", "held_by", "issues", "linkages", "never") else items
    return value


def test_order_of_declaration_changes_no_byte() -> None:
    turned = reversed_order(RICH)
    assert list(turned["parties"]) != list(RICH["parties"])
    assert as_bytes(turned, play(turned, 200)[1]) == as_bytes(RICH, play(RICH, 200)[1])


def relabelled(text: str, names: dict[str, str]) -> dict[str, Any]:
    for old, new in names.items():
        text = text.replace(old, new)
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def test_names_change_nothing_beyond_luck() -> None:
    """Eight comparisons at four standard errors: a false alarm once in 2,000 seeds."""
    names = {"north": "zulu", "south": "alpha", "border": "yard", "fund": "aid", "shared": "zz", "truce": "yes_truce"}
    renamed = relabelled(json.dumps(RICH), names)
    trials = 3000
    plan, first = play(RICH, trials)
    other_plan, second = play(renamed, trials, seed=9)
    for kind in ("ceasefire", "settlement", "agreement"):
        p, q = share(first, kind), share(second, kind)
        assert abs(p - q) < 4 * np.sqrt((p * (1 - p) + q * (1 - q)) / trials)
    index, other = (
        [track.id for track in which.tracks].index(name) for which, name in ((plan, "peace"), (other_plan, "peace"))
    )
    issue, other_issue = plan.issues.index("fund"), other_plan.issues.index("aid")
    for place in range(3):
        signed, others = first.tracks[index], second.tracks[other]
        p = float((signed.terms[:, issue] == plan.slots[issue].start + place).mean())
        q = float((others.terms[:, other_issue] == other_plan.slots[other_issue].start + place).mean())
        assert abs(p - q) < 4 * np.sqrt(max(p * (1 - p) + q * (1 - q), 1 / trials) / trials)


def test_ties_are_broken_by_luck_not_by_names() -> None:
    """Two issues alike in everything: which one moves first must not hang on what they are called."""
    option = {"status_quo": "no", "options": {"no": "No", "yes": "Yes"}}
    views = {"a": {"salience": 1, "ideal": "yes"}, "b": {"salience": 1, "ideal": "yes"}}
    data = {
        "negosim": 1,
        "title": "Twins",
        "as_of": "2025-01-01",
        "horizon": "30 days",
        "parties": {
            name: {"time_preference": 0.1, "patience_used": "10 years", "judgement_noise": 0} for name in ("a", "b")
        },
        "issues": {"left": {**option, "views": views}, "right": {**option, "views": views}},
        "talks": {"table": {"kind": "settlement", "signatories": ["a", "b"], "every": "60 days"}},
    }
    plan, history = play(data, 4000)
    moved = (history.tracks[0].terms == [slots.start + 1 for slots in plan.slots]).mean(axis=0)
    assert moved.sum() == pytest.approx(1)
    assert moved[0] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(4000))


def test_optimism_never_raises_the_share_of_deals() -> None:
    """Paired under common random numbers; a false alarm once in 16,000 seeds."""
    trials = 2000
    base = play(BORDER, trials)[1].spells["agreement"].first >= 0
    proud = play(changed(BORDER, {"war.beliefs.north.optimism": 0.3}), trials)[1].spells["agreement"].first >= 0
    change = proud.astype(float) - base
    assert change.mean() < 4 * change.std() / np.sqrt(trials)
    assert change.mean() < 0


@pytest.mark.parametrize("option", ["old", "line", "far"])
def test_a_red_line_never_raises_the_share_of_deals(option: str) -> None:
    trials = 2000
    base = play(BORDER, trials)[1].spells["settlement"].first >= 0
    lined = changed(BORDER, {"issues.border.views.north.red_lines": {option: "never"}})
    drawn = play(lined, trials)[1].spells["settlement"].first >= 0
    change = drawn.astype(float) - base
    assert change.mean() <= 4 * change.std() / np.sqrt(trials)


def test_single_trials_are_those_of_the_batch() -> None:
    """Each alone in its block, to its end: victory, fading, horizon."""
    from negosim.engine.calendar import play as play_block
    from negosim.engine.compile import compiled

    lively = changed(RICH, {"war.volatility": 0.8, "war.fade": 0.2})
    plan = compiled(load(lively).file)
    whole = play_block(plan, 1, 0, 40)
    assert len(set(whole.final)) > 1
    for trial in range(40):
        alone = play_block(plan, 1, trial, 1)
        assert (alone.final[0], alone.winner[0], alone.fought[0]) == (
            whole.final[trial],
            whole.winner[trial],
            whole.fought[trial],
        )
