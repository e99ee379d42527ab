"""``negosim init``: write a commented scenario to begin from."""

from __future__ import annotations

from pathlib import Path

import click

from negosim.cli.requests import BadRequest, write_new


@click.command("init")
@click.argument("name")
@click.option("--force", is_flag=True, help="Overwrite a file of that name.")
def command(name: str, force: bool) -> None:
    """Write NAME.yaml, a small commented scenario that runs, to be changed into one's own."""
    from negosim.scenario.shipped import template

    if not name.strip() or not name.isprintable():
        raise BadRequest("a file needs a name (write e.g. negosim init my-talks)")
    file = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    write_new({file: template().encode()}, force=force)
    click.echo(f"Written: {file}")
    click.echo(f"Next: edit it, then negosim validate {file}, negosim explain {file} and negosim run {file}.")
