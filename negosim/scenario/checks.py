"""Cross-references: whether the parts of a scenario fit together.

The checks read plain data and pass over whatever the schema has already refused, so that one reading of a file
reports every problem it has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from negosim.scenario.dates import parse_date, parse_duration
from negosim.scenario.numbers import Ids, declared, number_limits
from negosim.scenario.problems import Path, instead
from negosim.scenario.quantities import QuantityError, parse_quantity
from negosim.scenario.reader import Document

_REACHABLE = ("limited", "ceasefire", "settlement", "agreement", "victory", "faded")


def check(document: Document) -> None:
    """Add to ``document.problems`` everything that does not fit together."""
    _Check(document).run()


def mapping(value: Any) -> dict[str, Any]:
    """Return a value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """Return a value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


class _Check:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.data = document.data
        self.ids: Ids = declared(document.data)
        self.limits = number_limits(self.ids)
        self.as_of = self._date(self.data.get("as_of"))
        self.end = self._end()

    def run(self) -> None:
        self._horizon()
        self._issues()
        self._combinations()
        self._war()
        for track in self.ids.tracks:
            self._track(track)
        for event in self.ids.events:
            self._event(("events", event))
        self._questions()
        self._levers()
        self._sources()

    # -- small helpers ------------------------------------------------------------------------------------------

    def say(self, path: Path, message: str, *, key: bool = False) -> None:
        self.document.problem(path, message, key=key)

    @staticmethod
    def _date(value: Any) -> dt.date | None:
        try:
            return parse_date(value)
        except ValueError:
            return None

    def _end(self) -> dt.date | None:
        horizon = self.data.get("horizon")
        try:
            return parse_duration(horizon).after(self.as_of) if self.as_of else None
        except (ValueError, OverflowError):
            return self._date(horizon)

    def _known(self, path: Path, names: Iterable[Any], known: Iterable[str], kind: str, *, key: bool = False) -> None:
        """Check that names exist; those of a mapping stand at its keys, those of a list at its items."""
        allowed = set(known)
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in allowed:
                here = (*path, name if key else index)
                self.say(here, f"there is no {kind} '{name}' ({instead(name, allowed, _plural(kind))})", key=key)

    def _one_of(self, path: Path, name: Any, known: Iterable[str], kind: str) -> bool:
        allowed = set(known)
        if isinstance(name, str) and name not in allowed:
            self.say(path, f"there is no {kind} '{name}' ({instead(name, allowed, _plural(kind))})")
        return isinstance(name, str) and name in allowed

    def _package(self, path: Path, package: Any, within: Iterable[str] | None = None) -> None:
        """Check a mapping of issue: option."""
        issues = self.ids.issues if within is None else list(within)
        for issue, option in mapping(package).items():
            here = (*path, issue)
            if issue in self.ids.issues and issue not in issues:
                self.say(here, f"'{issue}' is not on the agenda ({instead(issue, issues, 'agenda')})", key=True)
            elif issue not in self.ids.issues:
                self.say(here, f"there is no issue '{issue}' ({instead(issue, issues, 'issues')})", key=True)
            else:
                self._one_of(here, option, self.ids.options[issue], f"option of {issue}")

    # -- the parts of a scenario --------------------------------------------------------------------------------

    def _horizon(self) -> None:
        if self.as_of and self.end and self.end <= self.as_of:
            self.say(("horizon",), f"the horizon {self.end} is not after as_of ({self.as_of})")
        try:
            step = parse_duration(self.data.get("step", "7 days")).days
        except ValueError:
            return
        if self.as_of and self.end and step > 0 and (self.end - self.as_of).days / step > 100_000:
            self.say(("horizon",), "more than 100,000 steps lie between as_of and the horizon (lengthen step)")

    def _issues(self) -> None:
        for issue in mapping(self.data.get("issues")):
            if issue in mapping(self.data.get("chips")):
                self.say(
                    ("chips", issue),
                    f"'{issue}' is an issue already (chips and issues share their ids)",
                    key=True,
                )
        for section in ("issues", "chips"):
            for issue, raw in mapping(self.data.get(section)).items():
                self._issue((section, issue), mapping(raw))

    def _issue(self, path: Path, raw: dict[str, Any]) -> None:
        options = list(mapping(raw.get("options")))
        status_quo = raw.get("status_quo")
        if isinstance(status_quo, dict):
            front = mapping(status_quo.get("follows_front"))
            here = (*path, "status_quo", "follows_front")
            self._known(here, front, options, "option", key=True)
            if not self.ids.has_war:
                self.say((*path, "status_quo"), "a status quo can follow the front only where there is a war")
            if len(set(map(str, front.values()))) < len(front):
                self.say(here, "two options hold from the same front value")
        else:
            self._one_of((*path, "status_quo"), status_quo, options, "option")
        self._known((*path, "held_by"), sequence(raw.get("held_by")), self.ids.parties, "party")
        for party, view in mapping(raw.get("views")).items():
            self._view((*path, "views", party), party, mapping(view), options)

    def _view(self, path: Path, party: str, view: dict[str, Any], options: list[str]) -> None:
        if party not in self.ids.parties:
            self.say(path, f"there is no party '{party}' ({instead(party, self.ids.parties, 'parties')})", key=True)
        values = view.get("values")
        self._known((*path, "values"), mapping(values), options, "option", key=True)
        missing = [option for option in options if option not in mapping(values)]
        if isinstance(values, dict) and missing:
            self.say((*path, "values"), f"no value for {', '.join(missing)} (every option needs one)")
        if "ideal" in view:
            self._one_of((*path, "ideal"), view["ideal"], options, "option")
        if values is not None and "ideal" in view:
            self.say((*path, "ideal"), "give either values or ideal (ideal alone makes values fall with distance)")
        if values is None and "ideal" not in view and view.get("salience", 0) != 0:
            self.say(path, "a view with a salience needs values, or an ideal", key=True)
        self._known((*path, "red_lines"), mapping(view.get("red_lines")), options, "option", key=True)

    def _combinations(self) -> None:
        for index, linkage in enumerate(sequence(self.data.get("linkages"))):
            self._package(("linkages", index, "when"), mapping(linkage).get("when"))
            adds = mapping(mapping(linkage).get("adds"))
            self._known(("linkages", index, "adds"), adds, self.ids.parties, "party", key=True)
        for index, combination in enumerate(sequence(self.data.get("never"))):
            self._package(("never", index), combination)
            if isinstance(combination, dict) and len(combination) == 0:
                self.say(("never", index), "an empty combination forbids everything (name at least one option)")

    def _war(self) -> None:
        war = mapping(self.data.get("war"))
        between = sequence(war.get("between"))
        self._known(("war", "between"), between, self.ids.parties, "party")
        if len(between) == 2 and between[0] == between[1]:
            self.say(("war", "between"), "a war is between two different parties")
        self._known(("war", "beliefs"), mapping(war.get("beliefs")), between, "belligerent", key=True)
        self._known(("war", "victory"), mapping(war.get("victory")), between, "belligerent", key=True)
        for winner, terms in mapping(war.get("victory")).items():
            self._package(("war", "victory", winner), terms)
        for stock, raw in mapping(war.get("stocks")).items():
            path = ("war", "stocks", stock)
            self._one_of((*path, "party"), mapping(raw).get("party"), self.ids.parties, "party")
            for index, effect in enumerate(sequence(mapping(raw).get("when_empty"))):
                here = (*path, "when_empty", index)
                if isinstance(effect, dict) and not {"set", "add", "scale"} & set(effect):
                    self.say(here, "what holds while a stock is empty is set, add or scale")
                if "for" in mapping(effect):
                    self.say((*here, "for"), "the effect holds while the stock is empty (remove 'for')")
                self._effect(here, mapping(effect))

    def _track(self, track: str) -> None:
        path = ("talks", track)
        raw = mapping(mapping(self.data["talks"]).get(track))
        parties = self.ids.parties
        signatories = sequence(raw.get("signatories"))
        self._known((*path, "signatories"), signatories, parties, "party")
        for index, name in enumerate(signatories):
            if name in signatories[:index]:
                self.say((*path, "signatories", index), f"'{name}' is given twice")
        if raw.get("kind") == "ceasefire" and not self.ids.has_war:
            self.say((*path, "kind"), "a ceasefire needs a war (add 'war', or make it a settlement)")
        issues = raw.get("issues")
        self._known((*path, "issues"), sequence(issues), self.ids.issues, "issue")
        agenda = [name for name in sequence(issues) if isinstance(name, str)] or self.ids.issues
        if not self.ids.issues:
            self.say(path, "there is nothing to talk about (declare issues or chips)", key=True)
        self._package((*path, "first_draft"), raw.get("first_draft"), agenda)
        self._first_draft_allowed((*path, "first_draft"), raw, agenda)
        for key in ("weights", "pressure", "patience"):
            by_party = mapping(raw.get(key))
            if key != "patience" or not any(isinstance(value, dict | list) and name in ("normal", "uniform", "triangular",
                    "pert", "lognormal", "beta", "choice") or name == "value" for name, value in by_party.items()):  # fmt: skip
                self._known((*path, key), by_party, parties, "party", key=True)
        self._within((*path, "opens"), raw.get("opens"))
        deadline = mapping(raw.get("deadline"))
        self._within((*path, "deadline", "on"), deadline.get("on"))

    def _first_draft_allowed(self, path: Path, raw: dict[str, Any], agenda: list[str]) -> None:
        draft = {
            issue: mapping(mapping(self.data.get(self.ids.sections.get(issue, ""))).get(issue)).get("status_quo")
            for issue in self.ids.issues
        }
        draft.update({issue: option for issue, option in mapping(raw.get("first_draft")).items() if issue in agenda})
        for combination in sequence(self.data.get("never")):
            pairs = mapping(combination)
            if pairs and raw.get("first_draft") and all(draft.get(issue) == pairs[issue] for issue in pairs):
                named = ", ".join(f"{issue}: {option}" for issue, option in pairs.items())
                self.say(path, f"the first draft contains a combination that 'never' forbids ({named})")

    def _within(self, path: Path, value: Any) -> None:
        date = self._date(value)
        if date and self.as_of and date < self.as_of:
            self.say(path, f"{date} lies before as_of ({self.as_of})")

    def _event(self, path: Path) -> None:
        raw = mapping(self.document.at(path))
        self._within((*path, "on"), raw.get("on"))
        between = sequence(raw.get("between"))
        for index, value in enumerate(between):
            self._within((*path, "between", index), value)
        dates = [self._date(value) for value in between]
        if len(dates) == 2 and dates[0] and dates[1] and dates[1] < dates[0]:
            self.say((*path, "between"), "the second date lies before the first")
        self._condition((*path, "when"), mapping(raw.get("when")))
        for index, effect in enumerate(sequence(raw.get("effects"))):
            self._effect((*path, "effects", index), mapping(effect))

    def _condition(self, path: Path, when: dict[str, Any]) -> None:
        if when.get("state") in ("war", "ceasefire") and not self.ids.has_war:
            self.say((*path, "state"), "without a war the states are impasse and settlement")
        if when.get("state") == "impasse" and self.ids.has_war:
            self.say((*path, "state"), "with a war the states are war, ceasefire and settlement")
        for key in ("front_above", "front_below"):
            if key in when and not self.ids.has_war:
                self.say((*path, key), "there is no front without a war")
        if "for" in when and len(when) == 1:
            self.say(path, "say what must have held that long (state, front_above or front_below)")
        if not when and isinstance(self.document.at(path), dict):
            self.say(path, "an empty condition (write e.g. {state: ceasefire, for: 90 days})")

    def _effect(self, path: Path, effect: dict[str, Any]) -> None:
        for key in ("set", "add", "scale"):
            if isinstance(target := effect.get(key), str):
                self._target((*path, key), target, effect)
        for key in ("lift", "draw"):
            if isinstance(target := effect.get(key), str):
                self._red_line((*path, key), target, lifting=key == "lift")
        if self._one_of((*path, "fix"), effect.get("fix"), self.ids.issues, "issue"):
            self._one_of((*path, "to"), effect.get("to"), self.ids.options[effect["fix"]], f"option of {effect['fix']}")
        self._one_of((*path, "refill"), effect.get("refill"), self.ids.stocks, "stock")
        kinds = {mapping(track).get("kind") for track in mapping(self.data.get("talks")).values()}
        broken = effect.get("breaks")
        if broken in ("limited", "ceasefire", "settlement") and broken not in kinds:
            self.say((*path, "breaks"), f"no track can bring a {broken} that this could break")

    def _target(self, path: Path, target: str, effect: dict[str, Any]) -> None:
        limits = self.limits.get(target)
        if limits is None:
            near = [name for name in self.limits if name.split(".")[0] == target.split(".")[0]] or list(self.limits)
            self.say(
                path,
                f"'{target}' is not a number that an effect can change ({instead(target, near, 'numbers')})",
            )
            return
        if path[-1] != "set":
            if limits.duration and path[-1] == "add":
                self.say(path, f"'{target}' is a duration: set or scale it")
            return
        try:
            parse_quantity(effect.get("to"), limits.domain, duration=limits.duration)
        except QuantityError as error:
            self.say((*path[:-1], "to", *error.at), error.message)

    def _red_line(self, path: Path, target: str, *, lifting: bool) -> None:
        parts = target.split(".")
        if len(parts) != 3:
            self.say(path, f"'{target}' is not a red line (write party.issue.option)")
            return
        party, issue, option = parts
        if not self._one_of(path, party, self.ids.parties, "party") or not self._one_of(
            path, issue, self.ids.issues, "issue"
        ):
            return
        if not self._one_of(path, option, self.ids.options[issue], f"option of {issue}") or not lifting:
            return
        views = mapping(mapping(mapping(self.data.get(self.ids.sections[issue])).get(issue)).get("views"))
        drawn = any(
            mapping(effect).get("draw") == target
            for event in mapping(self.data.get("events")).values()
            for effect in sequence(mapping(event).get("effects"))
        )
        if option not in mapping(mapping(views.get(party)).get("red_lines")) and not drawn:
            self.say(path, f"{party} draws no red line at {issue}: {option}")

    def _questions(self) -> None:
        kinds = {mapping(track).get("kind") for track in mapping(self.data.get("talks")).values()}
        for question, value in mapping(self.data.get("questions")).items():
            raw, path = mapping(value), ("questions", question)
            self._reach((*path, "reach"), raw.get("reach"), kinds)
            self._within((*path, "by"), raw.get("by"))
            by = self._date(raw.get("by"))
            if by and self.end and by > self.end:
                self.say((*path, "by"), f"{by} lies after the horizon ({self.end})")
            try:
                lasting = parse_duration(raw["lasting"]).days if "lasting" in raw else 0.0
            except ValueError:
                continue
            if lasting and by and self.end and by <= self.end and by + dt.timedelta(days=lasting) > self.end:
                self.say((*path, "lasting"), "the horizon comes too early to tell whether it lasted that long")

    def _reach(self, path: Path, reach: Any, kinds: set[Any]) -> None:
        if not isinstance(reach, str):
            return
        allowed = [*_REACHABLE, *(f"victory:{party}" for party in self.ids.belligerents)]
        if reach not in allowed:
            self.say(path, f"nothing is called '{reach}' ({instead(reach, allowed)})")
        elif reach.partition(":")[0] in ("victory", "faded") and not self.ids.has_war:
            self.say(path, f"'{reach}' needs a war")
        elif reach in ("limited", "ceasefire", "settlement") and reach not in kinds:
            self.say(path, f"no track can bring a {reach}")

    def _levers(self) -> None:
        for lever, value in mapping(self.data.get("levers")).items():
            raw, path = mapping(value), ("levers", lever)
            target = raw.get("path")
            if not isinstance(target, str):
                continue
            limits = self.limits.get(target)
            if limits is None:
                self.say((*path, "path"), f"'{target}' is not a number ({instead(target, self.limits, 'numbers')})")
                continue
            ends = []
            for index, end in enumerate(sequence(raw.get("range"))):
                try:
                    ends.append(parse_quantity(end, limits.domain, duration=limits.duration))
                except QuantityError as error:
                    self.say((*path, "range", index), error.message)
            if len(ends) == 2 and all(end.is_constant for end in ends) and ends[0].value >= ends[1].value:
                self.say((*path, "range"), "the first end of a range lies below the second")

    def _sources(self) -> None:
        known = mapping(self.data.get("sources"))
        for path, holder in _walk(self.data, ()):
            if path[:1] == ("sources",) or not isinstance(holder.get("source"), str):
                continue
            source = holder["source"]
            is_benchmark = "benchmarks" in path
            if source in known or source == "judgement" or (is_benchmark and not source.replace("_", "").isalnum()):
                continue
            allowed = [*known, "judgement"]
            self.say((*path, "source"), f"there is no source '{source}' ({instead(source, allowed, 'sources')})")


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
    items: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in items:
        yield from _walk(item, (*path, key))


def _plural(kind: str) -> str:
    first, _, rest = kind.partition(" ")
    plural = f"{first[:-1]}ies" if first.endswith("y") else f"{first}s"
    return f"{plural} {rest}".rstrip()
