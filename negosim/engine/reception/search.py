"""Other texts: what would win those who refuse, the nearest text that all would sign, and texts better for everybody.

All of it with every uncertain input at its median. Changes of one or two issues are looked at one by one; what lies
farther away is a mixed-integer program (`negosim.model.zopa.exact`), whose answer is held against what the parties say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product

import numpy as np

from negosim.engine.reception.opening import Opening, Responses
from negosim.engine.zopa import problem_of
from negosim.model.packages import Columns
from negosim.model.zopa.exact import TooLargeError, dominating_text, nearest_text
from negosim.model.zopa.zone import AgreementProblem, PartyPositions

MOST = 100_000
"""Changes of a size that are looked at; an agenda with more has its first ones looked at."""

_BETTER = 1e-6
"""By how much a text must be better for somebody to count: what the solver's arithmetic can tell."""


@dataclass(frozen=True)
class Change:
    """A change of a text that wins somebody who refuses.

    Attributes
    ----------
    columns : the options that it brings in.
    still_asked : whether the party won has to consent to the changed text at all.
    signing : who of those asked would sign the changed text once their patience is spent.
    asked : who is asked.
    costs : (parties,) by how much the changed text is worth more, or less, to each.
    """

    columns: tuple[int, ...]
    still_asked: bool
    signing: tuple[int, ...]
    asked: tuple[int, ...]
    costs: tuple[float, ...]


@dataclass(frozen=True)
class Changes:
    """All changes of a text in a number of issues that the talks may put, and what everybody says to them.

    Attributes
    ----------
    columns : the options that each brings in.
    found : what everybody says to the changed texts.
    before : (parties,) what the text as it is is worth.
    complete : whether these are all, and not the first `MOST`.
    """

    columns: Sequence[tuple[int, ...]]
    found: Responses
    before: tuple[float, ...]
    complete: bool

    @classmethod
    def of(cls, opening: Opening, text: Columns, size: int) -> Changes:
        """Look at the changes of a text, (issues,), in so many issues."""
        agenda, free = opening.track.agenda, opening.meeting.free[0]
        others = [
            [(issue, int(column)) for column in agenda.columns[agenda.slots(place)] if column != text[issue]]
            for place, issue in enumerate(agenda.issues)
            if free[issue]
        ]
        every = (change for issues in combinations(others, size) for change in product(*issues))
        chosen = list(islice(every, MOST + 1))
        texts: Columns = np.tile(text, (len(chosen), 1))
        for row, change in enumerate(chosen):
            for issue, column in change:
                texts[row, issue] = column
        fine = np.nonzero(opening.may_be_put(texts))[0][:MOST] if chosen else np.zeros(0, dtype=np.intp)
        columns = [tuple(column for _, column in chosen[row]) for row in fine.tolist()]
        found = opening.respond(texts[fine], np.zeros(fine.size, dtype=np.intp))
        before = opening.respond(text, np.zeros(1, dtype=np.intp)).value[0]
        return cls(columns, found, tuple(before.tolist()), len(chosen) <= MOST)

    def winning(self, party: int, others: Sequence[int], enough: Sequence[Change] = ()) -> list[Change]:
        """Return the changes that win a party, or make its consent unnecessary.

        Those after which fewest of the asked still refuse come first, then those that cost the others least.

        Parameters
        ----------
        others : the parties that may have to consent, besides it.
        enough : smaller changes that win it already: those that contain one are left out.
        """
        won = np.nonzero(self.found.signs[:, party] | ~self.found.asked[:, party])[0]
        known = [set(change.columns) for change in enough]
        kept = [
            self._change(row, party) for row in won.tolist() if not any(one <= set(self.columns[row]) for one in known)
        ]

        def rank(item: Change) -> tuple[int, float, tuple[int, ...]]:
            worst = min((item.costs[place] for place in others), default=0.0)
            return len(item.asked) - len(item.signing), -worst, item.columns

        return sorted(kept, key=rank)

    def _change(self, row: int, party: int) -> Change:
        asked = self.found.asked[row]
        return Change(
            columns=self.columns[row],
            still_asked=bool(asked[party]),
            signing=tuple(np.nonzero(self.found.signs[row] & asked)[0].tolist()),
            asked=tuple(np.nonzero(asked)[0].tolist()),
            costs=tuple((self.found.value[row] - np.array(self.before)).tolist()),
        )


@dataclass(frozen=True)
class Nearest:
    """The nearest text that everybody asked would sign once their patience is spent.

    Attributes
    ----------
    settled : whether the answer is known: the program was not too large, and what it found holds.
    text : (issues,); None where there is none.
    """

    settled: bool
    text: Columns | None


