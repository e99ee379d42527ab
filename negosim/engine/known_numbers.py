"""What is known of the numbers of a plan, whatever is drawn: which are constant, which may move, and how far."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from negosim.engine.itself import Itself
from negosim.engine.plan import Plan
from negosim.engine.streams import Array
from negosim.scenario.domains import REAL, Domain

_KEPT = 8
"""Plans whose numbers are kept described."""


class Layout(NamedTuple):
    """What is known of several numbers that stand side by side.

    Attributes
    ----------
    row : (1, numbers) those that are the same in every trial and at every tick.
    drawn : the places and paths of the others: they are drawn, differ from setting to setting, or may move.
    moving : the places and paths of those that an effect may move.
    """

    row: Array
    drawn: tuple[tuple[int, str], ...]
    moving: tuple[tuple[int, str], ...]


class KnownNumbers:
    """What is known of the numbers of a plan, whatever is drawn.

    Parameters
    ----------
    varied : the paths of the numbers that differ from setting to setting of a pack.

    Attributes
    ----------
    order : by the path of its amount, the place of each effect.
    ends : by path, the least and the greatest that effects may make of a number.
    followers : by path, the numbers that follow one.
    moving : the paths of all numbers that effects may change, and of those that follow one of these.
    """

    def __init__(self, plan: Plan, varied: frozenset[str]) -> None:
        self._plan, self._varied = plan, varied
        self._constants: dict[str, float | None] = {}
        self._laid_out: dict[tuple[str | None, ...], Layout] = {}
        self.order = {change.amount: place for place, change in enumerate(plan.changes)}
        self.ends = {change.target: ends(plan, change.target) for change in plan.changes}
        self.followers: dict[str, list[str]] = {}
        for follower, path in plan.aliases.items():
            self.followers.setdefault(path, []).append(follower)
        self.moving = self._led_by(self.ends)

    def _led_by(self, paths: Iterable[str]) -> set[str]:
        """Return some paths, and those of all numbers that follow one of them."""
        found = set(paths)
        for path in tuple(found):
            found |= self._led_by(self.followers.get(path, ()))
        return found

    def laid_out(self, paths: tuple[str | None, ...]) -> Layout:
        """Return what is known of several numbers that are to stand side by side."""
        found = self._laid_out.get(paths)
        if found is None:
            named = [(place, path) for place, path in enumerate(paths) if path is not None]
            row, drawn = np.zeros((1, len(paths))), list[tuple[int, str]]()
            for place, path in named:
                value = self.constant(path)
                if value is None:
                    drawn.append((place, path))
                else:
                    row[0, place] = value
            row.setflags(write=False)
            moving = tuple((place, path) for place, path in named if path in self.moving)
            found = self._laid_out[paths] = Layout(row, tuple(drawn), moving)
        return found

    def constant(self, path: str) -> float | None:
        """Return a number that is the same in every trial and at every tick; None for another."""
        if path not in self._constants:
            self._constants[path] = self._constant(path)
        return self._constants[path]

    def _constant(self, path: str) -> float | None:
        if path in self.moving:
            return None
        while path not in self._plan.quantities:
            path = self._plan.aliases[path]
        quantity = self._plan.quantities[path]
        return quantity.value if quantity.is_constant and path not in self._varied else None


@lru_cache(maxsize=_KEPT)
def known_numbers(plan: Itself[Plan], varied: frozenset[str]) -> KnownNumbers:
    """Return what is known of the numbers of a plan; it is found out once, however many blocks are played."""
    return KnownNumbers(plan.item, varied)


def ends(plan: Plan, path: str) -> tuple[float, float]:
    """Return the least and the greatest that effects may make of a number."""
    family = plan.families.get(path)
    domain: Domain = family.domain if family else REAL
    return domain.ends
