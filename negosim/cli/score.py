"""``negosim score``: score questions whose outcomes are known."""

from __future__ import annotations

import click

from negosim.cli.answers import command_line
from negosim.cli.numbers import Count
from negosim.cli.options import ScenarioPath, plugin_option, run_budget_option, seed_option, trials_option
from negosim.cli.output import print_json


@click.command("score")
@click.argument("files", nargs=-1, required=True, type=ScenarioPath())
@click.option(
    "--outcomes",
    metavar="FILE",
    multiple=True,
    help="A file of outcomes, or the name of a scenario of which one comes with negosim.",
)
@trials_option
@seed_option
@click.option("--workers", type=Count(1, 256), default=1, show_default=True, help="Processes to use.")
@plugin_option
@click.option("--full", is_flag=True, help="Say everything: log scores, dates, sources, every open question.")
@click.option("--json", "as_json", is_flag=True, help="Print the scores as one JSON object.")
@run_budget_option
def command(
    files: tuple[str, ...],
    outcomes: tuple[str, ...],
    trials: int,
    seed: int,
    workers: int,
    full: bool,
    as_json: bool,
    budget: float,
) -> None:
    """Score what was said of the questions of FILES whose outcomes are known, beside published forecasts of them.

    A scenario is played; a forecast that 'negosim run --seal' has sealed is taken as it is. Outcomes stand in the
    questions themselves or in a file of their own. Questions without one are listed as open.
    """
    from negosim.cli.requests import as_request
    from negosim.experiments.score.score import score

    with as_request():
        card = score(
            files,
            outcomes=outcomes,
            trials=trials,
            seed=seed,
            workers=workers,
            budget=budget,
            command=command_line(),
        )
    if as_json:
        print_json(card.as_dict())
        return
    from rich.console import Console

    from negosim.report.score import print_card
    from negosim.report.score_short import print_short

    if full:
        print_card(card, Console())
    else:
        print_short(card, Console())
