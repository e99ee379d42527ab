"""What is needed to install negosim: lists of versions, who uses them, what the package says of itself."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import negosim
from tests.imports import modules

ROOT = Path(__file__).parents[1]
LISTS = sorted(ROOT.glob("constraints-*.txt"))
LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+]+)")
BUILDS = ["hatchling>=1.25", "editables"]
"""What builds the package is held to the lists as well."""


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def make(*arguments: str) -> str:
    command = ["make", "--dry-run", "--always-make", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def python_of(folder: Path, version: str) -> Path:
    """Make an environment whose Python does nothing but claim to be of a version."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {version}\n")
    python.chmod(0o755)
    return folder


def test_every_python_that_is_named_has_its_list(project: dict[str, Any]) -> None:
    named = re.findall(r":: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)
    assert [path.name for path in LISTS] == [f"constraints-{version}.txt" for version in named]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_has_names_and_versions_only(path: Path) -> None:
    found = [LINE.fullmatch(line) for line in path.read_text().splitlines()]
    assert all(found)
    names = [canonicalize_name(match[1]) for match in found if match]
    assert len(names) == len(set(names))
    assert not {"negosim", "pip", "setuptools"} & set(names)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_holds_all_that_make_installs(path: Path, project: dict[str, Any]) -> None:
    listed = {canonicalize_name(name): version for name, version in LINE.findall(path.read_text())}
    extras = project["optional-dependencies"]
    for text in [*project["dependencies"], *(text for extra in extras.values() for text in extra), *BUILDS]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(Version(listed[canonicalize_name(wanted.name)])), text


@pytest.mark.parametrize("target", ["run", "test", "docs"])
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_make_installs_what_is_listed(target: str, version: str, tmp_path: Path) -> None:
    installs = [
        line for line in make(f"VENV={python_of(tmp_path / 'e', version)}", target).splitlines() if "-m pip" in line
    ]
    assert installs
    pins = f"PIP_CONSTRAINT=constraints-{version}.txt PIP_BUILD_CONSTRAINT=constraints-{version}.txt "
    assert all(line.startswith(pins) for line in installs)


def test_make_installs_the_newest_where_there_is_no_list(tmp_path: Path) -> None:
    told = make(f"VENV={python_of(tmp_path / 'e', '3.14')}", "test")
    assert "-m pip install" in told
    assert "CONSTRAINT" not in told


def test_drift_knows_no_list(tmp_path: Path) -> None:
    told = make(f"DRIFT={python_of(tmp_path / 'e', '3.11')}", "drift")
    assert "--upgrade --upgrade-strategy eager" in told
    assert "CONSTRAINT" not in told


def test_the_package_says_what_it_is(project: dict[str, Any]) -> None:
    """There is no public address of the project, so none is named; the citation is of the version at hand."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert str(cited["version"]) == negosim.__version__
    assert (cited["license"], cited["keywords"]) == (project["license"], project["keywords"])
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in project["authors"]]
    assert {"cff-version", "message", "title"} <= set(cited)


def test_the_modules_that_are_imported_for_a_look_are_all() -> None:
    assert {"negosim", "negosim.cli.run", "negosim.scenario.schema.document"} <= set(modules())
    assert "negosim.__main__" not in modules()
