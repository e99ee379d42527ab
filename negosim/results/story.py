"""Teller: turns the trace of a trial into dated entries, each a plain fact with ids and numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from negosim.engine.plan import Change, FrontJump, Plan, Refilling
from negosim.engine.record.states import FIGHTING
from negosim.engine.record.trace import (
    AwaitsVotes,
    Broken,
    DeadlinePassed,
    Faded,
    Happened,
    InForce,
    LineMoved,
    Opened,
    QuoMoved,
    Record,
    Round,
    Seen,
    Standing,
    StockMoved,
    TextLapsed,
    Trace,
    TruceBegun,
    TruceOver,
    Voted,
    Won,
)
from negosim.results.story_rounds import Entry, StoryTable, answered, changes, differences, fold, option, proposer
from negosim.scenario.paths import is_duration
from negosim.scenario.schema.events import Breaks, Draw, Fix, Lift

BIG_MOVE = 0.5
"""A movement of the front, in standard deviations over a year, that is reported before the quarter is over.

A half is the standard deviation over a quarter.
"""

NEWS = 30
"""Days after which a quarter's end is reported."""

RESTLESS = 60
"""Days within which stalemates that begin and end again are reported in one entry."""

_NUMBERS = {"add": "by", "scale": "by", "set": "to"}


def entries_of(plan: Plan, trace: Trace) -> list[Entry]:
    """Return the story of a trace, in the order in which it happened.

    Every entry has a ``date`` and a ``kind``; ids are those of the scenario. Rounds that bring nothing new are folded
    (`negosim.results.story_rounds`); ``each`` in their entry lists them one by one.
    """
    teller = _Teller(plan)
    for record in trace:
        teller.hear(record)
    return teller.entries


