"""Compile a scenario to a plan: names to indices, dates to ticks, defaults to paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from negosim.engine.itself import Itself
from negosim.engine.plan import (
    KEEPS_STATUS_QUO,
    ROUNDING,
    TAKES_BEST,
    Body,
    Change,
    ConditionPlan,
    DeadlinePlan,
    EffectPlan,
    EventPlan,
    FrontJump,
    Plan,
    QuestionPlan,
    Refilling,
    StatusQuo,
    StockPlan,
    Ticks,
    TrackPlan,
    WarPlan,
    changes_of,
)
from negosim.model.consent import RedLine
from negosim.model.packages import Columns, Combination
from negosim.model.talks.text_changes import Agenda
from negosim.registry import plugins
from negosim.scenario.dates import quarter_ends
from negosim.scenario.ids import declared_by
from negosim.scenario.numbers import agenda, holders, numbers
from negosim.scenario.paths import (
    EVENT,
    OPTION,
    OTHER,
    PARTY,
    RATIFICATION,
    STOCK,
    TRACK,
    VIEW,
    WAR,
    NumberPath,
    declared_paths,
    family_of,
    linkage_path,
)  # fmt: skip
from negosim.scenario.quantities import Quantity, parse_quantity
from negosim.scenario.schema.document import Question, ScenarioFile
from negosim.scenario.schema.events import Add, Breaks, Draw, Effect, Event, Fix, Lift, Refill, Scale, SetTo, When
from negosim.scenario.schema.issues import FollowsFront, Issue, Linkage
from negosim.scenario.schema.talks import Deadline, Track

_UNREVISED = ("alternating_offers", "ultimatum")
"""Protocols in which nobody revises a draft."""

_BODY = (
    RATIFICATION.delay, RATIFICATION.hurdle, RATIFICATION.spread, RATIFICATION.foresight, RATIFICATION.memory,
)  # fmt: skip


_KEPT = 4
"""Plans that are kept for whoever asks for the same scenario again."""


def compiled(scenario: ScenarioFile) -> Plan:
    """Compile a scenario; one that was compiled a moment ago is not compiled again.

    Parameters
    ----------
    scenario : one that has been checked.
    """
    return _plan_of(Itself(scenario))


@lru_cache(maxsize=_KEPT)
def _plan_of(scenario: Itself[ScenarioFile]) -> Plan:
    return _Compiler(scenario.item).plan()


def path_in_plan(scenario: ScenarioFile, plan: Plan, path: str) -> str | None:
    """Return by what path the plan of a scenario knows a number of the file, None where it has no such number.

    What linkages add goes by what they join there, not by their place in the file.
    """
    if path in plan.quantities:
        return path
    if family_of(path) is not OTHER.linkage:
        return None
    place, party = NumberPath.parse(path).ids
    return plan.linkage_paths[_order_of(scenario.linkages).index(int(place))][plan.parties.index(party)]


def _order_of(linkages: Sequence[Linkage]) -> list[int]:
    """Return the places of linkages in the file, in an order that does not depend on that of the file."""

    def key(place: int) -> tuple[list[tuple[str, str]], list[str]]:
        return sorted(linkages[place].when.items()), sorted(map(str, linkages[place].adds.items()))

    return sorted(range(len(linkages)), key=key)


def ticks_of(scenario: ScenarioFile) -> Ticks:
    """Return the tick grid of a scenario."""
    length, step = (scenario.end - scenario.as_of).days, scenario.step.days
    steps = np.arange(0.0, length, step)
    if steps.size > 1 and length - steps[-1] < 1e-6 * step:
        steps = steps[:-1]
    return Ticks(scenario.as_of, np.append(steps, float(length)))


class _Compiler:
    def __init__(self, scenario: ScenarioFile) -> None:
        self.scenario = scenario
        self.parties = tuple(sorted(scenario.parties))
        disputed: dict[str, Issue] = {**scenario.issues, **scenario.chips}
        self.issues = tuple(sorted(disputed))
        self.disputed = [disputed[name] for name in self.issues]
        self.options = tuple(tuple(issue.options) for issue in self.disputed)
        sizes = [len(options) for options in self.options]
        self.starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.intp)]).astype(np.intp)
        self.ticks = ticks_of(scenario)
        self.ids = declared_by(scenario)
        self.families = declared_paths(self.ids)
        self.quantities = numbers(scenario)
        self.aliases: dict[str, str] = {}
        self.stocks = tuple(sorted(scenario.war.stocks)) if scenario.war else ()
        self.bodies = self._bodies()

    def plan(self) -> Plan:
        scenario = self.scenario
        lines, line_paths, line_ids, drawn = self._red_lines()
        linkages = [scenario.linkages[place] for place in _order_of(scenario.linkages)]
        linkage_paths = self._linkage_paths(linkages)
        tracks = tuple(
            sorted((self._track(name) for name in scenario.talks), key=lambda track: (track.opens, track.id))
        )
        stocks = tuple(self._stock(name) for name in self.stocks)
        events = tuple(self._event(name) for name in sorted(scenario.events))
        touched = {change.target for change in changes_of(events, stocks)}
        return Plan(
            parties=self.parties,
            issues=self.issues,
            sections=self.ids.sections,
            options=self.options,
            slots=tuple(slice(int(a), int(b)) for a, b in pairwise(self.starts)),
            issue_of=np.repeat(np.arange(len(self.issues), dtype=np.intp), np.diff(self.starts)),
            ticks=self.ticks,
            quantities=self.quantities,
            families=self.families,
            aliases=self.aliases,
            status_quo=tuple(self._status_quo(index) for index in range(len(self.issues))),
            lines=lines,
            line_paths=line_paths,
            line_ids=line_ids,
            drawn_later=drawn,
            linkages=tuple(self._combination(item.when) for item in linkages),
            linkage_paths=linkage_paths,
            never=tuple(self._combination(item) for item in sorted(scenario.never, key=lambda i: sorted(i.items()))),
            guarding=self._guarding(touched),
            war=self._war(),
            tolls=tuple(sorted(scenario.war.tolls)) if scenario.war else (),
            stocks=stocks,
            tracks=tracks,
            events=events,
            bodies=self.bodies,
            questions=tuple(self._question(name, scenario.questions[name]) for name in sorted(scenario.questions)),
            quarter_ends=tuple(quarter_ends(scenario.as_of, scenario.end)),
            laws=tuple(scenario.parties[party].concession_law for party in self.parties),
            plugins=plugins(),
        )

    def _column(self, issue: str, option: str) -> int:
        index = self.issues.index(issue)
        return int(self.starts[index]) + self.options[index].index(option)

    def _combination(self, when: dict[str, str]) -> Combination:
        named = sorted((self.issues.index(issue), self._column(issue, option)) for issue, option in when.items())
        return Combination(tuple(issue for issue, _ in named), tuple(column for _, column in named))

    def _linkage_paths(self, linkages: list[Linkage]) -> tuple[tuple[str | None, ...], ...]:
        paths = []
        for linkage in linkages:
            row: list[str | None] = []
            for party in self.parties:
                added = linkage.adds.get(party)
                path = linkage_path(sorted(linkage.when.items()), party)
                while added is not None and path in self.quantities:
                    path += "'"
                if added is not None:
                    self.quantities[path] = added
                row.append(path if added is not None else None)
            paths.append(tuple(row))
        return tuple(paths)

    def _status_quo(self, index: int) -> StatusQuo:
        issue, name = self.disputed[index], self.issues[index]
        if not isinstance(issue.status_quo, FollowsFront):
            return StatusQuo(np.array([self._column(name, issue.status_quo)], dtype=np.intp), np.empty(0))
        rising = sorted(issue.status_quo.follows_front.items(), key=lambda item: item[1])
        columns = np.array([self._column(name, option) for option, _ in rising], dtype=np.intp)
        return StatusQuo(columns, np.array([value for _, value in rising[1:]]))

    def _red_lines(self) -> tuple[tuple[RedLine, ...], tuple[str, ...], dict[str, int], tuple[int, ...]]:
        stated: dict[str, Quantity | str] = {}
        for issue, name in zip(self.disputed, self.issues, strict=True):
            for party, view in issue.views.items():
                for option, line in view.red_lines.items():
                    stated[f"{party}.{name}.{option}"] = line
        events = self.scenario.events.values()
        drawn = {effect.draw for event in events for effect in event.effects if isinstance(effect, Draw)}
        ids = sorted({*stated, *drawn})
        lines, paths = [], []
        for line_id in ids:
            party, name, option = line_id.split(".")
            column = self._column(name, option)
            lines.append(RedLine(self.parties.index(party), self.issues.index(name), column))
            path = VIEW.red_line(self.ids.sections[name], name, party, option)
            paths.append(path)
            mean_time = stated.get(line_id)
            if isinstance(mean_time, Quantity):
                self.quantities[path] = mean_time
        later = tuple(index for index, line_id in enumerate(ids) if line_id not in stated)
        return tuple(lines), tuple(paths), {line_id: index for index, line_id in enumerate(ids)}, later

    def _guarding(self, touched: set[str]) -> tuple[int, ...]:
        found = []
        for index, name in enumerate(self.issues):
            paths = OPTION.enforcement.each(self.ids.sections[name], name, self.options[index])
            if any(path in touched or self.quantities[path].support[1] > 0 for path in paths):
                found.append(index)
        return tuple(found)

    def _war(self) -> WarPlan | None:
        war = self.scenario.war
        if war is None:
            return None
        first, second = war.between
        imposed = tuple(self._imposed(winner, war.victory.get(winner, {})) for winner in (first, second))
        return WarPlan(self.parties.index(first), self.parties.index(second), (imposed[0], imposed[1]))

    def _imposed(self, winner: str, terms: dict[str, str]) -> Columns:
        assert self.scenario.war
        belligerents = set(self.scenario.war.between)
        columns = np.full(len(self.issues), TAKES_BEST, dtype=np.intp)
        for index, name in enumerate(self.issues):
            chip = self.scenario.chips.get(name)
            if name in terms:
                columns[index] = self._column(name, terms[name])
            elif chip is not None and not set(chip.held_by) <= belligerents:
                columns[index] = KEEPS_STATUS_QUO
        return columns

    def _track(self, name: str) -> TrackPlan:
        track = self.scenario.talks[name]
        on_agenda = agenda(self.scenario, track)
        issues = tuple(self.issues.index(issue) for issue in on_agenda)
        columns = [np.arange(self.starts[issue], self.starts[issue + 1]) for issue in issues]
        place_of = np.repeat(np.arange(len(issues), dtype=np.intp), [part.size for part in columns])
        held = sorted(
            (self.parties.index(party), self.issues.index(chip))
            for chip in on_agenda
            if chip in self.scenario.chips
            for party in self.scenario.chips[chip].held_by
        )
        signatories = tuple(sorted(self.parties.index(party) for party in track.signatories))
        possible = {*signatories, *(self.parties.index(party) for party in holders(self.scenario, track))}
        self._alias_patience(name)
        opens = self.ticks.at(track.opens or self.scenario.as_of)
        return TrackPlan(
            id=name,
            kind=track.kind,
            opens=opens,
            rounds=self._rounds(track.opens or self.scenario.as_of, track.every.days),
            signatories=signatories,
            holders=tuple(held),
            consenters=tuple(sorted(possible)),
            agenda=Agenda(issues, np.concatenate(columns).astype(np.intp), place_of),
            first_draft={
                self.issues.index(issue): self._column(issue, option)
                for issue, option in self._first_draft(track).items()
                if issue in on_agenda
            },
            protocol=track.protocol,
            revisions=0 if track.protocol in _UNREVISED else track.revisions,
            stands=track.between_rounds == "stands",
            ripeness=track.ripeness == "on" and self.scenario.war is not None,
            deadlines=self._deadlines(track.deadline, opens),
            excluded=np.array(
                [self._column(issue, option) for issue in sorted(track.exclude) for option in track.exclude[issue]],
                dtype=np.intp,
            ),
            truce=track.until_ratified == "truce" and self.scenario.war is not None,
            bodies=tuple(body for body in self.bodies if body.party in possible and track.kind in body.kinds),
        )

    def _first_draft(self, track: Track) -> dict[str, str]:
        draft = track.first_draft
        return self.scenario.texts[draft].options if isinstance(draft, str) else draft

    def _bodies(self) -> tuple[Body, ...]:
        """Return the bodies whose approval signatures need, by party, and note their numbers."""
        found: list[Body] = []
        for party, name in enumerate(self.parties):
            for index, stated in enumerate(self.scenario.parties[name].ratification):
                paths = [family(name, index) for family in _BODY]
                numbers = (stated.delay, stated.hurdle, stated.spread, stated.foresight, stated.memory)
                self.quantities |= zip(paths, numbers, strict=True)
                votes_as = self.parties.index(stated.vote_as) if stated.vote_as else party
                found.append(Body(len(found), party, votes_as, stated.by, stated.kinds, *paths))
        return tuple(found)

    def _deadlines(self, deadline: Deadline | None, opens: int) -> tuple[DeadlinePlan, ...]:
        """Return every falling of a deadline up to the first beyond the horizon."""
        falls: list[DeadlinePlan] = []
        if deadline is None or opens >= len(self.ticks):
            return ()
        date, starts = deadline.on, float(self.ticks.days[opens])
        while True:
            tick = self.ticks.at(date)
            beyond = tick >= len(self.ticks)
            day = float((date - self.ticks.as_of).days) if beyond else float(self.ticks.days[tick])
            falls.append(DeadlinePlan(tick, starts, day))
            if beyond or deadline.repeats is None:
                return tuple(falls)
            date, starts = max(deadline.repeats.after(date), date + dt.timedelta(days=1)), day

    def _rounds(self, opens: dt.date, every: float) -> tuple[int, ...]:
        first = float((opens - self.ticks.as_of).days)
        due = np.arange(first, self.ticks.days[-1] + 1e-9, every)
        return tuple(dict.fromkeys(int(tick) for tick in np.searchsorted(self.ticks.days, due - ROUNDING)))

    def _alias_patience(self, name: str) -> None:
        stated = self.scenario.talks[name].patience
        shared = TRACK.shared_patience(name)
        if isinstance(stated, Quantity):
            self.quantities[shared] = stated
        for party in self.parties:
            path = TRACK.patience(name, party)
            if isinstance(stated, dict) and party in stated:
                continue
            self.aliases[path] = shared if isinstance(stated, Quantity) else PARTY.patience(party)
            del self.quantities[path]

    def _event(self, name: str) -> EventPlan:
        event: Event = self.scenario.events[name]
        between = None
        if event.between:
            start, end = ((date - self.ticks.as_of).days for date in event.between)
            between = (float(start), float(end))
        effects = tuple(
            self._effect((EVENT.effect_by(name, index), EVENT.effect_to(name, index)), effect)
            for index, effect in enumerate(event.effects)
        )
        return EventPlan(
            id=name,
            tick=self.ticks.at(event.on) if event.on else None,
            between=between,
            when=self._condition(event.when) if event.when else None,
            repeats=event.repeats,
            effects=effects,
        )

    @staticmethod
    def _condition(when: When) -> ConditionPlan:
        days = when.lasting.days if when.lasting else 0.0
        return ConditionPlan(when.state, when.front_above, when.front_below, days)

    def _stock(self, name: str) -> StockPlan:
        assert self.scenario.war
        changes = (
            self._effect((STOCK.effect_by(name, index), STOCK.effect_to(name, index)), effect)
            for index, effect in enumerate(self.scenario.war.stocks[name].when_empty)
        )
        return StockPlan(name, tuple(change for change in changes if isinstance(change, Change)))

    def _effect(self, paths: tuple[str, str], effect: Effect) -> EffectPlan:
        """Return the plan of an effect.

        Parameters
        ----------
        paths : of its amount: how much it adds or scales by, and what it sets to.
        """
        by, to = paths
        if isinstance(effect, Add | Scale | SetTo):
            lasting = effect.lasting.days if effect.lasting else None
            if isinstance(effect, SetTo):
                family = self.families[effect.set]
                self.quantities[to] = parse_quantity(effect.to, family.domain, duration=family.is_duration)
                return Change("set", effect.set, to, lasting)
            self.quantities[by] = effect.by
            if isinstance(effect, Add):
                if effect.add == WAR.front():
                    return FrontJump(by)
                return Change("add", effect.add, by, lasting)
            return Change("scale", effect.scale, by, lasting)
        if isinstance(effect, Refill):
            self.quantities[by] = effect.by
            return Refilling(self.stocks.index(effect.refill), by)
        assert isinstance(effect, Lift | Draw | Fix | Breaks)
        return effect

    def _question(self, name: str, question: Question) -> QuestionPlan:
        last = self.ticks.up_to(question.by)
        return QuestionPlan(name, question.reach, last, question.lasting.days if question.lasting else 0.0)
