"""Cross-references: whether the parts of a scenario fit together.

The checks read plain data and pass over whatever the schema has already refused, so that one reading of a file
reports every problem it has, and each once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from negosim.scenario.checks_disputes import check_disputes
from negosim.scenario.checks_events import check_effects, check_events
from negosim.scenario.dates import Duration, parse_duration
from negosim.scenario.problems import Path, instead, is_id
from negosim.scenario.quantities import QuantityError, is_quantity, parse_quantity
from negosim.scenario.references import References, TooManyProblemsError, mapping, sequence
from negosim.scenario.schema.base import RESERVED_IDS
from negosim.scenario.scope import WHOLE, Scope

_REACHABLE = ("limited", "ceasefire", "settlement", "agreement", "victory", "faded")


def check(names: References, scope: Scope = WHOLE) -> None:
    """Add to the problems of a document everything that does not fit together in the parts of it that are checked."""
    with suppress(TooManyProblemsError):
        _check(names, scope)


def _check(names: References, scope: Scope) -> None:
    if names.as_of and names.end and names.end <= names.as_of:
        names.say(("horizon",), f"the horizon {names.end} is not after as_of ({names.as_of})")
    check_disputes(names, scope)
    if scope.has("war"):
        _war(names)
        began = names.date(mapping(names.data.get("war")).get("began"))
        if began and names.as_of and began > names.as_of:
            names.say(("war", "began"), f"the war begins on {began}, after as_of ({names.as_of})")
    for party in names.ids.parties:
        if scope.has("parties", party):
            _ratification(names, party)
    for track in names.ids.tracks:
        if scope.has("talks", track):
            _track(names, ("talks", track))
    if scope.has("texts"):
        _texts(names)
    check_events(names, scope)
    for question, value in mapping(names.data.get("questions")).items():
        if scope.has("questions", question):
            _question(names, ("questions", question), mapping(value))
    for lever, value in mapping(names.data.get("levers")).items():
        if scope.has("levers", lever):
            _lever(names, ("levers", lever), mapping(value))
    _sources(names, scope)


def _ratification(names: References, party: str) -> None:
    """Check by whose values the bodies of a party vote."""
    path: Path = ("parties", party, "ratification")
    stated = names.document.at(path)
    bodies = [((*path, index), body) for index, body in enumerate(sequence(stated))] or [(path, stated)]
    for here, body in bodies:
        voters = mapping(body).get("as")
        if names.one_of((*here, "as"), voters, names.parties, "party") and voters == party:
            names.say((*here, "as"), f"a body votes by the values of {party} anyway (remove 'as', or name its voters)")


def _texts(names: References) -> None:
    for text, raw in mapping(names.data.get("texts")).items():
        path: Path = ("texts", text, "options")
        names.package(path, mapping(raw).get("options"))
        _not_forbidden(names, path, mapping(mapping(raw).get("options")), "the text")


def _war(names: References) -> None:
    war = mapping(names.data.get("war"))
    between = sequence(war.get("between"))
    names.known(("war", "between"), between, names.parties, "party")
    if len(between) == 2 and between[0] == between[1]:
        names.say(("war", "between"), "a war is between two different parties")
    for key in ("beliefs", "victory"):
        names.known(("war", key), mapping(war.get(key)), names.belligerents, "belligerent", key=True)
    for winner, terms in mapping(war.get("victory")).items():
        names.package(("war", "victory", winner), terms)
    for stock, raw in mapping(war.get("stocks")).items():
        path = ("war", "stocks", stock)
        names.one_of((*path, "party"), mapping(raw).get("party"), names.parties, "party")
        for index, effect in enumerate(sequence(mapping(raw).get("when_empty"))):
            here = (*path, "when_empty", index)
            if isinstance(effect, dict) and {"lift", "draw", "fix", "refill", "breaks"} & set(effect):
                names.say(here, "what holds while a stock is empty is set, add or scale")
            if "for" in mapping(effect):
                names.say((*here, "for"), "the effect holds while the stock is empty (remove 'for')", key=True)
        check_effects(names, (*path, "when_empty"), mapping(raw).get("when_empty"))


def _track(names: References, path: Path) -> None:
    raw = mapping(names.document.at(path))
    names.known((*path, "signatories"), sequence(raw.get("signatories")), names.parties, "party")
    names.once((*path, "signatories"), sequence(raw.get("signatories")))
    if raw.get("kind") == "ceasefire" and names.no_war:
        names.say((*path, "kind"), "a ceasefire needs a war (add 'war', or make it a settlement)")
    names.known((*path, "issues"), sequence(raw.get("issues")), names.issues, "issue")
    names.once((*path, "issues"), sequence(raw.get("issues")))
    if names.issues == []:
        names.say(path, "there is nothing to talk about (declare issues or chips)", key=True)
    agenda = _agenda(names, path, raw)
    _first_draft(names, (*path, "first_draft"), raw.get("first_draft"), agenda)
    _excluded(names, (*path, "exclude"), mapping(raw.get("exclude")), agenda)
    for key in ("weights", "pressure", "patience"):
        by_party = mapping(raw.get(key))
        if key != "patience" or not is_quantity(by_party):
            names.known((*path, key), by_party, names.parties, "party", key=True)
    names.not_before_start((*path, "opens"), raw.get("opens"))
    names.not_before_start((*path, "deadline", "on"), mapping(raw.get("deadline")).get("on"))


def _agenda(names: References, path: Path, raw: dict[str, Any]) -> list[str] | None:
    """Return the ids on the agenda of a track, or None where that cannot be known."""
    if names.document.lost((*path, "issues")) or names.issues is None:
        return None
    return [name for name in sequence(raw.get("issues")) if isinstance(name, str)] or names.issues


def _first_draft(names: References, path: Path, draft: Any, agenda: list[str] | None) -> None:
    if isinstance(draft, str):
        texts = None if names.document.lost(("texts",)) else mapping(names.data.get("texts"))
        names.one_of(path, draft, texts, "text")
        return
    names.package(path, draft, agenda)
    first = {issue: option for issue, option in mapping(draft).items() if issue in (agenda or ())}
    _not_forbidden(names, path, first, "the first draft")


def _not_forbidden(names: References, path: Path, said: dict[str, Any], what: str) -> None:
    """Check that a text, at the status quo where it says nothing, holds no forbidden combination."""
    text = {
        issue: mapping(mapping(names.data.get(section)).get(issue)).get("status_quo")
        for issue, section in names.ids.sections.items()
    }
    text.update(said)
    for combination in sequence(names.data.get("never")):
        pairs = mapping(combination)
        if said and pairs and all(text.get(issue) == pairs[issue] for issue in pairs):
            named = ", ".join(f"{issue}: {option}" for issue, option in pairs.items())
            names.say(path, f"{what} contains a combination that 'never' forbids ({named})")


def _excluded(names: References, path: Path, excluded: dict[str, Any], agenda: list[str] | None) -> None:
    for issue, options in excluded.items():
        here = (*path, issue)
        if not names.one_of(here, issue, names.issues, "issue", key=True):
            continue
        if agenda is not None and issue not in agenda:
            names.say(here, f"'{issue}' is not on the agenda ({instead(issue, agenda, 'agenda')})", key=True)
            continue
        known = names.options(issue)
        names.known(here, sequence(options), known, f"option of {issue}")
        names.once(here, sequence(options))
        if known and set(known) <= {option for option in sequence(options) if isinstance(option, str)}:
            names.say(here, f"every option of {issue} is excluded, so that no text could be put (leave one)")


def _question(names: References, path: Path, raw: dict[str, Any]) -> None:
    _reach(names, (*path, "reach"), raw.get("reach"))
    names.not_before_start((*path, "by"), raw.get("by"))
    by = names.date(raw.get("by"))
    if by is None or names.end is None:
        return
    if by > names.end:
        names.say((*path, "by"), f"{by} lies after the horizon ({names.end})")
        return
    try:
        lasting = parse_duration(raw["lasting"]) if "lasting" in raw else None
    except ValueError:
        return
    left = (names.end - by).days
    if lasting and left < lasting.days:
        names.say((*path, "lasting"), _too_early(lasting, by, left))


def _too_early(lasting: Duration, by: dt.date, left: int) -> str:
    """Say how many days a horizon lacks, and which horizon would do."""
    needed = math.ceil(lasting.days)
    missing = needed - left
    message = (
        f"the horizon comes too early to tell whether it lasted that long: {lasting} "
        f"{'is' if lasting.count == 1 else 'are'} {lasting.days:,.10g} days, and {left} lie between {by} and the "
        f"horizon; {missing:,} {'day is' if missing == 1 else 'days are'} missing"
    )
    try:
        return f"{message} (a horizon of {by + dt.timedelta(days=needed)} would do)"
    except OverflowError:
        return message


def _reach(names: References, path: Path, reach: Any) -> None:
    if not isinstance(reach, str):
        return
    kinds, between = names.kinds, names.belligerents
    allowed = [*_REACHABLE, *(f"victory:{party}" for party in between or ())]
    if reach not in allowed:
        if between is not None or not reach.startswith("victory:"):
            names.say(path, f"nothing is called '{reach}' ({instead(reach, allowed)})")
    elif reach.partition(":")[0] in ("victory", "faded"):
        if names.no_war:
            names.say(path, f"'{reach}' needs a war")
    elif kinds is not None and not kinds & ({"ceasefire", "settlement"} if reach == "agreement" else {reach}):
        names.say(path, f"no track can bring {'an' if reach == 'agreement' else 'a'} {reach}")


def _lever(names: References, path: Path, raw: dict[str, Any]) -> None:
    target = raw.get("path")
    family = names.number((*path, "path"), target) if isinstance(target, str) else None
    if family is None:
        return
    ends = []
    for index, end in enumerate(sequence(raw.get("range"))):
        try:
            ends.append(parse_quantity(end, family.domain, duration=family.is_duration))
        except QuantityError as error:
            names.say((*path, "range", index, *error.at), error.message)
        else:
            if not ends[-1].is_constant:
                names.say((*path, "range", index), "the end of a range is one number (no distribution)")
    if len(ends) == 2 and all(end.is_constant for end in ends) and ends[0].value >= ends[1].value:
        names.say((*path, "range"), "the first end of a range must lie below the second")


_TITLES = frozenset({"options", "first_draft", "exclude", "victory", "never", "when"})
"""Keys below which ``source`` can be the id of an option or an issue."""


def _sources(names: References, scope: Scope) -> None:
    if names.document.lost(("sources",)):
        return
    allowed = {*mapping(names.data.get("sources")), "judgement"}
    for path, holder in _walk(scope.reduced(names.data), ()):
        source = holder.get("source")
        if not isinstance(source, str) or path[:1] in (("sources",), ("variants",)) or source in allowed:
            continue
        in_benchmark = path[:1] == ("questions",) and is_id(source)
        in_quantity = RESERVED_IDS & set(holder) and not _TITLES & set(path)
        in_text = path[:1] == ("texts",) and len(path) == 2
        in_view = path[:1] in (("issues",), ("chips",)) and path[2:3] == ("views",) and len(path) == 4
        if in_quantity or in_benchmark or in_text or in_view:
            names.say((*path, "source"), f"there is no source '{source}' ({instead(source, allowed, 'sources')})")


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
    items: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in items:
        yield from _walk(item, (*path, key))
