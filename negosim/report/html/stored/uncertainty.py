"""The report of the two uncertainties of an answer: luck and inputs, apart."""

from __future__ import annotations

from negosim.experiments.stored.result import Apart, StoredUncertainty
from negosim.report.html.markup import Html, tag
from negosim.report.html.phrases import of_100
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    estimate,
    hero,
    metric_title,
    provenance,
    rows_table,
    section,
    settings_words,
    titled,
)
from negosim.report.paths import amount
from negosim.report.writing import clean, counted

_MOST = 24
"""Answers that are drawn."""

_NOTE = (
    "Bar: where nine in ten answers lie as the uncertain inputs move over their declared ranges, Monte-Carlo error "
    "taken off; no number of histories makes it narrower. Thick line: 95 % Monte-Carlo interval of the mean."
)


def uncertainty_page(found: StoredUncertainty) -> ResultPage:
    """Return the page of the two uncertainties."""
    drawn, title = Drawn(), clean(found.scenario.title)
    shares = [item for item in found.answers if item.is_share and item.value is not None][:_MOST]
    panels = [titled(_title(found, item), _chart(found, item, drawn)) for item in shares]
    heads = ["Answer", "Mean (95 % interval)", "Nine in ten over the inputs", "Spread at most", "Points"]
    rows = [[_title(found, item), estimate(item, share=item.is_share), _range(item), _most(item), str(item.points)]
            for item in found.answers]  # fmt: skip
    refused = f" {counted(len(found.failed), 'draw')} refused by the scenario are left out." if found.failed else ""
    run = found.run
    sections = {
        "apart": section(
            "Apart",
            "Luck and inputs, kept apart",
            f"Of 100 histories; {counted(len(found.inputs), 'input')} drawn {run.points or 0:,} times.{refused}",
            tag("div", panels, class_="panels halves"),
            tag("p", _NOTE, class_="note"),
            rows_table(heads, rows, caption="Both uncertainties of every answer", hidden=False),
        ),
        "made": provenance(
            run, found.scenario.sha256, f"{run.points or 0:,} points of {counted(run.trials, 'history', 'histories')}"
        ),
    }
    kicker = f"{title} · uncertainty{settings_words(found.scenario.variant, found.scenario.set, found.labels)}"
    return ResultPage(title, hero(kicker, _headline(found), _deck(found)), sections, drawn)


def _title(found: StoredUncertainty, item: Apart) -> str:
    return metric_title(item.metric, found.labels)


def _wide(item: Apart) -> float:
    return (item.range_high or 0.0) - (item.range_low or 0.0) if item.is_seen and item.range_low is not None else 0.0


def _headline(found: StoredUncertainty) -> str:
    shares = [item for item in found.answers if item.is_share]
    widest = max(shares, key=_wide, default=None)
    if widest is None or not _wide(widest):
        return "The inputs are not seen to move any answer: what is open is luck"
    low, high = of_100(widest.range_low), of_100(widest.range_high)
    return f"{_title(found, widest)}: {low} to {high} of 100 over the scenario’s own inputs"


def _deck(found: StoredUncertainty) -> list[str]:
    seen = sum(item.is_seen for item in found.answers)
    return [
        f"Of {counted(len(found.answers), 'answer')} the inputs are seen to move {seen}. The range over the inputs is "
        "apart from Monte-Carlo error, which more histories would narrow."
    ]


def _chart(found: StoredUncertainty, item: Apart, drawn: Drawn) -> Html:
    low, high = item.low, item.high
    luck = [low if low is not None else item.value, high if high is not None else item.value]
    seen = item.is_seen and item.range_low is not None and item.range_high is not None
    inputs = f"inputs: {of_100(item.range_low)} to {of_100(item.range_high)}" if seen else "inputs: not seen to move it"
    said = f"luck: {of_100(low)} to {of_100(high)}"
    data = {
        "value": item.value,
        "luck": luck,
        "inputs": [item.range_low, item.range_high] if seen else None,
        "mark": "none",
        "words": {"luck": said, "inputs": inputs},
    }
    return drawn.add("two", data, f"{_title(found, item)}: {of_100(item.value)} of 100; {said}; {inputs}.")


def _range(item: Apart) -> str:
    if item.range_low is None or item.range_high is None:
        return "–"
    if item.is_rare:
        return "too rare to tell"
    if not item.is_seen:
        return "not seen"
    ends = (item.range_low, item.range_high)
    low, high = map(of_100, ends) if item.is_share else map(amount, ends)
    return f"{low} to {high}"


def _most(item: Apart) -> str:
    """Return the largest standard deviation over the inputs that the data leave possible."""
    if item.at_most is None:
        return "–"
    return f"{100 * item.at_most:.0f} points" if item.is_share else amount(item.at_most)
