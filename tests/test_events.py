"""Events: when they come and what each effect does."""

from typing import Any

import numpy as np
import pytest

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from negosim.engine.record.states import CEASEFIRE, ENDED, FIGHTING
from negosim.engine.war import jump
from tests.worlds import BORDER, changed, load, play, share

PATH = "parties.south.war_cost"


def watched(event: dict[str, Any], path: str, *, trials: int = 400, more: dict[str, Any] | None = None) -> np.ndarray:
    """Return a number at every tick of every trial, (ticks, trials), under one event; of one that is over, its last."""
    quiet = {"talks": {}, "war.volatility": 0.01, "war.drift": 0.0, "events": {"shock": event}}
    block = Block(compiled(load(changed(BORDER, {**quiet, **(more or {})})).file), 1, 0, trials)
    seen: list[np.ndarray] = []
    record = block.record

    def look(tick: int) -> bool:
        now = seen[-1].copy() if seen else np.empty(trials)
        now[block.state.row] = block.parameters[path]
        seen.append(now)
        return record(tick)

    block.record = look
    run(block)
    return np.array(seen)


def test_a_dated_event_takes_effect_at_the_next_tick() -> None:
    seen = watched({"on": "2025-01-10", "effects": [{"add": PATH, "by": 0.05}]}, PATH)
    np.testing.assert_allclose(seen[:2], 0.15)
    np.testing.assert_allclose(seen[2:], 0.2)


def test_set_and_scale() -> None:
    both = [{"set": PATH, "to": 0.4}, {"scale": PATH, "by": 0.5}]
    np.testing.assert_allclose(watched({"on": "2025-01-01", "effects": both}, PATH), 0.2)


def test_an_effect_for_a_time_ends() -> None:
    seen = watched({"on": "2025-01-08", "effects": [{"add": PATH, "by": 0.05, "for": "28 days"}]}, PATH)
    np.testing.assert_allclose(seen[0], 0.15)
    np.testing.assert_allclose(seen[1:5], 0.2)
    np.testing.assert_allclose(seen[5:], 0.15)


def test_chance() -> None:
    seen = watched({"on": "2025-01-08", "chance": 0.3, "effects": [{"add": PATH, "by": 0.05}]}, PATH, trials=4000)
    assert (seen[-1] > 0.16).mean() == pytest.approx(0.3, abs=4 * 0.5 / np.sqrt(4000))


def test_between_two_dates() -> None:
    event = {"between": ["2025-02-01", "2025-12-31"], "effects": [{"add": PATH, "by": 0.05}]}
    seen = watched(event, PATH, trials=4000)
    first = (seen > 0.16).argmax(axis=0) * 7
    assert first.min() >= 31
    assert first.max() <= 364 + 7
    assert first.mean() == pytest.approx(31 + 333 / 2 + 3.5, abs=4 * 96 / np.sqrt(4000))


def test_a_rate_comes_once_or_again_and_again() -> None:
    once = {"rate": 1.5, "effects": [{"add": PATH, "by": 0.01}]}
    seen = watched(once, PATH, trials=4000)[-1]
    years = 729 / 365.25
    assert (seen > 0.155).mean() == pytest.approx(1 - np.exp(-1.5 * years), abs=0.03)
    assert seen.max() == pytest.approx(0.16)
    again = watched({**once, "repeats": True}, PATH, trials=4000)[-1]
    expected = 1.5 * years
    assert ((again - 0.15) / 0.01).mean() == pytest.approx(expected, abs=0.15)


def test_a_rate_with_a_chance_comes_as_often_as_both_allow() -> None:
    """A proposal that fails its chance does not use the event up: it comes at the thinned rate, once."""
    once = {"rate": 1.5, "chance": 0.4, "effects": [{"add": PATH, "by": 0.01}]}
    seen = watched(once, PATH, trials=2000)[-1]
    ticks = 104
    expected = 1 - (1 - 0.4 * (1 - np.exp(-1.5 * 7 / 365.25))) ** ticks
    assert (seen > 0.155).mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 2000))
    assert seen.max() == pytest.approx(0.16)
    again = watched({**once, "repeats": True}, PATH, trials=2000)[-1]
    assert ((again - 0.15) / 0.01).mean() == pytest.approx(0.4 * 1.5 * 728 / 365.25, abs=0.1)


def test_a_chance_that_events_raise_lets_a_rate_come_late() -> None:
    event = {"rate": 50, "chance": 0, "effects": [{"add": PATH, "by": 0.01}]}
    vow = {"events.vow": {"on": "2025-07-02", "effects": [{"set": "events.shock.chance", "to": 1}]}}
    data = changed(BORDER, {"talks": {}, "war.volatility": 0.01, "war.drift": 0.0, "events.shock": event, **vow})
    block = Block(compiled(load(data).file), 1, 0, 50)
    run(block)
    np.testing.assert_allclose(block.parameters[PATH], 0.16)


