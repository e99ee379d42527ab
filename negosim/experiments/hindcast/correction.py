"""Corrections: what the calibration map says of the questions of a run, beside their shares, never in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.experiments.hindcast.calibration_map import CalibrationMap, NoCorrectionError, shipped_map
from negosim.experiments.hindcast.result import rounded
from negosim.scenario.schema.document import ScenarioFile

_MONTH = 365.25 / 12


def corrected(
    file: ScenarioFile, shares: Mapping[str, Mapping[str, Any]], trials: int, *, past: CalibrationMap | None = None
) -> dict[str, Any] | None:
    """Return for each question how often a deal came where the model was as sure of it in the past.

    Parameters
    ----------
    file : the scenario that was run.
    shares : of its questions, by id: each with ``p``.
    trials : histories of the run.
    past : the map; default the one that comes with negosim.

    Returns
    -------
    ``cases``, ``targets`` and ``deals`` that the map was fitted to, ``coded``, and by question ``value``, ``low`` and
    ``high``, or ``why`` the map cannot speak of it. None where the scenario asks nothing.
    """
    if not file.questions:
        return None
    found = past or shipped_map()
    return {
        "cases": found.cases,
        "targets": found.targets,
        "deals": found.deals,
        "coded": "hindsight-coded",
        "questions": {name: _corrected(file, name, shares[name]["p"], trials, found) for name in file.questions},
    }


def _corrected(file: ScenarioFile, name: str, share: float, trials: int, past: CalibrationMap) -> dict[str, Any]:
    question = file.questions[name]
    months = (question.by - file.as_of).days / _MONTH
    try:
        one = past.correct(share, months, trials=trials, reach=question.reach, lasting=question.lasting is not None)
    except NoCorrectionError as error:
        return {"value": None, "low": None, "high": None, "why": str(error)}
    return {"value": rounded(one.value), "low": rounded(one.low), "high": rounded(one.high), "why": None}
