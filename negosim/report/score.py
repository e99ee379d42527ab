"""The report of scores: what was said of questions whose outcomes are known, and how far off it was."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from negosim.experiments.hindcast.result import Interval, compared
from negosim.experiments.score.result import FileScore, QuestionScore, Said, ScoreCard, Total, Versus
from negosim.report.layout import Section, add, table
from negosim.report.prose import prose, show_section
from negosim.report.writing import clean, counted, long_date, made_by, parts, share_text

MANY = 100
"""Questions below which a mean score is said to rest on few."""

_SCORES = (
    "Brier: (share - outcome)², log: -ln of what was said of what happened; 0 is perfect, and to say 50 % of "
    "everything comes to 0.25 and 0.69. A share of none or all histories counts as half a history from it in the log "
    "score."
)
_PLAYED_NOW = "Played now, by a file that may have been written with the outcomes known: a hindcast, no forecast."


def print_card(card: ScoreCard, console: Console) -> None:
    """Print the scores: in total first, then question by question, the open ones last."""
    prose(console, first(card), "bold")
    if card.total:
        show_section(console, _in_total(card, card.total))
    for file in card.files:
        show_section(console, _file(file))
        if any(not question.outcome for question in file.questions.values()):
            _print_open(file, console)
    console.print()
    prose(console, made_by(card.origin), "dim")


def first(card: ScoreCard) -> str:
    """Return how many questions have an outcome."""
    known = card.total.n if card.total else 0
    if not known:
        return f"None of {counted(card.open, 'question')} has an outcome: nothing to score yet."
    still = f", {card.open:,} open" if card.open else ""
    return f"{counted(known, 'question')} with an outcome{still}"


def _in_total(card: ScoreCard, total: Total) -> Section:
    grid = table("", "Questions", "Brier", "Log", fixed=(1, 2, 3), right=(1,))
    _add_total(grid, "simulated", total)
    for versus in card.benchmarks:
        if versus.published.n:
            _add_total(grid, f"published: {clean(versus.source or 'source not named')}", versus.published)
            _add_total(grid, "simulated, the same questions", versus.simulated, inset=2)
    return Section("In total", f"{_SCORES} {caution(card, total)}", [grid])


def _add_total(grid: Table, label: str, total: Total, *, inset: int = 0) -> None:
    add(grid, label, f"{total.n:,}", interval_text(total.brier), interval_text(total.log), inset=inset)


def interval_text(found: Interval) -> str:
    """Return a mean score with its interval, where there is one."""
    if found.value is None:
        return "not known"
    interval = "" if found.low is None or found.high is None else f" ({found.low:.3f} to {found.high:.3f})"
    return f"{found.value:.3f}{interval}"


def caution(card: ScoreCard, total: Total) -> str:
    """Say how little so many questions tell."""
    files = counted(total.files, "file")
    said = [] if total.n >= MANY else [f"{counted(total.n, 'question')} of {files} tell little"]
    said.append("questions on one conflict stand or fall together")
    if total.brier.low is None:
        said.append("so few files give no interval")
    found = [words for versus in card.benchmarks if (words := _words(versus))]
    caution = "; ".join(said)
    return " ".join([f"{caution[0].upper()}{caution[1:]}.", *found])


def _words(versus: Versus) -> str:
    if versus.difference.low is None:
        return ""
    word = compared(versus.difference, "brier")
    return f"The histories are {word} {clean(versus.source or 'the source not named')} by the Brier score."


def _file(file: FileScore) -> Section:
    how = f"{counted(file.trials, 'history', 'histories')}, seed {file.seed}"
    variant = f", variant {clean(file.variant)}" if file.variant else ""
    made = f"Sealed on {long_date(file.sealed_on)} by its own word." if file.sealed_on else _PLAYED_NOW
    shares = "Shares with 95 % interval, which is Monte-Carlo error only."
    caption = f"As of {long_date(file.as_of)}{variant}; {how}. {made} {shares}"
    grid = table("", "Said", "Brier", "Log", fixed=(1, 2, 3))
    known = [question for question in file.questions.values() if question.outcome]
    for question in known:
        add(grid, f"{clean(question.title)}: {_outcome(question)}", "", "", "", style="bold")
        _add_said(grid, "simulated", question.simulated)
        for said in question.benchmarks:
            on = f", {long_date(said.on)}" if said.on else ""
            _add_said(grid, f"{clean(said.source or 'source not named')}{on}", said)
    return Section(clean(file.title), caption, [grid] if known else [])


def _add_said(grid: Table, label: str, said: Said) -> None:
    share = {"p": said.p, "low": said.low, "high": said.high}
    shown = share_text(share) if said.low is not None else f"{parts({'p': said.p, 'low': 0.0, 'high': 1.0})[0]} %"
    add(grid, label, shown, f"{said.brier:.3f}", f"{said.log:.2f}", inset=2)


def _outcome(question: QuestionScore) -> str:
    outcome = question.outcome
    assert outcome
    on = f", {long_date(outcome.on)}" if outcome.on else ""
    source = f" ({clean(outcome.source)})" if outcome.source else ""
    late = "; known when it was sealed: no forecast" if question.too_late else ""
    return f"{'yes' if outcome.happened else 'no'}{on}{source}{late}"


def _print_open(file: FileScore, console: Console) -> None:
    """List the questions that have no outcome."""
    grid = table("Open", "Said", fixed=(1,))
    for question in file.questions.values():
        if not question.outcome:
            said = question.simulated
            share = {"p": said.p, "low": said.low, "high": said.high}
            add(grid, f"{clean(question.title)} (by {long_date(question.by)})", share_text(share))
    show_section(console, Section(f"Open: {clean(file.title)}", "No outcome is known; not scored.", [grid]))
