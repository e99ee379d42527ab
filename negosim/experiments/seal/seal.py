"""To seal a run: its forecast in a file of its own, which nobody can change without showing it."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from negosim.engine.plan import Plan
from negosim.experiments.seal.sealed import FORMAT, KEY, MOST_BLOCKS, hash_of
from negosim.experiments.store.atomic import write_whole
from negosim.results.build_identity import build_identity
from negosim.results.digests import BlockDigests, TrialDigests, blocks_of, counted
from negosim.results.export import as_json
from negosim.results.intervals import wilson
from negosim.results.summary import asked
from negosim.results.tally import Tally
from negosim.scenario.load import Scenario
from negosim.version import __version__

SMALLEST_BLOCK = 20
"""Trials of a block, at least: fewer would make the file longer than what it seals."""


def unsealed(path: Path) -> None:
    """Refuse a file that is there already: a forecast is sealed once.

    Raises
    ------
    FileExistsError
        Where it is.
    """
    if path.exists() or path.is_symlink():
        raise FileExistsError(
            errno.EEXIST, "exists already, and a forecast is sealed once (name a new file)", str(path)
        )


def block_size(trials: int) -> int:
    """Return how many trials a block of a sealed run has.

    >>> block_size(1000), block_size(10_000), block_size(1_000_000)
    (20, 20, 2000)
    """
    return max(SMALLEST_BLOCK, -(-trials // MOST_BLOCKS))


def seal_of(
    scenario: Scenario, plan: Plan, tally: Tally, digests: Sequence[TrialDigests], seed: int, path: Path
) -> str:
    """Write the forecast of a run to a new file, and return its seal.

    Parameters
    ----------
    digests : of all trials of the run, in any order.

    Raises
    ------
    FileExistsError
        Where the file is there already.
    """
    forecast = _forecast(scenario, plan, tally, blocks_of(digests, block_size(tally.trials)), seed)
    seal = hash_of(forecast)
    content = as_json({KEY: FORMAT, "seal": seal, "forecast": forecast}).encode()
    if not write_whole(path, content, only_new=True):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    return seal


def _forecast(scenario: Scenario, plan: Plan, tally: Tally, blocks: BlockDigests, seed: int) -> dict[str, Any]:
    file, text = scenario.file, scenario.document.text
    shares = {
        key: {**wilson(int(yes.sum()), tally.trials), "yes": " ".join(map(str, yes.tolist()))}
        for key, yes in zip(counted(plan, tally.reached), blocks.yes.T, strict=True)
    }
    return {
        "on": dt.datetime.now(dt.UTC).date().isoformat(),
        "negosim": __version__,
        "build": build_identity(),
        "scenario": {
            "title": file.title,
            "as_of": file.as_of.isoformat(),
            "horizon": file.end.isoformat(),
            "sha256": scenario.sha256,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "text": text,
        },
        "run": {
            "trials": tally.trials,
            "seed": seed,
            "variant": scenario.variant,
            "set": _plain(scenario.overrides),
        },
        "questions": {
            plan_.id: {**asked(plan_.id, file.questions[plan_.id]), **shares["questions", plan_.id]}
            for plan_ in plan.questions
        },
        "reached": {outcome: shares["reached", outcome] for outcome in sorted(tally.reached)},
        "trials": {"block": blocks.size, "rows": list(blocks.rows)},
    }


def _plain(values: Mapping[str, Any]) -> Any:
    """Return overrides as JSON reads them back: dates and durations as they are written."""
    return json.loads(json.dumps(dict(values), default=str))
