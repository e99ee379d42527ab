"""Packs: trials of several settings that are played as one block.

Settings of a scenario that differ only in numbers have the same plan, and every trial draws its numbers for itself:
such settings are played together. A pack is the plan, and for each setting the numbers that it has of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine.draws import Draws, draw
from negosim.engine.itself import Itself
from negosim.engine.plan import Plan
from negosim.engine.streams import Array, Streams
from negosim.scenario.quantities import Quantity

_KEPT = 4
"""Plans of which it is known how their numbers are drawn."""


@dataclass(frozen=True)
class PackedSetting:
    """Some trials of one setting.

    Attributes
    ----------
    first, trials : the trials ``first`` to ``first + trials - 1`` of a run of it.
    numbers : those that differ from the plan's, by path.
    """

    first: int
    trials: int
    numbers: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class Pack:
    """Trials of one or several settings of a plan.

    Attributes
    ----------
    seed : of the run; settings share their draws where they share the numbers of their trials.
    """

    plan: Plan
    seed: int
    settings: tuple[PackedSetting, ...]

    @classmethod
    def alone(cls, plan: Plan, seed: int, first: int, trials: int) -> Pack:
        """Return trials of the plan as it stands."""
        return cls(plan, seed, (PackedSetting(first, trials),))

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """(settings,) the trials of each."""
        return np.array([setting.trials for setting in self.settings], dtype=np.intp)

    @cached_property
    def setting_of(self) -> NDArray[np.intp]:
        """(trials,) the place of each trial's setting: those of a setting stand together."""
        return np.arange(len(self.settings)).repeat(self.counts)

    @cached_property
    def trials(self) -> NDArray[np.int64]:
        """(trials,) the number of each trial in the run of its setting."""
        begins = np.cumsum(self.counts) - self.counts
        firsts = np.array([setting.first for setting in self.settings], dtype=np.int64)
        return np.arange(self.counts.sum()) + (firsts - begins).repeat(self.counts)

    @cached_property
    def varied(self) -> frozenset[str]:
        """The paths of the numbers that differ from setting to setting."""
        return frozenset().union(*(setting.numbers for setting in self.settings))

    def drawn(self, streams: Streams) -> dict[str, Array]:
        """Return every number in every trial, (trials,); (1,) where it is the same in all."""
        shared = _shared(Itself(self.plan), self.varied).drawn(streams)
        return {**shared, **{path: self._draw(path, streams) for path in self.varied}}

    def _draw(self, path: str, streams: Streams) -> Array:
        """Return a number that differs from setting to setting, (trials,)."""
        stated = self._stated(path)
        if all(quantity.is_constant for quantity in stated):
            return np.array([quantity.value for quantity in stated]).repeat(self.counts)
        values, known = np.empty(self.setting_of.size), dict[Quantity, Array]()
        for place, quantity in enumerate(stated):
            if quantity not in known:
                known[quantity] = np.broadcast_to(draw(quantity, path, streams), values.shape)
            rows = self.setting_of == place
            values[rows] = known[quantity][rows]
        return values

    def support(self, path: str) -> tuple[float, float]:
        """Return the least and the greatest that a number can be in any of the settings."""
        if path not in self.varied:
            return self.plan.quantities[path].support
        lows, highs = zip(*(quantity.support for quantity in self._stated(path)), strict=True)
        return min(lows), max(highs)

    def _stated(self, path: str) -> list[Quantity]:
        """Return a number as each setting states it."""
        shared = self.plan.quantities[path]
        return [setting.numbers.get(path, shared) for setting in self.settings]


@lru_cache(maxsize=_KEPT)
def _shared(plan: Itself[Plan], varied: frozenset[str]) -> Draws:
    """Return the numbers of a plan that do not differ from setting to setting."""
    return Draws({path: quantity for path, quantity in plan.item.quantities.items() if path not in varied})
