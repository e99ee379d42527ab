"""Read first: at most four things that a reader must know before trusting the answer."""

from __future__ import annotations

from typing import Any

from negosim.report.html.phrases import Dossier, a, error_of, of_100, outcome, quoted, range_of_100
from negosim.report.judgement import judgement
from negosim.report.paths import path_words
from negosim.report.writing import clean, counted, known, name, shortened

MOST = 4
"""Warnings that are shown."""

_FEW = 5
"""Points of Monte-Carlo error from which a run has too few histories for its numbers to be quoted."""

_FAR = 0.1
"""Distance of a share from a published one from which it is worth a word."""

_FAR_BELOW = 2.0

Warning = tuple[str, str]
"""A head and what it says."""


def warnings(dossier: Dossier) -> list[Warning]:
    """Return the warnings that matter most for this answer, the last of them what the scenario leaves out."""
    found = [item for rule in (_few, _inputs, _benchmark, _mood, _judged) if (item := rule(dossier))]
    left = _left_out(dossier)
    return [*found[: MOST - 1], left]


def _few(dossier: Dossier) -> Warning | None:
    summary, main = dossier["summary"], dossier["main"]
    share = summary["reached"][main]["by"][summary["scenario"]["horizon"]]
    error = error_of(share)
    if error < _FEW:
        return None
    return "Few histories.", f"{summary['run']['trials']:,} leave the numbers open by up to {error} of 100: play more."


def _inputs(dossier: Dossier) -> Warning | None:
    summary, main = dossier["summary"], dossier["main"]
    horizon = summary["scenario"]["horizon"]
    share, ends = summary["reached"][main]["by"][horizon], dossier["ranges"]["reached"][main][horizon]
    many = dossier["ranges"]["inputs"]
    what = f"the share that ever reach {a(outcome(summary, main))}"
    if not ends:
        return None
    over = f"Over the ranges given for {counted(many, 'input')} {what} runs from {range_of_100(ends)}"
    if (ends[1] - ends[0]) / 2 > max(share["high"] - share["p"], share["p"] - share["low"]):
        return "Inputs outweigh luck.", f"{over}. More histories would not narrow that."
    return "Luck outweighs inputs.", f"{over}: less than Monte-Carlo error. More histories would narrow that."


def _benchmark(dossier: Dossier) -> Warning | None:
    """Say how far an answer is from what is published of the same question, where it is far."""
    summary = dossier["summary"]
    pairs = [
        (abs(question["p"] - item["p"]), question, item)
        for question in summary["questions"].values()
        for item in question["benchmarks"]
        if known(question["p"])
    ]
    if not pairs:
        return None
    distance, question, item = max(pairs, key=lambda pair: pair[0])
    if distance < _FAR:
        return None
    below = question["p"] < item["p"]
    ratio = item["p"] / question["p"] if below and question["p"] else question["p"] / item["p"] if item["p"] else 9.0
    far = "Far " if ratio >= _FAR_BELOW else ""
    head = f"{far}{'below' if below else 'above'} a published number.".capitalize()
    source = name(summary, "sources", item["source"]) if item["source"] else "source not stated"
    said = f"{clean(question['title'])}: {of_100(question['p'])} of 100 here, {of_100(item['p'])} there ({source})."
    return head, said


def _mood(dossier: Dossier) -> Warning | None:
    said = judgement(dossier["summary"])
    return ("Rests on mood.", said.removeprefix("Rests on judgement: ")) if said else None


def _judged(dossier: Dossier) -> Warning | None:
    """Say how many uncertain inputs rest on judgement, and which of those that matter do."""
    uncertain = [item for item in dossier["inputs"] if item["uncertain"]]
    judged = {item["path"] for item in uncertain if item["source"] in (None, "judgement")}
    if not judged:
        return None
    head = "Mostly judged." if 2 * len(judged) > len(uncertain) else "Partly judged."
    rows: list[dict[str, Any]] = dossier["moved"]["inputs"]["rows"]
    among = next((row["path"] for row in rows if row["path"] in judged), None)
    place = f", {quoted(path_words(dossier_labels(dossier), among))} among them, which matters" if among else ""
    return head, f"{len(judged)} of {len(uncertain)} ranges rest on judgement with no source{place}."


def dossier_labels(dossier: Dossier) -> dict[str, Any]:
    """Return labels with those that a summary lacks: of events and stocks."""
    return {"labels": {**dossier["summary"]["labels"], **dossier["words"]}}


def _left_out(dossier: Dossier) -> Warning:
    said = dossier["left_out"]
    if said:
        return "Left out:", shortened(clean(said), 160)
    return (
        "Left out:",
        "whatever the scenario does not name. Parties, issues and options are fixed from the start.",
    )
