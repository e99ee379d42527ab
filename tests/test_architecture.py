"""Data flows one way: a test reads the imports and fails on an arrow that runs back."""

import ast
from pathlib import Path

import pytest

import negosim

PACKAGE = Path(negosim.__file__).parent
MAY_IMPORT = {
    "scenario": set(),
    "model": set(),
    "engine": {"scenario", "model"},
    "results": {"engine", "scenario"},
    "experiments": {"scenario", "engine", "results"},
    "report": {"results", "experiments"},
    "cli": {"scenario", "engine", "results", "experiments", "report", "api"},
}
WORDS = {"negosim.scenario.paths", "negosim.scenario.inputs"}
"""How the format itself names and writes a number: reports take their words from there."""
STANDARD = {"negosim", "__future__", "collections", "dataclasses", "itertools", "math", "typing"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)


def imported(path: Path) -> set[str]:
    """Return the modules that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_arrow_runs_back(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    names = imported(path) - (WORDS if room == "report" else set())
    rooms = {name.split(".")[1] for name in names if name.startswith("negosim.")}
    assert rooms <= MAY_IMPORT[room] | {room}


@pytest.mark.parametrize("path", [path for path in MODULES if "model" in path.parts], ids=lambda path: path.stem)
def test_the_model_knows_arrays_only(path: Path) -> None:
    foreign = {name.split(".")[0] for name in imported(path)} - STANDARD
    assert foreign <= {"numpy", "scipy"}


def test_modules_are_one_idea() -> None:
    long = {
        str(path.relative_to(PACKAGE)): count for path in MODULES if (count := len(path.read_text().splitlines())) > 450
    }
    assert not long


def test_all_randomness_is_in_the_streams() -> None:
    users = [path for path in MODULES if "np.random" in path.read_text() or "import random" in path.read_text()]
    assert [path.name for path in users] == ["streams.py"]