class _Teller:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.entries: list[Entry] = []
        self._tables = [StoryTable() for _ in plan.tracks]
        self._fronts = _Fronts(plan)
        self._hurting: dict[int, bool] = {}
        self._flips: dict[int, Entry] = {}

    def hear(self, record: Record) -> None:
        """Tell of a record, if there is anything to tell."""
        match record:
            case Standing():
                self._stands(record)
            case Round():
                self._round(record)
            case Opened():
                self._opened(record)
            case InForce():
                self._in_force(record)
            case Happened() | LineMoved() | QuoMoved() | StockMoved():
                self._tell(record.tick, **self._world(record))
            case AwaitsVotes() | Voted() | TextLapsed() | TruceBegun() | TruceOver() | DeadlinePassed() | Broken():
                self._tables[record.track].folded = None
                track = self.plan.tracks[record.track].id
                self._tell(record.tick, **{"kind": "", "track": track, **self._agreements(record)})
            case Won():
                self._tell(record.tick, kind="victory", party=self.plan.parties[record.party])
            case Faded():
                self._tell(record.tick, kind="faded")

    def _tell(self, tick: int, **facts: Any) -> Entry:
        entry = {"date": self.plan.ticks.date(tick).isoformat(), **facts}
        self.entries.append(entry)
        return entry

    # -- the war and the world -------------------------------------------------------------------------------------

    def _stands(self, standing: Standing) -> None:
        war, parties = self.plan.war, self.plan.parties
        if war is None:
            return
        sides = (war.first, war.second)
        worth = {
            "war": {parties[side]: standing.war[side] for side in sides},
            "status_quo": {parties[side]: standing.status_quo[side] for side in sides},
        }
        if self._fronts.worth_telling(standing):
            beliefs = {parties[side]: standing.beliefs[side] for side in sides}
            self._tell(
                standing.tick, kind="front", front=standing.front, drift=standing.drift, beliefs=beliefs, **worth
            )
        if standing.state != FIGHTING:
            return
        for side in sides:
            if standing.hurting[side] != self._hurting.get(side, False):
                self._flip(side, standing)
            self._hurting[side] = standing.hurting[side]

    def _flip(self, side: int, standing: Standing) -> None:
        """Tell that a stalemate begins or ends; if it has just done so, in the same entry."""
        date, known = self.plan.ticks.date(standing.tick), self._flips.get(side)
        if known is None or (date - dt.date.fromisoformat(known["until"])).days > RESTLESS:
            known = self._tell(standing.tick, kind="stalemate", party=self.plan.parties[side], changes=0)
            self._flips[side] = known
        known |= {
            "hurting": standing.hurting[side],
            "changes": known["changes"] + 1,
            "until": date.isoformat(),
            "war": standing.war[side],
            "status_quo": standing.status_quo[side],
        }

    def _world(self, record: Happened | LineMoved | QuoMoved | StockMoved) -> Entry:
        plan = self.plan
        match record:
            case Happened(event=event, effects=effects):
                return {"kind": "event", "event": event, "effects": [self._effect(seen) for seen in effects]}
            case LineMoved(line=line):
                red = plan.lines[line]
                return {
                    "kind": "red_line_lifts",
                    "party": plan.parties[red.party],
                    "issue": plan.issues[red.issue],
                    "option": option(plan, red.column),
                }
            case QuoMoved(issue=issue, before=before, after=after):
                return {
                    "kind": "status_quo",
                    "issue": plan.issues[issue],
                    "from": option(plan, before),
                    "to": option(plan, after),
                }
            case StockMoved(stock=stock, empty=empty):
                return {"kind": "stock", "stock": plan.stocks[stock].id, "empty": empty}

    def _effect(self, seen: Seen) -> Entry:
        plan = self.plan
        match seen.effect:
            case Change(kind=kind, target=target, days=days):
                return {
                    "effect": kind,
                    "path": target,
                    "before": seen.before,
                    "after": seen.after,
                    "days": is_duration(target),
                    "for_days": days,
                }
            case FrontJump():
                return {"effect": "front", "before": seen.before, "after": seen.after}
            case Refilling(stock=stock):
                return {"effect": "refill", "stock": plan.stocks[stock].id, "before": seen.before, "after": seen.after}
            case Lift(lift=line):
                return {"effect": "lift", **_named(line), "stood": bool(seen.before)}
            case Draw(draw=line):
                return {"effect": "draw", **_named(line), "stood": bool(seen.before)}
            case Fix(fix=issue):
                assert seen.before is not None and seen.after is not None
                before, after = (option(plan, int(column)) for column in (seen.before, seen.after))
                return {"effect": "fix", "issue": issue, "from": before, "to": after}
            case Breaks(breaks=kind):
                return {"effect": "breaks", "agreement": kind}

    # -- talks -----------------------------------------------------------------------------------------------------

    def _opened(self, opened: Opened) -> None:
        track = self.plan.tracks[opened.track]
        self._tables[opened.track].open(opened)
        self._tell(
            opened.tick,
            kind="talks_resume" if opened.again else "talks_open",
            track=track.id,
            draft={self.plan.issues[issue]: option(self.plan, opened.draft[issue]) for issue in track.agenda.issues},
            moves=differences(self.plan, opened.status_quo, opened.draft),
        )

    def _round(self, held: Round) -> None:
        table = self._tables[held.track]
        if not held.signed:
            entry = fold(self.plan, table, held)
            if entry is not None:
                self.entries.append(entry)
            return
        track = self.plan.tracks[held.track]
        moved = {change["issue"] for change in differences(self.plan, held.status_quo, held.text)}
        self._tell(
            held.tick,
            kind="signed",
            track=track.id,
            agreement=track.kind,
            by=proposer(self.plan, held),
            changes=changes(self.plan, table, held),
            terms={self.plan.issues[issue]: option(self.plan, held.text[issue]) for issue in track.agenda.issues},
            moved=sorted(moved),
            parties=[answered(self.plan, answer) for answer in held.answers],
            pressed=held.pressed,
            between_rounds=held.between,
            in_force=False,
        )
        table.note(held)
        table.folded = None

    def _in_force(self, record: InForce) -> None:
        """Tell that an agreement comes into force, in the entry of the signature where that is the same day."""
        track, date = self.plan.tracks[record.track], self.plan.ticks.date(record.tick).isoformat()
        last = self.entries[-1]
        if (last["kind"], last.get("track"), last["date"]) == ("signed", track.id, date):
            last["in_force"] = True
            return
        self._tell(record.tick, kind="in_force", track=track.id, agreement=track.kind)

    def _agreements(
        self, record: AwaitsVotes | Voted | TextLapsed | TruceBegun | TruceOver | DeadlinePassed | Broken
    ) -> Entry:
        plan, track = self.plan, self.plan.tracks[record.track]
        match record:
            case AwaitsVotes(votes=votes):
                due = [
                    {"party": plan.parties[body.party], "by": body.name, "on": self._date_of(day)}
                    for body, day in zip(track.bodies, votes, strict=True)
                    if day is not None
                ]
                return {"kind": "awaits_votes", "votes": due}
            case Voted():
                body = track.bodies[record.body]
                return {
                    "kind": "vote",
                    "party": plan.parties[body.party],
                    "by": body.name,
                    "votes_as": plan.parties[body.votes_as],
                    "approved": record.approved,
                    "value": record.value,
                    "no_deal": record.no_deal,
                    "hurdle": record.hurdle,
                    "threshold": record.threshold,
                    "memory_days": record.memory,
                }
            case TextLapsed():
                return {"kind": "text_lapses"}
            case TruceBegun():
                return {"kind": "truce"}
            case TruceOver(closed_until=until):
                return {"kind": "truce_over", "closed_until": self._date_of(until)}
            case DeadlinePassed(left=left):
                return {"kind": "deadline_passes", "left": left}
            case Broken(day=day, cause=cause, closed_until=until):
                return {
                    "kind": "breach",
                    "agreement": "truce" if record.is_truce else track.kind,
                    "on": self._date_of(day),
                    "cause": cause,
                    "closed_until": self._date_of(until),
                }

    def _date_of(self, day: float | None) -> str | None:
        if day is None:
            return None
        return (self.plan.ticks.as_of + dt.timedelta(days=int(day))).isoformat()


class _Fronts:
    """Chooses when to tell of the front: at the start, once a quarter, and after big moves; never twice the same."""

    def __init__(self, plan: Plan) -> None:
        ends = plan.quarter_ends
        self._due = {plan.ticks.at(date) for date in ends}
        self._end = len(plan.ticks) - 1
        self._days = plan.ticks.days
        self._last: Standing | None = None

    def worth_telling(self, standing: Standing) -> bool:
        last = self._last
        due = last is None or standing.tick == self._end or _moved(last, standing) >= BIG_MOVE
        if last is not None and standing.tick in self._due:
            due |= float(self._days[standing.tick] - self._days[last.tick]) >= NEWS
        news = last is None or (standing.front, standing.drift) != (last.front, last.drift)
        if due and news:
            self._last = standing
        return due and news


def _moved(before: Standing, after: Standing) -> float:
    return abs(after.front - before.front) / after.volatility


def _named(line: str) -> Entry:
    party, issue, name = line.split(".")
    return {"party": party, "issue": issue, "option": name}
