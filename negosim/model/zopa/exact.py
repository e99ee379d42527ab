"""The zone of possible agreement, exactly: questions to a mixed-integer linear program, in one position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negosim.model.packages import Columns
from negosim.model.zopa.program import TOLERANCE, Line, Program, TooLargeError
from negosim.model.zopa.zone import AgreementProblem, PartyPositions

__all__ = [
    "Best",
    "Line",
    "TooLargeError",
    "best_text",
    "dominating_text",
    "nearest_text",
    "smallest_openings",
]


@dataclass(frozen=True)
class Best:
    """The text whose least satisfied consenter gains most.

    Attributes
    ----------
    text : (issues,) columns; None where red lines, fixed issues and `never` leave no text at all.
    margin : the least m_i(x) among those who must consent; None without a text.
    """

    text: Columns | None
    margin: float | None

    @property
    def is_zone(self) -> bool | None:
        """Whether there is a zone; None where the margin is too near 0 to tell."""
        if self.margin is None:
            return False
        return None if abs(self.margin) < TOLERANCE else self.margin > 0


def best_text(ground: AgreementProblem, position: PartyPositions) -> Best:
    """Return the text whose least satisfied consenter gains most, in the only trial of a position.

    Raises
    ------
    TooLargeError
        Where there are too many combinations of guarantees, or too much of everything.
    """
    program = Program(ground, position, ())
    solved = program.largest_margin()
    if solved is None:
        return Best(None, None)
    return Best(program.text(solved), float(solved[program.margin]))


def nearest_text(
    ground: AgreementProblem, position: PartyPositions, text: Columns, kind_to: Sequence[int] = ()
) -> Columns | None:
    """Return the text in the zone that changes another in the fewest issues, and of those the best one.

    The best is the one whose least satisfied consenter gains most, as in `best_text`.

    Parameters
    ----------
    text : (issues,) the text to depart from.
    kind_to : parties for whom the best text is to be the best, by the sum of their m, in place of that.

    Raises
    ------
    TooLargeError
        Where there are too many combinations of guarantees, or too much of everything.
    """
    program = Program(ground, position, ())
    fewest = program.fewest_changes(text)
    if fewest is None:
        return None
    changes = int(np.count_nonzero(program.text(fewest) != text))
    solved = program.best_for(kind_to, changes, text) if kind_to else program.largest_margin(changes, text)
    return program.text(fewest if solved is None else solved)


def dominating_text(ground: AgreementProblem, position: PartyPositions) -> Columns | None:
    """Return the text in the zone that brings the signatories most in sum, by m; None for an empty zone.

    With `PartyPositions.no_deal` at what another text is worth to them, it leaves none of them worse off than that.

    Raises
    ------
    TooLargeError
        Where there are too many combinations of guarantees, or too much of everything.
    """
    program = Program(ground, position, ())
    solved = program.largest_sum()
    return None if solved is None else program.text(solved)


def smallest_openings(
    ground: AgreementProblem, position: PartyPositions, lines: Sequence[Line], most: int, least: int = 1
) -> list[tuple[int, ...]]:
    """Return the smallest sets of red lines without which there is a zone, none within another.

    Parameters
    ----------
    position : one trial, red lines left out of account.
    lines : the live red lines; the sets returned hold their places in this list.
    most : sets to return.
    least : sets up to this size are looked for even where a smaller one has been found.

    Returns
    -------
    Sets in the order of their size; none where there is no zone without red lines either; one empty set where there
    is a zone as it is.
    """
    program = Program(ground, position, lines)
    found: list[tuple[int, ...]] = []
    while len(found) < most:
        solved = program.fewest_crossings(found)
        if solved is None:
            break
        crossed = tuple(index for index in range(len(lines)) if solved[program.lifted + index] > 0.5)
        if found and len(crossed) > max(len(found[0]), least):
            break
        found.append(crossed)
        if not crossed:
            break
    return found
