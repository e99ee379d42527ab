"""What moves the answer: variants and inputs in points, and the two uncertainties side by side."""

from __future__ import annotations

from typing import Any

from negosim.report.html import levers
from negosim.report.html.markup import Html, chart, joined, numbers, table, tag
from negosim.report.html.phrases import Dossier, error_of, in_noise, minus, month_year, of_100, outcome, quoted
from negosim.report.paths import amount, path_words
from negosim.report.writing import clean, counted, listed

_POINT = 0.01

_LONG = 60
"""Letters beyond which a name is too long for a title."""

_ALIKE = 0.75
"""Changes are alike where the smaller is this much of the larger."""


def title(dossier: Dossier) -> str:
    """Return what moves the answer most, by rule."""
    rows = [
        (abs(row["value"] or 0.0), clean(row["title"])) for row in dossier["moved"]["switches"] if row["significant"]
    ]
    summary = dossier["summary"]
    rows += [
        (max(abs(row[end]["value"] or 0.0) for end in ("at_low", "at_high")), path_words(summary, row["path"]))
        for row in dossier["moved"]["inputs"]["rows"]
        if row["significant"]
    ]
    rows.sort(key=lambda row: -row[0])
    if not rows or rows[0][0] < _POINT or len(rows[0][1]) > _LONG:
        return "What moves the answer"
    first = f"What moves it most: {quoted(rows[0][1])}"
    if len(rows) > 1 and rows[1][0] >= _ALIKE * rows[0][0] and len(rows[0][1]) + len(rows[1][1]) <= _LONG:
        return f"{first} and {quoted(rows[1][1])}"
    return first


def tornado(dossier: Dossier) -> dict[str, Any] | None:
    """Return the data of the chart of what moves the answer; None where nothing was played."""
    moved, summary = dossier["moved"], dossier["summary"]
    switches = [
        {"title": clean(row["title"]), **_end(row), "text": _points(row["value"])}
        for row in moved["switches"]
        if row["value"] is not None
    ]
    inputs = []
    for row in moved["inputs"]["rows"]:
        low, high = _ends(row)
        inputs.append(
            {
                "title": path_words(summary, row["path"]),
                "low": {**_end(row["at_low"]), "text": low},
                "high": {**_end(row["at_high"]), "text": high},
                "range": f"{low} to {high}",
            }
        )
    return {"switches": switches, "inputs": inputs} if switches or inputs else None


def _end(change: dict[str, Any]) -> dict[str, Any]:
    return {key: None if change[key] is None else round(100 * change[key], 2) for key in ("value", "low", "high")}


def _ends(row: dict[str, Any]) -> tuple[str, str]:
    low, high = (minus(amount(end, days=row["days"])) for end in row["ends"])
    return low, high


def _points(value: float) -> str:
    """Return a change in points.

    >>> _points(0.334), _points(-0.19), _points(0.001)
    ('+33', '−19', '0')
    """
    points = round(100 * value)
    return f"+{points}" if points > 0 else f"−{-points}" if points else "0"


def _points_with_interval(change: dict[str, Any]) -> str:
    value = _points(change["value"]) if change["value"] is not None else "not known"
    if change["low"] is None or change["high"] is None:
        return f"{value} (no interval)"
    return f"{value} ({_points(change['low'])} to {_points(change['high'])})"


def two(dossier: Dossier) -> dict[str, Any]:
    """Return the data of the figure that holds both uncertainties."""
    summary, main = dossier["summary"], dossier["main"]
    horizon = summary["scenario"]["horizon"]
    share, ends = summary["reached"][main]["by"][horizon], dossier["ranges"]["reached"][main][horizon]
    nothing = "inputs: not seen to move it" if dossier["ranges"]["inputs"] else "inputs: none is uncertain"
    luck = f"{of_100(share['low'])} to {of_100(share['high'])}"
    return {
        "value": share["p"],
        "luck": [share["low"], share["high"]],
        "inputs": ends,
        "mark": "deal" if main in ("settlement", "limited") else "ceasefire" if main == "ceasefire" else "none",
        "words": {
            "luck": f"luck: {luck}",
            "inputs": f"inputs: {of_100(ends[0])} to {of_100(ends[1])}" if ends else nothing,
        },
    }


