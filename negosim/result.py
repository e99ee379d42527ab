"""What came of a run, as Python sees it: shares by date, terms, refusals, trials, reports, frames and figures."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.experiments.frames import Kind, framed
from negosim.experiments.headline import headline
from negosim.experiments.hindcast.correction import corrected
from negosim.experiments.over_time import over_time
from negosim.results.export import Column, columns, replace
from negosim.results.intervals import wilson
from negosim.results.read_first import read_first
from negosim.results.summary import Run, summarised
from negosim.results.tally import Tally
from negosim.results.trials import state_columns
from negosim.scenario.load import Scenario
from negosim.scenario.problems import instead

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from negosim.report.figures.run import RunPlots

_DATE = np.dtype("datetime64[D]")


@dataclass(frozen=True)
class Share:
    """A share of simulated histories with its 95 % Wilson interval: Monte-Carlo error only.

    Attributes
    ----------
    p, low, high : the share and the ends of its interval, in [0, 1].
    trials : the number of histories it was counted in.
    """

    p: float
    low: float
    high: float
    trials: int

    def __str__(self) -> str:
        return f"{self.p:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, repr=False)
class Result:
    """What came of a run.

    Attributes
    ----------
    scenario : what was run.
    plan : the scenario as the engine reads it.
    tally : what happened in all trials together, in the engine's terms.
    history : what happened, trial by trial; None where trials were not kept.
    seed : of the run.
    seconds : how long it took.
    written : the files that were written.
    command : the command line that asked for it; None for a run from Python.
    judgement : what becomes of its first histories where nobody's judgement errs; None where that was not asked.
    seal : the hash of the forecast that was sealed, if it was.
    baselines : what simpler models say of the terms; None where that was not asked.
    """

    scenario: Scenario
    plan: Plan = field(repr=False)
    tally: Tally = field(repr=False)
    history: History | None = field(repr=False)
    seed: int
    seconds: float
    written: tuple[Path, ...] = ()
    command: str | None = None
    judgement: dict[str, Any] | None = field(default=None, repr=False)
    seal: str | None = None
    baselines: dict[str, Any] | None = field(default=None, repr=False)

    def summary(self) -> dict[str, Any]:
        """Return everything as the JSON object that ``negosim run --json`` prints."""
        return self._summary

    @cached_property
    def _summary(self) -> dict[str, Any]:
        run = Run(self.tally.trials, self.seed, self.seconds, self.command)
        summary = summarised(self.scenario, self.plan, self.tally, run)
        found = {
            **summary,
            "judgement": self.judgement,
            "headline": headline(self.scenario, self.plan, self.tally, self.seed),
            "corrected": corrected(self.scenario.file, summary["questions"], self.tally.trials),
            "baselines": self.baselines,
        }
        return {**found, "read_first": read_first(self.scenario.file, found)}

    def reached(self, outcome: str, by: str | dt.date | None = None) -> Share:
        """Return the share of histories that had reached an outcome by a date.

        Parameters
        ----------
        outcome : ``limited``, ``ceasefire``, ``settlement``, ``agreement``, ``victory``, ``victory:<party>`` or
            ``faded``.
        by : a date or ISO text; default the horizon.

        Raises
        ------
        ValueError
            Where the scenario knows no such outcome, or the date is none or lies outside the simulation.
        """
        reached = self.tally.reached
        if outcome not in reached:
            raise ValueError(f"this scenario has no outcome '{outcome}' ({instead(outcome, reached)})")
        file = self.scenario.file
        date = _as_date(by) if by is not None else file.end
        if not file.as_of <= date <= file.end:
            raise ValueError(f"{date} lies outside the simulation, {file.as_of} to {file.end}")
        ticks = self.plan.ticks
        last = int(np.searchsorted(ticks.days, (date - file.as_of).days, side="right")) - 1
        trials = self.tally.trials
        share = wilson(int(reached[outcome][: last + 1].sum()), trials)
        assert share["p"] is not None and share["low"] is not None and share["high"] is not None
        return Share(share["p"], share["low"], share["high"], trials)

    def occupancy(self) -> NDArray[Any]:
        """Return the share of histories in each state over time: a structured array with ``date`` and the states."""
        states = state_columns(self.plan)
        table = np.empty(len(self.plan.ticks), dtype=[("date", _DATE), *((name, float) for name, _ in states)])
        table["date"] = [self.plan.ticks.date(tick) for tick in range(len(self.plan.ticks))]
        for name, column in states:
            table[name] = self.tally.occupancy[:, column] / self.tally.trials
        return table

    def terms(self) -> dict[str, Any]:
        """Return by track how often a text was signed, and with which options, each share with its interval."""
        terms: dict[str, Any] = self._summary["terms"]
        return terms

    def refusals(self) -> dict[str, Any]:
        """Return by track who refused how often, and over which issues."""
        refusals: dict[str, Any] = self._summary["refusals"]
        return refusals

    @cached_property
    def trials(self) -> NDArray[Any]:
        """The outcomes of every trial: a structured array with the columns of the trials file.

        Dates are ``datetime64[D]``, NaT where something did not happen; numbers that are missing are NaN; other
        missing things are None.

        Raises
        ------
        ValueError
            Where trials were not kept.
        """
        if self.history is None:
            raise ValueError("the trials of this run were not kept (run it with keep=True)")
        table = {name: _typed(name, column) for name, column in columns(self.plan, self.history).items()}
        rows = np.empty(self.history.trials, dtype=[(name, column.dtype) for name, column in table.items()])
        for name, column in table.items():
            rows[name] = column
        return rows

    def replay(self, trial: int) -> dict[str, Any]:
        """Return the story of one trial as plain data, as ``negosim replay --json`` prints it.

        Parameters
        ----------
        trial : its number, from 0; those beyond the run can be replayed as well.

        Raises
        ------
        ValueError
            Where there is no such trial.
        """
        from negosim.experiments.replay.replay import replayed

        return replayed(self.scenario, trial, seed=self.seed, plan=self.plan)

    def dossier(
        self,
        *,
        levers: Sequence[str] = (),
        workers: int = 1,
        progress: Callable[[str], None] = lambda step: None,
    ) -> dict[str, Any]:
        """Return all that a report shows, as plain data; it plays the scenario at some more settings.

        Parameters
        ----------
        levers : of the scenario, up to four, for a report in which they can be moved.
        workers : processes for what is played.
        progress : called with what is being worked on.

        Raises
        ------
        ValueError
            Where trials were not kept.
        """
        if self.history is None:
            raise ValueError("the trials of this run were not kept (run it with keep=True)")
        from negosim.experiments.dossier.dossier import dossier
        from negosim.experiments.inputs import chosen
        from negosim.experiments.inputs import levers as declared

        moved = chosen(declared(self.scenario), tuple(levers)) if levers else ()
        return dossier(
            self.scenario,
            self.plan,
            self.tally,
            self.history,
            self._summary,
            levers=moved,
            workers=workers,
            progress=progress,
        )

    def report(
        self,
        path: str | Path,
        *,
        levers: Sequence[str] = (),
        workers: int = 1,
        progress: Callable[[str], None] = lambda step: None,
    ) -> Path:
        """Write the report of the run as one HTML file, whole or not at all, and return its path.

        Parameters
        ----------
        path : of the file.
        levers, workers, progress : as of `dossier`.

        Raises
        ------
        ValueError
            Where trials were not kept.
        OSError
            Where the file cannot be written.
        """
        from negosim.report.html.page import page

        text = page(self.dossier(levers=levers, workers=workers, progress=progress))
        replace(Path(path), text.encode())
        return Path(path)

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return `trials` as a frame, a row for every trial, which is the index of a pandas frame.

        Parameters
        ----------
        kind : ``pandas``, ``polars`` or ``arrow``.

        Raises
        ------
        LibraryError
            Where the library is not installed.
        ValueError
            Where trials were not kept.
        """
        trials = self.trials
        return framed({name: trials[name] for name in trials.dtype.names or ()}, kind, index="trial")

    def to_xarray(self) -> Any:
        """Return the shares over time as an `xarray.Dataset`, each with its 95 % interval: Monte-Carlo error only.

        Returns
        -------
        ``occupancy``, ``occupancy_low`` and ``occupancy_high`` over ``date`` and ``state``; ``reached``,
        ``reached_low`` and ``reached_high``, the shares that have reached an outcome, over ``date`` and ``outcome``.

        Raises
        ------
        LibraryError
            Where xarray is not installed.
        """
        return over_time(self.plan, self.tally, {**self._summary["scenario"], **self._summary["run"]})

    @cached_property
    def plot(self) -> RunPlots:
        """The figures of the run, for papers and slides: ``result.plot.states()``; see `RunPlots`."""
        from negosim.report.figures.run import RunPlots

        return RunPlots(self._outline, self._moves)

    @cached_property
    def _outline(self) -> dict[str, Any]:
        from negosim.experiments.dossier.dossier import outline

        return outline(self.scenario, self.plan, self.tally, self.history, self._summary)

    def _moves(self) -> dict[str, Any]:
        if self.history is None:
            raise ValueError("the trials of this run were not kept (run it with keep=True)")
        from negosim.experiments.dossier.dossier import moves

        return moves(self.scenario, self.plan, self.history, self._outline["main"], self.tally.trials, self.seed)

    def __repr__(self) -> str:
        agreement = self.reached("agreement")
        return (
            f"<Result: {self.scenario.file.title}; {self.tally.trials:,} trials, seed {self.seed}; "
            f"agreement by {self.scenario.file.end}: {agreement}>"
        )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render the report that ``negosim run --full`` prints."""
        from rich.text import Text

        yield Text.from_ansi(self._report(options.max_width, colour=console.color_system is not None))

    def _repr_html_(self) -> str:
        """Render the parts of the report that need no scripts, for a notebook."""
        from negosim.report.html.notebook import notebook

        return notebook(self._outline)

    def _report(self, width: int, *, colour: bool) -> str:
        from rich.console import Console

        from negosim.report.terminal import print_summary

        stream = io.StringIO()
        console = Console(file=stream, width=width, force_terminal=colour, no_color=not colour, force_jupyter=False)
        print_summary(self._summary, console)
        return stream.getvalue().rstrip("\n")


def _as_date(value: str | dt.date) -> dt.date:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a date (write e.g. 2026-12-31)") from None


def _typed(name: str, column: Column) -> NDArray[Any]:
    """Return a column of the trials file as an array of one type, whatever happened."""
    _, of_something, rest = name.partition(".")
    if rest == "signed" or (not of_something and name.endswith("_date")):
        return np.array(["NaT" if value is None else value for value in column], dtype=_DATE)
    if rest.startswith("worth.") or (not of_something and name.endswith("_days")):
        return np.array([np.nan if value is None else value for value in column], dtype=float)
    if isinstance(column[0], int | float) and not name.endswith("_broken"):
        return np.array(column)
    array = np.empty(len(column), dtype=object)
    array[:] = column
    return array
