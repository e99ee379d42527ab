"""The report of ``negosim uncertainty``: the two uncertainties of every answer, and how far they have settled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from negosim.experiments.uncertainty.result import Apart, Parts, Uncertainty
from negosim.report.layout import Section, add, table
from negosim.report.metric_words import metric_words
from negosim.report.prose import prose, show_section
from negosim.report.screen import changes
from negosim.report.writing import UNKNOWN, clean, counted, long_date, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import labels

_CAPTION = (
    "Monte-Carlo: the 95 % interval of the mean, which more points and trials would make narrower. Over your input "
    "ranges: where nine in ten answers lie as the uncertain inputs move over their declared ranges, the Monte-Carlo "
    "error taken off; no number of trials makes it narrower."
)
UNVARIED = (
    "Nothing varies: no input of this scenario is uncertain, so that all of the uncertainty is Monte-Carlo error."
)
"""What is said of a scenario without uncertain inputs."""

_MOST_FAILED = 3


def print_uncertainty(found: Uncertainty, console: Console) -> None:
    """Print how sure the answers of a scenario are, and why not surer."""
    scenario = found.scenario
    prose(console, clean(scenario.file.title), "bold")
    for line in changes(scenario):
        prose(console, line, hanging=2)
    prose(console, _played(found))
    if not found.inputs:
        console.print()
        prose(console, UNVARIED)
    caption = _CAPTION if found.inputs else "With 95 % interval, which is Monte-Carlo error only."
    show_section(console, Section("How sure each answer is", caption, []))
    sources = {name: source.title for name, source in scenario.file.sources.items()}
    for answer in found.answers:
        console.print()
        prose(console, title_of(found, answer), "bold", indent=2)
        prose(console, sentence(answer, varies=bool(found.inputs)), indent=2)
        for item in answer.benchmarks:
            prose(console, _published(item, sources), indent=2, hanging=2)
    if found.inputs:
        show_section(console, _spread(found))
        show_section(console, _convergence(found))
    for place, reason in found.failed[:_MOST_FAILED]:
        prose(console, f"Point {place} could not be played: {clean(reason)}")
    if len(found.failed) > _MOST_FAILED:
        prose(console, f"{counted(len(found.failed), 'point')} in all could not be played and are left out.")
    console.print()
    prose(console, f"Seed {found.seed}, {made_by(origin())}, {found.seconds:.1f} seconds", "dim")


def _played(found: Uncertainty) -> str:
    if not found.inputs:
        return f"{counted(found.points * found.trials, 'trial')}."
    return (
        f"{counted(found.points, 'draw')} of {counted(len(found.inputs), 'uncertain input')} (Latin hypercube), "
        f"{counted(found.trials, 'trial')} at each with the inputs held fixed."
    )


def title_of(found: Uncertainty, answer: Apart) -> str:
    """Return what an answer is called."""
    return metric_words(answer.metric, labels(found.scenario.file))


def sentence(answer: Apart, *, varies: bool = True) -> str:
    """Return what is known of an answer: its value, and both uncertainties by name."""
    parts, noun = answer.full, "share" if answer.is_share else "mean"
    if parts.value is None:
        return f"{noun} {UNKNOWN}: nothing to count in any point."
    digits = _digits(parts)
    start = f"{noun} {_with_error(parts, digits)} (Monte-Carlo)"
    if not varies:
        return f"{start}."
    if parts.range_low is None or parts.range_high is None:
        return f"{start}; too few points have anything to count to tell what the inputs do."
    if parts.value in (0, 1) and not parts.between:
        return f"{start}; the same at every point, so that no effect of the inputs is seen."
    if parts.is_rare:
        return (
            f"{start}; too rare for the part of the inputs to be seen ({parts.cases:.2g} cases a point on average): "
            "take more trials a point."
        )
    spread = f"{parts.range_low:.{digits}f} to {parts.range_high:.{digits}f} over your input ranges (90 %)"
    if parts.is_seen:
        return f"{start}; {spread}."
    most = f"{parts.at_most:.{digits}f}"
    return (
        f"{start}; the effect of the inputs does not stand out from Monte-Carlo noise here (its standard deviation "
        f"over the inputs is at most {most}, 95 %): more trials a point would show it."
    )


def _with_error(parts: Parts, digits: int) -> str:
    if parts.value is None or parts.low is None or parts.high is None:
        return UNKNOWN if parts.value is None else f"{parts.value:.{digits}f}, no interval"
    if not math.isclose(parts.high - parts.value, parts.value - parts.low, rel_tol=1e-6, abs_tol=1e-12):
        digits += parts.value > 0
        return f"{parts.value:.{digits}f}, {parts.low:.{digits}f} to {parts.high:.{digits}f}"
    return f"{parts.value:.{digits}f} ± {(parts.high - parts.low) / 2:.{digits}f}"


def _digits(parts: Parts) -> int:
    """Return the decimals that show the Monte-Carlo error with one digit; of what is below ten at least two."""
    if parts.low is None or parts.high is None or parts.high <= parts.low:
        return 2
    half = (parts.high - parts.low) / 2
    least = 2 if parts.value is not None and abs(parts.value) < 10 else 0
    return min(max(-math.floor(math.log10(half)), least), 6)


def _published(item: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    source = item["source"] or "source not named"
    when = f"on {long_date(item['on'])}" if item["on"] else "undated"
    note = f"; {clean(item['note'])}" if item["note"] else ""
    return f"published: {item['p']:g}, {clean(sources.get(source) or source)}, {when}{note}"


def _spread(found: Uncertainty) -> Section:
    grid = table("", "All", "Inputs", "Monte-Carlo", "Due to inputs", fixed=(1, 2, 3, 4), right=(1, 2, 3, 4))
    for answer in found.answers:
        parts = answer.full
        if parts.range_low is not None:
            add(
                grid,
                title_of(found, answer),
                *map(_plain, (parts.between, parts.inputs, parts.monte_carlo)),
                _part(parts),
            )
    caption = (
        "Standard deviation of the answers of the points; what of it is left for the inputs once Monte-Carlo error is "
        "taken off (from its square); Monte-Carlo error within a point; and the part of the variance due to inputs."
    )
    return Section("Where the spread between points comes from", caption, [grid] if grid.row_count else [])


def _plain(variance: float) -> str:
    return f"{math.sqrt(variance):.3g}"


def _part(parts: Parts) -> str:
    if not parts.between:
        return "no spread"
    return f"{100 * parts.inputs / parts.between:.0f} %" if parts.is_seen else "not seen"


def _convergence(found: Uncertainty) -> Section:
    grid: Table = table("", "Half of the points", "All points", fixed=(1, 2))
    for answer in found.answers:
        if answer.full.range_low is not None:
            digits = _digits(answer.full)
            add(grid, title_of(found, answer), _range(answer.half, digits), _range(answer.full, digits))
    caption = "The range over the inputs (90 %): where the two columns differ much, take more points."
    return Section("Whether it has settled", caption, [grid] if grid.row_count else [])


def _range(parts: Parts, digits: int) -> str:
    if parts.range_low is None or parts.range_high is None:
        return UNKNOWN
    span = f"{parts.range_low:.{digits}f} to {parts.range_high:.{digits}f}"
    return span if parts.is_seen or not parts.between else f"{span} (not seen)"
