"""When: three views on one axis of time, as data for the charts, with their numbers in tables."""

from __future__ import annotations

from typing import Any

from negosim.report.html.answer import ordered
from negosim.report.html.markup import Html, chart, joined, numbers, table, tag
from negosim.report.html.phrases import (
    Dossier,
    a,
    error_of,
    month_year,
    of_100,
    outcome,
    range_of_100,
    share_of_100,
    state_label,
    state_mark,
    upper_first,
)
from negosim.report.writing import clean, listed, long_date
from negosim.results.intervals import wilson

_SEEN = 0.005
"""Shares below this at every date are merged as other ends."""

_MOST_LABELS = 5

_SELDOM, _HALF = 0.25, 0.05


def title(dossier: Dossier) -> str:
    """Return the finding on when, by rule."""
    summary, main = dossier["summary"], dossier["main"]
    horizon, noun = summary["scenario"]["horizon"], outcome(summary, main)
    share, median = summary["reached"][main]["by"][horizon]["p"], summary["reached"][main]["median_date"]
    if not share:
        return f"No {noun} by {month_year(horizon)}"
    year = dossier["year"]
    early = year["reached"][main]["p"] if year else None
    start = "Seldom in the first year" if early is not None and early < _SELDOM * share else ""
    if share < 0.5 - _HALF:
        return f"{start}, and more often never" if start else f"More often never than by {month_year(horizon)}"
    if share < 0.5 + _HALF:
        return f"{start}, and as often never" if start else f"As often never as by {month_year(horizon)}"
    return f"{start}; half by {month_year(median)}" if start else f"Half have {a(noun)} by {month_year(median)}"


def charts(dossier: Dossier) -> dict[str, Any]:
    """Return the data of the three charts and of their axis."""
    summary = dossier["summary"]
    scenario = summary["scenario"]
    return {
        "time": {
            "start": scenario["as_of"],
            "end": scenario["horizon"],
            "marks": [{"date": mark["date"], "label": clean(mark["title"])} for mark in dossier["marks"]],
        },
        "states": {"dates": summary["occupancy"]["dates"], "series": _states(dossier)},
        "reached": {"dates": summary["occupancy"]["dates"], "lines": _lines(dossier)},
        "dots": {
            "dots": dossier["dots"],
            "mark": state_mark(summary, dossier["main"]),
            "never": f"not by {long_date(scenario['horizon'])}",
        },
    }


