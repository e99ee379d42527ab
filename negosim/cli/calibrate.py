"""``negosim calibrate``: move named inputs until the answers meet given shares."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, experiment_options, require_budget
from negosim.scenario.numerals import parse_number

_SETTINGS = 30
"""Settings that are played for each input that may move, about."""


@click.command("calibrate")
@click.option(
    "--to",
    "targets",
    metavar="QUESTION=P",
    multiple=True,
    required=True,
    help="What a question, or another metric, should answer; may be repeated.",
)
@click.option(
    "--move",
    "moves",
    metavar="PATH[=LOW:HIGH]",
    multiple=True,
    required=True,
    help="An input that may move, by path or lever, and how far; may be repeated.",
)
@click.option(
    "--trials",
    type=Count(2, MOST_TRIALS),
    default=2000,
    show_default=True,
    help="Histories to play at each setting.",
)
@experiment_options
@click.option("--out", type=click.Path(dir_okay=False), help="Write a copy of FILE with the fit as a variant.")
@click.option("--name", default="calibrated", show_default=True, help="What that variant is called.")
@click.option("--full", is_flag=True, help="Print every target and input, not only those that fit on a screen.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object.")
def command(
    file: str,
    targets: tuple[str, ...],
    moves: tuple[str, ...],
    trials: int,
    seed: int,
    variant: str | None,
    settings: tuple[str, ...],
    out: str | None,
    name: str,
    budget: float,
    full: bool,
    as_json: bool,
) -> None:
    """Find values of the inputs named, inside their ranges, at which the answers of FILE meet given shares.

    Nothing else is moved and FILE is left as it is. All settings are played with the same random numbers; the fit is
    then checked with others. A target that cannot be met is said to be out of reach, with the nearest answer.
    """
    from negosim.cli.requests import as_request
    from negosim.experiments.calibrate.calibrate import calibrate
    from negosim.experiments.calibrate.movable import parse_range
    from negosim.experiments.calibrate.variant import check_name
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    require_budget(scenario, trials, budget, settings=_SETTINGS * len(moves))
    with as_request():
        to, move = dict(map(_target, targets)), dict(map(parse_range, moves))
        if len(to) < len(targets) or len(move) < len(moves):
            raise ValueError("a target or an input is named twice")
        if out is not None:
            check_name(name, scenario.document.data)
            if Path(out).exists():
                raise ValueError(f"{out} exists already and is left as it is (choose another --out)")
            if not Path(out).absolute().parent.is_dir():
                raise ValueError(f"there is no directory {Path(out).parent} to write to")
        with _progress() as progress:
            found = calibrate(scenario, to, move, trials=trials, seed=seed, progress=progress)
        if out is not None:
            found.write(file, out, name)
    if as_json:
        print_json(found.as_dict())
        return
    from rich.console import Console

    from negosim.report.calibrate import print_calibration

    print_calibration(found, Console(), full=full)
    if out is not None:
        click.echo(f"Written: {out} (negosim run {out} --variant {name})")


def _target(text: str) -> tuple[str, float]:
    name, _, value = text.rpartition("=")
    try:
        wanted = parse_number(value)
    except ValueError:
        wanted = math.nan
    if not name.strip() or not math.isfinite(wanted):
        raise ValueError(f"'{text}' is not a target (write question=0.14)")
    return name.strip(), wanted


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """Show on the terminal how many settings have been played."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    looks = (SpinnerColumn(), TextColumn("{task.completed} settings played"), TimeElapsedColumn())
    with Progress(*looks, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.advance(task, done)
