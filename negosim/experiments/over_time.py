"""Shares over time as labelled arrays: what of the histories is in each state and has reached each outcome, by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.experiments.frames import dataset
from negosim.results.intervals import wilson_all
from negosim.results.tally import Tally
from negosim.results.trials import state_columns

_ABOUT = ("title", "sha256", "as_of", "horizon", "negosim", "trials", "seed", "variant", "command")
"""What of the heading of a summary a dataset says of itself, as far as it is there."""


def over_time(plan: Plan, tally: Tally, heading: Mapping[str, Any]) -> Any:
    """Return states and outcomes over time as an `xarray.Dataset`; see `negosim.result.Result.to_xarray`."""
    states = state_columns(plan)
    counts = {
        "occupancy": ("state", tally.occupancy[:, [column for _, column in states]]),
        "reached": ("outcome", np.stack([np.cumsum(first) for first in tally.reached.values()], axis=1)),
    }
    variables = dict[str, tuple[Sequence[str], NDArray[Any]]]()
    for name, (dimension, hits) in counts.items():
        low, high = wilson_all(hits, tally.trials)
        for end, values in (("", hits / tally.trials), ("_low", low), ("_high", high)):
            variables[name + end] = (("date", dimension), values)
    dates = np.array([plan.ticks.date(tick) for tick in range(len(plan.ticks))], dtype="datetime64[ns]")
    coordinates = {"date": dates, "state": [name for name, _ in states], "outcome": list(tally.reached)}
    return dataset(variables, coordinates, {key: heading.get(key) for key in _ABOUT})
