"""Checks 5 to 7 of the model: what single-text talks sign, and when."""

from typing import Any

import numpy as np
import pytest

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.record.history import NEVER
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import Talks
from tests.worlds import BORDER, changed, far_draft, load, pie, play, share


def signed_share(data: dict[str, Any], trials: int = 50) -> tuple[set[str], set[str]]:
    """Return the options and dates that the pie's table signs."""
    plan, history = play(data, trials)
    track = history.tracks[0]
    assert (track.signed != NEVER).all()
    options = {plan.options[0][column] for column in np.unique(track.terms[:, 0])}
    return options, {plan.ticks.date(int(tick)).isoformat() for tick in np.unique(track.signed)}


@pytest.mark.parametrize(("no_deal", "expected"), [((0.1, 0.3), "o040"), ((0.2, 0.0), "o060"), ((0.4, 0.1), "o065")])
def test_equal_weights_sign_the_nash_bargain(no_deal: tuple[float, float], expected: str) -> None:
    options, _ = signed_share(pie(no_deal, first_draft={"pie": "o050"}))
    assert options == {expected}


def test_weights_sign_the_weighted_nash_bargain() -> None:
    # d1 + w·(1 - d1 - d2) with w = 3/4 and no-deal values 0.1 and 0.3: 0.55.
    options, _ = signed_share(pie(weights={"a": 3, "b": 1}))
    assert options == {"o055"}


def test_the_date_is_the_one_that_patience_implies() -> None:
    # Party a asks for 0.1 + τ·0.9 and is offered 0.4: τ = 1/3, two thirds of 365.25 days, the round on day 252.
    _, dates = signed_share(pie())
    assert dates == {"2025-09-10"}
    hold_out = changed(pie(), {"parties.a.concession": "boulware"})
    # τ = 1 - (t/P)^2 = 1/3 at t = 0.8165·P = 298.2 days: the round on day 308.
    assert signed_share(hold_out)[1] == {"2025-11-05"}
    early = changed(pie(), {"parties.a.concession": "conceder", "parties.b.concession": "conceder"})
    # b waits longest: 0.3 + τ·0.7 = 0.6 at τ = 3/7; a: τ = 1/3, 1 - √(t/P) = 1/3 at t = 4/9·P = 162.3: day 168.
    assert signed_share(early)[1] == {"2025-06-18"}


def test_earlier_talks_have_used_patience() -> None:
    used = changed(pie(), {"parties.a.patience_used": "200 days", "parties.b.patience_used": "200 days"})
    assert signed_share(used)[1] == {"2025-02-26"}


def test_a_track_s_own_patience_comes_first() -> None:
    own = pie(patience={"a": "100 days"})
    # a is ready after 67 days; b, with the party's 12 months, after 4/7 of them: 208.7 days, the round on day 210.
    assert signed_share(own)[1] == {"2025-07-30"}
    shared = pie(patience="100 days")
    assert signed_share(shared)[1] == {"2025-03-12"}


def test_the_first_round_is_at_the_opening() -> None:
    late = changed(
        pie(opens="2025-03-05"), {"parties.a.patience_used": "2 years", "parties.b.patience_used": "2 years"}
    )
    assert signed_share(late)[1] == {"2025-03-05"}


def test_no_zone_no_deal() -> None:
    _, history = play(pie((0.6, 0.6), first_draft={"pie": "o060"}), 200)
    assert share(history, "agreement") == 0
    assert (history.tracks[0].failed > 70).all()


def quiet() -> dict[str, Any]:
    """Return the border without noise of judgement, eager to deal."""
    return changed(
        BORDER,
        {
            "parties.north.judgement_noise": 0,
            "parties.south.judgement_noise": 0,
            "parties.union.judgement_noise": 0,
            "parties.north.patience": "3 months",
            "parties.south.patience": "3 months",
            "issues.border.views.north.red_lines": {"old": "never"},
            "issues.border.views.south.red_lines": {"far": "12 months"},
            "chips.fund.views.union.red_lines": {"returned": "never"},
            "linkages": [{"when": {"border": "far", "guard": "none"}, "adds": {"south": -0.05}}],
            "never": [{"border": "old", "fund": "shared"}],
        },
    )


