"""The figures of a run: ``result.plot``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from negosim.report.figures import over_time, talks
from negosim.report.figures.tornado import moved

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("outcomes", "states", "terms", "refusals", "room", "dates", "tornado")
"""The figures of a run."""


class RunPlots:
    """Draws the figures of a run.

    Every method takes axes to draw in, or makes a figure of its own, and returns the axes.

    Parameters
    ----------
    outline : what a report shows of the run without more histories.
    moves : plays what moves the answer; raises ValueError where the run did not keep what that takes.
    """

    def __init__(self, outline: Mapping[str, Any], moves: Callable[[], dict[str, Any]]) -> None:
        self._outline = outline
        self._moves = moves

    def outcomes(self, ax: Axes | None = None) -> Axes:
        """Draw how many histories have reached each outcome at least once, over time."""
        return over_time.outcomes(self._outline, ax)

    def states(self, ax: Axes | None = None) -> Axes:
        """Draw the shares of histories in each state, over time."""
        return over_time.states(self._outline, ax)

    def terms(self, ax: Axes | None = None, *, track: str | None = None) -> Axes:
        """Draw which options signed texts contain, issue by issue, beside what each is worth to whom.

        Parameters
        ----------
        track : default the one that brings the main outcome.
        """
        return talks.terms(self._outline, ax, track)

    def refusals(self, ax: Axes | None = None, *, track: str | None = None) -> Axes:
        """Draw who refuses how often, and over what.

        Parameters
        ----------
        track : default the one that brings the main outcome.
        """
        return talks.refusals(self._outline, ax, track)

    def room(self, ax: Axes | None = None) -> Axes:
        """Draw in how many histories there is a text that all would prefer to no deal, over time."""
        return over_time.room(self._outline, ax)

    def dates(self, ax: Axes | None = None) -> Axes:
        """Draw when the main outcome first comes, as a hundred marks."""
        return over_time.dates(self._outline, ax)

    def tornado(self, ax: Axes | None = None) -> Axes:
        """Draw what moves the answer: variants and the strongest inputs, which are played when this is first called."""
        return moved({**self._outline, "moved": self._moved}, ax)

    @cached_property
    def _moved(self) -> dict[str, Any]:
        return self._moves()

    def all(self) -> Iterator[tuple[str, Callable[..., Axes]]]:
        """Yield every figure by name."""
        for name in NAMES:
            yield name, getattr(self, name)
