"""The report of a comparison: what differs, by how much, and what is too small to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from negosim.experiments.compare.result import Comparison, ComparisonRow
from negosim.report.compare_short import title_of
from negosim.report.layout import INDENT
from negosim.report.metric_words import difference_text, metric_words, outcome_words
from negosim.report.prose import prose, show
from negosim.report.screen import changes, variant_title
from negosim.report.side_by_side import NONE_SEEN, WIDE, Block
from negosim.report.writing import clean, counted, known, long_date, made_by, name, option_name
from negosim.results.build_identity import origin

_INSET = 2
_LEAST_OPTION = 0.01
"""Options in a smaller share of the signed texts of every scenario are left to the JSON output."""

_ISSUES = 3
"""Issues named of those that a party's refusals are over."""

_MARK = 0.05
"""What one character of a bar of refusals stands for."""

_HASH = 12
_ONE_IN = 20
"""One in so many 95 % intervals misses what it is about."""

_GROUPS = (
    ("asked", "What was asked", ""),
    ("reached", "Outcomes", "Share of simulated histories that have reached it at least once by then."),
    ("questions", "Questions", "Share of simulated histories in which the answer is yes."),
    ("final", "How it ends", "Share of simulated histories in each state at the horizon."),
    ("held", "Whether it held", "Of the histories that reached it early enough to tell, those in which the first one "
     "lasted so long. They need not be the same histories in each scenario."),
    ("terms", "On whose terms", "The first text signed in each history: how often there is one, what it is worth to "
     "each party (1 is its own ideal on everything), and how it settles each issue (share of the signed texts). Only "
     "what differs is shown. Where more texts are signed, terms also differ because other histories sign."),
    ("refusals", "Who refuses, and over what", "Share of the rounds that end without a signature in which a party "
     "refuses, and the issues it refuses over most, in the order of the scenarios: each # is a twentieth of its "
     "refusals."),
    ("tolls", "Tolls", "Means over all histories up to the horizon."),
)  # fmt: skip

Lines = list[Text | str]
"""What stands below a heading: lines of tables, and prose that wraps."""


@dataclass(frozen=True)
class _Look:
    """How wide the tables may be, and whether they show also what is not significant."""

    width: int
    everything: bool


_Writer = Callable[[Comparison, Sequence[ComparisonRow], _Look], Lines]

_READ = (
    "Differences are from the base, history by history, in points where they are of shares, all with 95 % intervals. "
    "{changed} To tell: where a difference is too small to tell at this number of trials, about how many would tell "
    f"one of its size four times in five ('{NONE_SEEN}': the two are equal)."
)
_CHANGED = "Changed: in how many histories it became true (or rose), and in how many it ceased to be so (or fell)."
_NARROW = f"A terminal of {WIDE} columns also shows in how many histories each changed."


def print_comparison(found: Comparison, console: Console, *, everything: bool = False) -> None:
    """Print a comparison.

    Parameters
    ----------
    found : as `negosim.experiments.compare.compare.compare` returns it.
    console : where to print.
    everything : whether to show also what is not significant (issues, parties) and what is the same.
    """
    for line in _head(found):
        prose(console, *line)
    _show(console, "In short", "", [])
    for said in _in_short(found):
        prose(console, said, indent=INDENT)
    read = _READ.format(changed=_CHANGED if console.width >= WIDE else _NARROW)
    _show(console, "How to read the tables", read, [])
    for group, title, caption in _GROUPS:
        rows = [row for row in found.rows if row.group == group and (everything or found.chosen or not row.same)]
        answered = [row for row in rows if _answers(row)]
        body = _body(found, group, answered, _Look(console.width - INDENT, everything))
        if body:
            _show(console, title, caption, body)
    for title, caption, lines in (_same(found, everything=everything), _only(found)):
        if caption:
            _show(console, title, caption, lines)
    console.print()
    made = made_by(origin())
    run = f"{counted(found.trials, 'trial')} of each, seed {found.seed}, {made}, {found.seconds:.1f} seconds"
    prose(console, f"Scenario {found.scenarios[0].sha256[:_HASH]}, {run}", "dim")


def _show(console: Console, title: str, caption: str, body: Sequence[Text | str]) -> None:
    console.print()
    prose(console, title, "bold")
    if caption:
        prose(console, caption, "dim" if body else "", indent=INDENT)
    if body:
        console.print()
    for line in body:
        if isinstance(line, str):
            prose(console, line, indent=INDENT + _INSET)
        else:
            show(console, Text.assemble(" " * INDENT, line))


