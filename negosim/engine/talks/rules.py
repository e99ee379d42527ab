"""Rules of a user's own in a round: what they give is held against what the model allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.model.packages import Columns
from negosim.model.talks.concession import Law, Pace
from negosim.model.talks.protocols import Protocol, Situation
from negosim.registry import CONCESSIONS, PROTOCOLS, PluginError


def protocol_of(name: str) -> Protocol:
    """Return what drafts the texts of a track."""
    rule = PROTOCOLS.get(name)
    protocol = rule() if isinstance(rule, type) else rule
    return protocol if PROTOCOLS.is_built_in(name) else CheckedProtocol(name, protocol)


def laws_of(plan: Plan) -> dict[int, CheckedLaw]:
    """Return the laws of concession of the parties that follow one of a user's own."""
    own = {party: name for party, name in enumerate(plan.laws) if not CONCESSIONS.is_built_in(name)}
    rules = {party: CONCESSIONS.get(name) for party, name in own.items()}
    return {party: CheckedLaw(own[party], rule() if isinstance(rule, type) else rule) for party, rule in rules.items()}


class CheckedProtocol:
    """A protocol of a user's own.

    Parameters
    ----------
    name : as it is registered.
    protocol : what drafts, or a function that does; without ``takes_turns`` nobody takes turns.
    """

    def __init__(self, name: str, protocol: Any) -> None:
        self.takes_turns: bool = getattr(protocol, "takes_turns", False)
        self._name = name
        self._draft: Callable[[Situation], Columns] = getattr(protocol, "draft", protocol)

    def draft(self, situation: Situation) -> Columns:
        """Return the text that it drafts.

        Raises
        ------
        PluginError
            Where that is no text: an option for every issue, another than in the draft only where the issue is open.
        """
        text, before, room = np.asarray(self._draft(situation)), situation.draft, situation.room
        if text.shape != before.shape or not np.issubdtype(text.dtype, np.integer):
            raise PluginError(
                f"protocol '{self._name}' must return whole numbers, {before.shape} (got {text.dtype}, {text.shape})"
            )
        kept = before.copy()
        for place, issue in enumerate(room.agenda.issues):
            options = room.agenda.columns[room.agenda.slots(place)]
            allowed = room.free[:, place] & np.isin(text[:, issue], options)
            kept[:, issue] = np.where(allowed, text[:, issue], before[:, issue])
        if (kept != text).any():
            raise PluginError(f"protocol '{self._name}' changes an issue that is not open, or to no option of it")
        return kept


@dataclass(frozen=True)
class CheckedLaw:
    """A law of concession of a user's own.

    Attributes
    ----------
    name : as it is registered.
    law : what it says.
    """

    name: str
    law: Law

    def toughness(self, party: int, pace: Pace, signatories: Sequence[int]) -> Array:
        """Return τ of one party, (n,).

        Parameters
        ----------
        party : whose.
        pace : of all parties; in ``others`` τ of all at the last round.
        signatories : of the track.

        Raises
        ------
        PluginError
            Where the law gives no numbers from 0 to 1.
        """
        count, others = len(pace.clock), [other for other in signatories if other != party]

        def own(numbers: Array) -> Array:
            return np.broadcast_to(numbers, pace.clock.shape)[:, party].copy()

        numbers = own(pace.clock), own(pace.patience), own(pace.concession), own(pace.urgency)
        found = np.asarray(self.law(Pace(*numbers, pace.others[:, others])), dtype=float)
        if found.shape != (count,) or not ((found >= 0.0) & (found <= 1.0)).all():
            raise PluginError(f"law of concession '{self.name}' must return {count} numbers from 0 to 1")
        return found
