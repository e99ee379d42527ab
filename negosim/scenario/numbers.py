"""Every number of a scenario by its path, defaults filled in.

These are the numbers that events and levers may move and that the engine draws once a trial; the name of the stream
of a draw is the path.
"""

from __future__ import annotations

from typing import Any

from negosim.scenario.ids import declared_by
from negosim.scenario.paths import AFTER, TRACK, VIEW, NumberPath, declared_paths
from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.talks import Track

HOLDER_WEIGHT = 0.5
"""Weight in the mediator's search of a party that only holds a chip on the agenda, or whose values a body votes by
(scenario format 1)."""

CEASEFIRE_PEACE_COST = 0.3
"""Share of the war cost that goes on under a ceasefire, unless stated (scenario format 1)."""


def numbers(scenario: ScenarioFile) -> dict[str, Quantity]:
    """Return every number of a scenario by path, with the defaults of the format filled in."""
    return {path: _lookup(scenario, path) for path in declared_paths(declared_by(scenario))}


def _lookup(scenario: ScenarioFile, path: str) -> Quantity:
    here: Any = scenario
    for part in path.split("."):
        here = here.get(part) if isinstance(here, dict) else getattr(here, part, None)
        if here is None or isinstance(here, Quantity):
            break
    return here if isinstance(here, Quantity) else _default(scenario, NumberPath.parse(path))


def _default(scenario: ScenarioFile, path: NumberPath) -> Quantity:
    match path.family, path.ids:
        case VIEW.value, (_, issue, party, option):
            return _value_from_ideal(scenario, issue, party, option)
        case TRACK.weight, (track, party):
            return constant(_default_weight(scenario, scenario.talks[track], party))
        case TRACK.patience, (_, party):
            return scenario.parties[party].patience
        case AFTER.peace_cost, (track,):
            return constant(CEASEFIRE_PEACE_COST if scenario.talks[track].kind == "ceasefire" else 0.0)
        case family, _:
            return family.default or constant(0.0)


def _value_from_ideal(scenario: ScenarioFile, issue: str, party: str, option: str) -> Quantity:
    """Return a value that falls with distance from the ideal, in the order of the options."""
    disputed = scenario.issues.get(issue) or scenario.chips[issue]
    view = disputed.views.get(party)
    if view is None or view.ideal is None:
        return constant(0.0)
    return constant(spatial_values(list(disputed.options), view.ideal, view.loss)[option])


def spatial_values(options: list[str], ideal: str | None, loss: str = "squared") -> dict[str, float]:
    """Return values that fall with distance from the ideal to 0 at the farthest; all 0 without an ideal.

    Spatial model, with squared loss unless ``loss`` is ``linear``: near an ideal little is lost, so that middles are
    worth trading for (Enelow & Hinich 1984; model 2). Modelling choice.

    >>> spatial_values(["old", "line", "far"], "old")
    {'old': 1.0, 'line': 0.75, 'far': 0.0}
    >>> spatial_values(["old", "line", "far"], "old", "linear")
    {'old': 1.0, 'line': 0.5, 'far': 0.0}
    """
    if ideal is None:
        return dict.fromkeys(options, 0.0)
    best = options.index(ideal)
    farthest = max(best, len(options) - 1 - best, 1)
    shares = {option: abs(place - best) / farthest for place, option in enumerate(options)}
    return {option: 1.0 - (share if loss == "linear" else share * share) for option, share in shares.items()}


def agenda(scenario: ScenarioFile, track: Track) -> list[str]:
    """Return the ids of the issues and chips a track talks about, sorted."""
    return sorted(track.issues or {**scenario.issues, **scenario.chips})


def holders(scenario: ScenarioFile, track: Track) -> set[str]:
    """Return the parties that hold a chip on the agenda of a track."""
    on_agenda = agenda(scenario, track)
    return {party for name, chip in scenario.chips.items() if name in on_agenda for party in chip.held_by}


def _default_weight(scenario: ScenarioFile, track: Track, party: str) -> float:
    if party in track.signatories:
        return 1.0
    holding = holders(scenario, track)
    return HOLDER_WEIGHT if party in holding or party in voters(scenario, track, holding) else 0.0


def voters(scenario: ScenarioFile, track: Track, holding: set[str]) -> set[str]:
    """Return the parties without a seat whose values a body votes by on texts of a track.

    Parameters
    ----------
    holding : the parties that hold a chip on its agenda.
    """
    return {
        body.vote_as
        for party in {*track.signatories, *holding}
        for body in scenario.parties[party].ratification
        if body.vote_as is not None and track.kind in body.kinds
    }
