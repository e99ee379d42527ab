"""The opening of a track: what everybody would say to texts that are put there and then, in drawn trials.

Nothing is played: what parties ask for, foresee and value are the engine's own numbers on the first day, before any
event. Judgement is left aside: whether a mood is kind to a text is luck, and no property of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from negosim.engine.foresight import NOBODY, Foresight
from negosim.engine.initial import InitialValues
from negosim.engine.plan import TrackPlan
from negosim.engine.streams import Array
from negosim.engine.talks.held_round import HeldRound
from negosim.model.consent import RedLine, accepts, asked, crossing, objection, whose
from negosim.model.packages import Columns, Flags, picked
from negosim.model.stakes import Stakes
from negosim.model.talks.text_changes import forbidden

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Responses:
    """What everybody says to texts; one row a text and trial, (n, parties) unless it says otherwise.

    Attributes
    ----------
    rows : (n,) the trials.
    asked : whose consent the text needs.
    value : A.
    no_deal : N.
    settles_for : N', what a party settles for once its patience is spent.
    asks : what it asks for at the opening.
    crosses : (n, lines) which live red lines on the agenda the text crosses, whoever is asked.
    crossed : whose.
    opponents : by whose values the first body of a party votes that is not expected to pass the text; -1 for none.
    """

    rows: Rows
    asked: Flags
    value: Array
    no_deal: Array
    settles_for: Array
    asks: Array
    crosses: Flags
    crossed: Flags
    opponents: NDArray[np.intp]

    @property
    def signs_today(self) -> Flags:
        """Who would sign at the opening, were it asked."""
        signs: Flags = accepts(self.value, self.asks, self.crossed) & (self.opponents == NOBODY)
        return signs

    @property
    def signs(self) -> Flags:
        """Who would sign once its patience is spent, were it asked."""
        signs: Flags = accepts(self.value, self.settles_for, self.crossed) & (self.opponents == NOBODY)
        return signs

    @property
    def wants(self) -> Flags:
        """Who would sign once its patience is spent and no red line of its own stands in the way, were it asked."""
        unbarred = np.zeros_like(self.crossed)
        wants: Flags = accepts(self.value, self.settles_for, unbarred) & (self.opponents == NOBODY)
        return wants

    def everybody(self, answers: Flags) -> Flags:
        """Tell where everybody asked gives an answer, (n,)."""
        together: Flags = np.all(answers | ~self.asked, axis=1)
        return together


@dataclass(frozen=True)
class Opening:
    """Where a track stands at the opening, in drawn trials.

    Attributes
    ----------
    values : what everything is worth then.
    index : of the track.
    """

    values: InitialValues
    index: int

    @property
    def track(self) -> TrackPlan:
        """The track."""
        return self.values.plan.tracks[self.index]

    @cached_property
    def meeting(self) -> HeldRound:
        """What everybody asks for."""
        return self.values.meeting(self.index)

    @cached_property
    def foresight(self) -> Foresight:
        """What the parties foresee of their bodies."""
        return Foresight(self.values.plan, self.values.party_values, self.values.state)

    @cached_property
    def places(self) -> list[int]:
        """The places among the plan's red lines of those on the agenda."""
        return [place for place, line in enumerate(self.values.plan.lines) if line.issue in self.track.agenda.issues]

    @cached_property
    def lines(self) -> list[RedLine]:
        """The red lines on the agenda."""
        return [self.values.plan.lines[place] for place in self.places]

    @property
    def status_quo(self) -> Columns:
        """The status quo of the first trial, (issues,)."""
        status_quo: Columns = self.meeting.status_quo[0]
        return status_quo

    def stakes(self, rows: Rows) -> Stakes:
        """Return what texts mean to the parties in some trials, each of which may be named several times."""
        return self.meeting.stakes.part(rows)

    def respond(self, text: Columns, rows: Rows | None = None) -> Responses:
        """Return what everybody says to texts.

        Parameters
        ----------
        text : (issues,) one text for all trials, or (n, issues) one for each row.
        rows : (n,) the trials; None for all.
        """
        meeting, plan = self.meeting, self.values.plan
        rows = meeting.rows if rows is None else rows
        text = np.broadcast_to(text, (rows.size, len(plan.issues)))
        stakes, parties = self.stakes(rows), len(plan.parties)
        value = stakes.agreement(text, stakes.utility(text))
        no_deal = meeting.no_deal[rows]
        crosses = crossing(text, self.lines, meeting.live[rows])
        return Responses(
            rows=rows,
            asked=asked(text, meeting.status_quo[rows], self.track.signatories, self.track.holders, parties),
            value=value,
            no_deal=no_deal,
            settles_for=meeting.reservation[rows],
            asks=meeting.aspiration[rows],
            crosses=crosses,
            crossed=whose(crosses, self.lines, parties),
            opponents=self.foresight.opponents(self.track, rows, value, no_deal, 0.0),
        )

    def may_be_put(self, text: Columns) -> Flags:
        """Tell which texts, (n, issues), the talks may put: nothing in them is excluded or forbidden."""
        free = np.broadcast_to(self.meeting.free[0], text.shape)
        excluded = (np.isin(text, self.track.excluded) & free).any(axis=1)
        fine: Flags = ~excluded & ~forbidden(text, free, self.values.plan.never)
        return fine

    def over(self, text: Columns, said: Responses, party: int) -> int | None:
        """Return the issue over which a party refuses a text, (issues,); None where it signs in the end (model 7).

        Where only the values that a body votes by stand in the way, these tell the issue.

        Parameters
        ----------
        said : what everybody says to it, in the first trial.
        """
        if said.signs[0, party]:
            return None
        values, issues = self.values.party_values, np.asarray(self.track.agenda.issues, dtype=np.intp)
        opponent = int(said.opponents[0, party])
        willing = bool(accepts(said.value, said.settles_for, said.crossed)[0, party])
        judge = opponent if willing and opponent != NOBODY else party
        best = (values.salience * values.best_value)[:1, issues, judge]
        missing = best - picked(values.worth.table, text[None, issues])[:, :, judge]
        crossed = np.zeros((1, issues.size), dtype=bool)
        for place, line in enumerate(self.lines):
            if line.party == party:
                crossed[:, self.track.agenda.issues.index(line.issue)] |= said.crosses[0, place]
        return int(issues[objection(missing, crossed, self.meeting.free[:1, issues])[0]])