def section(dossier: Dossier) -> Html:
    """Return the section."""
    summary, main = dossier["summary"], dossier["main"]
    words, apart = f"{outcome(summary, main)} by {month_year(summary['scenario']['horizon'])}", two(dossier)
    share = summary["reached"][main]["by"][summary["scenario"]["horizon"]]
    uncertain = joined(
        tag("h3", "Two uncertainties, kept apart", class_="chart-title"),
        chart(
            "two", f"{of_100(share['p'])} of 100 reach “{words}”; {apart['words']['luck']}; {apart['words']['inputs']}."
        ),
        tag(
            "p",
            f"More histories narrow the inner line only (now ± {error_of(share)}). "
            "Better evidence on the inputs narrows the bar.",
            class_="note",
        ),
    )
    drawn = tornado(dossier)
    tried = levers.section(dossier)
    left = _tornado(dossier, drawn, words) if drawn else tag("p", _nothing(dossier))
    return tag(
        "section",
        tag("h2", title(dossier)),
        tag("p", "A switch changes the scenario; an input moves over the range its author gave.", class_="lead"),
        tag("div", tag("div", left), tag("div", uncertain), class_="panels seven-five stack"),
        tag("div", tried, class_="tried") if tried else None,
        id="moves",
    )


def _nothing(dossier: Dossier) -> str:
    inputs = dossier["ranges"]["inputs"]
    none = (
        f"none of its {counted(inputs, 'uncertain input')} stands out from noise" if inputs else "no uncertain inputs"
    )
    return f"There are no variants to compare with, and {none}."


def _tornado(dossier: Dossier, drawn: dict[str, Any], words: str) -> Html:
    moved = dossier["moved"]
    rest = _rest(moved["inputs"]["less"], moved["inputs"]["noise"])
    ends = (
        "Outlined: input at its low end; filled: at its high end (5 % and 95 % points; of a uniform range, its ends). "
    )
    note = (
        f"Same luck in every row, {moved['trials']:,} histories each. {ends if drawn['inputs'] else ''}"
        "Thin lines: 95 % Monte-Carlo interval."
    )
    said = [f"{item['title']} {item['text']}" for item in drawn["switches"]]
    said += [f"{item['title']} {_both(item)}" for item in drawn["inputs"]]
    return joined(
        tag("h3", f"Points of 100 that reach “{words}”", class_="chart-title"),
        chart("tornado", f"In points: {listed(said)}."),
        tag("p", note, f" {rest}" if rest else None, class_="note"),
        numbers(_tornado_table(dossier)),
    )


def _both(item: dict[str, Any]) -> str:
    low, high = (_points((item[end]["value"] or 0.0) / 100) for end in ("low", "high"))
    return f"{low} at its low end, {high} at its high end"


def _rest(less: int, noise: int) -> str:
    """Return what is not shown.

    >>> _rest(7, 26), _rest(0, 1), _rest(0, 0)
    ('7 others matter less; 26 do not stand out from noise.', '1 other does not stand out from noise.', '')
    """
    if less and noise:
        return f"{_others(less)} less; {in_noise(str(noise), noise)}"
    if noise:
        return in_noise(counted(noise, "other"), noise)
    return f"{_others(less)} less." if less else ""


def _others(number: int) -> str:
    return f"{counted(number, 'other')} {'matters' if number == 1 else 'matter'}"


def _tornado_table(dossier: Dossier) -> Html:
    summary, moved = dossier["summary"], dossier["moved"]
    rows = [[clean(row["title"]), "switch", _points_with_interval(row), ""] for row in moved["switches"]]
    for row in moved["inputs"]["rows"]:
        low, high = _ends(row)
        ends = (_points_with_interval(row[end]) for end in ("at_low", "at_high"))
        rows.append([path_words(summary, row["path"]), f"{low} to {high}", *ends])
    heads = ["What", "Range", "Points at the low end, or switched on", "Points at the high end"]
    return table(heads, rows, caption="What moves the answer, in points of 100 with 95 % interval")
