"""``negosim run``: play a scenario and say what comes of it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negosim.cli.answers import command_line
from negosim.cli.numbers import Count
from negosim.cli.options import (
    as_typed,
    file_argument,
    run_budget_option,
    seed_option,
    set_option,
    trials_option,
    variant_option,
)
from negosim.cli.output import print_json

if TYPE_CHECKING:
    from negosim.api import Result
    from negosim.scenario.load import Scenario

_WORTH_STARTING = 3_000
"""Trials from which a run is worth the time that other processes take to start."""

_IN_PROCESSES = ("negosim.cli", "negosim.experiments.blocks")
"""What those import: the command, which each of them finds as its main module, and what they play with."""

_MOST_KEPT = 200_000
"""Trials of which a run with figures keeps each: what moves the answer is read off them."""

_LONG = 20_000
"""Trials from which a progress bar is worth its line."""


@click.command("run")
@file_argument
@trials_option
@seed_option
@variant_option
@set_option
@click.option("--full", is_flag=True, help="Say everything: all dates, terms, refusals, states over time.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
@click.option("--out", type=click.Path(file_okay=False), help="Write summary.json and the trials into a directory.")
@click.option("--plots", type=click.Path(file_okay=False), help="Write figures into a directory, as SVG and PNG.")
@click.option("--baselines", is_flag=True, help="Say what simpler models make of the terms, issue by issue.")
@click.option("--seal", type=click.Path(dir_okay=False), help="Seal the forecast in a new file, for verify and score.")
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@run_budget_option
def command(
    file: str,
    trials: int,
    seed: int,
    variant: str | None,
    settings: tuple[str, ...],
    full: bool,
    as_json: bool,
    out: str | None,
    plots: str | None,
    baselines: bool,
    seal: str | None,
    workers: int | None,
    budget: float,
) -> None:
    """Play thousands of histories of the scenario in FILE and say what comes of it.

    The same file, seed and number of trials give the same answer, whatever the number of workers.
    """
    from negosim.engine.collector import paused
    from negosim.engine.processes import default_workers, started

    workers = workers or (default_workers() if trials >= _WORTH_STARTING else 1)
    with started(workers, trials if trials >= _WORTH_STARTING else 0, _IN_PROCESSES):
        with paused():
            from negosim.scenario.load import load, parse_settings

            scenario = load(file, variant=variant, values=parse_settings(settings))
            from negosim.api import run

            gc.freeze()  # all of this stays to the end: nobody need look for garbage among it
        for directory in (out, plots):
            if directory is not None:
                Path(directory).mkdir(parents=True, exist_ok=True)
        if plots is not None:
            _require_figures(scenario, trials, budget)
        with _progress(trials) as progress:
            result = run(
                scenario,
                trials=trials,
                seed=seed,
                workers=workers,
                keep=plots is not None and trials <= _MOST_KEPT,
                out=out,
                seal=seal,
                baselines=baselines,
                progress=progress,
                budget=budget,
                command=command_line(),
            )
    figures = _figures(result, Path(plots)) if plots is not None else []
    summary = result.summary()
    if as_json:
        print_json(summary)
        return
    from rich.console import Console

    if full:
        from negosim.report.terminal import print_summary

        print_summary(summary, Console())
    else:
        from negosim.report.first_screen import print_first_screen

        print_first_screen(summary, Console(), as_typed(file))
    for path in (*result.written, *figures):
        click.echo(f"Written: {path}")
    if result.seal:
        click.echo(f"Seal: {result.seal}")


def _require_figures(scenario: Scenario, trials: int, budget: float) -> None:
    """Refuse before anything is played what cannot be drawn, or would take longer than the budget."""
    from negosim.cli.options import require_budget
    from negosim.experiments.dossier.dossier import settings_played, trials_moved
    from negosim.experiments.errors import LibraryError

    if find_spec("matplotlib") is None:
        raise LibraryError("figures need matplotlib: pip install 'negosim[plot]'")
    require_budget(scenario, trials_moved(trials), budget, settings=settings_played(scenario))


def _figures(result: Result, directory: Path) -> list[Path]:
    """Write the figures of a run; what has nothing to show is said on stderr."""
    from negosim.report.figures.files import write_figures
    from negosim.report.writing import clean

    return write_figures(
        result.plot, directory, lambda name, why: click.echo(f"No figure '{name}': {clean(why)}", err=True)
    )


@contextmanager
def _progress(trials: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on the terminal while a long run goes on."""
    if trials < _LONG or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    looks = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*looks, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=trials)
        yield lambda done: bar.advance(task, done)
