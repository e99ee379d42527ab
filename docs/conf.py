"""Sphinx builds these pages: ``python -m sphinx -W -b html docs build/docs``."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, os.fspath(Path(__file__).parents[1]))

import negosim

project = "negosim"
author = "the negosim authors"
release = version = negosim.__version__

extensions = ["myst_nb"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["generate", "evidence"]

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 3
nb_execution_mode = "force"  # notebooks show what this version answers

html_theme = "furo"
html_title = "negosim"

CONTENTS = {
    "index": {
        "": ["how-to-read"],
        "The model": ["model/index", "decisions/0001-how-the-model-is-read", "decisions/0002-zones-of-agreement",
                      "decisions/0004-model-version-2", "decisions/0005-texts-between-rounds",
                      "decisions/0006-early-deals", "explanation/encoding", "explanation/validation"],
        "Experiments": [
            "compare-and-levers", "sensitivity", "uncertainty-and-calibration", "sweeps", "results-store", "cluster",
            "how-to/hindcast",
        ],
        "The engine": ["decisions/0003-a-compiled-kernel"],
        "Reference": ["python", "reference/format", "reference/cases", "reference/output", "reference/commands"],
    },
    "model/index": {
        "": ["packages", "war", "beliefs", "agreements", "concession", "consent", "talks", "afterwards", "uncertainty",
             "sources"],
    },
}  # fmt: skip
"""The pages in order, kept here so that the pages themselves read well where nobody builds them."""

_OUTSIDE = re.compile(r"\]\(((?:\.\./)+(?:(?:README|CHANGELOG)\.md|notebooks/[\w-]+\.ipynb))\)")
"""Links to what is no page of the documentation: they lead to the file."""


def _prepared(app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = _OUTSIDE.sub(r"](path:\1)", source[0])
    for caption, pages in CONTENTS.get(page, {}).items():
        options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
        source[0] += "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""])


def setup(app: Sphinx) -> None:
    """Prepare every page before it is read."""
    app.connect("source-read", _prepared)
