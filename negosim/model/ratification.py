"""Ratification: what bodies ask of a text, and what their parties foresee of it (model 6 and 8).

Two-level games: Putnam (1988). Modelling choice.
"""

from __future__ import annotations

import numpy as np

from negosim.model.consent import ROUNDING
from negosim.model.moods import correlation
from negosim.model.packages import Array, Flags


def approves(value: Array, no_deal: Array, noise: Array, hurdle: Array) -> Flags:
    """Tell which bodies would ratify: A(x) - N + spread·z not below the hurdle.

    Parameters
    ----------
    value, no_deal : (trials,) A(x) and N of the party by whose values the body votes.
    noise : spread·z, the mood of the body.
    hurdle : how much better than no deal the text must be.

    Examples
    --------
    A gain of 0.1 meets a hurdle of 0.1, although 0.3 - 0.2 falls a little short of it in floating point.

    >>> approves(np.array([0.3, 0.25]), np.array([0.2, 0.2]), np.zeros(2), np.array([0.1]))
    array([ True, False])
    """
    return value - no_deal + noise >= hurdle - ROUNDING


def lesson_weight(days: Array, memory: Array) -> Array:
    """Return w, how far the lesson of a lost vote still counts.

    Parameters
    ----------
    days : since the vote; NaN where the last vote was not lost.
    memory : of the body, in days.

    >>> lesson_weight(np.array([0.0, 365.0, np.nan]), np.array([365.0])).round(4)
    array([1.    , 0.3679, 0.    ])
    """
    taught = ~np.isnan(days)
    return np.where(taught, correlation(np.where(taught, days, 0.0), memory), 0.0)


def foreseen_demand(hurdle: Array, foresight: Array, pressure: Array, lesson: Array, weight: Array) -> Array:
    """Return by how much a party asks for more at the table because of a body that votes by the party's own values.

    Parameters
    ----------
    hurdle : of the body.
    foresight : how far the party foresees what the body will ask.
    pressure : what the mediator makes a refusal cost the party; the body does not feel it.
    lesson : the threshold that the last vote showed; NaN where it was not lost.
    weight : w, how far that lesson still counts.

    >>> hurdle, foresight, pressure = np.array([0.1]), np.array([0.5]), np.array([0.02])
    >>> foreseen_demand(hurdle, foresight, pressure, np.array([np.nan]), np.array([0.0])).round(6)
    array([0.06])
    >>> foreseen_demand(hurdle, foresight, pressure, np.array([0.2]), np.array([0.5])).round(6)
    array([0.14])
    """
    base = foresight * np.maximum(hurdle + pressure, 0.0)
    return np.where(weight > 0.0, base + weight * (lesson + pressure - base), base)


def expected_threshold(hurdle: Array, foresight: Array, lesson: Array, weight: Array) -> Array:
    """Return the gain from which a party expects a body to let a text pass that votes by somebody else's values.

    Parameters
    ----------
    hurdle, foresight, lesson, weight : see `foreseen_demand`.

    >>> hurdle, lesson = np.array([0.1, -0.1]), np.array([0.3, np.nan])
    >>> expected_threshold(hurdle, np.array([1.0]), lesson, np.array([0.5, 0.0])).round(6)
    array([ 0.2, -0.1])
    """
    base = foresight * hurdle
    return np.where(weight > 0.0, base + weight * (lesson - base), base)
