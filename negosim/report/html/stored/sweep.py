"""The report of a sweep: a heat map over two inputs, a line over one, dots over each of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from negosim.experiments.stored.result import Bounded, Point, Run, StoredSweep, SweptInput
from negosim.report.html.markup import Html, joined, tag
from negosim.report.html.phrases import error_of, interval_of_100, minus, of_100, quoted
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    estimate,
    hero,
    input_title,
    metric_title,
    provenance,
    rows_table,
    section,
    settings_words,
    titled,
)
from negosim.report.paths import amount
from negosim.report.writing import clean, counted, listed

Value = float | str | None

_STEPS = (0.005, 0.05, 0.15, 0.4, 0.7)
"""Shares from which a cell is one step darker."""

_MOST_METRICS, _MOST_INPUTS = 6, 6
"""Metrics that are drawn, and inputs over each of which one is."""

_MOST_CELLS = 60
"""Values of an input beyond which it is no axis of cells."""

_FULL = 0.5
"""Part of the cells of a grid that must be there for a heat map."""

_TICKS = 6
_MARGIN = 0.04


def sweep_page(found: StoredSweep) -> ResultPage:
    """Return the page of a sweep."""
    found = _named(found)
    drawn, design = Drawn(), found.design
    title = clean(design.title)
    varying = [item for item in design.factors if len({_key(point, item) for point in found.points}) > 1]
    names = [metric.name for metric in design.metrics]
    moved = _different(found, [name for name in names if _ends(found, name)])
    panels = [_panel(found, name, varying, drawn) for name in moved[:_MOST_METRICS]]
    still = [metric_title(name, found.design.labels) for name in names if not _ends(found, name)]
    twins = [metric_title(name, found.design.labels) for name in names if _ends(found, name) and name not in moved]
    notes = [
        f"Not drawn, as it is the same as another answer at every setting: {listed(twins)}." if twins else "",
        f"The same at every setting: {listed(still)}." if still else "",
        f"{counted(len(moved) - _MOST_METRICS, 'other answer')}: see the table." if len(moved) > _MOST_METRICS else "",
    ]
    sections = {
        "over": section(
            "Picture",
            _heading(varying),
            "All settings have the same random numbers, history by history: what differs is what the inputs do.",
            panels or tag("p", "No answer differs between the settings."),
            [tag("p", note, class_="note") for note in notes if note],
        ),
        "numbers": section("Numbers", "Every setting", _state(found), _table(found), _failed(found)),
        "made": provenance(
            _run(found),
            design.scenario,
            f"{counted(_settings(found), 'setting')} of {counted(design.trials, 'history', 'histories')}",
        ),
    }
    kicker = f"{title} · sweep{settings_words(design.variant, design.set, design.labels)}"
    first = hero(kicker, _headline(found, moved), [_deck(found, moved, varying)])
    return ResultPage(title, first, sections, drawn)


def _run(found: StoredSweep) -> Run:
    own = found.design
    return Run(negosim=own.negosim, build=own.build, command=own.command, trials=own.trials, seed=own.seed)


def _settings(found: StoredSweep) -> int:
    return found.settings if found.settings is not None else len(found.points)


def _named(found: StoredSweep) -> StoredSweep:
    """Return a sweep with every input called by its title, in words where it is only its path."""
    design = found.design
    factors = [
        item.model_copy(update={"title": input_title(item.id, item.title, design.labels)}) for item in design.factors
    ]
    return found.model_copy(update={"design": design.model_copy(update={"factors": factors})})


def _key(point: Point, item: SweptInput) -> Value:
    return point.values.get(item.id)


def _is_share(found: StoredSweep, metric: str) -> bool:
    return next(item.is_share for item in found.design.metrics if item.name == metric)


def _answered(found: StoredSweep, metric: str) -> list[tuple[Point, Bounded]]:
    return [
        (point, answer)
        for point in found.points
        if (answer := point.metrics.get(metric)) is not None and answer.value is not None
    ]


def _ends(found: StoredSweep, metric: str) -> tuple[tuple[Point, Bounded], tuple[Point, Bounded]] | None:
    """Return the settings at which a metric is least and largest; None where it is the same at all."""
    rows = sorted(_answered(found, metric), key=lambda row: row[1].value or 0.0)
    if len(rows) < 2 or rows[0][1].value == rows[-1][1].value:
        return None
    return rows[0], rows[-1]


def _different(found: StoredSweep, names: Sequence[str]) -> list[str]:
    """Return metrics without those that are at every setting what one before them is."""
    seen: dict[tuple[float | None, ...], str] = {}
    for name in names:
        seen.setdefault(tuple(answer.value for _, answer in _answered(found, name)), name)
    return list(seen.values())


# In words


def _headline(found: StoredSweep, moved: Sequence[str]) -> str:
    many = counted(_settings(found), "setting")
    if not moved:
        return f"Nothing that was counted differs over {many}"
    metric = max(moved, key=lambda name: _reach(found, name))
    ends = _ends(found, metric)
    assert ends is not None
    low, high = (_short(answer, share=_is_share(found, metric)) for _, answer in ends)
    unit = " of 100" if _is_share(found, metric) else ""
    return f"{metric_title(metric, found.design.labels)}: {low} to {high}{unit} over {many}"


def _reach(found: StoredSweep, metric: str) -> float:
    ends = _ends(found, metric)
    if ends is None or not _is_share(found, metric):
        return -1.0
    return (ends[1][1].value or 0.0) - (ends[0][1].value or 0.0)


def _deck(found: StoredSweep, moved: Sequence[str], varying: Sequence[SweptInput]) -> str:
    if not moved:
        return "No input moves any answer in the histories that were played."
    metric = max(moved, key=lambda name: _reach(found, name))
    ends = _ends(found, metric)
    assert ends is not None
    said = [
        f"{words} {estimate(answer, share=_is_share(found, metric))} at {_where(point, varying)}"
        for words, (point, answer) in zip(("Least:", "most:"), ends, strict=True)
    ]
    return (
        f"{'; '.join(said)}. In brackets: 95 % intervals, Monte-Carlo error only; of many settings the ends are "
        "further apart than the inputs alone bring them."
    )


def _where(point: Point, varying: Sequence[SweptInput]) -> str:
    return (
        listed([f"{quoted(item.title)} = {_written(_key(point, item), item)}" for item in varying[:4]]) or "its setting"
    )


def _short(answer: Bounded, *, share: bool) -> str:
    if answer.value is None:
        return "–"
    return of_100(answer.value) if share else minus(amount(answer.value))


def _written(value: Value, item: SweptInput) -> str:
    if isinstance(value, float):
        return minus(amount(value, days=item.is_duration))
    return "as written" if value is None else clean(value)[:40]


def _heading(varying: Sequence[SweptInput]) -> str:
    titles = [quoted(item.title) for item in varying]
    if not titles:
        return "What was counted"
    joined_titles = listed(titles)
    return f"Over {joined_titles}" if len(joined_titles) < 80 else f"Over {len(titles)} inputs"


def _state(found: StoredSweep) -> str:
    done = found.progress
    if done.done >= done.parts:
        return "Complete. Shares and means with 95 % interval."
    return f"Not complete: {done.done:,} of {counted(done.parts, 'part')} done. Shares and means with 95 % interval."


# Charts


def _panel(found: StoredSweep, metric: str, varying: Sequence[SweptInput], drawn: Drawn) -> Html:
    share = _is_share(found, metric)
    title = f"{metric_title(metric, found.design.labels)}{', of 100' if share else ''}"
    rows = _answered(found, metric)
    if len(varying) == 2 and _is_grid(rows, varying):
        chart = _heat(rows, varying, title, drawn, share=share)
        return titled(title, chart, tag("p", _heat_note(rows, share=share), class_="note"))
    if len(varying) == 1:
        chart = _curve(rows, varying[0], title, drawn, slot="full", share=share, line=True)
        return titled(title, chart, tag("p", "Band: 95 % Monte-Carlo interval.", class_="note"))
    note = f"One dot a setting, over each of {counted(len(varying), 'input')} in turn; the others move as well."
    left = len(varying) - _MOST_INPUTS
    more = f" {counted(left, 'input')} more are in the table." if left > 0 else ""
    dots = [
        tag("div", _curve(rows, item, title, drawn, slot="third", share=share, line=False))
        for item in varying[:_MOST_INPUTS]
    ]
    return titled(
        title,
        tag("div", dots, class_="panels thirds"),
        tag("p", f"{note}{more} Thin lines: 95 % interval.", class_="note"),
    )


def _ordered(rows: Sequence[tuple[Point, Bounded]], item: SweptInput) -> list[Value]:
    values = list(dict.fromkeys(_key(point, item) for point, _ in rows))
    return sorted(
        values, key=lambda value: (isinstance(value, str), value if isinstance(value, float) else 0, str(value))
    )


def _is_grid(rows: Sequence[tuple[Point, Bounded]], varying: Sequence[SweptInput]) -> bool:
    across, up = (_ordered(rows, item) for item in varying)
    cells = {tuple(_key(point, item) for item in varying) for point, _ in rows}
    fits = max(len(across), len(up)) <= _MOST_CELLS
    return fits and len(cells) == len(rows) and len(rows) >= _FULL * len(across) * len(up)


def _heat(
    rows: Sequence[tuple[Point, Bounded]], varying: Sequence[SweptInput], title: str, drawn: Drawn, *, share: bool
) -> Html:
    first, second = varying
    across, up = _ordered(rows, first), _ordered(rows, second)[::-1]
    values = [answer.value for _, answer in rows if answer.value is not None]
    cells = []
    for point, answer in rows:
        interval = interval_of_100({"p": answer.value, "low": answer.low, "high": answer.high}) if share else ""
        cells.append(
            {
                "column": across.index(_key(point, first)),
                "row": up.index(_key(point, second)),
                "step": sum(_part(answer.value or 0.0, values, share=share) >= limit for limit in _STEPS),
                "text": _short(answer, share=share),
                "interval": interval,
            }
        )
    data = {
        "columns": [_written(value, first) for value in across],
        "rows": [_written(value, second) for value in up],
        "across": first.title,
        "up": second.title,
        "cells": cells,
    }
    ends = f"from {_short(_least(rows), share=share)} to {_short(_most(rows), share=share)}"
    return drawn.add("heat", data, f"{title}: {ends} over {first.title} and {second.title}.")


def _least(rows: Sequence[tuple[Point, Bounded]]) -> Bounded:
    return min((answer for _, answer in rows), key=lambda answer: answer.value or 0.0)


def _most(rows: Sequence[tuple[Point, Bounded]]) -> Bounded:
    return max((answer for _, answer in rows), key=lambda answer: answer.value or 0.0)


def _part(value: float, values: Sequence[float], *, share: bool) -> float:
    """Return what decides how dark a cell is: a share, or where a mean lies between the least and the largest."""
    if share:
        return value
    low, high = min(values), max(values)
    return (value - low) / (high - low) if high > low else 0.5


def _heat_note(rows: Sequence[tuple[Point, Bounded]], *, share: bool) -> str:
    """Return how to read a heat map, with the widest interval: small cells have no room for theirs."""
    if not share:
        return "The stronger the shade, the more. The 95 % Monte-Carlo intervals are in the table."
    widest = max((error_of({"p": it.value, "low": it.low, "high": it.high}) for _, it in rows), default=0)
    steps = "Shades change at 0.5, 5, 15, 40 and 70 of 100."
    return f"{steps} 95 % Monte-Carlo intervals reach {widest} of 100 either way at most."


def _curve(
    rows: Sequence[tuple[Point, Bounded]],
    item: SweptInput,
    title: str,
    drawn: Drawn,
    *,
    slot: str,
    share: bool,
    line: bool,
) -> Html:
    """Return the place of a line with its band, or of dots, over one input."""
    order = _ordered(rows, item)
    numbers = [value for value in order if isinstance(value, float)]
    continuous = len(numbers) == len(order)
    at: dict[Value, float] = {value: float(place) for place, value in enumerate(order)}
    if continuous:
        at = {value: value for value in numbers}
    points = [
        {"x": at[_key(point, item)], "y": answer.value, "low": answer.low, "high": answer.high}
        for point, answer in sorted(rows, key=lambda row: at[_key(row[0], item)])
    ]
    low, high = _range(points, share=share)
    ticks = [order[place] for place in _thinned(len(order))] if not continuous or line else [order[0], order[-1]]
    data = {
        "slot": slot,
        "line": line and len(points) == len(order),
        "across": item.title,
        "x": _widened(min(at.values()), max(at.values())),
        "y": [low, high],
        "ticks": [{"at": at[value], "text": _written(value, item)} for value in ticks],
        "levels": [
            {"at": low + (high - low) * step / 4, "text": _level(low + (high - low) * step / 4, share=share)}
            for step in range(0, 5, 1 if slot == "full" else 2)
        ],
        "points": points,
    }
    ends = f"from {_short(_least(rows), share=share)} to {_short(_most(rows), share=share)}"
    return drawn.add("curve", data, f"{title}: {ends} over {item.title}.")


def _range(points: Sequence[dict[str, Any]], *, share: bool) -> tuple[float, float]:
    """Return the ends of the axis: of shares 0 and 1."""
    if share:
        return 0.0, 1.0
    values = [value for point in points for value in (point["y"], point["low"], point["high"]) if value is not None]
    return min(0.0, *values), max(values) if max(values) > min(0.0, *values) else min(values) + 1.0


def _widened(low: float, high: float) -> list[float]:
    margin = (high - low) * _MARGIN or 1.0
    return [low - margin, high + margin]


def _thinned(length: int) -> list[int]:
    count = min(length, _TICKS)
    return sorted({round(at * (length - 1) / max(count - 1, 1)) for at in range(count)})


def _level(value: float, *, share: bool) -> str:
    return f"{100 * value:.0f}" if share else minus(amount(value))


# Tables


def _table(found: StoredSweep) -> Html:
    design = found.design
    names = [metric.name for metric in design.metrics]
    heads = [
        "Setting",
        *(item.title for item in design.factors),
        *(metric_title(name, found.design.labels) for name in names),
    ]
    rows = [
        [
            str(point.point),
            *(_written(_key(point, item), item) for item in design.factors),
            *(estimate(point.metrics.get(name), share=_is_share(found, name)) for name in names),
        ]
        for point in found.points
    ]
    left = _settings(found) - len(found.points)
    more = tag("p", f"{left:,} settings more are in the sweep’s own folder.", class_="note") if left > 0 else None
    return joined(rows_table(heads, rows, caption="Every setting", hidden=False), more)


def _failed(found: StoredSweep) -> Html | None:
    failed = [point for point in found.points if point.status == "failed"]
    if not failed:
        return None
    items = [tag("li", f"{point.point}: {clean(point.message or '')}") for point in failed[:20]]
    more = tag("li", f"{len(failed) - 20:,} more") if len(failed) > 20 else None
    return joined(tag("h3", "Settings that failed", class_="chart-title"), tag("ul", items, more))
