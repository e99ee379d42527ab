"""Evidence: what the shipped cases say of the model, written into the documentation and into the calibration map."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docs.evidence.tables import BLOCKS
from negosim.experiments.hindcast.calibration_map import SHIPPED, CalibrationMap, map_of
from negosim.experiments.hindcast.result import Hindcast

FOLDER = Path(__file__).parent
CASES = FOLDER / "cases-train.yaml"
RESULT = FOLDER / "hindcast.json"
PAGE = FOLDER.parent / "explanation" / "validation.md"

_BLOCK = re.compile(r"(<!-- evidence: (\w+) -->\n).*?(<!-- end of evidence -->\n)", re.DOTALL)


def page(text: str, result: Mapping[str, Any], past: Mapping[str, Any]) -> str:
    """Return a page with what stands between its markers written again from a stored result and a stored map."""
    return _BLOCK.sub(lambda block: block[1] + BLOCKS[block[2]](result, past) + block[3], text)


def own_words(text: str) -> str:
    """Return a page without what stands between its markers."""
    return _BLOCK.sub("", text)


def stored() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the stored result and the stored map."""
    return json.loads(RESULT.read_text(encoding="utf-8")), json.loads(SHIPPED.read_text(encoding="utf-8"))


def write(found: Hindcast) -> list[Path]:
    """Write the result of a hindcast, the map fitted to it and the page; return what was written."""
    past: CalibrationMap = map_of(found)
    RESULT.write_text(json.dumps(found.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    SHIPPED.write_text(json.dumps(past.as_dict(), ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), *stored()), encoding="utf-8")
    return [RESULT, SHIPPED, PAGE]
