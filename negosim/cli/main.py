"""The ``negosim`` command."""

from __future__ import annotations

import gc
import importlib
import io
import sys
from collections.abc import Sequence
from typing import Any

import click

from negosim.cli.answers import COMMAND, typed
from negosim.cli.output import ReaderGoneError, abandon_output, prepare, reader_may_go
from negosim.threads import start_no_threads
from negosim.version import __version__

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

_COMMANDS = {
    "run": "Play a scenario and say what comes of it.",
    "report": "Play a scenario and write an HTML report.",
    "compare": "Play scenarios with the same random numbers and say what differs.",
    "levers": "Say what it would take to lift the share of an outcome.",
    "score": "Score what was said of questions whose outcomes are known.",
    "verify": "Check a sealed forecast: play a sample of its histories again.",
    "replay": "Tell one simulated history as a dated story.",
    "text": "Put a text on the table: who would sign it, who refuses over what.",
    "explain": "Say what a scenario amounts to before it is run.",
    "sensitivity": "Say which uncertain inputs the answer depends on.",
    "uncertainty": "Tell Monte-Carlo error and the uncertainty of the inputs apart.",
    "calibrate": "Move named inputs until the answers meet given shares.",
    "hindcast": "Score the model on coded negotiations of the past.",
    "sweep": "Play a scenario at many settings of its inputs.",
    "results": "Show, filter and export the results of a sweep.",
    "validate": "Check scenario files and report every problem at once.",
    "examples": "List the scenarios that come with negosim, or copy them here.",
    "init": "Write a commented scenario to begin from.",
    "schema": "Print the JSON Schema of the scenario format, for editors.",
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[COMMAND] = typed(args)
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"negosim.cli.{cmd_name}").command
        return command

    # Click and rich end the program by themselves where the reader of the output has gone, each in its own way.

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options, some of which print something and end."""
        with reader_may_go():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Call a command."""
        with reader_may_go():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="negosim")
@click.option("--debug", is_flag=True, help="Show a traceback when something goes wrong.")
@click.pass_context
def command(ctx: click.Context, debug: bool) -> None:
    """Simulate peace negotiations: write a scenario, play thousands of histories, read what comes of it."""
    ctx.obj = debug
    ctx.call_on_close(_note_a_missing_kernel)


def _note_a_missing_kernel() -> None:
    """Say so on stderr where a command has played without the compiled kernel, unless it was asked to."""
    if "negosim.engine.calendar" not in sys.modules:
        return
    from negosim.engine import kernel

    if kernel.library() is None and not kernel.is_switched_off():
        click.echo(
            f"Note: played without the compiled kernel, which takes {kernel.SLOWER_WITHOUT} times as long. "
            "Install a C compiler, then negosim again.",
            err=True,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 bad input, 130 interrupted, 141 where the reader has gone."""
    outcome = _run(list(sys.argv[1:] if arguments is None else arguments))
    gc.freeze()  # else the interpreter looks for garbage among all there is before it ends
    sys.exit(outcome)


def _run(arguments: list[str]) -> int:
    debug = "--debug" in arguments
    start_no_threads()
    prepare()
    try:
        outcome = command.main(args=arguments, prog_name="negosim", standalone_mode=False)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else OK
    except click.ClickException as error:
        return _shown(error)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return INTERRUPTED
    except (ReaderGoneError, BrokenPipeError):
        return abandon_output()
    except Exception as error:
        if debug:
            raise
        return _explained(error)


def _shown(error: click.ClickException) -> int:
    from negosim.scenario.problems import for_terminal

    words = io.StringIO()
    error.show(words)
    click.echo(for_terminal(words.getvalue()), nl=False, err=True)
    return error.exit_code


def _explained(error: Exception) -> int:
    from negosim.engine.work import BudgetError
    from negosim.experiments.errors import GridError, LibraryError, SealError, StoreError
    from negosim.registry import PluginError
    from negosim.scenario.problems import ScenarioError, for_terminal

    known = ScenarioError | StoreError | GridError | LibraryError | SealError | BudgetError | PluginError
    if isinstance(error, known):
        click.echo(for_terminal(str(error)), err=True)
        return BAD_INPUT
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        click.echo(for_terminal(f"{where}{error.strerror or error}"), err=True)
        return BAD_INPUT
    kind = type(error).__name__
    click.echo(
        for_terminal(f"negosim failed: {kind}: {error} (this is a fault of negosim; 'negosim --debug …' shows more)"),
        err=True,
    )
    return FAILED
