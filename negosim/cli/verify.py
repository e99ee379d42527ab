"""``negosim verify``: check a sealed forecast."""

from __future__ import annotations

import click

from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, plugin_option, run_budget_option
from negosim.cli.output import print_json

_CODES = {"verified": 0, "changed": 1, "differs": 1, "another build": 3}


@click.command("verify")
@click.argument("file", metavar="SEALED", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--sample", type=Count(1, MOST_TRIALS), default=200, show_default=True, help="Histories to play again, at least."
)
@click.option("--seed", type=Count(0, 2**63 - 1), help="Seed of their choice.  [default: drawn from the system]")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as one JSON object.")
@plugin_option
@run_budget_option
def command(file: str, sample: int, seed: int | None, as_json: bool, budget: float) -> int:
    """Check what 'negosim run --seal' has written: that it fits together, and that its histories come out again.

    A random sample of its histories is played again, in whole blocks, and compared byte by byte. The exit code is 0
    where all agree, 1 where the file has been changed or does not come out again, 2 where it is no sealed forecast, and
    3 where another build of negosim has sealed it: then different bytes prove nothing.
    """
    from negosim.experiments.seal.verify import verify

    found = verify(file, sample=sample, seed=seed, budget=budget)
    if as_json:
        print_json(found.as_dict())
    else:
        from rich.console import Console

        from negosim.report.verification import print_verification

        print_verification(found, Console())
    return _CODES[found.verdict]
