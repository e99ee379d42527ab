"""``negosim replay``: tell one simulated history as a story."""

from __future__ import annotations

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, file_argument, seed_option, set_option, variant_option


@click.command("replay")
@file_argument
@click.option(
    "--trial", type=Count(0, MOST_TRIALS - 1), required=True, metavar="K", help="Number of the trial, from 0."
)
@seed_option
@variant_option
@set_option
@click.option("--json", "as_json", is_flag=True, help="Print the story as one JSON object.")
def command(file: str, trial: int, seed: int, variant: str | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Tell one simulated history of the scenario in FILE as a dated story.

    It is the history in row K of the trials that 'negosim run' plays with the same seed, variant and settings,
    whatever their number.
    """
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))

    from negosim.experiments.replay.replay import replayed

    story = replayed(scenario, trial, seed=seed)
    if as_json:
        print_json(story)
        return
    from rich.console import Console

    from negosim.report.story import print_story

    print_story(story, Console())