def test_an_effect_that_comes_again_is_renewed_not_doubled() -> None:
    event = {"rate": 8, "repeats": True, "effects": [{"add": PATH, "by": 0.01, "for": "1 year"}]}
    assert watched(event, PATH).max() == pytest.approx(0.16)


def test_a_number_stays_in_its_domain() -> None:
    volatility = "war.volatility"
    seen = watched({"on": "2025-01-01", "effects": [{"add": volatility, "by": -5}]}, volatility)
    assert (seen > 0).all()


def test_effects_reach_defaults_that_the_file_leaves_out() -> None:
    pressure = "talks.truce.pressure.south"
    talks = {"talks": BORDER["talks"]}
    seen = watched({"on": "2025-01-15", "effects": [{"set": pressure, "to": 0.07}]}, pressure, more=talks)
    np.testing.assert_allclose(seen[0], 0)
    np.testing.assert_allclose(seen[-1], 0.07)


def test_a_party_s_patience_reaches_its_tracks() -> None:
    patience = "talks.truce.patience.north"
    talks = {"talks": BORDER["talks"]}
    event = {"on": "2025-01-15", "effects": [{"set": "parties.north.patience", "to": "100 days"}]}
    seen = watched(event, patience, more=talks)
    assert seen[0, 0] > 500
    np.testing.assert_allclose(seen[-1], 100)


def with_event(effects: list[dict[str, Any]], more: dict[str, Any] | None = None) -> dict[str, Any]:
    return changed(BORDER, {"events": {"shock": {"on": "2025-01-01", "effects": effects}}, **(more or {})})


def test_fix_settles_an_issue_for_good() -> None:
    plan, history = play(with_event([{"fix": "fund", "to": "shared"}]), 600)
    fund = plan.issues.index("fund")
    for kept in history.tracks:
        signed = kept.terms[kept.signed != NEVER]
        assert (signed[:, fund] == plan.slots[fund].start + 1).all()


def test_lift_and_draw_move_red_lines() -> None:
    lines = {"issues.guard.views.north.red_lines": {"watch": "never", "troops": "never", "none": "never"}}
    assert share(play(changed(BORDER, lines), 300)[1], "agreement") == 0
    lifted = with_event([{"lift": f"north.guard.{option}"} for option in ("watch", "troops", "none")], lines)
    assert share(play(lifted, 300)[1], "agreement") > 0
    drawn = with_event([{"draw": f"north.guard.{option}"} for option in ("watch", "troops", "none")])
    assert share(play(drawn, 300)[1], "agreement") == 0


def test_a_spoiler_breaks_what_is_in_force() -> None:
    spoiler = {"on": "2026-06-03", "effects": [{"breaks": "ceasefire"}]}
    talks = {"talks.truce.after.breach": 0, "talks.peace.opens": "2026-12-30"}
    data = changed(BORDER, {"events": {"spoiler": spoiler}, **talks})
    _, history = play(data, 3000)
    spells, day = history.spells["ceasefire"], 518.0
    standing = (spells.first != NEVER) & (spells.since < day)
    assert standing.sum() > 20
    # The first tick on or after the event's date: 74 weeks.
    np.testing.assert_array_equal(spells.until[standing], 518.0)


def test_changing_one_event_changes_nobody_else_s_luck() -> None:
    base = changed(BORDER, {"events": {"a": {"rate": 0.5, "effects": [{"add": PATH, "by": 0.0}]}}})
    other = changed(base, {"events.a.rate": 2.0})
    np.testing.assert_array_equal(play(base, 300)[1].fought, play(other, 300)[1].fought)


def test_lifting_a_line_that_an_override_took_out_does_nothing() -> None:
    from tests.worlds import load as read

    lines = {"issues.guard.views.north.red_lines": {"troops": "never"}}
    scenario = read(with_event([{"lift": "north.guard.troops"}], lines))
    bare = scenario.with_values({"issues.guard.views.north.red_lines": {}})
    assert run(Block(compiled(bare.file), 1, 0, 20)).trials == 20


@pytest.mark.parametrize(
    "path", ["war.beliefs.north.optimism", "war.beliefs.south.doubt", "parties.north.patience_used"]
)
def test_what_is_read_once_cannot_be_changed(path: str) -> None:
    from negosim.scenario.problems import ScenarioError

    value = "1 month" if path.endswith("used") else 0.1
    with pytest.raises(ScenarioError, match="read once, at the start"):
        load(with_event([{"set": path, "to": value}]))


def test_an_event_waits_for_the_front() -> None:
    event = {"when": {"front_above": 0.3}, "effects": [{"add": PATH, "by": 0.05}]}
    more = {"war.drift": 0.5, "war.front": 0.1, "war.volatility": 0.001, "horizon": "1 year"}
    seen = watched(event, PATH, more=more, trials=5)
    # The front passes 0.3 about day 146: seen at the tick after the one of day 147, or one later.
    np.testing.assert_allclose(seen[:22], 0.15)
    np.testing.assert_allclose(seen[24:], 0.2)


