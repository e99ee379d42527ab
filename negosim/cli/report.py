"""``negosim report``: play scenarios, or read a stored result, and write what comes of it as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from negosim.cli.answers import command_line
from negosim.cli.numbers import Count
from negosim.cli.options import (
    ScenarioPath,
    experiment_budget_option,
    seed_option,
    set_option,
    variant_option,
)

if TYPE_CHECKING:
    from negosim.scenario.load import Scenario

MOST_TRIALS = 200_000
"""Trials that a report may have: it keeps them all."""

MOST_FILES = 6
"""Scenarios that one report holds side by side."""

_OF_A_RUN = ("trials", "seed", "variant", "settings", "interactive", "levers", "workers", "budget")
"""Options that say how a scenario is played: a stored result has been played."""


class _Reported(ScenarioPath):
    """A scenario as other commands take it, or a stored result: a folder, or a file of JSON."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path of what is meant."""
        from negosim.scenario.shipped import examples

        if Path(value).is_dir() and value not in examples():
            return str(value)
        return super().convert(value, param, ctx)


@click.command("report")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_Reported())
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
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
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
    Several FILEs are set side by side. FILE may also be a stored result: the folder of a sweep, or what compare,
    sensitivity, uncertainty, calibrate, hindcast and sweep print with --json.
    """
    if not Path(out).resolve().parent.is_dir():
        raise click.BadParameter(f"there is no folder '{Path(out).parent}' to write it into", param_hint="--out")

    from negosim.experiments.stored.read import is_stored

    stored = [file for file in files if is_stored(file)]
    if stored:
        _report_stored(context, stored[0], files, Path(out))
        return
    if len(files) > MOST_FILES:
        raise click.UsageError(f"{len(files)} scenarios are too many side by side (name at most {MOST_FILES})")

    from negosim.scenario.load import load, parse_settings

    scenarios = [load(file, variant=variant, values=parse_settings(settings)) for file in files]
    if len(scenarios) > 1 and (interactive or levers):
        raise click.UsageError("sliders go with one scenario (leave out --interactive and --lever, or the other files)")
    asked = _levers(scenarios[0], levers, interactive=interactive)

    _require_budget(scenarios, trials, len(asked), budget)

    from negosim.api import run
    from negosim.engine.processes import default_workers

    workers = workers or default_workers()
    results = [
        run(scenario, trials=trials, seed=seed, workers=workers, keep=True, budget=budget, command=command_line())
        for scenario in scenarios
    ]
    if len(results) == 1:
        _written(results[0].report(out, levers=asked, workers=workers, progress=_told))
        return

    from negosim.report.html.several import several_page

    _write(Path(out), several_page([result.dossier(workers=workers, progress=_told) for result in results]))


def _require_budget(scenarios: Sequence[Scenario], trials: int, levers: int, budget: float) -> None:
    """Refuse to play what a report shows beside the run where that is more work than the budget."""
    from negosim.engine.compile import compiled
    from negosim.engine.work import Work, check, work_of
    from negosim.experiments.dossier.dossier import settings_played, trials_moved
    from negosim.experiments.dossier.grid import histories_of

    work = Work()
    for scenario in scenarios:
        played = trials_moved(trials) * settings_played(scenario)
        played += histories_of(scenario, levers, trials) if levers else 0
        work += work_of(compiled(scenario.file), played, zones=False)
    check(work, budget)


def _levers(scenario: Scenario, levers: Sequence[str], *, interactive: bool) -> tuple[str, ...]:
    """Return the levers that get sliders.

    Raises
    ------
    click.UsageError
        Where one is unknown, there is none, or there are too many.
    """
    from negosim.experiments.dossier.grid import MOST_LEVERS

    chosen = tuple(levers) or (tuple(scenario.file.levers)[:MOST_LEVERS] if interactive else ())
    unknown = [lever for lever in chosen if lever not in scenario.file.levers]
    if unknown or (interactive and not chosen):
        there = ", ".join(scenario.file.levers) or "none"
        raise click.UsageError(f"there is no lever {unknown[0] if unknown else 'to move'} (the scenario has: {there})")
    if len(chosen) > MOST_LEVERS:
        raise click.UsageError(f"{len(chosen)} levers are too many (name at most {MOST_LEVERS})")
    return chosen


def _report_stored(context: click.Context, file: str, files: Sequence[str], out: Path) -> None:
    """Write the report of a stored result."""
    if len(files) > 1:
        raise click.UsageError(f"{file} is a stored result, which has a report of its own (name it alone)")
    given = [name for name in _OF_A_RUN if context.get_parameter_source(name) == ParameterSource.COMMANDLINE]
    if given:
        option = {"settings": "set", "levers": "lever"}.get(given[0], given[0])
        raise click.UsageError(f"--{option} says how to play a scenario, and {file} is a stored result")

    from negosim.experiments.stored.read import read
    from negosim.report.html.stored.page import result_page

    _write(out, result_page(read(file)))


def _write(out: Path, text: str) -> None:
    from negosim.results.export import replace

    replace(out, text.encode())
    _written(out)


def _written(out: Path) -> None:
    click.echo(f"Written: {out} ({out.stat().st_size / 1000:,.0f} kB)")


def _told(step: str) -> None:
    """Say on stderr what is being worked on: it takes a minute or two."""
    click.echo(f"Working out {step} ...", err=True)
