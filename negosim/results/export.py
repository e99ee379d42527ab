"""Export: results as files, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.record.states import CEASEFIRE, FIGHTING, SETTLEMENT
from negosim.results.trials import kinds_of

Column = list[Any]

_STEERING = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")
"""What JSON may hold as it is and no terminal should be sent: controls, bidi controls, halves of characters."""


def columns(plan: Plan, history: History) -> dict[str, Column]:
    """Return the outcomes of every trial as named columns; None where something did not happen.

    Dates are ISO texts. ``<kind>_days`` is how long the first agreement of a kind held, to its breach or the horizon;
    ``<kind>_broken`` whether it broke. ``<track>.<issue>`` is the option of the first text signed on a track,
    ``<track>.worth.<party>`` what that text is worth to a party.
    """
    table: dict[str, Column] = {"trial": list(range(history.first, history.first + history.trials))}
    table["final_state"] = _final_states(plan, history)
    horizon = float(plan.ticks.days[-1])
    for kind in kinds_of(plan):
        spells = history.spells[kind]
        reached = spells.first != NEVER
        table[f"{kind}_date"] = _dates(plan, spells.first)
        lasted = np.minimum(spells.until, horizon) - spells.since
        table[f"{kind}_days"] = _where(reached, np.round(lasted, 3))
        table[f"{kind}_broken"] = _where(reached, np.isfinite(spells.until))
    if plan.war:
        sides = {1: plan.parties[plan.war.first], -1: plan.parties[plan.war.second], 0: None}
        table["victory_date"] = _dates(plan, history.victory)
        table["winner"] = [sides[int(side)] for side in history.winner]
        table["faded_date"] = _dates(plan, history.faded)
    table["years_of_war" if plan.war else "years_of_impasse"] = np.round(history.fought, 6).tolist()
    for index, toll in enumerate(plan.tolls):
        table[f"toll.{toll}"] = history.tolls[:, index].tolist()
    for index, question in enumerate(plan.questions):
        table[f"question.{question.id}"] = history.answers[:, index].tolist()
    for index in range(len(plan.tracks)):
        table.update(_track_columns(plan, history, index))
    return table


def _track_columns(plan: Plan, history: History, index: int) -> dict[str, Column]:
    track, record = plan.tracks[index], history.tracks[index]
    signed = record.signed != NEVER
    table: dict[str, Column] = {f"{track.id}.signed": _dates(plan, record.signed)}
    for issue in track.agenda.issues:
        options, first = plan.options[issue], plan.slots[issue].start
        table[f"{track.id}.{plan.issues[issue]}"] = [
            options[column - first] if column != NEVER else None for column in record.terms[:, issue].tolist()
        ]
    for party in track.consenters:
        table[f"{track.id}.worth.{plan.parties[party]}"] = _where(signed, np.round(record.worth[:, party], 6))
    return table


def _final_states(plan: Plan, history: History) -> Column:
    names = {FIGHTING: "war" if plan.war else "impasse", CEASEFIRE: "ceasefire", SETTLEMENT: "settlement"}
    sides = (
        {1: f"victory:{plan.parties[plan.war.first]}", -1: f"victory:{plan.parties[plan.war.second]}"}
        if plan.war
        else {}
    )
    return [
        names.get(int(state)) or sides.get(int(winner), "faded")
        for state, winner in zip(history.final, history.winner, strict=True)
    ]


def _dates(plan: Plan, ticks: NDArray[np.int32]) -> Column:
    named = {tick: plan.ticks.date(tick).isoformat() for tick in set(ticks.tolist()) - {NEVER}}
    return [named.get(tick) for tick in ticks.tolist()]


def _where(known: NDArray[np.bool_], values: NDArray[Any]) -> Column:
    return [value if is_known else None for is_known, value in zip(known.tolist(), values.tolist(), strict=True)]


def as_json(summary: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    r"""Write a summary as JSON; what could steer a terminal, or is no character, stands as an escape.

    >>> print(as_json({"title": "a" + chr(0x9B) + "31m"}), end="")
    {
      "title": "a\u009b31m"
    }
    """
    text = json.dumps(summary, ensure_ascii=ascii_only, indent=2, allow_nan=False) + "\n"
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by whom the user's umask lets read it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
