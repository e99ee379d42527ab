"""Cross-references of what is in dispute: issues, chips, views, linkages and forbidden combinations."""

from __future__ import annotations

from typing import Any

from negosim.scenario.problems import Path
from negosim.scenario.references import References, mapping, sequence
from negosim.scenario.scope import Scope


def check_disputes(names: References, scope: Scope) -> None:
    """Note what does not fit together in issues, chips, linkages and ``never``."""
    for issue in mapping(names.data.get("chips")):
        if issue in mapping(names.data.get("issues")):
            message = f"'{issue}' is an issue already (chips and issues share their ids)"
            names.say(("chips", issue), message, key=True)
    for section in ("issues", "chips"):
        for issue, raw in mapping(names.data.get(section)).items():
            if scope.has(section, issue):
                _issue(names, (section, issue), mapping(raw))
    if scope.has("linkages") or scope.has("never"):
        _combinations(names)


def _issue(names: References, path: Path, raw: dict[str, Any]) -> None:
    options = None if names.document.lost((*path, "options")) else list(mapping(raw.get("options")))
    status_quo = raw.get("status_quo")
    if isinstance(status_quo, dict):
        _follows_front(names, (*path, "status_quo"), mapping(status_quo.get("follows_front")), options)
    else:
        names.one_of((*path, "status_quo"), status_quo, options, "option")
    names.known((*path, "held_by"), sequence(raw.get("held_by")), names.parties, "party")
    names.once((*path, "held_by"), sequence(raw.get("held_by")))
    for party, view in mapping(raw.get("views")).items():
        _view(names, (*path, "views", party), mapping(view), options)


def _follows_front(names: References, path: Path, front: dict[str, Any], options: list[str] | None) -> None:
    here = (*path, "follows_front")
    names.known(here, front, options, "option", key=True)
    if names.no_war:
        names.say(path, "a status quo can follow the front only where there is a war")
    numbers = [value for value in front.values() if isinstance(value, int | float)]
    if len(set(numbers)) < len(numbers):
        names.say(here, "two options hold from the same front value")


def _view(names: References, path: Path, view: dict[str, Any], options: list[str] | None) -> None:
    party = path[-1]
    known = names.parties is None or names.one_of(path, party, names.parties, "party", key=True)
    values = view.get("values")
    names.known((*path, "values"), mapping(values), options, "option", key=True)
    unknown = set(mapping(values)).difference(options or ())
    missing = [option for option in options or () if option not in mapping(values)]
    if isinstance(values, dict) and len(missing) > len(unknown):  # a misspelt option has been reported already
        names.say((*path, "values"), f"no value for {', '.join(missing)} (every option needs one)")
    if "ideal" in view:
        names.one_of((*path, "ideal"), view["ideal"], options, "option")
    if values is not None and view.get("ideal") is not None:
        names.say((*path, "ideal"), "give either values or ideal (ideal alone makes values fall with distance)")
    if values is not None and "loss" in view:
        names.say((*path, "loss"), "'loss' says how values fall from an ideal (remove it, or give 'ideal')", key=True)
    lost = names.document.lost((*path, "values")) or names.document.lost((*path, "ideal"))
    if known and not lost and values is None and view.get("ideal") is None and view.get("salience", 0) != 0:
        names.say(path, "a view with a salience needs values, or an ideal", key=True)
    names.known((*path, "red_lines"), mapping(view.get("red_lines")), options, "option", key=True)


def _combinations(names: References) -> None:
    for index, linkage in enumerate(sequence(names.data.get("linkages"))):
        path = ("linkages", index)
        names.package((*path, "when"), mapping(linkage).get("when"))
        names.known((*path, "adds"), mapping(mapping(linkage).get("adds")), names.parties, "party", key=True)
    for index, combination in enumerate(sequence(names.data.get("never"))):
        names.package(("never", index), combination)
        if combination == {}:
            names.say(("never", index), "an empty combination forbids everything (name at least one option)")
