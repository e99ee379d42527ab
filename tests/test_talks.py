"""Checks 5 to 7 and 12 of the model: what single-text talks sign, and when."""

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.foresight import Foresight
from negosim.engine.record.history import NEVER
from negosim.engine.talks.meetings import Meetings
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import Talks, is_open
from negosim.report import print_summary
from negosim.results.summary import Run, summarised
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


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("protocol", ["single_text", "alternating_offers"])
def test_what_is_signed_is_worth_it_to_all_who_consented(
    monkeypatch: pytest.MonkeyPatch, protocol: str, noise: float
) -> None:
    """Check 7: value at least aspiration, aspiration at least no-deal, no live red line, no forbidden combination.

    With noise the value is at least what no deal leaves, whatever the mood. Check 12: without noise nothing is signed
    below an aspiration.
    """
    protocols = {"talks.peace.protocol": protocol, "talks.truce.protocol": protocol}
    judging = {f"parties.{party}.judgement_noise": noise for party in ("north", "south", "union")}
    block = Block(load_plan(changed(quiet(), {**protocols, **judging})), 3, 0, 400)
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
        value = stakes.agreement(text, stakes.utility(text))
        wish = outcome.answers.reservation if noise else outcome.answers.aspiration
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
    one_by_one = Meetings(block.plan, block.talks, block.agreements, block.recorder)
    monkeypatch.setattr(block, "meetings", one_by_one)
    history = run(block)
    assert checked.keys() == {"truce", "peace"}
    assert sum(checked.values()) >= int((history.spells["agreement"].first != NEVER).sum())
    assert sum(checked.values()) == sum(int(kept.signatures.sum()) for kept in history.tracks)
    assert (sum(int(kept.below.sum()) for kept in history.tracks) > 0) == (noise > 0)


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


def test_a_text_that_moves_nothing_is_signed_only_if_it_stops_fighting_or_settles_a_ceasefire() -> None:
    still = pie((0.0, 0.0), revisions=0)
    _, history = play(changed(still, {"parties.a.war_cost": 0.5, "parties.b.war_cost": 0.5}), 50)
    assert share(history, "agreement") == 0
    assert (history.tracks[0].failed == 0).all()
    # A truce that moves nothing stops the fighting; a peace that moves nothing takes the place of that truce.
    ready = {f"parties.{party}.patience_used": "5 years" for party in ("north", "south")}
    calm = {"talks.truce.revisions": 0, "talks.peace.revisions": 0, "talks.truce.after.breach": 0}
    later = {"talks.peace.opens": "2025-03-05", "talks.peace.after.breach": 0, "talks.peace.after.peace_cost": 0}
    level = {"war.front": 0, "war.drift": 0, "war.beliefs": {}, "never": []}
    plan, history = play(changed(quiet(), {**ready, **calm, **later, **level}), 50)
    assert (history.spells["ceasefire"].first == 0).all()
    assert (history.spells["settlement"].since == 63.0).all()
    for kept in history.tracks:
        assert (kept.terms == [issue.columns[0] for issue in plan.status_quo]).all()


def test_pressure_buys_signatures() -> None:
    base = changed(BORDER, {"talks.truce.opens": "2026-12-30", "talks.peace.ripeness": "on"})
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


def test_a_first_draft_may_be_a_named_text() -> None:
    named = changed(
        pie(first_draft="plan", revisions=0), {"texts": {"plan": {"title": "A plan", "options": {"pie": "o045"}}}}
    )
    assert signed_share(named, 5)[0] == {"o045"}


# -- what lasts, what is excluded, what is foreseen -------------------------------------------------------------------


def judging(**more: Any) -> dict[str, Any]:
    """Return the pie that nobody ever signs: rounds on days 0, 14, 28 and so on, in which both are asked."""
    return changed(pie((0.6, 0.6), first_draft={"pie": "o060"}, revisions=0), more)


