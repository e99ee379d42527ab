"""How figures look: colours with a shape and a dash beside them, letters that can be read at the back of a room."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

WIDE = (11.0, 6.2)

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
    return drawn


def titled(ax: Axes, title: str, note: str = "") -> None:
    """Give axes a title at the left, the note below, and no frame but the base line."""
    ax.set_title(title, loc="left", fontsize=TITLE, fontweight="bold", color=INK, pad=12)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(SECOND)
    ax.tick_params(labelsize=AXIS, labelcolor=INK, color=SECOND)
    if note:
        ax.annotate(note, (0, 0), (0, -46), xycoords="axes fraction", textcoords="offset points", fontsize=NOTE,
                    color=SECOND, va="top", annotation_clip=False, linespacing=1.35)  # fmt: skip


def note_of(summary: Summary, *said: str) -> str:
    """Return what stands under a figure: how to read it, what it is of, and what it is not."""
    run = summary["run"]
    variant = f", variant {clean(run['variant_title'] or run['variant'])}" if run["variant"] else ""
    of = f"{clean(summary['scenario']['title'])}{variant}: {histories(run['trials'])}, seed {run['seed']}."
    return "\n".join([*filter(None, said), f"{of} {CONSTANT}"])


def spread(places: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Push labels apart so that none lies on another; their order stays.

    Parameters
    ----------
    places : where each would stand.
    least : how far neighbours must be from each other.
    low, high : between which all must lie, as far as they fit.

    >>> spread([1.0, 1.5, 9.9], 2.0, 0.0, 10.0)
    [1.0, 3.0, 9.9]
    """
    order = sorted(range(len(places)), key=lambda at: places[at])
    moved = list(places)
    for before, at in zip([None, *order], order, strict=False):
        moved[at] = max(moved[at], low if before is None else moved[before] + least)
    ceiling = high
    for at in reversed(order):
        moved[at] = min(moved[at], ceiling)
        ceiling = moved[at] - least
    return moved


def at_end(ax: Axes, places: Sequence[float], texts: Sequence[str], points: float, **given: Any) -> None:
    """Write labels at the right end of lines, pushed apart, each with a thin leader to its place."""
    low, high = ax.get_ylim()
    root = ax.get_figure(root=True)
    tall = 0.85 * ax.get_window_extent().height * 72 / root.dpi if root is not None else 300.0
    lines = max((text.count("\n") + 1 for text in texts), default=1)
    moved = spread(places, (high - low) * points * 1.25 * lines / tall, low, high)
    for place, label, text in zip(places, moved, texts, strict=True):
        ax.annotate(text, (1, place), (1.035, label), xycoords=("axes fraction", "data"),
                    textcoords=("axes fraction", "data"), fontsize=points, color=INK, va="center",
                    annotation_clip=False, linespacing=1.15,
                    arrowprops={"arrowstyle": "-", "color": SECOND, "linewidth": 0.8, "shrinkA": 2, "shrinkB": 1},
                    **given)  # fmt: skip
