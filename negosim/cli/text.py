"""``negosim text``: put a text on the table and say who would sign it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import file_argument, seed_option, set_option, variant_option
from negosim.cli.requests import BadRequest, as_request

_MOST_DRAWS = 100_000


@click.command("text")
@file_argument
@click.option("--text", "name", metavar="NAME", help="A text that the scenario names under `texts`.")
@click.option(
    "--put",
    metavar="ISSUE=OPTION",
    multiple=True,
    help="What the text says on an issue; without --text, the rest stays at the status quo.",
)
@click.option(
    "--against",
    metavar="NAME|ISSUE=OPTION",
    multiple=True,
    help="A second text to hold beside it: a name, changes, or both; changes alone are made in the first text.",
)
@click.option("--track", metavar="TRACK", help="The talks it is put to.  [default: those that begin with it]")
@variant_option
@set_option
@click.option(
    "--trials", type=Count(1, _MOST_DRAWS), default=2_000, show_default=True, help="Draws of the uncertain inputs."
)
@seed_option
@click.option("--full", is_flag=True, help="Say everything.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
def command(
    file: str,
    name: str | None,
    put: tuple[str, ...],
    against: tuple[str, ...],
    track: str | None,
    variant: str | None,
    settings: tuple[str, ...],
    trials: int,
    seed: int,
    full: bool,
    as_json: bool,
) -> None:
    """Put a text on the table at the opening of the scenario in FILE. Nothing is played.

    Who would sign it and who would refuse, over which red line or issue and by how much; what it gives and takes; in
    how many draws of the inputs all would sign; what would win those who refuse; how long it would last.
    """
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))

    from negosim.experiments.text.text import text

    other, changes = _second(against)
    with as_request():
        answer = text(
            scenario,
            name,
            _options("--put", put),
            against=other,
            against_put=changes,
            track=track,
            trials=trials,
            seed=seed,
        ).as_dict()
    if as_json:
        print_json(answer, "drawn")
        return
    from rich.console import Console

    from negosim.report.text import print_text

    print_text(answer, Console(), full=full)


def _options(option: str, given: Sequence[str]) -> Mapping[str, str]:
    """Read ``issue=option`` pairs."""
    found: dict[str, str] = {}
    for item in given:
        issue, sign, chosen = (part.strip() for part in item.partition("="))
        if not sign or not issue or not chosen:
            raise BadRequest(f"{option}: '{item}' is not issue=option")
        if issue in found:
            raise BadRequest(f"{option}: '{issue}' is given twice")
        found[issue] = chosen
    return found


def _second(against: Sequence[str]) -> tuple[str | None, Mapping[str, str]]:
    names = [item for item in against if "=" not in item]
    if len(names) > 1:
        raise BadRequest(f"--against: name one text, not {' and '.join(names)}")
    return (names[0] if names else None), _options("--against", [item for item in against if "=" in item])