def nearest(opening: Opening, text: Columns, *, red_lines: bool = True) -> Nearest:
    """Return the text that everybody asked would sign and that changes another, (issues,), in the fewest issues.

    Parameters
    ----------
    red_lines : whether red lines stand as they do at the opening; else they are left out of account.
    """
    ground, position = _as_asked(opening)
    if not red_lines:
        position = position.without_red_lines()

    def holds(found: Columns) -> bool:
        said = opening.respond(found, np.zeros(1, dtype=np.intp))
        return bool(said.everybody(said.signs if red_lines else said.wants)[0])

    return _found(opening, ground, position, text, holds)


def nearest_for(opening: Opening, text: Columns, party: int) -> Nearest:
    """Return the text that one party would sign, whatever the others say, and that changes another the least.

    Of several the one that is best for the others.
    """
    ground, position = _as_asked(opening)
    voters = {body.votes_as for body in opening.track.bodies if body.party == party and not body.is_own}
    ground = replace(ground, signatories=(party, *sorted(voters - {party})), holders=())
    crossed = np.zeros_like(position.crossed)
    crossed[:, :, party] = position.crossed[:, :, party]

    def holds(found: Columns) -> bool:
        return bool(opening.respond(found, np.zeros(1, dtype=np.intp)).signs[0, party])

    others = [place for place in opening.track.consenters if place != party]
    return _found(opening, ground, replace(position, crossed=crossed), text, holds, others)


def _found(
    opening: Opening,
    ground: AgreementProblem,
    position: PartyPositions,
    text: Columns,
    holds: Callable[[Columns], bool],
    kind_to: Sequence[int] = (),
) -> Nearest:
    """Return the nearest text of a problem, which must be put to the test; of several the one best for some."""
    try:
        found = nearest_text(ground, position, text, kind_to)
    except TooLargeError:
        return Nearest(False, None)
    if found is None:
        return Nearest(True, None)
    is_fine = bool(opening.may_be_put(found[None])[0]) and holds(found)
    return Nearest(is_fine, found if is_fine else None)


def _as_asked(opening: Opening) -> tuple[AgreementProblem, PartyPositions]:
    """Return what the talks may agree on, with what everybody settles for in the place of no deal.

    A body that votes by somebody else's values counts as one more that is asked wherever its party is: what it must be
    offered is what its party expects it to ask for. It has no red lines of its own.
    """
    values, track, meeting = opening.values, opening.track, opening.meeting
    position, ground = values.position(opening.index), problem_of(values.plan, track)
    floor, crossed = meeting.reservation.copy(), position.crossed.copy()
    signatories, holders = list(ground.signatories), list(ground.holders)
    consenters = set(track.consenters)
    for body in track.bodies:
        if body.is_own:
            continue
        voter = body.votes_as
        ask = meeting.no_deal[:, voter] + opening.foresight.expected(body, meeting.rows, 0.0)
        seen = voter in consenters or voter in signatories or any(voter == party for party, _ in holders)
        floor[:, voter] = np.maximum(floor[:, voter], ask) if seen else ask
        if voter not in consenters:
            crossed[:, :, voter] = False
        if body.party in ground.signatories:
            signatories.append(voter)
        holders += [(voter, chip) for party, chip in ground.holders if party == body.party]
    asked = replace(ground, signatories=tuple(dict.fromkeys(signatories)), holders=tuple(dict.fromkeys(holders)))
    return asked, replace(position, no_deal=floor, crossed=crossed)


@dataclass(frozen=True)
class Frontier:
    """Whether a text is on the Pareto frontier.

    Attributes
    ----------
    is_on : None where that is not settled.
    better : (issues,) a text that is worse for nobody who may be asked and better for somebody.
    gains : (parties,) by how much it is worth more.
    """

    is_on: bool | None
    better: Columns | None = None
    gains: tuple[float, ...] = ()


def frontier(opening: Opening, text: Columns) -> Frontier:
    """Tell whether any other text the talks may put is better for somebody who may be asked and worse for nobody.

    Better by A, what it is worth; a text that crosses a red line which this one, (issues,), does not cross is left out.
    """
    values, agenda, parties = opening.values, opening.track.agenda, opening.track.consenters
    position, ground = values.position(opening.index), problem_of(values.plan, opening.track)
    worth = opening.respond(text, np.zeros(1, dtype=np.intp)).value
    crossed = position.crossed.copy()
    crossed[:, [agenda.slot(int(text[issue])) for issue in agenda.issues]] = False
    others = [party for party in range(len(values.plan.parties)) if party not in parties]
    crossed[:, :, others] = False
    ground = replace(ground, signatories=tuple(parties), holders=())
    try:
        found = dominating_text(ground, replace(position, no_deal=worth, crossed=crossed))
    except TooLargeError:
        return Frontier(None)
    if found is None:
        return Frontier(True)
    gains = (opening.respond(found, np.zeros(1, dtype=np.intp)).value - worth)[0]
    if gains[list(parties)].max() <= _BETTER:
        return Frontier(True)
    if gains[list(parties)].min() < -_BETTER:
        return Frontier(None)
    return Frontier(False, found, tuple(gains.tolist()))
