"""Requests: what a sweep is asked to do, from the command line or from a sweep file."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from negosim.experiments.sweep.design import MOST_POINTS, Design, DesignError, check, crossed
from negosim.experiments.sweep.grid import grid
from negosim.experiments.sweep.sampling import Correlation, Method, sample
from negosim.scenario.dates import shown
from negosim.scenario.limits import BYTES
from negosim.scenario.load import Scenario, load, loads
from negosim.scenario.messages import schema_problems
from negosim.scenario.numerals import parse_whole
from negosim.scenario.problems import Problem, ScenarioError, dotted
from negosim.scenario.reader import Document, read
from negosim.scenario.references import mapping
from negosim.scenario.regular import read_regular, within
from negosim.scenario.schema.base import Model, PlainNumber, Shorthand, Text
from negosim.scenario.shipped import examples

TRIALS = 1000
"""Histories a point, unless stated."""

MOST_TRIALS = 1_000_000
MOST_REPLICATIONS = 10_000

_NO_MAPPING = "a sweep file is a mapping with the keys 'scenario' and 'vary' or 'sample'"


def _as_count(value: Any) -> Any:
    """Take ``1e4`` and ``10_000``, which YAML reads as another number and as a text, for the count they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return parse_whole(value)
    return value


Count = Annotated[int, BeforeValidator(_as_count)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class CorrelationEntry(Model):
    """How two inputs go together."""

    between: Annotated[tuple[Text, Text], Field(strict=False)] = Field(description="the two inputs")
    rank: PlainNumber = Field(description="their rank correlation")


class SampleEntry(Model):
    """Points that are drawn."""

    method: Literal["lhs", "sobol"] = Field(description="how they are spread")
    points: Annotated[Count, Field(ge=2, le=MOST_POINTS)] = Field(description="how many")
    over: Annotated[
        tuple[Text, ...], Field(strict=False, min_length=1), Shorthand(_as_list, lambda long: [long["items"]])
    ] = Field(default=("levers",), description="levers, inputs, or a list of names")
    correlations: Annotated[tuple[CorrelationEntry, ...], Field(strict=False)] = Field(
        default=(), description="rank correlations between them"
    )


class SweepFile(Model):
    """A sweep, as a file asks for it."""

    scenario: Text = Field(description="the scenario file, in the folder of this file or below")
    variant: Text | None = Field(default=None, description="a variant of the scenario")
    set: dict[str, Any] = Field(default_factory=dict, description="settings, path: value")
    vary: dict[str, Any] = Field(default_factory=dict, description="values of inputs, by path")
    sample: SampleEntry | None = Field(default=None, description="points that are drawn")
    metrics: Annotated[tuple[Text, ...], Field(strict=False)] = Field(default=(), description="what is counted")
    trials: Annotated[Count, Field(ge=1, le=MOST_TRIALS)] = Field(default=TRIALS, description="histories a point")
    replications: Annotated[Count, Field(ge=1, le=MOST_REPLICATIONS)] = Field(default=1, description="of every point")
    seed: Annotated[Count, Field(ge=0, le=2**63 - 1)] = Field(default=1, description="of the draws")
    out: Text | None = Field(default=None, description="directory of the results, in the folder of this file")


@dataclass(frozen=True)
class Request:
    """What a sweep is asked to do.

    Attributes
    ----------
    scenario : with its variant and settings.
    design : the points.
    metrics, trials, replications, seed : see `negosim.experiments.sweep.sweep.sweep`.
    out : directory of the results, if it was named.
    """

    scenario: Scenario
    design: Design
    metrics: tuple[str, ...] = ()
    trials: int = TRIALS
    replications: int = 1
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True)
class Changes:
    """What the command line says otherwise than a sweep file; None where it says nothing.

    ``scenario`` and ``out`` may lie anywhere, as whoever typed them wants it; those of a file lie in its own folder.
    """

    scenario: Path | None = None
    metrics: tuple[str, ...] | None = None
    trials: int | None = None
    replications: int | None = None
    seed: int | None = None
    out: Path | None = None


@dataclass(frozen=True)
class Drawing:
    """A sample that is asked for; see `negosim.experiments.sweep.sampling.sample`."""

    method: Method
    points: int
    over: tuple[str, ...] = ("levers",)
    correlations: tuple[Correlation, ...] = field(default=())


