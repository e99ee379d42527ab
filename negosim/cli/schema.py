"""``negosim schema``: print the JSON Schema of the format."""

from __future__ import annotations

import click

from negosim.cli.options import plugin_option
from negosim.cli.output import print_json


@click.command("schema")
@plugin_option
def command() -> None:
    """Print the JSON Schema of scenario format 1, for editors that complete and check YAML."""
    from negosim.scenario.schema.document import ScenarioFile

    schema = ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print_json(schema)
