"""The two uncertainties of every answer on one screen, side by side and never as one number."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from negosim.experiments.result import Estimate
from negosim.experiments.uncertainty.result import Apart, Parts, Uncertainty
from negosim.report.layout import INDENT, add, table
from negosim.report.metric_words import estimate_text
from negosim.report.prose import prose, show
from negosim.report.screen import print_fitting, print_head
from negosim.report.text_words import brief
from negosim.report.uncertainty import UNVARIED, title_of
from negosim.report.writing import UNKNOWN, counted, known, listed, made_by, share_with_error
from negosim.results.build_identity import origin

_MOST = 24
"""Answers that are shown; fewer where the screen is full."""

_TITLE = 80
_MOVED = 0.1
"""How far an end of a range moves as the points are doubled, from which on it has not settled; of a mean, in parts."""

_NAMED = 2
"""Answers that are named in a sentence."""


def print_short(found: Uncertainty, console: Console) -> None:
    """Print how sure the answers of a scenario are on one screen.

    Parameters
    ----------
    found : as `negosim.experiments.uncertainty.uncertainty.uncertainty` returns it.
    console : where to print; reads well from 80 columns, with or without colour.
    """
    most = min(_MOST, len(found.answers))
    print_fitting(console, range(most, 0, -1), lambda where, rows: _print(found, where, rows))


def _print(found: Uncertainty, console: Console, rows: int) -> None:
    each = counted(found.trials, "history", "histories")
    if found.inputs:
        said = f"{counted(found.points, 'draw')} of {counted(len(found.inputs), 'uncertain input')}, {each} at each"
    else:
        said = counted(found.points * found.trials, "history", "histories")
    print_head(console, found.scenario, said)
    console.print()
    show(console, _table(found, rows))
    if len(found.answers) > rows:
        prose(console, f"And {counted(len(found.answers) - rows, 'answer')} more: see --full.", indent=INDENT)
    console.print()
    for line in _said(found) if found.inputs else [UNVARIED]:
        prose(console, f"- {line}", hanging=2)
    more = "Next: add --full for variances, half of the points and notes on what is published"
    prose(console, f"{more}; negosim sensitivity says which inputs matter" if found.inputs else more, hanging=2)
    prose(console, f"Seed {found.seed}, {made_by(origin())}", "dim")


def _table(found: Uncertainty, rows: int) -> Table:
    published = any(answer.benchmarks for answer in found.answers[:rows])
    heads = ["Answer", *(["Over the inputs"] if found.inputs else []), *(["Published"] if published else [])]
    grid = table("", *heads, fixed=range(1, len(heads) + 1))
    grid.box = None
    for answer in found.answers[:rows]:
        cells = [_answer(answer)]
        if found.inputs:
            cells.append(_range(answer))
        if published:
            cells.append(", ".join(f"{100 * item['p']:.0f} %" for item in answer.benchmarks))
        add(grid, brief(title_of(found, answer), _TITLE), *cells, inset=INDENT)
    return grid


def _answer(answer: Apart) -> str:
    parts = answer.full
    if not known(parts.value):
        return UNKNOWN
    if answer.is_share:
        return share_with_error({"p": parts.value, "low": parts.low, "high": parts.high})
    return estimate_text(Estimate(parts.value, parts.low, parts.high), is_share=False)


def _range(answer: Apart) -> str:
    """Return the range over the inputs, or that none is seen."""
    low, high = answer.full.range_low, answer.full.range_high
    if low is None or high is None or not answer.full.is_seen:
        return "not seen"
    if answer.is_share:
        decimals = 1 if high < 0.03 else 0
        return f"{100 * low:.{decimals}f} to {100 * high:.{decimals}f} %"
    return f"{low:,.3g} to {high:,.3g}"


def _said(found: Uncertainty) -> Iterator[str]:
    yield (
        "±: Monte-Carlo error (95 %), which more histories narrow. Over the inputs: where nine in ten answers lie as "
        "the inputs move over their ranges, that error taken off; no number of histories narrows it."
    )
    seen = [answer for answer in found.answers if _is_seen(answer.full)]
    wide = [answer for answer in seen if _half_range(answer.full) > _half_error(answer.full)]
    if seen:
        yield (
            f"In {len(wide)} of {counted(len(found.answers), 'answer')} the inputs outweigh luck: better inputs, not "
            "more histories, would narrow them."
        )
    if len(seen) < len(found.answers):
        yield "Not seen: too rare, or too small beside luck; more histories at each draw may show it."
    moved = [f'"{brief(title_of(found, answer), _TITLE)}"' for answer in seen if _has_moved(answer)]
    if moved:
        more = [f"{len(moved) - _NAMED} more"] if len(moved) > _NAMED else []
        yield f"Not settled: the range of {listed([*moved[:_NAMED], *more])} still moves; take more --points."
    if found.failed:
        yield f"Left out, since they could not be played: {counted(len(found.failed), 'draw')}."


def _is_seen(parts: Parts) -> bool:
    return parts.is_seen and parts.range_low is not None and parts.range_high is not None


def _half_range(parts: Parts) -> float:
    assert parts.range_low is not None and parts.range_high is not None
    return (parts.range_high - parts.range_low) / 2


def _half_error(parts: Parts) -> float:
    return (parts.high - parts.low) / 2 if parts.low is not None and parts.high is not None else 0.0


def _has_moved(answer: Apart) -> bool:
    """Tell whether half of the points would have shown another range."""
    half, full = answer.half, answer.full
    if half.range_low is None or half.range_high is None or full.range_low is None or full.range_high is None:
        return False
    scale = 1.0 if answer.is_share else max(abs(full.range_low), abs(full.range_high))
    return max(abs(half.range_low - full.range_low), abs(half.range_high - full.range_high)) > _MOVED * scale
