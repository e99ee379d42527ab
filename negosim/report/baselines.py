"""The report of baselines: what simpler models say of the terms, issue by issue, beside what the histories sign."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import BLANK, Section, add, table
from negosim.report.writing import Summary, clean, counted, listed, name, option_name, share_text

_MODELS = ("mean", "median", "challenge")
_NASH = {
    "respected": "Nash: the text with the largest product of gains over no deal, red lines respected.",
    "ignored": "Nash: the text with the largest product of gains over no deal. The red lines of the opening leave no "
    "text that all gain by, and are left out of account.",
    "none": "Nash: none, for no text leaves every signatory better off than no deal, red lines or not.",
    "too large": "Nash: not found, the talks are too large.",
}
_WHAT = (
    "At the opening, inputs at their medians. Mean and median: of the parties' best options on the line of an issue, "
    "weighted by salience times capability. Challenge: the expected-utility model of Bueno de Mesquita. The scenario "
    "states no capabilities, so all are equal: a proxy."
)

_NO_TRACK = "None: no track of the scenario is for a ceasefire or a settlement."


def baselines(summary: Summary) -> list[Section]:
    """Return a section for each track; none at all where baselines were not asked for."""
    found = summary.get("baselines")
    if not found:
        return []
    if not found["tracks"]:
        return [Section("Simpler models", "Of the terms of a ceasefire or settlement.", [Text(_NO_TRACK)])]
    tracks = enumerate(found["tracks"].items())
    return [_section(summary, track, said, first=number == 0) for number, (track, said) in tracks]


def _section(summary: Summary, track: str, said: dict[str, Any], *, first: bool) -> Section:
    parties = listed([name(summary, "parties", party) for party in said["parties"]])
    signed = summary["terms"][track]["signed"]
    texts = f"Signed: the likeliest option of the {counted(signed, 'text')} first signed." if signed else (
        "Signed: no history has a text signed here."
    )  # fmt: skip
    caption = " ".join([*([_WHAT] if first else []), f"Counted: {parties}.", _NASH[said["nash"]["red_lines"]], texts])
    body: list[Table | Text] = []
    for issue, models in said["issues"].items():
        grid = table("", "", fixed=())
        for option, by in _by_option(summary, track, issue, models).items():
            add(grid, option_name(summary, issue, option), ", ".join(by), inset=2)
        if not models["mean"]:
            add(grid, "nobody counted weighs it", "mean, median, challenge", inset=2)
        body += [*([BLANK] if body else []), Text(name(summary, "issues", issue), style="bold"), grid]
    return Section(f"Simpler models: {name(summary, 'tracks', track)}", caption, body)


def _by_option(summary: Summary, track: str, issue: str, models: dict[str, Any]) -> dict[str, list[str]]:
    """Return by option who says it, what is signed first."""
    said: dict[str, list[str]] = {}
    shares = summary["terms"][track]["issues"].get(issue, {})
    if shares:
        option = max(shares, key=lambda option: float(shares[option]["p"] or 0.0))
        said[option] = [f"signed in {share_text(shares[option])}"]
    for model in _MODELS:
        found = models[model]
        for option in found["options"] if found else []:
            half = " (half way)" if len(found["options"]) > 1 else ""
            moving = "" if found.get("settled", True) else " (still moving)"
            said.setdefault(option, []).append(f"{model}{half}{moving}")
    if models["nash"]:
        said.setdefault(models["nash"], []).append("Nash")
    return {option: [clean(word) for word in by] for option, by in said.items()}
