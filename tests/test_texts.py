"""Named texts: packages that people talk about, which a track can open with."""

from __future__ import annotations

import pytest

from negosim.engine.compile import compiled
from negosim.engine.plan import TrackPlan
from negosim.scenario.load import Scenario
from negosim.scenario.problems import ScenarioError
from tests.worlds import BORDER, changed, load


def _truce(scenario: Scenario) -> TrackPlan:
    return next(track for track in compiled(scenario.file).tracks if track.id == "truce")


PLAN = {"title": "A plan", "options": {"border": "far", "guard": "watch", "fund": "shared"}}


def test_a_named_text_is_the_first_draft_on_the_agenda() -> None:
    named = load(changed(BORDER, {"texts": {"plan": PLAN}, "talks.truce.first_draft": "plan"}))
    written = load(changed(BORDER, {"talks.truce.first_draft": {"guard": "watch"}}))
    track, same = (_truce(scenario) for scenario in (named, written))
    assert len(track.agenda.issues) == 1  # the guard alone: what the plan says of the rest is left aside
    assert track.first_draft == same.first_draft


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"talks.truce.first_draft": "plan"}, "there is no text 'plan'"),
        ({"texts": {"plan": {"options": {"border": "nowhere"}}}}, "there is no option 'nowhere' of border"),
        ({"texts": {"plan": {"options": {}}}}, "options"),
        (
            {"texts": {"plan": PLAN}, "never": [{"border": "far", "fund": "shared"}]},
            "the text contains a combination that 'never' forbids (border: far, fund: shared)",
        ),
        ({"texts": {"plan": {**PLAN, "source": "nobody"}}}, "there is no source 'nobody'"),
        ({"talks.truce.exclude": {"border": ["far"]}}, "'border' is not on the agenda"),
        ({"talks.truce.exclude": {"guard": ["none", "watch", "troops"]}}, "every option of guard is excluded"),
        ({"talks.truce.exclude": {"guard": ["moat"]}}, "there is no option 'moat' of guard"),
        ({"parties.north.ratification": {"by": "voters", "as": "north"}}, "a body votes by the values of north anyway"),
        ({"parties.north.ratification": {"by": "voters", "as": "nobody"}}, "there is no party 'nobody'"),
        ({"issues.border.views.north.loss": "linear"}, "'loss' says how values fall from an ideal"),
        ({"events": {"push": {"on": "2025-02-01", "effects": [{"set": "war.front", "to": 0.5}]}}}, "only be moved on"),
        (
            {"events": {"push": {"on": "2025-02-01", "effects": [{"add": "war.front", "by": 0.1, "for": "1 month"}]}}},
            "a jump of the front is for good",
        ),
        ({"issues.border.views.north.source": "nobody"}, "there is no source 'nobody'"),
    ],
)
def test_what_does_not_fit_is_said(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(changed(BORDER, changes))
    assert message in str(caught.value)


def test_a_truce_until_the_vote_can_be_broken_and_asked_about() -> None:
    """Without a ceasefire track: such a truce is a ceasefire."""
    talks = {
        "peace": {
            "kind": "settlement",
            "signatories": ["north", "south"],
            "until_ratified": "truce",
        }
    }
    scenario = load(
        changed(
            BORDER,
            {
                "talks": talks,
                "parties.south.ratification": {"by": "voters", "delay": "60 days"},
                "events": {"spoiler": {"rate": 1, "effects": [{"breaks": "ceasefire"}]}},
                "questions": {"quiet": {"reach": "ceasefire", "by": "2025-12-31"}},
            },
        )
    )
    assert not [note for note in scenario.notes if "until_ratified" in note]


def test_what_never_comes_is_noted() -> None:
    scenario = load(changed(BORDER, {"talks.truce.until_ratified": "truce", "parties.north.judgement_noise": 0.02}))
    assert "talks.truce.until_ratified has no effect: no body votes on a ceasefire" in scenario.notes
    assert any(note.startswith("parties.north.judgement_noise 0.02 is a share of the stake") for note in scenario.notes)
