"""Ripeness and room for agreement over time: at the end of every quarter, of the histories that are still open."""

from __future__ import annotations

from typing import Any

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.record.states import CEASEFIRE, FIGHTING
from negosim.results.intervals import wilson
from negosim.results.tally import Tally


def _quarters(plan: Plan) -> list[tuple[int, str]]:
    """Return the place and the date of every quarter end."""
    return [(place, date.isoformat()) for place, date in enumerate(plan.quarter_ends)]


def ripeness(plan: Plan, tally: Tally) -> dict[str, Any]:
    """Return the share of histories in which each belligerent, and both, are in a hurting stalemate.

    By date, and there by the state the histories are in: war or ceasefire. ``n`` is their number. A ceasefire does
    not end a hurting stalemate: it says that fighting on would be worth less than the status quo. Without a war there
    is nothing to say.
    """
    if plan.war is None:
        return {}
    names = (plan.parties[plan.war.first], plan.parties[plan.war.second], "both")
    states = (("war", FIGHTING), ("ceasefire", CEASEFIRE))
    shares_by_date: dict[str, Any] = {}
    for quarter, date in _quarters(plan):
        shares_by_date[date] = {}
        for name, place in states:
            n, *counts = tally.ripe[quarter, place].tolist()
            shares = {who: wilson(count, n) for who, count in zip(names, counts, strict=True)}
            shares_by_date[date][name] = {"n": n, **dict(sorted(shares.items()))}
    return shares_by_date


def zones(plan: Plan, tally: Tally) -> dict[str, Any]:
    """Return the share of histories in which a track has a zone of possible agreement.

    By track and date, with red lines respected and ignored. ``p`` is the share in which a text has been found that
    everybody whose consent it needs prefers to no deal, ``undecided`` the share in which neither that nor its
    impossibility has been proven; ``low`` is the lower end of the 95 % Wilson interval of the first, ``high`` the
    upper end of that of both together. ``red_lines`` tells whether anybody who may have to consent has, or may come to
    draw, a red line on the agenda. ``trials`` is how many trials of the run have been looked at, the first ones.
    """
    tracks: dict[str, Any] = {}
    if not tally.zone_trials:
        return {"trials": 0, "tracks": tracks}
    for index, track in enumerate(plan.tracks):
        if track.kind == "limited":
            continue
        states = ["war" if plan.war else "impasse"]
        if track.kind == "settlement" and plan.war:
            states.append("ceasefire")
        dates = {}
        for quarter, date in _quarters(plan):
            counts = tally.zones[quarter, index]
            by_reading = {"respected": counts[0], "ignored": counts[1]}
            dates[date] = {"n": int(counts[0, 0]), **{name: _bounded(count) for name, count in by_reading.items()}}
        asked = {(line.party, line.issue) for line in plan.lines}
        lines = any((party, issue) in asked for party in track.consenters for issue in track.agenda.issues)
        tracks[track.id] = {"states": states, "red_lines": lines, "by": dates}
    return {"trials": tally.zone_trials, "tracks": tracks}


def _bounded(counts: np.ndarray[Any, Any]) -> dict[str, float | None]:
    n, found, undecided = counts.tolist()
    least, most = wilson(found, n), wilson(found + undecided, n)
    return {"p": least["p"], "low": least["low"], "high": most["high"], "undecided": undecided / n if n else None}
