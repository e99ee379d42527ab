"""Output reaches any terminal, pipe or file; where nobody reads it, the command ends quietly."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from negosim.cli.main import _run
from negosim.cli.output import nearest_ascii
from negosim.results.export import as_json, replace
from tests.examples import MINIMAL

TITLE = "Côtés – 界 → “ends”"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenarios") / "file.yaml"
    path.write_text(MINIMAL.replace("title: Two sides, one border", f"title: {TITLE}"), encoding="utf-8")
    return str(path)


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell in which `negosim` is the command."""
    line = f'negosim() {{ "{sys.executable}" -m negosim "$@"; }}; {command}'
    everything = {**{name: text for name, text in os.environ.items() if name != "PYTHONIOENCODING"}, **environment}
    return subprocess.run(["bash", "-c", line], capture_output=True, env=everything, timeout=120, check=False)


@pytest.mark.parametrize(
    "command",
    [
        "run FILE --trials 20 --workers 1",
        "run FILE --trials 20 --json",
        "sweep FILE --sample lhs --points 2 --over parties.south.war_cost --trials 5 --json",
        "schema",
        "--help",
        "run --help",
    ],
)
def test_a_reader_that_has_gone_ends_the_command_quietly(file: str, command: str) -> None:
    # `true` has ended before anything is written, and the pipe is closed.
    run = shell(f"(sleep 1; negosim {command.replace('FILE', file)}; echo $? >&2) | true")
    assert run.stderr == b"141\n"


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("command", ["run FILE --trials 20 --workers 1", "explain FILE --json", "validate FILE"])
def test_a_closed_output_is_no_fault(file: str, command: str, closed: str) -> None:
    run = shell(f"negosim {command.replace('FILE', file)} {closed}")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_no_file_takes_the_place_of_a_closed_output(file: str, tmp_path: Path) -> None:
    run = shell(f"negosim run {file} --trials 20 --workers 1 --out {tmp_path / 'out'} >&- 2>&-")
    assert run.returncode == 0
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["scenario"]["title"] == TITLE


def test_a_full_disk_is_said_once(file: str) -> None:
    run = shell(f"negosim run {file} --trials 20 --workers 1 > /dev/full")
    assert (run.returncode, run.stderr) == (2, b"No space left on device\n")


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "C"],
)
def test_an_output_of_few_characters_is_no_fault(file: str, environment: dict[str, str]) -> None:
    said = shell(f"negosim explain {file}", **environment)
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout.decode("ascii").splitlines()[0] == 'Cotes - ? -> "ends"'
    told = shell(f"negosim explain {file} --json", **environment)
    assert json.loads(told.stdout.decode("ascii"))["scenario"]["title"] == TITLE
    schema = shell("negosim schema", **environment)
    assert json.loads(schema.stdout.decode("ascii")) == json.loads(shell("negosim schema").stdout)


def test_a_file_name_that_is_no_text_is_no_fault(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.yaml"
    Path(os.fsdecode(name)).write_text(MINIMAL)
    run = shell(f"negosim validate {tmp_path}/caf*.yaml; negosim validate {tmp_path}/caf*.yml")
    assert b"in order" in run.stdout
    assert b"fault" not in run.stderr


def test_json_sends_a_terminal_nothing() -> None:
    for sign in ("\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\u200b", "\ud800"):
        text = as_json({"title": f"a{sign}b"})
        assert sign not in text
        assert text.isascii()
        assert json.loads(text) == {"title": f"a{sign}b"}
    assert "Côtés" in as_json({"title": "Côtés"})
    assert json.loads(as_json({"title": "Côtés 🕊"}, ascii_only=True)) == {"title": "Côtés 🕊"}


def test_settings_reach_json_as_escapes(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["run", file, "--trials", "5", "--json", "--set", 'title="a\\x9b31m"']) == 2
    assert "\x9b" not in capsys.readouterr().err


def test_signs_without_a_like_are_marked() -> None:
    assert "".join(map(nearest_ascii, "Ångström – 5 ≥ 4 界\ud800")) == "Angstrom - 5 >= 4 ??"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0o027, 0o640)])
def test_files_obey_the_umask(tmp_path: Path, file: str, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        replace(tmp_path / "file", b"content")
        assert _run(["run", file, "--trials", "5", "--workers", "1", "--out", str(tmp_path / "out")]) == 0
    finally:
        os.umask(before)
    made = [tmp_path / "file", *(tmp_path / "out").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {mode}
    assert len(made) >= 3
