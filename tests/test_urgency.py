"""Deadlines, reciprocity and ultimatums: what makes parties concede sooner or later."""

import numpy as np

from negosim.engine.block import Block
from negosim.engine.calendar import run
from negosim.engine.compile import compiled
from negosim.engine.record.history import NEVER
from tests.test_talks import signed_share
from tests.worlds import changed, far_draft, load, pie, play, share


def test_a_believed_deadline_is_met() -> None:
    # a is ready at a spent patience of 2/3. Clock: day 252. A deadline on day 182 with q = 1 has p = 2/3 by day 121.3:
    # the round on day 126.
    assert signed_share(pie(deadline={"on": "2025-07-02", "credibility": 1}))[1] == {"2025-05-07"}
    # With q = 0.7 the urgency passes 2/3 at p = 0.952, day 173.3: the round on day 182, the deadline itself.
    assert signed_share(pie(deadline={"on": "2025-07-02", "credibility": 0.7}))[1] == {"2025-07-02"}


def test_a_deadline_that_is_not_believed_changes_nothing() -> None:
    assert signed_share(pie(deadline={"on": "2025-07-02", "credibility": 0.3}))[1] == {"2025-09-10"}


def test_a_deadline_that_passes_is_believed_half_as_much() -> None:
    deadline = {"on": "2025-02-26", "credibility": 0.6, "repeats": "8 weeks"}
    block = Block(compiled(load(pie(deadline=deadline)).file), 1, 0, 5)
    run(block)
    track = block.plan.tracks[0]
    days = [deadline.falls for deadline in track.deadlines[:4]]
    assert days == [56, 112, 168, 224]
    # Signed on day 252, by patience: four deadlines had passed unsigned.
    np.testing.assert_array_equal(block.state.tracks[0].credibility, 0.5**4)
    assert track.deadlines[1].passed(84) == 0.5


def test_deadlines_can_be_scaled_by_events() -> None:
    event = {
        "events": {"doubt": {"on": "2025-01-01", "effects": [{"set": "talks.table.deadline.credibility", "to": 0}]}}
    }
    data = changed(pie(deadline={"on": "2025-07-02", "credibility": 1}), event)
    assert signed_share(data)[1] == {"2025-09-10"}


def test_reciprocity_waits_for_the_other() -> None:
    # τ of b, 1 - (t/P)^100, first falls by more than rounding at the round on day 280. From day 14 to then
    # the clock of a runs at half speed: 14 + 266/2 = 147 on day 280, and 243.5, what it needs, on day 376.5: day 378.
    late = {"parties.b.concession": 0.01}
    assert signed_share(changed(pie(), {**late, "parties.a.reciprocity": 0.5}))[1] == {"2026-01-14"}
    # b spends its patience within a month: with nothing left to give it counts as having moved.
    quick = {"parties.b.patience": "28 days"}
    assert signed_share(changed(pie(), quick))[1] == {"2025-09-10"}
    assert signed_share(changed(pie(), {**quick, "parties.a.reciprocity": 0.5}))[1] == {"2025-09-10"}


def test_full_reciprocity_on_both_sides_does_not_freeze_at_once() -> None:
    both = changed(pie(), {"parties.a.reciprocity": 1, "parties.b.reciprocity": 1})
    assert signed_share(both)[1] == {"2025-09-10"}


def test_an_ultimatum_is_not_revised() -> None:
    options, _ = signed_share(pie(protocol="ultimatum", first_draft={"pie": "o060"}, revisions=5))
    assert options == {"o060"}
    outside = pie((0.1, 0.5), protocol="ultimatum", first_draft={"pie": "o060"})
    assert share(play(outside, 20)[1], "agreement") == 0


def test_an_ultimatum_across_a_red_line_is_refused_for_ever() -> None:
    _, history = play(far_draft(protocol="ultimatum"), 200)
    assert (history.tracks[0].signed == NEVER).all()
    assert (history.tracks[0].failed > 0).any()
