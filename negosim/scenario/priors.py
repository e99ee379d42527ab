"""Priors: over which ranges an input that a file leaves at its default may well lie.

They are for questions about the defaults (`negosim sensitivity --defaults`), never for a run: what a file leaves out
stands at its default there. Each range is a modelling choice, with its reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from negosim.scenario.inputs import left_at_default
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import AFTER, BELIEF, PARTY, TRACK, Family, family_of
from negosim.scenario.quantities import Quantity, parse_quantity
from negosim.scenario.schema.document import ScenarioFile

PRIORS: Mapping[Family, Mapping[str, Any]] = MappingProxyType(
    {
        # The wide law of the coding rule for past negotiations (docs/explanation/encoding.md).
        PARTY.patience: {"lognormal": {"median": "14 months", "spread": 3}},
        # From holding out to conceding early (Faratin, Sierra & Jennings 1998).
        PARTY.concession: {"lognormal": {"median": 1, "spread": 1.5}},
        PARTY.reciprocity: {"uniform": [0, 0.5]},
        # What past negotiations do not tell apart: no mood at all, and twice the default.
        PARTY.judgement_noise: {"uniform": [0, 0.2]},
        PARTY.judgement_memory: {"lognormal": {"median": "12 months", "spread": 2}},
        PARTY.fatigue: {"uniform": [0, 0.2]},
        PARTY.distrust: {"lognormal": {"median": 1, "spread": 1.5}},
        # From nothing to what makes a truce rare in a war with momentum on one side.
        PARTY.exposure: {"uniform": [0, 0.03]},
        BELIEF.optimism: {"uniform": [-0.05, 0.15]},
        BELIEF.doubt: {"uniform": [0, 0.2]},
        BELIEF.narrative: {"uniform": [0, 0.05]},
        TRACK.mediator_error: {"uniform": [0, 0.1]},
        TRACK.mediator_memory: {"lognormal": {"median": "6 months", "spread": 2}},
        # About 0.2 broken agreements a year in coded cases; the first months are the most dangerous (Fortna 2004).
        AFTER.breach: {"lognormal": {"median": 0.2, "spread": 2}},
        AFTER.shape: {"uniform": [0.5, 1]},
        AFTER.enforcement_effect: {"uniform": [0.3, 0.9]},
        # Mediated pressure shortens peace (Beardsley 2008).
        AFTER.pressure_penalty: {"uniform": [1, 2]},
        AFTER.peace_cost: {"uniform": [0, 0.6]},
        AFTER.breach_memory: {"uniform": [1, 1.5]},
        AFTER.pause: {"lognormal": {"median": "60 days", "spread": 2}},
    }
)
"""By kind of number, as a scenario would write it."""


def prior(family: Family) -> Quantity:
    """Return the law of a kind of number, read.

    Raises
    ------
    KeyError
        For one that has none.
    """
    return parse_quantity(dict(PRIORS[family]), family.domain, duration=family.is_duration)


def priors(file: ScenarioFile) -> dict[str, Mapping[str, Any]]:
    """Return the law of every input that a file leaves at its default, and of its judgement, by path.

    The noise of judgement counts where a number is stated for it as well, unless that is itself a distribution: how
    much of an answer is mood is a question of its own.
    """
    known = numbers(file)
    judgement = (path for path in PARTY.judgement_noise.each(tuple(file.parties)) if known[path].is_constant)
    found = dict.fromkeys([*left_at_default(file), *judgement])
    families = ((path, family_of(path)) for path in sorted(found))
    return {path: PRIORS[family] for path, family in families if family is not None and family in PRIORS}
