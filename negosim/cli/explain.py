"""``negosim explain``: print the resolved model of a scenario before any run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.options import file_argument, set_option, variant_option

if TYPE_CHECKING:
    from negosim.scenario.load import Scenario


@click.command("explain")
@file_argument
@variant_option
@set_option
@click.option("--calendar", is_flag=True, help="Print when everything may happen instead: phases, rounds, dates.")
@click.option("--full", is_flag=True, help="Say everything; with --calendar: name every vote and event, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as one JSON object.")
def command(
    file: str, variant: str | None, settings: tuple[str, ...], calendar: bool, full: bool, as_json: bool
) -> None:
    """Say what the scenario in FILE amounts to before it is run.

    Who wants what and will not sign what, what no deal is worth, whether there is room for agreement at the opening,
    which issues have no opening zone, what the inputs rest on, and what was filled in or overridden. With --calendar,
    the order of things within a tick, and the dates of rounds, deadlines, votes and events.
    """
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    if calendar:
        _calendar(scenario, full=full, as_json=as_json)
        return

    from negosim.engine.compile import compiled
    from negosim.experiments.explain.explanation import explained

    explanation = explained(scenario, compiled(scenario.file))
    if as_json:
        print_json(explanation, "drawn")
        return
    from rich.console import Console

    if full:
        from negosim.report.explain import print_explanation

        print_explanation(explanation, Console())
        return
    from negosim.cli.options import as_typed
    from negosim.report.explain_short import print_short

    print_short(explanation, Console(), as_typed(file))


def _calendar(scenario: Scenario, *, full: bool, as_json: bool) -> None:
    from negosim.engine.compile import compiled
    from negosim.experiments.explain.timetable import timetable

    calendar = timetable(scenario, compiled(scenario.file))
    if as_json:
        print_json(calendar, None)
        return
    from rich.console import Console

    from negosim.report.calendar import print_calendar

    print_calendar(calendar, Console(), full=full)
