"""What moves an answer, as a tornado: switches and inputs on one axis of points."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from negosim.experiments.sensitivity.result import InputEffect, Sensitivity
from negosim.report.figures.style import (
    AMOUNT,
    CONSTANT,
    INK,
    LABEL,
    RULE,
    axes,
    note_of,
    titled,
)  # fmt: skip
from negosim.report.html import moves
from negosim.report.html.phrases import Dossier, minus, month_year, outcome
from negosim.report.metric_words import metric_words
from negosim.report.paths import end_words
from negosim.report.screen import input_title
from negosim.report.writing import clean, counted, histories
from negosim.results.labels import labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST = 8
_NAME = 40
_LUCK = "Thin line: 95 % Monte-Carlo interval."
_ENDS = f"Outlined: the input at its low end; filled: at its high end. {_LUCK}"
_NOTHING = "nothing stands out from noise: there is no variant, and no input moves the answer"

End = Mapping[str, float | None]


class SensitivityPlots:
    """Draws the figures of a sensitivity analysis: ``result.plot``."""

    def __init__(self, found: Sensitivity) -> None:
        self._found = found

    def tornado(self, ax: Axes | None = None, *, metric: str | None = None) -> Axes:
        """Draw what each end of every input does to a metric, by default the first; see `of_sensitivity`."""
        return of_sensitivity(self._found, ax, metric)


def moved(dossier: Dossier, ax: Axes | None) -> Axes:
    """Draw what variants and inputs do to the main answer of a run.

    Raises
    ------
    ValueError
        Where nothing is seen to move it.
    """
    drawn = moves.tornado(dossier)
    if drawn is None:
        raise ValueError(_NOTHING)
    summary = dossier["summary"]
    switches = [(item["title"], item) for item in drawn["switches"][:_MOST]]
    inputs = [(item["title"], item["low"], item["high"]) for item in drawn["inputs"][:_MOST]]
    ax = _drawn(ax, switches, inputs)
    words = f"{outcome(summary, dossier['main'])} by {month_year(summary['scenario']['horizon'])}"
    same = f"Same luck in every row, {dossier['moved']['trials']:,} histories each."
    titled(ax, f"Points of 100 that reach “{words}”", note_of(summary, f"{same} {_ENDS if inputs else _LUCK}"))
    return ax


def of_sensitivity(found: Sensitivity, ax: Axes | None, metric: str | None) -> Axes:
    """Draw both ends of every input of a sensitivity analysis by the method tornado.

    Raises
    ------
    ValueError
        Where it is by another method, or there is no such metric.
    """
    if found.method != "tornado":
        raise ValueError(f"the method {found.method} has no ends of inputs to draw (use method='tornado')")
    names = list(found.effects)
    if metric is not None and metric not in names:
        raise ValueError(f"there is no metric '{metric}' (write one of {', '.join(names)})")
    metric = metric or names[0]
    effects = [effect for effect in found.effects[metric] if effect.significant]
    if not effects:
        raise ValueError("no input stands out from noise")
    file = found.scenario.file
    words = labels(file)
    ax = _drawn(ax, [], [_ends(effect, words) for effect in effects[:_MOST]])
    rest = len(found.effects[metric]) - len(effects[:_MOST])
    of = f"{clean(file.title)}: {histories(found.trials)} each, seed {found.seed}. {CONSTANT}"
    less = f" Not drawn: {counted(rest, 'input')} of less effect, or of none beyond noise." if rest else ""
    titled(ax, f"What moves it, in points of 100: {metric_words(metric, words)}", f"{_ENDS}{less}\n{of}")
    return ax


def _ends(effect: InputEffect, words: Mapping[str, Any]) -> tuple[str, End, End]:
    assert effect.at_low is not None and effect.at_high is not None
    low, high = ({key: _hundred(getattr(end, key)) for key in ("value", "low", "high")}
                 for end in (effect.at_low, effect.at_high))  # fmt: skip
    ends = " to ".join(end_words(end) for end in effect.ends or ())
    return f"{input_title(words, effect.input, effect.title)}: {minus(ends)}", low, high


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _drawn(ax: Axes | None, switches: Sequence[tuple[str, End]], inputs: Sequence[tuple[str, End, End]]) -> Axes:
    """Draw switches as lollipops above inputs as bars."""
    rows = len(switches) + len(inputs)
    ax = axes(ax, (12.0, 2.4 + 0.72 * rows))
    names = []
    for row, (title, end) in enumerate(switches):
        ax.plot([0, end["value"] or 0.0], [-row, -row], color=AMOUNT, linewidth=3)
        ax.scatter([end["value"] or 0.0], [-row], s=110, color=AMOUNT, zorder=3)
        _luck(ax, -row, end)
        names.append(title)
    for row, (title, low, high) in enumerate(inputs, len(switches)):
        for end, fill in ((low, "#ffffff"), (high, AMOUNT)):
            ax.barh(-row, end["value"] or 0.0, height=0.56, facecolor=fill, edgecolor=AMOUNT, linewidth=1.8)
            _luck(ax, -row, end)
        names.append(title)
    ax.axvline(0, color=INK, linewidth=1.4)
    ax.set_yticks([-at for at in range(rows)], [textwrap.fill(title, _NAME) for title in names])
    ax.set_ylim(-rows + 0.4, 0.6)
    ax.grid(axis="x", color=RULE, linewidth=0.6)
    ax.set_axisbelow(True)
    least, most = ax.get_xlim()
    ax.set_xlim(least - 0.12 * (most - least), most + 0.12 * (most - least))
    ax.xaxis.set_major_formatter(lambda value, place: _points(value))
    ax.tick_params(axis="y", length=0)
    return ax


def _luck(ax: Axes, row: float, end: End) -> None:
    """Draw the interval of an end, and write its value beyond it."""
    value, low, high = (end[key] for key in ("value", "low", "high"))
    if value is None:
        return
    if low is not None and high is not None:
        ax.plot([low, high], [row, row], color="#ffffff", linewidth=4.5)
        ax.plot([low, high], [row, row], color=INK, linewidth=1.6)
    tip = value if low is None or high is None else (high if value >= 0 else low)
    ax.annotate(_points(value), (tip, row), (6 if value >= 0 else -6, 0), textcoords="offset points", fontsize=LABEL,
                color=INK, va="center", ha="left" if value >= 0 else "right")  # fmt: skip


def _points(value: float) -> str:
    points = round(value)
    return f"+{points}" if points > 0 else f"−{-points}" if points else "0"
