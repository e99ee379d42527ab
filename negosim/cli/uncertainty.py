"""``negosim uncertainty``: Monte-Carlo error and the uncertainty of the inputs, apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, experiment_options, require_budget


@click.command("uncertainty")
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="What to ask; may be repeated.  [default: the agreements that can come, and all questions]",
)
@click.option("--points", type=Count(4, 1_000_000), default=100, show_default=True, help="Draws of the inputs.")
@click.option(
    "--trials",
    type=Count(2, MOST_TRIALS),
    default=200,
    show_default=True,
    help="Histories to play at each draw.",
)
@experiment_options
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@click.option("--full", is_flag=True, help="Print every table: variances, half of the points, what is published.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    file: str,
    metrics: tuple[str, ...],
    points: int,
    trials: int,
    seed: int,
    variant: str | None,
    settings: tuple[str, ...],
    workers: int | None,
    budget: float,
    full: bool,
    as_json: bool,
) -> None:
    """Tell how sure an answer of the scenario in FILE is: what more trials would mend, and what they would not.

    All uncertain inputs are drawn from their declared distributions and held fixed while histories are played; the
    Monte-Carlo error is taken off the spread that is then seen between the draws. What is left comes from the inputs.
    """
    from negosim.cli.requests import as_request
    from negosim.engine.processes import default_workers
    from negosim.experiments.uncertainty.uncertainty import uncertainty
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    require_budget(scenario, trials, budget, settings=points)
    with as_request(), _progress(points) as progress:
        found = uncertainty(
            scenario,
            metrics,
            points=points,
            trials=trials,
            seed=seed,
            workers=workers or default_workers(),
            progress=progress,
        )
    if as_json:
        print_json(found.as_dict())
        return
    from rich.console import Console

    from negosim.report.uncertainty import print_uncertainty
    from negosim.report.uncertainty_short import print_short

    if full:
        print_uncertainty(found, Console())
    else:
        print_short(found, Console())


@contextmanager
def _progress(points: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on the terminal while points are played."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    looks = (TextColumn("Playing points"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*looks, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=points)
        yield lambda done: bar.advance(task, done)
