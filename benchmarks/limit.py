"""(d) The limit: whole histories in compiled code on the same draws. ``python -m benchmarks.limit``

The scenario is reduced to what ``limit.c`` plays: a war between two parties, beliefs, one track of single-text talks
with a mediator who errs, noise of judgement, red lines, a guarantee, settlements that may break; no uncertain inputs.
Both must tell the same of every trial, or the comparison is worth nothing. The rounds are those of the engine's kernel,
so that the ratio says what the rest of the engine, in NumPy and SimPy, costs; NumPy alone is measured beside it.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import negosim
from benchmarks.timing import medians
from negosim.engine import kernel
from negosim.engine.compile import compiled
from negosim.engine.desk import tie_breakers
from negosim.engine.history import History
from negosim.engine.kernel import build
from negosim.engine.kernel.structs import Pointers
from negosim.engine.play import _Block
from negosim.engine.run import default_workers
from negosim.engine.streams import Streams
from negosim.scenario.load import Scenario, loads

SEED = 1
WHOLE, REAL, AT = ctypes.c_int64, ctypes.c_double, ctypes.c_void_p


def reduced() -> Scenario:
    rng = np.random.default_rng(4)
    issues: dict[str, Any] = {}
    for k in range(6):
        north, south = np.sort(rng.random(4)), np.sort(rng.random(4))[::-1]
        issues[f"i{k}"] = {
            "status_quo": "o1",
            "options": {f"o{n}": f"Option {n}" for n in range(4)},
            "views": {
                who: {
                    "salience": int(rng.integers(10, 90)),
                    "values": {f"o{n}": float(v) for n, v in enumerate(values)},
                }
                for who, values in (("north", north), ("south", south))
            },
        }
    issues["i0"]["views"]["north"]["red_lines"] = {"o0": "never"}
    issues["i1"]["views"]["south"]["red_lines"] = {"o3": "never"}
    issues["i5"]["options"]["o3"] = {"title": "Guarded", "enforcement": 0.6}
    party = {"time_preference": 0.15, "fatigue": 0.1, "concession": 0.6, "exposure": 0.05}
    data = {
        "negosim": 1,
        "title": "A war, two parties, one text",
        "as_of": "2025-01-01",
        "horizon": "2 years",
        "parties": {
            "north": {**party, "war_cost": 0.2, "patience": "30 months"},
            "south": {**party, "war_cost": 0.25, "patience": "24 months"},
        },
        "issues": issues,
        "war": {
            "between": ["north", "south"], "front": 0.1, "drift": 0.02, "volatility": 0.35,
            "beliefs": {"north": {"optimism": 0.15, "doubt": 0.2}, "south": {"optimism": 0.15, "doubt": 0.2}},
        },
        "talks": {
            "table": {
                "kind": "settlement", "every": "14 days", "signatories": ["north", "south"], "mediator_error": 0.05,
                "revisions": 2, "after": {"breach": 0.4, "shape": 0.7},
            }
        },
    }  # fmt: skip
    return loads(yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False), name="reduced")


class World(ctypes.Structure):
    _fields_ = [
        *((name, WHOLE) for name in ("ticks", "parties", "issues", "first_side", "second_side")),
        *((name, AT) for name in ("days", "meets")),
        *((name, REAL) for name in ("front", "drift", "volatility", "shape")),
        *((name, AT) for name in ("belief", "variance", "preference", "war_cost", "fatigue")),
        *((name, AT) for name in ("standing", "if_won", "if_lost", "first_draft")),
        *((name, AT) for name in ("front_key", "crossing_key", "breach_key")),
    ]


class Told(ctypes.Structure):
    _fields_ = [(name, AT) for name in ("signed", "victory", "terms", "winner", "final", "fought")]


def library() -> ctypes.CDLL:
    """Compile ``limit.c`` with the sources of the engine's kernel."""
    source = Path(__file__).with_name("limit.c")
    made = Path(tempfile.mkdtemp()) / "limit.so"
    parts = [str(build.HERE / name) for name in build.SOURCES if name.endswith(".c")]
    command = [*build.compiler(), *build.FLAGS, "-I", str(build.HERE), "-o", str(made), str(source), *parts, "-lm"]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(made))


