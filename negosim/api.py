"""The Python interface: load a scenario, vary it, run it, and ask the result.

>>> import negosim
>>> scenario = negosim.load("scenarios/ukraine-2025-12.yaml")       # doctest: +SKIP
>>> result = negosim.run(scenario, trials=2_000, seed=1)            # doctest: +SKIP
>>> result.reached("agreement", by="2026-12-31")                    # doctest: +SKIP
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from negosim.engine.compile import compiled
from negosim.engine.run import block_of, played
from negosim.engine.work import BUDGET, check, work_of
from negosim.experiments.blocks import kept_of
from negosim.experiments.judgement import SAMPLE, has_judgement, resting_on_judgement
from negosim.log import LOGGER
from negosim.result import Result, Share
from negosim.results.export import as_json, replace
from negosim.results.summary import Run, heading
from negosim.results.trial_files import TrialFiles
from negosim.scenario.load import Scenario, load

__all__ = ["Calendar", "Result", "Share", "calendar", "load", "run"]


@dataclass(frozen=True, repr=False)
class Calendar:
    """When everything in a scenario may happen: phases of a tick, tracks, votes, events.

    It prints itself: ``print(negosim.calendar(scenario))``.
    """

    data: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON object that ``negosim explain --calendar --json`` prints."""
        return self.data

    def __str__(self) -> str:
        from negosim.report.calendar import written

        return written(self.data)

    def __repr__(self) -> str:
        data = self.data
        return f"<Calendar: {data['title']}; {data['ticks']:,} ticks, {data['as_of']} to {data['horizon']}>"


def run(
    scenario: Scenario | str | Path,
    *,
    trials: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    keep: bool = True,
    zones: bool = True,
    judgement: bool = True,
    baselines: bool = False,
    progress: Callable[[int], None] | None = None,
    budget: float | None = BUDGET,
    out: str | Path | None = None,
    seal: str | Path | None = None,
    command: str | None = None,
) -> Result:
    """Play a scenario.

    Parameters
    ----------
    scenario : as `load` returns it, the path of its file, or the name of one that comes with negosim.
    trials : histories to play, at least 1.
    seed : of the draws, from 0; trial k is the same whatever the number of trials and workers.
    workers : processes. More than one starts new Python processes, which stay for the next run; a script that asks for
        them must begin with ``if __name__ == "__main__":``.
    keep : whether every trial is kept, for `Result.trials`. Without, memory hardly grows with their number.
    zones : whether to look for zones of possible agreement over time; without, a short run answers a little sooner.
    judgement : whether to play the first 500 histories again without anybody's moods, to say how much of the answer
        rests on them; see `negosim.experiments.judgement`.
    baselines : whether to ask simpler models for the terms; see `negosim.experiments.baselines.baselines`.
    progress : called now and then with the number of trials played since its last call.
    budget : seconds of work on one processor that the run may take, as it is estimated before it begins; None for as
        much as it takes.
    out : a directory for ``summary.json`` and the trials as files, which are written as they come.
    seal : a new file for the forecast, which `negosim.verify` recomputes and `negosim.score` reads later; until it is
        written some 50 bytes are kept of every trial.
    command : the command line that asks, if there is one; the results say so.

    Raises
    ------
    ScenarioError
        With every problem of the file, where a path is given.
    BudgetError
        Where the work is estimated to be more than the budget.
    ValueError
        Where trials, seed or workers are out of range.
    OSError
        Where ``out`` cannot be made or written to, or ``seal`` is there already.
    """
    if trials < 1 or seed < 0 or workers < 1:
        raise ValueError("trials and workers must be at least 1, the seed at least 0")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    if seal is not None:
        from negosim.experiments.seal.seal import unsealed

        unsealed(Path(seal))
    started = time.perf_counter()
    plan = compiled(scenario.file)
    check(work_of(plan, trials, zones=zones), budget)
    about = heading(scenario, Run(trials, seed, 0.0, command))
    LOGGER.info("run started: %s, %d trials, seed %d, workers %d, build %s", scenario.file.title, trials, seed, workers,
                about["run"]["build"].get("id"))  # fmt: skip
    noted = _logged(trials, progress)
    sample = SAMPLE if judgement and has_judgement(plan) and plan.tracks else 0
    blocks = partial(
        played, plan=plan, trials=trials, seed=seed, workers=workers, block=block_of(plan, sample), progress=noted
    )
    del about["run"]["seconds"]
    with TrialFiles(Path(out), about) if out is not None else nullcontext() as files:
        kept = kept_of(blocks, plan, files, keep=keep, zones=zones, digests=seal is not None, sample=sample)
    tally, history, written = kept.tally, kept.history, files.written if files else ()
    moods = resting_on_judgement(plan, kept.samples) if sample else None
    simpler = sealed = None
    if baselines:
        from negosim.experiments.baselines.baselines import baselines as said_by_others

        simpler = said_by_others(scenario, plan)
    if seal is not None:
        from negosim.experiments.seal.seal import seal_of

        sealed = seal_of(scenario, plan, tally, kept.digests, seed, Path(seal))
        written = (*written, Path(seal))
    seconds = time.perf_counter() - started
    LOGGER.info("run finished: %d trials in %.3f s", trials, seconds)
    result = Result(scenario, plan, tally, history, seed, seconds, written, command, moods, sealed, simpler)
    if out is not None:
        summary = Path(out) / "summary.json"
        replace(summary, as_json(result.summary()).encode())
        return dataclasses.replace(result, written=(summary, *written))
    return result


def _logged(trials: int, progress: Callable[[int], None] | None) -> Callable[[int], None]:
    """Return what notes every block that has been played, and hands on that it was."""
    done = 0

    def played_block(count: int) -> None:
        nonlocal done
        done += count
        LOGGER.debug("block played: %d of %d trials are done", done, trials)
        if progress:
            progress(count)

    return played_block


def calendar(scenario: Scenario | str | Path) -> Calendar:
    """Return when everything in a scenario may happen, without playing it.

    Parameters
    ----------
    scenario : as `load` returns it, or the path of its file.

    Raises
    ------
    ScenarioError
        With every problem of the file, where a path is given.
    """
    from negosim.experiments.explain.timetable import timetable

    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    return Calendar(timetable(scenario, compiled(scenario.file)))
