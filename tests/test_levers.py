"""What it would take, in worlds built so that the answer is known."""

import io
import json
from typing import Any

import pytest
import yaml
from rich.console import Console

import negosim
from negosim.cli.main import _run
from negosim.experiments.levers.discover import discover
from negosim.experiments.levers.levers import levers
from negosim.experiments.levers.moves import moves, overrides_of
from negosim.report.boxes import print_boxes
from negosim.report.levers import print_levers
from negosim.scenario.load import Scenario
from tests.worlds import BORDER, changed, load

MONTH = 365.25 / 12
VIEW = {"salience": 1, "values": {"none": 0, "yes": 1}}
THAW: dict[str, Any] = {
    "negosim": 1,
    "title": "A thaw",
    "as_of": "2025-01-01",
    "horizon": "1 year",
    "parties": {
        name: {"time_preference": 0.1, "war_cost": 0.2, "judgement_noise": 0, "patience": "1 month"} for name in "ab"
    },
    "issues": {
        "deal": {
            "title": "The deal",
            "status_quo": "none",
            "options": {"none": "None", "yes": "Done"},
            "views": {"a": VIEW, "b": {**VIEW, "red_lines": {"yes": "never"}}},
        }
    },
    "talks": {"table": {"kind": "settlement", "signatories": ["a", "b"], "every": "14 days"}},
    "events": {"thaw": {"on": "2025-03-01", "chance": 0.2, "effects": [{"lift": "b.deal.yes"}]}},
    "levers": {
        "idle": {"title": "Of no use", "path": "talks.table.mediator_error", "range": [0, 0.1]},
        "thaw": {"title": "Chance of a thaw", "path": "events.thaw.chance", "range": [0, 1]},
    },
}
"""Both want the deal, but b has a red line before it, which lifts with the chance of the thaw: that is the share."""

FROZEN = changed(THAW, {"issues.deal.views.a": {**VIEW, "red_lines": {"yes": "never"}}, "events": {}, "levers": {}})
"""Both have a red line before the deal, and nothing lifts either."""


def printed(print_it: Any, found: Any, width: int = 90) -> str:
    stream = io.StringIO()
    print_it(found, Console(file=stream, width=width))
    return " ".join(stream.getvalue().split())


def test_the_only_lever_that_matters_comes_first_and_the_other_does_nothing() -> None:
    found = levers(load(THAW), reach="settlement", lift=0.3, trials=400)
    assert [(effect.rank, effect.move.id) for effect in found.effects] == [(1, "thaw"), (2, "idle")]
    assert found.base.value == pytest.approx(0.2, abs=0.08)
    first, last = found.effects
    assert [tried.value for tried in first.tried] == [0, 0.2, 0.25, 0.5, 0.75, 1]
    assert [first.tried[0].share.value, first.tried[-1].share.value] == [0.0, 1.0]
    assert first.tried[1].lift.same  # where it stands now
    assert first.best.value == 1
    assert all(tried.lift.same and tried.lift.value == 0 for tried in last.tried)
    text = printed(print_levers, found)
    assert 'Most by itself: "Chance of a thaw".' in text
    assert 'Changes the answer in no history: "Of no use".' in text


def test_the_smallest_change_is_where_it_is_known_to_be() -> None:
    """The share is the chance itself: thirty points more than 0.2 are reached at 0.5, but for the luck of the draw."""
    found = levers(load(THAW), reach="settlement", lift=0.3, trials=1000)
    (change,) = found.singles
    (value,) = (value for _, value in change.tried.settings)
    assert value == pytest.approx(0.5, abs=0.05)
    assert change.size == pytest.approx(value - 0.2)
    assert change.tried.lift.value >= 0.3
    assert change.short[0] < value <= change.sure[0]
    assert value - change.short[0] <= 0.25 / 2**5 + 1e-9
    assert change.checked != change.tried.lift
    assert change.checked.low - 0.02 <= 0.3 <= change.checked.high + 0.02
    assert found.suffices
    assert not found.pairs
    assert "this is enough for 30 points" in printed(print_levers, found)


