"""``negosim validate``: check scenario files."""

from __future__ import annotations

import click

from negosim.cli.options import set_option, variant_option


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@variant_option
@set_option
def command(files: tuple[str, ...], variant: str | None, settings: tuple[str, ...]) -> int:
    """Check scenario FILES and report every problem at once, a line each; exit code 2 if there is any."""
    from negosim.scenario.load import load, parse_settings
    from negosim.scenario.problems import ScenarioError

    values = parse_settings(settings)
    bad = False
    for file in files:
        try:
            scenario = load(file, variant=variant, values=values)
        except ScenarioError as error:
            click.echo(str(error), err=True)
            bad = True
            continue
        size = scenario.file
        click.echo(
            f"{file}: in order ({len(size.parties)} parties, {len(size.issues)} issues, {len(size.chips)} chips, "
            f"{len(size.talks)} tracks, {len(size.events)} events, {len(size.variants)} variants)"
        )
        for note in scenario.notes:
            click.echo(f"{file}: note: {note}")
    return 2 if bad else 0
