"""Fixtures shared by the tests, and how property tests search.

The same cases in every run, so that a red test is red again; ``HYPOTHESIS_PROFILE=search`` looks for new ones.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.examples import COMPLETE, MINIMAL

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
