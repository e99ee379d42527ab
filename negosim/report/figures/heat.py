"""The figure of a sweep: a heat map over two inputs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from negosim.experiments.result import Estimate
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.result import SweepTable
from negosim.report.figures.style import (
    AXIS,
    CONSTANT,
    LABEL,
    NOTE,
    STEP_FILLS,
    STEP_INKS,
    STEPS,
    axes,
    titled,
)  # fmt: skip
from negosim.report.metric_words import metric_words
from negosim.report.screen import input_title
from negosim.report.writing import clean, counted, parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_COLUMNS, _MOST_ROWS = 9, 12
"""Cells beyond which no number has room in them."""

Cells = dict[tuple[Any, Any], Estimate]


class SweepPlots:
    """Draws the figures of a sweep: ``result.plot`` and ``result.table().where(…).plot``."""

    def __init__(self, table: SweepTable) -> None:
        self._table = table

    def heatmap(
        self, x: str | None = None, y: str | None = None, *, metric: str | None = None, ax: Axes | None = None
    ) -> Axes:
        """Draw a metric over two inputs, each cell a setting, with its value and 95 % interval.

        Parameters
        ----------
        x, y : the inputs, by id or path; default the two that vary.
        metric : default the first.
        ax : to draw in; default those of a figure of its own.

        Raises
        ------
        ValueError
            Where there are no such inputs or metric, or several settings share a cell.
        """
        manifest = self._table.manifest
        across, up = _inputs(self._table, x, y)
        if metric is not None and metric not in manifest.metrics:
            raise ValueError(f"there is no metric '{metric}' (write one of {', '.join(manifest.metrics)})")
        metric = metric or manifest.metrics[0]
        cells = _cells(self._table, across, up, metric)
        is_share = manifest.is_share[manifest.metrics.index(metric)]
        return _drawn(ax, cells, manifest, (across, up), metric, is_share=is_share)


def _inputs(table: SweepTable, x: str | None, y: str | None) -> tuple[str, str]:
    columns = table.manifest.columns
    named = {**{item.path: item.id for item in columns}, **{item.id: item.id for item in columns}}
    varying = [item.id for item in columns if len({str(row.values[item.id]) for row in table.rows}) > 1]
    for name in (x, y):
        if name is not None and name not in named:
            raise ValueError(f"no input '{name}' varies (write one of {', '.join(varying)})")
    free = [name for name in varying if name not in {named.get(x or ""), named.get(y or "")}]
    chosen = [named[name] if name is not None else free.pop(0) if free else "" for name in (x, y)]
    if "" in chosen or chosen[0] == chosen[1]:
        raise ValueError(f"a heat map takes two inputs that vary (here: {', '.join(varying) or 'none'})")
    return chosen[0], chosen[1]


def _cells(table: SweepTable, x: str, y: str, metric: str) -> Cells:
    cells: Cells = {}
    for row in table.rows:
        found = row.estimates.get(metric)
        if found is None or found.value is None:
            continue
        place = (row.values[x], row.values[y])
        if place in cells:
            raise ValueError(
                f"several settings have {x} {place[0]} and {y} {place[1]}: filter first, as in "
                "table().where('other = 0.2').plot.heatmap()"
            )
        cells[place] = found
    if not cells:
        raise ValueError("there is no setting with a value to draw")
    return cells


def _drawn(
    ax: Axes | None, cells: Cells, manifest: Manifest, inputs: tuple[str, str], metric: str, *, is_share: bool
) -> Axes:
    across, up = (_ordered([place[at] for place in cells]) for at in (0, 1))
    numbered = len(across) <= _MOST_COLUMNS and len(up) <= _MOST_ROWS
    size = (max(4.0 + 1.25 * len(across), 9.0), max(3.2 + 0.75 * len(up), 5.0)) if numbered else (12.0, 8.0)
    ax = axes(ax, size)
    values = [found.value for found in cells.values() if found.value is not None]
    for (right, above), found in cells.items():
        share = _part(found.value or 0.0, values, is_share=is_share)
        _cell(ax, across.index(right), up.index(above), found, share, is_share=is_share, numbered=numbered)
    titles = {item.id: input_title(manifest.labels, item.id, item.title) for item in manifest.columns}
    for axis, name, named, width in ((ax.xaxis, inputs[0], across, 60), (ax.yaxis, inputs[1], up, 34)):
        every = 1 if len(named) <= 15 else -(-len(named) // 12)
        axis.set_ticks(range(0, len(named), every), [_number(value) for value in named[::every]])
        axis.set_label_text(textwrap.fill(titles[name], width), fontsize=LABEL)
    ax.set_xlim(-0.5, len(across) - 0.5)
    ax.set_ylim(-0.5, len(up) - 0.5)
    unit = ", of 100 histories" if is_share else ""
    titled(
        ax,
        f"{metric_words(metric, manifest.labels)}{unit}",
        _note(manifest, values, is_share=is_share, numbered=numbered),
    )
    ax.tick_params(axis="both", length=0, labelsize=AXIS)
    ax.spines["bottom"].set_visible(False)
    return ax


def _note(manifest: Manifest, values: Sequence[float], *, is_share: bool, numbered: bool) -> str:
    scale = "0.5, 5, 15, 40 and 70 of 100" if is_share else f"{_number(min(values))} to {_number(max(values))}"
    said = "In brackets, 95 % Monte-Carlo interval." if numbered else "No cell has room for its number and interval."
    of = f"{clean(manifest.title)}: {counted(len(manifest.points), 'setting')}, {manifest.trials:,} histories each."
    return f"{said} Darker from {scale}.\n{of} {CONSTANT}"


def _part(value: float, values: Sequence[float], *, is_share: bool) -> float:
    """Return what decides how dark a cell is: a share, or where a mean lies between the least and the largest."""
    if is_share:
        return value
    low, high = min(values), max(values)
    return (value - low) / (high - low) if high > low else 0.5


def _cell(ax: Axes, column: int, row: int, found: Estimate, share: float, *, is_share: bool, numbered: bool) -> None:
    step = sum(share >= limit for limit in STEPS)
    gap = 0.02 if numbered else 0.0
    left, right = column - 0.5 + gap, column + 0.5 - gap
    ax.fill_between([left, right], row - 0.5 + gap, row + 0.5 - gap, color=STEP_FILLS[step], linewidth=0)
    if not numbered:
        return
    number, interval = _written(found, is_share=is_share)
    ax.text(column, row + 0.13, number, fontsize=LABEL, ha="center", va="center", color=STEP_INKS[step])
    ax.text(column, row - 0.24, f"({interval})", fontsize=NOTE, ha="center", va="center", color=STEP_INKS[step])


def _written(found: Estimate, *, is_share: bool) -> tuple[str, str]:
    if is_share:
        return parts({"p": found.value, "low": found.low, "high": found.high})
    if found.low is None or found.high is None:
        return _number(found.value), "no interval"
    return _number(found.value), f"{_number(found.low)} to {_number(found.high)}"


def _ordered(values: Sequence[Any]) -> list[Any]:
    found = list(dict.fromkeys(values))
    return sorted(
        found, key=lambda value: (isinstance(value, str), value if not isinstance(value, str) else 0, str(value))
    )


def _number(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else clean(value)
