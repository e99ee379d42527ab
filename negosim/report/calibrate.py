"""The report of ``negosim calibrate``: whether the targets are met, by which values, and how flat the fit is."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from negosim.experiments.calibrate.result import MET, Calibration, Fit, Moved
from negosim.experiments.result import Estimate
from negosim.report.layout import Section, add, stacked, table
from negosim.report.metric_words import is_share, metric_words
from negosim.report.prose import prose, show_section
from negosim.report.screen import input_title, print_fitting, print_head
from negosim.report.writing import UNKNOWN, clean, counted, known, listed, made_by, share_text, share_with_error
from negosim.results.build_identity import origin
from negosim.results.labels import labels

_END = 1e-3
"""A value this near to an end of its range, as a part of the range, is at it."""

_WIDE = 0.5
"""A range of near-best values at least this part of the allowed range leaves the input nearly open."""

_MEANING = (
    "A fit says what these inputs would have to be for the answers to come out so, the rest being as it is. It does "
    "not say that they are so."
)


def print_calibration(found: Calibration, console: Console, *, full: bool = False) -> None:
    """Print what a calibration has found.

    Parameters
    ----------
    found : as `negosim.experiments.calibrate.calibrate.calibrate` returns it.
    console : where to print; reads well from 80 columns, with or without colour.
    full : whether to print every target and every input, and not only those for which one screen has room.
    """
    found = _named(found)
    if full:
        _print(found, console, None)
    else:
        most = max(len(found.fits), len(found.moved))
        print_fitting(console, range(most, 0, -1), lambda where, rows: _print(found, where, rows))


def _named(found: Calibration) -> Calibration:
    """Return a calibration whose targets and inputs have words for titles."""
    file = found.scenario.file
    words = labels(file)
    fits = (
        replace(fit, title=metric_words(fit.metric, words)) if fit.title == fit.metric else fit for fit in found.fits
    )
    moved = (replace(item, title=input_title(words, item.path, item.title)) for item in found.moved)
    return replace(found, fits=tuple(fits), moved=tuple(moved))


def _print(found: Calibration, console: Console, most: int | None) -> None:
    """Print a calibration with so many targets and inputs at most, or with all."""
    print_head(console, found.scenario, f"{counted(found.trials, 'history', 'histories')} at each setting")
    console.print()
    prose(console, " ".join(verdict(found)))
    show_section(console, _targets(found) if most is None else _targets_in_rows(found, most))
    show_section(console, _inputs(found, most))
    show_section(console, Section("How flat it is", " ".join(flatness(found)), []))
    console.print()
    prose(console, _MEANING)
    left = max(len(found.fits), len(found.moved)) - (most or max(len(found.fits), len(found.moved)))
    if left > 0:
        prose(console, f"Not all is shown: {left} more of the targets or inputs, see --full.")
    console.print()
    size = f"{counted(len(found.looked), 'setting')} looked at"
    seeds = f"seed {found.seed}; check with seed {found.fresh_seed}"
    prose(console, f"{size}, {seeds}; {made_by(origin())}; {found.seconds:.1f} seconds", "dim")


def verdict(found: Calibration) -> list[str]:
    """Return in words whether the targets are met, and how near the others come."""
    met, missed = [fit for fit in found.fits if fit.is_met], [fit for fit in found.fits if not fit.is_met]
    sentences = []
    if met:
        sentences.append(f"Met within {100 * MET:g} point{_of_means(met)}: {listed([_quoted(fit) for fit in met])}.")
    sentences += [_missed(fit, found) for fit in missed]
    for fit in met:
        low, high = fit.fresh.low, fit.fresh.high
        if low is not None and high is not None and not round(low, 3) <= fit.wanted <= round(high, 3):
            sentences.append(
                f"On draws that the search has not seen, {_quoted(fit)} is {_bounded(fit, fit.fresh)}, which does not "
                "hold the target: fit again with more trials."
            )
    fixed = [item.title for item in found.moved if item.was_uncertain]
    if fixed:
        sentences.append(
            f"{listed([clean(title) for title in fixed])} {'was' if len(fixed) == 1 else 'were'} uncertain; the fit "
            "has a single value in place of the distribution."
        )
    return sentences


def _quoted(fit: Fit) -> str:
    return f'"{clean(fit.title)}"'


def _of_means(fits: list[Fit]) -> str:
    return " (of a mean: within one per cent of the target)" if any(fit.wanted > 1 for fit in fits) else ""


def _missed(fit: Fit, found: Calibration) -> str:
    where = listed([f"{clean(item.title)} = {_value(item.value, item)}{_at_end(item)}" for item in found.moved])
    start = f"{_quoted(fit)}: {_written(fit, fit.wanted)} is out of reach."
    if fit.least is not None and fit.least == fit.largest:
        return f"{start} It is {_bounded(fit, fit.fitted)} at all settings looked at: these inputs do not move it."
    best = "The nearest" if len(found.moved) == 1 else "The nearest found"
    words = f"{start} {best} is {_bounded(fit, fit.fitted)}, at {where}."
    if fit.least is None or fit.largest is None:
        return words
    ends = f"{_written(fit, fit.least)} to {_written(fit, fit.largest)}{_about(fit)}"
    words += f" Over all settings looked at it goes from {ends}."
    if not fit.least <= fit.wanted <= fit.largest:
        return f"{words} Other inputs or wider ranges would be needed."
    if len(found.fits) > 1:
        return f"{words} No setting was found that meets it together with the other targets."
    return f"{words} The answer jumps over the target."


def _at_end(item: Moved) -> str:
    width = item.high - item.low
    if item.value - item.low <= _END * width:
        return " (the lower end of its range)"
    return " (the upper end of its range)" if item.high - item.value <= _END * width else ""


def flatness(found: Calibration) -> list[str]:
    """Return in words how far the inputs can move while the answers stay within one standard error."""
    about = "the targets" if found.is_met else "the nearest answers"
    if len(found.moved) == 1:
        return [_flat_one(found.moved[0], about)]
    sentences = [
        f"{counted(found.near, 'setting')} of the {len(found.looked)} looked at "
        f"{'lies' if found.near == 1 else 'lie'} within one standard error of {about}; the last column of the inputs "
        "gives their spread (the search gathers near the fit, so their number says little)."
    ]
    if found.ridge is None:
        return [*sentences, "No direction is flat: the answers tell any change of these inputs apart."]
    first, last = found.ridge.first, found.ridge.last
    changed = [item for item in found.moved if abs(last[item.path] - first[item.path]) > _END * (item.high - item.low)]
    if not changed:
        return [*sentences, "The slopes point to a flat direction, but it bends too soon to be followed in a line."]
    ends = [
        listed([f"{clean(item.title)} = {_value(end[item.path], item)}" for item in changed]) for end in (first, last)
    ]
    rises = listed([clean(item.title) for item in changed if last[item.path] > first[item.path]])
    falls = listed([clean(item.title) for item in changed if last[item.path] < first[item.path]])
    how = f"as {rises} rises and {falls} falls" if rises and falls else f"as {rises or falls} changes"
    held = " (the rest as in the fit)" if len(changed) < len(found.moved) else ""
    return [*sentences, f"The fit is flat {how}: from {ends[0]} to {ends[1]}{held} the answers stay within it."]


def _flat_one(item: Moved, about: str) -> str:
    if item.near_low is None or item.near_high is None:
        return "There is no telling: the answers have no interval."
    ends = f"{_value(item.near_low, item)} to {_value(item.near_high, item)}"
    part = (item.near_high - item.near_low) / (item.high - item.low)
    words = (
        f"Any value from about {ends} answers within one standard error of {about}: {100 * part:.0f} % of the range."
    )
    return f"{words} The answers hardly tell which." if part >= _WIDE else words


def _targets_in_rows(found: Calibration, most: int) -> Section:
    """Return a row for each target."""
    grid = table("", "Wanted", "As it is", "The fit", "Fresh draws", fixed=(1, 2, 3, 4))
    grid.box = None
    for fit in found.fits[:most]:
        add(grid, clean(fit.title), *_row(fit))
    caption = f"±: Monte-Carlo error (95 %). Fresh draws: seed {found.fresh_seed}, which the search has not seen."
    return Section("The targets", caption, [grid])


def _row(fit: Fit) -> list[str]:
    """Return what is wanted, what the scenario answers, and what the fit does, of shares in per cent."""
    answers = (fit.present, fit.fitted, fit.fresh)
    if not is_share(fit.metric):
        return [_number(fit.wanted), *(_bounded(fit, one) for one in answers)]
    shares = [{"p": one.value, "low": one.low, "high": one.high} if known(one.value) else None for one in answers]
    return [f"{100 * fit.wanted:.3g} %", *(share_with_error(share) if share else UNKNOWN for share in shares)]


def _targets(found: Calibration) -> Section:
    blocks: list[list[Table | Text]] = []
    for fit in found.fits:
        grid = table("", "", fixed=(0, 1))
        add(grid, "wanted", _written(fit, fit.wanted))
        add(grid, "the scenario as it is", _bounded(fit, fit.present))
        add(grid, f"the fit, seed {found.seed}", _bounded(fit, fit.fitted))
        add(grid, f"the fit, seed {found.fresh_seed}", _bounded(fit, fit.fresh))
        blocks.append([Text(clean(fit.title), style="bold"), grid])
    caption = (
        f"With 95 % interval, which is Monte-Carlo error only. The search has seen the draws of seed {found.seed}; "
        f"that of seed {found.fresh_seed} is the fairer check."
    )
    return Section("The targets", caption, stacked(blocks))


def _inputs(found: Calibration, most: int | None) -> Section:
    grid = table("Input", "Range", "Before", "Fit", "Within one SE", fixed=(1, 2, 3, 4))
    for item in found.moved[:most]:
        seen = item.near_low is not None and item.near_high is not None
        spread = f"{_value(item.near_low, item)} to {_value(item.near_high, item)}" if seen else UNKNOWN
        ends = f"{_value(item.low, item)} to {_value(item.high, item)}"
        before = f"{_value(item.present, item)}{' *' if item.was_uncertain else ''}"
        add(grid, clean(item.title), ends, before, _value(item.value, item), spread)
    caption = "SE: one standard error of the answers (Monte-Carlo)."
    if any(item.was_uncertain for item in found.moved):
        caption += " * the median of the distribution that the scenario draws from."
    if any(isinstance(item.written, str) for item in found.moved):
        caption += " d: days."
    return Section("The inputs", caption, [grid])


def _bounded(fit: Fit, found: Estimate) -> str:
    """Return an answer with its 95 % interval, a share in per cent."""
    if is_share(fit.metric):
        return share_text({"p": found.value, "low": found.low, "high": found.high})
    if found.value is None:
        return UNKNOWN
    if found.low is None or found.high is None:
        return f"{_number(found.value)} (no interval)"
    return f"{_number(found.value)} ({_number(found.low)} to {_number(found.high)})"


def _written(fit: Fit, value: float) -> str:
    """Return an answer without an interval: one that is wanted, or an end of those looked at."""
    return f"{100 * value:.1f} %" if is_share(fit.metric) else _number(value)


def _about(fit: Fit) -> str:
    """Return how sure the ends of the answers looked at are, of shares: about as sure as the fit."""
    found = fit.fitted
    if not is_share(fit.metric) or found.value is None or found.low is None or found.high is None:
        return ""
    return f", each about ±{100 * max(found.high - found.value, found.value - found.low):.1f}"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def _value(value: float | None, item: Moved) -> str:
    if value is None:
        return UNKNOWN
    digits = 3 if value != item.value else 4
    return f"{value:.{digits}g} d" if isinstance(item.written, str) else f"{value:.{digits}g}"
