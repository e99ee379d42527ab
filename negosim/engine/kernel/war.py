"""The battlefield, worked by the kernel."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine.itself import Itself
from negosim.engine.kernel import address, library, structs
from negosim.engine.kernel.followed import Followed
from negosim.engine.kernel.structs import Pointers
from negosim.engine.parameters import Parameters
from negosim.engine.plan import Plan
from negosim.engine.state import MOST_DISTRUST, State
from negosim.engine.streams import Array, Streams
from negosim.engine.war import Battlefield, Fought, Rows, Stocks
from negosim.scenario.paths import BELIEF, STOCK, TOLL, WAR

_KEPT = 8
"""Plans whose battlefields are kept described."""


@lru_cache(maxsize=_KEPT)
def _described(item: Itself[Plan]) -> structs.Described[structs.Battlefield]:
    plan, fixed = item.item, Pointers()
    assert plan.war
    followers = [issue for issue, holds in enumerate(plan.status_quo) if holds.thresholds.size]
    held = [plan.status_quo[issue] for issue in followers]
    ends = np.cumsum([0, *(holds.thresholds.size for holds in held)])
    nothing = np.zeros(0)
    struct = structs.Battlefield(
        parties=len(plan.parties),
        kinds=len(plan.tolls),
        stocks=len(plan.stocks),
        followers=len(followers),
        first=plan.war.first,
        second=plan.war.second,
        most=MOST_DISTRUST,
        issues=len(plan.issues),
        follower=fixed.whole(followers),
        first_threshold=fixed.whole(ends),
        threshold=fixed.at(np.concatenate([nothing, *(holds.thresholds for holds in held)]), np.float64),
        column=fixed.whole(np.concatenate([nothing, *(holds.columns for holds in held)])),
    )
    return structs.Described(struct, fixed)


class KernelBattlefield(Battlefield):
    """Front, fighting and beliefs of a block.

    Attributes
    ----------
    faded, at_faded : where the war fades out at a tick, and where that is written.
    """

    def __init__(self, plan: Plan, parameters: Parameters, state: State, streams: Streams) -> None:
        super().__init__(plan, parameters, state, streams)
        if plan.war is None:
            return
        found = library()
        assert found
        self._fight, self._learn, self._fade = found.negosim_fight, found.negosim_learn, found.negosim_fade
        self._publish = found.negosim_publish
        self._row: NDArray[np.intp] | None = None
        self._fixed = Pointers()
        sides = (plan.parties[plan.war.first], plan.parties[plan.war.second])
        numbers = {
            "volatility": (WAR.volatility(),),
            "per_year": TOLL.per_year.each(plan.tolls),
            "burn": STOCK.burn.each(tuple(stock.id for stock in plan.stocks)),
            "narrative": self._narrative_paths,
            "erosion": BELIEF.erosion.each(sides),
            "fade": (WAR.fade(),),
            "true_drift": (WAR.drift(),),
        }
        self._kept = Followed(self._filled_in(), parameters, numbers)
        self._make_room(state.trials)

    def _filled_in(self) -> structs.Battlefield:
        described, fixed, streams = _described(Itself(self._plan)), self._fixed, self._streams
        fixed.kept.append(described)
        struct = structs.Battlefield.from_buffer_copy(described.struct)
        struct.numbers = fixed.at(streams.trials, np.int64)
        struct.moving = fixed.at(streams.key("war.front"), np.uint64)
        struct.crossing = fixed.at(streams.key("war.crossing"), np.uint64)
        struct.fading = fixed.at(streams.key(WAR.fade()), np.uint64)
        struct.sign = fixed.at(self._signs, np.float64)
        return struct

    def _make_room(self, trials: int) -> None:
        """Give the kernel room for what a stretch brings."""
        kept, stocks = self._kept, len(self._plan.stocks)
        self._rows, self._over, self._restated, self.faded = np.empty((4, trials), dtype=np.intp)
        self.at_faded = address(self.faded)
        self._movement, self._outcome = np.empty(trials), np.empty(trials, dtype=np.int8)
        self._turn = np.zeros((trials, stocks), dtype=np.int8)
        for name, array in (("rows", self._rows), ("over", self._over), ("restated", self._restated)):
            kept.point(name, array, np.intp)
        kept.point("movement", self._movement, np.float64)
        kept.point("outcome", self._outcome, np.int8)
        kept.point("turn", self._turn, np.int8)

    def _follow(self) -> None:
        """Fill in where the histories stand: the arrays are others only where histories have left the block."""
        self._kept.follow()
        kept, state = self._kept, self._state
        if state.row is self._row:
            return
        self._row = state.row
        kept.point("origin", state.row, np.intp)
        kept.point("own_quo", state.own_quo, np.intp)
        for name in ("fighting", "fixed"):
            kept.point(name, getattr(state, name), np.bool_)
        for name in ("fought", "front", "drift", "belief", "variance", "distrust"):
            kept.point(name, getattr(state, name), np.float64)
        kept.point("stock", state.stocks, np.float64)

    def settled(self) -> int:
        """Return where the battlefield stands for the kernel."""
        self._follow()
        return self._kept.at

    def count_into(self, tolls: Array) -> None:
        """Let tolls be counted into an array, (trials of the block as it began, tolls)."""
        self._kept.point("tolls", tolls, np.float64)

    def publish(self, rows: Rows) -> None:
        """Make known that the true drift has changed in some trials (model 4)."""
        rows = np.ascontiguousarray(rows)
        self._publish(self.settled(), rows.size, address(rows))

    def pass_stretch(self, tick: int, stocks: Stocks, tolls: Array) -> Fought | None:
        """Let the stretch up to a tick pass: count it and what it has cost, move the front, burn stocks."""
        years = self._plan.ticks.years(tick)
        if self._plan.war is None or not years:
            return super().pass_stretch(tick, stocks, tolls)
        self._follow()
        kept, struct = self._kept, self._kept.struct
        self.count_into(tolls)
        self._fight(kept.at, tick, years, 0, self._state.trials)
        if struct.turned:
            self._state.restate(self._restated[: struct.turned])
        if struct.emptied:
            self._turn_stocks(stocks, tick)
        going, ended = struct.going, struct.ended
        return Fought(self._rows[:going], self._movement[:going], self._over[:ended], self._outcome[:ended])

    def _turn_stocks(self, stocks: Stocks, tick: int) -> None:
        for index, stock in enumerate(self._plan.stocks):
            turn = self._turn[: self._state.trials, index]
            if stock.when_empty and turn.any():
                stocks.turn(index, np.nonzero(turn > 0)[0], np.nonzero(turn < 0)[0], tick)

    def learn(self, rows: Rows, movement: Array, years: float) -> None:
        """Let the parties learn from how the front has moved over the last stretch (model 4)."""
        self._learn(self.settled(), years)

    def fading(self, hurting: Rows, tick: int) -> Rows:
        """Return where the war fades out over the stretch up to a tick, of the trials in which it hurts both sides."""
        if not hurting.size:
            return hurting
        field, years = self.settled(), self._plan.ticks.years(tick)
        return self.faded[: self._fade(field, hurting.size, address(hurting), tick, years, self.at_faded)]
