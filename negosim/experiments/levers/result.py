"""What the search for levers answers: what each move does, which changes suffice, and in which boxes it happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from negosim.experiments.frames import RowsFramed
from negosim.experiments.levers.moves import Move, Setting
from negosim.experiments.provenance import provenance
from negosim.experiments.result import Difference, Estimate
from negosim.scenario.load import Scenario


@dataclass(frozen=True)
class Tried:
    """What came of moves: the share with its interval, and the lift from the base with its paired one."""

    settings: tuple[Setting, ...]
    share: Estimate
    lift: Difference

    @property
    def value(self) -> float | None:
        """The value of a lever that is moved by itself."""
        return self.settings[0][1]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "settings": {move.id: value for move, value in self.settings},
            "share": {"p": self.share.value, "low": self.share.low, "high": self.share.high},
            "lift": self.lift.as_dict(),
        }


@dataclass(frozen=True)
class MoveEffect:
    """What a move does by itself.

    Attributes
    ----------
    move : the lever or red line.
    tried : what was tried, by rising value; a red line only lifted.
    best : of them, the one with the largest lift, which chance has helped to choose.
    checked : the same on as many histories with fresh draws, by which the moves are ordered.
    rank : its place, from 1; moves of the same rank do not differ significantly.
    """

    move: Move
    tried: tuple[Tried, ...]
    best: Tried
    checked: Tried
    rank: int


@dataclass(frozen=True)
class SettingChange:
    """The smallest change found that lifts the share by as much as was asked.

    Attributes
    ----------
    tried : the moves, the share and the lift there.
    size : how far the levers among them are moved, as a mean share of their ranges; None where only red lines are.
    short : the values nearest to it that did not reach the lift; None where there are none.
    sure : the nearest values tried at which the whole interval of the lift is large enough; None where there are none.
    checked : the lift on as many histories with fresh draws.
    """

    tried: Tried
    size: float | None
    short: tuple[float | None, ...] | None
    sure: tuple[float | None, ...] | None
    checked: Difference

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            **self.tried.as_dict(),
            "size": self.size,
            "short": list(self.short) if self.short else None,
            "sure": list(self.sure) if self.sure else None,
            "checked": self.checked.as_dict(),
        }


_TRIED_COLUMNS = ("id", "title", "rank", "value", "share", "share_low", "share_high", "lift", "lift_low", "lift_high",
            "gained", "lost", "significant")  # fmt: skip


@dataclass(frozen=True)
class LeverReport(RowsFramed):
    """What it would take.

    Attributes
    ----------
    scenario : what was varied.
    metric : what is to rise (or fall).
    lift : by how much.
    base : the share as the scenario stands.
    effects : of each move by itself, the largest lift first.
    singles : the single moves that suffice, the smallest change first.
    pairs : where no single move does, the pairs that do.
    pairs_tried : how many pairs were tried.
    furthest : of everything that was tried, what lifts the share most, measured on fresh draws.
    trials, seed, seconds : of the runs.
    """

    scenario: Scenario
    metric: str
    lift: float
    base: Estimate
    effects: tuple[MoveEffect, ...]
    singles: tuple[SettingChange, ...]
    pairs: tuple[SettingChange, ...]
    pairs_tried: int
    furthest: Tried
    trials: int
    seed: int
    seconds: float

    frame_columns: ClassVar[Sequence[str]] = _TRIED_COLUMNS

    @property
    def suffices(self) -> bool:
        """Whether anything that was tried is enough."""
        return bool(self.singles or self.pairs)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim levers --json`` prints."""
        return {
            **provenance(self.scenario, trials=self.trials, seed=self.seed, seconds=self.seconds),
            "metric": self.metric,
            "lift": self.lift,
            "base": {"p": self.base.value, "low": self.base.low, "high": self.base.high},
            "effects": [
                {
                    "id": effect.move.id,
                    "title": effect.move.title,
                    "now": effect.move.now,
                    "start": effect.move.start,
                    "uncertain": effect.move.is_uncertain,
                    "rank": effect.rank,
                    "best": effect.best.as_dict(),
                    "checked": effect.checked.as_dict(),
                    "tried": [tried.as_dict() for tried in effect.tried],
                }
                for effect in self.effects
            ],
            "singles": [change.as_dict() for change in self.singles],
            "pairs": [change.as_dict() for change in self.pairs],
            "pairs_tried": self.pairs_tried,
            "furthest": self.furthest.as_dict(),
        }

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for every move and value tried by itself."""
        rows = []
        for effect in self.effects:
            for tried in effect.tried:
                share, lift = tried.share, tried.lift
                cells = (effect.move.id, effect.move.title, effect.rank, tried.value, share.value, share.low,
                         share.high, lift.value, lift.low, lift.high, lift.gained, lift.lost,
                         lift.significant)  # fmt: skip
                rows.append(dict(zip(_TRIED_COLUMNS, cells, strict=True)))
        return rows


Space = Literal["inputs", "levers"]

FEWEST_HITS = 20
"""Histories of the first half in which it must happen; below that a box would be a tale about a few of them."""

_BOX_COLUMNS = ("box", "path", "title", "low", "high", "part", "quasi_p", "tested_quasi_p", "share", "share_low",
            "share_high", "coverage", "coverage_low", "coverage_high")  # fmt: skip


@dataclass(frozen=True)
class Side:
    """The limits of a box on one input.

    Attributes
    ----------
    path, title : of the input.
    low, high : its least and largest value in the box; None where there is no limit. Durations are in days.
    is_duration : whether it is a duration.
    part : share of all points within these limits alone.
    quasi_p, tested_quasi_p : how likely chance alone explains them, in the half that found the box and in the other.
    """

    path: str
    title: str
    low: float | None
    high: float | None
    is_duration: bool
    part: float
    quasi_p: float
    tested_quasi_p: float


@dataclass(frozen=True)
class Inside:
    """What happens in a box, of the points that no earlier box has.

    Attributes
    ----------
    points, hits : histories in the box, and those of them in which it happens.
    share : of the histories in the box, those in which it happens.
    coverage : of all histories in which it happens, those in the box.
    rest : the share among the points outside it.
    """

    points: int
    hits: int
    share: Estimate
    coverage: Estimate
    rest: Estimate


@dataclass(frozen=True)
class Box:
    """A box of input space.

    Attributes
    ----------
    sides : its limits, those that matter most first.
    learned, tested : what happens in it in the half that found it, and in the other.
    overall : the share among all points of the other half.
    """

    sides: tuple[Side, ...]
    learned: Inside
    tested: Inside
    overall: float

    @property
    def holds(self) -> bool:
        """Whether the half that had no part in finding it bears it out: more happens inside than in all of it."""
        return self.tested.share.low is not None and self.tested.share.low > self.overall

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "holds": self.holds,
            "sides": [
                {
                    "path": side.path,
                    "title": side.title,
                    "low": side.low,
                    "high": side.high,
                    "days": side.is_duration,
                    "part": side.part,
                    "quasi_p": side.quasi_p,
                    "tested_quasi_p": side.tested_quasi_p,
                }
                for side in self.sides
            ],
            "learned": _plain(self.learned),
            "tested": _plain(self.tested),
        }


@dataclass(frozen=True)
class Discovery(RowsFramed):
    """The boxes in which an outcome comes.

    Attributes
    ----------
    scenario : what was played.
    metric : what is to happen.
    space : whether the inputs vary as the scenario has them, or the levers evenly over their ranges.
    paths : the inputs that vary.
    matter : of them, those whose values differ between histories of the first half with and without the outcome.
    learned, tested : the share in each half of the histories.
    boxes : those that the second half bears out, in the order in which they were found; the points of an earlier box
        are left out of the later ones.
    refused : the box at which the search ended because the second half does not bear it out, if there was one.
    hits : histories of the first half in which it happens.
    trials, seed, seconds : of the run.
    """

    scenario: Scenario
    metric: str
    space: Space
    paths: tuple[str, ...]
    matter: tuple[str, ...]
    learned: Estimate
    tested: Estimate
    boxes: tuple[Box, ...]
    refused: Box | None
    hits: int
    trials: int
    seed: int
    seconds: float

    frame_columns: ClassVar[Sequence[str]] = _BOX_COLUMNS

    def __iter__(self) -> Iterator[Box]:
        return iter(self.boxes)

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def is_thin(self) -> bool:
        """Whether it happens in too few histories to look for boxes."""
        return self.hits < FEWEST_HITS

    def as_dict(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim levers --discover --json`` prints."""
        return {
            **provenance(self.scenario, trials=self.trials, seed=self.seed, seconds=self.seconds),
            "metric": self.metric,
            "space": self.space,
            "inputs": list(self.paths),
            "matter": list(self.matter),
            "learned": _share(self.learned),
            "tested": _share(self.tested),
            "boxes": [box.as_dict() for box in self.boxes],
            "refused": self.refused.as_dict() if self.refused else None,
        }

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for every box and limit; shares are those of the second half."""
        rows = []
        for number, box in enumerate(self.boxes, start=1):
            share, coverage = box.tested.share, box.tested.coverage
            for side in box.sides:
                cells = (number, side.path, side.title, side.low, side.high, side.part, side.quasi_p,
                         side.tested_quasi_p, share.value, share.low, share.high, coverage.value, coverage.low,
                         coverage.high)  # fmt: skip
                rows.append(dict(zip(_BOX_COLUMNS, cells, strict=True)))
        return rows


def _share(found: Estimate) -> dict[str, float | None]:
    return {"p": found.value, "low": found.low, "high": found.high}


def _plain(inside: Inside) -> dict[str, Any]:
    return {
        "points": inside.points,
        "hits": inside.hits,
        "share": _share(inside.share),
        "coverage": _share(inside.coverage),
        "rest": _share(inside.rest),
    }
