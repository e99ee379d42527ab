"""The report of a run on a terminal or in a plain pipe, from the answer in words to where it comes from."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from negosim.report import ripeness, tables, talks
from negosim.report.base_rate import base_rate
from negosim.report.baselines import baselines
from negosim.report.chart import ROWS, bars, fills, scale, stacking
from negosim.report.layout import BLANK, INDENT, Section
from negosim.report.prose import prose, show_section
from negosim.report.screen import changed
from negosim.report.words import in_short
from negosim.report.writing import Summary, clean, counted, long_date, made_by, shortened

_WIDEST_CHART = 100
_FEWEST_BARS = 7
HASH = 12
_COLOURS = {"war": "red", "impasse": "red", "ceasefire": "yellow", "settlement": "green", "faded": "blue"}
_VICTOR_COLOURS = ("magenta", "cyan")


def print_summary(summary: Summary, console: Console) -> None:
    """Print what a run found.

    Parameters
    ----------
    summary : the summary of a run, as ``negosim run --json`` prints it with its labels.
    console : where to print; reads well from 80 columns, with or without colour.
    """
    for line in head(summary):
        prose(console, *line)
    if summary["scenario"]["about"]:
        console.print()
        prose(console, shortened(clean(summary["scenario"]["about"])))
    console.print()
    prose(console, "In short", "bold")
    for said in in_short(summary):
        prose(console, f"- {said}", indent=INDENT, hanging=2)
    for section in _sections(summary, console.width):
        if section.body:
            show_section(console, section)
    if summary["notes"]:
        console.print()
        prose(console, "Notes", "bold")
        for note in summary["notes"]:
            prose(console, f"- {clean(note)}", indent=INDENT, hanging=2)
    console.print()
    prose(console, _provenance(summary), "dim")
    variants = [clean(variant) for variant in summary["scenario"]["variants"]]
    if variants and not summary["run"]["variant"]:
        how = f"negosim run FILE --variant {variants[0]}"
        prose(console, f"Variants: {', '.join(variants)} ({how})", "dim")


def _sections(summary: Summary, width: int) -> list[Section]:
    return [
        tables.questions(summary),
        base_rate(summary),
        tables.outcomes(summary, width),
        tables.final_state(summary),
        _over_time(summary, width),
        tables.held(summary),
        talks.terms(summary),
        *baselines(summary),
        talks.refusals(summary),
        talks.ratification(summary),
        ripeness.ripeness(summary, width),
        ripeness.zones(summary),
        tables.tolls(summary),
    ]


def head(summary: Summary) -> list[tuple[str, str]]:
    """Return what was played, in lines with their styles."""
    scenario, run = summary["scenario"], summary["run"]
    dates = f"As of {long_date(scenario['as_of'])}, to the horizon of {long_date(scenario['horizon'])}"
    lines = [(clean(scenario["title"]), "bold"), (dates, "")]
    return [*lines, *((line, "") for line in changed(summary["labels"], run["variant"], run["set"]))]


def _provenance(summary: Summary) -> str:
    run = summary["run"]
    return (
        f"Scenario {clean(summary['scenario']['sha256'])[:HASH]}, {counted(run['trials'], 'trial')}, "
        f"seed {run['seed']}, {made_by(run)}, {run['seconds']:.1f} seconds"
    )


def _over_time(summary: Summary, width: int) -> Section:
    """Return the chart of the states of all histories over time."""
    occupancy = summary["occupancy"]
    room = min(width - INDENT - len("2025-01-01  100 %"), _WIDEST_CHART)
    rows = min(len(tables.sensible_dates(summary)) + 1, ROWS)
    drawn = bars(occupancy, room, max(rows, _FEWEST_BARS)) if room > 0 else []
    order = stacking(state for state, shares in occupancy["states"].items() if any(shares))
    marks, colours = fills(order), _colours(order)
    body: list[Table | Text] = []
    for bar in drawn:
        runs = [(marks[state] * bar.lengths[state], colours[state]) for state in order]
        body.append(Text.assemble(f"{bar.date}  ", *runs))
    body += [Text(" " * len("2025-01-01  ") + scale(room)), BLANK]
    words = {state: tables.state_words(summary, state) for state in order}
    body += [Text.assemble((marks[state], colours[state]), f" {words[state]}") for state in order]
    caption = f"Share of simulated histories in each state; one character stands for {100 / max(room, 1):.1f} %."
    return Section("The histories over time", caption, body if drawn and order else [])


def _colours(states: list[str]) -> dict[str, str]:
    others = [state for state in states if state not in _COLOURS]
    return {**_COLOURS, **{state: _VICTOR_COLOURS[at % len(_VICTOR_COLOURS)] for at, state in enumerate(others)}}
