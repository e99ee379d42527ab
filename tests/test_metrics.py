"""Metrics say what the summary says."""

from __future__ import annotations

from typing import Any

import pytest

import negosim
from negosim.engine.compile import compiled
from negosim.experiments.evaluate import Point, evaluated
from negosim.experiments.metrics import metric
from tests.worlds import BORDER, load

SEED, TRIALS = 3, 400


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return negosim.run(load(BORDER), trials=TRIALS, seed=SEED, zones=False).summary()


def names(summary: dict[str, Any]) -> dict[str, tuple[Any, Any, Any]]:
    """Every metric that a summary answers, with its value and interval there."""

    def share(found: dict[str, Any], key: str = "p") -> tuple[Any, Any, Any]:
        return found[key], found["low"], found["high"]

    told = {}
    for outcome, reached in summary["reached"].items():
        told |= {f"{outcome}@{date}": share(found) for date, found in reached["by"].items()}
        told[outcome] = share(reached["by"][summary["scenario"]["horizon"]])
    told |= {f"final.{state}": share(found) for state, found in summary["final_state"].items()}
    for kind, lengths in summary["held"].items():
        told |= {f"held.{kind}@{name.replace('1 year', '365 days')}": share(found) for name, found in lengths.items()}
    for track, terms in summary["terms"].items():
        for issue, options in terms["issues"].items():
            told |= {f"terms.{track}.{issue}.{option}": share(found) for option, found in options.items()}
        told |= {f"worth.{track}.{party}": share(found, "mean") for party, found in terms["utility"].items()}
    for track, refused in summary["refusals"].items():
        told |= {f"refused.{track}.{party}": share(found, "share") for party, found in refused.items()}
    told |= {f"toll.{toll}": share(found, "mean") for toll, found in summary["tolls"].items()}
    return told | {f"question.{name}": share(found) for name, found in summary["questions"].items()}


def test_every_metric_says_what_the_summary_says(summary: dict[str, Any]) -> None:
    expected = names(summary)
    assert len({name.split(".")[0].split("@")[0] for name in expected}) > 10
    found = evaluated(load(BORDER), Point(trials=TRIALS, seed=SEED), list(expected)).estimates
    for name, numbers in expected.items():
        estimate = found[name]
        for ours, theirs in zip((estimate.value, estimate.low, estimate.high), numbers, strict=True):
            assert ours == (None if theirs is None else pytest.approx(theirs, rel=1e-7, abs=1e-9)), name


def test_signatures_and_years() -> None:
    result = negosim.run(load(BORDER), trials=TRIALS, seed=SEED, zones=False)
    found = evaluated(load(BORDER), Point(trials=TRIALS, seed=SEED), ["signed.peace", "years"]).estimates
    assert found["signed.peace"].value == pytest.approx(result.terms()["peace"]["signed"] / TRIALS)
    assert found["years"].value == pytest.approx(result.trials["years_of_war"].mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("agreemnt", "there is no metric 'agreemnt'"),
        ("agreement@soon", "'soon' is not a date, in the metric 'agreement@soon'"),
        ("signed", "the metric 'signed' does not say of what .write signed.<track>"),
        ("agreement@1999-01-01", "lies outside the simulation"),
        ("question.who", "there is no question 'who'"),
        ("held.ceasefire", "does not say for how long"),
        ("held.peace@30 days", "there is no kind of agreement 'peace'"),
        ("final.bliss", "there is no final state 'bliss'"),
        ("terms.peace.border", "write terms.<track>.<issue>.<option>"),
        ("terms.peace.border.sea", "there is no option 'sea'"),
        ("worth.peace.mars", "there is no party 'mars'"),
        ("refused.lunch.north", "there is no track 'lunch'"),
        ("toll.tears", "there is no toll 'tears'"),
    ],
)
def test_what_a_scenario_does_not_have_is_said(name: str, message: str) -> None:
    scenario = load(BORDER)
    with pytest.raises(ValueError, match=message):
        metric(name, scenario, compiled(scenario.file))
