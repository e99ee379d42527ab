"""The search for what lifts a share: each move over a grid, halvings of the stretch where it gets there, then pairs.

Every setting is played once, with the same random numbers as the base.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from negosim.experiments.evaluate import Counts, Point, evaluated_all
from negosim.experiments.levers.moves import Move, Setting, overrides_of
from negosim.experiments.levers.result import MoveEffect, SettingChange, Tried
from negosim.experiments.paired import differences
from negosim.experiments.result import Difference
from negosim.scenario.load import Scenario

GRID = 5
"""Values of a lever that are tried before anything else, both ends among them."""

STEPS = 5
"""Halvings of the stretch between two values of the grid in which the lift is reached."""

STRONGEST = 6
"""Moves of which pairs are tried."""

_PAIRS_CHECKED = 3


class Field:
    """Plays settings of a scenario, each once, and compares them with the base."""

    def __init__(
        self,
        scenario: Scenario,
        metric: str,
        trials: int,
        seed: int,
        workers: int,
        progress: Callable[[str], None] | None,
    ) -> None:
        self.scenario, self.metric, self.trials, self.seed = scenario, metric, trials, seed
        self._workers = workers
        self._progress = progress or (lambda what: None)
        self._played: dict[tuple[int, tuple[tuple[str, float | None], ...]], Counts] = {}
        self.base = self._play([()], 0)[0]

    def tried(self, several: Sequence[Sequence[Setting]], what: str, *, again: bool = False) -> list[Tried]:
        """Play several settings and return what came of each.

        Parameters
        ----------
        what : what is being played.
        again : whether to play as many histories with other draws: what was chosen for its lift is then measured
            on draws that had no part in the choice.
        """
        self._progress(what)
        first = self.trials if again else 0
        base, *found = self._play([(), *map(tuple, several)], first)
        return [
            Tried(tuple(settings), counts.estimates[self.metric], differences(base, counts)[self.metric])
            for settings, counts in zip(several, found, strict=True)
        ]

    def apart(self, first: Tried, second: Tried) -> bool:
        """Say whether two lifts, of settings played again, differ significantly, history by history."""
        counts = self._play([first.settings, second.settings], self.trials)
        return differences(*counts)[self.metric].significant

    def checked(self, settings: Sequence[Setting]) -> Difference:
        """Return the lift on as many histories with fresh draws."""
        return self.tried([settings], "the same on fresh draws", again=True)[0].lift

    def _play(self, several: Sequence[tuple[Setting, ...]], first: int) -> list[Counts]:
        keys = [(first, tuple((move.id, value) for move, value in settings)) for settings in several]
        new = {
            key: Point(overrides_of(self.scenario, settings), self.trials, self.seed, first)
            for key, settings in zip(keys, several, strict=True)
            if key not in self._played
        }
        played = evaluated_all(self.scenario, list(new.values()), [self.metric], workers=self._workers)
        self._played.update(zip(new, played, strict=True))
        return [self._played[key] for key in keys]


class LeverSearch:
    """Looks for what lifts the share by as much as was asked."""

    def __init__(self, field: Field, lift: float) -> None:
        self._field = field
        self._lift = abs(lift)
        self._sign = 1 if lift > 0 else -1

    def gain(self, tried: Tried) -> float:
        """Return the lift in the direction asked for."""
        return self._sign * (tried.lift.value or 0.0)

    def _reaches(self, tried: Tried) -> bool:
        return self.gain(tried) >= self._lift

    def _surely(self, tried: Tried) -> bool:
        end = tried.lift.low if self._sign > 0 else tried.lift.high
        return end is not None and self._sign * end >= self._lift

    # each by itself

    def effects(self, found: Sequence[Move]) -> tuple[MoveEffect, ...]:
        """Return what each move does, the largest lift first; those that do not differ significantly share a rank."""
        values = [(move, _grid(move)) for move in found]
        settings = [((move, value),) for move, grid in values for value in grid]
        tried = iter(self._field.tried(settings, f"{len(settings)} settings of {len(found)} moves"))
        by_move = [(move, tuple(next(tried) for _ in grid)) for move, grid in values]
        best = [max(all_of_them, key=self.gain) for _, all_of_them in by_move]
        checked = self._field.tried([top.settings for top in best], "the best of each on fresh draws", again=True)
        together = zip(by_move, best, checked, strict=True)
        ordered = sorted(together, key=lambda item: (-self.gain(item[2]), item[0][0].id))
        effects: list[MoveEffect] = []
        for place, ((move, all_of_them), top, again) in enumerate(ordered):
            leader = next((effect for effect in effects if effect.rank == effects[-1].rank), None)
            rank = place + 1 if leader is None or self._field.apart(leader.checked, again) else leader.rank
            effects.append(MoveEffect(move, all_of_them, top, again, rank))
        return tuple(effects)

    def singles(self, effects: Sequence[MoveEffect]) -> tuple[SettingChange, ...]:
        """Return the single moves that suffice, the smallest change first; red lines, which have no size, last."""
        found = [self._single(effect) for effect in effects if self._reaches(effect.best)]
        return tuple(
            sorted(found, key=lambda change: (change.size is None, change.size or 0.0, -self.gain(change.tried)))
        )

    def _single(self, effect: MoveEffect) -> SettingChange:
        move = effect.move
        if move.start is None:
            return SettingChange(effect.best, None, None, None, self._field.checked(effect.best.settings))
        changes = [self._toward(effect, side) for side in (-1, 1)]
        change = min((change for change in changes if change), key=lambda change: change.size or 0.0)
        return SettingChange(
            change.tried, change.size, change.short, change.sure, self._field.checked(change.tried.settings)
        )

    def _toward(self, effect: MoveEffect, side: int) -> SettingChange | None:
        """Return the smallest change in one direction: the first value of the grid that suffices, then by halves."""
        move, start = effect.move, effect.move.start
        assert start is not None
        ahead = sorted(
            (tried for tried in effect.tried if side * ((tried.value or 0.0) - start) >= 0),
            key=lambda tried: abs((tried.value or 0.0) - start),
        )
        reached = next((place for place, tried in enumerate(ahead) if self._reaches(tried)), None)
        if reached is None:
            return None
        enough, short = ahead[reached], ahead[reached - 1] if reached else None
        for step in range(STEPS if short else 0):
            assert short is not None
            middle = ((enough.value or 0.0) + (short.value or 0.0)) / 2
            (tried,) = self._field.tried([((move, middle),)], f"{move.id}, halving {step + 1} of {STEPS}")
            ahead.append(tried)
            enough, short = (tried, short) if self._reaches(tried) else (enough, tried)
        sure = [tried for tried in ahead if self._surely(tried) and _beyond(tried, enough, start)]
        nearest = min(sure, key=lambda tried: abs((tried.value or 0.0) - start), default=None)
        return SettingChange(
            enough,
            _size(enough.settings),
            (short.value,) if short else None,
            (nearest.value,) if nearest else None,
            enough.lift,
        )

    # pairs

    def pairs(self, effects: Sequence[MoveEffect]) -> tuple[tuple[Tried, ...], tuple[SettingChange, ...]]:
        """Return all pairs of the strongest moves, each at its best, and those of them that suffice, made smaller.

        Of few moves all are tried: two may do together what neither does by itself.
        """
        live = [effect for effect in effects if not all(tried.lift.same for tried in effect.tried)]
        moving = (live if len(effects) > STRONGEST else effects)[:STRONGEST]
        settings = [(*first.best.settings, *second.best.settings) for first, second in combinations(moving, 2)]
        tried = self._field.tried(settings, f"{len(settings)} pairs") if settings else []
        found = sorted(
            (self._smaller(pair) for pair in tried if self._reaches(pair)),
            key=lambda change: (change.size is None, change.size or 0.0, -self.gain(change.tried)),
        )
        checked = [
            SettingChange(
                change.tried, change.size, change.short, change.sure, self._field.checked(change.tried.settings)
            )
            for change in found[:_PAIRS_CHECKED]
        ]
        return tuple(tried), (*checked, *found[_PAIRS_CHECKED:])

    def _smaller(self, pair: Tried) -> SettingChange:
        """Return how much less than its best a pair needs, its levers moved together, each by the same part."""
        enough, short = pair, None
        if any(move.start is not None for move, _ in pair.settings):
            low, high = 0.0, 1.0
            moves = " and ".join(move.id for move, _ in pair.settings)
            for step in range(STEPS):
                part = (low + high) / 2
                (tried,) = self._field.tried([_part_of(pair.settings, part)], f"{moves}, halving {step + 1} of {STEPS}")
                if self._reaches(tried):
                    enough, high = tried, part
                else:
                    short, low = tried, part
        values = tuple(value for _, value in short.settings) if short else None
        return SettingChange(enough, _size(enough.settings), values, None, enough.lift)


def _grid(move: Move) -> Sequence[float | None]:
    """Return the values of a lever to try first: evenly over its range, and its middle where that lies inside."""
    if move.start is None:
        return [None]
    low, high = move.range
    values = {float(value) for value in np.linspace(low, high, GRID)}
    if low <= move.start <= high:
        values.add(move.start)
    return sorted(values)


def _part_of(settings: Sequence[Setting], part: float) -> tuple[Setting, ...]:
    """Return settings with every lever moved only by a part of the way."""
    return tuple(
        (move, value if move.start is None or value is None else move.start + part * (value - move.start))
        for move, value in settings
    )


def _size(settings: Sequence[Setting]) -> float | None:
    sizes = [
        abs(value - move.start) / (move.range[1] - move.range[0])
        for move, value in settings
        if move.start is not None and value is not None
    ]
    return sum(sizes) / len(sizes) if sizes else None


def _beyond(tried: Tried, enough: Tried, start: float) -> bool:
    return abs((tried.value or 0.0) - start) >= abs((enough.value or 0.0) - start)
