"""Story: one simulated history as a list of dated entries, made from the engine's own trace of it."""

from __future__ import annotations

from typing import Any

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.trace import Trace
from negosim.experiments.replay.drawn_inputs import drawn
from negosim.results.build_identity import origin
from negosim.results.export import columns
from negosim.results.labels import labels
from negosim.results.story import entries_of
from negosim.scenario.load import Scenario


def replayed(scenario: Scenario, trial: int, *, seed: int = 1, plan: Plan | None = None) -> dict[str, Any]:
    """Play one trial again and tell what happens in it.

    It is the engine of `negosim.engine.run.histories` on the same draws: ``end`` is the row of the trials file.

    Parameters
    ----------
    scenario : what to play.
    trial : its number, from 0.
    seed : of the run.
    plan : the scenario compiled, if that has been done already.

    Returns
    -------
    Plain data: ``scenario`` and ``run`` say what was played, ``draws`` how the uncertain inputs came out, ``story``
    lists dated entries, ``end`` is where it ends, and ``labels`` say what ids are called.

    Raises
    ------
    ValueError
        Where there is no such trial.
    """
    if trial < 0:
        raise ValueError(f"there is no trial {trial} (trials are numbered from 0)")
    plan = plan or compiled(scenario.file)
    trace: Trace = []
    history = play(plan, seed, trial, 1, trace)
    file = scenario.file
    return {
        "scenario": {
            "title": file.title,
            "sha256": scenario.sha256,
            "as_of": file.as_of.isoformat(),
            "horizon": file.end.isoformat(),
            "between": list(file.war.between) if file.war else [],
        },
        "run": {
            **origin(),
            "trial": trial,
            "seed": seed,
            "variant": scenario.variant,
            "set": dict(sorted(scenario.overrides.items())),
        },
        "draws": drawn(plan, seed, trial),
        "story": entries_of(plan, trace),
        "end": {name: column[0] for name, column in columns(plan, history).items()},
        "labels": labels(file),
    }
