"""Levers: what it would take to lift the share of an outcome.

Every setting is played with the same luck as the base, and every lift is a difference history by history. A lever set
to a value stands there in every history: where the scenario has a distribution, its spread is gone too, so that one
of the values tried is its middle, which tells the two apart.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from negosim.experiments.frames import as_frame
from negosim.experiments.levers.moves import moves
from negosim.experiments.levers.search import Field, LeverSearch, MoveEffect, SettingChange, Tried
from negosim.experiments.metrics import Estimate
from negosim.experiments.provenance import provenance
from negosim.scenario.load import Scenario, load

if TYPE_CHECKING:
    import pandas

_COLUMNS = ("id", "title", "rank", "value", "share", "share_low", "share_high", "lift", "lift_low", "lift_high",
            "gained", "lost", "told")  # fmt: skip


@dataclass(frozen=True)
class LeverReport:
    """What it would take.

    Attributes
    ----------
    scenario : what was varied.
    metric : what is to rise (or fall).
    lift : by how much.
    base : the share as the scenario stands.
    effects : of each move by itself, the largest lift first.
    singles : the single moves that suffice, the smallest change first.
    pairs : where no single move does, the pairs that do.
    pairs_tried : how many pairs were tried.
    furthest : of everything that was tried, what lifts the share most, measured on other luck.
    trials, seed, seconds : of the runs.
    """

    scenario: Scenario
    metric: str
    lift: float
    base: Estimate
    effects: tuple[MoveEffect, ...]
    singles: tuple[SettingChange, ...]
    pairs: tuple[SettingChange, ...]
    pairs_tried: int
    furthest: Tried
    trials: int
    seed: int
    seconds: float

    @property
    def suffices(self) -> bool:
        """Whether anything that was tried is enough."""
        return bool(self.singles or self.pairs)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim levers --json`` prints."""
        return {
            **provenance(self.scenario, trials=self.trials, seed=self.seed, seconds=self.seconds),
            "metric": self.metric,
            "lift": self.lift,
            "base": {"p": self.base.value, "low": self.base.low, "high": self.base.high},
            "effects": [
                {
                    "id": effect.move.id,
                    "title": effect.move.title,
                    "now": effect.move.now,
                    "start": effect.move.start,
                    "uncertain": effect.move.is_uncertain,
                    "rank": effect.rank,
                    "best": effect.best.as_dict(),
                    "checked": effect.checked.as_dict(),
                    "tried": [tried.as_dict() for tried in effect.tried],
                }
                for effect in self.effects
            ],
            "singles": [change.as_dict() for change in self.singles],
            "pairs": [change.as_dict() for change in self.pairs],
            "pairs_tried": self.pairs_tried,
            "furthest": self.furthest.as_dict(),
        }

    def frame(self) -> pandas.DataFrame:
        """Return a row for every move and value tried by itself as a pandas data frame.

        Raises
        ------
        ImportError
            Where pandas is not installed.
        """
        rows = []
        for effect in self.effects:
            for tried in effect.tried:
                share, lift = tried.share, tried.lift
                cells = (effect.move.id, effect.move.title, effect.rank, tried.value, share.value, share.low,
                         share.high, lift.value, lift.low, lift.high, lift.gained, lift.lost, lift.told)  # fmt: skip
                rows.append(dict(zip(_COLUMNS, cells, strict=True)))
        return as_frame(rows, _COLUMNS)


def levers(
    scenario: Scenario | str | Path,
    *,
    reach: str | None = None,
    by: str | dt.date | None = None,
    metric: str | None = None,
    lift: float = 0.10,
    names: Sequence[str] = (),
    red_lines: bool = False,
    trials: int = 2000,
    seed: int = 1,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> LeverReport:
    """Find what it would take to lift the share of an outcome.

    Parameters
    ----------
    scenario : as `negosim.load` returns it, or the path of its file.
    reach, by : the outcome (as in `negosim.api.Result.reached`) and the date; default the horizon.
    metric : in their place, any share of histories, as in `negosim.experiments.metrics`.
    lift : by how much the share should rise, as a share (0.10: ten points); below 0 to fall.
    names : ids of levers and red lines (``party.issue.option``); default all levers of the scenario.
    red_lines : whether to try the lifting of each red line too; alone where no levers are named.
    trials, seed, workers : as of `negosim.run`; every setting is a run of its own.
    progress : told what is being played.

    Raises
    ------
    ValueError
        Where nothing can be moved, the outcome is none of the scenario's, or the lift leads out of 0 to 1.
    """
    started = time.perf_counter()
    if trials < 1 or seed < 0 or workers < 1:
        raise ValueError("trials and workers must be at least 1, the seed at least 0")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    asked = wanted(reach, by, metric)
    found = moves(scenario, names, red_lines=red_lines)
    field = Field(scenario, asked, trials, seed, workers, progress)
    base = field.base.estimates[asked]
    if not field.base.is_share[0] or base.value is None or not np.all(field.base.below == 1):
        raise ValueError(f"'{asked}' is not a share of all histories, so that there is nothing to lift")
    if not lift or not 0 <= base.value + lift <= 1:
        raise ValueError(f"a share of {100 * base.value:.3g} % cannot change by {100 * lift:+.3g} points")
    search = LeverSearch(field, lift)
    effects = search.effects(found)
    singles = search.singles(effects)
    tried, pairs = ((), ()) if singles else search.pairs(effects)
    everything = [*(effect.best for effect in effects), *tried, *(change.tried for change in (*singles, *pairs))]
    furthest = max(everything, key=search.gain)
    return LeverReport(
        scenario,
        asked,
        lift,
        base,
        effects,
        singles,
        pairs,
        len(tried),
        field.tried([furthest.settings], "the furthest on other luck", again=True)[0],
        trials,
        seed,
        time.perf_counter() - started,
    )


def wanted(reach: str | None, by: str | dt.date | None, metric: str | None) -> str:
    """Return the metric that is asked about.

    Raises
    ------
    ValueError
        Where neither or both an outcome and a metric are named.
    """
    if (reach is None) == (metric is None) or (metric is not None and by is not None):
        raise ValueError("name either an outcome, with a date if you like, or a metric")
    if metric is not None:
        return metric
    return f"{reach}@{by}" if by is not None else str(reach)