def test_the_other_way() -> None:
    found = levers(load(THAW), reach="settlement", lift=-0.1, trials=400)
    (change,) = found.singles
    assert change.tried.lift.value <= -0.1
    assert 0 < change.tried.value < 0.2
    assert "fall by 10 points" in printed(print_levers, found)


def test_where_no_lever_does_it_says_so() -> None:
    few = changed(THAW, {"levers.thaw.range": [0, 0.3]})
    found = levers(load(few), reach="settlement", lift=0.5, trials=200)
    assert not found.suffices
    assert found.pairs_tried == 1
    assert found.furthest.settings[0][1] == 0.3
    text = printed(print_levers, found)
    assert "No single lever is enough for 50 points, nor is any of 1 pair of the strongest." in text
    assert 'What goes furthest, measured on fresh draws: "Chance of a thaw" at 0.3 (now 0.2)' in text


def test_pairs_where_no_single_lever_does() -> None:
    two = changed(
        THAW,
        {
            "events.late": {"on": "2025-06-01", "chance": 0, "effects": [{"lift": "b.deal.yes"}]},
            "levers": {
                "early": {"path": "events.thaw.chance", "range": [0.2, 0.5]},
                "late": {"path": "events.late.chance", "range": [0, 0.4]},
            },
        },
    )
    found = levers(load(two), reach="settlement", lift=0.45, trials=600)
    assert not found.singles
    (change,) = found.pairs
    early, late = (value for _, value in change.tried.settings)
    assert 1 - (1 - early) * (1 - late) == pytest.approx(0.65, abs=0.06)
    assert 0.5 < change.size < 1
    assert "No single lever is enough for 45 points. Of 1 pair" in printed(print_levers, found)


def test_red_lines_are_lifted_one_by_one_and_together() -> None:
    scenario = load(FROZEN)
    found = levers(scenario, reach="settlement", lift=0.5, red_lines=True, trials=100)
    assert [effect.move.id for effect in found.effects] == ["a.deal.yes", "b.deal.yes"]
    assert all(effect.checked.lift.same for effect in found.effects)
    assert not found.singles
    (pair,) = found.pairs
    assert pair.tried.share.value == 1.0
    assert "No single red line is enough for 50 points" in printed(print_levers, found)
    both = levers(scenario, reach="settlement", lift=0.5, names=["*.deal.*"], trials=100)
    (change,) = both.singles
    assert change.tried.share.value == 1.0
    assert change.size is None
    assert "2 red lines lifted together" in printed(print_levers, both)


def test_lifting_a_red_line_leaves_the_others_and_the_overrides() -> None:
    lines = {"old": "never", "far": "24 months"}
    world = changed(BORDER, {"issues.border.views.south.red_lines": lines})
    world["variants"] = {"soft": {"set": {"issues.border.views.south.red_lines.far": "6 months"}}}
    for variant, far in ((None, "24 months"), ("soft", "6 months")):
        scenario = load(world).with_variant(variant).with_values({"parties.north.war_cost": 0.2})
        (move,) = moves(scenario, ["south.border.old"])
        assert move.title == 'south drops its red line against "The old border" (border)'
        assert move.now == "never lifts by itself"
        overrides = overrides_of(scenario, [(move, None)])
        assert overrides == {"issues.border.views.south.red_lines": {"far": far}}
        lifted = scenario.with_values(overrides)
        assert list(lifted.file.issues["border"].views["south"].red_lines) == ["far"]
        assert lifted.overrides["parties.north.war_cost"] == 0.2
    both = overrides_of(scenario, [(found, None) for found in moves(scenario, red_lines=True)])
    assert both == {"issues.border.views.south.red_lines": {}}


