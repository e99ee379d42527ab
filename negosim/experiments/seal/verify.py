"""To verify a sealed forecast: that the file fits together, and that a random sample of its histories comes out again.

Who alters a share must alter the counts of blocks that it is added up from, and an altered block is found as soon as it
is drawn. To move a share by ten points at least a tenth of the blocks must be altered: of ten that are drawn one is
among them in two checks of three. To play all histories again finds every one.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np

from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.streams import Streams
from negosim.engine.work import BUDGET, check, work_of
from negosim.experiments.seal.result import Verdict, Verification
from negosim.experiments.seal.sealed import Forecast, Sealed, read_sealed
from negosim.results.build_identity import build_identity, differences
from negosim.results.digests import blocks_of, counted, digests_of
from negosim.results.trials import first_names
from negosim.scenario.load import Scenario, loads
from negosim.scenario.problems import ScenarioError

SAMPLE = 200
"""Histories that are played again, unless stated: ten blocks of a run of 10,000."""

_STREAM = "verify.sample"
_SEEDS = 63
"""Bits of a seed."""


def verify(
    file: str | Path, *, sample: int = SAMPLE, seed: int | None = None, budget: float | None = BUDGET
) -> Verification:
    """Check a sealed forecast.

    Parameters
    ----------
    file : as `negosim.run(seal=...)` or ``negosim run --seal`` wrote it.
    sample : histories to play again, rounded up to whole blocks; as many as were sealed for all.
    seed : of their choice, from 0; None draws one from the system.
    budget : seconds of work on one processor that it may take; None for as much as it takes.

    Raises
    ------
    SealError
        Where the file is no sealed forecast.
    ScenarioError
        Where the scenario in it has problems, although the same build has sealed it.
    BudgetError
        Where the work is estimated to be more than the budget.
    OSError
        Where the file cannot be read.
    ValueError
        Where sample or seed is out of range.
    """
    if sample < 1 or (seed is not None and seed < 0):
        raise ValueError("the sample must be at least 1, the seed at least 0")
    found = read_sealed(Path(file))
    builds = tuple(differences(found.forecast.build, build_identity()))
    if found.faults:
        return _verdict(found, "changed", faults=found.faults, builds=builds)
    seed = secrets.randbits(_SEEDS) if seed is None else seed
    try:
        scenario = _scenario(found)
    except ScenarioError as error:
        if not builds:
            raise
        return _verdict(found, "another build", builds=builds, unreadable=str(error.problems[0]))
    faults = _misstated(found.forecast, scenario)
    if faults and not builds:
        return _verdict(found, "changed", faults=faults)
    return _recomputed(found, scenario, sample, seed, budget, builds)


def _recomputed(
    found: Sealed, scenario: Scenario, sample: int, seed: int, budget: float | None, builds: tuple[str, ...]
) -> Verification:
    """Play the sample again and compare."""
    forecast, plan = found.forecast, compiled(scenario.file)
    chosen = _chosen(forecast, sample, seed)
    ranges = [_range(forecast, block) for block in chosen]
    work = sum((work_of(plan, last - first + 1, zones=False) for first, last in ranges[1:]),
               work_of(plan, ranges[0][1] - ranges[0][0] + 1, zones=False))  # fmt: skip
    check(work, budget)
    differing = tuple(
        limits for block, limits in zip(chosen, ranges, strict=True) if not _same(forecast, plan, block, limits)
    )
    verdict: Verdict = "another build" if builds else "differs" if differing else "verified"
    played = sum(last - first + 1 for first, last in ranges)
    return _verdict(found, verdict, builds=builds, recomputed=played, differing=differing, sample_seed=seed)


def _scenario(found: Sealed) -> Scenario:
    forecast = found.forecast
    return loads(
        forecast.scenario.text, name=f"{found.name}, its scenario", variant=forecast.run.variant,
        values=forecast.run.set,
    )  # fmt: skip


def _misstated(forecast: Forecast, scenario: Scenario) -> tuple[str, ...]:
    """Say what the forecast states otherwise than its own scenario."""
    file, stated = scenario.file, forecast.scenario
    faults = []
    if (stated.title, stated.as_of, stated.horizon, stated.sha256) != (
        file.title, file.as_of, file.end, scenario.sha256
    ):  # fmt: skip
        faults.append("what it says of the scenario is not what the scenario says")
    if set(forecast.questions) != set(file.questions):
        faults.append("its questions are not those of the scenario")
        return tuple(faults)
    for key, question in file.questions.items():
        said = forecast.questions[key]
        lasting = str(question.lasting) if question.lasting else None
        if (said.title, said.reach, said.by, said.lasting, said.benchmarks, said.outcome) != (
            question.title or key, question.reach, question.by, lasting, question.benchmarks, question.outcome
        ):  # fmt: skip
            faults.append(f"the question '{key}' is not that of the scenario")
    return tuple(faults)


def _chosen(forecast: Forecast, sample: int, seed: int) -> list[int]:
    """Return the blocks to play again, drawn without replacement."""
    blocks, size = len(forecast.trials.rows), forecast.trials.block
    order = np.argsort(Streams(seed, 0, blocks).uniform(_STREAM), kind="stable")
    return sorted(order[: -(-sample // size)].tolist())


def _range(forecast: Forecast, block: int) -> tuple[int, int]:
    first = block * forecast.trials.block
    return first, min(first + forecast.trials.block, forecast.run.trials) - 1


def _same(forecast: Forecast, plan: Plan, block: int, limits: tuple[int, int]) -> bool:
    """Tell whether a block comes out again as it was sealed: its rows, and its counts."""
    first, last = limits
    history = play(plan, forecast.run.seed, first, last - first + 1, zones=False)
    again = blocks_of([digests_of(plan, history)], last - first + 1)
    if again.rows[0] != forecast.trials.rows[block]:
        return False
    said = {("questions", key): value.yes[block] for key, value in forecast.questions.items()}
    said |= {("reached", key): value.yes[block] for key, value in forecast.reached.items()}
    return said == dict(zip(counted(plan, first_names(plan)), again.yes[0].tolist(), strict=True))


def _verdict(
    found: Sealed,
    verdict: Verdict,
    *,
    faults: tuple[str, ...] = (),
    builds: tuple[str, ...] = (),
    recomputed: int = 0,
    differing: tuple[tuple[int, int], ...] = (),
    sample_seed: int | None = None,
    unreadable: str | None = None,
) -> Verification:
    forecast = found.forecast
    return Verification(
        found.name, forecast.scenario.title, forecast.on.isoformat(), found.seal, forecast.run.trials, verdict,
        faults, builds, recomputed, differing, sample_seed, unreadable,
    )  # fmt: skip
