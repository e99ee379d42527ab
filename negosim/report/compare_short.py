"""A comparison on one screen: what each alternative changes, and what is too small to tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from negosim.experiments.compare.result import Comparison, ComparisonRow
from negosim.experiments.result import Difference, Estimate
from negosim.report.layout import INDENT, add, table
from negosim.report.metric_words import difference_text, estimate_text, metric_words, outcome_words
from negosim.report.prose import prose, show
from negosim.report.screen import changes, print_fitting, print_head, variant_title
from negosim.report.text_words import brief
from negosim.report.writing import (
    UNKNOWN,
    clean,
    counted,
    known,
    listed,
    long_date,
    made_by,
    name,
    option_name,
    share_with_error,
)
from negosim.results.build_identity import origin

_HASH = 12
_BESIDE = 4
"""Alternatives from which on each has a row of its own in one table."""

_ROWS = 14
"""Rows of an alternative at most; fewer where the screen is full."""

_MOST = 18
"""Alternatives that are named."""

_NAMED = 6
"""Outcomes that are named among what is too small to tell."""

_LABEL = 44
_ALSO = {"refusals": 4, "terms": 3, "questions": 2, "held": 2}
"""Groups whose clearest differences follow the outcomes, and how many of each."""

_ONE_IN = 20
"""One in so many 95 % intervals misses what it is about."""


def print_short(found: Comparison, console: Console) -> None:
    """Print what differs on one screen.

    Parameters
    ----------
    found : as `negosim.experiments.compare.compare.compare` returns it.
    console : where to print; reads well from 80 columns, with or without colour.
    """
    many = len(found.labels) - 1
    print_fitting(console, range(_ROWS if many < _BESIDE else 1, 0, -1), lambda where, rows: _print(found, where, rows))


def _print(found: Comparison, console: Console, rows: int) -> None:
    print_head(console, found.scenarios[0], f"{counted(found.trials, 'history', 'histories')} of each scenario")
    many = len(found.labels) - 1
    for place in range(many if many < _BESIDE else 0):
        console.print()
        _alternative(found, place, rows, console)
    if many >= _BESIDE:
        console.print()
        _all_in_one(found, console)
    console.print()
    for line in _read(found):
        prose(console, f"- {line}", hanging=2)
    prose(console, "Next: add --full for every table, --all for small differences too", hanging=2)
    made = f"seed {found.seed}, {made_by(origin())}"
    prose(console, f"Scenario {found.scenarios[0].sha256[:_HASH]}, {made}", "dim")


def title_of(found: Comparison, place: int) -> str:
    """Return what an alternative is called: its variant, what it changes, or the title of its file."""
    scenario, base = found.scenarios[place + 1], found.scenarios[0]
    if scenario.variant and scenario.variant != base.variant:
        return variant_title(scenario.file, scenario.variant)
    changed = {path: value for path, value in scenario.overrides.items() if base.overrides.get(path) != value}
    if changed:
        said = [line.partition(": ")[2] for line in changes(scenario) if line.startswith("Changed: ")]
        return "; ".join(said[-len(changed) :])
    return clean(scenario.file.title if scenario.file.title != base.file.title else found.labels[place + 1])


def _alternative(found: Comparison, place: int, most: int, console: Console) -> None:
    prose(console, brief(title_of(found, place), console.width), "bold")
    if all(row.differences[place] is None or _same(row, place) for row in found.rows):
        prose(console, "Nothing changes in any history.", indent=INDENT)
        return
    rows = _shown(found, place)
    if rows:
        show(console, _table(found, place, rows[:most]))
    small = _too_small(found, place)
    if small:
        prose(console, small, indent=INDENT, hanging=INDENT)
    costs = _costs(found, place)
    if costs:
        prose(console, f"Cost: {costs}", indent=INDENT, hanging=INDENT)


def _same(row: ComparisonRow, place: int) -> bool:
    change = row.differences[place]
    return change is not None and change.same


def _last_date(found: Comparison) -> str:
    return max((row.metric.partition("@")[2] for row in found.rows if row.group == "reached"), default="")


def _outcomes(found: Comparison) -> list[ComparisonRow]:
    """Return what was asked, or the outcomes by the last date and whether it goes on then."""
    if found.chosen:
        return list(found.rows)
    date = _last_date(found)
    reached = [row for row in found.rows if row.group == "reached" and row.metric.endswith(f"@{date}")]
    single = [row for row in reached if not row.metric.startswith("agreement@")]
    return [*single, *(row for row in found.rows if row.metric in ("final.war", "final.impasse"))]


def _shown(found: Comparison, place: int) -> list[ComparisonRow]:
    """Return the rows that are shown: outcomes that differ, then what differs most clearly elsewhere."""
    outcomes = [row for row in _outcomes(found) if found.chosen or _differs(row, place)]
    if found.chosen:
        return outcomes
    also = []
    for group, most in _ALSO.items():
        rows = [row for row in found.rows if row.group == group and _differs(row, place) and _is_answer(row)]
        also += sorted(rows, key=lambda row: -_clarity(row.differences[place]))[:most]
    return [*outcomes, *also]


def _is_answer(row: ComparisonRow) -> bool:
    """Tell whether a row is no mean of worth, and not how often a text is signed, which its outcome says."""
    return not row.metric.startswith(("worth.", "signed."))


def _differs(row: ComparisonRow, place: int) -> bool:
    change = row.differences[place]
    return change is not None and change.significant


def _clarity(change: Difference | None) -> float:
    """Return how many half-widths of its interval a difference is away from nothing."""
    if change is None or change.value is None or change.low is None or change.high is None:
        return 0.0
    return abs(change.value) / max(change.high - change.low, 1e-9)


def _table(found: Comparison, place: int, rows: Sequence[ComparisonRow]) -> Table:
    date = "" if found.chosen else _last_date(found)
    change_in = "In points" if all(row.is_share for row in rows) else "Difference"
    other = "With it" if found.scenarios[place + 1].file.title == found.scenarios[0].file.title else "There"
    grid = table(f"By {long_date(date)}" if date else "", "Base", other, change_in, fixed=(1, 2, 3))
    grid.box = None
    for row in rows:
        here = (row.estimates[0], row.estimates[place + 1])
        cells = [_estimate(one, is_share=row.is_share) for one in here]
        change = difference_text(row.differences[place], is_share=row.is_share)
        add(grid, _words(found, row), *cells, change, inset=INDENT)
    return grid


def _estimate(one: Estimate | None, *, is_share: bool) -> str:
    if one is None or not known(one.value):
        return UNKNOWN
    if is_share:
        return share_with_error({"p": one.value, "low": one.low, "high": one.high})
    return estimate_text(one, is_share=False)


def _words(found: Comparison, row: ComparisonRow) -> str:
    """Return what a row is called; outcomes without the date that stands in the head."""
    named = {**found.words, "parties": found.words.get("short", {})}
    outcome, at, _ = row.metric.partition("@")
    if row.group == "reached" and at:
        return outcome_words(outcome, named)
    if row.group == "terms":
        _, track, issue, option = row.metric.split(".")
        label = {"labels": named}
        said = f"{brief(name(label, 'issues', issue), _LABEL)}: {brief(option_name(label, issue, option), _LABEL)}"
        tracks = {other.metric.split(".")[1] for other in found.rows if other.group == "terms"}
        return f'{said} ("{brief(name(label, "tracks", track), _LABEL)}")' if len(tracks) > 1 else said
    if row.group == "refusals":
        _, track, party = row.metric.split(".")
        label = {"labels": named}
        return f'{name(label, "parties", party)} refuses "{brief(name(label, "tracks", track), _LABEL)}"'
    return metric_words(row.metric, named)


def _too_small(found: Comparison, place: int) -> str:
    """Name the outcomes whose differences chance could make, and those that no history shows."""
    if found.chosen:
        return ""
    unsure = [row for row in _outcomes(found) if not _differs(row, place) and not _same(row, place)]
    names = [_lower(_words(found, row)) for row in unsure]
    more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return f"Too small to tell: {listed([*names[:_NAMED], *more])}." if names else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _costs(found: Comparison, place: int) -> str:
    rows = [row for row in found.rows if row.group == "tolls" and row.metric != "years" and _differs(row, place)]
    if found.chosen or not rows:
        return ""
    first = rows[0]
    label = brief(name({"labels": found.words}, "tolls", first.metric.partition(".")[2]), _LABEL)
    return f"{label} {difference_text(first.differences[place], is_share=False)} (mean)."


def _all_in_one(found: Comparison, console: Console) -> None:
    """Print a row for every alternative: what it does to the most frequent outcome, or to what was asked."""
    rows = [row for row in _outcomes(found) if not row.metric.startswith(("limited", "final."))] or list(found.rows)
    row = max(rows, key=lambda row: (row.estimates[0] and row.estimates[0].value) or 0.0)
    base = _estimate(row.estimates[0], is_share=row.is_share)
    prose(console, f"{metric_words(row.metric, found.words)}: {base} in the base", "bold")
    grid = table("", "With it", "Difference", fixed=(1, 2))
    grid.box = None
    for place in range(min(len(found.labels) - 1, _MOST)):
        value = _estimate(row.estimates[place + 1], is_share=row.is_share)
        change = difference_text(row.differences[place], is_share=row.is_share)
        add(grid, brief(title_of(found, place), _LABEL), value, change, inset=INDENT)
    show(console, grid)
    rest = len(found.labels) - 1 - _MOST
    if rest > 0:
        prose(console, f"And {rest} more: see --full.", indent=INDENT)


def _read(found: Comparison) -> Iterator[str]:
    """Say what the numbers mean, and how many of them chance alone would let pass."""
    yield "± and brackets: luck only (95 %). What the input ranges do is for negosim sensitivity to say."
    if not found.chosen:
        yield "Refusals: of the rounds without a signature. Terms: of the texts signed."
    changes = [change for row in found.rows for change in row.differences if change and known(change.value)]
    live = [change for change in changes if not change.same]
    if len(live) > _ONE_IN:
        sure = sum(change.significant for change in live)
        chance = max(round(len(live) / _ONE_IN), 1)
        yield f"{sure:,} of {len(live):,} differences leave out 0; chance alone would let about {chance:,} pass."
    if any(sides[side] for sides in found.only.values() for side in ("lacks", "adds")):
        yield "What only one of two scenarios has cannot be compared: --full lists it."
