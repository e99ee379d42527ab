"""What the format allows and the engine does not do yet: refused, never silently ignored."""

from __future__ import annotations

from collections.abc import Iterator

from negosim.scenario.problems import Path, Problem, dotted
from negosim.scenario.reader import Document
from negosim.scenario.schema.document import ScenarioFile


def unsupported(scenario: ScenarioFile, document: Document) -> list[Problem]:
    """Return a problem for every use of a part of the format that this version cannot play."""
    return [
        Problem(document.position(path, key=True), dotted(path), f"{what} (negosim cannot play this yet)")
        for path, what in _uses(scenario)
    ]


def _uses(scenario: ScenarioFile) -> Iterator[tuple[Path, str]]:
    for name, track in scenario.talks.items():
        hazard = track.after.opportunism
        if track.kind == "limited" and not (hazard.is_constant and hazard.value == 0):
            yield ("talks", name, "after", "opportunism"), "opportunism against a limited deal"
        if track.protocol == "alternating_offers":
            yield ("talks", name, "protocol"), "alternating offers"