def normals(block: Block, stream: str, days: tuple[int, ...]) -> list[np.ndarray]:
    """Return the standard normal draws of a stream at the ticks of some days."""
    ticks = [int(day // 7) for day in days]
    return [block.streams.normals_of_rows(np.arange(block.state.trials), stream, tick) for tick in ticks]


def test_judgement_lasts() -> None:
    """Asked on days 0, 14 and 28, with a memory of 100 days: ρ = exp(-0.14) = 0.8694."""
    memory = {f"parties.{party}.judgement_memory": "100 days" for party in ("a", "b")}
    memory |= {f"parties.{party}.judgement_noise": 0.01 for party in ("a", "b")}
    block = Block(load_plan(judging(horizon="30 days", **memory)), 1, 0, 40)
    run(block)
    for party, name in enumerate(block.plan.parties):
        first, second, third = normals(block, f"talks.table.consent.{name}", (0, 14, 28))
        rho = 0.8693582353988059
        mood = rho * (rho * first + np.sqrt(1 - rho**2) * second) + np.sqrt(1 - rho**2) * third
        np.testing.assert_allclose(block.state.tracks[0].mood[:, party], mood)
    assert (block.state.tracks[0].asked_on == 28.0).all()


def test_judgement_is_followed_only_where_a_party_is_asked() -> None:
    """A text that moves nothing is no text in an impasse; a chip that stays where it is asks nobody."""
    still = Block(load_plan(judging(**{"talks.table.first_draft": {}})), 1, 0, 5)
    run(still)
    assert np.isnan(still.state.tracks[0].asked_on).all()
    moody = {f"parties.{party}.judgement_noise": 0.01 for party in ("north", "union")}
    border_only = {"talks.peace.issues": ["border"], "talks.peace.revisions": 0}
    block = Block(load_plan(changed(quiet(), moody | border_only)), 1, 0, 5)
    run(block)
    union, peace = block.plan.parties.index("union"), [track.id for track in block.plan.tracks].index("peace")
    asked = ~np.isnan(block.state.tracks[peace].asked_on)
    assert not asked[:, union].any()
    assert asked[:, block.plan.parties.index("north")].any()


def test_the_mediators_error_lasts_and_is_followed_at_every_round() -> None:
    numbers = {"talks.table.mediator_memory": "100 days", "talks.table.mediator_error": 1e-6}
    block = Block(load_plan(judging(horizon="30 days", **numbers, **{"talks.table.revisions": 1})), 1, 0, 40)
    run(block)
    first, second, third = normals(block, "talks.table.mediator_error.a", (0, 14, 28))
    rho = 0.8693582353988059
    error = rho * (rho * first + np.sqrt(1 - rho**2) * second) + np.sqrt(1 - rho**2) * third
    np.testing.assert_allclose(block.state.tracks[0].misreading[:, block.plan.parties.index("a")], error)


def test_a_mood_shifts_what_is_asked_by_its_share_of_the_stake() -> None:
    """Party b is offered 0.4 against 0.3 at first, out of a stake of 0.7: it signs once τ - T·z is 1/7 or less.

    At τ = 1 and T = 1 it signs at once where z is at least 6/7; a, with no noise, is offered 0.6 and has no patience.
    """
    data = pie((0.1, 0.3), first_draft={"pie": "o060"}, revisions=0, patience={"a": "1 day", "b": "10 years"})
    block = Block(
        load_plan(changed(data, {"parties.b.judgement_noise": 1, "parties.a.patience_used": "2 days"})), 1, 0, 400
    )
    (mood,) = normals(block, "talks.table.consent.b", (0,))
    history = run(block)
    signed_at_once = history.tracks[0].signed == 0
    np.testing.assert_array_equal(signed_at_once, mood >= 6 / 7)
    assert 0.1 < signed_at_once.mean() < 0.3
    below = history.tracks[0].below
    assert (below[signed_at_once] == 1).all()
    # Mood never makes it sign what is worth less than refusing.
    worse = play(changed(data, {"parties.b.judgement_noise": 10, "talks.table.first_draft": {"pie": "o071"}}), 200)[1]
    assert (worse.tracks[0].signed == NEVER).all()


def test_every_run_reports_what_judgement_signed() -> None:
    """Check 12."""
    data = pie()
    noisy = changed(data, {f"parties.{party}.judgement_noise": 0.3 for party in ("a", "b")})
    for world, some in ((data, False), (noisy, True)):
        plan, history = play(world, 60)
        told = summarised(load(world), plan, history, Run(60, 1, 0.0))["below_aspiration"]["table"]
        assert told["signed"] == history.tracks[0].signatures.sum() == 60
        assert (told["share"] > 0) == some
        assert told["low"] <= told["share"] <= told["high"]
    plan, history = play(pie((0.6, 0.6)), 5)
    nothing = summarised(load(pie((0.6, 0.6))), plan, history, Run(5, 1, 0.0))["below_aspiration"]["table"]
    assert nothing == {"signed": 0, "share": None, "low": None, "high": None}


def test_the_report_says_what_judgement_signed() -> None:
    noisy = changed(pie(), {f"parties.{party}.judgement_noise": 0.3 for party in ("a", "b")})
    plan, history = play(noisy, 60)
    stream = io.StringIO()
    print_summary(summarised(load(noisy), plan, history, Run(60, 1, 0.0)), Console(file=stream, width=120))
    many = int(history.tracks[0].below.sum())
    assert f"{many} of 60 signatures were below what somebody asked for, {100 * many / 60:.0f} % (" in stream.getvalue()
    assert "): judgement signed them" in stream.getvalue()


def test_nobody_aspires_to_what_it_would_not_sign() -> None:
    """b will sign nothing that gives a less than 0.6: its best agreement is worth 0.4 to it, and that of a still 1."""
    lines = {f"o{option:03d}": "never" for option in range(60)}
    data = changed(pie((0.1, 0.1)), {"issues.pie.views.b.red_lines": lines})
    block = Block(load_plan(data), 1, 0, 3)
    block.expire(0)
    block.revalue(0)
    block.talks[0].open_draft()
    outcome = block.talks[0].hold(0, with_answers=True)
    assert outcome is not None and outcome.answers is not None
    assert outcome.answers.aspiration[0].tolist() == pytest.approx([1.0, 0.4])


def test_excluded_options_are_written_out_of_the_text_and_never_put() -> None:
    excluded = {"talks.table.exclude": {"pie": [f"o{option:03d}" for option in range(35, 45)]}}
    # The Nash bargain of 0.1 and 0.3 is o040: with o035 to o044 excluded the nearest options are o034 and o045.
    options, _ = signed_share(changed(pie(), excluded), 20)
    assert options <= {"o034", "o045"}
    stuck = changed(pie(first_draft={"pie": "o040"}, revisions=0), excluded)
    _, history = play(stuck, 5)
    assert (history.tracks[0].failed == 0).all()
    assert (history.tracks[0].signed == NEVER).all()


def test_a_red_line_of_a_holder_whose_chip_stays_binds_nobody() -> None:
    """The union would sign nothing on its fund: it stays frozen, and nobody asks the union."""
    lines = dict.fromkeys(("frozen", "shared", "returned"), "never")
    data = changed(quiet(), {"chips.fund.views.union.red_lines": lines, "talks.truce.opens": "2026-12-30"})
    plan, history = play(data, 300)
    kept = history.tracks[[track.id for track in plan.tracks].index("peace")]
    signed = kept.terms[kept.signed != NEVER]
    fund = plan.issues.index("fund")
    assert len(signed) > 50
    assert (signed[:, fund] == plan.slots[fund].start).all()
    assert not kept.refused[:, plan.parties.index("union")].any()


def test_who_needs_a_vote_asks_for_what_the_vote_will_ask() -> None:
    # N' of a is 0.1 + 0.1: with 0.3 for b the bargain is o045; a asks for 0.2 + τ·0.8 and signs at τ = 0.3125, after
    # 0.6875 of 365.25 days = 251.1: the round on day 252. The vote needs 0.45 - 0.1 ≥ 0.1 and passes.
    voted = changed(pie(), {"parties.a.ratification": {"by": "a parliament", "hurdle": 0.1}})
    options, dates = signed_share(voted, 5)
    assert (options, dates) == ({"o045"}, {"2025-09-10"})
    assert share(play(voted, 5)[1], "settlement") == 1
    # Without foresight, and where lost votes teach nothing, it signs what the vote then fells: 0.4 as ever.
    forgetful = {"by": "a parliament", "hurdle": 0.35, "foresight": 0, "memory": "0 days"}
    blind = changed(voted, {"parties.a.ratification": forgetful})
    assert signed_share(blind, 5)[0] == {"o040"}
    assert share(play(blind, 5)[1], "settlement") == 0


def voters(**more: Any) -> dict[str, Any]:
    """Return the pie with voters of a without a seat, for whom half of it is worth 0.5 and so is no deal."""
    data = pie(weights={"a": 1, "b": 1, "voters": 0})
    names = list(data["issues"]["pie"]["options"])
    seat = {
        "parties.voters": {"time_preference": 0.1},
        "issues.pie.views.voters": {
            "salience": 1,
            "values": {name: place / 100 for place, name in enumerate(names)},
        },
        "parties.a.ratification": {"by": "voters", "as": "voters", "hurdle": -0.05},
    }
    return changed(data, {**seat, **more})


def test_a_principal_signs_only_what_it_expects_to_pass() -> None:
    """The bargain of 0.1 and 0.3 is o040; voters let nothing pass below o045."""
    plan, history = play(voters(), 20)
    a, pie_issue = plan.parties.index("a"), plan.issues.index("pie")
    kept = history.tracks[0]
    assert (kept.signed == NEVER).all()
    assert (kept.refused[:, a] == kept.failed).all()
    assert kept.objections[a, pie_issue] == kept.refused[:, a].sum() > 0
    _, lenient = play(voters(**{"parties.a.ratification.hurdle": -0.1}), 20)
    assert share(lenient, "settlement") == 1


def test_the_mediator_listens_to_those_whose_values_a_body_votes_by() -> None:
    data = voters()
    del data["talks"]["table"]["weights"]
    plan, history = play(data, 20)
    signed = history.tracks[0].terms[history.tracks[0].signed != NEVER]
    assert len(signed) == 20
    assert (signed[:, 0] >= plan.options[0].index("o045")).all()


def test_a_lost_vote_teaches_until_it_is_forgotten() -> None:
    data = changed(
        pie(pressure={"a": 0.05}),
        {"parties.a.ratification": {"by": "a parliament", "hurdle": 0.1, "foresight": 0.5, "memory": "100 days"}},
    )
    block = Block(load_plan(data), 1, 0, 2)
    foresight, rows = Foresight(block.plan, block.party_values, block.state), np.arange(2)
    a = block.plan.parties.index("a")
    pressure = block.party_values.of_track(block.plan.tracks[0], "pressure")
    block.state.lesson[0], block.state.lost_on[0] = 0.3, 40.0
    found = foresight.foreseen(block.plan.tracks[0], rows, pressure, 110.0)
    # 0.5·(0.1 + 0.05) = 0.075; the lesson is worth exp(-0.7) = 0.4966: 0.075 + 0.4966·(0.3 + 0.05 - 0.075) = 0.2116.
    np.testing.assert_allclose(found[:, a], [0.211561, 0.075], atol=1e-6)
    assert not found[:, 1 - a].any()
    # One that votes by other values: 0.5·(-0.05) = -0.025, and -0.025 + 0.4966·(0.3 + 0.025) = 0.1364 after the lesson.
    block = Block(load_plan(voters(**{"parties.a.ratification": {
        "by": "voters", "as": "voters", "hurdle": -0.05, "foresight": 0.5, "memory": "100 days",
    }})), 1, 0, 2)  # fmt: skip
    foresight, track = Foresight(block.plan, block.party_values, block.state), block.plan.tracks[0]
    block.state.lesson[0], block.state.lost_on[0] = 0.3, 40.0
    no_deal = np.zeros((2, 3))
    value = np.where(np.arange(3) == block.plan.parties.index("voters"), [[0.136], [-0.025]], 0.0)
    assert foresight.lets(track, rows, value, no_deal, 110.0)[:, a].tolist() == [False, True]
    assert foresight.lets(track, rows, value + 0.001, no_deal, 110.0).all()
    assert not foresight.foreseen(track, rows, np.zeros((1, 3)), 110.0).any()


def test_talks_are_closed_until_the_day_that_is_set() -> None:
    block = Block(load_plan(pie()), 1, 0, 3)
    block.state.tracks[0].closed_until[:] = [14.0, 14.5, -np.inf]
    assert is_open(block.plan, 0, block.state, 1).tolist() == [False, False, True]
    assert is_open(block.plan, 0, block.state, 2).tolist() == [True, False, True]
