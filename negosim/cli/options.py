"""Options that several commands share."""

from __future__ import annotations

import filecmp
import math
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from negosim.cli.numbers import Count

if TYPE_CHECKING:
    from negosim.scenario.load import Scenario

_Command = TypeVar("_Command", bound=Callable[..., Any])

MOST_TRIALS = 100_000_000
"""Trials that a run may have."""


class ScenarioPath(click.Path):
    """The path of a scenario file, or the name of a scenario that comes with negosim."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, allow_dash=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path of the file that is meant; a file of the path given wins over a name."""
        from negosim.scenario.shipped import scenario_file

        try:
            found = str(scenario_file(value))
        except FileNotFoundError as error:
            self.fail(str(error.strerror), param, ctx)
        if found != value:
            _tell_of_a_copy(value, found)
        return super().convert(found, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Offer the names that begin like this, and the files beside them; where there is no such name, any file."""
        from negosim.scenario.shipped import examples

        names = [name for name in examples() if name.startswith(incomplete)]
        if not names:
            return super().shell_complete(ctx, param, incomplete)
        files = sorted(file.name for file in Path().glob("*.yaml") if file.name.startswith(incomplete))
        return [CompletionItem(word) for word in (*names, *files)]


def _tell_of_a_copy(name: str, shipped: str) -> None:
    """Say so where a changed copy of the scenario named lies in the current folder: it is not what is read."""
    copy = Path(f"{name}.yaml")
    if copy.is_file() and not filecmp.cmp(copy, shipped, shallow=False):
        click.echo(f"Note: '{name}' is the scenario that comes with negosim; yours is '{copy}'.", err=True)


def as_typed(file: str) -> str:
    """Return how a scenario is named on a command line: by its name where it is one that comes with negosim."""
    from negosim.scenario.shipped import examples

    known = {str(path.resolve()): name for name, path in examples().items()}
    return known.get(str(Path(file).resolve()), shlex.quote(file))


file_argument = click.argument("file", type=ScenarioPath())
seed_option = click.option("--seed", type=Count(0, 2**63 - 1), default=1, show_default=True, help="Seed of the draws.")
trials_option = click.option(
    "--trials",
    type=Count(1, MOST_TRIALS),
    default=10_000,
    show_default=True,
    help="Histories to play.",
)
variant_option = click.option("--variant", metavar="V", help="Apply a variant of the scenario.")
_setting = click.option(
    "--set",
    "settings",
    metavar="PATH=VALUE",
    multiple=True,
    help="Set a number or option, after the variant.",
)


def _load_plugins(context: click.Context, option: click.Parameter, files: tuple[str, ...]) -> None:
    if files:
        from negosim.registry import load_plugin

        for file in files:
            load_plugin(file)


plugin_option = click.option(
    "--plugin",
    metavar="FILE.py",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    callback=_load_plugins,
    expose_value=False,
    is_eager=True,
    help="Run a Python file that registers rules of your own.",
)


def set_option(command: _Command) -> _Command:
    """Add the options of a command that reads a scenario: settings, and the rules that it may name."""
    return _setting(plugin_option(command))


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_BUDGET = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhd])\Z")


def _seconds(context: click.Context, option: click.Parameter, text: str) -> float:
    """Read ``90s``, ``30m``, ``4h``, ``2d`` or ``none``: seconds of work, infinite for none."""
    match = _BUDGET.match(text)
    if text != "none" and not (match and float(match[1])):
        raise click.BadParameter(f"'{text}' is not a budget (write e.g. 30m, 4h, 2d or none)", context, option)
    return float(match[1]) * _UNITS[match[2]] if match else math.inf


def budget_option(default: str) -> Callable[[_Command], _Command]:
    """Return the option that bounds the work of a command."""
    return click.option(
        "--budget",
        metavar="TIME",
        callback=_seconds,
        default=default,
        show_default=True,
        help="Refuse more work than this, reckoned on one processor: 30m, 4h, 2d or none.",
    )


run_budget_option, experiment_budget_option = budget_option("1h"), budget_option("24h")
"""Of one run, and of commands that play many."""


def experiment_options(command: _Command) -> _Command:
    """Add what every experiment on one scenario takes: the file, a variant, settings, the seed and the budget."""
    for add in (experiment_budget_option, seed_option, set_option, variant_option, file_argument):
        command = add(command)
    return command


def require_budget(scenario: Scenario, trials: int, budget: float, *, settings: int = 1) -> None:
    """Refuse to play a scenario so many times at so many settings where that is more work than the budget.

    Raises
    ------
    BudgetError
        Where it is.
    """
    from negosim.engine.compile import compiled
    from negosim.engine.work import check, work_of

    check(work_of(compiled(scenario.file), trials * settings, zones=False), budget)  # they are played together