def test_a_lever_that_is_uncertain_is_tried_at_its_middle() -> None:
    world = changed(THAW, {"events.thaw.chance": {"uniform": [0.1, 0.3]}})
    (move,) = moves(load(world), ["thaw"])
    assert move.is_uncertain
    assert move.start == pytest.approx(0.2)
    assert move.now == "uniform 0.1 to 0.3"
    found = levers(load(world), reach="settlement", lift=0.3, names=["thaw"], trials=200)
    assert "0.2 (middle)" in printed(print_levers, found)


def test_durations_are_levers_too() -> None:
    lever = {"path": "parties.north.patience", "range": ["1 month", "2 years"]}
    ripe = {"talks.truce.ripeness": "on", "talks.peace.ripeness": "on"}
    world = changed(BORDER, {"levers": {"patience": lever}, **ripe})
    (move,) = moves(load(world))
    (override,) = overrides_of(load(world), [(move, 91.3125)]).values()
    assert override == "91.3125 days"
    found = levers(load(world), reach="settlement", lift=0.2, trials=200)
    (effect,) = found.effects
    assert effect.best.value == MONTH  # the less patience, the more settlements
    (change,) = found.singles
    (value,) = (value for _, value in change.tried.settings)
    assert MONTH < value < 18 * MONTH
    text = printed(print_levers, found)
    assert "1 month" in text
    assert "this is enough for 20 points" in text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"reach": "peace"}, "there is no metric 'peace'"),
        ({}, "name either an outcome"),
        ({"reach": "settlement", "metric": "settlement"}, "name either an outcome"),
        ({"reach": "settlement", "by": "2031-01-01"}, "lies outside the simulation"),
        ({"reach": "settlement", "lift": 0.9}, "cannot change by"),
        ({"reach": "settlement", "names": ["thow"]}, "did you mean 'thaw'"),
        ({"reach": "settlement", "names": ["b.deal.none"]}, "there is no lever or red line 'b.deal.none'"),
        ({"reach": "settlement", "names": ["c.*"]}, "there is no lever or red line"),
        ({"metric": "years"}, "not a share of all histories"),
        ({"reach": "settlement", "trials": 0}, "at least 1"),
    ],
)
def test_it_is_refused_in_words(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("*", r"\*")):
        levers(load(THAW), **{"trials": 20, **asked})


def test_without_levers_it_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="declares no levers"):
        levers(load(FROZEN), reach="settlement")
    lineless = changed(THAW, {"issues.deal.views.b": VIEW, "events": {}, "levers": {}})
    with pytest.raises(ValueError, match="draws no red line"):
        levers(load(lineless), reach="settlement", red_lines=True)


def test_plain_data_and_frame() -> None:
    found = levers(load(THAW), reach="settlement", by="2025-12-31", lift=0.3, trials=100)
    data = json.loads(json.dumps(found.as_dict()))
    assert data["metric"] == "settlement@2025-12-31"
    assert data["effects"][0]["best"]["settings"] == {"thaw": 1.0}
    assert data["singles"][0]["lift"]["value"] >= 0.3
    frame = found.frame()
    assert set(frame.id) == {"thaw", "idle"}
    assert len(frame) == sum(len(effect.tried) for effect in found.effects)


# -- discovery ----------------------------------------------------------------------------------------------------


def hurdles() -> Scenario:
    """Return a world in which the deal is signed at once, and holds if both bodies' drawn hurdles are low enough.

    A deal is worth 1 to either, no deal 0 less the war cost of 0.2: a hurdle above 1.2 fells it.
    """
    world = changed(THAW, {"issues.deal.views.b": VIEW, "events": {}, "levers": {}})
    for name in "ab":
        body = {"by": "a vote", "delay": "7 days", "hurdle": {"uniform": [0.2, 2.2]}, "spread": 0}
        world["parties"][name]["ratification"] = body
        world["parties"][name]["fatigue"] = {"uniform": [0, 1e-9]}
    return load(world)


