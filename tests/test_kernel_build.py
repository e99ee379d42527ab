"""How the kernel is built, and which builds of it are loaded."""

from __future__ import annotations

import ctypes
import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from negosim.cli.main import main
from negosim.engine import kernel
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.engine.kernel import build
from negosim.scenario.load import load
from tests import worlds
from tests.reference.comparison import differences, engine_account
from tests.test_offering import OFFERS
from tests.test_teaching import TEACHING

COMPILERS = [name for name in ("gcc", "clang", "clang-14", "clang-19") if shutil.which(name)]
COMPILERS += ["zig cc"] if shutil.which("zig") else []
COMPILERS += [f"{sys.executable} -m ziglang cc"] if find_spec("ziglang") else []
"""Those at hand: Zig is one of several words."""


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the kernel be built and looked for in an empty folder; the one in use stays."""
    kernel.library()
    for name in ("LIBRARY", "WIDE", "RECORD"):
        monkeypatch.setattr(build, name, tmp_path / getattr(build, name).name)
    for name in ("LIBRARY", "WIDE"):
        monkeypatch.setattr(kernel, name, tmp_path / getattr(build, name).name)
    return tmp_path


@pytest.fixture
def copied(elsewhere: Path) -> Path:
    """Let a copy of the kernel be looked for."""
    for path in (build.LIBRARY, build.WIDE, build.RECORD):
        if (build.HERE / path.name).exists():
            shutil.copy(build.HERE / path.name, path)
    return elsewhere


def loaded() -> ctypes.CDLL | None:
    found: ctypes.CDLL | None = kernel.library.__wrapped__()
    return found


@pytest.mark.compiled
def test_every_compiler_makes_a_kernel_that_finds_the_same_bytes(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Path
) -> None:
    plans = [compiled(load(negosim_file()).file), compiled(worlds.load(OFFERS).file)]
    expected = [play(plan, 3, 0, 60) for plan in plans]
    assert COMPILERS
    for compiler in COMPILERS:
        monkeypatch.setenv("CC", compiler)
        made = build.build()
        assert [path.parent for path in made] == [elsewhere] * len(made)
        assert json.loads(build.RECORD.read_text())["compiler"]
        library = loaded()
        assert library
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(kernel, "library", lambda library=library: library)
            for plan, known in zip(plans, expected, strict=True):
                history = play(plan, 3, 0, 60)
                for trial in range(60):
                    assert not differences(engine_account(plan, history, trial), engine_account(plan, known, trial))
                for ours, theirs in zip(history.tracks, known.tracks, strict=True):
                    np.testing.assert_array_equal(ours.worth, theirs.worth, strict=True)
        for path in made:
            path.unlink()


def negosim_file() -> Path:
    return TEACHING.parent / "ukraine-2025-12.yaml"


def test_a_compiler_may_be_of_several_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "zig cc -target x86_64-linux-musl")
    assert build.compiler() == ["zig", "cc", "-target", "x86_64-linux-musl"]
    monkeypatch.setenv("CC", "")
    assert len(build.compiler()) == 1


def test_without_a_compiler_there_is_no_kernel(
    monkeypatch: pytest.MonkeyPatch, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    assert not build.build()
    assert "NumPy alone" in capsys.readouterr().err
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("content", [None, b"this is no library", b""])
def test_a_library_that_is_none_is_left_alone(elsewhere: Path, content: bytes | None) -> None:
    if content is not None:
        build.LIBRARY.write_bytes(content)
        record = {"version": build.version(), "libraries": {build.LIBRARY.name: build.hash_of(build.LIBRARY)}}
        build.RECORD.write_text(json.dumps(record))
    assert loaded() is None


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"version": 1, "libraries": 2}', None])
def test_a_record_that_is_none_is_no_record(elsewhere: Path, record: str | None) -> None:
    build.LIBRARY.write_bytes(b"anything")
    if record is not None:
        build.RECORD.write_text(record)
    assert not build.is_current(build.LIBRARY)


@pytest.mark.compiled
def test_other_flags_are_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded()
    monkeypatch.setattr(build, "FLAGS", (*build.FLAGS, "-ffast-math"))
    assert loaded() is None


@pytest.mark.compiled
def test_a_library_of_other_sources_is_not_even_loaded(
    monkeypatch: pytest.MonkeyPatch, copied: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sources = tmp_path_factory.mktemp("sources")
    for path in build.sources():
        shutil.copy(path, sources)
    monkeypatch.setattr(build, "HERE", sources)
    assert build.is_current(build.LIBRARY)
    (sources / "talks.c").write_text((sources / "talks.c").read_text() + "/* changed */")
    monkeypatch.setattr(ctypes, "CDLL", lambda path: pytest.fail(f"{path} was loaded"))
    assert loaded() is None


@pytest.mark.compiled
def test_a_library_that_has_been_touched_is_not_loaded(copied: Path) -> None:
    assert loaded()
    touched = copied / "touched"  # not in place: the library is mapped into this process
    touched.write_bytes(build.LIBRARY.read_bytes() + b"\0")
    touched.replace(build.LIBRARY)
    assert loaded() is None


@pytest.mark.compiled
def test_the_environment_switches_the_kernel_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEGOSIM_KERNEL", "0")
    assert loaded() is None
    monkeypatch.setenv("NEGOSIM_KERNEL", "1")
    assert loaded()


def answered(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    told = capsys.readouterr()
    return told.out, told.err


def test_a_missing_kernel_is_noted_once_and_not_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(sorted(TEACHING.glob("*.yaml"))[0])
    run = ["run", file, "--trials", "20", "--json"]
    monkeypatch.setattr(kernel, "library", lambda: None)
    out, err = answered(run, capsys)
    assert json.loads(out)
    assert err.count("\n") == 1
    assert "without the compiled kernel, which takes 20 to 100 times as long" in err
    monkeypatch.setenv("NEGOSIM_KERNEL", "0")
    assert answered(run, capsys)[1] == ""


@pytest.mark.compiled
def test_nothing_is_noted_where_there_is_a_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(sorted(TEACHING.glob("*.yaml"))[0])
    assert answered(["run", file, "--trials", "20", "--json"], capsys)[1] == ""
