"""Fixtures shared by the tests of the scenario reader."""

from __future__ import annotations

import pytest

from tests.examples import COMPLETE, MINIMAL


@pytest.fixture
def minimal() -> str:
    """A sound scenario with a war and two tracks."""
    return MINIMAL


@pytest.fixture
def complete() -> str:
    """The example of the format page, written out: every key of the format."""
    return COMPLETE
