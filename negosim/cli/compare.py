"""``negosim compare``: scenarios side by side with the same random numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import (
    ScenarioPath,
    experiment_budget_option,
    require_budget,
    seed_option,
    set_option,
    trials_option,
)

if TYPE_CHECKING:
    from negosim.scenario.load import Scenario


@click.command("compare")
@click.argument("files", nargs=-1, required=True, type=ScenarioPath())
@click.option("--variant", "variants", metavar="V", multiple=True, help="Compare with a variant of the first file.")
@click.option(
    "--with",
    "changes",
    metavar="PATH=VALUE",
    multiple=True,
    help="Compare with the first file changed like this; several changes at once are joined by ';'.",
)
@click.option("--base", metavar="V", help="Compare from this variant of the first file, not from the file itself.")
@set_option
@trials_option
@seed_option
@click.option("--metric", "metrics", metavar="NAME", multiple=True, help="Answer only this.")
@click.option("--full", is_flag=True, help="Print every table: dates, questions, terms, refusals, tolls.")
@click.option("--all", "everything", is_flag=True, help="The same with differences that are not significant.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as one JSON object.")
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
@experiment_budget_option
def command(
    files: tuple[str, ...],
    variants: tuple[str, ...],
    changes: tuple[str, ...],
    base: str | None,
    settings: tuple[str, ...],
    trials: int,
    seed: int,
    metrics: tuple[str, ...],
    full: bool,
    everything: bool,
    as_json: bool,
    workers: int | None,
    budget: float,
) -> None:
    """Play scenarios with the same random numbers and say what differs, history by history.

    The first of FILES is the base. It is compared with its variants (--variant), with itself changed (--with), and
    with the other FILES. What --set sets is set in all of them.
    """
    if len(files) == 1 and not variants and not changes:
        raise click.UsageError("nothing to compare with (add --variant V, --with PATH=VALUE or a second file)")
    found = _scenarios(files, variants, changes, base, settings)

    from negosim.cli.requests import as_request
    from negosim.engine.processes import default_workers
    from negosim.experiments.compare.compare import compare

    for _, scenario in found:
        require_budget(scenario, trials, budget, settings=len(found))
    with as_request():
        comparison = compare(
            [scenario for _, scenario in found],
            labels=[label for label, _ in found],
            metrics=metrics,
            trials=trials,
            seed=seed,
            workers=workers or default_workers(),
        )
    if as_json:
        print_json(comparison.as_dict())
        return
    from rich.console import Console

    from negosim.report.compare_short import print_short
    from negosim.report.comparison import print_comparison

    if full or everything:
        print_comparison(comparison, Console(), everything=everything)
    else:
        print_short(comparison, Console())


def _scenarios(
    files: tuple[str, ...],
    variants: tuple[str, ...],
    changes: tuple[str, ...],
    base: str | None,
    settings: tuple[str, ...],
) -> list[tuple[str, Scenario]]:
    """Return the scenarios to compare with what to call them, the base first."""
    from negosim.scenario.load import load, parse_settings

    values = parse_settings(settings)
    first = load(files[0], variant=base, values=values)
    found = [(base or (Path(files[0]).stem if len(files) > 1 else "base"), first)]
    found += [(variant, first.with_variant(variant)) for variant in variants]
    found += [(change, first.with_values(parse_settings(change.split(";")))) for change in changes]
    found += [(Path(file).stem, load(file, values=values)) for file in files[1:]]
    labels = [label for label, _ in found]
    return [
        (label if label not in labels[:place] else f"{label} ({labels[:place].count(label) + 1})", scenario)
        for place, (label, scenario) in enumerate(found)
    ]