def played(found: ctypes.CDLL, scenario: Scenario, first: int, trials: int) -> dict[str, np.ndarray]:
    """Play trials in compiled code and return what came of them."""
    plan = compiled(scenario.file)
    block = _Block(plan, SEED, 0, 1, None, False)
    block.outlook.refresh()
    block.tables[0].open_draft()
    streams, state, outlook, meeting = (
        Streams(SEED, first, trials),
        block.state,
        block.outlook,
        block.tables[0]._meeting,
    )
    assert meeting and plan.war
    meeting.luck = tie_breakers(plan, 0, streams)
    pointers, told_round = Pointers(), meeting.told.round
    meeting._blank(np.zeros(1, dtype=np.intp), None)
    meeting.tell_state(np.zeros(1, dtype=np.intp))
    meeting.tell_values()
    meeting.tell_numbers(False)
    told_round.held, told_round.first = 1, first
    no_deal = outlook.no_deal().copy()
    told_round.no_deal = pointers.at(no_deal, np.float64)
    size = len(plan.parties)
    track, number = plan.tracks[0], outlook.number
    imposed = outlook.imposed_worth()
    real = {
        "days": plan.ticks.days, "belief": state.belief[0], "variance": state.variance[0],
        "preference": outlook.of_party("time_preference")[0], "war_cost": outlook.of_party("war_cost")[0],
        "fatigue": outlook.of_party("fatigue")[0], "standing": outlook.status_quo[0],
        "if_won": imposed[0][0], "if_lost": imposed[1][0],
    }  # fmt: skip
    world = World(
        ticks=len(plan.ticks),
        parties=size,
        issues=len(plan.issues),
        first_side=plan.war.first,
        second_side=plan.war.second,
        meets=pointers.flags(np.isin(np.arange(len(plan.ticks)), track.rounds)),
        front=float(state.front[0]),
        drift=float(state.drift[0]),
        volatility=float(number("war.volatility")[0]),
        shape=float(outlook.after(track, "shape")[0]),
        first_draft=pointers.at(state.tracks[0].draft[0].copy(), np.intp),
        **{name: pointers.at(values.copy(), np.float64) for name, values in real.items()},
        **{
            f"{name}_key": pointers.at(streams.key(path), np.uint64)
            for name, path in (
                ("front", "war.front"), ("crossing", "war.crossing"), ("breach", f"{track.path}.after.breach")
            )
        },
    )  # fmt: skip
    told = {
        "signed": np.empty(trials, dtype=np.int64),
        "victory": np.empty(trials, dtype=np.int64),
        "terms": np.empty((trials, len(plan.issues)), dtype=np.int64),
        "winner": np.empty(trials, dtype=np.int8),
        "final": np.empty(trials, dtype=np.int8),
        "fought": np.empty(trials),
    }
    out = Told(**{name: pointers.at(values, values.dtype.type) for name, values in told.items()})
    found.play_histories(
        ctypes.byref(world), ctypes.byref(meeting.track_struct), ctypes.byref(told_round), AT(told_round.origin),
        WHOLE(first), WHOLE(trials), ctypes.byref(out),
    )  # fmt: skip
    return told


def differing(told: dict[str, np.ndarray], history: History) -> int:
    """Return in how many trials the compiled program and the engine differ."""
    kept = history.tracks[0]
    same = (told["signed"] == kept.signed) & (told["terms"] == kept.terms).all(axis=1)
    same &= (told["victory"] == history.victory) & (told["winner"] == history.winner) & (told["final"] == history.final)
    same &= np.isclose(told["fought"], history.fought, rtol=1e-12)
    return int(np.count_nonzero(~same))


def main(trials: int = 20_000, rounds: int = 5) -> None:
    if kernel.library() is None:
        print("there is no C compiler here, and nothing to compare with")
        return
    found, scenario, workers = library(), reduced(), default_workers()

    def limit(threads: int) -> None:
        share = trials // threads
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda k: played(found, scenario, k * share, share), range(threads)))

    def engine(processes: int) -> None:
        negosim.run(scenario, trials=trials, seed=SEED, workers=processes, keep=False, zones=False).summary()

    def by_arrays() -> None:
        there = kernel.library
        kernel.library = lambda: None
        try:
            engine(1)
        finally:
            kernel.library = there

    result = negosim.run(scenario, trials=trials, seed=SEED, zones=False)
    assert result.history
    wrong = differing(played(found, scenario, 0, trials), result.history)
    share = result.reached("settlement").p
    print(f"{wrong} of {trials:,} trials differ; {share:.0%} settle, {result.reached('victory').p:.0%} end in victory")
    took = medians(
        {
            "limit, one": lambda: limit(1),
            "engine, one": lambda: engine(1),
            "limit, all": lambda: limit(workers),
            "engine, all": lambda: engine(workers),
            "NumPy alone": by_arrays,
        },
        rounds,
    )
    for name, many in (("one", 1), ("all", workers)):
        compiled_, ours = trials / took[f"limit, {name}"], trials / took[f"engine, {name}"]
        print(f"on {many}: compiled {compiled_:,.0f} trials a second, engine {ours:,.0f}; ratio {compiled_ / ours:.1f}")
    alone = trials / took["NumPy alone"]
    print(f"NumPy alone, on 1: {alone:,.0f}; ratio {trials / took['limit, one'] / alone:.1f}")


if __name__ == "__main__":
    main()
