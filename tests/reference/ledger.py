"""The numbers of one trial: drawn once, changed by effects (decisions 0001, Numbers)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negosim.engine.draws import quantile
from negosim.engine.streams import Streams
from negosim.scenario.ids import declared_by
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import declared_paths
from negosim.scenario.quantities import Quantity, parse_quantity
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.schema.events import Add, Scale, SetTo
from tests.reference.defaults import following


class Luck:
    """The uniforms of one trial."""

    def __init__(self, seed: int, trial: int) -> None:
        self._streams = Streams(seed, trial, 1)

    def uniform(self, name: str, tick: int = 0, lane: int = 0) -> float:
        return float(self._streams.uniform(name, tick, lane)[0])

    def drawn(self, quantity: Quantity, path: str) -> float:
        if quantity.is_constant:
            return quantity.value
        return float(quantile(quantity, np.array([self.uniform(path)]))[0])


@dataclass
class Overlay:
    """An effect that holds for a while."""

    kind: str
    target: str
    amount: float
    until: float
    began: int
    """The tick at which it began, or was last renewed."""
    of_stock: bool = False
    """Whether an empty stock brings it; at the same tick those come after events."""


class Stated:
    """The numbers of a scenario as its file states them: the same for every trial."""

    def __init__(self, scenario: ScenarioFile) -> None:
        self.scenario = scenario
        self.quantities = numbers(scenario) | following(scenario)
        self.families = declared_paths(declared_by(scenario))
        self.streams, self.follows = _defaults(scenario)


class Ledger:
    """What every number now is."""

    def __init__(self, stated: Stated, luck: Luck) -> None:
        self._stated = stated
        self._luck = luck
        self._lasting: dict[str, float] = {}
        self._overlays: dict[str, Overlay] = {}
        self._now: dict[str, float] = {}
        self.version = 0
        """Counts changes, so that what is worked out from the numbers need not be worked out anew."""

    def __getitem__(self, path: str) -> float:
        if path not in self._now:
            self._now[path] = self._work_out(path)
        return self._now[path]

    def _work_out(self, path: str) -> float:
        value = self._underneath(path)
        laid_over = [overlay for overlay in self._overlays.values() if overlay.target == path]
        laid_over.sort(key=lambda overlay: (overlay.began, overlay.of_stock))
        for kind in ("set", "scale", "add"):
            for overlay in laid_over:
                if overlay.kind == kind:
                    value = _changed(value, kind, overlay.amount)
        return self._within(path, value)

    def read(self, effect: SetTo | Add | Scale, path: str, luck: Luck) -> tuple[str, str, float]:
        """What an effect does, to which number, and by how much; path is its own."""
        match effect:
            case SetTo():
                family = self._stated.families[effect.set]
                to = parse_quantity(effect.to, family.domain, duration=family.is_duration)
                return "set", effect.set, luck.drawn(to, f"{path}.to")
            case Add():
                return "add", effect.add, luck.drawn(effect.by, f"{path}.by")
            case Scale():
                return "scale", effect.scale, luck.drawn(effect.by, f"{path}.by")

    def change(self, kind: str, path: str, amount: float) -> None:
        """Change a number for good."""
        self._lasting[path] = self._within(path, _changed(self._underneath(path), kind, amount))
        self._note_change()

    def lay_over(self, name: str, overlay: Overlay) -> None:
        """Change a number for a while; the effect of the same name is renewed."""
        self._overlays.pop(name, None)
        self._overlays[name] = overlay
        self._note_change()

    def take_off(self, name: str) -> None:
        """End an effect, if it holds."""
        if self._overlays.pop(name, None):
            self._note_change()

    def run_out(self, day: float) -> None:
        """End the effects whose time is over."""
        over = [name for name, overlay in self._overlays.items() if overlay.until <= day]
        for name in over:
            self.take_off(name)

    def _note_change(self) -> None:
        self._now.clear()
        self.version += 1

    def _underneath(self, path: str) -> float:
        if path not in self._lasting:
            if path in self._stated.follows:
                return self[self._stated.follows[path]]
            quantity = self._stated.quantities[path]
            self._lasting[path] = self._luck.drawn(quantity, self._stated.streams.get(path, path))
        return self._lasting[path]

    def _within(self, path: str, value: float) -> float:
        low, high = self._stated.families[path].domain.ends
        return min(max(value, low), high)


def _changed(value: float, kind: str, amount: float) -> float:
    return {"set": amount, "scale": value * amount, "add": value + amount}[kind]


def _defaults(scenario: ScenarioFile) -> tuple[dict[str, str], dict[str, str]]:
    """Return the streams of numbers drawn under another path, and the numbers that follow another."""
    streams: dict[str, str] = {}
    follows: dict[str, str] = {}
    for name, track in scenario.talks.items():
        for party in scenario.parties:
            path = f"talks.{name}.patience.{party}"
            if isinstance(track.patience, Quantity):
                streams[path] = f"talks.{name}.patience"
            elif track.patience is None or party not in track.patience:
                follows[path] = f"parties.{party}.patience"
    return streams, follows
