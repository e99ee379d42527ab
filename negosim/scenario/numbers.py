"""Every number of a scenario by its path, defaults filled in.

These are the numbers that events and levers may move and that the engine draws once a trial; the name of the stream
of a draw is the path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from negosim.scenario.domains import REAL, Domain
from negosim.scenario.quantities import Quantity, constant
from negosim.scenario.schema.base import POSITIVE_TIME
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import Event
from negosim.scenario.schema.issues import Option, View
from negosim.scenario.schema.parties import Party
from negosim.scenario.schema.talks import After, Deadline, Track
from negosim.scenario.schema.war import Belief, Stock, Toll, War

HOLDER_WEIGHT = 0.5
"""Weight in the mediator's search of a party that only holds a chip on the agenda (scenario format 1)."""

CEASEFIRE_PEACE_COST = 0.3
"""Share of the war cost that goes on under a ceasefire, unless stated (scenario format 1)."""

_PARTY = ("time_preference", "war_cost", "fatigue", "patience", "patience_used", "concession", "reciprocity",
          "judgement_noise", "distrust", "exposure")  # fmt: skip
_WAR = ("front", "drift", "volatility", "fade")
_BELIEF = ("optimism", "doubt", "narrative")
_AFTER = ("breach", "shape", "enforcement_effect", "pressure_penalty", "peace_cost", "opportunism", "defection_cost",
          "breach_memory")  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What a number may be: its domain, and whether it is a duration (kept in days)."""

    domain: Domain = REAL
    duration: bool = False


_SHARE = Limits(Domain(0, 1))
_DURATION = Limits(POSITIVE_TIME, duration=True)


@dataclass
class Ids:
    """The ids a scenario declares, whether or not the rest of it is sound."""

    parties: list[str] = field(default_factory=list)
    sections: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    tracks: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    belligerents: list[str] = field(default_factory=list)
    stocks: list[str] = field(default_factory=list)
    tolls: list[str] = field(default_factory=list)
    has_war: bool = False
    deadlines: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)

    @property
    def issues(self) -> list[str]:
        """The ids of issues and chips."""
        return list(self.sections)


def declared(data: dict[str, Any]) -> Ids:
    """Collect the ids of a scenario from plain data, passing over whatever is malformed."""

    def keys(*path: str) -> list[str]:
        here: Any = data
        for part in path:
            here = here.get(part) if isinstance(here, dict) else None
        return [key for key in here if isinstance(key, str)] if isinstance(here, dict) else []

    war = data.get("war")
    between = war.get("between") if isinstance(war, dict) else None
    sections = {name: section for section in ("issues", "chips") for name in keys(section)}
    return Ids(
        parties=keys("parties"),
        sections=sections,
        options={name: keys(section, name, "options") for name, section in sections.items()},
        tracks=keys("talks"),
        events=keys("events"),
        belligerents=[name for name in between if isinstance(name, str)] if isinstance(between, list) else [],
        stocks=keys("war", "stocks"),
        tolls=keys("war", "tolls"),
        has_war=war is not None,
        deadlines=[track for track in keys("talks") if keys("talks", track, "deadline")],
        rates=[event for event in keys("events") if "rate" in keys("events", event)],
    )


def declared_by(scenario: ScenarioFile) -> Ids:
    """Collect the ids of a scenario that has been read."""
    disputed = {**scenario.issues, **scenario.chips}
    return Ids(
        parties=list(scenario.parties),
        sections={**dict.fromkeys(scenario.issues, "issues"), **dict.fromkeys(scenario.chips, "chips")},
        options={name: list(issue.options) for name, issue in disputed.items()},
        tracks=list(scenario.talks),
        events=list(scenario.events),
        belligerents=list(scenario.war.between) if scenario.war else [],
        stocks=list(scenario.war.stocks) if scenario.war else [],
        tolls=list(scenario.war.tolls) if scenario.war else [],
        has_war=scenario.war is not None,
        deadlines=[name for name, track in scenario.talks.items() if track.deadline],
        rates=[name for name, event in scenario.events.items() if event.rate is not None],
    )


def only_at_the_start(path: str) -> bool:
    """Tell whether a number is read once, at the start, so that no event can change it."""
    if path.startswith("war.stocks.") and path.endswith(".level"):
        return True
    return path == "war.front" or path.rpartition(".")[2] in ("optimism", "doubt", "patience_used")


def number_limits(ids: Ids) -> dict[str, Limits]:
    """List the path of every number that events and levers may move, with what it may be."""
    return dict(_limits(ids))


def _limits(ids: Ids) -> Iterator[tuple[str, Limits]]:
    for party in ids.parties:
        yield from _fields(f"parties.{party}", Party, _PARTY)
    for issue, section in ids.sections.items():
        for option in ids.options[issue]:
            yield from _fields(f"{section}.{issue}.options.{option}", Option, ("enforcement",))
        for party in ids.parties:
            view = f"{section}.{issue}.views.{party}"
            yield from _fields(view, View, ("salience",))
            for option in ids.options[issue]:
                yield f"{view}.values.{option}", _SHARE
    if ids.has_war:
        yield from _fields("war", War, _WAR)
        for party in ids.belligerents:
            yield from _fields(f"war.beliefs.{party}", Belief, _BELIEF)
        for stock in ids.stocks:
            yield from _fields(f"war.stocks.{stock}", Stock, ("level", "burn"))
        for toll in ids.tolls:
            yield from _fields(f"war.tolls.{toll}", Toll, ("per_year",))
    for track in ids.tracks:
        yield from _fields(f"talks.{track}", Track, ("mediator_error",))
        for party in ids.parties:
            yield f"talks.{track}.weights.{party}", _limits_of(Track, "weights")
            yield f"talks.{track}.pressure.{party}", _limits_of(Track, "pressure")
            yield f"talks.{track}.patience.{party}", _DURATION
        yield from _fields(f"talks.{track}.after", After, _AFTER)
    for track in ids.deadlines:
        yield from _fields(f"talks.{track}.deadline", Deadline, ("credibility",))
    for event in ids.events:
        yield from _fields(f"events.{event}", Event, ("rate", "chance") if event in ids.rates else ("chance",))


def _fields(prefix: str, model: type[BaseModel], names: tuple[str, ...]) -> Iterator[tuple[str, Limits]]:
    for name in names:
        yield f"{prefix}.{name}", _limits_of(model, name)


@cache
def _limits_of(model: type[BaseModel], name: str) -> Limits:
    info = model.model_fields[name]
    kinds = [*info.metadata, *(kind for branch in get_args(info.annotation) for kind in get_args(branch))]
    domain = next(kind.domain for kind in kinds if hasattr(kind, "domain"))
    return Limits(domain, duration=name in ("patience", "patience_used"))


def numbers(scenario: ScenarioFile) -> dict[str, Quantity]:
    """Return every number of a scenario by path, with the defaults of the format filled in."""
    ids = declared_by(scenario)
    return {path: _lookup(scenario, path) for path in number_limits(ids)}


def _lookup(scenario: ScenarioFile, path: str) -> Quantity:
    here: Any = scenario
    for part in path.split("."):
        here = here.get(part) if isinstance(here, dict) else getattr(here, part, None)
        if here is None or isinstance(here, Quantity):
            break
    return here if isinstance(here, Quantity) else _default(scenario, path.split("."))


def _default(scenario: ScenarioFile, parts: list[str]) -> Quantity:
    match parts:
        case ["issues" | "chips", issue, "views", party, "values", option]:
            return _value_from_ideal(scenario, issue, party, option)
        case ["talks", track, "weights", party]:
            return constant(_default_weight(scenario, scenario.talks[track], party))
        case ["talks", track, "patience", party]:
            return scenario.parties[party].patience
        case ["talks", track, "after", "peace_cost"]:
            return constant(CEASEFIRE_PEACE_COST if scenario.talks[track].kind == "ceasefire" else 0.0)
        case _:
            return constant(0.0)


def _value_from_ideal(scenario: ScenarioFile, issue: str, party: str, option: str) -> Quantity:
    """Value falling linearly with distance from the ideal, in the order of the options, to 0 at the farthest."""
    disputed = scenario.issues.get(issue) or scenario.chips[issue]
    view = disputed.views.get(party)
    if view is None or view.ideal is None:
        return constant(0.0)
    return constant(linear_values(list(disputed.options), view.ideal)[option])


def linear_values(options: list[str], ideal: str | None) -> dict[str, float]:
    """Return values that fall linearly with distance from the ideal to 0 at the farthest; all 0 without an ideal.

    >>> linear_values(["old", "line", "far"], "old")
    {'old': 1.0, 'line': 0.5, 'far': 0.0}
    """
    if ideal is None:
        return dict.fromkeys(options, 0.0)
    best = options.index(ideal)
    farthest = max(best, len(options) - 1 - best, 1)
    return {option: 1.0 - abs(place - best) / farthest for place, option in enumerate(options)}


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
    return HOLDER_WEIGHT if party in holders(scenario, track) else 0.0
