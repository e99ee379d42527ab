"""``negosim schema``: print the JSON Schema of the format."""

from __future__ import annotations

from typing import Any

import click

from negosim.cli.options import plugin_option
from negosim.cli.output import print_json


@click.command("schema")
@click.option("--cases", is_flag=True, help="The format of coded cases (negosim hindcast) instead.")
@plugin_option
def command(cases: bool) -> None:
    """Print the JSON Schema of scenario format 1, for editors that complete and check YAML."""
    from negosim.scenario.schema.document import ScenarioFile

    schema = _of_cases() if cases else ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print_json(schema)


def _of_cases() -> dict[str, Any]:
    from negosim.experiments.hindcast.schema import CasesFile

    return CasesFile.model_json_schema()
