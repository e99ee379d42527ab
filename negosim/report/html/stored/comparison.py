"""The report of a comparison: what differs from the base, history by history, with paired intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negosim.experiments.stored.result import Changed, Compared, StoredComparison
from negosim.report.html.markup import Html, tag
from negosim.report.html.phrases import of_100, upper_first
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    difference,
    estimate,
    hero,
    in_100,
    is_share,
    metric_title,
    provenance,
    rows_table,
    section,
    settings_words,
    titled,
)
from negosim.report.writing import clean, counted, listed
from negosim.results.labels import words

_GROUPS = {
    "asked": "What was asked",
    "reached": "Reached by a date",
    "questions": "Questions",
    "final": "On the last day",
    "held": "How long agreements held",
    "terms": "Terms",
    "refusals": "Refusals",
    "tolls": "What the fighting costs",
}
_AS_IS = "The scenario as it is"
_DRAWN = ("asked", "reached", "questions", "final")
"""Groups whose differences are drawn; of what is reached by a date the last date only."""

_MOST_DRAWN = 16
_HALF = 0.005
"""Differences that are drawn though they are not sure."""

_ONE_IN = 20
"""Of so many differences that nothing makes, one is significant by chance."""


def comparison_page(found: StoredComparison) -> ResultPage:
    """Return the page of a comparison."""
    drawn = Drawn()
    labels = [label for label in found.scenarios if label != found.base]
    panels = [_panel(found, label, drawn) for label in labels]
    title = clean(found.scenarios[found.base].title if found.base in found.scenarios else labels[0])
    sections = {
        "differences": section(
            "Differences",
            "What differs, history by history",
            "In points of 100, the same random numbers in every scenario: each history is compared with itself.",
            panels,
            tag("p", _READ, class_="note"),
        ),
        "numbers": section("Numbers", "Every difference", _chance(found), list(_tables(found, labels))),
        "made": provenance(found.run, _sha(found), f"{counted(found.run.trials, 'history', 'histories')} of each"),
    }
    first = hero(f"{title} · comparison", _headline(found, labels), _deck(found, labels))
    return ResultPage(title, first, sections, drawn)


_READ = (
    "Thin line: 95 % interval of the paired difference, Monte-Carlo error only. A row whose line meets 0 may be "
    "no difference at all."
)


def _sha(found: StoredComparison) -> str:
    return next(iter(found.scenarios.values())).sha256


def _name(found: StoredComparison, label: str) -> str:
    """Return what a scenario is called: by its variant, what it changes, or the title of its file."""
    there, base = found.scenarios.get(label), found.scenarios.get(found.base)
    if there is None or base is None:
        return upper_first(clean(words(label)))
    if there.variant and (label == found.base or there.variant != base.variant):
        return clean(there.variant_title or upper_first(words(there.variant)))
    if changed := _changed(found, label):
        return settings_words(None, changed, found.labels).removeprefix(" · ")
    if any(other.title != base.title for other in found.scenarios.values()):
        return clean(there.title)
    return _AS_IS if label == found.base else upper_first(clean(words(label)))


def _changed(found: StoredComparison, label: str) -> dict[str, Any]:
    """Return what is set in an alternative and not in the base."""
    there, base = found.scenarios[label], found.scenarios[found.base]
    return {path: value for path, value in there.set.items() if path not in base.set or base.set[path] != value}


def _change(row: Compared, label: str) -> Changed | None:
    other = row.alternatives.get(label)
    return other.difference if other else None


def _shown(found: StoredComparison) -> list[tuple[str, Compared]]:
    """Return the metrics that are drawn, in their order."""
    rows = [(metric, row) for metric, row in found.metrics.items() if is_share(metric)]
    last = max((metric.partition("@")[2] for metric, row in rows if row.group == "reached"), default="")
    some = [
        (metric, row)
        for metric, row in rows
        if row.group in _DRAWN and (row.group != "reached" or metric.partition("@")[2] == last)
    ]
    return some or rows


def _largest(found: StoredComparison, label: str) -> tuple[str, Changed] | None:
    """Return the drawn metric that differs most and surely."""
    sure = [(metric, change) for metric, row in _shown(found) if (change := _change(row, label)) and change.significant]
    return max(sure, key=lambda item: abs(item[1].value or 0.0), default=None)


def _headline(found: StoredComparison, labels: list[str]) -> str:
    largest = [(label, *item) for label in labels if (item := _largest(found, label))]
    if not largest:
        who = f"“{_name(found, labels[0])}”" if len(labels) == 1 else f"None of {len(labels)} scenarios"
        return f"{who} makes {'no' if len(labels) == 1 else 'a'} difference that stands out from noise"
    label, metric, change = max(largest, key=lambda item: abs(item[2].value or 0.0))
    value = change.value or 0.0
    more = "more" if value > 0 else "fewer"
    what = metric_title(metric, found.labels)
    return f"{what}: {of_100(abs(value))} {more} of 100 with “{_name(found, label)}”"


def _deck(found: StoredComparison, labels: list[str]) -> list[str]:
    said = []
    name = _name(found, found.base)
    base = f"Compared with {_AS_IS.lower() if name == _AS_IS else f'“{name}”'}"
    for label in labels[:4]:
        item = _largest(found, label)
        what = (
            f"{metric_title(item[0], found.labels)} {difference(item[1], share=True)} points"
            if item
            else "no outcome differs surely"
        )
        said.append(f"{_name(found, label)}{_settings(found, label)}: {what}.")
    return [f"{base}{_settings(found, found.base)}, in brackets 95 % intervals. {' '.join(said)}"]


def _settings(found: StoredComparison, label: str) -> str:
    there = found.scenarios.get(label)
    changed = _changed(found, label) if there else {}
    shared = {path: value for path, value in there.set.items() if path not in changed} if there else {}
    said = settings_words(None, shared, found.labels)
    return f" ({said.removeprefix(' · ')})" if said else ""


def _panel(found: StoredComparison, label: str, drawn: Drawn) -> Html:
    """Return the chart of one alternative."""
    rows = list[dict[str, Any]]()
    for metric, row in _shown(found):
        change = _change(row, label)
        if change is not None and change.value is not None and (change.significant or abs(change.value) >= _HALF):
            rows.append({"title": metric_title(metric, found.labels), **in_100(change), "text": _points(change.value)})
    if not rows:
        return titled(_name(found, label), tag("p", "No outcome differs surely, or by half a point."))
    rows.sort(key=lambda row: -abs(row["value"] or 0.0))
    left = len(rows) - _MOST_DRAWN
    said = listed([f"{row['title']} {row['text']}" for row in rows[:_MOST_DRAWN]])
    data = {"switches": rows[:_MOST_DRAWN], "inputs": [], "heads": ["", ""]}
    more = tag("p", f"{left} smaller differences are in the tables.", class_="note") if left > 0 else None
    return titled(f"{_name(found, label)}, points of 100", drawn.add("tornado", data, f"In points: {said}."), more)


def _points(value: float) -> str:
    """Return a change of a share in points.

    >>> _points(0.582), _points(-0.004), _points(0.0)
    ('+58', '−0.4', '0')
    """
    points = 100 * value
    text = f"{points:+.0f}" if abs(points) >= 1 else f"{points:+.1f}"
    return "0" if not float(text) else text.replace("-", "−")


def _chance(found: StoredComparison) -> str:
    changes = [
        other.difference
        for row in found.metrics.values()
        for other in row.alternatives.values()
        if other.difference and other.difference.value is not None and not other.difference.same
    ]
    sure = sum(change.significant for change in changes)
    return (
        f"Of {counted(len(changes), 'difference')} that any history makes {sure:,} are sure; where nothing differed "
        f"chance alone would let about {max(round(len(changes) / _ONE_IN), 1)} of so many pass."
    )


def _tables(found: StoredComparison, labels: list[str]) -> Iterator[Html]:
    """Yield the differences, a table for each group; what no history tells apart is left out."""
    heads = ["", _name(found, found.base)]
    for label in labels:
        heads += [_name(found, label), "Difference", "Histories gained, lost"]
    for group, title in _GROUPS.items():
        rows = []
        for metric, row in found.metrics.items():
            if row.group == group and any((change := _change(row, label)) and not change.same for label in labels):
                rows.append(_cells(found, metric, row, labels))
        if rows:
            content = rows_table(heads, rows, caption=title, hidden=False)
            plain = group in _DRAWN
            yield titled(title, content) if plain else tag("details", tag("summary", title), content, class_="list")
    same = sum(
        all((change := _change(row, label)) and change.same for label in labels) for row in found.metrics.values()
    )
    if same:
        yield tag("p", f"{counted(same, 'answer')} the same in every history are left out.", class_="note")


def _cells(found: StoredComparison, metric: str, row: Compared, labels: list[str]) -> list[str]:
    share = is_share(metric)
    cells = [metric_title(metric, found.labels), estimate(row.base, share=share)]
    for label in labels:
        change = _change(row, label)
        moved = change is not None and change.gained is not None and change.lost is not None
        cells += [
            estimate(row.alternatives.get(label), share=share),
            difference(change, share=share),
            f"{change.gained:,}, {change.lost:,}" if change is not None and moved else "",
        ]
    return cells