def test_a_planted_box_is_found_in_a_scenario() -> None:
    found = discover(hurdles(), reach="settlement", trials=1200)
    assert found.tested.value == pytest.approx(0.25, abs=0.08)
    (box,) = found
    assert len(found) == 1
    assert {side.path for side in box.sides} == {f"parties.{name}.ratification.0.hurdle" for name in "ab"}
    assert all(side.low is None and side.high == pytest.approx(1.2, abs=0.06) for side in box.sides)
    assert box.tested.share.value > 0.93
    assert box.tested.coverage.value > 0.9
    assert box.holds
    assert set(found.matter) == {side.path for side in box.sides}
    text = printed(print_boxes, found)
    assert '"a: hurdle of the vote (a vote)" of at most 1.' in text
    assert "of all histories in which it comes" in text
    assert "4 uncertain inputs as the scenario draws them" in text


def test_levers_are_spread_over_their_ranges() -> None:
    found = discover(load(THAW), reach="settlement", over="levers", trials=1500)
    assert found.paths == ("events.thaw.chance", "talks.table.mediator_error")
    assert found.tested.value == pytest.approx(0.5, abs=0.06)
    assert found.matter == ("events.thaw.chance",)
    (side,) = found.boxes[0].sides
    assert side.title == "Chance of a thaw"
    assert side.high is None
    text = printed(print_boxes, found)
    assert "2 levers, each drawn evenly over its range" in text
    assert '"Chance of a thaw" of at least 0.' in text


def test_where_luck_alone_decides_no_box_is_made_up() -> None:
    world = changed(THAW, {"events.thaw.chance": 0.5, "parties.a.distrust": {"uniform": [0.5, 2]}})
    found = discover(load(world), reach="settlement", trials=600)
    assert not found.boxes
    assert "chance decides, and what is fixed" in printed(print_boxes, found)


def test_what_is_too_rare_is_said_to_be() -> None:
    world = changed(THAW, {"events.thaw.chance": 0.02, "parties.a.distrust": {"uniform": [0.5, 2]}})
    found = discover(load(world), reach="settlement", trials=300)
    assert found.is_thin
    assert "too few to look for boxes" in printed(print_boxes, found)


def test_discovery_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="nothing varies"):
        discover(load(THAW), reach="settlement", trials=10)
    with pytest.raises(ValueError, match="no levers to spread"):
        discover(load(FROZEN), reach="settlement", over="levers", trials=10)
    with pytest.raises(ValueError, match="has or has not"):
        discover(hurdles(), metric="years", trials=10)
    with pytest.raises(ValueError, match="at least 2"):
        discover(hurdles(), reach="settlement", trials=1)


def test_boxes_as_plain_data_and_frame() -> None:
    found = discover(hurdles(), reach="settlement", trials=600)
    data = json.loads(json.dumps(found.as_dict()))
    assert data["space"] == "inputs"
    assert [side["path"] for side in data["boxes"][0]["sides"]] == [side.path for side in found.boxes[0].sides]
    assert len(found.frame()) == sum(len(box.sides) for box in found)


def test_the_command(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "thaw.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(THAW)), sort_keys=False))
    few = [str(path), "--reach", "settlement", "--trials", "100", "--workers", "1"]
    assert _run(["levers", *few, "--lift", "0.3", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    whole = json.loads(json.dumps(levers(str(path), reach="settlement", lift=0.3, trials=100).as_dict()))
    for answer in (data, whole):
        del answer["run"]["seconds"], answer["run"]["command"]
    assert data == whole
    assert _run(["levers", *few, "--red-lines", "--by", "2025-12-01"]) == 0
    assert 'b drops its red line against "Done" (The deal)' in capsys.readouterr().out
    assert _run(["levers", *few, "--discover", "--over", "levers"]) == 0
    assert "Where does it come about?" in capsys.readouterr().out
    assert _run(["levers", *few, "--discover"]) == 2
    assert capsys.readouterr().err == "nothing varies: no input of the scenario is a distribution (try its levers)\n"
    assert _run(["levers", *few, "--lever", "none"]) == 2
    assert "there is no lever or red line 'none'" in capsys.readouterr().err


def test_they_are_at_hand_in_python() -> None:
    assert negosim.levers is levers
    assert negosim.discover is discover
