"""Parts that the reports of stored results share: the first screen, charts by number, words for what files name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from negosim.experiments.result import Difference, Estimate
from negosim.experiments.stored.result import Bounded, Changed, Labels, Run
from negosim.report import screen
from negosim.report.html.markup import Child, Html, chart, joined, numbers, scrolled, table, tag
from negosim.report.html.phrases import of_100, share_of_100, upper_first
from negosim.report.metric_words import difference_text, estimate_text, metric_words
from negosim.report.writing import clean, made_by
from negosim.results.labels import words

MOST_ROWS = 400
"""Rows of a table; more are left to the file that holds them."""

_MOST_SET, _MOST_IN_SETTING = 3, 60
"""Settings that are named on the first screen, and characters of each."""

_HASH = 12
_MEANS = ("toll.", "worth.")
"""What metrics begin with that are means."""


@dataclass
class Drawn:
    """The data of the charts of a page, by kind, each with a number."""

    data: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, kind: str, data: Any, label: str) -> Html:
        """Return the place of a chart.

        Parameters
        ----------
        label : one sentence that says what it shows.
        """
        many = self.data.setdefault(kind, [])
        many.append(data)
        return chart(kind, label, data_at=len(many) - 1)


@dataclass(frozen=True)
class ResultPage:
    """What a page is made of.

    Attributes
    ----------
    title : of the document.
    first : the first screen.
    sections : by id: what links call it, and what it holds.
    drawn : the charts.
    """

    title: str
    first: Html
    sections: Mapping[str, tuple[str, Html]]
    drawn: Drawn


def hero(kicker: str, headline: str, deck: Sequence[Child], aside: Child = None) -> Html:
    """Return the first screen: where it comes from, the answer, what holds it up, and what stands beside it."""
    left = tag(
        "div",
        tag("p", kicker, class_="kicker"),
        tag("h1", headline),
        [tag("p", said, class_="deck") for said in deck],
    )
    right = tag("div", aside) if aside else None
    return tag("section", tag("div", left, right, class_="hero"), id="answer")


def section(name: str, heading: str, lead: str, *content: Child) -> tuple[str, Html]:
    """Return a section with what links call it; its id is added by the page."""
    return name, joined(tag("h2", heading), tag("p", lead, class_="lead") if lead else None, *content)


def titled(title: str, *content: Child) -> Html:
    """Return a chart with its title and what belongs to it."""
    return tag("div", tag("h3", title, class_="chart-title"), *content, class_="block")


def rows_table(heads: Iterable[Child], rows: Sequence[Iterable[Child]], *, caption: str, hidden: bool = True) -> Html:
    """Return a table of at most `MOST_ROWS` rows: the numbers behind a chart, or one that is always shown."""
    shown = table(heads, rows[:MOST_ROWS], caption=caption)
    left = len(rows) - MOST_ROWS
    more = tag("p", f"The first {MOST_ROWS:,} of {len(rows):,} rows.", class_="note") if left > 0 else None
    content = joined(shown, more)
    if hidden:
        return numbers(content)
    return scrolled(content, caption)


def provenance(run: Run, sha256: str, played: str) -> tuple[str, Html]:
    """Return the section on how to make it again.

    Parameters
    ----------
    played : what was played, in words.
    """
    made = made_by({"negosim": run.negosim, "build": run.build})
    line = f"Input {clean(sha256)[:_HASH]}, {made}, {played}, seed {run.seed}."
    return section(
        "How made",
        "Make it again",
        "",
        tag("pre", clean(run.command), tabindex=0) if run.command else None,
        tag("p", line, class_="note"),
        tag("p", tag("b", "Limits. "), LIMITS, class_="limits"),
    )


LIMITS = (
    "Shares describe simulated histories of the scenario: they are not probabilities of the world. Intervals are "
    "Monte-Carlo error only, where nothing else is said: what the scenario’s own input ranges do is a separate "
    "question."
)


# Words


def metric_title(metric: str, labels: Labels) -> str:
    """Return a metric in words.

    >>> metric_title("question.truce_this_year", Labels()), metric_title("ceasefire@2026-12-31", Labels())
    ('Truce this year', 'Ceasefire by 31 December 2026')
    """
    return upper_first(metric_words(metric, labels.model_dump()))


def is_share(metric: str) -> bool:
    """Tell whether a metric is a share of histories.

    >>> is_share("ceasefire@2026-12-31"), is_share("toll.dead"), is_share("years")
    (True, False, False)
    """
    return not metric.startswith(_MEANS) and metric != "years"


def input_title(key: str, title: str, labels: Labels) -> str:
    """Return the title of an input, in words where it is only its path or the id of a lever."""
    return upper_first(screen.input_title(labels.model_dump(), key, title))


def settings_words(variant: str | None, given: Mapping[str, Any], labels: Labels) -> str:
    """Return a variant and further settings in words."""
    parts = [f"variant: {clean(labels.variants.get(variant) or words(variant))}"] if variant else []
    parts += [
        f"{input_title(path, path, labels)} = {clean(value)[:_MOST_IN_SETTING]}"
        for path, value in list(given.items())[:_MOST_SET]
    ]
    left = len(given) - _MOST_SET
    parts += [f"{left} settings more"] if left > 0 else []
    return f" · {'; '.join(parts)}" if parts else ""


def estimate(found: Bounded | None, *, share: bool) -> str:
    """Return a number with its interval: of a share as so many of 100."""
    if found is None or found.value is None:
        return "–"
    if not share:
        return estimate_text(Estimate(found.value, found.low, found.high), is_share=False)
    ends = {"p": found.value, "low": found.low, "high": found.high}
    return share_of_100(ends)


def difference(found: Changed | None, *, share: bool) -> str:
    """Return a difference with its interval, in points where it is of shares."""
    if found is None:
        return "–"
    return difference_text(Difference(found.value, found.low, found.high), is_share=share).replace("-", "−")


def in_100(found: Bounded) -> dict[str, float | None]:
    """Return a number and its interval in points of 100, as charts take them."""
    return {key: _hundredfold(getattr(found, key)) for key in ("value", "low", "high")}


def _hundredfold(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def short_share(value: float | None) -> str:
    """Return a share without its interval, for a label beside a mark that has one."""
    return of_100(value)