@pytest.mark.parametrize("protocol", ["single_text", "alternating_offers"])
def test_what_is_signed_is_worth_it_to_all_who_consented(monkeypatch: pytest.MonkeyPatch, protocol: str) -> None:
    """Check 7: value at least aspiration, aspiration at least no-deal, no live red line, no forbidden combination."""
    block = Block(
        load_plan(changed(quiet(), {"talks.peace.protocol": protocol, "talks.truce.protocol": protocol})), 3, 0, 800
    )
    checked: dict[str, int] = {}
    hold = Talks.hold

    def watched(table: Talks, tick: int, *, with_answers: bool) -> RoundOutcome | None:
        assert not with_answers
        outcome = hold(table, tick, with_answers=True)
        if outcome is None:
            return None
        assert outcome.answers
        plan, track, state, text, rows = table._plan, table.track, table._state, outcome.text, outcome.rows
        free = ~(state.fixed | state.taken)[rows]
        stakes, no_deal = table._party_values.stakes(track, rows), table._party_values.no_deal()[rows]
        value, wish = stakes.agreement(text, stakes.utility(text)), outcome.answers.aspiration
        for place in np.nonzero(outcome.signed)[0]:
            moved = {party for party, chip in track.holders if text[place, chip] != state.status_quo[rows[place], chip]}
            for party in {*track.signatories, *moved}:
                assert value[place, party] >= wish[place, party] - 1e-9
                assert wish[place, party] >= no_deal[place, party] - 1e-9
                for index, line in enumerate(plan.lines):
                    live = state.live[rows[place], index] and free[place, line.issue]
                    crossed = live and line.issue in track.agenda.issues and text[place, line.issue] == line.column
                    assert not (line.party == party and crossed)
            assert not any(rule.holds(text[place : place + 1])[0] for rule in plan.never)
            checked[track.id] = checked.get(track.id, 0) + 1
        return outcome

    monkeypatch.setattr(Talks, "hold", watched)
    history = run(block)
    assert checked.keys() == {"truce", "peace"}
    assert sum(checked.values()) >= int((history.spells["agreement"].first != NEVER).sum())


def load_plan(data: dict[str, Any]) -> Any:
    from negosim.engine.compile import compiled

    return compiled(load(data).file)


def test_red_lines_that_never_move_are_never_signed() -> None:
    plan, history = play(quiet(), 1500, seed=5)
    peace = history.tracks[[track.id for track in plan.tracks].index("peace")]
    signed = peace.terms[peace.signed != NEVER]
    assert len(signed) > 100
    border, fund = plan.issues.index("border"), plan.issues.index("fund")
    assert not (signed[:, border] == plan.slots[border].start).any()
    assert not (signed[:, fund] == plan.slots[fund].start + 2).any()


def test_a_red_line_lifts_after_an_exponential_time() -> None:
    data = changed(quiet(), {"horizon": "1 year"})
    block = Block(load_plan(data), 1, 0, 20_000)
    line = block.plan.line_ids["south.border.far"]
    lifted = (block.state.lifts[:, line] < 365.25).mean()
    assert lifted == pytest.approx(1 - np.exp(-1), abs=4 * 0.5 / np.sqrt(20_000))
    assert np.isinf(block.state.lifts[:, block.plan.line_ids["north.border.old"]]).all()


def test_a_first_draft_across_a_red_line_is_mended() -> None:
    data = changed(quiet(), {"talks.peace.first_draft": {"border": "old"}, "issues.border.views.north.salience": 0.001})
    plan, history = play(data, 400)
    peace = history.tracks[[track.id for track in plan.tracks].index("peace")]
    assert (peace.signed != NEVER).any()


