"""The page of the limits, from the module that has them."""

from __future__ import annotations

from docs.generate.writing import NOTE, table
from negosim.engine.work import BUDGET, BudgetError, Work, check, lasting
from negosim.scenario.limits import LIMITS


def _refused() -> str:
    """Return what is said where a run is refused."""
    try:
        check(Work(talks=3.2 * 3600), BUDGET)
    except BudgetError as error:
        return str(error)
    raise AssertionError


_HEAD = f"""# Limits

A scenario file from a stranger may cost no more than a message. So a file may be only so large, in every way in which
it could cost time or memory; what exceeds a limit is reported with its number, its place, and what to do, and nothing
else of the file is looked at. `negosim validate` checks any file within the limits in less than a second.

What a run of a scenario will take is estimated before it begins: from its ticks, the rounds of its talks with the
parties and options they have, the comings of its events with their effects, and the search for zones of agreement. What
is estimated at more than the budget is refused, with the estimate and what would lower it:

> {_refused()}

The budget is {lasting(BUDGET)} of one processor for `negosim run` and `negosim.run`, and 24 hours for the commands that
play many runs. [`--budget 4h`](commands.md) changes it, `--budget none` takes it away; in Python these are
`budget=4 * 3600` and `budget=None`. The points of a sweep that is typed on the command line do not count, since they
are the wish of whoever
types them (`--dry-run` says how long they take); those of a sweep file do. The estimate is rough. It takes no account
of histories that end early, nor of the number of processors.

The experiments of the Python interface (`negosim.compare`, `negosim.sweep` and the others) have no budget of their own.
"""


def page() -> str:
    """Return the page."""
    rows = [[limit.what, f"{limit.most:,}", limit.reason] for limit in LIMITS]
    return "\n".join([NOTE, _HEAD, table(["What is counted", "At most", "Why"], rows)])
