"""Moods and errors that last (model.md §7 and §8)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from tests.reference.formulas import standard_normal
from tests.reference.ledger import Luck


class Moods:
    """Stationary Gaussian processes with mean 0 and variance 1, each followed only when somebody is asked."""

    def __init__(self, luck: Luck) -> None:
        self._luck = luck
        self._last: dict[str, tuple[float, float]] = {}
        """By stream: the day on which a process was last followed, and where it stood."""
        self._is_still = False

    def follow(self, stream: str, memory: float, tick: int, day: float) -> float:
        """z ← ρz + √(1−ρ²)·ε, ρ = exp(−Δt/memory); a process begins with z = ε."""
        if self._is_still:
            return self._last[stream][1] if stream in self._last else 0.0
        shock = standard_normal(self._luck.uniform(stream, tick))
        since, z = self._last.get(stream, (day, 0.0))
        rho = math.exp(-(day - since) / memory) if memory and stream in self._last else 0.0
        z = rho * z + math.sqrt(1 - rho**2) * shock
        self._last[stream] = day, z
        return z

    @contextmanager
    def as_they_are(self) -> Iterator[None]:
        """Follow nothing meanwhile: a process stands where it was last seen, at 0 where it never was."""
        self._is_still = True
        yield
        self._is_still = False

    def now(self) -> dict[str, float]:
        """z of every process that has been followed, by stream."""
        return {stream: z for stream, (_, z) in self._last.items()}
