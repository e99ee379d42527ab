"""``negosim report``: play a scenario and write what comes of it as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from negosim.cli.answers import command_line
from negosim.cli.numbers import Count
from negosim.cli.options import experiment_budget_option, file_argument, seed_option, set_option, variant_option

MOST_TRIALS = 200_000
"""Trials that a report may have: it keeps them all."""


@click.command("report")
@file_argument
@click.option("-o", "--out", required=True, type=click.Path(dir_okay=False), help="The HTML file to write.")
@click.option("--trials", type=Count(1, MOST_TRIALS), default=4_000, show_default=True, help="Histories to play.")
@seed_option
@variant_option
@set_option
@click.option(
    "--interactive",
    is_flag=True,
    help="Add sliders for the first four levers of the scenario, and switches for its variants.",
)
@click.option("--lever", "levers", metavar="L", multiple=True, help="Add a slider for this lever; up to four times.")
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@experiment_budget_option
def command(
    file: str,
    out: str,
    trials: int,
    seed: int,
    variant: str | None,
    settings: tuple[str, ...],
    interactive: bool,
    levers: tuple[str, ...],
    workers: int | None,
    budget: float,
) -> None:
    """Play the scenario in FILE and write what comes of it as one HTML file.

    The file needs no network and no server: it can be mailed, opened, read with scripts switched off, and printed.
    """
    from negosim.scenario.load import load, parse_settings

    if not Path(out).resolve().parent.is_dir():
        raise click.BadParameter(f"there is no folder '{Path(out).parent}' to write it into", param_hint="--out")
    scenario = load(file, variant=variant, values=parse_settings(settings))

    from negosim.cli.options import require_budget
    from negosim.engine.run import default_workers
    from negosim.experiments.dossier.dossier import settings_played, trials_moved
    from negosim.experiments.dossier.grid import MOST_LEVERS, histories_of

    levers = levers or (tuple(scenario.file.levers)[:MOST_LEVERS] if interactive else ())
    unknown = [lever for lever in levers if lever not in scenario.file.levers]
    if unknown or (interactive and not levers):
        there = ", ".join(scenario.file.levers) or "none"
        raise click.UsageError(f"there is no lever {unknown[0] if unknown else 'to move'} (the scenario has: {there})")
    if len(levers) > MOST_LEVERS:
        raise click.UsageError(f"{len(levers)} levers are too many (name at most {MOST_LEVERS})")
    played = trials_moved(trials) * settings_played(scenario)
    require_budget(scenario, played + (histories_of(scenario, len(levers), trials) if levers else 0), budget)

    from negosim.api import run

    workers = workers or default_workers()
    result = run(scenario, trials=trials, seed=seed, workers=workers, keep=True, budget=budget, command=command_line())
    written = result.report(out, levers=levers, workers=workers, progress=_told)
    click.echo(f"Written: {written} ({written.stat().st_size / 1000:,.0f} kB)")


def _told(step: str) -> None:
    """Say on stderr what is being worked on: it takes a minute or two."""
    click.echo(f"Working out {step} ...", err=True)
