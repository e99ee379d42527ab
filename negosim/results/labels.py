"""Labels: what the output calls things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from negosim.scenario.paths import STOCK
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import Add, Effect, Refill, Scale, SetTo


def labels(file: ScenarioFile, *, numbered: bool = True) -> dict[str, Any]:
    """Return the names of everything in a scenario, by group and id.

    What every result records of a scenario, so that whoever reads it needs no scenario to say what is meant. ``places``
    says what stands at the places of lists, by path: the name of a body, the number that an effect changes, the options
    that a linkage joins.

    Parameters
    ----------
    numbered : whether linkages are among them, whose numbers depend on the order in which a file states them.
    """
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
        "units": {name: toll.unit for name, toll in sorted(tolls.items()) if toll.unit},
        "sources": {name: source.title for name, source in sorted(file.sources.items())},
        "questions": titles(file.questions),
        "events": titles(file.events),
        "stocks": {name: words(name) for name in sorted(file.war.stocks)} if file.war else {},
        "levers": titles(file.levers),
        "variants": titles(file.variants),
        "states": {"war": "war"} if file.war else {"impasse": "impasse"},
        "places": {**dict(_places(file)), **(dict(_linkages(file)) if numbered else {})},
    }


def _places(file: ScenarioFile) -> Iterator[tuple[str, str]]:
    for party, stated in sorted(file.parties.items()):
        for at, body in enumerate(stated.ratification):
            yield f"parties.{party}.ratification.{at}", body.by
    for stock, held in sorted(file.war.stocks.items()) if file.war else ():
        yield from _changed(f"war.stocks.{stock}.when_empty", held.when_empty)
    for event, come in sorted(file.events.items()):
        yield from _changed(f"events.{event}.effects", come.effects)


def _linkages(file: ScenarioFile) -> Iterator[tuple[str, str]]:
    for at, linkage in enumerate(file.linkages):
        yield f"linkages.{at}", "+".join(f"{issue}.{option}" for issue, option in sorted(linkage.when.items()))


def _changed(above: str, effects: Iterable[Effect]) -> Iterator[tuple[str, str]]:
    """Yield by their places the paths of what effects change."""
    for at, effect in enumerate(effects):
        match effect:
            case SetTo(set=path) | Add(add=path) | Scale(scale=path):
                yield f"{above}.{at}", path
            case Refill(refill=stock):
                yield f"{above}.{at}", STOCK.level(stock)


def titles(things: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles of things, by id."""
    return {name: thing.title or words(name) for name, thing in sorted(things.items())}


def words(identifier: str) -> str:
    """Return an id as words, for things without a title."""
    return identifier.replace("_", " ")
