"""What to read first, in words: one sentence for each warning of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from negosim.report.judgement import judgement
from negosim.report.paths import path_words
from negosim.report.text_words import brief
from negosim.report.writing import Summary, agreement_name, clean, counted, first_sentences, name, parts, share_text

_ENDS = {"p": "", "low": "_low", "high": "_high"}

_LEFT_OUT = 50
"""Characters of what a scenario says that it leaves out, up to the end of a sentence."""

_SOURCE = 90
"""Characters of the title of a source."""


def words(summary: Summary) -> list[str]:
    """Return a sentence or two for each warning, in their order."""
    return [_WORDS[warning["kind"]](summary, warning) for warning in summary["read_first"]]


def _few(summary: Summary, warning: Mapping[str, Any]) -> str:
    many = counted(warning["trials"], "history", "histories")
    return f"{many} leave the shares open by {100 * warning['error']:.0f} points: play more."


def _judgement(summary: Summary, warning: Mapping[str, Any]) -> str:
    return judgement(summary)


def _inputs(summary: Summary, warning: Mapping[str, Any]) -> str:
    low, high = (100 * warning[end] for end in ("low", "high"))
    said = f"a {agreement_name(warning['outcome'])} in {low:.0f} to {high:.0f} % over"
    inputs = counted(warning["uncertain"], "uncertain input")
    if warning["outweigh"]:
        return f"Inputs outweigh luck: {said} {inputs}."
    return f"Luck outweighs inputs ({said} {inputs}): play more histories."


def _benchmark(summary: Summary, warning: Mapping[str, Any]) -> str:
    question = summary["questions"][warning["question"]]
    p, interval = parts(warning)
    source = name(summary, "sources", warning["source"]) if warning["source"] else "source not stated"
    where = "below" if warning["p"] < warning["there"] else "above"
    return (
        f"{clean(question['title'])}: {p} % ({interval}) is far {where} a published {100 * warning['there']:.0f} % "
        f"({brief(source, _SOURCE)})."
    )


def _base_rate(summary: Summary, warning: Mapping[str, Any]) -> str:
    here, there = share_text(warning), {key: warning[f"there{end}"] for key, end in _ENDS.items()}
    return (
        f"A year on the fighting has stopped in {here} of histories; of {counted(warning['wars'], 'past war')} of this "
        f"age {share_text(there)} ended in a year."
    )


def _unsourced(summary: Summary, warning: Mapping[str, Any]) -> str:
    among = ""
    if warning["strongest"]:
        among = f"; one that moves the answer: {_input(summary, warning['strongest'])}"
    many = counted(warning["of"], "input range")
    rest = "rests" if warning["number"] == 1 else "rest"
    return f"{warning['number']} of {many} {rest} on judgement without a source{among}."


def _input(summary: Summary, path: str) -> str:
    """Return what an input is called: by its lever, or by what it is."""
    levers = {move["path"]: move["lever"] for move in summary["headline"]["moves"]}
    return clean(levers.get(path) or path_words(summary, path))


def _left_out(summary: Summary, warning: Mapping[str, Any]) -> str:
    if not warning["text"]:
        return "Left out: what the scenario does not name; parties and options never change."
    text = clean(warning["text"])
    said = first_sentences(text, _LEFT_OUT)
    return f"Left out: {text}" if said == text else f"Left out, for example: {said}"


_WORDS: dict[str, Callable[[Summary, Mapping[str, Any]], str]] = {
    "few_histories": _few,
    "judgement": _judgement,
    "inputs": _inputs,
    "benchmark": _benchmark,
    "base_rate": _base_rate,
    "unsourced": _unsourced,
    "left_out": _left_out,
}