def test_a_holder_is_asked_only_when_its_chip_moves() -> None:
    stubborn = {"parties.union.judgement_noise": 0, "chips.fund.views.union": {"salience": 1, "ideal": "frozen"}}
    only_fund = {"talks.peace.issues": ["fund", "border"], "talks.truce.opens": "2026-12-30"}
    plan, history = play(changed(quiet(), {**stubborn, **only_fund}), 400)
    index = [track.id for track in plan.tracks].index("peace")
    kept = history.tracks[index]
    fund = plan.issues.index("fund")
    signed = kept.terms[kept.signed != NEVER]
    assert len(signed) > 0
    assert (signed[:, fund] == plan.slots[fund].start).all()


def test_a_text_that_moves_nothing_is_signed_only_if_it_stops_fighting() -> None:
    still = pie((0.0, 0.0), revisions=0)
    _, history = play(changed(still, {"parties.a.war_cost": 0.5, "parties.b.war_cost": 0.5}), 50)
    assert share(history, "agreement") == 0
    assert (history.tracks[0].failed == 0).all()


def test_pressure_buys_signatures() -> None:
    base = changed(BORDER, {"talks.truce.opens": "2026-12-30"})
    free = share(play(base, 1000)[1], "settlement")
    pressed = share(play(changed(base, {"talks.peace.pressure": {"north": 0.1, "south": 0.1}}), 1000)[1], "settlement")
    assert pressed > free + 0.02


def test_ripeness_off_lets_the_clock_run() -> None:
    winning = changed(BORDER, {"war.beliefs.north.optimism": 0.6, "war.beliefs.north.doubt": 0})
    ripe = play(changed(winning, {"talks.peace.ripeness": "on"}), 500)[1]
    always = play(changed(winning, {"talks.peace.ripeness": "off", "talks.truce.ripeness": "off"}), 500)[1]
    assert share(always, "agreement") >= share(ripe, "agreement")


def test_refusals_name_the_issue_in_dispute() -> None:
    plan, history = play(far_draft(revisions=0), 100)
    south, border = plan.parties.index("south"), plan.issues.index("border")
    kept = history.tracks[0]
    assert kept.refused[:, south].sum() == kept.failed.sum()
    assert kept.objections[south, border] == kept.refused[:, south].sum()


def test_a_red_line_bears_on_what_is_on_the_table() -> None:
    """North will not sign the present line: a truce that leaves the border alone is no such signature."""
    lined = changed(BORDER, {"issues.border.views.north.red_lines": {"line": "never"}})
    plan, history = play(lined, 500)
    assert share(history, "ceasefire") > 0
    peace = history.tracks[[track.id for track in plan.tracks].index("peace")]
    border = plan.issues.index("border")
    assert not (peace.terms[peace.signed != NEVER][:, border] == plan.slots[border].start + 1).any()


def test_a_forbidden_combination_is_never_signed_even_where_it_stands_at_first() -> None:
    """The status quo itself is forbidden: the mediator mends it before anything else."""
    data = changed(quiet(), {"never": [{"border": "line", "guard": "none"}], "talks.truce.opens": "2026-12-30"})
    plan, history = play(data, 400)
    kept = history.tracks[[track.id for track in plan.tracks].index("peace")]
    signed = kept.terms[kept.signed != NEVER]
    border, guard = plan.issues.index("border"), plan.issues.index("guard")
    stands = (signed[:, border] == plan.slots[border].start + 1) & (signed[:, guard] == plan.slots[guard].start)
    assert len(signed) > 50
    assert not stands.any()
    unchanged = changed(data, {"talks.peace.revisions": 0})
    assert share(play(unchanged, 100)[1], "settlement") == 0


def test_what_a_first_draft_leaves_out_is_at_the_status_quo_of_its_day() -> None:
    front = {"status_quo": {"follows_front": {"old": -1, "line": -0.2, "far": 0.5}}}
    data = changed(
        quiet(),
        {
            "issues.border.status_quo": front["status_quo"],
            "war.front": 0.45,
            "war.drift": 0.8,
            "war.volatility": 0.05,
            "talks": {"peace": {**BORDER["talks"]["peace"], "opens": "2025-04-02", "revisions": 0}},
        },
    )
    block = Block(load_plan(data), 1, 0, 50)
    run(block)
    border = block.plan.issues.index("border")
    assert (block.state.tracks[0].draft[:, border] == block.plan.slots[border].start + 2).all()
