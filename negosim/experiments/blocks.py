"""Blocks of a run: added up as soon as they are played, or of several plans together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from negosim.engine.calendar import play, play_pack
from negosim.engine.pack import Pack, PackedSetting
from negosim.engine.plan import Plan
from negosim.engine.processes import WORTH_A_PROCESS
from negosim.engine.record.history import History
from negosim.engine.run import Progress, block_of, played
from negosim.experiments.judgement import JudgementSample, play_sampled
from negosim.experiments.settings import structure_of
from negosim.results.digests import TrialDigests, digests_of
from negosim.results.tally import Tally, added, tallied
from negosim.results.trial_files import Rows, TrialFiles, rows_of
from negosim.results.trials import joined


@dataclass(frozen=True)
class PlayedBlock:
    """What is left of a block of trials.

    Attributes
    ----------
    tally : of the block.
    rows : its rows, where they are to be written.
    digests : of its trials, where the run is to be sealed.
    sample : what becomes of those of its trials without judgement that were to be played so, too.
    """

    tally: Tally
    rows: Rows | None
    digests: TrialDigests | None
    sample: JudgementSample | None


def played_block(
    plan: Plan,
    seed: int,
    first: int,
    trials: int,
    *,
    zones: bool = True,
    rows: bool = False,
    digests: bool = False,
    sample: int = 0,
) -> PlayedBlock:
    """Play a block of trials, add it up, and keep of it what is asked for; see `play_sampled` for the sample."""
    history, sampled = play_sampled(plan, seed, first, trials, zones=zones, sample=sample)
    return PlayedBlock(
        tallied(plan, history),
        rows_of(plan, history) if rows else None,
        digests_of(plan, history) if digests else None,
        sampled,
    )


def tally_of(plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True) -> Tally:
    """Play a block of trials and add it up."""
    return tallied(plan, play(plan, seed, first, trials, zones=zones))


@dataclass(frozen=True)
class Kept:
    """What is left of a run.

    Attributes
    ----------
    tally : of all its trials.
    history : what happened, trial by trial, where that was to be kept.
    digests : of its trials, where they were asked for; in any order.
    samples : what becomes of its first trials without judgement, where that was asked for; in any order.
    """

    tally: Tally
    history: History | None
    digests: list[TrialDigests] = field(default_factory=list)
    samples: list[JudgementSample] = field(default_factory=list)


def kept_of(
    blocks: Callable[..., Iterator[Any]],
    plan: Plan,
    files: TrialFiles | None,
    *,
    keep: bool,
    zones: bool,
    digests: bool = False,
    sample: int = 0,
) -> Kept:
    """Play the blocks of a run: add them up, keep them if they are to be kept, and write them if they are.

    Parameters
    ----------
    blocks : plays them, given what to do with each; see `negosim.engine.run.played`.
    sample : so many of the first trials are played without judgement, too; see `play_sampled`.
    """
    if keep:
        parts = list(blocks(partial(play_sampled, zones=zones, sample=sample)))
        history = joined([part for part, _ in parts])
        if files is not None:
            files.add(rows_of(plan, history))
        samples = [sampled for _, sampled in parts if sampled is not None]
        return Kept(tallied(plan, history), history, [digests_of(plan, history)] if digests else [], samples)
    task = partial(played_block, zones=zones, rows=files is not None, digests=digests, sample=sample)
    found, again = list[TrialDigests](), list[JudgementSample]()
    return Kept(added(_set_aside(blocks(task), files, found, again)), None, found, again)


def _set_aside(
    blocks: Iterator[PlayedBlock],
    files: TrialFiles | None,
    found: list[TrialDigests],
    samples: list[JudgementSample],
) -> Iterator[Tally]:
    for block in blocks:
        if files is not None and block.rows is not None:
            files.add(block.rows)
        if block.digests is not None:
            found.append(block.digests)
        if block.sample is not None:
            samples.append(block.sample)
        yield block.tally


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
        together = block_of(plans[places[0]]) // trials
        if together > 1 and (workers == 1 or trials < 2 * WORTH_A_PROCESS):
            for at in range(0, len(places), together):
                few = places[at : at + together]
                found.update(zip(few, _together([plans[place] for place in few], trials, seed), strict=True))
                if progress:
                    progress(len(few) * trials)
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
