"""Regular files: nothing else is opened, wherever a file is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from negosim.scenario.load import load
from negosim.scenario.regular import IrregularFileError, read_regular, within
from tests.examples import MINIMAL


def negosim(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command; whoever waits for a named pipe fails."""
    command = [sys.executable, "-m", "negosim", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_is_read_up_to_a_bound(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    assert read_regular(tmp_path / "file", 20) == b"0123456789"
    assert read_regular(tmp_path / "file", 4) == b"01234"
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link", 20) == b"0123456789"
    with pytest.raises(IrregularFileError):
        read_regular(tmp_path / "link", 20, follow=False)
    with pytest.raises(IrregularFileError, match="not a regular file"):
        read_regular(tmp_path, 20)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pipe" if kind == "pipe" else Path("/dev/zero")
    if kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(IrregularFileError):
        load(path)
    # Nor is it waited for where it comes into the place of a file between the look and the opening.
    (tmp_path / "file").write_text("x")
    there = (tmp_path / "file").stat()
    monkeypatch.setattr(Path, "stat", lambda self, **_: there)
    with pytest.raises(IrregularFileError):
        read_regular(path, 20)


@pytest.mark.parametrize(
    "command",
    [
        ["validate", "PIPE"],
        ["run", "PIPE", "--trials", "5"],
        ["sweep", "PIPE", "--dry-run"],
        ["sweep", "SWEEP", "--dry-run"],
        ["calibrate", "PIPE", "--to", "truce=0.5", "--move", "war.drift"],
        ["results", "STORE"],
    ],
    ids=" ".join,
)
def test_a_named_pipe_is_refused_at_once(tmp_path: Path, command: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "sweep.yaml").write_text("scenario: pipe.yaml\nvary: {war.drift: [0, 1]}\n")
    (tmp_path / "store").mkdir()
    os.mkfifo(tmp_path / "store" / "design.json")
    names = {"PIPE": "pipe.yaml", "SWEEP": "sweep.yaml", "STORE": "store"}
    run = negosim(*(str(tmp_path / names[word]) if word in names else word for word in command))
    assert run.returncode == 2
    assert run.stdout == ""
    assert "regular file" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_name_leads_nowhere_outside_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text(MINIMAL)
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "out").symlink_to(tmp_path)
    (folder / "loop").symlink_to("loop")
    (folder / "inside.yaml").symlink_to("below/world.yaml")
    assert within(folder, "below/world.yaml") == folder.resolve() / "below" / "world.yaml"
    assert within(folder, "below/../world.yaml") == folder.resolve() / "world.yaml"
    assert within(folder, "inside.yaml") == folder.resolve() / "below" / "world.yaml"
    for name in (
        "../secret.yaml",
        str(tmp_path / "secret.yaml"),
        "link.yaml",
        "out/x",
        "a\0b",
        "below/../../secret.yaml",
    ):
        assert within(folder, name) is None, name
