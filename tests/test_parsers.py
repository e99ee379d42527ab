"""PyYAML has two parsers, libyaml's and one in Python: what negosim ships and shows is the same to both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from negosim.scenario import reader
from negosim.scenario.reader import Document, read
from tests.examples import COMPLETE, MINIMAL

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def texts() -> Iterator[Any]:
    yield pytest.param(MINIMAL, id="minimal")
    yield pytest.param(COMPLETE, id="complete")
    for path in sorted(ROOT.joinpath("scenarios").rglob("*.yaml")):
        yield pytest.param(path.read_text(encoding="utf-8"), id=path.stem)
    for path in sorted([ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")]):
        for number, text in enumerate(BLOCK.findall(path.read_text(encoding="utf-8"))):
            yield pytest.param(text, id=f"{path.relative_to(ROOT)}-{number}")


def parsed(text: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> Document:
    monkeypatch.setattr(reader, "_Loader", getattr(yaml, loader))
    return read(text, "text")


@pytest.mark.parametrize("text", list(texts()))
def test_both_parsers_read_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, plain = (parsed(text, loader, monkeypatch) for loader in ("CSafeLoader", "SafeLoader"))
    assert fast.data
    assert not fast.problems
    assert fast == plain
