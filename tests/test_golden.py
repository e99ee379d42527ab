"""The golden answer: results under an unchanged scenario and seed change only on purpose.

``python -m tests.test_golden`` writes it anew; name the change in the changelog under "Results change".
"""

import json
from pathlib import Path
from typing import Any

import pytest

from negosim.results.summary import Run, summarised
from tests.test_invariance import RICH
from tests.worlds import load, play

GOLDEN = Path(__file__).parent / "golden" / "border.json"
TRIALS = 500


def answer() -> dict[str, Any]:
    plan, history = play(RICH, TRIALS)
    summary = summarised(load(RICH), plan, history, Run(TRIALS, 1, 0.0))
    return {key: summary[key] for key in ("reached", "final_state", "terms", "tolls", "questions", "ripeness", "zopa")}


def numbers(value: Any, path: str = "") -> dict[str, Any]:
    if isinstance(value, dict):
        return {key: item for name, below in value.items() for key, item in numbers(below, f"{path}/{name}").items()}
    if isinstance(value, list):
        return {
            key: item for index, below in enumerate(value) for key, item in numbers(below, f"{path}/{index}").items()
        }
    return {path: value}


def test_the_answer_is_the_golden_one() -> None:
    """Exact but for the last digits, which may differ between processors."""
    golden, now = numbers(json.loads(GOLDEN.read_text())), numbers(answer())
    assert now.keys() == golden.keys()
    for path, value in golden.items():
        assert now[path] == (pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value), path


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(answer(), indent=1) + "\n")
