"""Numbers that a file leaves out and that follow from others (model.md §2 and §8)."""

from __future__ import annotations

from negosim.scenario.numbers import holders
from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.issues import View

SIGNATORY, MIGHT_SIGN = 1.0, 0.5
"""Weights of signatories; and of holders of chips on the agenda and of those by whose values a body votes."""


def following(scenario: ScenarioFile) -> dict[str, Quantity]:
    """Values where a view names only its ideal, and weights of a mediator, by path."""
    return {**_values(scenario), **_weights(scenario)}


def _values(scenario: ScenarioFile) -> dict[str, Quantity]:
    found = {}
    for section, disputed in (("issues", scenario.issues), ("chips", scenario.chips)):
        for name, issue in disputed.items():
            options = list(issue.options)
            for party, view in issue.views.items():
                if view.values is None and view.ideal is not None:
                    for option in options:
                        value = constant(value_by_distance(view, options, option))
                        found[f"{section}.{name}.views.{party}.values.{option}"] = value
    return found


def value_by_distance(view: View, options: list[str], option: str) -> float:
    """v = 1 − (d/d_max)²; 1 − d/d_max where the view's loss is linear."""
    assert view.ideal
    ideal = options.index(view.ideal)
    farthest = max(ideal, len(options) - 1 - ideal)
    if not farthest:
        return 1.0
    distance = abs(options.index(option) - ideal) / farthest
    return 1 - (distance if view.loss == "linear" else distance**2)


def _weights(scenario: ScenarioFile) -> dict[str, Quantity]:
    return {
        f"talks.{track}.weights.{party}": constant(weight_by_seat(scenario, track, party))
        for track, talks in scenario.talks.items()
        for party in scenario.parties
        if party not in talks.weights
    }


def weight_by_seat(scenario: ScenarioFile, track: str, party: str) -> float:
    """1 for signatories, 0.5 for holders and for those by whose values a body of a possible consenter votes, else 0."""
    talks = scenario.talks[track]
    if party in talks.signatories:
        return SIGNATORY
    might_consent = {*talks.signatories, *holders(scenario, talks)}
    voters = {
        body.vote_as
        for principal in might_consent
        for body in scenario.parties[principal].ratification
        if body.vote_as is not None and talks.kind in body.kinds
    }
    return MIGHT_SIGN if party in might_consent | voters else 0.0
