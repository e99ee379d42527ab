"""The results of a sweep on one screen: how far the answers lie apart, and the first points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.result import MetricEnds, Progress, SweepRow, SweepTable
from negosim.report.column_words import wrapped
from negosim.report.layout import GAP, INDENT, add, table
from negosim.report.metric_words import Words, estimate_text, metric_words
from negosim.report.paths import amount
from negosim.report.prose import prose, show
from negosim.report.results import state_of
from negosim.report.screen import changed, input_title, print_fitting
from negosim.report.text_words import brief, shortened_to
from negosim.report.writing import UNKNOWN, clean, counted, listed, made_by, share_with_error

_ROWS = 12
"""Points that are shown at most; fewer where the screen is full."""

_ANSWERS = 14
"""Metrics that are shown at most."""

_TITLE = 52
_NAMED = 3
"""Inputs and unmoved metrics that are named."""

_HASH = 12

_HEAD, _HEAD_LINES = 15, 5
"""Characters and lines of the head of a column of points."""

_WHOLE = 0.005
"""Monte-Carlo error from which on shares are whole per cents."""


def print_short(
    shown: SweepTable,
    progress: Progress,
    damaged: Mapping[str, str],
    console: Console,
    *,
    after: Callable[[Console], None] = lambda console: None,
) -> None:
    """Print the results of a sweep on one screen.

    Parameters
    ----------
    shown : the points to show, in their order.
    progress : how far the sweep is.
    damaged : what is wrong with part files.
    console : where to print; reads well from 80 columns, with or without colour.
    after : prints what follows.
    """
    ends = shown.ends()
    moving = [name for name, found in ends.items() if found.greatest > found.least]
    many, failed = len(shown), tuple(shown.where("status = failed").first(1))
    rows, answers = min(_ROWS, many), min(_ANSWERS, len(ends))
    first = tuple(shown.first(rows))
    sizes = [(some, rows) for some in range(answers, 0, -1)] + [(min(answers, 6), few) for few in range(rows, -1, -1)]

    def draw(where: Console, at: int) -> None:
        _print_head(shown, progress, failed, damaged, where)
        _print_ends(shown, ends, moving, where, sizes[at][0])
        _print_points(shown, first[: sizes[at][1]], many, moving, where)
        after(where)
        print_made(shown.manifest, where)

    print_fitting(console, range(len(sizes)), draw)


def _print_head(
    shown: SweepTable, progress: Progress, failed: Sequence[SweepRow], damaged: Mapping[str, str], console: Console
) -> None:
    header = shown.manifest
    prose(console, clean(header.title), "bold")
    for line in changed(header.labels, header.variant, header.set):
        prose(console, line, hanging=2)
    prose(console, state_of(shown, progress))
    prose(console, f"Varied: {_varied(header)}.", hanging=2)
    for row in failed:
        prose(console, f"Point {row.point} failed: {clean(row.message or '')} (--full names all)", hanging=2)
    if damaged:
        prose(console, f"{counted(len(damaged), 'damaged file')}: counted as missing; --full names them.")


def _varied(header: Manifest) -> str:
    titles = [input_title(header.labels, column.id, column.title) for column in header.columns]
    more = [f"{len(titles) - _NAMED:,} more"] if len(titles) > _NAMED else []
    return listed([*(brief(title, _TITLE) for title in titles[:_NAMED]), *more]) if titles else "nothing"


def _print_ends(
    shown: SweepTable,
    ends: Mapping[str, MetricEnds],
    moving: Sequence[str],
    console: Console,
    answers: int,
) -> None:
    """Print how far apart the answers of the points lie, and how much of that luck may be."""
    named = shown.manifest.labels
    still = [name for name, found in ends.items() if found.greatest == found.least]
    if moving:
        grid = table("Over the points", "Lowest", "Highest", "Luck", fixed=(1, 2, 3))
        grid.box = None
        is_share = dict(zip(shown.manifest.metrics, shown.manifest.is_share, strict=True))
        for name in moving[:answers]:
            _add(grid, brief(metric_words(name, named), _TITLE), ends[name], is_share=is_share[name])
        console.print()
        show(console, grid)
    for line in _said(moving, still, answers, named):
        prose(console, line, "dim", indent=INDENT, hanging=INDENT)


def _add(grid: Table, title: str, found: MetricEnds, *, is_share: bool) -> None:
    values = (found.least, found.greatest, found.error)
    if is_share:
        decimals = 0 if found.error >= _WHOLE else 1
        least, greatest, error = (f"{100 * value:.{decimals}f}" for value in values)
        least, greatest = f"{least} %", f"{greatest} %"
    else:
        least, greatest, error = map(amount, values)
    add(grid, title, least, greatest, f"±{error}", inset=INDENT)


def _said(moving: Sequence[str], still: Sequence[str], answers: int, named: Words) -> Iterator[str]:
    if len(moving) > answers:
        yield f"And {counted(len(moving) - answers, 'answer')} more: see --full."
    if still:
        more = [f"{len(still) - _NAMED} more"] if len(still) > _NAMED else []
        titles = [metric_words(name, named) for name in still[:_NAMED]]
        yield f"The same at every point: {listed([*titles, *more])}."
    if moving:
        yield (
            "Luck: Monte-Carlo error (95 %) of a point, at most. It is a part of the spread between points, which "
            "negosim uncertainty takes off."
        )


def _print_points(
    shown: SweepTable, first: Sequence[SweepRow], many: int, moving: Sequence[str], console: Console
) -> None:
    """Print the first of many points: their settings where these are few, and the first answers that move."""
    if not many:
        console.print()
        prose(console, "No point meets the conditions.")
        return
    if not first:
        return
    header = shown.manifest
    columns = header.columns if len(header.columns) <= _NAMED else ()
    room = (console.width - len("  Point") - GAP) // (_HEAD + GAP) - len(columns)
    names = list(moving or header.metrics)[: max(room, 1)]
    titles = [input_title(header.labels, column.id, column.title) for column in columns]
    titles += [metric_words(name, header.labels) for name in names]
    heads = [wrapped(title, _HEAD, _HEAD_LINES) for title in titles]
    grid = table("Point", *heads, fixed=range(1 + len(heads)), right=[0])
    grid.box = None
    is_share = dict(zip(header.metrics, header.is_share, strict=True))
    for row in first:
        values = [_setting(row.values[column.id], days=column.is_duration) for column in columns]
        add(
            grid,
            str(row.point),
            *values,
            *(_answer(row, name, is_share=is_share[name]) for name in names),
            inset=INDENT,
        )
    console.print()
    show(console, grid)
    if many > len(first):
        most = f"The first {len(first)} of {counted(many, 'point')}; --sort -METRIC puts the highest first."
        prose(console, most, "dim", indent=INDENT)


def _setting(value: object, *, days: bool) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return amount(float(value), days=days)
    return "-" if value is None else shortened_to(clean(value), _HEAD)


def _answer(row: SweepRow, name: str, *, is_share: bool) -> str:
    found = row.estimates.get(name)
    if found is None or found.value is None or not row.trials:
        return row.status if row.status != "complete" else UNKNOWN
    if is_share:
        return share_with_error({"p": found.value, "low": found.low, "high": found.high})
    return estimate_text(found, is_share=False)


def print_next(console: Console) -> None:
    """Print what to type next where a store was read."""
    console.print()
    prose(console, "Next: --full prints every point, --where and --sort choose, --export FILE writes them", hanging=2)


def print_made(header: Manifest, console: Console) -> None:
    """Print what played it, as the last line."""
    made = made_by({"negosim": header.negosim, "build": header.build})
    prose(console, f"Scenario {clean(header.scenario)[:_HASH]}, seed {header.seed}, {made}", "dim")
