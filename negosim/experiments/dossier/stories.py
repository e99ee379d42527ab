"""Stories: which three histories of a run a report tells, and what of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.record.states import CEASEFIRE, FIGHTING, SETTLEMENT
from negosim.engine.record.trace import Faded, Standing, Trace, Won
from negosim.results.story import entries_of

MOST = 7
"""Events of a history that are shown."""

Rows = NDArray[np.intp]
_STATES = {FIGHTING: "war", CEASEFIRE: "ceasefire", SETTLEMENT: "settlement"}


def chosen(plan: Plan, history: History, kind: str) -> list[dict[str, Any]]:
    """Return which histories to tell: ``role``, ``trial``, and ``count`` of ``of`` that say how rare it is.

    The earliest agreement that holds, the middle one of those that hold, and one that breaks; where most histories end
    as they began, one of those in place of the middle one, and wherever one of the three is missing.

    Parameters
    ----------
    kind : of the agreement that the report is about; what is none, as a victory, leaves those that go on to the end.
    """
    spells, trials = history.spells.get(kind, history.spells["agreement"]), history.trials
    reached = spells.first != NEVER
    holds, broken = reached & np.isinf(spells.until), reached & np.isfinite(spells.until)
    still = (history.final == FIGHTING) & ~reached
    picks = dict[str, dict[str, Any]]()
    rows: Rows = np.nonzero(holds)[0]
    if rows.size:
        first = int(rows[np.argmin(spells.first[rows])])
        as_quick = int(np.count_nonzero(spells.first[rows] == spells.first[first]))
        picks["quickest"] = {"role": "quickest", "trial": first, "count": as_quick, "of": trials}
    if still.mean() > 0.5:
        picks["war"] = _pick("war", _middle(np.nonzero(still)[0], _failed(history)), int(still.sum()), trials)
    elif rows.size > 1:
        middle = _middle(rows, spells.first)
        if middle != picks["quickest"]["trial"]:
            picks["typical"] = _pick("typical", middle, int(rows.size), trials)
    if broken.any():
        where = _middle(np.nonzero(broken)[0], spells.until)
        picks["collapse"] = _pick("collapse", where, int(broken.sum()), int(reached.sum()))
    if len(picks) < 3 and "war" not in picks and still.any():
        picks["war"] = _pick("war", _middle(np.nonzero(still)[0], _failed(history)), int(still.sum()), trials)
    order = ("quickest", "typical", "war", "collapse")
    chosen = [picks[role] for role in order if role in picks]
    return [{**pick, "trial": history.first + pick["trial"]} for pick in chosen]


def _pick(role: str, row: int, count: int, of: int) -> dict[str, Any]:
    return {"role": role, "trial": row, "count": count, "of": of}


def _middle(rows: Rows, numbers: NDArray[Any]) -> int:
    """Return the row that is nearest to the middle of some numbers, the first of those as near."""
    own = numbers[rows].astype(float)
    return int(rows[np.argmin(np.abs(own - np.median(own)))])


def _failed(history: History) -> NDArray[np.int64]:
    failed = [track.failed for track in history.tracks] or [np.zeros(history.trials, dtype=np.int32)]
    total: NDArray[np.int64] = np.sum(failed, axis=0, dtype=np.int64)
    return total


def story(plan: Plan, seed: int, trial: int, kind: str, over: str | None) -> dict[str, Any]:
    """Play one history again and return what a report draws of it.

    Parameters
    ----------
    kind : of the agreement that the report is about.
    over : the issue that is most refused over; red lines on it are worth telling.

    Returns
    -------
    ``front``: steps of date and place, none without a war; ``states``: runs of date and state; ``events``: entries of
    the story, at most `MOST`, in the order of their dates.
    """
    trace: Trace = []
    play(plan, seed, trial, 1, trace, zones=False)
    return {
        "front": _front(plan, trace),
        "states": _states(plan, trace),
        "events": _shown(entries_of(plan, trace), kind, over),
    }


def _front(plan: Plan, trace: Trace) -> list[list[Any]]:
    """Return where the front stands from which date on."""
    if plan.war is None:
        return []
    steps: list[list[Any]] = []
    for record in trace:
        if isinstance(record, Standing):
            front = round(record.front, 4)
            if not steps or steps[-1][1] != front:
                steps.append([plan.ticks.date(record.tick).isoformat(), front])
    return steps


def _states(plan: Plan, trace: Trace) -> list[list[str]]:
    """Return in which state a history is from which date on."""
    runs: list[list[str]] = []
    for record in trace:
        match record:
            case Standing(state=state) if state in _STATES:
                name = "impasse" if state == FIGHTING and plan.war is None else _STATES[state]
            case Won(party=party):
                name = f"victory:{plan.parties[party]}"
            case Faded():
                name = "faded"
            case _:
                continue
        if not runs or runs[-1][1] != name:
            runs.append([plan.ticks.date(record.tick).isoformat(), name])
    return runs


def _shown(entries: list[dict[str, Any]], kind: str, over: str | None) -> list[dict[str, Any]]:
    """Return the entries that matter most, in their order."""
    rank: list[tuple[int, Callable[[dict[str, Any]], bool]]] = [
        (MOST, lambda entry: entry["kind"] in ("victory", "faded") or _is_of(entry, kind)),
        (MOST, lambda entry: entry["kind"] == "truce" or _is_of(entry, "ceasefire") or _is_of(entry, "settlement")),
        (2, lambda entry: entry["kind"] == "vote" and not entry["approved"]),
        (MOST, lambda entry: entry["kind"] == "red_line_lifts" and entry["issue"] == over),
        (MOST, lambda entry: entry["kind"] == "event" and _touches(entry, over)),
        (2, lambda entry: entry["kind"] == "signed" and entry["agreement"] == "limited"),
        (MOST, lambda entry: entry["kind"] == "event"),
    ]
    firsts: list[int] = []
    for most, wanted in rank:
        places = [place for place, entry in enumerate(entries) if wanted(entry) and place not in firsts]
        firsts += _spread(places, min(most, MOST - len(firsts)))
    return [entries[place] for place in sorted(firsts)]


def _spread(places: list[int], room: int) -> list[int]:
    """Return places that fit, the first and the last of them among those kept."""
    if len(places) <= room:
        return places
    if room < 2:
        return places[:room]
    return [places[round(at * (len(places) - 1) / (room - 1))] for at in range(room)]


def _is_of(entry: dict[str, Any], kind: str) -> bool:
    """Tell whether an entry begins or breaks an agreement of a kind."""
    return entry["kind"] in ("signed", "in_force", "breach") and entry.get("agreement") == kind


def _touches(entry: dict[str, Any], over: str | None) -> bool:
    """Tell whether an event breaks an agreement or moves a red line on an issue."""
    return any(
        effect["effect"] == "breaks" or (effect["effect"] in ("lift", "draw") and effect["issue"] == over)
        for effect in entry["effects"]
    )
