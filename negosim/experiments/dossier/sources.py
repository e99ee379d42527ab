"""Sources: every number that a scenario states, what it is and what it rests on."""

from __future__ import annotations

from typing import Any

from negosim.scenario.inputs import describe, source_of, stated
from negosim.scenario.paths import NumberPath
from negosim.scenario.quantities import Quantity
from negosim.scenario.schema.document import ScenarioFile

JUDGEMENT = "judgement"


def inputs_of(file: ScenarioFile) -> list[dict[str, Any]]:
    """Return every stated number: ``path``, ``kind``, ``value``, ``uncertain``, ``source`` and ``note``.

    ``source`` is an id of the scenario's sources, ``judgement``, a text, or None.
    """
    rows = []
    for path, value in sorted(stated(file).items()):
        if path.partition(".")[0] in ("variants", "levers"):
            continue
        place = NumberPath.parse(path)
        quantity = value if isinstance(value, Quantity) else None
        rows.append(
            {
                "path": path,
                "kind": place.family.kind,
                "value": describe(quantity, duration=place.family.is_duration) if quantity else "never lifts",
                "uncertain": quantity is not None and not quantity.is_constant,
                "source": source_of(file, place, value),
                "note": quantity.note if quantity else None,
            }
        )
    return rows


def sources_of(file: ScenarioFile) -> dict[str, dict[str, str | None]]:
    """Return the sources of a scenario: title, address and date of each."""
    return {
        name: {
            "title": source.title,
            "url": source.url,
            "date": source.date.isoformat() if source.date else None,
        }
        for name, source in file.sources.items()
    }
