"""The structures of the kernel: their fields are read from its headers, so that nothing is written down twice."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.parameters import Group

Structure = TypeVar("Structure", bound=ctypes.Structure)

LANES = 4
"""So many parties are worked on at a time, as in lanes.h."""

WORD = 64
"""So many members of a set stand in a word, as in sets.h."""

HEADERS = (
    "packages.h", "state.h", "talks.h", "block.h", "zopa.h", "war.h", "worth.h", "values.h", "effects.h", "stocks.h",
    "happenings.h", "comings.h", "stretch.h",
)  # fmt: skip

_KINDS = {"int64_t": ctypes.c_int64, "double": ctypes.c_double}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRUCT = re.compile(r"typedef struct \{(?P<body>[^{}]*)\} (?P<name>\w+);")
_DECLARED = re.compile(r"(?:const )?(?P<kind>\w+)\s+(?P<names>\*?\w+(?:,\s*\*?\w+)*)")


def declared(text: str) -> dict[str, list[tuple[str, str, bool]]]:
    """Return the structures that a header declares: the type and name of every field, and whether it is a pointer.

    >>> declared("typedef struct { int64_t count; /* of all */ const double *at, *to; } Numbers;")
    {'Numbers': [('int64_t', 'count', False), ('double', 'at', True), ('double', 'to', True)]}
    """
    found = {}
    for struct in _STRUCT.finditer(_COMMENT.sub("", text)):
        fields = found[struct["name"]] = list[tuple[str, str, bool]]()
        for line in filter(None, map(str.strip, struct["body"].split(";"))):
            one = _DECLARED.fullmatch(line)
            if one is None:
                raise ValueError(f"{struct['name']}: '{line}' cannot be read")
            names = (name.strip() for name in one["names"].split(","))
            fields += ((one["kind"], name.lstrip("*"), name.startswith("*")) for name in names)
    return found


@cache
def _in_headers() -> dict[str, list[tuple[str, str, bool]]]:
    here = Path(__file__).parent
    return {name: fields for header in HEADERS for name, fields in declared((here / header).read_text("utf-8")).items()}


def _fields(name: str, *parts: type[ctypes.Structure]) -> list[tuple[str, Any]]:
    """Return the fields of a structure of the headers, some of which may be structures themselves."""
    kinds = {**_KINDS, **{part.__name__: part for part in parts}}
    return [(field, ctypes.c_void_p if is_pointer else kinds[kind]) for kind, field, is_pointer in _in_headers()[name]]


class Numbers(ctypes.Structure):
    """Numbers with a leading axis of trials, or shared by all of them."""

    _fields_ = _fields("Numbers")


class Combination(ctypes.Structure):
    """Named options that occur together."""

    _fields_ = _fields("Combination")


class Packages(ctypes.Structure):
    """What packages are worth."""

    _fields_ = _fields("Packages", Numbers, Combination)


class Track(ctypes.Structure):
    """What a track talks about, and who must consent; the same in every round."""

    _fields_ = _fields("Track", Combination)


class TrackState(ctypes.Structure):
    """Where a track stands."""

    _fields_ = _fields("TrackState")


class Round(ctypes.Structure):
    """The talks of a track: what goes into a round, and where what comes of it is written."""

    _fields_ = _fields("Round", Numbers)


class State(ctypes.Structure):
    """Where each history of a block stands."""

    _fields_ = _fields("State")


class Spells(ctypes.Structure):
    """When agreements of a kind were first reached, and how long they lasted."""

    _fields_ = _fields("Spells")


class Block(ctypes.Structure):
    """A block, as all its tracks see it."""

    _fields_ = _fields("Block", Numbers)


class Ties(ctypes.Structure):
    """Where combinations of options take effect in the search for a zone of agreement."""

    _fields_ = _fields("Ties", Combination)


class Elimination(ctypes.Structure):
    """In which order issues are eliminated, and which tables that takes."""

    _fields_ = _fields("Elimination")


class FactorGraph(ctypes.Structure):
    """Which issues of an agenda are tied together."""

    _fields_ = _fields("FactorGraph", Ties, Elimination)


class PartyPositions(ctypes.Structure):
    """What texts and no deal are worth to the parties, and which options they rule out."""

    _fields_ = _fields("PartyPositions", Numbers)


class Pursuit(ctypes.Structure):
    """What is looked for, and where what is found is written."""

    _fields_ = _fields("Pursuit")


class Battlefield(ctypes.Structure):
    """Front, fighting and beliefs, and what a stretch of fighting brings."""

    _fields_ = _fields("Battlefield", Numbers)


class MovingWorth(ctypes.Structure):
    """The numbers that the worth of packages depends on and effects may change, and what follows from them."""

    _fields_ = _fields("MovingWorth")


class PartyValues(ctypes.Structure):
    """The values of the parties."""

    _fields_ = _fields("PartyValues", Numbers)


class Place(ctypes.Structure):
    """Where a number is kept side by side with others."""

    _fields_ = _fields("Place")


class Effects(ctypes.Structure):
    """The numbers that effects may change."""

    _fields_ = _fields("Effects", Numbers, Place)


class StockEffects(ctypes.Structure):
    """What empty stocks do to the numbers."""

    _fields_ = _fields("StockEffects")


class Happenings(ctypes.Structure):
    """What events do."""

    _fields_ = _fields("Happenings", Numbers)


class Comings(ctypes.Structure):
    """When events come."""

    _fields_ = _fields("Comings")


class Stretch(ctypes.Structure):
    """What a stretch of ticks is played with."""

    _fields_ = _fields("Stretch")


STRUCTURES = (
    Numbers, Combination, Packages, Track, TrackState, Round, State, Spells, Block, Ties, Elimination, FactorGraph,
    PartyPositions, Pursuit, Battlefield, MovingWorth, PartyValues, Place, Effects, StockEffects, Happenings, Comings,
    Stretch,
)  # fmt: skip


def _at(array: NDArray[Any], kind: type[np.generic]) -> int:
    if array.dtype != kind or not array.flags.c_contiguous:
        raise TypeError(f"the kernel needs {kind.__name__} side by side (got {array.dtype})")
    return kernel.address(array)


def words_of(numbers: int) -> int:
    """Return how many words a set of some of so many numbers takes, as in sets.h: at least one."""
    return max(-(-numbers // WORD), 1)


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
        self.kept.append(array)
        return _at(array, kind)

    def whole(self, values: Sequence[int] | NDArray[Any]) -> int:
        """Return where a copy of some whole numbers stands."""
        return self.at(np.array(values, dtype=np.int64, order="C"), np.int64)

    def flags(self, values: Sequence[bool] | NDArray[np.bool_]) -> int:
        """Return where a copy of some flags stands."""
        return self.at(np.array(values, dtype=np.bool_, order="C"), np.bool_)

    def sets(self, members: NDArray[np.bool_]) -> int:
        """Return where sets stand as bits (sets.h), given which numbers belong to each: (sets, numbers), or one."""
        words = np.zeros((*members.shape[:-1], words_of(members.shape[-1]) * 8), dtype=np.uint8)
        packed = np.packbits(members, axis=-1, bitorder="little")
        words[..., : packed.shape[-1]] = packed
        return self.at(words.view("<u8").astype(np.uint64), np.uint64)

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


@dataclass(frozen=True)
class Described(Generic[Structure]):
    """A structure of a plan that is kept from block to block.

    Attributes
    ----------
    struct : filled in as far as that does not depend on the block.
    fixed : keeps the arrays that it points to.
    """

    struct: Structure
    fixed: Pointers


class Kept(Generic[Structure]):
    """A structure that is kept filled in: only what stands elsewhere than last time is written again.

    Attributes
    ----------
    struct, at : the structure, and where it stands.
    """

    def __init__(self, struct: Structure) -> None:
        self.struct = struct
        self.at = ctypes.addressof(struct)
        self._known: dict[str, NDArray[Any]] = {}

    def point(self, name: str, array: NDArray[Any], kind: type[np.generic]) -> bool:
        """Write down where an array of a kind stands (see `Pointers.at`); return whether it stood elsewhere before."""
        if self._known.get(name) is array:
            return False
        setattr(self.struct, name, _at(array, kind))
        self._known[name] = array
        return True

    def numbers(self, name: str, values: NDArray[np.float64]) -> None:
        """Write down where numbers stand; see `Pointers.numbers`."""
        if self._known.get(name) is not values:
            side_by_side = np.ascontiguousarray(values)
            setattr(self.struct, name, Pointers().numbers(side_by_side))
            self._known[name] = values
            self._known[f"{name}, side by side"] = side_by_side


_DTYPES: dict[str, type[np.generic]] = {
    "int64_t": np.int64, "int32_t": np.int32, "int8_t": np.int8, "uint64_t": np.uint64, "double": np.float64,
    "bool": np.bool_,
}  # fmt: skip


def pointers_of(kind: type[ctypes.Structure]) -> dict[str, type[np.generic]]:
    """Return the fields of a structure that point to numbers, and of which kind these are."""
    fields = _in_headers()[kind.__name__]
    return {name: _DTYPES[numbers] for numbers, name, is_pointer in fields if is_pointer and numbers in _DTYPES}


class Pointing:
    """Keeps some fields of a structure at arrays: only what stands elsewhere than last time is written again.

    Parameters
    ----------
    struct : the structure.
    names : of the fields; None for all that point to numbers.
    """

    def __init__(self, struct: ctypes.Structure, names: Sequence[str] | None = None) -> None:
        kinds = pointers_of(type(struct))
        self._struct = struct
        self._known: dict[str, NDArray[Any]] = {}
        self._kinds = [(name, kinds[name]) for name in (kinds if names is None else names)]

    def at(self, owner: object) -> None:
        """Let every field point to what its owner has under the same name.

        Raises
        ------
        TypeError
            Where the numbers of an array are of another kind or do not stand side by side.
        """
        for name, kind in self._kinds:
            array = getattr(owner, name)
            if self._known.get(name) is not array:
                setattr(self._struct, name, _at(array, kind))
                self._known[name] = array


class Bound:
    """Numbers of a scenario, of which the kernel knows where they now stand.

    Parameters
    ----------
    at : where the kernel looks for them: at all together from the first on, or at each by itself.
    group : the numbers.

    Attributes
    ----------
    table : the numbers that it knows of.
    """

    def __init__(self, at: Sequence[Numbers], group: Group) -> None:
        self.at, self.group = at, group
        self.table: NDArray[np.float64] | None = None

    def renew(self) -> None:
        """Point to them again if any has changed."""
        table = self.group.now()
        if table is not self.table:
            self.table = table
            begin, step = _at(table, np.float64), table.size // len(table) if len(table) > 1 else 0
            for place, numbers in enumerate(self.at):
                numbers.at, numbers.step = begin + place * table.itemsize, step


class BoundEach:
    """The numbers of a group one by one: the kernel knows where each of them now stands.

    Parameters
    ----------
    group : the numbers.

    Attributes
    ----------
    at : where the kernel looks for them, as `Numbers` side by side.
    """

    def __init__(self, group: Group) -> None:
        self._group, self._table = group, group.table[:0]
        self._places = np.zeros((len(group.paths), 2), dtype=np.int64)
        self.at = kernel.address(self._places)

    def renew(self) -> None:
        """Point to them again if any has changed."""
        table = self._group.now()
        if table is not self._table:
            self._table = table
            self._places[:, 0] = _at(table, np.float64) + table.itemsize * np.arange(len(self._places))
            self._places[:, 1] = table.size // len(table) if len(table) > 1 else 0
