"""Fixtures shared by the tests, and how property tests search.

The same cases in every run, so that a red test is red again; ``HYPOTHESIS_PROFILE=search`` looks for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from negosim.experiments.store.store import Store
from tests.examples import COMPLETE, MINIMAL
from tests.stores import asked

settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("search", print_blob=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture
def minimal() -> str:
    """A sound scenario with a war and two tracks."""
    return MINIMAL


@pytest.fixture
def complete() -> str:
    """The example of the format page, written out: every key of the format."""
    return COMPLETE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "results", asked()) as made:
        yield made
