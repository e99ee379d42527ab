"""The compiled limit: kernel.c built by the C compiler at hand, given the numbers of a scenario, and run.

It plays scenarios of the shape of case.yaml only; `case_of` refuses others.
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import KEEPS_STATUS_QUO, TAKES_BEST, Plan
from negosim.model.packages import relative_saliences, weighted_values

SOURCE = Path(__file__).parent / "kernel.c"
BUILD = Path(__file__).parent.parent.parent / "build" / "kernel"

PARTIES, ISSUES, WIDTH, LINES, TICKS = 3, 6, 4, 2, 128
"""As in kernel.c."""
SLOTS = ISSUES * WIDTH
AT_TICKS = 3 + 2 * PARTIES
BEYOND = 1e300

_FLAGS = ("-O3", "-march=native", "-std=gnu11", "-ffast-math", "-fopenmp-simd", "-fPIC")
"""With them the compiler takes logarithms of several numbers at once. The outcomes stay those of the engine."""

_REALS = "double"
_LAYOUT: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("key", "uint64", (AT_TICKS, 2)),
    ("drift_key", "uint64", (2,)),
    ("patience_key", "uint64", (PARTIES, 2)),
    ("line_key", "uint64", (LINES, 2)),
    ("tie_key", "uint64", (ISSUES, 2)),
    *((name, "int32", ()) for name in (
        "ticks", "revisions", "first", "second", "guarding", "chip", "holder", "ripeness",
    )),
    ("round_at", "int32", (TICKS,)),
    ("quo", "int32", (ISSUES,)),
    ("draft", "int32", (ISSUES,)),
    ("line_party", "int32", (LINES,)),
    ("line_slot", "int32", (LINES,)),
    ("days", _REALS, (TICKS,)),
    *((name, _REALS, ()) for name in ("front", "drift_mean", "drift_sd", "volatility")),
    *((name, _REALS, (PARTIES,)) for name in ("optimism", "variance", "narrative")),
    ("table", _REALS, (PARTIES, SLOTS)),
    ("unguarded", _REALS, (SLOTS,)),
    ("quo_worth", _REALS, (PARTIES,)),
    ("imposed", _REALS, (2, PARTIES)),
    *((name, _REALS, (PARTIES,)) for name in (
        "best_utility", "best_unguarded", "time_preference", "war_cost", "fatigue", "concession", "noise",
        "mood_memory", "distrust", "exposure", "patience", "patience_spread", "weight",
    )),
    *((name, _REALS, ()) for name in (
        "mediator_error", "mediator_memory", "breach", "shape", "effect", "memory", "peace_cost", "pause",
    )),
    ("line_mean", _REALS, (LINES,)),
)  # fmt: skip
"""The fields of Case in kernel.c, in order."""

CASE = np.dtype([(name, kind, shape) for name, kind, shape in _LAYOUT], align=True)
ENDING = np.dtype(
    [
        *((name, "int32") for name in ("signed_at", "victory", "winner", "final", "failed")),
        ("refused", "int32", (PARTIES,)),
        ("terms", "int32", (ISSUES,)),
        *((name, _REALS) for name in ("since", "until", "fought")),
    ],
    align=True,
)


class UnplayableError(ValueError):
    """The kernel cannot play a scenario."""


@dataclass(frozen=True)
class Played:
    """What came of the trials: a row of ENDING for each, and refusals by party and issue in all of them."""

    endings: NDArray[Any]
    objections: NDArray[np.int64]


def compiler() -> str | None:
    """Return the C compiler, None where there is none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def built() -> ctypes.CDLL:
    """Compile the kernel and load it.

    Raises
    ------
    RuntimeError
        Where there is no C compiler.
    """
    found = compiler()
    if found is None:
        raise RuntimeError("the compiled limit needs a C compiler (cc, gcc or clang)")
    BUILD.mkdir(parents=True, exist_ok=True)
    target = BUILD / f"kernel-{hashlib.sha256(SOURCE.read_bytes() + repr(_FLAGS).encode()).hexdigest()[:12]}.so"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            part, made = Path(folder) / "kernel.o", Path(folder) / "kernel.so"
            subprocess.run([found, *_FLAGS, "-c", "-o", str(part), str(SOURCE)], check=True)
            # Linked without -ffast-math, which would turn off subnormal numbers in the whole process.
            link = [found, "-shared", "-o", str(made), str(part)]
            if subprocess.run([*link, "-lmvec", "-lm"], check=False, capture_output=True).returncode:
                subprocess.run([*link, "-lm"], check=True)
            made.replace(target)
    library = ctypes.CDLL(str(target))
    library.play.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p]
    library.play.restype = None
    library.sizes.restype = ctypes.c_int64
    if (library.sizes(0), library.sizes(1)) != (CASE.itemsize, ENDING.itemsize):
        raise AssertionError("kernel.c and limit.py disagree on their structures")
    return library


