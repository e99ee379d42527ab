"""The page of a stored result: one file, whatever the experiment."""

from __future__ import annotations

from negosim.experiments.stored.result import (
    StoredCalibration,
    StoredComparison,
    StoredHindcast,
    StoredResult,
    StoredSensitivity,
    StoredSweep,
    StoredUncertainty,
)
from negosim.report.html.markup import tag
from negosim.report.html.page import document
from negosim.report.html.stored.calibration import calibration_page
from negosim.report.html.stored.comparison import comparison_page
from negosim.report.html.stored.hindcast import hindcast_page
from negosim.report.html.stored.parts import ResultPage
from negosim.report.html.stored.sensitivity import sensitivity_page
from negosim.report.html.stored.sweep import sweep_page
from negosim.report.html.stored.uncertainty import uncertainty_page


def result_page(found: StoredResult) -> str:
    """Return the report of a stored result as one HTML file.

    Parameters
    ----------
    found : as `negosim.experiments.stored.read.read` returns it.
    """
    made = _made(found)
    sections = {"answer": made.first, **{key: tag("section", html, id=key) for key, (_, html) in made.sections.items()}}
    names = {"answer": "Answer", **{key: name for key, (name, _) in made.sections.items()}}
    return document(made.title, sections, made.drawn.data, names)


def _made(found: StoredResult) -> ResultPage:
    match found:
        case StoredComparison():
            return comparison_page(found)
        case StoredSensitivity():
            return sensitivity_page(found)
        case StoredUncertainty():
            return uncertainty_page(found)
        case StoredCalibration():
            return calibration_page(found)
        case StoredSweep():
            return sweep_page(found)
        case StoredHindcast():
            return hindcast_page(found)
