"""Ids: the names that a scenario declares, which the paths of its numbers are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from negosim.scenario.schema.document import ScenarioFile


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
