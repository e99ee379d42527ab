"""Sensitivity: which uncertain inputs an answer hangs on.

Four methods. ``main`` costs one run: the engine draws the inputs anew in every trial, so the histories themselves say
how the answer moves with each input. ``morris`` (Morris 1991) moves one input at a time from many places and is for
screening; ``sobol`` (Saltelli et al. 2010) splits the variance of the answer over the inputs, alone and with all their
interactions; both play points with fixed inputs, sampled by SALib, which also works out the Sobol indices. ``tornado``
moves each input to its ends.

Monte-Carlo noise is taken off. Of a point played with m trials only the mean is known, y = f(x) + e, where e has the
variance s²/m of those trials.

- main: with N trials sorted into K equal groups by the input, E[MS between] = N/K·Var(group means) + s² and
  E[MS within] = s², so that Var E[Y|x] is estimated by (K - 1)·(MS between - MS within)/N. The index is its share of
  the variance of the outcome of single histories, most of which is luck.
- sobol: the points have independent luck. Then E[y_B·(y_AB - y_A)] holds no noise, E[(y_A - y_AB)²]/2 holds that of one
  point, v = mean s²/m, and so does Var(y). With V = Var(y) as SALib sees it: S = S'·V/(V - v), T = (T'·V - v)/(V - v).
- morris: neighbouring points share their luck; what is left of the noise of a difference d is known from the paired
  trials, and E[d²] less its variance gives the mean square effect. Its root is reported, over the range of the input.
- tornado: both ends share their luck with the base; the differences are paired.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from negosim.engine.compile import compiled
from negosim.engine.draws import draw
from negosim.engine.play import play
from negosim.engine.run import played
from negosim.engine.streams import Streams
from negosim.experiments.evaluate import Counts, Point, counted, evaluated
from negosim.experiments.factors import Factor, chosen, levers, uncertain
from negosim.experiments.metrics import Estimate, estimate
from negosim.experiments.paired import Difference, difference
from negosim.experiments.pool import each
from negosim.experiments.rows import as_frame
from negosim.results.intervals import NORMAL_975
from negosim.results.trials import joined
from negosim.scenario.load import Scenario

if TYPE_CHECKING:
    import pandas

Array = NDArray[np.float64]
Method = Literal["main", "morris", "sobol", "tornado"]
Over = Literal["inputs", "levers"]

METHODS: tuple[Method, ...] = ("main", "morris", "sobol", "tornado")
GROUPS = 20
"""Groups of trials by the value of an input."""

_PARTS = 20
"""Parts of the trials that are left out in turn for the interval of a main effect."""

_FIFTH = 5
_ENDS = np.array([0.05, 0.5, 0.95])
_LEVELS = 4
_MISSED = 0.05
"""Share of false discoveries among the main effects that are said to be told apart from noise."""


@dataclass(frozen=True)
class Index:
    """A measure of sensitivity with its 95 % interval, and what half of the sample says."""

    value: float
    low: float
    high: float
    half: float | None = None

    @property
    def told(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0


@dataclass(frozen=True)
class Effect:
    """What an input does to a metric; what its method does not give is None.

    Attributes
    ----------
    input, title : the lever or path, and what it is called.
    first : share of the variance that the input accounts for by itself.
    total : share that would be left if all else were known (sobol).
    strength : root mean square change of the metric over the range of the input (morris).
    low, high : the metric where the input lies in its lowest and its highest fifth (main).
    at_low, at_high : change of the metric at the low and the high end of the input (tornado).
    ends : those ends.
    told : whether the effect is told apart from Monte-Carlo noise.
    """

    input: str
    title: str
    first: Index | None = None
    total: Index | None = None
    strength: Index | None = None
    low: Estimate | None = None
    high: Estimate | None = None
    at_low: Difference | None = None
    at_high: Difference | None = None
    ends: tuple[float | str, float | str] | None = None
    told: bool = False

    @property
    def size(self) -> float:
        """By which effects are ordered."""
        if self.at_low and self.at_high:
            return max(abs(end.value or 0.0) for end in (self.at_low, self.at_high))
        best = self.total or self.strength or self.first
        return best.value if best else 0.0


@dataclass(frozen=True)
class Sensitivity:
    """Which inputs the answers of a scenario hang on.

    Attributes
    ----------
    effects : by metric, the effects in the order of their size.
    base : by metric, the answer itself: of the base (tornado), else over the sample.
    noise : by metric, the share of the variance between points that was Monte-Carlo noise; None for main and tornado.
    points, trials : how many settings were played, and how many trials at each.
    """

    scenario: Scenario
    method: Method
    over: Over
    effects: dict[str, tuple[Effect, ...]]
    base: dict[str, Estimate]
    noise: dict[str, float | None]
    points: int
    trials: int
    seed: int
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "scenario": {"title": self.scenario.file.title, "sha256": self.scenario.sha256},
            "run": {
                "method": self.method, "over": self.over, "points": self.points, "trials": self.trials,
                "seed": self.seed, "variant": self.scenario.variant,
                "set": dict(sorted(self.scenario.overrides.items())), "seconds": round(self.seconds, 3),
            },
            "metrics": {
                name: {
                    "base": vars(self.base[name]),
                    "noise": self.noise[name],
                    "inputs": {effect.input: _plain(effect) for effect in effects},
                }
                for name, effects in self.effects.items()
            },
        }  # fmt: skip

    def frame(self) -> pandas.DataFrame:
        """Return a row for every metric and input as a pandas data frame."""
        rows = []
        for name, effects in self.effects.items():
            for effect in effects:
                row: dict[str, Any] = {"metric": name, "input": effect.input, "told": effect.told}
                for key in ("first", "total", "strength", "low", "high", "at_low", "at_high"):
                    found = getattr(effect, key)
                    row |= {key: getattr(found, "value", None)}
                    row |= {f"{key}_{end}": getattr(found, end, None) for end in ("low", "high")}
                rows.append(row)
        return as_frame(rows)


def sensitivity(
    scenario: Scenario,
    *,
    metrics: Sequence[str] = ("agreement",),
    method: Method = "main",
    over: Over = "inputs",
    inputs: Sequence[str] = (),
    points: int | None = None,
    trials: int | None = None,
    seed: int = 1,
    workers: int = 1,
) -> Sensitivity:
    """Say which inputs the answers hang on.

    Parameters
    ----------
    metrics : names as in `negosim.experiments.metrics`.
    method : see above.
    over : the uncertain inputs of the scenario, or its levers spread over their ranges.
    inputs : only these, by path or lever; all where none is named.
    points : trajectories (morris; default 20) or base points, a power of two (sobol; default 128).
    trials : of the one run (main; default 20,000), or of every point (default 500; tornado 4,000).
    seed, workers : as in `negosim.run`.

    Raises
    ------
    ValueError
        Where nothing varies, or something is asked for that there is not.
    ImportError
        Where SALib is needed and not installed.
    """
    started = time.perf_counter()
    if method not in METHODS:
        raise ValueError(f"there is no method '{method}' (write one of {', '.join(METHODS)})")
    if method == "main" and over == "levers":
        raise ValueError(
            "levers are not drawn, so that one run says nothing of them (use --method tornado, morris or sobol)"
        )
    factors = chosen(levers(scenario) if over == "levers" else uncertain(scenario), tuple(inputs))
    if not factors:
        what = "no lever is declared" if over == "levers" else "no input of the scenario is a distribution"
        raise ValueError(f"nothing varies: {what}")
    ask = _Ask(scenario, factors, tuple(metrics), seed, workers)
    found, base, noise, played_points, trials = _METHODS[method](ask, points, trials)
    ordered = {name: tuple(sorted(effects, key=lambda effect: -effect.size)) for name, effects in found.items()}
    seconds = time.perf_counter() - started
    return Sensitivity(scenario, method, over, ordered, base, noise, played_points, trials, seed, seconds)


@dataclass(frozen=True)
class _Ask:
    scenario: Scenario
    factors: tuple[Factor, ...]
    metrics: tuple[str, ...]
    seed: int
    workers: int

    def play(self, cube: Array, trials: int, *, shared: Callable[[int], int]) -> list[Counts]:
        """Play points of the unit cube; those with the same number share their luck."""
        values = np.column_stack([factor.at(_inside(cube[:, k])) for k, factor in enumerate(self.factors)])
        asked = [
            _Task(
                self.scenario,
                Point(
                    {factor.path: factor.written(value) for factor, value in zip(self.factors, row, strict=True)},
                    trials, self.seed, trials * shared(place),
                ),
                self.metrics,
            )
            for place, row in enumerate(values)
        ]  # fmt: skip
        return list(each(_evaluated, asked, workers=self.workers))


@dataclass(frozen=True)
class _Task:
    scenario: Scenario
    point: Point
    metrics: tuple[str, ...]


def _evaluated(task: _Task) -> Counts:
    return evaluated(task.scenario, task.point, task.metrics)


def _inside(u: Array) -> Array:
    """Keep a little away from the ends of the unit interval, where some laws are infinite."""
    return np.clip(u, 0.005, 0.995)


_Found = tuple[dict[str, list[Effect]], dict[str, Estimate], dict[str, float | None], int, int]


# -- one run -------------------------------------------------------------------------------------------------------


def _main(ask: _Ask, points: int | None, trials: int | None) -> _Found:
    if points is not None:
        raise ValueError("the method main plays one run and has no points (say --trials)")
    many = trials or 20_000
    plan = compiled(ask.scenario.file)
    blocks = played(_without_zones, plan, many, ask.seed, workers=ask.workers)
    counts = counted(ask.metrics, ask.scenario, plan, joined(list(blocks)))
    streams = Streams(ask.seed, 0, many)
    drawn = {factor.path: draw(plan.quantities[factor.path], factor.path, streams) for factor in ask.factors
             if factor.path in plan.quantities}  # fmt: skip
    found = {}
    for place, name in enumerate(counts.names):
        told = counts.below[place] > 0
        y = counts.above[place, told] / counts.below[place, told]
        effects, chances = [], []
        for factor in ask.factors:
            x = drawn.get(factor.path)
            if x is None or y.size < 2 * GROUPS:
                continue
            index, chance = main_effect(x[told], y)
            fifths = np.argsort(np.argsort(x[told], kind="stable")) * _FIFTH // y.size
            low, high = (
                estimate(y[fifths == end], np.ones(np.count_nonzero(fifths == end)), is_share=counts.is_share[place])
                for end in (0, _FIFTH - 1)
            )
            effects.append(Effect(factor.id, factor.title, first=index, low=low, high=high))
            chances.append(chance)
        told_apart = discoveries(np.array(chances))
        found[name] = [replace(effect, told=bool(is_told)) for effect, is_told in zip(effects, told_apart, strict=True)]
    return found, counts.estimates, dict.fromkeys(counts.names), 1, many


def _without_zones(plan: Any, seed: int, first: int, trials: int) -> Any:
    return play(plan, seed, first, trials, zones=False)


def main_effect(x: Array, y: Array) -> tuple[Index, float]:
    """Return which share of the variance of y its dependence on x accounts for, and the chance of so much by luck.

    Parameters
    ----------
    x, y : (trials,) an input and an outcome.

    Notes
    -----
    The interval is that of a delete-a-group jackknife; the chance that of the F statistic of the groups.
    """
    from scipy.special import fdtrc  # scipy.special is slow to import

    groups = np.argsort(np.argsort(x, kind="stable"), kind="stable") * GROUPS // x.size
    part = np.arange(x.size) % _PARTS
    n = np.zeros((_PARTS, GROUPS))
    total, squares = np.zeros_like(n), np.zeros_like(n)
    for sums, weights in ((n, None), (total, y), (squares, y * y)):
        np.add(sums, np.bincount(part * GROUPS + groups, weights, minlength=sums.size).reshape(sums.shape), out=sums)
    whole, f = _share(n.sum(axis=0), total.sum(axis=0), squares.sum(axis=0))
    without = np.array(
        [_share(*(sums.sum(axis=0) - sums[k] for sums in (n, total, squares)))[0] for k in range(_PARTS)]
    )
    error = NORMAL_975 * float(np.sqrt((_PARTS - 1) / _PARTS * np.sum((without - without.mean()) ** 2)))
    half = _share(*(sums[: _PARTS // 2].sum(axis=0) for sums in (n, total, squares)))[0]
    chance = float(fdtrc(GROUPS - 1, x.size - GROUPS, f)) if np.isfinite(f) else 1.0
    return Index(whole, whole - error, whole + error, half), chance


def _share(n: Array, total: Array, squares: Array) -> tuple[float, float]:
    """Return the share of variance between groups, noise taken off, and the F statistic."""
    count, groups = n.sum(), n.size
    between = float(np.sum(total * total / n) - total.sum() ** 2 / count) / (groups - 1)
    within = float(np.sum(squares - total * total / n)) / (count - groups)
    variance = float(squares.sum() - total.sum() ** 2 / count) / count
    if variance <= 0 or within <= 0:
        return 0.0, np.nan
    return float((groups - 1) * (between - within) / count / variance), between / within


def discoveries(chances: Array) -> NDArray[np.bool_]:
    """Tell which of many effects are no luck, with 5 % false ones among them (Benjamini & Hochberg 1995).

    >>> discoveries(np.array([0.001, 0.6, 0.02]))
    array([ True, False,  True])
    """
    order = np.argsort(chances)
    passes = chances[order] <= _MISSED * np.arange(1, chances.size + 1) / max(chances.size, 1)
    last = np.nonzero(passes)[0].max(initial=-1)
    told = np.zeros(chances.size, dtype=bool)
    told[order[: last + 1]] = True
    return told


# -- Morris --------------------------------------------------------------------------------------------------------


def _morris(ask: _Ask, points: int | None, trials: int | None) -> _Found:
    sampler, _ = _salib("morris")
    trajectories, many, size = points or 20, trials or 500, len(ask.factors)
    with _quietly():
        cube = sampler.sample(_problem(ask.factors), trajectories, num_levels=_LEVELS, seed=_small(ask.seed))
    counts = ask.play(cube, many, shared=lambda place: place // (size + 1))
    found: dict[str, list[Effect]] = {}
    for place, name in enumerate(counts[0].names):
        moved = _elementary(cube, counts, place, size)
        found[name] = []
        for k, factor in enumerate(ask.factors):
            index = strength_of(*moved[k])
            found[name].append(Effect(factor.id, factor.title, strength=index, told=index.told))
    base, noise = _over_sample(counts)
    return found, base, noise, len(cube), many


def _elementary(cube: Array, counts: Sequence[Counts], metric: int, size: int) -> list[tuple[Array, Array]]:
    """Return for each input its elementary effects over its whole range, and their noise variances."""
    effects: list[list[tuple[float, float]]] = [[] for _ in range(size)]
    for start in range(0, len(cube), size + 1):
        for step in range(start, start + size):
            moved = cube[step + 1] - cube[step]
            k = int(np.argmax(np.abs(moved)))
            one, other = counts[step], counts[step + 1]
            change = difference(
                (one.above[metric], one.below[metric]), (other.above[metric], other.below[metric]),
                is_share=one.is_share[metric],
            )  # fmt: skip
            if change.value is None or change.low is None or change.high is None:
                continue
            error = (change.high - change.low) / (2 * NORMAL_975)
            effects[k].append((change.value / moved[k], (error / moved[k]) ** 2))
    return [tuple(np.array(found).reshape(-1, 2).T) for found in effects]  # type: ignore[misc]


def strength_of(effects: Array, noise: Array) -> Index:
    """Return the root mean square of elementary effects with the noise taken off, and its bootstrap interval.

    Parameters
    ----------
    effects, noise : (many,) the effects, and the variance of the noise in each.
    """
    if not effects.size:
        return Index(0.0, 0.0, 0.0)
    squares = effects * effects - noise
    picks = np.resize(_permuted(effects.size), (400, effects.size))
    means = squares[picks].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])

    def root(value: float) -> float:
        return float(np.sqrt(max(value, 0.0)))

    half = root(float(squares[: max(effects.size // 2, 1)].mean()))
    return Index(root(float(squares.mean())), root(float(low)), root(float(high)), half)


def _permuted(size: int) -> NDArray[np.intp]:
    """Return places for bootstrap samples, from a stream of their own."""
    u = Streams(0, 0, 400 * size).uniform("sensitivity.bootstrap")
    places: NDArray[np.intp] = (u * size).astype(np.intp)
    return places


# -- Sobol ---------------------------------------------------------------------------------------------------------


def _sobol(ask: _Ask, points: int | None, trials: int | None) -> _Found:
    sampler, _ = _salib("sobol")
    base_points, many = points or 128, trials or 500
    if base_points & (base_points - 1) or base_points < 4:
        raise ValueError(f"the method sobol needs a power of two of at least 4 as its points (got {base_points})")
    with _quietly():
        cube = sampler.sample(_problem(ask.factors), base_points, calc_second_order=False, seed=_small(ask.seed))
    counts = ask.play(cube, many, shared=lambda place: place)
    size, found = len(ask.factors), dict[str, list[Effect]]()
    for place, name in enumerate(counts[0].names):
        means, noise = _means(counts, place)
        known = np.isfinite(means).reshape(-1, size + 2).all(axis=1).repeat(size + 2)
        first, total = sobol_indices(means[known], noise[known], size, seed=_small(ask.seed))
        found[name] = [
            Effect(factor.id, factor.title, first=one, total=all_, told=all_.told)
            for factor, one, all_ in zip(ask.factors, first, total, strict=True)
        ]
    base, share = _over_sample(counts)
    return found, base, share, len(cube), many


def sobol_indices(means: Array, noise: Array, size: int, *, seed: int = 1) -> tuple[list[Index], list[Index]]:
    """Return first-order and total indices of every input, Monte-Carlo noise taken off.

    Parameters
    ----------
    means, noise : (base points x (inputs + 2),) the mean of each point in the order of SALib's sample, and the variance
        of its noise; the luck of the points is independent.
    size : inputs.
    """
    half = means.size // (size + 2) // 2 * (size + 2)
    whole = _analysed(means, noise, size, seed)
    halved = _analysed(means[:half], noise[:half], size, seed) if half >= 4 * (size + 2) else None
    return tuple(  # type: ignore[return-value]
        [
            Index(value, value - error, value + error, halved[kind][0][k] if halved else None)
            for k, (value, error) in enumerate(zip(*whole[kind], strict=True))
        ]
        for kind in (0, 1)
    )


def _analysed(means: Array, noise: Array, size: int, seed: int) -> list[tuple[list[float], list[float]]]:
    _, analyser = _salib("sobol")
    problem = {"num_vars": size, "names": [str(k) for k in range(size)], "bounds": [[0, 1]] * size}
    rows = means.reshape(-1, size + 2)
    variance, v = float(np.var(rows[:, [0, -1]])), float(noise.mean())
    signal = variance - v
    if signal <= 0:
        nothing = [0.0] * size, [float("inf")] * size
        return [nothing, nothing]
    with _quietly():
        told = analyser.analyze(problem, means, calc_second_order=False, seed=seed)
    scale = variance / signal
    return [
        ((told["S1"] * scale).tolist(), (told["S1_conf"] * scale).tolist()),
        (((told["ST"] * variance - v) / signal).tolist(), (told["ST_conf"] * scale).tolist()),
    ]


def _means(counts: Sequence[Counts], metric: int) -> tuple[Array, Array]:
    """Return the mean of every point, and the variance of its noise; not a number where there was nothing to count."""
    means, noise = [], []
    for count in counts:
        above, below = count.above[metric], count.below[metric]
        total, n = below.sum(), below.size
        if not total:
            means.append(np.nan)
            noise.append(np.nan)
            continue
        mean = above.sum() / total
        residual = above - mean * below
        means.append(mean)
        noise.append(n / (n - 1) * float(residual @ residual) / total**2)
    return np.array(means), np.array(noise)


def _over_sample(counts: Sequence[Counts]) -> tuple[dict[str, Estimate], dict[str, float | None]]:
    """Return the mean of every metric over the points, and how much of the variance between them was noise."""
    base, share = {}, dict[str, float | None]()
    for place, name in enumerate(counts[0].names):
        means, noise = _means(counts, place)
        known = np.isfinite(means)
        variance = float(np.var(means[known])) if known.any() else 0.0
        error = NORMAL_975 * float(np.sqrt(variance / max(known.sum(), 1)))
        mean = float(means[known].mean()) if known.any() else None
        base[name] = Estimate(mean, None if mean is None else mean - error, None if mean is None else mean + error)
        share[name] = min(float(noise[known].mean()) / variance, 1.0) if variance > 0 else None
    return base, share


# -- tornado -------------------------------------------------------------------------------------------------------


def _tornado(ask: _Ask, points: int | None, trials: int | None) -> _Found:
    if points is not None:
        raise ValueError("the method tornado plays both ends of every input and has no points (say --trials)")
    many = trials or 4_000
    tasks, ends = [_Task(ask.scenario, Point({}, many, ask.seed), ask.metrics)], []
    for factor in ask.factors:
        low, _, high = factor.at(_ENDS)
        if factor.quantity.kind == "uniform":
            low, high = factor.range
        ends.append((factor.written(low), factor.written(high)))
        tasks += [_Task(ask.scenario, Point({factor.path: end}, many, ask.seed), ask.metrics) for end in ends[-1]]
    base, *moved = each(_evaluated, tasks, workers=ask.workers)
    found: dict[str, list[Effect]] = {}
    for place, name in enumerate(base.names):
        found[name] = []
        for k, factor in enumerate(ask.factors):
            low_end, high_end = (
                difference(
                    (base.above[place], base.below[place]), (other.above[place], other.below[place]),
                    is_share=base.is_share[place],
                )
                for other in moved[2 * k : 2 * k + 2]
            )  # fmt: skip
            told = low_end.told or high_end.told
            found[name].append(
                Effect(factor.id, factor.title, at_low=low_end, at_high=high_end, ends=ends[k], told=told)
            )
    return found, base.estimates, dict.fromkeys(base.names), len(tasks), many


# -- SALib ---------------------------------------------------------------------------------------------------------


def _salib(name: str) -> tuple[Any, Any]:
    import importlib

    try:
        with _quietly():
            return importlib.import_module(f"SALib.sample.{name}"), importlib.import_module(f"SALib.analyze.{name}")
    except ImportError as error:
        raise ImportError('this method needs SALib (pip install "negosim[analysis]")') from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave out what SALib warns its own makers of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return {
        "num_vars": len(factors),
        "names": [factor.id for factor in factors],
        "bounds": [[0.0, 1.0] for _ in factors],
    }


def _small(seed: int) -> int:
    """Return a seed that SALib takes."""
    return seed % 2**31


def _plain(effect: Effect) -> dict[str, Any]:
    told: dict[str, Any] = {"title": effect.title, "told": effect.told}
    for key in ("first", "total", "strength", "low", "high"):
        found = getattr(effect, key)
        if found is not None:
            told[key] = dict(vars(found))
    for key, change in (("at_low", effect.at_low), ("at_high", effect.at_high)):
        if change is not None:
            told[key] = change.as_dict()
    if effect.ends is not None:
        told["ends"] = list(effect.ends)
    return told


_METHODS: dict[str, Callable[[_Ask, int | None, int | None], _Found]] = {
    "main": _main,
    "morris": _morris,
    "sobol": _sobol,
    "tornado": _tornado,
}
