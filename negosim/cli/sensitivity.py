"""``negosim sensitivity``: which uncertain inputs the answer depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from negosim.cli.answers import print_json
from negosim.cli.numbers import Count
from negosim.cli.options import MOST_TRIALS, experiment_options, require_budget

if TYPE_CHECKING:
    from negosim.experiments.sensitivity.result import Method, Over
    from negosim.scenario.load import Scenario


@click.command("sensitivity")
@click.option(
    "--metric", "metrics", metavar="NAME", multiple=True, help="What is asked; may be repeated.  [default: agreement]"
)
@click.option(
    "--method",
    type=click.Choice(["main", "morris", "sobol", "tornado"]),
    default="main",
    show_default=True,
    help="One run; screening; shares of variance; both ends of every input.",
)
@click.option(
    "--over",
    type=click.Choice(["inputs", "levers"]),
    default="inputs",
    show_default=True,
    help="The uncertain inputs as they are drawn, or the levers over their ranges.",
)
@click.option(
    "--input", "inputs", metavar="ID", multiple=True, help="Only this input, a path or a lever; may be repeated."
)
@click.option(
    "--defaults", is_flag=True, help="Vary what the file leaves at its default too, and judgement, over stated ranges."
)
@click.option("--points", type=Count(2, 1 << 16), help="Trajectories (morris) or base points (sobol).")
@click.option("--trials", type=Count(2, MOST_TRIALS), help="Histories of the run (main) or of every point.")
@experiment_options
@click.option("--full", is_flag=True, help="List every input that matters, not only those that fit on a screen.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--workers", type=Count(1, 256), help="Processes to use.  [default: all processors]")
def command(
    file: str,
    metrics: tuple[str, ...],
    method: Method,
    over: Over,
    inputs: tuple[str, ...],
    defaults: bool,
    points: int | None,
    trials: int | None,
    variant: str | None,
    settings: tuple[str, ...],
    seed: int,
    full: bool,
    as_json: bool,
    workers: int | None,
    budget: float,
) -> None:
    """Say which of the uncertain inputs of the scenario in FILE the answer depends on.

    The default takes one run and looks at how the inputs were drawn in it. Morris and Sobol need SALib
    (pip install "negosim[analysis]").
    """
    from negosim.cli.requests import BadRequest, as_request
    from negosim.engine.processes import default_workers
    from negosim.experiments.sensitivity.sensitivity import sensitivity
    from negosim.scenario.load import load, parse_settings

    scenario = load(file, variant=variant, values=parse_settings(settings))
    _require_budget(scenario, method, len(inputs) or _varied(scenario, over, defaults=defaults), points, trials, budget)
    try:
        with as_request():
            found = sensitivity(
                scenario,
                metrics=metrics or ("agreement",),
                method=method,
                over=over,
                inputs=inputs,
                defaults=defaults,
                points=points,
                trials=trials,
                seed=seed,
                workers=workers or default_workers(),
            )
    except ImportError as error:
        raise BadRequest(str(error)) from error
    if as_json:
        print_json(found.as_dict())
        return
    from rich.console import Console

    from negosim.report.sensitivity import print_sensitivity

    print_sensitivity(found, Console(), full=full)


def _varied(scenario: Scenario, over: Over, *, defaults: bool) -> int:
    """Return how many inputs vary where none is named."""
    from negosim.experiments.inputs import levers, uncertain, with_priors

    if defaults:
        return len(with_priors(scenario)[1])
    return len(levers(scenario) if over == "levers" else uncertain(scenario))


def _require_budget(
    scenario: Scenario, method: Method, inputs: int, points: int | None, trials: int | None, budget: float
) -> None:
    settings, usual = {
        "main": (1, 20_000),
        "tornado": (2 * inputs + 1, 4_000),
        "morris": ((points or 20) * (inputs + 1), 500),
        "sobol": ((points or 128) * (inputs + 2), 500),
    }[method]
    require_budget(scenario, trials or usual, budget, settings=settings)
