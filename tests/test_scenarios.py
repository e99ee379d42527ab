"""Every shipped scenario: loads, plays under every variant, and keeps its promises."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.run import histories
from negosim.results.export import columns
from negosim.results.summary import Run, summarised
from negosim.results.trials import joined
from negosim.scenario.inputs import source_of
from negosim.scenario.load import Scenario, load, loads
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import NumberPath
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import Lift

FILES = sorted((Path(__file__).parent.parent / "scenarios").rglob("*.yaml"))
FLAGSHIP = next(path for path in FILES if path.name == "ukraine-2025-12.yaml")


def played(scenario: Scenario, trials: int) -> tuple[Plan, History, dict[str, Any]]:
    plan = compiled(scenario.file)
    history = joined(list(histories(plan, trials, 1)))
    return plan, history, summarised(scenario, plan, history, Run(trials, 1, 0.0))


IN_VAIN = {("divide-the-pie", "east_in_a_hurry")}
"""Variants that change nothing of what happens, and say so: that is their lesson."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_variant_plays_and_makes_a_difference(path: Path) -> None:
    scenario = load(path)
    plan, history, _ = played(scenario, 60)
    base = columns(plan, history)
    for variant in scenario.file.variants:
        plan, history, summary = played(scenario.with_variant(variant), 60)
        assert sum(share["p"] for share in summary["final_state"].values()) == pytest.approx(1)
        assert summary["run"]["variant"] == variant
        assert (columns(plan, history) == base) == ((path.stem, variant) in IN_VAIN), variant


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_variant_is_the_file_with_what_it_sets(path: Path) -> None:
    """Written into the file by hand, it is the same scenario; and nothing that it sets is idle."""
    scenario = load(path)
    plain: dict[str, Any] = read(path.read_text(), path.name).data
    variants = plain.pop("variants")
    for variant, settings in ((name, stated["set"]) for name, stated in variants.items()):
        varied = scenario.with_variant(variant).file.model_copy(update={"variants": {}})
        assert varied == written_out(plain, settings), variant
        for place in settings:
            others = {other: value for other, value in settings.items() if other != place}
            assert varied != written_out(plain, others), (variant, place)


def written_out(plain: Any, settings: dict[str, Any]) -> ScenarioFile | None:
    """Return a scenario with values set, without the package's help; None where they do not fit together."""
    for place, value in settings.items():
        plain = with_value(plain, place.split("."), value)
    try:
        return loads(as_yaml(plain)).file
    except ScenarioError:
        return None


def with_value(data: Any, path: list[str], value: Any) -> Any:
    """Return plain data with another value at a path; keys that are missing are made."""
    if not path:
        return value
    if path[0].isdigit():  # the only one of a list may be written by itself
        items = data if isinstance(data, list) else [data]
        place = int(path[0])
        return [*items[:place], with_value(items[place], path[1:], value), *items[place + 1 :]]
    data = {} if data is None else data
    assert isinstance(data, dict)
    return {**data, path[0]: with_value(data.get(path[0]), path[1:], value)}


def as_yaml(data: Any) -> str:
    return yaml.safe_dump(json.loads(json.dumps(data, default=str)), sort_keys=False)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_numbers_say_where_they_come_from(path: Path) -> None:
    """A quantity that is spread out, and so was thought about, has a source, or its view has, or it says judgement."""
    scenario = load(path).file
    spread = {name: quantity for name, quantity in numbers(scenario).items() if not quantity.is_constant}
    assert not [
        name for name, quantity in spread.items() if source_of(scenario, NumberPath.parse(name), quantity) is None
    ]


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
