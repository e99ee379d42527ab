"""The structures of packages.h and talks.h."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LANES = 4
"""So many parties are worked on at a time, as in packages.h."""

_WHOLE, _AT = ctypes.c_int64, ctypes.c_void_p


class Numbers(ctypes.Structure):
    """Numbers with a leading axis of trials, or shared by all of them."""

    _fields_ = [("at", _AT), ("step", _WHOLE)]


class Combination(ctypes.Structure):
    """Named options that occur together."""

    _fields_ = [("count", _WHOLE), ("start", _AT), ("issue", _AT), ("column", _AT)]


def _fields(whole: str, pointers: str) -> list[tuple[str, Any]]:
    return [*((name, _WHOLE) for name in whole.split()), *((name, _AT) for name in pointers.split())]


class Packages(ctypes.Structure):
    """What packages are worth."""

    _fields_ = [
        *_fields("parties width issues", ""),
        *((name, Numbers) for name in ("share", "values")),
        *_fields("guarding", "guard"),
        ("gaps", Numbers),
        ("gap_at", _AT),
        ("linkages", Combination),
        ("additions", _AT),
    ]


class Track(ctypes.Structure):
    """What a track talks about, and who must consent; the same in every round."""

    _fields_ = [
        *_fields("parties issues places slots", "agenda first column place_of place_at slot_at guards apart banned"),
        ("bans", Combination),
        *_fields("all_lines lines", "line line_party line_issue line_column line_slot consents signs"),
        *_fields("signatories holdings", "holding_party holding_chip"),
        *_fields("limited stops takes_turns revisions", ""),
    ]


_NUMBERS = "pressure patience concession scale weights error credibility"


class Round(ctypes.Structure):
    """What a round is told, and where it writes what it brings."""

    _fields_ = [
        *_fields("held first tick", "rows origin state"),
        ("packages", _AT),
        ("best_value", Numbers),
        ("best", _AT),
        ("best_step", _WHOLE),
        *_fields("", "quo edition version fixed taken live luck war cost no_deal undecided memory"),
        *((name, Numbers) for name in ("preference", "distrust", "exposure", "peace_cost", "hazard", "effect")),
        *((name, Numbers) for name in _NUMBERS.split()),
        *_fields("", "left clock"),
        ("passed", ctypes.c_double),
        *_fields("", "consent_keys error_keys proposer draft toughness slowed notes"),
        *_fields("whole", "put text worth value aspiration refusal noise"),
        *_fields("", "consent refusals crossed signed pressed objections failed refused over"),
    ]


class Pointers:
    """Fills structures in, and keeps alive the arrays they point to."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def at(self, array: NDArray[Any], kind: type[np.generic]) -> int:
        """Return where an array of a kind stands.

        Raises
        ------
        TypeError
            Where its numbers are of another kind or do not stand side by side.
        """
        if array.dtype != kind or not array.flags.c_contiguous:
            raise TypeError(f"the kernel needs {kind.__name__} side by side (got {array.dtype})")
        self.kept.append(array)
        return int(array.__array_interface__["data"][0])

    def whole(self, values: Sequence[int] | NDArray[Any]) -> int:
        """Return where a copy of some whole numbers stands."""
        return self.at(np.array(values, dtype=np.int64, order="C"), np.int64)

    def flags(self, values: Sequence[bool] | NDArray[np.bool_]) -> int:
        """Return where a copy of some flags stands."""
        return self.at(np.array(values, dtype=np.bool_, order="C"), np.bool_)

    def numbers(self, values: NDArray[np.float64]) -> Numbers:
        """Return numbers with a leading axis of trials, or of length 1 where all trials share them."""
        values = np.ascontiguousarray(values)
        step = values.size // values.shape[0] if values.shape[0] > 1 else 0
        return Numbers(self.at(values, np.float64), step)

    def combinations(self, all_of_them: Sequence[Any]) -> Combination:
        """Return combinations of options."""
        lengths = [len(combination.issues) for combination in all_of_them]
        return Combination(
            len(lengths),
            self.whole(np.concatenate([[0], np.cumsum(lengths)])),
            self.whole([issue for combination in all_of_them for issue in combination.issues]),
            self.whole([column for combination in all_of_them for column in combination.columns]),
        )


class Filler:
    """Keeps a round filled in: only what stands elsewhere than last time is told anew."""

    def __init__(self) -> None:
        self.round = Round()
        self._known: dict[str, NDArray[Any]] = {}

    def point(self, name: str, array: NDArray[Any], kind: type[np.generic]) -> None:
        """Tell where an array of a kind stands; see `Pointers.at`."""
        if self._known.get(name) is not array:
            setattr(self.round, name, Pointers().at(array, kind))
            self._known[name] = array

    def numbers(self, name: str, values: NDArray[np.float64]) -> None:
        """Tell where numbers stand that have a leading axis of trials, or of length 1 where all trials share them."""
        if self._known.get(name) is not values:
            side_by_side = np.ascontiguousarray(values)
            setattr(self.round, name, Pointers().numbers(side_by_side))
            self._known[name] = values
            self._known[f"{name}, side by side"] = side_by_side


class Ties(ctypes.Structure):
    """Where combinations of options take hold in the search for a zone of agreement."""

    _fields_ = [("all", Combination), ("table", _AT), ("cell", _AT)]


class Elimination(ctypes.Structure):
    """In which order issues are eliminated, and which tables that takes."""

    _fields_ = _fields("", "place choices inputs table at cell output others other stride")


class FactorGraph(ctypes.Structure):
    """Which issues of an agenda hang together."""

    _fields_ = [
        *_fields("parties issues columns places slots", "agenda first column place_at signs"),
        *_fields("holdings", "holding_party holding_chip"),
        *_fields("guarding", "guard"),
        *_fields("guards", "guard_place"),
        ("guard_table", _WHOLE),
        ("linkages", Ties),
        ("bans", Ties),
        ("table_at", _AT),
        *_fields("forbidding given tables", ""),
        ("elimination", Elimination),
    ]


class Stance(ctypes.Structure):
    """Where the parties stand."""

    _fields_ = [
        ("worth", _AT),
        *((name, Numbers) for name in ("table", "gaps")),
        ("additions", _AT),
        *((name, Numbers) for name in ("going_on", "fallback", "distrust", "preference")),
        *((name, Numbers) for name in ("hazard", "effect", "part", "no_deal")),
        *_fields("", "quo free crossed must_move"),
    ]


class Pursuit(ctypes.Structure):
    """What is looked for, and where what is found is written."""

    _fields_ = [
        *_fields("count size", "party rows closed counted"),
        ("steps", _WHOLE),
        ("reach", ctypes.c_double),
        *_fields("", "room known text"),
    ]