def _answers(row: ComparisonRow) -> bool:
    return any(here is not None and known(here.value) for here in row.estimates)


def _head(found: Comparison) -> list[tuple[str, str]]:
    file = found.scenarios[0].file
    lines = [(clean(file.title), "bold")]
    lines.append((f"As of {long_date(file.as_of.isoformat())}, to {long_date(file.end.isoformat())}", ""))
    for place, scenario in enumerate(found.scenarios):
        particulars = changes(scenario)
        if scenario.file.title != file.title:
            particulars.append(clean(scenario.file.title))
        if scenario.file.end != file.end:
            particulars.append(f"ends on {long_date(scenario.file.end.isoformat())}")
        base = variant_title(scenario.file, scenario.variant) if scenario.variant else ""
        title = title_of(found, place - 1) if place else base
        beside = [particular for particular in particulars if particular.partition(": ")[2] != title]
        said = "; ".join([*([title] if title else []), *beside]) or "the scenario as it is"
        lines.append((f"{'Compared' if place else 'Base'}: {said}", ""))
    return lines


# In words


def _in_short(found: Comparison) -> list[str]:
    said = [f"{found.trials:,} histories of each scenario, with the same random numbers."]
    said += [_said(found, place) for place in range(len(found.labels) - 1)]
    changes = [change for row in found.rows for change in row.differences if change and known(change.value)]
    live = [change for change in changes if not change.same]
    if live:
        sure = sum(change.significant for change in live)
        by_chance = max(round(len(live) / _ONE_IN), 1)
        said.append(
            f"Of {counted(len(live), 'difference')} that any history makes, {sure:,} differ significantly from 0. "
            f"Where nothing differed, chance alone would let about {by_chance:,} of so many pass, so "
            "a lone small one proves little. The intervals are Monte-Carlo error only: what the scenario's own input "
            "ranges do to a difference is a separate question."
        )
    return said


def _said(found: Comparison, place: int) -> str:
    """Say what an alternative does to the outcomes at the last date that all scenarios cover, or to what was asked."""
    label = f'"{title_of(found, place)}"'
    moved = [row.differences[place] for row in found.rows]
    if all(change is None or change.same for change in moved):
        return f"{label} changes nothing in any history."
    ways: dict[str, list[str]] = {"more": [], "less": [], "unsure": []}
    date = _last_date(found)
    for row in _headlines(found, date):
        change = row.differences[place]
        if change is None or change.value is None or change.same:
            continue
        outcome, at, _ = row.metric.partition("@")
        what = metric_words(row.metric, found.words) if found.chosen or not at else outcome_words(outcome, found.words)
        difference = difference_text(change, is_share=row.is_share)
        way = ("more" if change.value > 0 else "less") if change.significant else "unsure"
        ways[way].append(f"{what} {difference}")
    heads = {"more": "more of", "less": "less of", "unsure": "too small to tell"}
    parts = [f"{heads[way]}: {'; '.join(said)}" for way, said in ways.items() if said]
    when = f" by {long_date(date)}" if date and not found.chosen else ""
    if not parts:
        return f"{label} changes no outcome{when} in any history."
    return f"{label}{when}, in points. {'. '.join(part[:1].upper() + part[1:] for part in parts)}."


def _last_date(found: Comparison) -> str:
    return max((row.metric.partition("@")[2] for row in found.rows if row.group == "reached"), default="")


def _headlines(found: Comparison, date: str) -> list[ComparisonRow]:
    if found.chosen:
        return list(found.rows)
    return [row for row in found.rows if row.group == "reached" and row.metric.endswith(f"@{date}")]


# Tables


def _body(found: Comparison, group: str, rows: Sequence[ComparisonRow], look: _Look) -> Lines:
    if not rows:
        return []
    if group == "terms":
        return _by_track(found, rows, _terms, look)
    if group == "refusals":
        return _by_track(found, rows, _refusals, look)
    block = Block(found, look.width)
    block.rows(rows, lambda row: metric_words(row.metric, found.words))
    return list(block.texts())


def _by_track(found: Comparison, rows: Sequence[ComparisonRow], write: _Writer, look: _Look) -> Lines:
    body: Lines = []
    alike = []
    for track in dict.fromkeys(row.metric.split(".")[1] for row in rows):
        part = write(found, [row for row in rows if row.metric.split(".")[1] == track], look)
        title = name({"labels": found.words}, "tracks", track)
        if part:
            body += [*([Text("")] if body else []), Text(title, style="bold"), *part]
        else:
            alike.append(title)
    return [*body, *([Text("")] if body else []), f"No significant difference: {'; '.join(alike)}."] if alike else body


