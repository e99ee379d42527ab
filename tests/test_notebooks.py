"""Every notebook runs from its first cell to its last."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))

RUN = """
import sys
import nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
client = nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": sys.argv[2]}})
client.execute()
"""


def test_there_are_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01-first-look.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    """In a process of its own: a kernel leaves threads and warnings behind that are none of ours."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN, str(path), str(path.parent)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
