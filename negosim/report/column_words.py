"""Column words: what the columns of a sweep are called, by what its store records of the scenario."""

from __future__ import annotations

import textwrap

from negosim.experiments.store.manifest import Manifest
from negosim.report.metric_words import metric_words
from negosim.report.screen import input_title
from negosim.report.writing import clean

_ENDS = {".low": "low end", ".high": "high end"}


def column_words(header: Manifest, column: str) -> str:
    """Return what a column is called: an input by its title, a metric in words, anything else as it is.

    Parameters
    ----------
    column : its name, as exports and queries know it: ``drift``, ``agreement``, ``agreement.low``.
    """
    for item in header.columns:
        if item.id == column:
            return input_title(header.labels, item.id, item.title) + (", days" if item.is_duration else "")
    metric, dot, end = column.rpartition(".")
    if column not in header.metrics and metric in header.metrics and f"{dot}{end}" in _ENDS:
        return f"{metric_words(metric, header.labels)}, {_ENDS[f'{dot}{end}']}"
    return metric_words(column, header.labels) if column in header.metrics else clean(column)


def wrapped(title: str, width: int, lines: int) -> str:
    """Return the head of a column over several lines, cut where they are too many.

    >>> wrapped("A general ceasefire by the end of June", 15, 2).splitlines()
    ['A general', '...']
    """
    found = textwrap.wrap(title, width)
    return "\n".join(found if len(found) <= lines else [*found[: lines - 1], "..."])
