"""Read first: at most four things that a reader must know before trusting an answer, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.results.about import left_out
from negosim.scenario.inputs import source_of, stated
from negosim.scenario.paths import NumberPath
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.document import ScenarioFile

MOST = 4
"""Warnings that are given, the last of them what the scenario leaves out."""

FEW = 0.05
"""Monte-Carlo error from which a run has too few histories for its numbers to be quoted."""

RESTS = 0.2
"""The share of an outcome from which on a reader must know that mood brings it about, or keeps it from coming."""

FAR = 0.1
"""Distance of a share from a published one from which it is worth a word."""

Warning = dict[str, Any]
"""Its ``kind``, and the numbers that it is about."""


def read_first(file: ScenarioFile, summary: Mapping[str, Any]) -> list[Warning]:
    """Return the warnings that matter most for an answer, the weightiest first.

    Parameters
    ----------
    summary : of a run, with ``headline`` and ``judgement``.

    Returns
    -------
    Of the kinds ``few_histories``, ``judgement``, ``inputs``, ``benchmark``, ``base_rate``, ``unsourced`` and
    ``left_out``.
    """
    found = [
        warning
        for warning in (
            _few(summary),
            _judgement(summary),
            _inputs(summary),
            _benchmark(summary),
            _base_rate(summary),
            _unsourced(file, summary),
        )
        if warning
    ]
    return [*found[: MOST - 1], {"kind": "left_out", "text": left_out(file.summary)}]


def _share(summary: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the share that an answer is about, by the horizon."""
    headline = summary["headline"]
    share: Mapping[str, Any] | None = None
    if headline["main"]:
        share = headline["reached"][headline["main"]][summary["scenario"]["horizon"]]
    return share


def error_of(share: Mapping[str, Any]) -> float:
    """Return the Monte-Carlo error of a share: how far the ends of its interval lie from it, at most."""
    return float(max(share["high"] - share["p"], share["p"] - share["low"]))


def _few(summary: Mapping[str, Any]) -> Warning | None:
    share = _share(summary)
    if share is None or error_of(share) < FEW:
        return None
    return {"kind": "few_histories", "trials": summary["run"]["trials"], "error": error_of(share)}


def rests_on_judgement(summary: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the outcomes of which a good part rests on judgement, by differences that are no chance of the sample."""
    found = summary.get("judgement")
    return {name: shares for name, shares in found["reached"].items() if _matters(shares)} if found else {}


def _matters(shares: Mapping[str, Any]) -> bool:
    difference, whole = shares["difference"], max(shares["with"]["value"], shares["without"]["value"])
    is_chance = difference["low"] is None or difference["low"] <= 0 <= difference["high"]
    return not is_chance and abs(difference["value"]) >= RESTS * whole


def _judgement(summary: Mapping[str, Any]) -> Warning | None:
    resting = rests_on_judgement(summary)
    return {"kind": "judgement", "trials": summary["judgement"]["trials"]} if resting else None


def _inputs(summary: Mapping[str, Any]) -> Warning | None:
    """Say how wide the answer is over the inputs, and whether more histories or better inputs would narrow it."""
    share, headline = _share(summary), summary["headline"]
    if share is None or share["inputs_low"] is None:
        return None
    low, high = share["inputs_low"], share["inputs_high"]
    return {
        "kind": "inputs",
        "outcome": headline["main"],
        "uncertain": headline["inputs"]["uncertain"],
        "low": low,
        "high": high,
        "outweigh": (high - low) / 2 > error_of(share),
    }


def _benchmark(summary: Mapping[str, Any]) -> Warning | None:
    """Return the published number that lies farthest from the answer to the same question, where it is far."""
    pairs = [
        (abs(question["p"] - item["p"]), name, item)
        for name, question in summary["questions"].items()
        for item in question["benchmarks"]
        if question["p"] is not None
    ]
    if not pairs:
        return None
    distance, name, item = max(pairs, key=lambda pair: pair[0])
    if distance < FAR:
        return None
    question = summary["questions"][name]
    here = {key: question[key] for key in ("p", "low", "high")}
    return {"kind": "benchmark", "question": name, **here, "there": item["p"], "source": item["source"]}


def _base_rate(summary: Mapping[str, Any]) -> Warning | None:
    """Return how often past wars of the same age ended within a year, where the answer lies outside that interval."""
    found = summary.get("base_rate")
    if not found or not found["rates"] or not found["simulated"]:
        return None
    there, here = found["rates"][0], found["simulated"]
    if there["low"] <= here["p"] <= there["high"]:
        return None
    ends = {"there": there["p"], "there_low": there["low"], "there_high": there["high"], "wars": there["n"]}
    return {"kind": "base_rate", **{key: here[key] for key in ("p", "low", "high")}, **ends}


def _unsourced(file: ScenarioFile, summary: Mapping[str, Any]) -> Warning | None:
    """Return how many uncertain inputs rest on judgement or nothing, and which of them moves the answer most."""
    uncertain = {path: value for path, value in stated(file).items() if _varies(path, value)}
    judged = {path for path, value in uncertain.items() if _source(file, path, value) in (None, "judgement")}
    if not judged:
        return None
    strongest = next((move["path"] for move in summary["headline"]["moves"] if move["path"] in judged), None)
    return {"kind": "unsourced", "number": len(judged), "of": len(uncertain), "strongest": strongest}


def _varies(path: str, value: Quantity | str) -> bool:
    return (
        path.partition(".")[0] not in ("variants", "levers") and isinstance(value, Quantity) and not value.is_constant
    )


def _source(file: ScenarioFile, path: str, value: Quantity | str) -> str | None:
    return source_of(file, NumberPath.parse(path), value)
