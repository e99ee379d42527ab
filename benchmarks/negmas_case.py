"""The same negotiations in negosim, in NegMAS and in a plain loop over trials (shared_case.yaml).

NegMAS (Mohammad, Nakadai & Greenwald 2021) is under the AGPL. It is installed into a throw-away environment in
build/negmas and runs in processes of its own; negosim neither depends on it nor imports it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.timing import Taken, Work, in_turn, ratio, table
from benchmarks.worlds import play
from negosim.engine.compile import compiled
from negosim.engine.draws import draw
from negosim.engine.plan import Plan
from negosim.engine.processes import default_workers
from negosim.engine.record.history import NEVER
from negosim.engine.run import histories
from negosim.engine.streams import Array, Streams
from negosim.results.trials import joined
from negosim.scenario.load import Scenario, load
from tests.reference import interpreter
from tests.reference.comparison import differing

SCENARIO = Path(__file__).parent / "shared_case.yaml"
ENVIRONMENT = Path(__file__).parent.parent / "build" / "negmas"
REQUIREMENT = "negmas==0.16.0"
ROUNDS = 100
"""NegMAS counts a turn of every party as one round, negosim each offer."""
PUBLISHED = 22.5
"""Negotiations a second on a processor of this kind: the middle of the 21 to 24 that were measured before."""
SEED = 1

Negotiation = dict[str, dict[str, object]]
"""By party: its weights, its values (a list for each issue), and what no deal is worth to it."""

HEAD = ("what", "negotiations", "a second (median)", "times NegMAS", "times NegMAS by processor time")


# -- the numbers ------------------------------------------------------------------------------------------------------


def cases(scenario: Scenario, plan: Plan, trials: int) -> list[Negotiation]:
    """Return the numbers of each trial as NegMAS is given them."""
    views = {party: _views(scenario, plan, party, trials) for party in scenario.file.parties}
    return [
        {
            party: {
                "weights": weights[trial].tolist(),
                "values": values[trial].tolist(),
                "no_deal": float(no_deal[trial]),
            }
            for party, (weights, values, no_deal) in views.items()
        }
        for trial in range(trials)
    ]


def _views(scenario: Scenario, plan: Plan, party: str, trials: int) -> tuple[Array, Array, Array]:
    """Return a party's weights, (trials, issues), its values, (trials, issues, options), and its no-deal values."""
    streams, issues = Streams(SEED, 0, trials), scenario.file.issues

    def drawn(paths: list[str]) -> Array:
        return np.stack([np.broadcast_to(draw(plan.quantities[path], path, streams), trials) for path in paths], axis=1)

    salience = drawn([f"issues.{name}.views.{party}.salience" for name in issues])
    weights = salience / salience.sum(axis=1, keepdims=True)
    values = np.stack(
        [
            drawn([f"issues.{name}.views.{party}.values.{option}" for option in issue.options])
            for name, issue in issues.items()
        ],
        axis=1,
    )
    quo = [list(issue.options).index(str(issue.status_quo)) for issue in issues.values()]
    present = (weights * values[:, np.arange(len(quo)), quo]).sum(axis=1)
    return weights, values, present - drawn([f"parties.{party}.war_cost"])[:, 0]


# -- NegMAS -----------------------------------------------------------------------------------------------------------


def python_of_negmas() -> Path | None:
    """Return the interpreter of an environment with NegMAS, made if need be; None where it cannot be had."""
    python = ENVIRONMENT / "bin" / "python"
    ready = ENVIRONMENT / "ready"
    if ready.exists():
        return python
    print(f"installing {REQUIREMENT} into build/{ENVIRONMENT.name} (about a minute, 800 MB)", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=False)
    if made.returncode == 0:
        made = subprocess.run([str(python), "-m", "pip", "install", "--quiet", REQUIREMENT], check=False)
    if made.returncode:
        return None
    ready.touch()
    return python


@dataclass(frozen=True)
class Held:
    """Negotiations held in NegMAS: seconds on the wall and on the processors, agreements, rounds."""

    seconds: float
    processor: float
    agreed: int
    rounds: int


