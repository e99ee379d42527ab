"""The outcomes of a run, trial by trial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import AGREEMENTS, KINDS, NEVER, History, Spells, TrackHistory
from negosim.engine.record.states import CEASEFIRE, FIGHTING, SETTLEMENT


def joined(parts: Sequence[History]) -> History:
    """Join the histories of consecutive blocks into one, in the order of their trials.

    Parameters
    ----------
    parts : histories of the same plan, in any order.
    """
    ordered = sorted(parts, key=lambda part: part.first)
    whole = ordered[0]
    if len(ordered) == 1:
        return whole
    spells = {kind: _joined_spells(part.spells[kind] for part in ordered) for kind in whole.spells}
    tracks = [_joined_tracks([part.tracks[index] for part in ordered]) for index in range(len(whole.tracks))]

    def rows(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in ordered])

    return History(
        first=whole.first,
        spells=spells,
        victory=rows("victory"),
        winner=rows("winner"),
        faded=rows("faded"),
        final=rows("final"),
        fought=rows("fought"),
        occupancy=np.sum([part.occupancy for part in ordered], axis=0),
        tolls=rows("tolls"),
        answers=rows("answers"),
        ripe=np.sum([part.ripe for part in ordered], axis=0),
        zones=np.sum([part.zones for part in ordered], axis=0),
        setting=rows("setting"),
        zone_trials=sum(part.zone_trials for part in ordered),
        tracks=tracks,
    )


def _joined_spells(parts: Iterable[Spells]) -> Spells:
    blocks = list(parts)
    return Spells(
        **{field.name: np.concatenate([getattr(part, field.name) for part in blocks]) for field in fields(Spells)}
    )


def kinds_of(plan: Plan) -> tuple[str, ...]:
    """Return the kinds of agreement to report: limited deals only where a track can bring one."""
    has_limited = any(track.kind == "limited" for track in plan.tracks)
    return KINDS if has_limited else AGREEMENTS


def sides(plan: Plan) -> list[tuple[str, int]]:
    """Return the belligerents, each with its end of the front: +1 or -1."""
    war = plan.war
    return sorted([(plan.parties[war.first], 1), (plan.parties[war.second], -1)]) if war else []


def first_names(plan: Plan) -> tuple[str, ...]:
    """Return the outcomes that are counted, in the order of `first_reached`."""
    fought = ("victory", "faded", *(f"victory:{party}" for party, _ in sides(plan))) if plan.war else ()
    return tuple(sorted((*kinds_of(plan), *fought)))


def first_reached(plan: Plan, history: History) -> dict[str, NDArray[np.int32]]:
    """Return by outcome the tick at which each trial first reached it, `NEVER` where it did not."""
    firsts = {kind: history.spells[kind].first for kind in kinds_of(plan)}
    if plan.war is not None:
        firsts["victory"] = history.victory
        for party, side in sides(plan):
            firsts[f"victory:{party}"] = np.where(history.winner == side, history.victory, np.int32(NEVER))
        firsts["faded"] = history.faded
    return dict(sorted(firsts.items()))


def state_columns(plan: Plan) -> list[tuple[str, int]]:
    """Return the columns of `History.occupancy` by the name of the state."""
    columns = [("war" if plan.war else "impasse", FIGHTING), ("settlement", SETTLEMENT)]
    if plan.war:
        columns += [("ceasefire", CEASEFIRE), ("faded", 5)]
        columns += [(f"victory:{party}", 3 if side == 1 else 4) for party, side in sides(plan)]
    return sorted(columns)


_TOTALS = ("objections", "votes", "approved")
"""What a track's history counts in all trials together."""


def _joined_tracks(parts: Sequence[TrackHistory]) -> TrackHistory:
    arrays = {field.name: [getattr(part, field.name) for part in parts] for field in fields(TrackHistory)}
    return TrackHistory(
        **{
            name: np.sum(blocks, axis=0) if name in _TOTALS else np.concatenate(blocks)
            for name, blocks in arrays.items()
        }
    )