def _terms(found: Comparison, rows: Sequence[ComparisonRow], look: _Look) -> Lines:
    block = Block(found, look.width)
    kinds = {kind: [row for row in rows if row.metric.startswith(f"{kind}.")] for kind in ("signed", "worth", "terms")}
    shown = [row for row in (*kinds["signed"], *kinds["worth"]) if look.everything or row.significant]
    for row in shown:
        is_worth = row.metric.startswith("worth.")
        block.row(row, f"Worth to {_party(found, row)}" if is_worth else "A text is signed", inset=_INSET)
    alike = []
    for issue in dict.fromkeys(row.metric.split(".")[2] for row in kinds["terms"]):
        options = [row for row in kinds["terms"] if row.metric.split(".")[2] == issue]
        title = name({"labels": found.words}, "issues", issue)
        if not (look.everything or any(row.significant for row in options)):
            alike.append(title)
            continue
        block.heading(title, inset=_INSET)
        rows_of_issue = [row for row in options if row.significant or look.everything or _common(row)]
        block.rows(rows_of_issue, lambda row: _option(found, row), inset=2 * _INSET, style="italic")
    return _with_rest(block, "No significant difference on", alike)


def _refusals(found: Comparison, rows: Sequence[ComparisonRow], look: _Look) -> Lines:
    block = Block(found, look.width)
    alike = []
    for row in rows:
        _, track, party = row.metric.split(".")
        if not (look.everything or row.significant):
            alike.append(_party(found, row))
            continue
        block.row(row, _party(found, row), inset=_INSET)
        for issue, bars in _causes(found, found.objections.get(track, {}).get(party, ())):
            block.heading(f"over {issue}  {' | '.join(bars)}", inset=2 * _INSET, style="")
    return _with_rest(block, "No significant difference", alike)


def _with_rest(block: Block, words: str, alike: Sequence[str]) -> Lines:
    """Return the lines of a track, and what is alike in it; nothing where all is."""
    if not block.lines:
        return []
    return [*block.texts(), *([f"{words}: {'; '.join(alike)}."] if alike else [])]


def _party(found: Comparison, row: ComparisonRow) -> str:
    return name({"labels": found.words}, "parties", row.metric.split(".")[2])


def _option(found: Comparison, row: ComparisonRow) -> str:
    _, _, issue, option = row.metric.split(".")
    return option_name({"labels": found.words}, issue, option)


def _common(row: ComparisonRow) -> bool:
    return any(here is not None and (here.value or 0.0) >= _LEAST_OPTION for here in row.estimates)


def _causes(found: Comparison, parts: Sequence[dict[str, float]]) -> Iterable[tuple[str, list[str]]]:
    for issue in dict.fromkeys(issue for over in parts for issue in list(over)[:_ISSUES]):
        bars = ["#" * round(over.get(issue, 0.0) / _MARK) or "-" for over in parts]
        if any(bar != "-" for bar in bars):
            yield name({"labels": found.words}, "issues", issue), bars


# What is the same, and what only one has


def _same(found: Comparison, *, everything: bool) -> tuple[str, str, Lines]:
    plain = ("reached", "questions", "final", "held", "tolls")
    rows = [row for row in found.rows if row.group in plain and row.same and _answers(row)]
    same = "; ".join(metric_words(row.metric, found.words) for row in rows)
    return "The same in every history", f"{same}." if same and not everything else "", []


def _called(found: Comparison, group: str, ids: Sequence[str]) -> list[str]:
    """Return what things are called; an option with its issue."""
    named = {"labels": found.words}
    if group != "options":
        return [name(named, group, key) for key in ids]
    pairs = (key.partition(".") for key in ids)
    return [f"{option_name(named, issue, option)} ({name(named, 'issues', issue)})" for issue, _, option in pairs]


def _only(found: Comparison) -> tuple[str, str, Lines]:
    lines: Lines = [
        f"{title_of(found, found.labels.index(label) - 1)} {words} {group}: {', '.join(_called(found, group, ids))}."
        for label, sides in found.only.items()
        for side, words in (("lacks", "lacks"), ("adds", "alone has"))
        for group, ids in sides[side].items()
    ]
    return "What cannot be compared", "What only one of two scenarios has is left out above." if lines else "", lines
