"""Priors: what a file leaves at its default can be varied, over ranges that are stated in one place."""

from __future__ import annotations

import pytest

from negosim.experiments.inputs import left_at_default, with_priors
from negosim.experiments.levers.moves import moves
from negosim.experiments.sensitivity.sensitivity import sensitivity
from negosim.scenario.load import load
from negosim.scenario.paths import FAMILIES
from negosim.scenario.priors import PRIORS, prior, priors
from tests.worlds import BORDER, changed
from tests.worlds import load as world


@pytest.mark.parametrize("family", PRIORS, ids=lambda family: family.pattern)
def test_every_prior_can_be_drawn_and_holds_its_default(family: object) -> None:
    found = next(known for known in FAMILIES if known is family)
    law, (low, high) = prior(found), prior(found).support
    assert not law.is_constant
    assert found.default is None or low <= found.default.value <= high


def test_what_is_stated_stays_as_it_is() -> None:
    scenario = world(changed(BORDER, {"parties.north.patience": "10 months", "parties.north.distrust": 1}))
    laws = priors(scenario.file)
    assert "parties.north.patience" not in laws
    assert "parties.north.distrust" not in laws
    assert "parties.south.reciprocity" in laws


def test_judgement_varies_even_where_it_is_stated() -> None:
    scenario = world(changed(BORDER, {"parties.north.judgement_noise": 0.1}))
    varied, inputs = with_priors(scenario)
    assert "parties.north.judgement_noise" in {item.path for item in inputs}
    assert not varied.file.parties["north"].judgement_noise.is_constant


def test_sensitivity_sees_defaults() -> None:
    scenario = load("private-information")
    found = sensitivity(scenario, defaults=True, trials=400)
    seen = {effect.input for effect in found.effects["agreement"]}
    drawn = {effect.input for effect in sensitivity(scenario, trials=400).effects["agreement"]}
    assert drawn < seen
    assert "parties.north.reciprocity" in seen - drawn


def test_levers_see_defaults() -> None:
    scenario = world(BORDER)
    ids = {move.id for move in moves(scenario, defaults=True)}
    assert {item.id for item in left_at_default(scenario)} <= ids


def test_levers_have_ranges_of_their_own() -> None:
    with pytest.raises(ValueError, match="ranges of their own"):
        sensitivity(world(BORDER), over="levers", method="tornado", defaults=True)
