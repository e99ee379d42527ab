"""The page of the commands, from the command line itself."""

from __future__ import annotations

import inspect

import click

from docs.generate.writing import NOTE, code, table
from negosim.cli.main import command as negosim
from negosim.cli.results import merge_command

_HEAD = """# The commands

Every command says the same with `--help`. They exit with 0 when done, 1 when negosim itself failed, 2 when the input is
wrong (every problem of a file is reported at once, one line of at most 300 characters each, and nothing is printed on
standard output), 130 when interrupted and 141 when whoever read the output has gone. What `negosim verify` finds is its
exit code too, see there. `negosim --debug …` shows a traceback. Counts may be written `10000`, `10_000` or `1e4`, in
the digits 0 to 9. Only regular files are read.

A FILE is the path of a scenario, or the name of one that comes with negosim, as `negosim examples` lists them. A file
of that path wins over a name: `negosim run ukraine-2025-12` plays the shipped scenario unless the current folder has a
file called exactly `ukraine-2025-12`.

## Completion

Shells can complete commands, options, names of scenarios and files.

| Shell | What it takes |
| --- | --- |
| Bash 4.4 or newer | `source <(_NEGOSIM_COMPLETE=bash_source negosim)` in `~/.bashrc` |
| Zsh | `source <(_NEGOSIM_COMPLETE=zsh_source negosim)` in `~/.zshrc` |
| Fish | once: `_NEGOSIM_COMPLETE=fish_source negosim > ~/.config/fish/completions/negosim.fish` |
"""


def page() -> str:
    """Return the page."""
    context = click.Context(negosim, info_name="negosim")
    parts = [NOTE, _HEAD]
    for name in negosim.list_commands(context):
        command = negosim.get_command(context, name)
        assert command is not None
        parts.append(_section(command, click.Context(command, info_name=name, parent=context)))
        if name == "results":
            parts.append(
                _section(merge_command, click.Context(merge_command, info_name="results merge", parent=context))
            )
    return "\n".join(parts)


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"## {context.command_path}\n", f"Usage: `{context.command_path} {usage}`\n"]
    parts.append(inspect.cleandoc(command.help or "") + "\n")
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        parts.append(table(["Option", "What it does"], [[code(_written(option)), _said(option)] for option in options]))
    return "\n".join(parts)


def _written(option: click.Option) -> str:
    names = ", ".join(option.opts)
    if option.is_flag:
        return names
    return f"{names} {option.metavar or _kind(option.type)}"


def _kind(kind: click.ParamType) -> str:
    if isinstance(kind, click.Choice):
        return "|".join(map(str, kind.choices))
    return "N" if isinstance(kind, click.IntRange) else kind.name.upper()


def _said(option: click.Option) -> str:
    parts = [(option.help or "").replace("  [", " [")]
    if isinstance(option.type, click.IntRange):
        to = " on" if option.type.max is None else f" to {option.type.max}"
        parts.append(f"A whole number from {option.type.min}{to}.")
    if option.required:
        parts.append("Has to be given.")
    if option.show_default:
        parts.append(f"Default: {option.default}.")
    if option.multiple and "repeat" not in parts[0]:
        parts.append("May be given several times.")
    return " ".join(parts)
