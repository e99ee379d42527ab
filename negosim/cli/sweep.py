"""``negosim sweep``: play a scenario at many settings of its inputs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negosim.cli.answers import command_line, print_json, print_rows
from negosim.cli.numbers import Count
from negosim.cli.options import experiment_budget_option, file_argument, require_budget, set_option, variant_option

if TYPE_CHECKING:
    from negosim.experiments.sweep.request import Changes, Request
    from negosim.experiments.sweep.scheduler import SweepProgress
    from negosim.experiments.sweep.sweep import SweepResult

_RESUME = "What is finished is safe. To go on: the same command with --resume."
_INTERRUPTED = 130
_MOST_NAMED = 20

_MOST_POINTS = 1_000
"""Points that a dry run writes out."""


@click.command("sweep")
@file_argument
@click.option(
    "--vary",
    metavar="PATH=VALUES",
    multiple=True,
    help="Values of an input or lever: LOW:HIGH:NUMBER or A,B,C. Several inputs make a grid.",
)
@click.option("--sample", type=click.Choice(["lhs", "sobol"]), help="Draw points: Latin hypercube or Sobol sequence.")
@click.option("--points", type=Count(2, 1_000_000), help="With --sample: how many points.")
@click.option(
    "--over",
    metavar="WHAT",
    multiple=True,
    help="With --sample: levers, inputs (those the scenario gives as distributions), or the name of one.  "
    "[default: levers]",
)
@click.option(
    "--metric",
    "metrics",
    metavar="NAME",
    multiple=True,
    help="What to count, e.g. agreement@2026-12-31.  [default: agreements and questions]",
)
@click.option("--trials", type=Count(1, 1_000_000), help="Histories a point.  [default: 1000]")
@click.option("--replications", type=Count(1, 10_000), help="Play every point so often with other draws.  [default: 1]")
@click.option("--seed", type=Count(0, 2**63 - 1), help="Seed of the draws.  [default: 1]")
@variant_option
@set_option
@click.option(
    "--scenario",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="SCENARIO",
    help="With a sweep file: the scenario, in place of the one it names in its own folder.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Directory for results.")
@click.option("--resume", is_flag=True, help="Go on with what is in DIR; try again what has failed.")
@click.option(
    "--shard",
    metavar="I/N",
    help="Play the I-th of N shares of the points, into a DIR of its own; 'negosim results merge' puts them together.",
)
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@experiment_budget_option
@click.option("--cluster", metavar="ADDRESS", help="Play on Dask: tcp://host:port, or local:N to start one here.")
@click.option("--dry-run", is_flag=True, help="Show the design and the time it will take; play nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON object.")
def command(
    file: str,
    vary: tuple[str, ...],
    sample: str | None,
    points: int | None,
    over: tuple[str, ...],
    metrics: tuple[str, ...],
    trials: int | None,
    replications: int | None,
    seed: int | None,
    variant: str | None,
    settings: tuple[str, ...],
    scenario: Path | None,
    out: Path | None,
    resume: bool,
    shard: str | None,
    workers: int | None,
    budget: float,
    cluster: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Play a scenario at many settings of its inputs, all of them with the same random numbers.

    FILE is a scenario, or a sweep file that names one and says what varies. Exit code 1 if a point failed.
    """
    from negosim.experiments.sweep.request import Changes, is_sweep_file, requested

    changes = Changes(scenario, metrics or None, trials, replications, seed, out)
    from_file = is_sweep_file(Path(file))
    if from_file:
        given = {"--vary": vary, "--sample": sample, "--points": points, "--over": over, "--variant": variant}
        _refuse([option for option, value in {**given, "--set": settings}.items() if value], file)
        request = requested(Path(file), changes)
    elif scenario is not None:
        raise click.UsageError(f"--scenario goes with a sweep file, and {file} is none")
    else:
        request = _from_options(file, vary, _drawing(sample, points, over), variant, settings, changes)
    if workers and cluster:
        raise click.UsageError("--workers and --cluster exclude each other: the cluster has its own workers")
    share = _shard(shard)
    if dry_run:
        _forecast(request, share, workers, cluster, as_json)
        return 0
    if request.out is None and (resume or share or not as_json):
        raise click.UsageError(
            "where do the results go? (--out DIR, or 'out' in the sweep file; only --json needs none)"
        )
    # How many points there are is the wish of whoever typed them; only where a file says so it is bounded as well.
    points_bounded = len(request.design.points) if from_file else 1
    require_budget(request.scenario, request.trials * request.replications, budget, settings=points_bounded)
    return _swept(request, share, resume, workers, cluster, as_json)


def _shard(text: str | None) -> tuple[int, int] | None:
    """Read which share of the points is asked for, such as 2/8."""
    import re

    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise click.UsageError(f"--shard {text!r} is no share (write I/N, e.g. 2/8 for the second of eight)")
    return int(found[1]), int(found[2])


def _refuse(options: list[str], file: str) -> None:
    if options:
        raise click.UsageError(f"{', '.join(options)}: say it in {file}, which is a sweep file")


def _drawing(method: str | None, points: int | None, over: tuple[str, ...]) -> Any:
    from negosim.experiments.sweep.request import Drawing

    if method is None:
        if points or over:
            raise click.UsageError("--points and --over go with --sample")
        return None
    if points is None:
        raise click.UsageError("--sample needs --points")
    return Drawing("lhs" if method == "lhs" else "sobol", points, over or ("levers",))


