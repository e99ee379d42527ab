"""Every shipped scenario: loads, plays under every variant, and keeps its promises."""

from pathlib import Path
from typing import Any

import pytest

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.run import histories
from negosim.results.summary import Run, summarised
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, load
from negosim.scenario.schema.events import Lift

FILES = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.yaml"))
FLAGSHIP = next(path for path in FILES if path.name == "ukraine-2025-12.yaml")


def played(scenario: Scenario, trials: int) -> tuple[Plan, History, dict[str, Any]]:
    plan = compiled(scenario.file)
    history = joined(list(histories(plan, trials, 1)))
    return plan, history, summarised(scenario, plan, history, Run(trials, 1, 0.0))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_variant_plays(path: Path) -> None:
    scenario = load(path)
    for variant in (None, *scenario.file.variants):
        _, _, summary = played(scenario.with_variant(variant), 60)
        assert sum(share["p"] for share in summary["final_state"].values()) == pytest.approx(1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_numbers_say_where_they_come_from(path: Path) -> None:
    """A quantity that is spread out, and so was thought about, carries a source or says judgement."""
    from negosim.scenario.numbers import numbers

    scenario = load(path).file
    spread = {name: quantity for name, quantity in numbers(scenario).items() if not quantity.is_constant}
    assert not [name for name, quantity in spread.items() if quantity.source is None]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_later_than_the_cut_off_is_used(path: Path) -> None:
    scenario = load(path).file
    assert all(source.date is None or source.date <= scenario.as_of for source in scenario.sources.values())


@pytest.fixture(scope="module")
def flagship() -> tuple[Plan, History, dict[str, Any]]:
    return played(load(FLAGSHIP), 2000)


def test_the_flagship_has_its_parties_and_talks(flagship: tuple[Plan, History, dict[str, Any]]) -> None:
    plan, _, _ = flagship
    assert {"russia", "ukraine", "us", "eu", "nato"} <= set(plan.parties)
    assert {track.kind for track in plan.tracks} >= {"ceasefire", "settlement"}


def test_a_settlement_is_rarer_than_an_agreement(flagship: tuple[Plan, History, dict[str, Any]]) -> None:
    _, _, summary = flagship
    reached = summary["reached"]
    for date, either in reached["agreement"]["by"].items():
        settlement = reached["settlement"]["by"][date]["p"]
        assert settlement < either["p"] or either["p"] == 0
    assert 0 < settlement < either["p"]


def test_refusals_name_russia_and_ukraine_over_open_issues(flagship: tuple[Plan, History, dict[str, Any]]) -> None:
    _, _, summary = flagship
    refusals = summary["refusals"]["settlement"]
    assert refusals["russia"]["share"] > 0.5
    assert refusals["ukraine"]["share"] > 0.1
    known = {
        "donetsk_rest",
        "security_guarantee",
        "nato_membership",
        "sequence",
        "recognition",
        "znpp",
        "frozen_assets",
    }
    for party in ("russia", "ukraine"):
        first = next(iter(refusals[party]["issues"]))
        assert first in known


def test_no_option_behind_a_line_that_never_moves_is_signed(flagship: tuple[Plan, History, dict[str, Any]]) -> None:
    plan, history, _ = flagship
    events = load(FLAGSHIP).file.events.values()
    liftable = {effect.lift for event in events for effect in event.effects if isinstance(effect, Lift)}
    never = [
        line
        for line_id, index in plan.line_ids.items()
        for line in [plan.lines[index]]
        if plan.line_paths[index] not in plan.quantities and index not in plan.drawn_later and line_id not in liftable
    ]
    assert never
    for track, kept in zip(plan.tracks, history.tracks, strict=True):
        signed = kept.terms[kept.signed != NEVER]
        assert len(signed) > 0
        for line in never:
            if line.party in track.signatories and line.issue in track.agenda.issues:
                assert not (signed[:, line.issue] == line.column).any()
