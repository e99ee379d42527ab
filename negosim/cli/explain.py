"""``negosim explain``: print the resolved model of a scenario before any run."""

from __future__ import annotations

import click

from negosim.cli.options import file_argument, set_option, variant_option


@click.command("explain")
@file_argument
@variant_option
@set_option
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as one JSON object.")
def command(file: str, variant: str | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Say what the scenario in FILE amounts to before it is run.

    Who wants what and will not sign what, what no deal is worth, whether there is room for agreement at the opening,
    which issues have no opening zone, what the inputs rest on, and what was filled in or overridden.
    """
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))

    from negosim.engine.compile import compiled
    from negosim.experiments.explain.explanation import explained

    told = explained(scenario, compiled(scenario.file))
    if as_json:
        from negosim.results.export import as_json as to_json

        click.echo(to_json(told), nl=False)
        return
    from rich.console import Console

    from negosim.report.explain import print_explanation

    print_explanation(told, Console())
