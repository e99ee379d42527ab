"""The report of a sweep: what will be played, and what has come of it."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from negosim.experiments.inputs import Input
from negosim.experiments.store.manifest import Manifest, value_at
from negosim.experiments.sweep.result import Forecast, SweepSummary
from negosim.report.layout import Section, add, table
from negosim.report.metric_words import metric_words
from negosim.report.prose import prose, show_section
from negosim.report.results_short import print_short
from negosim.report.screen import changed, input_title
from negosim.report.writing import UNKNOWN, clean, counted, listed

_MOST_VALUES = 6
_WAYS = {"lhs": "a Latin hypercube", "sobol": "a scrambled Sobol sequence"}


def print_forecast(
    header: Manifest, forecast: Forecast, workers: int, console: Console, *, on_a_cluster: bool = False
) -> None:
    """Print a design and what it will take."""
    prose(console, clean(header.title), "bold")
    for line in changed(header.labels, header.variant, header.set):
        prose(console, line, hanging=2)
    replications = int(header.design.get("replications", 1))
    each = counted(header.trials // replications, "trial")
    often = f", {counted(replications, 'replication')} each" if replications > 1 else ""
    prose(console, f"{counted(forecast.points, 'point')} of {each}{often}: {forecast.trials:,} histories.")
    prose(console, f"Counted: {listed([metric_words(name, header.labels) for name in header.metrics])}.")
    show_section(console, _inputs(header))
    console.print()
    prose(console, _taken(forecast, workers, on_a_cluster))
    prose(console, "Nothing was played but a few histories of some points.", "dim")


def print_sweep(found: SweepSummary, out: Path, console: Console) -> None:
    """Print what has come of a sweep on one screen.

    Parameters
    ----------
    out : the directory that it was written to.
    """

    def after(where: Console) -> None:
        if found.spread:
            show_section(where, _replications(found))
        where.print()
        prose(where, f"Next: negosim results {out} --full prints every point, --export FILE writes them", hanging=2)
        prose(where, f"{counted(found.played, 'part')} played in {duration(found.seconds)}. Written: {out}", "dim")

    print_short(found.table, found.progress, found.damaged, console, after=after)


def _replications(found: SweepSummary) -> Section:
    """Return how far chance moves the metrics, next to how far the inputs do."""
    header = found.table.manifest
    number = int(header.design["replications"])
    words = (
        f"Every point was played {number} times with other draws, {counted(header.trials // number, 'trial')} each. "
        "Standard deviations: between points is what the inputs do (and a little chance), between the replications of "
        "a point is chance alone."
    )
    grid = table("Metric", "Between points", "Between replications")
    for name, spread in found.spread.items():
        add(grid, metric_words(name, header.labels), _deviation(spread.points), _deviation(spread.replications))
    return Section("Replications", words, [grid])


def _deviation(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.3g}"


def duration(seconds: float) -> str:
    """Write a length of time.

    >>> duration(0.4), duration(75), duration(7300)
    ('less than a second', '75 seconds', '2.0 hours')
    """
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return counted(round(seconds), "second")
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def _taken(forecast: Forecast, workers: int, on_a_cluster: bool) -> str:
    if forecast.seconds is None or forecast.size is None:
        return "How long it takes cannot be said: every point that was tried is refused."
    place = "of a cluster like this machine" if on_a_cluster else "on this machine"
    size = f"{forecast.size / 1e6:.1f} MB" if forecast.size > 5e4 else f"{forecast.size / 1e3:.1f} kB"
    about = f"About {duration(forecast.seconds)}" if forecast.seconds >= 1 else "Less than a second"
    files = counted(forecast.files, "file")
    return f"{about} with {counted(workers, 'worker')} {place}, and about {size} on the disk in {files}."


def _inputs(header: Manifest) -> Section:
    grid = table("Input", "Values")
    for column in header.columns:
        add(grid, input_title(header.labels, column.id, column.title), _values(header, column))
    return Section("What varies", _words(header), [grid])


def _words(header: Manifest) -> str:
    parts = []
    vary, drawn = header.design.get("vary"), header.design.get("sample")
    if vary:
        parts.append("every combination of the values given")
    if drawn:
        parts.append(f"{drawn['points']:,} points of {_WAYS[drawn['method']]}, seed {drawn['seed']}")
    words = ", each with ".join(parts)
    related = (drawn or {}).get("correlations", [])
    pairs = [f"{clean(item['between'][0])} and {clean(item['between'][1])} {item['rank']:g}" for item in related]
    return f"{words[:1].upper()}{words[1:]}." + (f" Rank correlations: {listed(pairs)}." if pairs else "")


def _values(header: Manifest, column: Input) -> str:
    values = header.settings.values(column.path)
    if len(values) <= _MOST_VALUES:
        return clean(", ".join(map(str, values)))
    numbers = [value_at(column, {column.path: value}) for value in values]
    if all(isinstance(value, int | float) for value in numbers):
        unit = " days" if column.is_duration else ""
        return f"{len(values):,} values, {min(numbers):.3g} to {max(numbers):.3g}{unit}"
    return f"{len(values):,} values"
