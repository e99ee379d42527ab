"""Scores on one screen: how good in all, then question by question, beside what others have published."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from negosim.experiments.score.result import FileScore, QuestionScore, Said, ScoreCard
from negosim.report.layout import INDENT, add, table
from negosim.report.prose import prose, show
from negosim.report.score import caution, first, interval_text
from negosim.report.screen import print_fitting
from negosim.report.text_words import brief
from negosim.report.writing import clean, counted, long_date, made_by, share_with_error

_MOST = 30
"""Questions of a file that are shown; fewer where the screen is full."""

_TITLE = 60


def print_short(card: ScoreCard, console: Console) -> None:
    """Print the scores on one screen: in total first, then question by question.

    Parameters
    ----------
    card : as `negosim.experiments.score.score.score` returns it.
    console : where to print; reads well from 80 columns, with or without colour.
    """
    print_fitting(console, range(_MOST, -1, -1), lambda where, rows: _print(card, where, rows))


def _print(card: ScoreCard, console: Console, rows: int) -> None:
    prose(console, first(card), "bold")
    for line in _totals(card):
        prose(console, line, hanging=2)
    if not rows:
        console.print()
        for file in card.files:
            _line(file, console)
    for file in card.files if rows else ():
        console.print()
        _file(file, console, rows)
    console.print()
    prose(console, "Next: add --full for log scores, dates, sources of outcomes and every open question", hanging=2)
    prose(console, made_by(card.origin), "dim")


def _totals(card: ScoreCard) -> Iterator[str]:
    if not card.total:
        return
    brier = interval_text(card.total.brier)
    yield f"Mean Brier score {brier} (0: perfect; 0.25: what 50 % of everything comes to)."
    for versus in card.benchmarks:
        if versus.published.n:
            source, many = clean(versus.source or "a source not named"), versus.published.n
            asked = "one question" if many == 1 else f"{many:,} questions"
            theirs, ours = interval_text(versus.published.brier), interval_text(versus.simulated.brier)
            yield f"On {asked} also forecast elsewhere ({source}): {theirs} there, {ours} here."
    yield caution(card, card.total)


def _file(file: FileScore, console: Console, most: int) -> None:
    """Print the questions of a file, those with an outcome first."""
    prose(console, brief(clean(file.title), console.width), "bold")
    played = f"{counted(file.trials, 'history', 'histories')}, seed {file.seed}"
    prose(console, f"As of {long_date(file.as_of)}; {played}; {_made(file)}. ±: luck (95 %).", "dim", hanging=2)
    questions = sorted(file.questions.values(), key=lambda question: question.outcome is None)
    show(console, _table(questions[:most]))
    if len(questions) > most:
        prose(console, f"And {counted(len(questions) - most, 'question')} more: see --full.", indent=INDENT)


def _line(file: FileScore, console: Console) -> None:
    """Print that a file is among many, of which the screen has no room for the questions."""
    known = sum(question.outcome is not None for question in file.questions.values())
    played = counted(file.trials, "history", "histories")
    prose(console, f"{clean(file.title)}: {counted(known, 'question')} with an outcome, {played}", hanging=2)


def _made(file: FileScore) -> str:
    if file.sealed_on:
        return f"sealed on {long_date(file.sealed_on)} by its own word"
    known = any(question.outcome for question in file.questions.values())
    return "played now, with outcomes known: a hindcast" if known else "played now"


def _table(questions: list[QuestionScore]) -> Table:
    published = any(question.benchmarks for question in questions)
    heads = ["Came", "Simulated", "Brier", *(["Published", "Brier"] if published else [])]
    grid = table("", *heads, fixed=range(1, len(heads) + 1))
    grid.box = None
    for question in questions:
        said, others = question.simulated, question.benchmarks
        share = share_with_error({"p": said.p, "low": said.low, "high": said.high})
        cells = [_came(question), share, _brier([said])]
        if published:
            cells += [", ".join(f"{100 * other.p:.0f} %" for other in others), _brier(list(others))]
        add(grid, brief(clean(question.title), _TITLE), *cells, inset=INDENT)
    return grid


def _came(question: QuestionScore) -> str:
    if not question.outcome:
        return "open"
    return f"{'yes' if question.outcome.happened else 'no'}{' (too late)' if question.too_late else ''}"


def _brier(said: list[Said]) -> str:
    return ", ".join(f"{one.brier:.2f}" for one in said if one.brier is not None)
