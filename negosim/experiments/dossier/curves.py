"""Curves: many settings played together in packed blocks, and of each how many histories are where, by date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from negosim.engine.calendar import play_pack
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.run import block_of, parts_of
from negosim.experiments.input_ranges import reached_by
from negosim.experiments.pool import each
from negosim.results.trials import first_reached, state_columns
from negosim.scenario.quantities import Quantity


@dataclass(frozen=True)
class Setting:
    """A setting to be played: a plan, and the numbers that differ from it, by path."""

    plan: Plan
    numbers: Mapping[str, Quantity]


@dataclass(frozen=True)
class Curves:
    """What came of a setting.

    Attributes
    ----------
    counts : (1 + states, dates) histories that have reached an outcome, and those in each state.
    reached : (trials,) which have reached it by the last date.
    """

    counts: NDArray[np.int64]
    reached: NDArray[np.bool_]

    def __add__(self, later: Curves) -> Curves:
        """Return this with the trials that come after."""
        return Curves(self.counts + later.counts, np.concatenate([self.reached, later.reached]))


def curves_at(
    settings: Sequence[Setting],
    outcome: str,
    states: Sequence[str],
    ticks: Sequence[int],
    trials: int,
    seed: int,
    *,
    workers: int,
) -> list[Curves]:
    """Play the same trials of many settings, and return what came of each, in their order.

    Parameters
    ----------
    outcome : as in `negosim.results.trials.first_reached`.
    states : as in `negosim.results.trials.state_columns`.
    ticks : at which histories are counted.
    trials, seed : of every setting, which all have the same random numbers.
    workers : processes.
    """
    found: dict[int, Curves] = {}
    blocks = list(_blocks(settings, trials))
    packs = [_pack(settings, block, seed) for block in blocks]
    played = each(partial(_played, outcome, states, ticks), packs, workers=workers)
    for block, of_block in zip(blocks, played, strict=True):
        for (place, _, _), curves in zip(block, of_block, strict=True):
            found[place] = found[place] + curves if place in found else curves
    return [found[place] for place in range(len(settings))]


Part = tuple[int, int, int]
"""The place of a setting, the first of its trials and how many."""


def _blocks(settings: Sequence[Setting], trials: int) -> Iterator[list[Part]]:
    """Yield what is played together: as many settings of one plan as a block has room for."""
    alike: dict[int, list[int]] = {}
    for place, setting in enumerate(settings):
        alike.setdefault(id(setting.plan), []).append(place)
    for places in alike.values():
        room = block_of(settings[places[0]].plan)
        parts = [(place, first, count) for place in places for first, count in parts_of(trials, room)]
        together = max(room // parts[0][2], 1)
        yield from (parts[at : at + together] for at in range(0, len(parts), together))


def _pack(settings: Sequence[Setting], block: Sequence[Part], seed: int) -> Pack:
    packed = tuple(PackedSetting(first, count, settings[place].numbers) for place, first, count in block)
    return Pack(settings[block[0][0]].plan, seed, packed)


def _played(outcome: str, states: Sequence[str], ticks: Sequence[int], pack: Pack) -> list[Curves]:
    """Play a block, and count what came of each of its settings."""
    history = play_pack(pack)
    return [
        _counted(outcome, states, ticks, pack.plan, history.of_setting(place, setting.first))
        for place, setting in enumerate(pack.settings)
    ]


def _counted(outcome: str, states: Sequence[str], ticks: Sequence[int], plan: Plan, history: History) -> Curves:
    reached = reached_by(first_reached(plan, history)[outcome], ticks)
    columns = dict(state_columns(plan))
    inside = [history.occupancy[ticks, columns[state]] for state in states]
    counts = np.array([reached.sum(axis=0), *inside]).astype(np.int64)
    return Curves(counts, reached[:, -1] > 0)
