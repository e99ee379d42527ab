"""Refusals: what an experiment cannot do, in words for whoever asked for it."""

from __future__ import annotations


class StoreError(ValueError):
    """A directory of results cannot be made, read, resumed or asked in this way."""


class SealError(ValueError):
    """A sealed forecast cannot be read: it is no such file, or says what none says."""


class GridError(ValueError):
    """Sliders cannot be offered: nothing is there to move, or what lies between played settings cannot be trusted."""


class LibraryError(ImportError):
    """A library that only some commands need is not installed; the message says how to get it."""
