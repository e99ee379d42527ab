"""The commit: read from any form of a repository, or packed with the package."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from negosim.results.build_identity import PACKAGE
from negosim.results.commit import FILE, commit_of

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of negosim on a branch."""
    for name, text in {
        "pyproject.toml": '[project]\nname = "negosim"\n',
        ".git/HEAD": "ref: refs/heads/main\n",
        ".git/refs/heads/main": f"{COMMIT}\n",
        "negosim/api.py": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_commit_is_read_from_a_branch_or_a_detached_head(checkout: Path) -> None:
    assert commit_of(checkout / "negosim") == COMMIT
    (checkout / ".git" / "HEAD").write_text(f"{OTHER}\n")
    assert commit_of(checkout / "negosim") == OTHER


def test_the_commit_is_read_from_packed_refs(checkout: Path) -> None:
    (checkout / ".git" / "refs" / "heads" / "main").unlink()
    assert commit_of(checkout / "negosim") is None
    lines = ("# pack-refs with: peeled", f"{OTHER} refs/heads/not/refs/heads/main", f"{COMMIT} refs/heads/main", "^aa")
    (checkout / ".git" / "packed-refs").write_text("\n".join(lines))
    assert commit_of(checkout / "negosim") == COMMIT


def test_the_commit_is_read_in_a_worktree(checkout: Path, tmp_path: Path) -> None:
    home = checkout / "bare.git"
    (checkout / ".git").rename(home)
    own = home / "worktrees" / "mine"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text("../..\n")
    (checkout / ".git").write_text(f"gitdir: {own}\n")
    assert commit_of(checkout / "negosim") == COMMIT


def test_the_commit_that_was_packed_goes_first(checkout: Path) -> None:
    (checkout / "negosim" / FILE).write_text(f"{OTHER}\n")
    assert commit_of(checkout / "negosim") == OTHER


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".git/refs/heads/main", b"not a commit"),
        (".git/refs/heads/main", b"\xff\xfe"),
        (".git/HEAD", b"ref: refs/heads/gone"),
        (".git/HEAD", b"ref: ../../../etc/passwd"),
        (".git/HEAD", b""),
        ("pyproject.toml", b'[project]\nname = "somebody-elses"\n'),
        ("pyproject.toml", b"\xff"),
        (f"negosim/{FILE}", b"not known"),
    ],
)
def test_a_commit_that_cannot_be_read_is_not_known(checkout: Path, name: str, content: bytes) -> None:
    (checkout / name).write_bytes(content)
    assert commit_of(checkout / "negosim") is None


def test_an_installation_inside_a_repository_has_not_its_commit(checkout: Path) -> None:
    installed = checkout / ".venv" / "site-packages" / "negosim"
    installed.mkdir(parents=True)
    assert commit_of(installed) is None


def test_what_is_packed_holds_the_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.__dict__["BuildHookInterface"] = list  # any class that takes a type will do
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    spec = importlib.util.spec_from_file_location("hatch_build", PACKAGE.parent / "hatch_build.py")
    assert spec and spec.loader
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    (checkout / "negosim" / "results").mkdir()
    shutil.copy(PACKAGE / "results" / "commit.py", checkout / "negosim" / "results")
    hook = hooks.KernelHook()
    hook.root = str(checkout)
    packed: dict[str, dict[str, str]] = {"force_include": {}}
    hook._note_commit(packed)
    ((note, place),) = packed["force_include"].items()
    assert (place, Path(note).read_text()) == (f"negosim/{FILE}", f"{COMMIT}\n")
    hook.finalize("standard", packed, "")
    assert not Path(note).exists()
    shutil.copy(checkout / ".git" / "refs" / "heads" / "main", checkout / "negosim" / FILE)
    packed = {"force_include": {}}
    hook._note_commit(packed)
    assert not packed["force_include"]
