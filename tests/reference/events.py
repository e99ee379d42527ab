"""Events: when they come and what they change (decisions 0001)."""

from __future__ import annotations

from negosim.scenario.schema.events import Add, Breaks, Draw, Event, Fix, Lift, Refill, Scale, SetTo
from tests.reference.conditions import Condition
from tests.reference.ledger import Overlay
from tests.reference.peace import Peace
from tests.reference.red_lines import RedLines
from tests.reference.war import War
from tests.reference.world import World


class Events:
    """The events of a trial."""

    def __init__(self, world: World, war: War, red_lines: RedLines, peace: Peace) -> None:
        self.world = world
        self.war = war
        self.red_lines = red_lines
        self.peace = peace
        self.events = dict(sorted(world.scenario.events.items()))
        self.times = {name: self._time_of(name, event) for name, event in self.events.items()}
        self.conditions = {name: Condition(event.when) for name, event in self.events.items() if event.when}
        self.had_their_time: set[str] = set()

    def _time_of(self, name: str, event: Event) -> float | None:
        if event.on:
            return self.world.calendar.day_of(event.on)
        if event.between:
            start, end = (self.world.calendar.day_of(date) for date in event.between)
            return start + (end - start) * self.world.luck.uniform(f"events.{name}.between")
        return None

    def happen(self) -> None:
        """Let events come, in the order of their ids; conditions look at what the last tick left."""
        world = self.world
        for condition in self.conditions.values():
            condition.look(world.state, world.front, world.calendar.days[max(world.tick - 1, 0)])
        for name, event in self.events.items():
            if name in self.had_their_time or not self.is_due(name):
                continue
            has_luck = world.luck.uniform(f"events.{name}.chance", world.tick) < world.ledger[f"events.{name}.chance"]
            is_thinned = event.rate is not None and not has_luck
            if not event.repeats and not is_thinned:
                self.had_their_time.add(name)
            if has_luck:
                for index in range(len(event.effects)):
                    self.take_effect(name, index)

    def is_due(self, name: str) -> bool:
        """Whether the time of an event has come; a chance may still be against it."""
        if name in self.conditions:
            return self.conditions[name].comes(self.world.day)
        time = self.times[name]
        if time is not None:
            return self.world.calendar.tick_of(time) == self.world.tick
        return self.world.comes(self.world.ledger[f"events.{name}.rate"], f"events.{name}")

    def take_effect(self, event: str, index: int) -> None:
        effect = self.events[event].effects[index]
        path = f"events.{event}.effects.{index}"
        match effect:
            case Add(add="war.front"):
                self.war.jump(self.world.luck.drawn(effect.by, f"{path}.by"))
            case SetTo() | Add() | Scale():
                self.change(effect, path)
            case Lift():
                self.red_lines.lift(effect.lift)
            case Draw():
                self.red_lines.draw(effect.draw)
            case Fix():
                self.world.fixed[effect.fix] = effect.to
            case Refill():
                self.war.stocks.refill(effect.refill, self.world.luck.drawn(effect.by, f"{path}.by"))
            case Breaks():
                self.peace.spoil(effect.breaks)

    def change(self, effect: SetTo | Add | Scale, path: str) -> None:
        world = self.world
        kind, target, amount = world.ledger.read(effect, path, world.luck)
        if effect.lasting:
            until = world.day + effect.lasting.days
            world.ledger.lay_over(path, Overlay(kind, target, amount, until, world.tick))
        else:
            world.ledger.change(kind, target, amount)
