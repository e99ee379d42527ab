"""``negosim validate``: check scenario files."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from negosim.cli.options import ScenarioPath, set_option, variant_option

if TYPE_CHECKING:
    from negosim.scenario.schema.document import ScenarioFile

_WIDTH = 80

_NOUNS = {
    "parties": ("party", "parties"),
    "issues": ("issue", "issues"),
    "chips": ("chip", "chips"),
    "talks": ("track", "tracks"),
    "events": ("event", "events"),
    "variants": ("variant", "variants"),
}


@click.command("validate")
@click.argument("files", nargs=-1, required=True, type=ScenarioPath())
@variant_option
@set_option
def command(files: tuple[str, ...], variant: str | None, settings: tuple[str, ...]) -> int:
    """Check scenario FILES and report every problem at once, a line each; exit code 2 if there is any."""
    from negosim.scenario.load import load, parse_settings
    from negosim.scenario.problems import ScenarioError, for_terminal

    values = parse_settings(settings)
    bad = False
    for file in files:
        try:
            scenario = load(file, variant=variant, values=values)
        except ScenarioError as error:
            click.echo(str(error), err=True)
            bad = True
            continue
        for said in (f"in order ({_sizes(scenario.file)})", *(f"note: {note}" for note in scenario.notes)):
            click.echo(_wrapped(for_terminal(f"{file}: {said}")))
    return 2 if bad else 0


def _sizes(scenario: ScenarioFile) -> str:
    counts = [(len(getattr(scenario, section)), *nouns) for section, nouns in _NOUNS.items()]
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)


def _wrapped(line: str) -> str:
    """Return a line over as many as it takes, the further ones set in; a long path stays whole."""
    return textwrap.fill(line, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
