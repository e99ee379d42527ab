"""``negosim replay``: tell one simulated history as a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, as_typed, file_argument, seed_option, set_option, variant_option

if TYPE_CHECKING:
    from negosim.experiments.replay.find import Kind
    from negosim.scenario.load import Scenario


@click.command("replay")
@file_argument
@click.option("--trial", type=Count(0, MOST_TRIALS - 1), metavar="K", help="Number of the trial, from 0.")
@click.option(
    "--find",
    "kind",
    type=click.Choice(["settlement", "ceasefire", "breach", "veto", "typical", "quickest"]),
    help="Look for a history worth telling among the first 2,000, and tell it.",
)
@seed_option
@variant_option
@set_option
@click.option("--full", is_flag=True, help="Tell everything: every round, and what each party asks for.")
@click.option("--json", "as_json", is_flag=True, help="Print the story as one JSON object.")
def command(
    file: str,
    trial: int | None,
    kind: Kind | None,
    seed: int,
    variant: str | None,
    settings: tuple[str, ...],
    full: bool,
    as_json: bool,
) -> None:
    """Tell one simulated history of the scenario in FILE as a dated story.

    It is the history in row K of the trials that 'negosim run' plays with the same seed, variant and settings,
    whatever their number. With --find it is the best example of its kind: a settlement or a ceasefire that comes
    neither early nor late, an agreement that breaks, a text that is voted down, a history like most, or the earliest
    agreement.
    """
    if (trial is None) == (kind is None):
        raise click.UsageError("say which history: --trial K, or --find KIND")
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))

    from negosim.experiments.replay.replay import replayed

    others: list[int] = []
    if kind is not None:
        trial, *others = _found(scenario, kind, seed)
    assert trial is not None
    story = replayed(scenario, trial, seed=seed)
    if as_json:
        print_json({**story, "others": others} if kind is not None else story)
        return
    from rich.console import Console

    from negosim.report.story import print_story
    from negosim.report.story_short import print_short

    if full:
        print_story(story, Console(), others)
    else:
        print_short(story, Console(), as_typed(file), others)


def _found(scenario: Scenario, kind: Kind, seed: int) -> list[int]:
    from negosim.cli.requests import as_request
    from negosim.engine.processes import default_workers
    from negosim.experiments.replay.find import find

    with as_request():
        return find(scenario, kind, seed=seed, workers=default_workers())