def _from_options(
    file: str, vary: tuple[str, ...], drawing: Any, variant: str | None, settings: tuple[str, ...], changes: Changes
) -> Request:
    from negosim.experiments.sweep.design import DesignError, check
    from negosim.experiments.sweep.grid import parse_vary
    from negosim.experiments.sweep.request import TRIALS, Request, designed
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    seed = 1 if changes.seed is None else changes.seed
    try:
        design = designed(scenario, parse_vary(vary), drawing, seed)
        check(design, scenario)
    except DesignError as error:
        raise click.UsageError(str(error)) from None
    return Request(
        scenario, design, changes.metrics or (), changes.trials or TRIALS, changes.replications or 1, seed, changes.out
    )


def _forecast(
    request: Request, shard: tuple[int, int] | None, workers: int | None, cluster: str | None, as_json: bool
) -> None:
    from negosim.engine.processes import default_workers
    from negosim.experiments.sweep.forecast import foreseen
    from negosim.experiments.sweep.sweep import manifest_of

    with _usage():
        header = manifest_of(
            request.scenario, request.design, metrics=request.metrics, trials=request.trials,
            replications=request.replications, seed=request.seed, shard=shard, command=command_line(),
        )  # fmt: skip
    number = workers or default_workers()
    forecast = foreseen(request.scenario, header, number)
    if as_json:
        forecasted = {"design": header.as_dict(), "workers": number, "forecast": forecast.as_dict()}
        shown = {"points": [dict(point) for point in header.points[:_MOST_POINTS]]}
        left_out = max(len(header.points) - _MOST_POINTS, 0)
        print_json({**forecasted, **shown, "points_left_out": left_out}, None)
        return
    from rich.console import Console

    from negosim.report.sweep import print_forecast

    print_forecast(header, forecast, number, Console(), on_a_cluster=cluster is not None)


def _swept(
    request: Request,
    shard: tuple[int, int] | None,
    resume: bool,
    workers: int | None,
    cluster: str | None,
    as_json: bool,
) -> int:
    from negosim.engine.processes import default_workers
    from negosim.experiments.sweep.sweep import sweep
    from negosim.experiments.sweep.task import WorkersError
    from negosim.scenario.problems import for_terminal

    try:
        with _usage(), _ended_by_signals() as look, _progress() as show:

            def progress(standing: SweepProgress) -> None:
                look()
                show(standing)

            result = sweep(
                request.scenario, request.design, metrics=request.metrics, trials=request.trials,
                replications=request.replications, seed=request.seed, out=request.out, resume=resume, shard=shard,
                workers=workers or default_workers(), cluster=cluster, progress=progress,
                command=command_line(),
            )  # fmt: skip
    except KeyboardInterrupt:
        click.echo(f"Interrupted. {_RESUME}", err=True)
        return _INTERRUPTED
    except WorkersError as error:
        click.echo(for_terminal(f"{error}. {_RESUME}"), err=True)
        return 1
    with closing(result.store):
        _report(result, request, as_json)
        failed = result.failed
    if as_json:
        _name(result, failed)
    return 1 if failed else 0


def _report(result: SweepResult, request: Request, as_json: bool) -> None:
    if as_json:
        print_rows(result.as_dict(points=False), "points", (row.cells() for row in result.table()))
        return
    from rich.console import Console

    from negosim.report.sweep import print_sweep

    print_sweep(result.summary(), result.store.directory, Console())


def _name(result: SweepResult, failed: dict[int, str]) -> None:
    """Name the points that failed where the report does not."""
    from negosim.report.results import setting
    from negosim.scenario.problems import for_terminal

    for point, message in list(failed.items())[:_MOST_NAMED]:
        words = setting(result.store.manifest, point)
        click.echo(for_terminal(f"point {point} ({words}) failed: {message}"), err=True)
    if len(failed) > _MOST_NAMED:
        click.echo(f"and {len(failed) - _MOST_NAMED:,} points more", err=True)


@contextmanager
def _usage() -> Iterator[None]:
    """Tell what is wrong with a request as such."""
    from negosim.experiments.errors import StoreError
    from negosim.scenario.problems import ScenarioError

    try:
        yield
    except (ScenarioError, StoreError):
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def _ended_by_signals() -> Iterator[Callable[[], None]]:
    """Let the signal by which batch systems end a job do what Ctrl-C does.

    Yields something that ends the sweep if a signal has come: an interrupt may hit code in which Python drops it.
    """
    came: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def look() -> None:
        if came:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield look
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[Callable[[SweepProgress], None]]:
    """Show a progress bar with the time left, on a terminal; elsewhere only what there is to say."""
    if not sys.stderr.isatty():
        yield lambda standing: click.echo(f"Note: {standing.note}", err=True) if standing.note else None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    looks = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TextColumn("parts, time left"))
    with Progress(*looks, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = None

        def show(standing: SweepProgress) -> None:
            nonlocal task
            finished = standing.done + standing.failed
            if task is None:
                task = bar.add_task("", total=standing.parts, completed=finished)
            bar.update(task, completed=finished)
            if standing.note:
                bar.console.print(f"Note: {standing.note}", highlight=False, markup=False)

        yield show
