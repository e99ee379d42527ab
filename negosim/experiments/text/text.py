"""A text on the table: who would sign it, who refuses and over what, what would win them, how long it would last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from negosim.engine.compile import compiled
from negosim.engine.initial import at_medians, initial_values
from negosim.engine.reception.opening import Opening
from negosim.experiments.text.account import account_of, compared
from negosim.experiments.text.asked import asked_text, package_of, track_for
from negosim.experiments.text.result import TextAnswer
from negosim.results.build_identity import origin
from negosim.results.labels import labels
from negosim.scenario.load import Scenario, load

TRIALS = 2_000
"""Draws of the uncertain inputs that shares and ranges are taken over."""

MOST_TRIALS = 100_000
"""Draws beyond which memory would matter more than the last tenth of a point."""


def text(
    scenario: Scenario | str | Path,
    name: str | None = None,
    put: Mapping[str, str] | None = None,
    *,
    against: str | None = None,
    against_put: Mapping[str, str] | None = None,
    track: str | None = None,
    trials: int = TRIALS,
    seed: int = 1,
) -> TextAnswer:
    """Put a text on the table at the opening of a scenario. Nothing is played.

    Parameters
    ----------
    scenario : as `negosim.load` returns it, the path of its file, or the name of one that comes with negosim.
    name : of an entry of ``texts``.
    put : issue: option, on top of the entry, or of the status quo without one.
    against, against_put : a second text to hold beside it; without a name the changes are made in the first.
    track : the talks it is put to; by default those that begin with it, else those whose agenda has what it moves.
    trials : draws of the uncertain inputs, from 1 to `MOST_TRIALS`: those of the first histories of a run.
    seed : of the draws.

    Raises
    ------
    ScenarioError
        With every problem of the file, where a path is given.
    ValueError
        Where there is no such text, issue, option or track, or a number is out of range.
    """
    if not 1 <= trials <= MOST_TRIALS or seed < 0:
        raise ValueError(f"trials must be from 1 to {MOST_TRIALS:,}, the seed at least 0")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    texts = [asked_text(scenario, name, put or {})]
    if against is not None or against_put:
        texts.append(asked_text(scenario, against, against_put or {}, texts[0]))
    file, plan = scenario.file, compiled(scenario.file)
    place = track_for(plan, file, tuple(texts), track)
    middle = Opening(initial_values(at_medians(plan), seed, 1), place)
    drawn = Opening(initial_values(plan, seed, trials), place)
    packages = [package_of(plan, item, middle.status_quo) for item in texts]
    data = {
        "scenario": {
            "title": file.title,
            "sha256": scenario.sha256,
            "as_of": file.as_of.isoformat(),
            "horizon": file.end.isoformat(),
            "variant": scenario.variant,
            "set": dict(sorted(scenario.overrides.items())),
        },
        "drawn": {**origin(), "trials": trials, "seed": seed},
        "track": {"id": plan.tracks[place].id, "kind": plan.tracks[place].kind},
        "texts": [
            account_of(file, item, package, middle, drawn) for item, package in zip(texts, packages, strict=True)
        ],
        "compared": compared(middle, drawn, packages[0], packages[1]) if len(packages) > 1 else None,
        "labels": labels(file),
    }
    return TextAnswer(scenario, data)
