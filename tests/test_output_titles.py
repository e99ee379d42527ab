"""Labels of results: what every result records of a scenario, so that it can be read without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from negosim.engine.compile import compiled
from negosim.report.paths import path_words
from negosim.results.labels import labels
from negosim.scenario.inputs import stated
from negosim.scenario.load import load
from negosim.scenario.numbers import numbers
from negosim.scenario.paths import NumberPath

SHIPPED = sorted(Path("scenarios").rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_input_of_every_shipped_scenario_is_said_in_words(path: Path) -> None:
    """Not one id of a party, issue, option, kind of deal or event is left, nor the number of a place in a list."""
    file = load(path).file
    said = {"labels": labels(file)}
    paths = {name for name in {*numbers(file), *stated(file)} if not name.startswith(("levers.", "variants."))}
    for name in sorted(paths | set(compiled(file).quantities)):
        words = path_words(said, name)
        assert "_" not in words and "(1)" not in words and "(2)" not in words, (name, words)
        if not name.startswith("linkages."):
            ids = NumberPath.parse(name).by_slot
            assert all(said["labels"]["parties"][party] in words for slot, party in ids.items() if slot == "party"), (
                name,
                words,
            )
