"""Sensitivity: which uncertain inputs an answer depends on.

Four methods. ``main`` costs one run: the engine draws the inputs again in every trial, so the histories themselves say
how the answer moves with each input. ``morris`` (Morris 1991) moves one input at a time from many places and is for
screening; ``sobol`` (Saltelli et al. 2010) splits the variance of the answer over the inputs, alone and with all their
interactions; both play points with fixed inputs, sampled by SALib, which also works out the Sobol indices. ``tornado``
moves each input to its ends.

Monte-Carlo noise is taken off. Of a point played with m trials only the mean is known, y = f(x) + e, where e has the
variance s²/m of those trials.

- main: with N trials sorted into K equal groups by the input, E[MS between] = N/K·Var(group means) + s² and
  E[MS within] = s², so that Var E[Y|x] is estimated by (K - 1)·(MS between - MS within)/N. The index is its share of
  the variance of the outcome of single histories, most of which is chance.
- sobol: the points have independent draws. Then E[y_B·(y_AB - y_A)] holds no noise, E[(y_A - y_AB)²]/2 that of one
  point, v = mean s²/m, and so does Var(y). With V = Var(y) as SALib sees it: S = S'·V/(V - v), T = (T'·V - v)/(V - v).
- morris: neighbouring points share their draws; what is left of the noise of a difference d is known from the paired
  trials, and E[d²] less its variance gives the mean square effect. Its root is reported, over the range of the input.
- tornado: both ends share their draws with the base; the differences are paired.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from negosim.experiments.inputs import chosen, levers, uncertain, with_priors
from negosim.experiments.sensitivity.effects import Ask, Found
from negosim.experiments.sensitivity.main_effects import main_effects
from negosim.experiments.sensitivity.morris import morris
from negosim.experiments.sensitivity.result import METHODS, Method, Over, Sensitivity
from negosim.experiments.sensitivity.sobol import sobol
from negosim.experiments.sensitivity.tornado import tornado
from negosim.scenario.load import Scenario


def sensitivity(
    scenario: Scenario,
    *,
    metrics: Sequence[str] = ("agreement",),
    method: Method = "main",
    over: Over = "inputs",
    inputs: Sequence[str] = (),
    defaults: bool = False,
    points: int | None = None,
    trials: int | None = None,
    seed: int = 1,
    workers: int = 1,
) -> Sensitivity:
    """Say which inputs the answers depend on.

    Parameters
    ----------
    metrics : names as in `negosim.experiments.metrics`.
    method : see above.
    over : the uncertain inputs of the scenario, or its levers spread over their ranges.
    inputs : only these, by path or lever; all where none is named.
    defaults : whether the inputs that the file leaves at their default vary as well, and judgement, over the ranges of
        `negosim.scenario.priors`; with ``over="inputs"`` only.
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
    if defaults and over == "levers":
        raise ValueError("levers have ranges of their own (leave --defaults out, or --over levers)")
    if defaults:
        scenario, varied = with_priors(scenario)
    else:
        varied = levers(scenario) if over == "levers" else uncertain(scenario)
    factors = chosen(varied, tuple(inputs))
    if not factors:
        what = "no lever is declared" if over == "levers" else "no input of the scenario is a distribution"
        raise ValueError(f"nothing varies: {what}")
    ask = Ask(scenario, factors, tuple(metrics), seed, workers)
    found, base, noise, played_points, trials = _METHODS[method](ask, points, trials)
    ordered = {name: tuple(sorted(effects, key=lambda effect: -effect.size)) for name, effects in found.items()}
    seconds = time.perf_counter() - started
    return Sensitivity(scenario, method, over, ordered, base, noise, played_points, trials, seed, seconds)


_METHODS: dict[str, Callable[[Ask, int | None, int | None], Found]] = {
    "main": main_effects,
    "morris": morris,
    "sobol": sobol,
    "tornado": tornado,
}