def play(library: ctypes.CDLL, case: NDArray[Any], trials: int, threads: int) -> Played:
    """Play trials 0 to trials - 1, spread over threads (which the interpreter lets run side by side)."""
    endings = np.zeros(trials, dtype=ENDING)
    objections = np.zeros((threads, PARTIES, ISSUES), dtype=np.int64)
    edges = [trials * place // threads // 4 * 4 for place in range(threads)] + [trials]

    def part(place: int) -> None:
        first, last = edges[place], edges[place + 1]
        rows = endings[first:last]
        library.play(case.ctypes.data, first, last - first, rows.ctypes.data, objections[place].ctypes.data)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, range(threads)))
    return Played(endings, objections.sum(axis=0))


# -- the numbers of a scenario ----------------------------------------------------------------------------------------


def case_of(plan: Plan, seed: int) -> NDArray[Any]:
    """Return the numbers of a scenario as the kernel takes them, an array of one CASE."""
    _check(plan)
    case = np.zeros((), dtype=CASE)
    _fill_streams(case, plan, seed)
    _fill_war(case, plan)
    _fill_worth(case, plan)
    _fill_parties(case, plan)
    _fill_track(case, plan)
    return case


def _check(plan: Plan) -> None:
    track = plan.tracks[0]
    drawn = {path for path, quantity in plan.quantities.items() if not quantity.is_constant}
    allowed = {"war.drift", *(f"parties.{party}.patience" for party in plan.parties)}
    fits = (
        plan.war is not None
        and (len(plan.parties), len(plan.issues), len(plan.lines)) == (PARTIES, ISSUES, LINES)
        and all(len(options) == WIDTH for options in plan.options)
        and len(plan.ticks) <= TICKS
        and len(plan.tracks) == len(plan.guarding) == len(track.holders) == 1
        and track.kind == "settlement"
        and track.protocol == "single_text"
        and track.opens == 0
        and len(track.agenda.issues) == ISSUES
        and drawn <= allowed
        and not any((plan.events, plan.stocks, plan.tolls, plan.linkages, plan.never, track.deadlines, track.bodies))
        and not any(holds.thresholds.size for holds in plan.status_quo)
        and all(line.party in track.signatories for line in plan.lines)
        and not (track.excluded.size or track.truce)
    )
    zero = ["war.fade", f"{track.path}.after.opportunism"]
    zero += [f"parties.{party}.{name}" for party in plan.parties for name in ("reciprocity", "patience_used")]
    zero += [f"{track.path}.pressure.{party}" for party in plan.parties]
    zero += [f"war.beliefs.{party}.erosion" for party in plan.parties]
    if not fits or any(_number(plan, path) for path in zero if path in plan.quantities):
        raise UnplayableError("the kernel plays scenarios of the shape of case.yaml only")


def _number(plan: Plan, path: str) -> float:
    return plan.quantities[plan.aliases.get(path, path)].value


def _key(seed: int, stream: str) -> NDArray[np.uint64]:
    """Return the Philox key of a stream, as negosim.engine.streams has it."""
    digest = hashlib.blake2b(f"{seed}/{stream}".encode(), digest_size=16).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


def _fill_streams(case: NDArray[Any], plan: Plan, seed: int) -> None:
    talks = plan.tracks[0].path
    names = ["war.front", "war.crossing", f"{talks}.after.breach"]
    names += [f"{talks}.mediator_error.{party}" for party in plan.parties]
    names += [f"{talks}.consent.{party}" for party in plan.parties]
    case["key"] = [_key(seed, name) for name in names]
    case["drift_key"] = _key(seed, "war.drift")
    case["patience_key"] = [_key(seed, f"parties.{party}.patience") for party in plan.parties]
    case["line_key"] = [_key(seed, f"{path}.lifts") for path in plan.line_paths]
    case["tie_key"] = [_key(seed, f"{talks}.tie.{issue}") for issue in plan.issues]


def _fill_war(case: NDArray[Any], plan: Plan) -> None:
    assert plan.war
    drift = plan.quantities["war.drift"]
    mean, sd = (drift.value, 0.0) if drift.is_constant else drift.parameters
    case["front"], case["volatility"] = _number(plan, "war.front"), _number(plan, "war.volatility")
    case["drift_mean"], case["drift_sd"] = mean, sd
    case["first"], case["second"] = plan.war.first, plan.war.second
    doubts = []
    for party, side in ((plan.war.first, 1.0), (plan.war.second, -1.0)):
        belief = f"war.beliefs.{plan.parties[party]}"
        doubts.append(_number(plan, f"{belief}.doubt") ** 2)
        case["optimism"][party] = side * _number(plan, f"{belief}.optimism")
        case["narrative"][party] = side * _number(plan, f"{belief}.narrative")
    case["variance"][:] = sum(doubts) / 2
    case["variance"][[plan.war.first, plan.war.second]] = doubts


