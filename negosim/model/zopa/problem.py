"""What a track may agree on, where the parties stand, and what is known of their zone of possible agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.model.packages import Array, Columns, Combination, Flags
from negosim.model.stakes import Stakes, Worth
from negosim.model.talks.text_changes import Agenda

NONE, SOME, UNDECIDED = 0, 1, -1
"""What is known of a zone of possible agreement: proven to be empty, a text found, neither."""

_MOST_CIRCLES = 32
"""Sets of chip holders looked at one by one; where there are more, what is not found is undecided."""


@dataclass(frozen=True)
class AgreementProblem:
    """What a track may agree on.

    Attributes
    ----------
    agenda : what is on it.
    signatories : who must sign.
    holders : (party, chip) pairs; a holder must consent where its chip moves.
    never : combinations that no draft may contain.
    excluded : options that no text may contain while their issue is open, by column.
    """

    agenda: Agenda
    signatories: tuple[int, ...]
    holders: tuple[tuple[int, int], ...]
    never: Sequence[Combination]
    excluded: Sequence[int] = ()

    @property
    def outside(self) -> tuple[int, ...]:
        """Those who hold a chip and are no signatories."""
        return tuple(sorted({party for party, _ in self.holders} - set(self.signatories)))

    def coalitions(self) -> list[tuple[int, ...]]:
        """Return the sets of parties that may have to consent together: all, the signatories, and what lies between.

        Where they are too many only the first are returned.
        """
        sets = (chosen for size in range(len(self.outside) + 1) for chosen in combinations(self.outside, size))
        found = [tuple(sorted({*self.signatories, *chosen})) for chosen in islice(sets, _MOST_CIRCLES)]
        everybody = tuple(sorted({*self.signatories, *self.outside}))
        return [everybody, *(coalition for coalition in found if coalition != everybody)]


@dataclass(frozen=True)
class PartyPositions:
    """Where the parties stand; every array has a leading trial axis.

    Attributes
    ----------
    stakes : what a text means to them.
    no_deal : (trials, parties) N.
    status_quo : (trials, issues).
    free : (trials, places on the agenda) issues that are still open.
    crossed : (trials, agenda columns, parties) options behind a live red line of a party; none to ignore red lines.
    must_move : (trials,) where a text that moves nothing is no text.
    """

    stakes: Stakes
    no_deal: Array
    status_quo: Columns
    free: Flags
    crossed: Flags
    must_move: Flags

    @property
    def trials(self) -> int:
        """The number of trials."""
        return int(self.no_deal.shape[0])

    def only(self, rows: NDArray[np.intp]) -> PartyPositions:
        """Return the position in some trials."""
        return replace(
            self,
            stakes=self.stakes.part(rows).alone(),
            **{name: getattr(self, name)[rows] for name in ("no_deal", "status_quo", "free", "crossed", "must_move")},
        )

    @classmethod
    def joined(cls, parts: Sequence[PartyPositions], worth: Worth) -> PartyPositions:
        """Return several positions on the same ground as one, one below the other.

        Parameters
        ----------
        worth : what packages are worth; the rows that the stakes of all parts name stand there.
        """
        counts = [part.trials for part in parts]

        def rows(arrays: Sequence[Any]) -> Any:
            return np.concatenate([np.broadcast_to(array, (count, *array.shape[1:]))
                                   for array, count in zip(arrays, counts, strict=True)])  # fmt: skip

        kept: dict[str, Any] = {}
        for name in ("rows", "going_on", "fallback", "distrust", "time_preference", "hazard", "effect", "phi"):
            values = [getattr(part.stakes, name) for part in parts]
            kept[name] = None if values[0] is None else rows(values)
        names = [field.name for field in fields(cls) if field.name != "stakes"]
        stakes = Stakes(worth=worth, **kept)
        return cls(stakes=stakes, **{name: rows([getattr(part, name) for part in parts]) for name in names})

    def without_red_lines(self) -> PartyPositions:
        """Return the same position, red lines left out of account."""
        return replace(self, crossed=np.zeros_like(self.crossed))


@dataclass(frozen=True)
class Verdict:
    """What is known of the zone in each trial.

    Attributes
    ----------
    known : (trials,) `NONE`, `SOME` or `UNDECIDED`.
    text : (trials, issues) a text in the zone; the status quo where none is known.
    """

    known: NDArray[np.int8]
    text: Columns

    @classmethod
    def blank(cls, position: PartyPositions, rows: NDArray[np.intp]) -> Verdict:
        """Return that nothing is known in some trials of a position."""
        return cls(np.full(rows.size, UNDECIDED, dtype=np.int8), position.status_quo[rows])

    def learn(self, rows: NDArray[np.intp], found: Verdict) -> None:
        """Take over what has been found in some trials."""
        self.known[rows], self.text[rows] = found.known, found.text
