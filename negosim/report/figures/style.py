"""How figures look: colours with a shape and a dash beside them, letters that can be read at the back of a room."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from negosim.report.writing import Summary, clean, histories

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONSTANT = "Model output under stated assumptions, not a forecast of real events."

INK, SECOND, RULE, PANEL = "#1a1a1a", "#4a4a4a", "#b9b9b4", "#f5f5f2"
AMOUNT = "#5d5191"
"""Of amounts that belong to no side."""

STEPS = (0.005, 0.05, 0.15, 0.4, 0.7)
"""Shares from which a cell is one step darker."""
STEP_FILLS = ("#ffffff", "#f1f0f5", "#dcd9e8", "#b5aed0", "#6f639e", "#4b3f7d")
STEP_INKS = (INK, INK, INK, INK, "#ffffff", "#ffffff")

TITLE, LABEL, AXIS, NOTE = 19.0, 16.0, 14.5, 12.0
"""Sizes of letters in points, in a figure ten inches wide."""

WIDE = (12.0, 6.75)

_OWN = "negosim"
"""Label of axes in a figure of our own."""

Dash = str | tuple[int, tuple[int, ...]]


@dataclass(frozen=True)
class Look:
    """How an outcome is drawn: its colour never stands alone.

    Attributes
    ----------
    colour, dash : of its line.
    fill, hatch : of its area.
    marker, hollow : of its mark.
    """

    colour: str
    dash: Dash
    fill: str
    hatch: str | None
    marker: str
    hollow: bool = False


LOOKS = {
    "deal": Look("#0072B2", "solid", "#0072B2", None, "o"),
    "ceasefire": Look("#D55E00", (0, (8, 2)), "#D55E00", "//", "D"),
    "none": Look("#767676", (0, (1, 2)), "#dedede", None, "s"),
    "faded": Look("#767676", (0, (3, 2, 1, 2)), "#ffffff", "..", "s", hollow=True),
    "won": Look(INK, (0, (5, 2, 1, 2)), "#ffffff", "xx", "^"),
    "won-other": Look(INK, (0, (1, 1)), "#ffffff", "++", "v", hollow=True),
}


def axes(ax: Axes | None, size: tuple[float, float] = WIDE) -> Axes:
    """Return the axes to draw in: those that were given, or those of a new figure.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError("figures need matplotlib: pip install 'negosim[plot]'") from error
    _, made = pyplot.subplots(figsize=size, layout="constrained")
    drawn: Axes = made
    drawn.set_label(_OWN)
    return drawn


def titled(ax: Axes, title: str, note: str = "") -> None:
    """Give axes a title above, the note below, and no frame but the base line.

    In a figure of our own both have the width of the figure, elsewhere that of the axes. Neither narrows the axes.
    """
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(SECOND)
    ax.tick_params(labelsize=AXIS, labelcolor=INK, color=SECOND)
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    for text in ax.findobj(importlib.import_module("matplotlib.text").Text):
        text.set_parse_math(False)
    wide, tall = figure.get_size_inches()
    own = ax.get_label() == _OWN
    across = 72 * wide * (0.97 if own else 0.9 * ax.get_position().width)
    head, foot = _lines(title, across / (TITLE * 0.62)), _lines(note, across / (NOTE * 0.545))
    if not own:
        ax.set_title(
            head, loc="left", parse_math=False, fontsize=TITLE, fontweight="bold", color=INK, pad=26
        ).set_in_layout(False)
        below = ax.annotate(foot, (0, 0), (0, -40), xycoords="axes fraction", textcoords="offset points", va="top",
                            fontsize=NOTE, color=SECOND, annotation_clip=False, parse_math=False,
                            linespacing=1.35)  # fmt: skip
        below.set_in_layout(False)
        return
    over, under = ((text.count("\n") + 1) * size * 1.4 / 72 + 0.12 for text, size in ((head, TITLE), (foot, NOTE)))
    figure.text(0.012, 1 - 0.1 / tall, head, fontsize=TITLE, fontweight="bold", color=INK, va="top", linespacing=1.2,
                parse_math=False)  # fmt: skip
    figure.text(0.012, 0.08 / tall, foot, fontsize=NOTE, color=SECOND, va="bottom", linespacing=1.35,
                parse_math=False)  # fmt: skip
    rect = (0.008, (under + 0.08) / tall, 0.984, 1 - (over + under + 0.12) / tall)
    figure.set_layout_engine("constrained", rect=rect)


def _lines(text: str, width: float) -> str:
    return "\n".join(line for part in text.split("\n") for line in textwrap.wrap(part, int(width)))


def note_of(summary: Summary, *said: str) -> str:
    """Return what stands under a figure: how to read it, what it is of, and what it is not."""
    run = summary["run"]
    variant = f", variant {clean(run['variant_title'] or run['variant'])}" if run["variant"] else ""
    of = f"{clean(summary['scenario']['title'])}{variant}: {histories(run['trials'])}, seed {run['seed']}."
    return "\n".join([*filter(None, said), f"{of} {CONSTANT}"])


def spread(places: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Push labels apart so that none lies on another; their order stays.

    Parameters
    ----------
    places : where the middle of each would stand.
    sizes : how tall each is.
    low, high : between which the middles must lie, as far as they fit.

    >>> spread([1.0, 1.5, 9.9], [2.0, 2.0, 2.0], 0.0, 10.0)
    [1.0, 3.0, 9.9]
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved, floor = list(places), low
    for before, at in zip([None, *order], order, strict=False):
        floor = low if before is None else moved[before] + (sizes[before] + sizes[at]) / 2
        moved[at] = max(moved[at], floor)
    ceiling = high
    for place, at in reversed(list(enumerate(order))):
        moved[at] = min(moved[at], ceiling)
        if place:
            ceiling = moved[at] - (sizes[at] + sizes[order[place - 1]]) / 2
    return moved


def at_end(ax: Axes, places: Sequence[float], texts: Sequence[str]) -> None:
    """Write labels at the right end of lines, pushed apart, each with a thin leader to its place."""
    low, high = ax.get_ylim()
    each = (high - low) * LABEL * 1.35 / tall_of(ax)
    sizes = [each * (text.count("\n") + 1) for text in texts]
    for place, label, text in zip(places, spread(places, sizes, low, high), texts, strict=True):
        leader = {"arrowstyle": "-", "color": SECOND, "linewidth": 0.9, "shrinkA": 3, "shrinkB": 1, "relpos": (0, 0.5)}
        ax.annotate(text, (1, place), (1.045, label), xycoords=("axes fraction", "data"),
                    textcoords=("axes fraction", "data"), fontsize=LABEL, color=INK, va="center", ha="left",
                    annotation_clip=False, linespacing=1.15, arrowprops=leader)  # fmt: skip


def tall_of(ax: Axes) -> float:
    """Return about how tall axes are, in points, once title, note and labels have their place."""
    figure = ax.get_figure(root=True)
    tall = 72 * figure.get_size_inches()[1] if figure is not None else 400.0
    return float(0.68 * tall if ax.get_label() == _OWN else tall * ax.get_position().height)
