"""Choices of random events, as plain data: when they come and what they change."""

from __future__ import annotations

import random

from tests.reference.choices import Choices, Data


class EventChoices(Choices):
    """Chooses events among what a scenario has declared so far."""

    def __init__(self, luck: random.Random) -> None:
        super().__init__(luck)
        self.parties: list[str] = []
        self.options: dict[str, list[str]] = {}
        self.has_war = False
        self.red_lines: list[str] = []
        self.numbers: list[str] = []
        """Paths of numbers that effects may change."""
        self.kinds: list[str] = []
        self.stocks: list[str] = []

    def event(self) -> Data:
        event: Data = {"effects": [self.effect() for _ in range(self.count(1, 3))]}
        match self.count(1, 6):
            case 1:
                event["on"] = self.date()
            case 2:
                event["between"] = sorted((self.date(), self.date(0, self.length + 60)))
            case 3 | 4:
                event["when"] = self.condition()
                if self.likely(50):
                    event["repeats"] = True
            case _:
                event["rate"] = self.quantity(0.5, 6)
                if self.likely(60):
                    event["repeats"] = True
        if self.likely(60 if "rate" in event else 35):
            event["chance"] = self.quantity(0.2, 1.0)
        return event

    def condition(self) -> Data:
        states = ["war" if self.has_war else "impasse", *(kind for kind in self.kinds if kind != "limited")]
        conditions = {"state": lambda: self.one_of(states)}
        if self.has_war:
            conditions["front_above"] = lambda: self.number(-0.4, 0.4)
            conditions["front_below"] = lambda: self.number(-0.4, 0.4)
        chosen = self.some_of(list(conditions), 1, 2)
        return {key: conditions[key]() for key in chosen} | ({"for": self.duration(1, 120)} if self.likely(50) else {})

    def effect(self) -> Data:
        match self.count(1, 20):
            case 1 if self.red_lines:
                return {"lift": self.one_of(self.red_lines)}
            case 2 if self.red_lines and self.likely(50):
                return {"draw": self.one_of(self.red_lines)}
            case 2:
                name = self.one_of(list(self.options))
                target = f"{self.one_of(self.parties)}.{name}.{self.one_of(self.options[name])}"
                self.red_lines.append(target)
                return {"draw": target}
            case 3:
                name = self.one_of(list(self.options))
                return {"fix": name, "to": self.one_of(self.options[name])}
            case 4 | 5 | 6:
                return {"breaks": self.one_of([*self.kinds, "agreement"])}
            case 16 | 17 | 18 | 19 | 20 if self.has_war:
                return {"add": "war.front", "by": self.quantity(-0.6, 0.6)}
            case 7 | 8 if self.stocks:
                return {"refill": self.one_of(self.stocks), "by": self.one_of((0, self.quantity(0, 20)))}
            case _:
                return self.change(passing=self.likely(50))

    def change(self, *, passing: bool) -> Data:
        target = self.one_of(self.numbers)
        kind = self.one_of(("scale",) if _is_duration(target) else ("set", "add", "scale"))
        low, high = _REASONABLE.get(target.rpartition(".")[2], (0.0, 1.0))
        change: Data = {kind: target}
        if kind == "set":
            change["to"] = self.quantity(low, high)
        elif kind == "add":
            change["by"] = self.quantity(-high / 3, high / 2)
        else:
            change["by"] = self.quantity(0.3, 2.0)
        if passing:
            change["for"] = self.duration(10, 150)
        return change


_REASONABLE = {
    "time_preference": (0.05, 0.4),
    "volatility": (0.2, 0.5),
    "concession": (0.4, 2.0),
    "shape": (0.6, 1.5),
    "pressure_penalty": (0.5, 3.0),
    "breach_memory": (0.5, 2.0),
    "per_year": (0.0, 1000.0),
    "burn": (0.0, 150.0),
    "salience": (0.0, 100.0),
    "opportunism": (0.0, 4.0),
    "pressure": (0.0, 0.2),
    "drift": (-0.3, 0.3),
    "erosion": (0.0, 20.0),
    "narrative": (-0.1, 0.3),
}
"""Ends between which a number is set, where they are not 0 and 1."""


def _is_duration(target: str) -> bool:
    return target.rpartition(".")[2] in _DURATIONS or ".patience." in target


_DURATIONS = ("patience", "judgement_memory", "mediator_memory", "pause")
