"""What a careful reader should know of a scenario that is otherwise in order."""

from __future__ import annotations

import itertools
import math

from negosim.registry import CONCESSIONS, PROTOCOLS
from negosim.scenario.numbers import holders, numbers
from negosim.scenario.paths import VIEW
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.document import ScenarioFile

_MOST_COMBINATIONS = 20_000


def notes(scenario: ScenarioFile) -> tuple[str, ...]:
    """Return remarks: utilities that leave [0, 1], what is dated too late, keys without effect, foreign rules."""
    remarks = (_utilities, _late_sources, _late_events, _idle_keys, _idle_truces, _small_moods, _rules)
    return tuple(remark for look in remarks for remark in look(scenario))


def _late_sources(scenario: ScenarioFile) -> list[str]:
    late = sorted(name for name, source in scenario.sources.items() if source.date and source.date > scenario.as_of)
    return [f"source '{name}' was published after as_of ({scenario.as_of})" for name in late]


def _late_events(scenario: ScenarioFile) -> list[str]:
    return [
        f"event '{name}' on {event.on} lies after the horizon and never happens"
        for name, event in sorted(scenario.events.items())
        if event.on and event.on > scenario.end
    ]


_IDLE = {
    "alternating_offers": ("first_draft", "revisions", "mediator_error", "mediator_memory"),
    "ultimatum": ("revisions", "mediator_error", "mediator_memory", "weights"),
    "single_text": (),
}
"""Keys that say nothing under a protocol: nobody keeps a draft, or nobody changes it."""


def _idle_keys(scenario: ScenarioFile) -> list[str]:
    return [
        f"talks.{name}.{key} has no effect with protocol {track.protocol}"
        for name, track in sorted(scenario.talks.items())
        for key in _IDLE.get(track.protocol, ())
        if key in track.model_fields_set
    ]


def _idle_truces(scenario: ScenarioFile) -> list[str]:
    """Name the tracks whose truce until the vote never comes: nobody votes, or there is no war."""
    remarks = []
    for name, track in sorted(scenario.talks.items()):
        asked = {*track.signatories, *holders(scenario, track)}
        votes = any(track.kind in body.kinds for party in asked for body in scenario.parties[party].ratification)
        if track.until_ratified == "truce" and not (votes and scenario.war):
            missing = f"no body votes on a {track.kind}" if scenario.war else "there is no war"
            remarks.append(f"talks.{name}.until_ratified has no effect: {missing}")
    return remarks


_SMALL_MOOD = 0.05
"""A T below it moves what a party asks for by less than a twentieth of its stake: hardly what somebody means."""


def _small_moods(scenario: ScenarioFile) -> list[str]:
    """Name noises of judgement so small that they may have been meant in units of utility."""
    return [
        f"parties.{name}.judgement_noise {_middle(party.judgement_noise):g} is a share of the stake (default 0.1); it "
        "was an amount of utility before model version 2"
        for name, party in sorted(scenario.parties.items())
        if 0 < _middle(party.judgement_noise) < _SMALL_MOOD
    ]


def _rules(scenario: ScenarioFile) -> list[str]:
    """Name the rules that do not come with negosim."""
    named = [(f"talks.{name}.protocol", track.protocol, PROTOCOLS) for name, track in scenario.talks.items()]
    named += [
        (f"parties.{name}.concession_law", party.concession_law, CONCESSIONS)
        for name, party in scenario.parties.items()
    ]
    return [
        f"{path} '{rule}' comes from {registry.home(rule)}: negosim plays without its compiled kernel, more slowly"
        for path, rule, registry in sorted(named, key=lambda item: item[0])
        if not registry.is_built_in(rule)
    ]


def _utilities(scenario: ScenarioFile) -> list[str]:
    """Say whose utility linkages can take out of [0, 1]; utilities are never clipped silently."""
    remarks = []
    values = numbers(scenario)
    for party in sorted(scenario.parties):
        if any(party in linkage.adds for linkage in scenario.linkages):
            low, high = _range(scenario, values, party)
            if low < -1e-9 or high > 1 + 1e-9:
                remarks.append(
                    f"with its linkages the utility of {party} reaches from {low:.2f} to {high:.2f}, outside 0 to 1"
                )
    return remarks


def _range(scenario: ScenarioFile, values: dict[str, Quantity], party: str) -> tuple[float, float]:
    linked = [linkage for linkage in scenario.linkages if party in linkage.adds]
    weights: dict[str, list[float]] = {}
    for section, issues in (("issues", scenario.issues), ("chips", scenario.chips)):
        for name, issue in issues.items():
            salience = _middle(values[VIEW.salience(section, name, party)])
            worths = [values[VIEW.value(section, name, party, option)] for option in issue.options]
            weights[name] = [salience * _middle(worth) for worth in worths]
    total = sum(
        _middle(values[VIEW.salience(section, name, party)])
        for section, issues in (("issues", scenario.issues), ("chips", scenario.chips))
        for name in issues
    )
    scale = 1 / total if total else 0.0
    involved = sorted({issue for linkage in linked for issue in linkage.when})
    rest = [numbers for name, numbers in weights.items() if name not in involved]
    lows, highs = sum(min(item) for item in rest) * scale, sum(max(item) for item in rest) * scale
    orders = [list((scenario.issues.get(name) or scenario.chips[name]).options) for name in involved]
    if math.prod(len(order) for order in orders) > _MOST_COMBINATIONS:
        return 0.0, 1.0
    additions = []
    for linkage in linked:
        places = [involved.index(issue) for issue in linkage.when]
        named = [orders[at].index(option) for at, option in zip(places, linkage.when.values(), strict=True)]
        additions.append((places, named, _middle(linkage.adds[party])))
    reached = []
    for choice in itertools.product(*(range(len(order)) for order in orders)):
        utility = sum(weights[name][option] for name, option in zip(involved, choice, strict=True)) * scale
        for places, named, added in additions:
            if [choice[at] for at in places] == named:
                utility += added
        reached.append(utility)
    return min(reached) + lows, max(reached) + highs


def _middle(quantity: Quantity) -> float:
    if quantity.is_constant:
        return quantity.value
    low, high = quantity.support
    return (low + high) / 2 if math.isfinite(low + high) else quantity.parameters[0]
