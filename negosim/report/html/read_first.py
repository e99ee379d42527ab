"""Read first, for the eye: the warnings of a run (`negosim.results.read_first`), each with a head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from negosim.report.html.phrases import Dossier, a, of_100, outcome, range_of_100
from negosim.report.judgement import judgement
from negosim.report.paths import path_words
from negosim.report.writing import clean, counted, name, shortened

_FAR = 2.0
"""How many times a published number an answer must be, or the other way round, to be far from it."""

_LEFT_OUT = 160
"""Characters of what a scenario says that it leaves out."""

Warning = tuple[str, str]
"""A head and what it says."""

_Facts = Mapping[str, Any]


def warnings(dossier: Dossier) -> list[Warning]:
    """Return the warnings of a run in their order, the last of them what the scenario leaves out."""
    return [_WORDS[warning["kind"]](dossier, warning) for warning in dossier["summary"]["read_first"]]


def _few(dossier: Dossier, warning: _Facts) -> Warning:
    error = -int(-100 * warning["error"] // 1)
    return "Few histories.", f"{warning['trials']:,} leave the numbers open by up to {error} of 100: play more."


def _inputs(dossier: Dossier, warning: _Facts) -> Warning:
    what = f"the share that ever reach {a(outcome(dossier['summary'], warning['outcome']))}"
    runs = f"{what} runs from {range_of_100((warning['low'], warning['high']))}"
    over = f"Over the ranges given for {counted(warning['uncertain'], 'input')} {runs}"
    if warning["outweigh"]:
        return "Inputs outweigh luck.", f"{over}. More histories would not narrow that."
    return "Luck outweighs inputs.", f"{over}: less than Monte-Carlo error. More histories would narrow that."


def _benchmark(dossier: Dossier, warning: _Facts) -> Warning:
    summary, here, there = dossier["summary"], warning["p"], warning["there"]
    below = here < there
    small, great = sorted((here, there))
    far = "Far " if not small or great / small >= _FAR else ""
    head = f"{far}{'below' if below else 'above'} a published number.".capitalize()
    source = name(summary, "sources", warning["source"]) if warning["source"] else "source not stated"
    title = clean(summary["questions"][warning["question"]]["title"])
    return head, f"{title}: {_with_interval(warning)} here, {of_100(there)} there ({source})."


def _base_rate(dossier: Dossier, warning: _Facts) -> Warning:
    there = {key: warning[f"there{end}"] for key, end in (("p", ""), ("low", "_low"), ("high", "_high"))}
    head = "Slower than past wars." if warning["p"] < warning["there"] else "Faster than past wars."
    return head, (
        f"A year on the fighting has stopped in {_with_interval(warning)} histories; of "
        f"{counted(warning['wars'], 'past war')} of this age {_with_interval(there)} ended within a year."
    )


def _with_interval(share: _Facts) -> str:
    return f"{of_100(share['p'])} of 100 ({of_100(share['low'])} to {of_100(share['high'])})"


def _mood(dossier: Dossier, warning: _Facts) -> Warning:
    return "Rests on mood.", judgement(dossier["summary"]).removeprefix("Rests on judgement: ")


def _unsourced(dossier: Dossier, warning: _Facts) -> Warning:
    head = "Mostly judged." if 2 * warning["number"] > warning["of"] else "Partly judged."
    among = warning["strongest"]
    place = f"; one that moves the answer: {path_words(dossier['summary'], among)}" if among else ""
    rest = "rests" if warning["number"] == 1 else "rest"
    return head, f"{warning['number']} of {counted(warning['of'], 'range')} {rest} on judgement with no source{place}."


def _left_out(dossier: Dossier, warning: _Facts) -> Warning:
    said = warning["text"]
    if said:
        return "Left out:", shortened(clean(said), _LEFT_OUT)
    return (
        "Left out:",
        "whatever the scenario does not name. Parties, issues and options are fixed from the start.",
    )


_WORDS: dict[str, Callable[[Dossier, _Facts], Warning]] = {
    "few_histories": _few,
    "judgement": _mood,
    "inputs": _inputs,
    "benchmark": _benchmark,
    "base_rate": _base_rate,
    "unsourced": _unsourced,
    "left_out": _left_out,
}
