"""The dossier of a run: what a report shows is what the run found, and the stories are what they are called."""

from __future__ import annotations

import json

import numpy as np
import pytest

from negosim.api import run
from negosim.engine.compile import compiled
from negosim.experiments.dossier.beliefs import beliefs
from negosim.experiments.dossier.dossier import main_kind, main_tracks
from negosim.experiments.dossier.positions import positions
from negosim.experiments.dossier.stories import MOST, chosen, story
from negosim.experiments.evaluate import Point, evaluated
from tests.reports import TRIALS, border, dossier
from tests.worlds import WAR_ONLY, load, pie


def test_it_is_plain_data() -> None:
    assert json.loads(json.dumps(dossier("border"))) == json.loads(json.dumps(dossier("border")))


def test_curves_end_where_the_summary_does() -> None:
    found = dossier("border")
    horizon = found["summary"]["scenario"]["horizon"]
    for kind, reached in found["summary"]["reached"].items():
        assert found["incidence"][kind][-1] == pytest.approx(reached["by"][horizon]["p"], abs=1e-5)
    assert sum(found["icons"].values()) == 100
    dated = sum(date is not None for date in found["dots"])
    share = found["summary"]["reached"][found["main"]]["by"][horizon]["p"]
    assert dated == pytest.approx(100 * share, abs=0.51)


def test_the_year_is_between_its_quarters() -> None:
    found = dossier("border")
    for kind, share in found["year"]["reached"].items():
        by = found["summary"]["reached"][kind]["by"]
        assert by["2025-12-31"]["p"] <= share["p"] <= by["2026-03-31"]["p"]
    assert sum(share["p"] for share in found["year"]["state"].values()) == pytest.approx(1)


def test_the_report_is_about_the_agreement_that_comes_most() -> None:
    summary = dossier("border")["summary"]
    horizon = summary["scenario"]["horizon"]
    reached = {kind: summary["reached"][kind]["by"][horizon]["p"] for kind in ("ceasefire", "settlement")}
    assert main_kind(summary) == max(reached, key=lambda kind: reached[kind])
    assert main_tracks(summary, "settlement") == ["peace"]


def test_a_war_without_talks_has_a_dossier() -> None:
    found = run(load({**WAR_ONLY, "horizon": "10 years"}), trials=50).dossier()
    assert found["main"] == "victory"
    assert found["tracks"] == []
    assert found["most_refused"] is None


def test_stories_are_what_they_are_called() -> None:
    result = run(load(border()), trials=TRIALS)
    assert result.history is not None
    picks = {pick["role"]: pick for pick in chosen(result.plan, result.history, "ceasefire")}
    spells = result.history.spells["ceasefire"]
    holds = np.isinf(spells.until) & (spells.first >= 0)
    quickest = picks["quickest"]["trial"]
    assert holds[quickest]
    assert spells.first[quickest] == spells.first[holds].min()
    assert picks["quickest"]["count"] == np.count_nonzero(spells.first[holds] == spells.first[quickest])
    broken = picks["collapse"]["trial"]
    assert np.isfinite(spells.until[broken])
    assert picks["collapse"]["count"] == np.count_nonzero(np.isfinite(spells.until) & (spells.first >= 0))
    assert len(picks) <= 3


def test_a_story_is_the_history_that_was_counted() -> None:
    result = run(load(border()), trials=TRIALS)
    assert result.history is not None
    for pick in chosen(result.plan, result.history, "ceasefire"):
        found = story(result.plan, 1, pick["trial"], "ceasefire", "border")
        assert len(found["events"]) <= MOST
        assert [entry["date"] for entry in found["events"]] == sorted(entry["date"] for entry in found["events"])
        assert found["states"][-1][1] == result.trials["final_state"][pick["trial"]]
        assert found["front"][0][1] == pytest.approx(0.1)


def test_what_moves_the_answer_is_played_with_the_same_luck() -> None:
    found = dossier("border")
    moved = found["moved"]
    scenario, many = load(border()), moved["trials"]
    name = found["main"]
    base, costly = (
        evaluated(one, Point({}, many, 1), (name,)).estimates[name].value
        for one in (scenario, scenario.with_variant("costly"))
    )
    assert base is not None
    assert costly is not None
    assert moved["switches"][0]["value"] == pytest.approx(costly - base)
    rows = {row["path"] for row in moved["inputs"]["rows"]}
    assert rows <= {"parties.north.war_cost", "parties.south.patience", "war.drift"}
    assert len(rows) + moved["inputs"]["less"] + moved["inputs"]["noise"] == found["ranges"]["inputs"]


def test_positions_are_shares_of_the_best_option() -> None:
    found = positions(compiled(load(border()).file))["peace"]["border"]
    assert found["far"]["north"] == {"worth": 1.0, "red_line": False}
    assert found["old"]["north"]["worth"] == 0.0
    assert found["far"]["south"]["red_line"]
    assert positions(compiled(load(pie(options=3)).file))["table"]["pie"]["o001"]["a"]["worth"] == pytest.approx(0.5)


def test_beliefs_start_where_the_scenario_puts_them() -> None:
    plan = compiled(load(border()).file)
    found = beliefs(plan, 1, 24)
    assert found is not None
    opening = found["by"]["2025-01-01"]
    assert opening["n"] == 24
    # Both sides are optimistic: each gives itself more than the truth does.
    assert opening["north"]["mean"] > opening["truth"]["mean"] > opening["south"]["mean"]
    assert beliefs(compiled(load(pie(options=3)).file), 1, 5) is None


def test_inputs_have_their_sources() -> None:
    rows = {row["path"]: row for row in dossier("border")["inputs"]}
    cost = rows["parties.north.war_cost"]
    assert (cost["uncertain"], cost["source"], cost["note"]) == (True, "survey", "high or low")
    assert rows["parties.south.patience"]["source"] == "judgement"
    assert rows["issues.border.views.south.red_lines.far"]["value"] == "12 months"
    assert dossier("border")["sources"]["survey"]["url"] == "https://example.org/survey"
