"""The report of scenario discovery: boxes in words."""

from __future__ import annotations

from rich.console import Console

from negosim.experiments.levers.result import Box, Discovery, Side
from negosim.report.layout import INDENT
from negosim.report.metric_words import estimate_text, metric_words, value_text
from negosim.report.prose import prose
from negosim.report.screen import input_title
from negosim.report.writing import clean, counted, listed, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import labels

_HASH = 12
_SURE = 0.05
"""Quasi-p-value in the second half above which a limit by itself is not borne out."""


def print_boxes(found: Discovery, console: Console) -> None:
    """Print the boxes in which an outcome comes.

    Parameters
    ----------
    found : as `negosim.experiments.levers.discover.discover` returns it.
    console : where to print.
    """
    file = found.scenario.file
    asked = metric_words(found.metric, labels(file))
    prose(console, clean(file.title), "bold")
    prose(console, f"Where does it come about? {asked}")
    console.print()
    prose(console, "In short", "bold")
    for said in _in_short(found):
        prose(console, said, indent=INDENT)
    for number, box in enumerate(found.boxes, start=1):
        console.print()
        prose(console, f"Box {number}", "bold")
        for said in _box(found, box, first=number == 1):
            prose(console, said, indent=INDENT)
    if found.refused is not None:
        console.print()
        prose(console, _refused(found, found.refused), indent=INDENT)
    console.print()
    prose(console, "How to read it", "bold")
    prose(console, _READ, "dim", indent=INDENT)
    console.print()
    run = f"{counted(found.trials, 'trial')}, seed {found.seed}, {made_by(origin())}, {found.seconds:.1f} seconds"
    prose(console, f"Scenario {found.scenario.sha256[:_HASH]}, {run}", "dim")


_READ = (
    "Each history is a point. Boxes were found in the first half of the histories and every share is from the second, "
    "with its 95 % interval (Monte-Carlo error only). A box says where the outcome is commoner, not what would bring "
    "it about: inputs are drawn, not moved. Only inputs whose values differ between histories with and without the "
    "outcome may limit a box, so that an input that matters only together with another may be missed."
)


def _in_short(found: Discovery) -> list[str]:
    total = f"It comes in {estimate_text(found.tested, is_share=True)} of the histories of the second half."
    varied = (
        f"{counted(len(found.paths), 'lever')}, each drawn evenly over its range, the other inputs as the scenario has "
        "them"
        if found.space == "levers"
        else f"{counted(len(found.paths), 'uncertain input')} as the scenario draws them"
    )
    said = [f"{total} What varies: {varied}."]
    if found.is_thin:
        return [*said, f"That is {found.hits:,} in the first half, too few to look for boxes: play more trials."]
    named = [f'"{_titled(found, path)}"' for path in found.matter]
    said.append(
        f"{len(named)} of them differ between the histories with it and those without: {'; '.join(named)}."
        if named
        else "None of them is seen to differ between the histories with it and those without: chance decides, and "
        "what is fixed."
    )
    if not found.boxes and found.refused is None and named:
        said.append("No box stands out.")
    return said


def _refused(found: Discovery, box: Box) -> str:
    further = "A further box" if found.boxes else "The one box that stood out"
    return (
        f"{further} ({_where(found, box)}) is not borne out: "
        f"{estimate_text(box.learned.share, is_share=True)} there in the half that found it, "
        f"{estimate_text(box.tested.share, is_share=True)} in the other, against "
        f"{estimate_text(found.tested, is_share=True)} in all of that half."
    )


def _titled(found: Discovery, path: str) -> str:
    """Return what an input is called: by its lever, or by what it is."""
    titles = (lever.title for lever in found.scenario.file.levers.values() if lever.path == path)
    return input_title(labels(found.scenario.file), path, next(titles, None) or path)


def _box(found: Discovery, box: Box, *, first: bool) -> list[str]:
    inside = box.tested
    beside = "outside it" if first else "in what is left outside it and the boxes before"
    said = [
        f"{_where(found, box)}:",
        f"{estimate_text(inside.share, is_share=True)} of the {inside.points:,} histories there, against "
        f"{estimate_text(inside.rest, is_share=True)} {beside}. It covers "
        f"{estimate_text(inside.coverage, is_share=True)} of all histories in which it comes.",
    ]
    weak = [f'"{_titled(found, side.path)}"' for side in box.sides if side.tested_quasi_p > _SURE]
    if weak and len(box.sides) > 1:
        said.append(f"By itself not borne out in the second half: the limit on {listed(weak)}.")
    return said


def _where(found: Discovery, box: Box) -> str:
    return listed([_limit(found, side) for side in box.sides])


def _limit(found: Discovery, side: Side) -> str:
    name = f'"{_titled(found, side.path)}"'
    low, high = (None if end is None else _written(end, side) for end in (side.low, side.high))
    if low is not None and high is not None:
        limit = f"from {low} to {high}"
    else:
        limit = f"of at least {low}" if low is not None else f"of at most {high}"
    return f"{name} {limit} ({100 * side.part:.0f} % of all draws)"


def _written(value: float, side: Side) -> str:
    return value_text(value, days=side.is_duration)
