"""The report of a sweep: how far it is, a row per point, and what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from negosim.experiments.store.manifest import Manifest, value_at
from negosim.experiments.store.result import Progress, SqlAnswer, SweepRow, SweepTable
from negosim.report.column_words import column_words, wrapped
from negosim.report.layout import GAP, INDENT, Section, add, stacked, table
from negosim.report.metric_words import metric_words
from negosim.report.prose import prose, show_section
from negosim.report.screen import changed, input_title
from negosim.report.writing import aligned, clean, column, counted, made_by

MOST_ROWS = 40
"""Points that are shown where nobody says how many."""

_WIDEST = 40
_HEAD, _HEAD_LINES = 20, 5
"""Characters and lines of the head of a column."""

_MOST_FAILED = 20
_HASH = 12


def print_results(
    shown: SweepTable, progress: Progress, damaged: Mapping[str, str], console: Console, *, of: int
) -> None:
    """Print the results of a sweep.

    Parameters
    ----------
    shown : the points to show.
    progress : how far the sweep is.
    damaged : what is wrong with part files.
    console : where to print.
    of : points that there are to show, some of which may be left out.
    """
    header = shown.manifest
    prose(console, clean(header.title), "bold")
    for line in changed(header.labels, header.variant, header.set):
        prose(console, line, hanging=2)
    prose(console, state_of(shown, progress))
    show_section(console, _points(shown, console.width, of))
    show_section(console, _names(header))
    failed = _failed(shown)
    if failed.body:
        show_section(console, failed)
    if damaged:
        console.print()
        prose(console, "Damaged files", "bold")
        for message in damaged.values():
            prose(console, f"- {clean(message)}", indent=INDENT, hanging=2)
        prose(console, "They count as missing. To resume the sweep sets them aside and plays them again.", "dim")
    console.print()
    made = made_by({"negosim": header.negosim, "build": header.build})
    prose(console, f"Scenario {clean(header.scenario)[:_HASH]}, seed {header.seed}, {made}", "dim")


def print_answer(answer: SqlAnswer, header: Manifest, console: Console) -> None:
    """Print what a query comes to, the names of metrics and inputs in words."""
    if not answer.rows:
        prose(console, "The query finds no rows.")
        return
    columns, right = list[Column](), set[str]()
    for name, values in answer.columns().items():
        head = wrapped(column_words(header, name), _HEAD, _HEAD_LINES)
        columns.append((head, [_answered(value, name, header) for value in values]))
        right |= {head} if any(isinstance(item, int | float) for item in values) else set()
    for place, group in enumerate(_fitting(columns[:1], columns[1:], console.width)):
        if place:
            console.print()
        grid = table(*(head for head, _ in group), right=[at for at, (head, _) in enumerate(group) if head in right])
        for row in zip(*(values for _, values in group), strict=True):
            add(grid, *row)
        console.print(grid)


def _answered(value: Any, column: str, header: Manifest) -> str:
    if column == "metric" and value in header.metrics:
        return metric_words(value, header.labels)
    return "" if value is None else _value(value)


def state_of(shown: SweepTable, progress: Progress) -> str:
    """Return how much of a sweep is there."""
    points = counted(len(shown.manifest.points), "point")
    each = f"{points} of {counted(shown.manifest.trials, 'trial')} each"
    if progress.is_complete:
        return f"{each}. Complete."
    failed = f", {progress.failed:,} of them failed" if progress.failed else ""
    left = progress.parts - progress.done
    return f"{each}. Not complete: {progress.done:,} of {counted(progress.parts, 'part')} done, {left:,} left{failed}."


def _points(shown: SweepTable, width: int, of: int) -> Section:
    rows = shown.rows
    caption = "Shares and means with 95 % interval, which is Monte-Carlo error only."
    if len(rows) < of:
        caption += f" {len(rows):,} of {counted(of, 'point')}; --limit shows more, --export writes all."
    if not rows:
        return Section("Points", "No point meets the conditions.", [])
    blocks: list[list[Grid]] = []
    columns = _cells(shown)
    settings = 1 + len(shown.manifest.columns)
    # Every table names its points by what they set, where that leaves room for the rest; else by their number.
    keys = settings if sum(map(_width, columns[:settings])) <= (width - INDENT) / 2 else 1
    for group in _fitting(columns[:keys], columns[keys:], width - INDENT):
        grid = table(*(name for name, _ in group), fixed=range(len(group)), right=[0])
        for cells in zip(*(values for _, values in group), strict=True):
            add(grid, *cells)
        blocks.append([grid])
    return Section("Points", caption, stacked(blocks))


def _cells(shown: SweepTable) -> list[tuple[str, list[str]]]:
    """Return the columns as they are shown, heads first."""
    rows, header = shown.rows, shown.manifest
    columns = [("Point", [str(row.point) for row in rows])]
    columns += [
        (column_words(header, item.id), [_value(row.values[item.id]) for row in rows]) for item in header.columns
    ]
    for name, is_share in zip(header.metrics, header.is_share, strict=True):
        columns.append((column_words(header, name), _estimates(rows, name, is_share)))
    if any(row.status != "complete" for row in rows):
        columns.append(("State", [_status(row) for row in rows]))
    return [(wrapped(head, _HEAD, _HEAD_LINES), [value[:_WIDEST] for value in values]) for head, values in columns]


def _names(header: Manifest) -> Section:
    """Return by which names conditions, sorting and queries know what has a title."""
    names = [*(item.id for item in header.columns), *header.metrics]
    titled = [(column_words(header, name), clean(name)) for name in names]
    grid = table("Column", "Name", fixed=(1,))
    for words, name in titled:
        add(grid, words, name)
    return Section("Names", "What --where, --sort and --sql call the columns.", [grid])


def _estimates(rows: Sequence[SweepRow], name: str, is_share: bool) -> list[str]:
    found = [row.estimates[name] for row in rows]
    if is_share:
        shares = [{"p": item.value, "low": item.low, "high": item.high} for item in found]
        return column([share if row.trials else None for share, row in zip(shares, rows, strict=True)])
    return aligned(
        [
            "not known"
            if item.value is None
            else f"{item.value:,.4g} ({_value(item.low)} to {_value(item.high)})"
            if item.low is not None and item.high is not None
            else f"{item.value:,.4g} (no interval)"
            for item in found
        ],
        " (",
    )


def _status(row: SweepRow) -> str:
    return f"{row.trials:,} trials so far" if row.status == "partial" else row.status


Column = tuple[str, list[str]]


def _fitting(first: list[Column], rest: list[Column], room: int) -> list[list[Column]]:
    """Return the columns in tables that fit the width, each of which begins with the same ones."""
    taken = sum(map(_width, first))
    groups, left = [[*first]], room - taken
    for item in rest:
        if _width(item) > left and len(groups[-1]) > len(first):
            groups.append([*first])
            left = room - taken
        groups[-1].append(item)
        left -= _width(item)
    return groups


def _width(item: tuple[str, list[str]]) -> int:
    return max(map(len, [*item[0].splitlines(), *item[1]])) + GAP


def _failed(shown: SweepTable) -> Section:
    failed = [row for row in shown if row.status == "failed"]
    body = []
    for row in failed[:_MOST_FAILED]:
        body.append(Text(f"Point {row.point} ({setting(shown.manifest, row.point)}): {clean(row.message or '')}"))
    caption = "They are recorded, and played again when the sweep is resumed."
    if len(failed) > _MOST_FAILED:
        caption += f" The first {_MOST_FAILED} of {len(failed):,}."
    return Section("Failed points", caption, body)


def setting(manifest: Manifest, point: int) -> str:
    """Return what a point sets, in words."""
    settings = manifest.points[point]
    given = [(item, value_at(item, settings)) for item in manifest.columns if item.path in settings]
    named = (
        (input_title(manifest.labels, item.id, item.title), _value(value), item.is_duration) for item, value in given
    )
    return ", ".join(f"{title} = {value}{' days' * is_duration}" for title, value, is_duration in named)


def _value(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else clean(value)
