"""The same settings played by negosim's own loop and by those of EMA Workbench and SALib, one model function for both.

Run by explorers.py with the interpreter of a throw-away environment. Writes seconds and answers as JSON to stdout.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
import warnings
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from SALib import ProblemSpec

from benchmarks.settings import SCENARIOS, points
from negosim.experiments.evaluate import Evaluation, Point, evaluated_all
from negosim.scenario.load import Scenario, load

Array = NDArray[np.float64]

TRIALS = 20
"""Of a setting."""

METRIC = "years"
"""Another number for every setting, so that answers that are mixed up are seen."""


@lru_cache
def scenario() -> Scenario:
    """Return the scenario, read once a process."""
    return load(SCENARIOS["divide-the-pie"])


@lru_cache
def evaluation() -> Evaluation:
    """Return what plays one setting after another, compiled once a process."""
    return Evaluation(scenario(), [METRIC])


def share(values: Array) -> float:
    """Play one setting: the model function that the other two call."""
    return evaluation().counts(Point(dict(zip(paths(), values.tolist(), strict=True)), TRIALS)).estimates[METRIC].value


def shares(rows: Array) -> Array:
    """Play settings one by one, as SALib asks for them."""
    return np.array([share(row) for row in rows])


def cases(cost: float, rate: float) -> dict[str, float]:
    """Play a setting, as EMA Workbench asks for it."""
    return {METRIC: share(np.array([cost, rate]))}


def paths() -> tuple[str, ...]:
    """Return what is varied."""
    return tuple(points(scenario(), 1, TRIALS)[0].overrides)


def of_negosim(rows: Array, workers: int) -> Array:
    """Play settings packed into blocks, as sweeps and sensitivity do."""
    asked = [Point(dict(zip(paths(), row, strict=True)), TRIALS) for row in rows.tolist()]
    return np.array([counts.estimates[METRIC].value for counts in evaluated_all(scenario(), asked, [METRIC],
                                                                               workers=workers)])  # fmt: skip


def of_salib(rows: Array, workers: int) -> Array:
    """Play settings with SALib's loop."""
    names = ["cost", "rate"]
    problem = ProblemSpec({"names": names, "bounds": [[0.0, 1.0]] * 2, "outputs": [METRIC]})
    problem.set_samples(rows)
    problem.evaluate(shares, nprocs=workers)
    results: Array = problem.results
    return results


def of_ema(rows: Array, workers: int) -> Array:
    """Play settings with EMA Workbench's loop."""
    from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome
    from ema_workbench import Scenario as Case

    model = Model(METRIC, function=cases)
    model.uncertainties = [RealParameter(name, 0.0, 1.0) for name in ("cost", "rate")]
    model.outcomes = [ScalarOutcome(METRIC)]
    asked = [Case(str(place), cost=cost, rate=rate) for place, (cost, rate) in enumerate(rows.tolist())]
    with MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(asked)
    order = np.argsort(experiments["scenario"].astype(int).to_numpy())
    found: Array = outcomes[METRIC][order]
    return found


LOOPS: dict[str, Callable[[Array, int], Array]] = {
    "negosim": of_negosim, "EMA Workbench": of_ema, "SALib": of_salib,
}  # fmt: skip


def main(counts: dict[str, int], rounds: int, workers: int) -> None:
    drawn = points(scenario(), max(counts.values()), TRIALS)
    rows = np.array([list(point.overrides.values()) for point in drawn])
    seconds: dict[str, list[float]] = {name: [] for name in LOOPS}
    answers: dict[str, list[float]] = {}
    shares(rows[:1])  # what is loaded on first use is not counted
    for turn in range(rounds):
        for name in list(LOOPS)[:: -1 if turn % 2 else 1]:
            started = time.perf_counter()
            found = LOOPS[name](rows[: counts[name]], workers)
            seconds[name].append(time.perf_counter() - started)
            answers[name] = found[: min(counts.values())].tolist()
    print(json.dumps({"seconds": seconds, "answers": answers}))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=json.loads, help="settings that each plays, by its name, as JSON")
    parser.add_argument("rounds", type=int)
    parser.add_argument("workers", type=int)
    chosen = parser.parse_args()
    main(chosen.counts, chosen.rounds, chosen.workers)
