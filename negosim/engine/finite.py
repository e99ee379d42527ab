"""Finite numbers only: what is not finite, or cannot be computed, ends a run instead of passing for a result."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from negosim.scenario.problems import DURING_PLAY, Problem, ScenarioError

_PACKAGE = __name__.partition(".")[0]


def require_finite(values: NDArray[np.float64], path: str, what: str = "its value") -> None:
    """Refuse numbers that are not finite.

    Parameters
    ----------
    values : (trials, ...) of the number.
    path : of the number in the scenario, or of what it belongs to.
    what : what it is, for the message.

    Raises
    ------
    ScenarioError
        With the path.
    """
    if np.isfinite(values).all():
        return
    where = tuple(np.argwhere(~np.isfinite(values))[0])
    raise not_played(path, f"{what} is not a finite number in every history (found {values[where]})")


@contextmanager
def guarded() -> Iterator[None]:
    """Let no arithmetic divide by 0, overflow or go without an answer; what is too small to differ from 0 is 0.

    Raises
    ------
    ScenarioError
        Which says what was being computed.
    """
    with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
        try:
            yield
        except FloatingPointError as error:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if f"/{_PACKAGE}/" in frame.filename.replace("\\", "/")]
            computing = f" while computing '{ours[-1].name}'" if ours else ""
            message = f"{error}{computing} (numbers of the scenario lie too far apart)"
            raise not_played("", message) from error


def not_played(path: str, message: str) -> ScenarioError:
    """Return the error of a scenario that cannot be played to its end."""
    return ScenarioError([Problem(DURING_PLAY, path, message)])
