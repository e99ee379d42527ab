"""A score card: what was said of questions whose outcomes are known, how far off it was, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from negosim.experiments.frames import RowsFramed
from negosim.experiments.hindcast.result import Interval


@dataclass(frozen=True)
class Said:
    """What somebody said of a question, and its scores where the outcome is known.

    Attributes
    ----------
    p : the probability, or the share of simulated histories.
    low, high : 95 % interval of a share, which is Monte-Carlo error only; None for a published forecast.
    source, on, note : of a published forecast.
    brier, log : its Brier and log score, the lower the better; None where the outcome is not known.
    """

    p: float
    low: float | None = None
    high: float | None = None
    source: str | None = None
    on: str | None = None
    note: str | None = None
    brier: float | None = None
    log: float | None = None

    def as_dict(self, *, published: bool) -> dict[str, Any]:
        """Return it as plain data."""
        said = {"p": self.p, "brier": self.brier, "log": self.log}
        if published:
            return {**said, "source": self.source, "on": self.on, "note": self.note}
        return {**said, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Happened:
    """What came of a question: whether it happened, when that was known, and where it can be read."""

    happened: bool
    on: str | None
    source: str | None


@dataclass(frozen=True)
class QuestionScore:
    """One question.

    Attributes
    ----------
    title, reach, by, lasting : what it asks.
    outcome : what came of it; None where it is open.
    too_late : whether the outcome was known by the day that the forecast was sealed, so that it was none.
    simulated : what the histories say.
    benchmarks : what others have published.
    """

    title: str
    reach: str
    by: str
    lasting: str | None
    outcome: Happened | None
    too_late: bool
    simulated: Said
    benchmarks: tuple[Said, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "title": self.title,
            "reach": self.reach,
            "by": self.by,
            "lasting": self.lasting,
            "outcome": vars(self.outcome) if self.outcome else None,
            "too_late": self.too_late,
            "simulated": self.simulated.as_dict(published=False),
            "benchmarks": [said.as_dict(published=True) for said in self.benchmarks],
        }


@dataclass(frozen=True)
class FileScore:
    """The questions of one file.

    Attributes
    ----------
    file, kind, title, as_of : which; a scenario that was played now, or a sealed forecast.
    sealed_on, seal : of a sealed forecast, by its own word.
    trials, seed, variant : how it was played.
    questions : by id.
    """

    file: str
    kind: Literal["scenario", "sealed"]
    title: str
    as_of: str
    sealed_on: str | None
    seal: str | None
    trials: int
    seed: int
    variant: str | None
    questions: Mapping[str, QuestionScore]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**vars(self), "questions": {name: question.as_dict() for name, question in self.questions.items()}}


@dataclass(frozen=True)
class Total:
    """Mean scores over some questions.

    Attributes
    ----------
    n, files : questions, and files they are of.
    brier, log : means over the questions, with a bootstrap interval over the files where there are enough.
    """

    n: int
    files: int
    brier: Interval
    log: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"n": self.n, "files": self.files, "brier": self.brier.as_dict(), "log": self.log.as_dict()}


@dataclass(frozen=True)
class Versus:
    """The scores of one published source, and of the histories on the same questions.

    Attributes
    ----------
    source : who forecast; None where a file does not say.
    simulated, published : mean scores.
    difference : of the Brier scores, simulated less published: below 0 the histories were nearer.
    """

    source: str | None
    simulated: Total
    published: Total
    difference: Interval

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "source": self.source,
            "simulated": self.simulated.as_dict(),
            "published": self.published.as_dict(),
            "difference": self.difference.as_dict(),
        }


_SAID = ("p", "low", "high", "source", "on", "brier", "log")
_COLUMNS = ("file", "question", "title", "by", "happened", "simulated", *_SAID)
"""Of the frame of a score card."""


@dataclass(frozen=True)
class ScoreCard(RowsFramed):
    """What was said of questions whose outcomes are known, and how far off it was.

    Attributes
    ----------
    files : in the order given.
    total : over all questions with an outcome; None where there is none.
    benchmarks : by source, on the questions that it answered.
    open : questions without an outcome.
    origin : what played, and the command line that asked.
    """

    files: tuple[FileScore, ...]
    total: Total | None
    benchmarks: tuple[Versus, ...]
    open: int
    origin: Mapping[str, Any] = field(repr=False)

    frame_columns: ClassVar[Sequence[str]] = _COLUMNS

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON object that ``negosim score --json`` prints."""
        return {
            "run": dict(self.origin),
            "files": [file.as_dict() for file in self.files],
            "total": self.total.as_dict() if self.total else None,
            "benchmarks": [versus.as_dict() for versus in self.benchmarks],
            "open": self.open,
        }

    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return a row for everything said of a question; ``source`` is missing of what the histories say."""
        return [
            {
                "file": file.file,
                "question": name,
                "title": question.title,
                "by": question.by,
                "happened": question.outcome.happened if question.outcome else None,
                "simulated": said is question.simulated,
                **{key: getattr(said, key) for key in _SAID},
            }
            for file in self.files
            for name, question in file.questions.items()
            for said in (question.simulated, *question.benchmarks)
        ]
