"""``negosim levers``: what it would take to lift the share of an outcome, and where it comes about."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count, Number
from negosim.cli.options import MOST_TRIALS, experiment_options, require_budget

if TYPE_CHECKING:
    from negosim.experiments.levers.result import Discovery, Space
    from negosim.scenario.load import Scenario

_TRIALS, _DISCOVER_TRIALS = 2_000, 10_000

_SETTINGS = 12
"""Settings that are played for each lever, about."""


@click.command("levers")
@click.option("--reach", metavar="OUTCOME", help="The outcome: settlement, ceasefire, agreement, victory:PARTY, …")
@click.option("--by", metavar="DATE", help="By this date.  [default: the horizon]")
@click.option("--metric", metavar="NAME", help="In place of an outcome: any share of histories, e.g. question.ID.")
@click.option(
    "--lift", type=Number(), default=0.10, show_default=True, help="By how much the share should rise; below 0 to fall."
)
@click.option(
    "--lever", "names", metavar="ID", multiple=True, help="Only this lever, or red line (party.issue.option)."
)
@click.option("--red-lines", is_flag=True, help="Lift each red line; levers only where they are named.")
@click.option("--defaults", is_flag=True, help="Move what the file leaves at its default too, over stated ranges.")
@click.option("--discover", is_flag=True, help="Find the boxes of input space in which the outcome comes.")
@click.option(
    "--over",
    type=click.Choice(["inputs", "levers"]),
    default="inputs",
    show_default=True,
    help="With --discover: the uncertain inputs as they are drawn, or the levers spread over their ranges.",
)
@click.option(
    "--trials",
    type=Count(2, MOST_TRIALS),
    help=f"Histories of each setting.  [default: {_TRIALS}; with --discover {_DISCOVER_TRIALS}]",
)
@experiment_options
@click.option("--full", is_flag=True, help="Say everything: every value that was tried.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
def command(
    file: str,
    reach: str | None,
    by: str | None,
    metric: str | None,
    lift: float,
    names: tuple[str, ...],
    red_lines: bool,
    defaults: bool,
    discover: bool,
    over: Space,
    variant: str | None,
    settings: tuple[str, ...],
    trials: int | None,
    seed: int,
    full: bool,
    as_json: bool,
    workers: int | None,
    budget: float,
) -> None:
    """Say what it would take to lift the share of an outcome in the scenario in FILE.

    Every lever is tried over its range, with the same random numbers as the base; then the smallest change that
    lifts the share by as much as asked is looked for, with one lever, and with two where one does not do.
    """
    from negosim.cli.requests import as_request
    from negosim.engine.processes import default_workers
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    found = 1 if discover else _SETTINGS * (1 + _moved(scenario, names, defaults=defaults))
    require_budget(scenario, trials or (_DISCOVER_TRIALS if discover else _TRIALS), budget, settings=found)
    processes = workers or default_workers()
    if discover:
        with as_request():
            boxes = _boxes(scenario, reach, by, metric, over, names, trials or _DISCOVER_TRIALS, seed, processes)
        _printed_boxes(boxes, as_json=as_json)
        return

    from negosim.experiments.levers.levers import levers

    with as_request(), _telling() as progress:
        report = levers(
            scenario,
            reach=reach,
            by=by,
            metric=metric,
            lift=lift,
            names=names,
            red_lines=red_lines,
            defaults=defaults,
            trials=trials or _TRIALS,
            seed=seed,
            workers=processes,
            progress=progress,
        )
    if as_json:
        print_json(report.as_dict())
        return
    from rich.console import Console

    from negosim.report.levers import print_levers

    print_levers(report, Console(), full=full)


def _moved(scenario: Scenario, names: tuple[str, ...], *, defaults: bool) -> int:
    """Return how many levers are moved."""
    from negosim.experiments.inputs import left_at_default

    return len(names) or len(scenario.file.levers) + (len(left_at_default(scenario)) if defaults else 0)


def _boxes(
    scenario: Scenario,
    reach: str | None,
    by: str | None,
    metric: str | None,
    over: Space,
    names: tuple[str, ...],
    trials: int,
    seed: int,
    workers: int,
) -> Discovery:
    from negosim.experiments.levers.discover import discover

    return discover(
        scenario, reach=reach, by=by, metric=metric, over=over, names=names, trials=trials, seed=seed, workers=workers
    )


def _printed_boxes(boxes: Discovery, *, as_json: bool) -> None:
    if as_json:
        print_json(boxes.as_dict())
        return
    from rich.console import Console

    from negosim.report.boxes import print_boxes

    print_boxes(boxes, Console())


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Say on the terminal what is being played."""
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Playing the base") as status:
        yield lambda what: status.update(f"Playing {what}")