def test_a_condition_must_have_held_for_its_time() -> None:
    event = {"when": {"front_below": 0.3, "state": "war", "for": "90 days"}, "effects": [{"add": PATH, "by": 0.05}]}
    seen = watched(event, PATH, more={"war.front": 0.1, "war.volatility": 0.001}, trials=5)
    first = int((seen[:, 0] > 0.16).argmax())
    assert first == 13  # 91 days


def test_a_repeating_condition_must_fail_before_it_comes_again() -> None:
    truce = changed(
        BORDER,
        {
            "events": {
                "calm": {
                    "when": {"state": "ceasefire", "for": "30 days"},
                    "repeats": True,
                    "effects": [{"breaks": "ceasefire"}],
                }
            },
            "talks.truce.after.breach": 0,
            "talks.peace.opens": "2026-12-30",
            "parties.north.patience_used": "2 years",
            "parties.south.patience_used": "2 years",
        },
    )
    _, history = play(truce, 300)
    spells = history.spells["ceasefire"]
    lasted = (spells.until - spells.since)[np.isfinite(spells.until)]
    assert lasted.size > 20
    # The first tick at which it has held for 30 days; the last step of the calendar is shorter.
    assert set(lasted[spells.until[np.isfinite(spells.until)] < 730]) == {35.0}
    again = np.isfinite(spells.until) & (history.occupancy[-1, 1] > 0)
    assert again.any()


def test_a_condition_is_met_or_not_before_anything_happens_at_a_tick() -> None:
    """The spoiler comes first by its id; the vote still sees the ceasefire that the last tick left."""
    events = {
        "a_spoiler": {"rate": 3, "repeats": True, "effects": [{"breaks": "ceasefire"}]},
        "b_vote": {"when": {"state": "ceasefire"}, "effects": [{"set": PATH, "to": 0.4}]},
    }
    used = {"parties.north.patience_used": "2 years", "parties.south.patience_used": "2 years"}
    data = changed(BORDER, {"events": events, "talks.peace.opens": "2026-12-30", **used})
    block = Block(compiled(load(data).file), 1, 0, 300)
    history = run(block)
    # Whoever was in a ceasefire at the end of any tick but the last has seen the vote.
    seen = (history.spells["ceasefire"].first != NEVER) & (history.spells["ceasefire"].since < 728)
    assert seen.sum() > 50
    voted = np.zeros(300, dtype=bool)
    voted[block.state.row] = np.broadcast_to(block.parameters[PATH], (block.state.trials,)) == 0.4
    np.testing.assert_array_equal(voted[block.state.row], seen[block.state.row])


# -- jumps of the front ------------------------------------------------------------------------------------------------

QUIET = {"talks": {}, "war.volatility": 0.01, "war.drift": 0.0, "horizon": "1 month"}


def after_a_month(effects: list[dict[str, Any]], **more: Any) -> Block:
    data = changed(BORDER, {**QUIET, "events": {"shock": {"on": "2025-01-10", "effects": effects}}, **more})
    block = Block(compiled(load(data).file), 1, 0, 50)
    run(block)
    return block


def test_the_front_jumps_for_good_and_teaches_nobody() -> None:
    still, jumped = after_a_month([{"add": "war.front", "by": 0}]), after_a_month([{"add": "war.front", "by": -0.4}])
    np.testing.assert_allclose(jumped.state.front, still.state.front - 0.4)
    np.testing.assert_allclose(jumped.state.belief, still.state.belief)


def test_a_jump_leaves_the_front_just_before_its_end() -> None:
    block = after_a_month([{"add": "war.front", "by": 0}])
    for by, where in ((5.0, 0.999), (-5.0, -0.999)):
        jump(block.plan, block.state, np.array([by]), np.arange(50))
        np.testing.assert_array_equal(block.state.front, where)


def test_the_status_quo_follows_a_jump() -> None:
    follows = {"issues.border.status_quo": {"follows_front": {"old": -1, "line": -0.2, "far": 0.3}}}
    block = after_a_month([{"add": "war.front", "by": 0.5}], **follows)
    border = block.plan.issues.index("border")
    assert set(block.state.status_quo[:, border]) == {block.plan.slots[border].start + 2}


def test_the_front_jumps_in_a_ceasefire_but_not_after_the_end() -> None:
    block = Block(compiled(load(with_event([{"add": "war.front", "by": 0.2}])).file), 1, 0, 3)
    block.state.state[:] = [FIGHTING, CEASEFIRE, ENDED]
    block.scenario_events[0].come(0)
    np.testing.assert_allclose(block.state.front, [0.3, 0.3, 0.1])
