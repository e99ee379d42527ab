"""Data flows one way: a test reads the imports and fails on an arrow that runs back."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import negosim

PACKAGE = Path(negosim.__file__).parent
RESULTS = r"negosim\.experiments\.(\w+\.)?result"
"""What experiments answer, as data: a module of this name in the room of each."""

RECORDED = ("negosim.engine.plan", "negosim.engine.record")
"""What the engine plays, and what it has recorded."""

REGISTRY = "negosim.registry"
"""Rules by name, for whoever reads, plays or loads them; it knows of nothing but names."""

PLOTS = "negosim.plots"
"""What draws a result, by name."""

LOG = "negosim.log"
"""Takes records of what is played; it knows of nothing."""

THREADS = "negosim.threads"
"""Keeps libraries from starting threads; it knows of nothing."""

MAY_IMPORT = {
    "scenario": (REGISTRY,),
    "model": (),
    "engine": ("negosim.scenario", "negosim.model", REGISTRY, THREADS),
    "results": (*RECORDED, REGISTRY, "negosim.scenario", "negosim.version"),
    "experiments": (
        "negosim.scenario",
        "negosim.engine",
        "negosim.results",
        REGISTRY,
        LOG,
        PLOTS,
        "negosim.version",
        "negosim.model.front",  # for the chance that a side wins, which a trace holds what it takes to work out
    ),
    "report": (
        "negosim.results",
        RESULTS,
        "negosim.experiments.store.manifest",  # what a store says of itself: the inputs that vary, the metrics
        "negosim.experiments.levers.moves",  # for the class Move
        "negosim.scenario.inputs",  # for span, a duration in words, which a scenario is described with too
        "negosim.scenario.paths",  # how the format itself names a number: reports take their words from there
        "negosim.experiments.inputs",  # for the class Input
    ),
    "cli": (
        "negosim.scenario",
        "negosim.engine",
        "negosim.results",
        "negosim.experiments",
        "negosim.report",
        REGISTRY,
        "negosim.api",
        "negosim.version",
        THREADS,
    ),
}
"""The rooms, from the ground up, and which modules each may import besides its own."""

RESULTS_MAY_IMPORT = (
    REGISTRY,
    "negosim.scenario",
    "negosim.results",
    RESULTS,
    "negosim.experiments.calibrate.variant",
    "negosim.experiments.errors",
    "negosim.experiments.frames",
    "negosim.experiments.inputs",
    "negosim.experiments.levers.moves",
    "negosim.experiments.provenance",
    "negosim.experiments.store.manifest",
    PLOTS,
)
"""What a module of results may import: nothing that plays, but for what the classes Move and Manifest bring."""

SOLVERS = {"program": {"scipy.optimize"}}
"""Modules of the model that need more than arrays: the exact zone is a mixed-integer program."""
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


def forbidden(path: Path, allowed: Iterable[str]) -> set[str]:
    """Return the modules of negosim that a module imports and may not: neither allowed nor below what is."""
    names = {name for name in imported(path) if name.split(".")[0] == "negosim"}
    return {name for name in names if not any(re.fullmatch(rf"{module}(\..+)?", name) for module in allowed)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_arrow_runs_back(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    assert not forbidden(path, (*MAY_IMPORT[room], f"negosim.{room}"))


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.name == "result.py"], ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_what_experiments_answer_is_data(path: Path) -> None:
    assert not forbidden(path, RESULTS_MAY_IMPORT)


@pytest.mark.parametrize("path", [path for path in MODULES if "model" in path.parts], ids=lambda path: path.stem)
def test_the_model_knows_arrays_only(path: Path) -> None:
    foreign = {name for name in imported(path) if name.split(".")[0] not in STANDARD}
    assert foreign <= {"numpy", "numpy.typing", "scipy.special", *SOLVERS.get(path.stem, ())}


def test_modules_are_one_idea() -> None:
    long = {
        str(path.relative_to(PACKAGE)): count for path in MODULES if (count := len(path.read_text().splitlines())) > 450
    }
    assert not long


def test_all_randomness_is_in_the_streams() -> None:
    users = [path for path in MODULES if "np.random" in path.read_text() or "import random" in path.read_text()]
    assert [path.name for path in users] == ["streams.py"]