def _states(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the states from the bottom of the stack up, those that are hardly seen in one."""
    summary = dossier["summary"]
    shares, shown, rest = summary["occupancy"]["states"], list[dict[str, Any]](), list[str]()
    still = "war" if "war" in shares else "impasse"
    order = [state for state in ordered(shares) if state != still]
    for state in order:
        if max(shares[state]) < _SEEN or len(shown) == _MOST_LABELS - 1:
            rest.append(state)
        else:
            shown.append(_series(dossier, state))
    together = [sum(values) for values in zip(*(shares[state] for state in rest), strict=True)] if rest else []
    if together and max(together) >= _SEEN:
        words = state_label(summary, rest[0]) if len(rest) == 1 else "Other ends"
        shown.append({"mark": "faded", "words": words, "values": _rounded(together), "last": of_100(together[-1])})
    return [*shown, _series(dossier, still)]


def _series(dossier: Dossier, state: str) -> dict[str, Any]:
    summary = dossier["summary"]
    values = summary["occupancy"]["states"][state]
    return {
        "mark": state_mark(summary, state),
        "words": state_label(summary, state),
        "values": _rounded(values),
        "last": of_100(values[-1]),
    }


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 4) for value in values]


def _lines(dossier: Dossier) -> list[dict[str, Any]]:
    """Return what is reached at least once: agreements, and victory of either side as one."""
    summary, main = dossier["summary"], dossier["main"]
    horizon = summary["scenario"]["horizon"]
    kinds = [kind for kind in ("limited", "ceasefire", "settlement", "victory") if kind in summary["possible"]]
    lines = []
    for kind in kinds:
        share, ends = summary["reached"][kind]["by"][horizon], dossier["ranges"]["reached"][kind][horizon]
        words = "a side wins" if kind == "victory" else outcome(summary, kind)
        unmoved = "not moved by the inputs" if dossier["ranges"]["inputs"] else ""
        over = f"{range_of_100(ends)} over the inputs’ own ranges" if ends else unmoved
        lines.append(
            {
                "mark": "none" if kind == "victory" else state_mark(summary, kind),
                "hollow": kind == "limited" and "settlement" in kinds,
                "number": of_100(share["p"]),
                "words": f"{words}, ±\u00a0{error_of(share)}",
                "sub": over if kind == main else "",
                "values": dossier["incidence"][kind],
                "band": dossier["band"] if kind == main else None,
            }
        )
    return lines


def section(dossier: Dossier) -> Html:
    """Return the section."""
    summary, main = dossier["summary"], dossier["main"]
    series = _states(dossier)
    ends = [f"{item['last']} {item['words']}" for item in reversed(series)]
    noun, lines = outcome(summary, main), _lines(dossier)
    reached = [f"{line['number']} {line['words']}" for line in lines]
    never = dossier["dots"].count(None)
    return tag(
        "section",
        tag("h2", title(dossier)),
        tag(
            "p", "Three views on one time axis: where histories stand, what they have reached, and when.", class_="lead"
        ),
        tag("h3", "Where the histories stand, of 100", class_="chart-title"),
        chart("states", f"Of 100 histories, on the last day: {listed(ends)}."),
        numbers(_states_table(dossier)),
        tag("h3", "How many have reached it at least once, of 100", class_="chart-title"),
        chart("reached", f"Reached at least once by the last day, of 100 histories: {listed(reached)}."),
        numbers(_reached_table(dossier)),
        tag("h3", f"When the first {noun} comes: each mark one history of 100", class_="chart-title"),
        chart("dots", f"{100 - never} of 100 marks have a date; {never} have none by the last day."),
        numbers(_dots_table(dossier)),
        id="when",
    )


def _states_table(dossier: Dossier) -> Html:
    occupancy = dossier["summary"]["occupancy"]
    states = [state for state in ordered(occupancy["states"]) if any(occupancy["states"][state])]
    places = _thinned(len(occupancy["dates"]))
    heads = ["On", *(state_label(dossier["summary"], state) for state in states)]
    trials = dossier["summary"]["run"]["trials"]

    def share(state: str, at: int) -> str:
        return share_of_100(wilson(round(occupancy["states"][state][at] * trials), trials))

    rows = [[occupancy["dates"][at], *(share(state, at) for state in states)] for at in places]
    return table(heads, rows, caption="States over time, of 100 histories")


def _thinned(length: int, most: int = 13) -> list[int]:
    """Return evenly spaced places, the first and the last among them."""
    count = min(length, most)
    return [round(at * (length - 1) / max(count - 1, 1)) for at in range(count)]


def _reached_table(dossier: Dossier) -> Html:
    summary = dossier["summary"]
    kinds = [kind for kind in summary["reached"] if kind in summary["possible"]]
    dates = sorted(summary["reached"][kinds[0]]["by"]) if kinds else []
    rows = []
    for date in dates:
        shares = (summary["reached"][kind]["by"][date] for kind in kinds)
        rows.append([date, *map(share_of_100, shares)])
    heads = ["By", *(upper_first(outcome(summary, kind)) for kind in kinds)]
    note = tag("p", "In brackets: 95 % interval, Monte-Carlo error only.", class_="note")
    return joined(table(heads, rows, caption="Reached at least once by a date, of 100 histories"), note)


def _dots_table(dossier: Dossier) -> Html:
    years: dict[str, int] = {}
    for date in dossier["dots"]:
        years[date[:4] if date else "not by the last day"] = (
            years.get(date[:4] if date else "not by the last day", 0) + 1
        )
    return table(
        ["Year", "Marks of 100"], [[year, str(count)] for year, count in years.items()], caption="Dates by year"
    )
