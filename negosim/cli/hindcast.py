"""``negosim hindcast``: score the model on negotiations that are over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import experiment_budget_option, seed_option
from negosim.scenario.numerals import parse_number

if TYPE_CHECKING:
    from negosim.experiments.hindcast.cases import Cases

_MOST_TRIALS = 5_000
"""A start is played in one block, whose memory is bounded by this."""


def _settings(context: click.Context, option: click.Parameter, texts: Sequence[str]) -> dict[str, float]:
    """Read ``constant=value``."""
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.BadParameter(f"'{text}' is no setting (write e.g. patience_months=11)", context, option)
        if name in found:
            raise click.BadParameter(f"'{name}' is set twice", context, option)
        try:
            found[name] = parse_number(value)
        except ValueError:
            raise click.BadParameter(f"{name}: '{value}' is not a number", context, option) from None
    return found


@click.command("hindcast")
@click.argument("file", metavar="CASES.yaml", type=click.Path(exists=True, dir_okay=False))
@click.option("--calibrate", is_flag=True, help="Calibrate six constants, each case with what the others say.")
@click.option(
    "--set",
    "settings",
    metavar="CONSTANT=VALUE",
    multiple=True,
    callback=_settings,
    help="Set a constant of the encoding.",
)
@click.option(
    "--trials",
    type=Count(1, _MOST_TRIALS),
    default=1_000,
    show_default=True,
    help="Histories of each start.",
)
@seed_option
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@click.option("--full", is_flag=True, help="Print every table.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option(
    "--write", "folder", metavar="DIR", type=click.Path(file_okay=False), help="Write the cases as scenario files, too."
)
@experiment_budget_option
def command(
    file: str,
    calibrate: bool,
    settings: dict[str, float],
    trials: int,
    seed: int,
    workers: int | None,
    full: bool,
    as_json: bool,
    folder: str | None,
    budget: float,
) -> None:
    """Play the coded negotiations in CASES.yaml as if nobody knew how they ended, and score what the model says.

    Beside the model stand simple rules, fitted to every case but the one they forecast. The same file, seed and number
    of trials give the same answer, whatever the number of workers.
    """
    from negosim.cli.requests import as_request
    from negosim.engine.processes import default_workers
    from negosim.experiments.hindcast.cases import load_cases

    cases = load_cases(file)
    from negosim.engine.work import check
    from negosim.experiments.hindcast.hindcast import hindcast
    from negosim.experiments.hindcast.work import hindcast_work

    check(hindcast_work(cases.cases, trials, calibrate=calibrate), budget)
    with as_request(), _telling() as progress:
        if folder is not None:
            _write(cases, settings, Path(folder))
        found = hindcast(
            cases,
            calibrate=calibrate,
            settings=settings,
            trials=trials,
            seed=seed,
            workers=workers or default_workers(),
            progress=progress,
        )
    if as_json:
        print_json(found.to_json())
        return
    from rich.console import Console

    from negosim.report.hindcast import print_hindcast

    print_hindcast(found, Console(), full=full)


def _write(cases: Cases, settings: dict[str, float], folder: Path) -> None:
    """Write the encoded scenarios, and say where on stderr, so that what is scored stays alone on stdout."""
    from negosim.experiments.hindcast.constants import Constants
    from negosim.experiments.hindcast.encoding import write

    written = write(cases.cases, Constants().with_settings(settings), folder)
    click.echo(f"Written: {len(written)} scenarios into {folder}", err=True)


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Say on the terminal what is being played."""
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Playing") as status:
        yield lambda what: status.update(f"Playing {what}")
