"""Blocks of a run: added up as soon as they are played, or of several plans together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

from negosim.engine.calendar import play, play_pack
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.engine.run import WORTH_A_PROCESS, Progress, block_of, played
from negosim.experiments.settings import structure_of
from negosim.results.tally import Tally, tallied
from negosim.results.trial_files import Rows, rows_of
from negosim.results.trials import joined


def tally_of(plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True) -> Tally:
    """Play a block of trials and add it up."""
    return tallied(plan, play(plan, seed, first, trials, zones=zones))


def tally_and_rows(plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True) -> tuple[Tally, Rows]:
    """Play a block of trials; add it up, and write its rows."""
    history = play(plan, seed, first, trials, zones=zones)
    return tallied(plan, history), rows_of(plan, history)


def histories_of(
    plans: Sequence[Plan], trials: int, seed: int, *, workers: int = 1, progress: Progress | None = None
) -> list[History]:
    """Play the same trials of several plans, and return what happened under each, in their order.

    Plans that differ in numbers alone are played together where that is no slower.

    Parameters
    ----------
    trials, seed, workers, progress : see `negosim.engine.run.played`; zones of possible agreement are not looked for.
    """
    alike: dict[Hashable, list[int]] = {}
    for place, plan in enumerate(plans):
        alike.setdefault(structure_of(plan), []).append(place)
    found: dict[int, History] = {}
    for places in alike.values():
        first = plans[places[0]]
        if len(places) * trials <= block_of(first) and (workers == 1 or trials < 2 * WORTH_A_PROCESS):
            found.update(zip(places, _together([plans[place] for place in places], trials, seed), strict=True))
            if progress:
                progress(len(places) * trials)
            continue
        for place in places:
            blocks = played(partial(play, zones=False), plans[place], trials, seed, workers=workers, progress=progress)
            found[place] = joined(list(blocks))
    return [found[place] for place in range(len(plans))]


def _together(plans: Sequence[Plan], trials: int, seed: int) -> list[History]:
    first, settings = plans[0], list[PackedSetting]()
    for plan in plans:
        own = {path: number for path, number in plan.quantities.items() if number != first.quantities[path]}
        settings.append(PackedSetting(0, trials, own))
    whole = play_pack(Pack(first, seed, tuple(settings)))
    return [whole.of_setting(place, 0) for place in range(len(plans))]
