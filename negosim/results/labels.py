"""Labels: what the output calls things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.scenario.schema.document import ScenarioFile


def labels(file: ScenarioFile) -> dict[str, Any]:
    """Return the names of everything that a summary speaks of, by group and id."""
    disputed = {**file.issues, **file.chips}
    tolls = file.war.tolls if file.war else {}
    return {
        "parties": {name: party.name or words(name) for name, party in sorted(file.parties.items())},
        "short": {name: party.short or party.name or words(name) for name, party in sorted(file.parties.items())},
        "issues": {name: issue.title or words(name) for name, issue in sorted(disputed.items())},
        "options": {
            name: {option: value.title or words(option) for option, value in issue.options.items()}
            for name, issue in sorted(disputed.items())
        },
        "tracks": titles(file.talks),
        "kinds": {name: track.kind for name, track in sorted(file.talks.items())},
        "tolls": titles(tolls),
        "sources": {name: source.title for name, source in sorted(file.sources.items())},
    }


def words_of(file: ScenarioFile) -> dict[str, Any]:
    """Return the names of everything in a scenario, by group and id: labels, questions, events and stocks."""
    return {
        **labels(file),
        "questions": titles(file.questions),
        "events": titles(file.events),
        "stocks": {name: words(name) for name in sorted(file.war.stocks)} if file.war else {},
    }


def titles(things: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of things, by id."""
    return {name: thing.title or words(name) for name, thing in sorted(things.items())}


def words(identifier: str) -> str:
    """Return an id as words, for things without a title."""
    return identifier.replace("_", " ")
