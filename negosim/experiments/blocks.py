"""Blocks of a run, added up as soon as they are played, so that the histories themselves need not be kept."""

from __future__ import annotations

from negosim.engine.calendar import play
from negosim.engine.plan import Plan
from negosim.results.tally import Tally, tallied
from negosim.results.trial_files import Rows, rows_of


def tally_of(plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True) -> Tally:
    """Play a block of trials and add it up."""
    return tallied(plan, play(plan, seed, first, trials, zones=zones))


def tally_and_rows(plan: Plan, seed: int, first: int, trials: int, *, zones: bool = True) -> tuple[Tally, Rows]:
    """Play a block of trials; add it up, and write its rows."""
    history = play(plan, seed, first, trials, zones=zones)
    return tallied(plan, history), rows_of(plan, history)