def _fill_worth(case: NDArray[Any], plan: Plan) -> None:
    assert plan.war
    saliences = np.array(
        [[_number(plan, f"{plan.view(i, p)}.salience") for p in range(PARTIES)] for i in range(ISSUES)]
    )
    values = np.array(
        [
            [_number(plan, f"{plan.view(i, p)}.values.{option}") for p in range(PARTIES)]
            for i in range(ISSUES)
            for option in plan.options[i]
        ]
    )
    guards = [
        _number(plan, f"{plan.sections[name]}.{name}.options.{option}.enforcement")
        for name, options in zip(plan.issues, plan.options, strict=True)
        for option in options
    ]
    case["table"] = table = weighted_values(relative_saliences(saliences[None]), values[None], plan.issue_of)[0].T
    case["unguarded"] = unguarded = 1.0 - np.array(guards)
    case["guarding"] = plan.guarding[0]
    case["quo"] = case["draft"] = quo = np.array([holds.columns[0] for holds in plan.status_quo])
    for issue, column in plan.tracks[0].first_draft.items():
        case["draft"][issue] = column
    best = np.array([_best(table[party], quo) for party in range(PARTIES)])
    if any(line.column in best[line.party] for line in plan.lines):
        raise UnplayableError("the kernel takes nobody's best option for one that it would not sign")
    for party in range(PARTIES):
        case["quo_worth"][party] = table[party, quo].sum()
        case["best_utility"][party] = table[party, best[party]].sum()
        case["best_unguarded"][party] = unguarded[best[party]].prod()
    for side, (winner, terms) in enumerate(zip((plan.war.first, plan.war.second), plan.war.imposed, strict=True)):
        package = np.where(terms == TAKES_BEST, best[winner], np.where(terms == KEEPS_STATUS_QUO, quo, terms))
        case["imposed"][side] = table[:, package].sum(axis=1)


def _best(worth: NDArray[np.float64], quo: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return a party's best option on each issue, the status quo where that is as good."""
    options = worth.reshape(ISSUES, WIDTH)
    top = options.argmax(axis=1) + np.arange(ISSUES) * WIDTH
    return np.where(worth[quo] < worth[top], top, quo)


def _fill_parties(case: NDArray[Any], plan: Plan) -> None:
    path = plan.tracks[0].path
    for place, party in enumerate(plan.parties):
        for field in ("time_preference", "war_cost", "fatigue", "concession", "distrust", "exposure"):
            case[field][place] = _number(plan, f"parties.{party}.{field}")
        case["noise"][place] = _number(plan, f"parties.{party}.judgement_noise")
        case["mood_memory"][place] = _number(plan, f"parties.{party}.judgement_memory")
        case["weight"][place] = _number(plan, f"{path}.weights.{party}")
        patience = plan.quantities[f"parties.{party}.patience"]
        drawn = not patience.is_constant
        case["patience"][place] = patience.parameters[0] if drawn else patience.value
        case["patience_spread"][place] = patience.parameters[1] if drawn else 1.0


def _fill_track(case: NDArray[Any], plan: Plan) -> None:
    track = plan.tracks[0]
    case["ticks"], case["revisions"] = len(plan.ticks), track.revisions
    case["days"][: len(plan.ticks)] = plan.ticks.days
    case["round_at"][[tick for tick in track.rounds if tick < len(plan.ticks)]] = 1
    case["holder"], case["chip"] = track.holders[0]
    case["ripeness"] = track.ripeness
    for name, path in (
        ("mediator_error", "mediator_error"), ("mediator_memory", "mediator_memory"),
        ("breach", "after.breach"), ("shape", "after.shape"), ("effect", "after.enforcement_effect"),
        ("memory", "after.breach_memory"), ("peace_cost", "after.peace_cost"), ("pause", "after.pause"),
    ):  # fmt: skip
        case[name] = _number(plan, f"{track.path}.{path}")
    for place, (line, path) in enumerate(zip(plan.lines, plan.line_paths, strict=True)):
        mean = _number(plan, path) if path in plan.quantities else math.inf
        case["line_party"][place], case["line_slot"][place] = line.party, line.column
        case["line_mean"][place] = min(mean, BEYOND)
