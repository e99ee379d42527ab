"""Samples: inputs drawn together, spread evenly over their laws, correlated where that is asked."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import quantile
from negosim.engine.streams import Streams
from negosim.experiments.inputs import Input, levers, uncertain
from negosim.experiments.points import PointColumn, Points
from negosim.experiments.sweep.design import MOST_POINTS, Design, DesignError
from negosim.scenario.load import Scenario
from negosim.scenario.problems import instead, listed
from negosim.scenario.quantities import Quantity

Array = NDArray[np.float64]
Method = Literal["lhs", "sobol"]
METHODS: tuple[str, ...] = get_args(Method)

_STANDARD = Quantity("normal", (0.0, 1.0))
_SOBOL_BITS = 30
_LEAST_EIGENVALUE = 1e-9
_HALVINGS = 40


@dataclass(frozen=True)
class Correlation:
    """How two inputs go together.

    Attributes
    ----------
    between : the two, by id of a lever or by path.
    rank : their rank correlation (Spearman), above −1 and below 1.
    """

    between: tuple[str, str]
    rank: float

    def as_dict(self) -> dict[str, Any]:
        """Return the correlation as a sweep file writes it."""
        return {"between": list(self.between), "rank": self.rank}


def sample(
    scenario: Scenario,
    method: Method,
    points: int,
    *,
    over: Sequence[str] = ("levers",),
    correlations: Sequence[Correlation] = (),
    seed: int = 1,
) -> Design:
    """Draw points.

    Parameters
    ----------
    scenario : whose inputs vary.
    method : ``lhs`` (Latin hypercube: every input is cut into as many slices of like probability as there are points,
        and each slice is used once; McKay et al. 1979) or ``sobol`` (a scrambled Sobol sequence; Owen 1998).
    points : how many; a power of two for ``sobol``.
    over : ``levers`` (each over its range), ``inputs`` (what the scenario gives as distributions, each over its law),
        ids of levers, or paths of such inputs. What is asked for as a lever varies over the range of the lever.
    correlations : rank correlations between some of them; the others go by themselves.
    seed : of the draws: the same seed gives the same points.

    Raises
    ------
    DesignError
        Where there is nothing to draw, the number of points does not fit, or the correlations contradict each other.

    Notes
    -----
    Correlated inputs are given the order of draws from a normal copula, so that each keeps the even spread it had (Iman
    and Conover 1982).
    """
    if method not in METHODS:
        raise DesignError(f"there is no way to sample '{method}' ({instead(method, METHODS)})", "sample", "method")
    _check_points(method, points)
    factors = _chosen(scenario, over)
    spread = _latin(factors, points, seed) if method == "lhs" else _sobol(len(factors), points, seed)
    if correlations:
        spread = _correlated(spread, factors, correlations)
    drawn = [
        PointColumn(factor.path, _written(factor, factor.at(spread[:, place]))) for place, factor in enumerate(factors)
    ]
    how: dict[str, Any] = {"method": method, "points": points, "seed": seed, "over": [factor.id for factor in factors]}
    if correlations:
        how["correlations"] = [item.as_dict() for item in correlations]
    return Design(factors, Points(drawn, points), {"sample": how})


def _written(factor: Input, values: Array) -> Sequence[Any]:
    """Return values as a scenario holds them."""
    return [factor.written(value) for value in values.tolist()] if factor.is_duration else array("d", values.tolist())


def _check_points(method: str, points: int) -> None:
    if not 2 <= points <= MOST_POINTS:
        raise DesignError(f"{points:,} points cannot be drawn (2 to {MOST_POINTS:,})", "sample", "points")
    if method == "sobol" and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        likely = f"{below:,} or {2 * below:,}" if below > 1 else "2"
        message = f"{points:,} is not a power of two, which sobol needs to be even (write {likely})"
        raise DesignError(message, "sample", "points")


def _chosen(scenario: Scenario, over: Sequence[str]) -> tuple[Input, ...]:
    """Return the inputs to draw, sorted out by path: a lever comes before the law of the same input."""
    groups = {"levers": levers(scenario), "inputs": uncertain(scenario)}
    known = {factor.path: factor for factor in groups["levers"]}
    known |= {factor.id: factor for factor in itertools.chain(groups["inputs"], groups["levers"])}
    found: dict[str, Input] = {}
    asked = [factor for name in over if name in groups for factor in groups[name]]
    for name in [name for name in over if name not in groups]:
        if name not in known:
            message = f"there is no input '{name}' to draw ({instead(name, ['levers', 'inputs', *known])})"
            raise DesignError(message, "sample", "over")
        asked.append(known[name])
    for factor in sorted(asked, key=lambda factor: factor not in groups["levers"]):
        found.setdefault(factor.path, factor)
    if not found:
        empty = listed(over)
        raise DesignError(f"nothing varies: the scenario declares no {empty} to draw from", "sample", "over")
    return tuple(found.values())


def _latin(factors: Sequence[Input], points: int, seed: int) -> Array:
    """Return a Latin hypercube, (points, inputs) in (0, 1); the column of an input depends on no other input."""
    streams = Streams(seed, 0, points)
    columns = []
    for factor in factors:
        slices = np.argsort(streams.uniform(f"sweep.slices.{factor.path}"), kind="stable")
        columns.append((slices + streams.uniform(f"sweep.places.{factor.path}")) / points)
    return np.column_stack(columns)


def _sobol(inputs: int, points: int, seed: int) -> Array:
    from scipy.stats import qmc  # slow to import: only where it is used

    if inputs > qmc.Sobol.MAXDIM:
        raise DesignError(f"sobol can draw {qmc.Sobol.MAXDIM:,} inputs at most", "sample", "over")
    sequence = qmc.Sobol(inputs, scramble=True, bits=_SOBOL_BITS, seed=seed)
    # The middle of each cell: never 0, never 1.
    return np.asarray(sequence.random_base2(points.bit_length() - 1) + 0.5 / 2**_SOBOL_BITS, dtype=np.float64)


def _correlated(spread: Array, factors: Sequence[Input], correlations: Sequence[Correlation]) -> Array:
    """Put the values of correlated inputs in the order of draws from a normal copula."""
    ranks = _matrix(factors, correlations)
    factor = np.linalg.cholesky(2 * np.sin(np.pi / 6 * ranks))
    touched = np.flatnonzero((ranks != np.eye(len(factors))).any(axis=0))
    together = quantile(_STANDARD, spread) @ factor.T
    ordered = spread.copy()
    for place in touched:
        order = np.argsort(together[:, place], kind="stable")
        ordered[order, place] = np.sort(spread[:, place])
    return ordered


def _matrix(factors: Sequence[Input], correlations: Sequence[Correlation]) -> Array:
    """Return the matrix of rank correlations.

    Raises
    ------
    DesignError
        Where one is not possible, or all together are not.
    """
    places = {name: place for place, factor in enumerate(factors) for name in (factor.path, factor.id)}
    ranks = np.eye(len(factors))
    for number, item in enumerate(correlations):
        at = ("sample", "correlations", number)
        for name in item.between:
            if name not in places:
                known = [factor.id for factor in factors]
                raise DesignError(f"'{name}' is not drawn in this sample ({instead(name, known)})", *at)
        one, other = (places[name] for name in item.between)
        if one == other:
            raise DesignError(f"'{item.between[0]}' is correlated with itself", *at)
        if not -1 < item.rank < 1:
            raise DesignError(f"a rank correlation lies above -1 and below 1 (found {item.rank:g})", *at, "rank")
        if ranks[one, other]:
            raise DesignError(f"the correlation of '{item.between[0]}' and '{item.between[1]}' is given twice", *at)
        ranks[one, other] = ranks[other, one] = item.rank
    if not _is_possible(ranks):
        given = ", ".join(f"{item.between[0]} and {item.between[1]} {item.rank:g}" for item in correlations)
        message = (
            f"no inputs can be correlated like this: {given} contradict each other "
            f"(they would not if each were {_most(ranks):.2f} times as strong)"
        )
        raise DesignError(message, "sample", "correlations")
    return ranks


def _is_possible(ranks: Array) -> bool:
    """Tell whether rank correlations are those of a normal copula: Pearson's are 2 sin(π/6 · Spearman's)."""
    pearson = 2 * np.sin(np.pi / 6 * ranks)
    return float(np.linalg.eigvalsh(pearson)[0]) > _LEAST_EIGENVALUE


def _most(ranks: Array) -> float:
    """Return the share of the correlations that is possible, rounded down to two decimals."""
    apart = ranks - np.eye(len(ranks))
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_possible(np.eye(len(ranks)) + middle * apart) else (low, middle)
    return float(np.floor(low * 100) / 100)
