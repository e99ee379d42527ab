"""Options that several commands share."""

from __future__ import annotations

import click

from negosim.cli.numbers import Count

MOST_TRIALS = 100_000_000
"""Trials that a run may have."""

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=False))
seed_option = click.option("--seed", type=Count(0, 2**63 - 1), default=1, show_default=True, help="Seed of the draws.")
trials_option = click.option(
    "--trials",
    type=Count(1, MOST_TRIALS),
    default=10_000,
    show_default=True,
    help="Histories to play.",
)
variant_option = click.option("--variant", metavar="V", help="Apply a variant of the scenario.")
set_option = click.option(
    "--set",
    "settings",
    metavar="PATH=VALUE",
    multiple=True,
    help="Set a number or option, after the variant.",
)
