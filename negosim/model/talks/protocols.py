"""Protocols: how the text of a round comes about (model 8). `negosim.registry` has them by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol as Interface

import numpy as np

from negosim.model.packages import Array, Columns, of_rows
from negosim.model.stakes import Stakes
from negosim.model.talks.drafting import redraft
from negosim.model.talks.offences import DraftingRoom
from negosim.model.talks.offering import offer


@dataclass(frozen=True)
class Situation:
    """What a text is drafted from, in the trials in which a round is held.

    Attributes
    ----------
    draft : (n, issues) the text on the table; issues that are not open at their status quo.
    status_quo : (n, issues).
    room : what a text may contain.
    stakes : what a text means to the parties.
    weights : (n or 1, parties) how much each of them counts.
    estimate : (n, parties) N̂', what a mediator believes that a refusal leaves.
    aspiration : (n, parties) what each of them asks for.
    revisions : how many changes a mediator makes at most.
    proposer : (n,) whose turn it is; None where nobody takes turns.
    """

    draft: Columns
    status_quo: Columns
    room: DraftingRoom
    stakes: Stakes
    weights: Array
    estimate: Array
    aspiration: Array
    revisions: int
    proposer: Columns | None


class Protocol(Interface):
    """A protocol.

    Attributes
    ----------
    takes_turns : whether the signatories take turns in proposing a text.
    """

    takes_turns: bool

    def draft(self, situation: Situation) -> Columns:
        """Return the text that is put to the parties, (n, issues)."""


class SingleText:
    """A mediator changes the text on the table."""

    takes_turns = False

    def draft(self, situation: Situation) -> Columns:
        """Return the text on the table with the changes that most improve the prospect of consent."""
        return redraft(
            situation.draft,
            situation.room,
            situation.stakes,
            situation.estimate,
            situation.weights,
            situation.revisions,
        )


class AlternatingOffers:
    """The signatories take turns in making an offer."""

    takes_turns = True

    def draft(self, situation: Situation) -> Columns:
        """Return what those offer whose turn it is."""
        text, proposer = situation.draft.copy(), situation.proposer
        assert proposer is not None
        for party in np.unique(proposer).tolist():
            mine = np.nonzero(proposer == party)[0]
            text[mine] = offer(
                situation.status_quo[mine],
                situation.room.part(mine),
                situation.stakes.part(mine),
                party,
                situation.aspiration[mine, party],
                of_rows(situation.weights, mine),
            )
        return text


class Ultimatum:
    """The text on the table stays as it is."""

    takes_turns = False

    def draft(self, situation: Situation) -> Columns:
        """Return the text on the table."""
        return situation.draft
