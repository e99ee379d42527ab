"""The build identity: what it is made of and what it changes with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy
import pytest
import yaml

import negosim
from negosim.cli.answers import typed
from negosim.results import build_identity as module
from negosim.results.build_identity import PACKAGE, build_identity, differences, origin, sources_hash

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40


# -- what it is made of -------------------------------------------------------------------------------------------


def test_it_names_the_sources_the_kernel_and_the_packages() -> None:
    build = build_identity()
    assert list(build) == [
        "id",
        "sources",
        "kernel",
        "python",
        "numpy",
        "scipy",
        "simpy",
        "pydantic",
        "PyYAML",
        "commit",
    ]
    assert build["sources"] == sources_hash(PACKAGE)
    assert build["python"] == ".".join(map(str, sys.version_info[:3]))
    assert (build["numpy"], build["PyYAML"]) == (numpy.__version__, yaml.__version__)
    assert all(isinstance(value, str) for key, value in build.items() if key not in ("kernel", "commit"))
    assert origin() == {"negosim": negosim.__version__, "build": build, "command": None}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of four files."""
    kernel = tmp_path / "package" / "engine" / "kernel"
    kernel.mkdir(parents=True)
    for path in (kernel / "build.py", kernel / "rules.h", kernel / "talks.c", kernel.parents[1] / "api.py"):
        path.write_text(f"/* {path.name} */\n")
    return tmp_path / "package"


def test_the_hash_changes_with_every_source_and_with_nothing_else(package: Path) -> None:
    seen = [sources_hash(package)]
    for path in sorted(package.rglob("*.*")):
        path.write_text(path.read_text() + " ")
        seen.append(sources_hash(package))
    (package / "api.py").rename(package / "apis.py")
    seen.append(sources_hash(package))
    assert len(set(seen)) == len(seen) == 6
    (package / "__pycache__").mkdir()
    for name in ("kernel.so", "notes.txt", "__pycache__/api.py"):
        (package / name).write_text("x")
    assert sources_hash(package) == seen[-1]


def test_sources_that_are_not_there_are_no_failure(tmp_path: Path) -> None:
    assert sources_hash(tmp_path / "nowhere") is None


def test_the_id_changes_with_the_version_of_a_package_but_not_with_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    def identity() -> dict[str, str | None]:
        return module._identity.__wrapped__()

    before = identity()
    monkeypatch.setattr(module, "commit_of", lambda package: OTHER)
    assert identity() == {**before, "commit": OTHER}
    monkeypatch.setattr(numpy, "__version__", "1.0")
    assert identity()["numpy"] == "1.0"
    assert identity()["id"] != before["id"]
    assert differences(before, identity()) == [f"numpy: {before['numpy']} there, 1.0 now"]


def test_a_package_has_the_same_version_whether_it_is_loaded_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import scipy

    assert module._version("scipy", "scipy") == scipy.__version__
    monkeypatch.delitem(sys.modules, "scipy")
    assert module._version("scipy", "scipy") == scipy.__version__
    assert module._version("no-package-of-this-name", "no_package_of_this_name") is None


def test_differences_are_told_in_words() -> None:
    there = {"id": "1", "sources": "aa", "kernel": None, "numpy": "2.1", "commit": COMMIT}
    now = {"id": "2", "sources": "bb", "kernel": "cc", "numpy": "2.1", "commit": None}
    assert differences(there, now) == [
        "sources of negosim: aa (commit 0123456789ab) there, bb now",
        "compiled kernel: none there, cc now",
    ]
    assert differences({}, {"sources": "bb"}) == ["sources of negosim: not noted there, bb now"]
    assert differences({"id": "1"}, {"id": "2"}) == ["build: another one"]
    assert differences(there, {**there, "commit": None}) == []


def test_help_does_not_ask_for_it() -> None:
    script = (
        "import sys\nfrom negosim.cli.main import _run\n_run(['--help'])\n"
        "sys.exit('negosim.results.build_identity' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL, check=False).returncode == 0


# -- the command --------------------------------------------------------------------------------------------------


def test_the_command_has_no_options_on_which_no_result_depends() -> None:
    words = [
        "--debug",
        "sweep",
        "it's.yaml",
        "--workers",
        "3",
        "--cluster=local:2",
        "--workers=2",
        "--json",
        "--workers",
    ]
    assert typed(words) == "negosim --debug sweep 'it'\"'\"'s.yaml' --json"
    assert typed(["run", "\udcff.yaml"]) == r"negosim run '\udcff.yaml'"
