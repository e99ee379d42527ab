"""The engine against the limit: the same trials, on the same draws, in C (kernel.c, case.yaml).

The two must tell the same of every trial; how many trials differ is printed, and none may.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.kernel import limit
from benchmarks.timing import in_turn, ratio, table
from negosim.engine.compile import compiled
from negosim.engine.processes import default_workers
from negosim.engine.record.history import History
from negosim.engine.run import histories, played
from negosim.experiments.blocks import tally_of
from negosim.results.tally import added
from negosim.results.trials import joined
from negosim.scenario.load import load

SCENARIO = Path(__file__).parent / "case.yaml"
SEED = 1


def differing(history: History, played: limit.Played) -> int:
    """Return in how many trials the two tell different things; refusals by issue count as one trial more."""
    kept, spells, ends = history.tracks[0], history.spells["settlement"], played.endings
    until = np.where(ends["until"] < limit.BEYOND, ends["until"], np.inf)
    signed = kept.signed >= 0
    wrong = (kept.signed != ends["signed_at"]) | (kept.failed != ends["failed"])
    wrong |= (history.victory != ends["victory"]) | (history.winner != ends["winner"])
    wrong |= (kept.refused != ends["refused"]).any(axis=1)
    wrong |= signed & (kept.terms != ends["terms"]).any(axis=1)
    wrong |= signed & ~np.isclose(spells.until, until, rtol=1e-9)
    wrong |= ~np.isclose(history.fought, ends["fought"], rtol=1e-9)
    return int(wrong.sum()) + bool((kept.objections != played.objections).any())


def main(trials: int, rounds: int) -> None:
    if limit.compiler() is None:
        print("no C compiler was found: the limit was not measured (install gcc or clang)")
        return
    plan, workers = compiled(load(SCENARIO).file), default_workers()
    library, case = limit.built(), limit.case_of(plan, SEED)
    history = joined(list(histories(plan, trials, SEED)))
    wrong = differing(history, limit.play(library, case, trials, workers))
    share = np.mean(history.tracks[0].signed >= 0)
    print(f"engine and kernel differ in {wrong} of {trials:,} trials ({share:.0%} signed)\n")
    if wrong:
        raise SystemExit(1)

    def engine(processes: int) -> None:
        added(played(partial(tally_of, zones=False), plan, trials, SEED, workers=processes))

    engine(workers)  # its processes stay for the next run
    taken = in_turn(
        {
            "engine, one processor": lambda: engine(1),
            "kernel, one processor": lambda: limit.play(library, case, trials, 1),
            f"engine, {workers} processors": lambda: engine(workers),
            f"kernel, {workers} processors": lambda: limit.play(library, case, trials, workers),
        },
        rounds,
    )
    names = list(taken)
    rows = []
    for place, name in enumerate(names):
        kernel = taken[names[place // 2 * 2 + 1]]
        rows.append(
            (
                name,
                f"{trials / taken[name].median:,.0f}",
                f"{ratio(taken[name].wall, kernel.wall):.1f}",
                "-"
                if "engine" in name and "one" not in name
                else f"{ratio(taken[name].processor, kernel.processor):.1f}",
            )
        )
    print(table(("what", "trials a second (median)", "times the kernel's time", "its processor time"), rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=40_000, help="default 40,000")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed (default 5)")
    chosen = parser.parse_args()
    main(chosen.trials, chosen.rounds)
