"""What to read first, in words: one sentence for each warning of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from negosim.report.judgement import judgement
from negosim.report.paths import path_words
from negosim.report.writing import Summary, agreement_name, clean, counted, name, parts, share_text, shortened

_ENDS = {"p": "", "low": "_low", "high": "_high"}

_LEFT_OUT = 70
"""Characters of what a scenario says that it leaves out."""


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
    many = counted(warning["uncertain"], "uncertain input")
    what = f"a {agreement_name(warning['outcome'])} by the end"
    said = f"Over the ranges of {many} {what} runs from {low:.0f} to {high:.0f} %"
    if warning["outweigh"]:
        return f"{said}: more histories would not narrow that."
    return f"{said}, less than luck: more histories would narrow it."


def _benchmark(summary: Summary, warning: Mapping[str, Any]) -> str:
    question = summary["questions"][warning["question"]]
    p, interval = parts(warning)
    source = name(summary, "sources", warning["source"]) if warning["source"] else "source not stated"
    where = "below" if warning["p"] < warning["there"] else "above"
    return (
        f"{clean(question['title'])}: {p} % ({interval}) is far {where} a published {100 * warning['there']:.0f} % "
        f"({shortened(source, 40)})."
    )


def _base_rate(summary: Summary, warning: Mapping[str, Any]) -> str:
    here, there = share_text(warning), {key: warning[f"there{end}"] for key, end in _ENDS.items()}
    return (
        f"Nobody fights a year on in {here} of histories; of {counted(warning['wars'], 'past war')} of this age "
        f"{share_text(there)} ended within a year."
    )


def _unsourced(summary: Summary, warning: Mapping[str, Any]) -> str:
    among = ""
    if warning["strongest"]:
        labels = {"labels": {**summary["labels"], **summary["headline"]["words"]}}
        among = f', "{clean(path_words(labels, warning["strongest"]))}" among them, which moves the answer'
    return f"{warning['number']} of {warning['of']} input ranges rest on judgement without a source{among}."


def _left_out(summary: Summary, warning: Mapping[str, Any]) -> str:
    if warning["text"]:
        return f"Left out: {shortened(clean(warning['text']), _LEFT_OUT)}"
    return "Left out: whatever the scenario does not name; parties, issues and options are fixed from the start."


_WORDS: dict[str, Callable[[Summary, Mapping[str, Any]], str]] = {
    "few_histories": _few,
    "judgement": _judgement,
    "inputs": _inputs,
    "benchmark": _benchmark,
    "base_rate": _base_rate,
    "unsourced": _unsourced,
    "left_out": _left_out,
}