def negmas(python: Path, negotiations: list[Negotiation], processes: int) -> Held:
    """Hold negotiations in NegMAS, spread over processes; the time is that of the slowest, start-up left out."""
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for place in range(processes):
            part = Path(folder) / f"part{place}.json"
            part.write_text(json.dumps(negotiations[place::processes]))
            command = [str(python), str(Path(__file__).parent / "negmas_player.py"), str(part), str(ROUNDS)]
            running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        ends = [json.loads(player.communicate()[0]) for player in running]
    return Held(
        seconds=max(end["seconds"] for end in ends),
        processor=sum(end["processor"] for end in ends),
        agreed=sum(end["agreed"] for end in ends),
        rounds=sum(end["rounds"] for end in ends),
    )


# -- the comparison ---------------------------------------------------------------------------------------------------


def on(processors: int) -> str:
    """Name a number of processors."""
    return f"{processors} processors" if processors > 1 else "one processor"


def main(trials: int, negotiations: int, loop: int, rounds: int, *, with_negmas: bool) -> None:
    scenario = load(SCENARIO)
    plan = compiled(scenario.file)
    wrong = differing(scenario, loop, SEED, block=trials)
    print(f"engine and plain loop differ in {len(wrong)} things over {loop} trials\n")
    if wrong:
        raise SystemExit(1)
    counts = sorted({1, default_workers()})
    works: dict[str, Work] = {f"negosim, {on(count)}": partial(play, plan, trials, count) for count in counts}
    amounts = dict.fromkeys(works, trials)
    works["plain loop over trials, one processor"] = partial(interpreter.play, scenario.file, SEED, range(loop))
    amounts["plain loop over trials, one processor"] = loop
    python = python_of_negmas() if with_negmas else None
    held: dict[str, list[Held]] = {}
    if python:
        given = cases(scenario, plan, negotiations)
        for count in counts:
            ends: list[Held] = []
            held[f"NegMAS, {on(count)}"] = ends
            works[f"NegMAS, {on(count)}"] = partial(_keep, ends, partial(negmas, python, given, count))
            amounts[f"NegMAS, {on(count)}"] = negotiations
    play(plan, trials, counts[-1])  # start-up is held against nobody
    taken = in_turn(works, rounds)
    for name, ends in held.items():
        taken[name] = Taken([end.seconds for end in ends], [end.processor for end in ends])
    print(table(HEAD, rows(taken, amounts, next(reversed(held), None))))
    print("\n" + how_they_end(plan, min(trials, 2_000), negotiations, held))


def _keep(ends: list[Held], hold: partial[Held]) -> None:
    ends.append(hold())


def rows(taken: dict[str, Taken], amounts: dict[str, int], fastest: str | None) -> list[tuple[str, ...]]:
    """Return the lines of the table; everything is compared with NegMAS on all processors."""
    found = []
    for name, times in taken.items():
        speed = amounts[name] / times.median
        against = [f"{speed / (PUBLISHED * default_workers()):,.1f} (figure measured before)", "-"]
        if fastest:
            more, base = amounts[name] / amounts[fastest], taken[fastest]
            against = [
                f"{ratio(base.wall, times.wall) * more:,.1f}",
                "-"
                if name.startswith("negosim") and "one" not in name  # its processes stay, uncounted
                else f"{ratio(base.processor, times.processor) * more:,.1f}",
            ]
        found.append((name, f"{amounts[name]:,}", f"{speed:,.1f}", *against))
    return found


def how_they_end(plan: Plan, trials: int, negotiations: int, held: dict[str, list[Held]]) -> str:
    """Return how often, and when, the negotiations end in an agreement."""
    signed = joined(list(histories(plan, trials, SEED))).tracks[0].signed
    offers = float(np.where(signed == NEVER, len(plan.ticks), signed + 1).mean())
    lines = [f"negosim: an agreement in {float((signed != NEVER).mean()):.1%}, after {offers:.0f} offers in the mean"]
    for ends in list(held.values())[:1]:
        share, mean = ends[0].agreed / negotiations, ends[0].rounds / negotiations
        lines.append(f"NegMAS: an agreement in {share:.1%}, after {mean:.0f} rounds of up to three offers in the mean")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20_000, help="trials of the engine (default 20,000)")
    parser.add_argument("--negotiations", type=int, default=60, help="negotiations in NegMAS (default 60)")
    parser.add_argument("--loop", type=int, default=5, help="trials of the plain loop (default 5)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed (default 3)")
    parser.add_argument("--without-negmas", action="store_true", help="compare with the figure measured before")
    chosen = parser.parse_args()
    main(chosen.trials, chosen.negotiations, chosen.loop, chosen.rounds, with_negmas=not chosen.without_negmas)
