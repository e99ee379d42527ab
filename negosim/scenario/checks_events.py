"""Cross-references of events: their dates, conditions and effects."""

from __future__ import annotations

from typing import Any

from negosim.scenario.paths import WAR
from negosim.scenario.problems import Path
from negosim.scenario.quantities import QuantityError, parse_quantity
from negosim.scenario.reader import Document
from negosim.scenario.references import References, mapping, sequence
from negosim.scenario.scope import Scope


def check_events(names: References, scope: Scope) -> None:
    """Note what does not fit together in the events."""
    for event in names.ids.events:
        if not scope.has("events", event):
            continue
        path = ("events", event)
        raw = mapping(names.document.at(path))
        _dates(names, path, raw)
        if isinstance(raw.get("when"), dict):
            _condition(names, (*path, "when"), raw["when"])
        check_effects(names, (*path, "effects"), raw.get("effects"))


def _dates(names: References, path: Path, raw: dict[str, Any]) -> None:
    names.not_before_start((*path, "on"), raw.get("on"))
    between = sequence(raw.get("between"))
    for index, value in enumerate(between):
        names.not_before_start((*path, "between", index), value)
    dates = [names.date(value) for value in between]
    if len(dates) == 2 and dates[0] and dates[1] and dates[1] < dates[0]:
        names.say((*path, "between"), "the second date lies before the first")


def _condition(names: References, path: Path, when: dict[str, Any]) -> None:
    if when.get("state") in ("war", "ceasefire") and names.no_war:
        names.say((*path, "state"), "without a war the states are impasse and settlement")
    if when.get("state") == "impasse" and names.ids.has_war:
        names.say((*path, "state"), "with a war the states are war, ceasefire and settlement")
    for key in ("front_above", "front_below"):
        if key in when and names.no_war:
            names.say((*path, key), "there is no front without a war", key=True)
    if set(when) == {"for"}:
        names.say(path, "say what must have held that long (state, front_above or front_below)")
    if not when:
        names.say(path, "an empty condition (write e.g. {state: ceasefire, for: 90 days})")


def check_effects(names: References, path: Path, effects: Any) -> None:
    """Note what does not fit together in a list of effects."""
    for index, effect in enumerate(sequence(effects)):
        _effect(names, (*path, index), mapping(effect))


def _effect(names: References, path: Path, effect: dict[str, Any]) -> None:
    for key in ("set", "add", "scale"):
        if isinstance(target := effect.get(key), str):
            _target(names, (*path, key), target, effect)
    for key in ("lift", "draw"):
        if isinstance(target := effect.get(key), str):
            _red_line(names, (*path, key), target)
    fixed = effect.get("fix")
    if names.one_of((*path, "fix"), fixed, names.issues, "issue"):
        names.one_of((*path, "to"), effect.get("to"), names.options(str(fixed)), f"option of {fixed}")
    names.one_of((*path, "refill"), effect.get("refill"), names.stocks, "stock")
    broken, kinds = effect.get("breaks"), names.kinds
    if kinds is not None and broken in ("limited", "ceasefire", "settlement") and broken not in kinds:
        names.say((*path, "breaks"), f"no track can bring a {broken} that this could break")


def _target(names: References, path: Path, target: str, effect: dict[str, Any]) -> None:
    family = names.number(path, target, "a number that an effect can change")
    if family is None:
        return
    if family is WAR.front:
        _front_jump(names, path, effect)
        return
    if family.is_initial:
        names.say(path, f"'{target}' is read once, at the start: no event can change it (use a variant)")
        return
    if path[-1] == "add" and family.is_duration:
        names.say(path, f"'{target}' is a duration: set or scale it")
    if path[-1] == "set" and "to" in effect:
        try:
            parse_quantity(effect["to"], family.domain, duration=family.is_duration)
        except QuantityError as error:
            names.say((*path[:-1], "to", *error.at), error.message)


def _front_jump(names: References, path: Path, effect: dict[str, Any]) -> None:
    """Check that the front is moved on for good: it cannot be held anywhere."""
    if path[0] != "events":
        names.say(path, "the front jumps when an event comes (no stock's effect)")
    elif path[-1] != "add":
        names.say(path, f"the front can only be moved on (write add: {WAR.front()}, by: 0.05)")
    elif "for" in effect:
        names.say((*path[:-1], "for"), "a jump of the front is for good (remove 'for')", key=True)


def _red_line(names: References, path: Path, target: str) -> None:
    parts = target.split(".")
    if len(parts) != 3:
        names.say(path, f"'{target}' is not a red line (write party.issue.option)")
        return
    party, issue, option = parts
    if names.parties is not None and not names.one_of(path, party, names.parties, "party"):
        return
    if not names.one_of(path, issue, names.issues, "issue"):
        return
    names.one_of(path, option, names.options(issue), f"option of {issue}")


def check_lifts(document: Document) -> None:
    """Note red lines that events lift though nobody draws them.

    This is asked of the file alone: a variant may do without a red line that the file's events lift.
    """
    names = References(document)
    effects = [
        (("events", event, "effects", index), mapping(effect))
        for event, raw in mapping(document.data.get("events")).items()
        for index, effect in enumerate(sequence(mapping(raw).get("effects")))
    ]
    drawn = {target for _, effect in effects if isinstance(target := effect.get("draw"), str)}
    for path, effect in effects:
        target = effect.get("lift")
        party, issue, option = target.split(".") if isinstance(target, str) and target.count(".") == 2 else ("", "", "")
        if party not in names.ids.parties or option not in names.ids.options.get(issue, ()) or target in drawn:
            continue
        red_lines = (names.ids.sections[issue], issue, "views", party, "red_lines")
        if not document.lost(red_lines) and option not in mapping(document.at(red_lines)):
            names.say((*path, "lift"), f"{party} draws no red line at {issue}: {option}")
