"""``negosim examples``: list the scenarios that come with negosim, or copy them out."""

from __future__ import annotations

from pathlib import Path

import click

from negosim.cli.requests import BadRequest, write_new


def _completed(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from negosim.scenario.shipped import examples

    return [name for name in examples() if name.startswith(incomplete)]


@click.command("examples")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=_completed)
@click.option("--force", is_flag=True, help="Overwrite files of that name.")
def command(names: tuple[str, ...], force: bool) -> None:
    """List the scenarios that come with negosim; with NAMEs, copy those into the current folder.

    A name can also stand wherever a command takes the FILE of a scenario: 'negosim run ukraine-2025-12'.
    """
    from negosim.scenario.shipped import examples, unknown

    files = examples()
    if not names:
        _list(files)
        return
    for name in names:
        if name not in files:
            raise BadRequest(unknown(name))
    copies = {Path(f"{name}.yaml"): files[name].read_bytes() for name in names}
    write_new(copies, force=force)
    for copy in copies:
        click.echo(f"Written: {copy} (negosim run {copy})")


def _list(files: dict[str, Path]) -> None:
    from negosim.scenario.shipped import title

    width = max(map(len, files), default=0)
    for name, file in files.items():
        click.echo(f"{name:{width}}  {title(file)}")
    click.echo()
    click.echo("negosim run NAME plays one; negosim examples NAME copies its file here.")