def designed(scenario: Scenario, vary: Mapping[str, str | Sequence[Any]], drawing: Drawing | None, seed: int) -> Design:
    """Return the points that are asked for: a grid, a sample, or the sample at every point of the grid."""
    along = grid(scenario, vary)
    if drawing is None:
        return along
    drawn = sample(
        scenario, drawing.method, drawing.points, over=drawing.over, correlations=drawing.correlations, seed=seed
    )
    return crossed(along, drawn) if vary else drawn


def is_sweep_file(path: Path) -> bool:
    """Tell a sweep file from a scenario by its keys; a file that cannot be read is taken for a scenario."""
    try:
        data = _read(path).data
    except (OSError, ScenarioError):
        return False
    return "negosim" not in data and bool({"scenario", "vary", "sample"} & set(data))


def requested(path: Path, changes: Changes) -> Request:
    """Read a sweep file.

    Raises
    ------
    ScenarioError
        With every problem of the file, with line and column; or of the scenario.
    OSError
        Where it, or the scenario, cannot be read.
    """
    document = _read(path)
    asked = _checked(document)
    seed = asked.seed if changes.seed is None else changes.seed
    try:
        out = _out(path, asked, changes.out, document)
        scenario = _scenario(path, asked, changes.scenario, document)
        design = designed(scenario, asked.vary, _drawing(asked.sample), seed)
        check(design, scenario)
    except OSError as error:
        document.problem(("scenario",), f"{error.filename}: {error.strerror}")
        raise ScenarioError(document.problems) from None
    except DesignError as error:
        document.problem(error.at, error.message)
        raise ScenarioError(document.problems) from None
    except ScenarioError as error:
        raise ScenarioError(_placed(problem, document) for problem in error.problems) from None
    request = Request(scenario, design, asked.metrics, asked.trials, asked.replications, seed, out)
    said = {
        name: value for name, value in vars(changes).items() if value is not None and name not in ("scenario", "out")
    }
    return replace(request, **said)


def _scenario(path: Path, asked: SweepFile, named: Path | None, document: Document) -> Scenario:
    """Read the scenario that the command line names, or that of the file: from the file's folder, or a shipped one."""
    shipped = None if (path.parent / asked.scenario).exists() else examples().get(asked.scenario)
    elsewhere = named or shipped
    if elsewhere is not None:
        return load(elsewhere, variant=asked.variant, values=asked.set)
    found = _inside(path, asked.scenario, "scenario", document)
    text = read_regular(found, BYTES.most, follow=False)
    return loads(text, name=str(path.parent / asked.scenario), variant=asked.variant, values=asked.set)


def _out(path: Path, asked: SweepFile, named: Path | None, document: Document) -> Path | None:
    """Return the directory of the results that the command line names, or that of the file, in the file's folder."""
    if named is not None or asked.out is None:
        return named
    _inside(path, asked.out, "out", document)
    return path.parent / asked.out


def _inside(path: Path, name: str, key: str, document: Document) -> Path:
    """Return what a sweep file names, links resolved; a file from a stranger reaches nothing outside its own folder.

    Raises
    ------
    ScenarioError
        Where it leads out of the folder.
    """
    found = within(path.parent, name)
    if found is None:
        message = f"{shown(name)} lies outside the folder of this file (put it inside, or name it with --{key})"
        document.problem((key,), message)
        raise ScenarioError(document.problems)
    return found


def _placed(problem: Problem, document: Document) -> Problem:
    """Let the problem of a setting, or of an input that varies, point at where the sweep file says so."""
    option, _, rest = problem.position.origin.partition(" ")
    section = {"--set": "set", "--vary": "vary"}.get(option, "")
    for name in mapping(document.data.get(section)):
        if rest == name or rest.startswith(f"{name}="):
            at = (section, name)
            return Problem(document.position(at), dotted(at), problem.message)
    return problem


def _checked(document: Document) -> SweepFile:
    asked = None
    problems: list[Problem] = []
    try:
        asked = SweepFile.model_validate(document.data)
    except ValidationError as error:
        problems = schema_problems(error, document, SweepFile)
    document.problems.extend(problems)
    for name, values in (asked.vary if asked else {}).items():
        if not isinstance(values, str | list):
            message = "write LOW:HIGH:NUMBER or a list of values"
            document.problem(("vary", name), message)
    if asked is None or document.problems:
        raise ScenarioError(document.problems)
    return asked


def _drawing(entry: SampleEntry | None) -> Drawing | None:
    if entry is None:
        return None
    correlations = tuple(Correlation(item.between, item.rank) for item in entry.correlations)
    return Drawing(entry.method, entry.points, entry.over, correlations)


def _read(path: Path) -> Document:
    return read(read_regular(path, BYTES.most), str(path), wanted=_NO_MAPPING)
