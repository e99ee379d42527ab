"""The answer: two frequencies, what holds them up, the table of outcomes, and what to read first."""

from __future__ import annotations

from typing import Any

from negosim.report.html.markup import Html, chart, joined, scrolled, tag
from negosim.report.html.phrases import (
    Dossier,
    Range,
    a,
    interval_of_100,
    month_year,
    of_100,
    outcome,
    party_name,
    quoted,
    range_of_100,
    share_of_100,
    span_words,
    state_mark,
    state_words,
    time_words,
    upper_first,
)
from negosim.report.html.reasons import blocking, worth_order
from negosim.report.screen import changed
from negosim.report.writing import Summary, clean, listed, long_date, name, option_name

_LARGE = 10
"""Marks from which a group of the icon array has a large number of its own."""

_SMALL = (
    " Inputs: where nine in ten answers lie when the scenario’s own uncertain inputs move, as far as this run’s draws "
    "show it; “not moved”: they show nothing of the kind."
)

_SEEN = 0.005
"""Share from which a state is named in the headline."""

_RULE_OF_THREE = 3.0
"""Over the number of histories: the 95 % bound of a share of which none was seen."""


def headline(dossier: Dossier) -> str:
    """Return the answer as one sentence with two frequencies."""
    summary, main = dossier["summary"], dossier["main"]
    scenario = summary["scenario"]
    after = f"after {time_words(scenario['as_of'], scenario['horizon'])}"
    trials = summary["run"]["trials"]
    reached = summary["reached"][main]["by"][scenario["horizon"]]["p"]
    if not reached:
        most = f"fewer than 1 in {_rounded_down(trials / _RULE_OF_THREE):,} at 95 %"
        return f"In none of {trials:,} simulated histories {_comes(summary, main)}; {most}."
    final, (lead, rest) = summary["final_state"], leading(dossier)
    if final[lead]["p"] == 1:
        return f"In all {trials:,} simulated histories {state_words(summary, lead)} {after}."
    first = f"In {of_100(final[lead]['p'])} of 100 simulated histories {state_words(summary, lead)} {after}"
    if final[rest]["p"] < _SEEN:
        return f"{first}."
    return f"{first}; in {of_100(final[rest]['p'])} {state_words(summary, rest)}."


def leading(dossier: Dossier) -> tuple[str, str]:
    """Return the two final states that the headline names."""
    final, main = dossier["summary"]["final_state"], dossier["main"]
    order = sorted(final, key=lambda state: -final[state]["p"])
    lead = main if main in final and final[main]["p"] >= _SEEN else order[0]
    return lead, next(state for state in order if state != lead)


def luck(dossier: Dossier) -> str:
    """Return the intervals of the headline's numbers; nothing where it gives none."""
    summary = dossier["summary"]
    final, states = summary["final_state"], leading(dossier)
    if not summary["reached"][dossier["main"]]["by"][summary["scenario"]["horizon"]]["p"]:
        return ""
    said = [share_of_100(final[state]) for state in states if _SEEN <= final[state]["p"] < 1]
    return f"95 % interval, Monte-Carlo error only: {listed(said)} of 100." if said else ""


def _comes(summary: Summary, kind: str) -> str:
    return f"{a(outcome(summary, kind))} comes"


def _rounded_down(number: float) -> int:
    """Return a number to two digits, rounded down.

    >>> _rounded_down(1333.3), _rounded_down(33.4)
    (1300, 33)
    """
    digits = len(str(int(number)))
    unit = 10 ** max(digits - 2, 0)
    return int(number // unit * unit)


def deck(dossier: Dossier) -> str:
    """Return how sure that is, who blocks over what, and whose terms are signed."""
    summary, main = dossier["summary"], dossier["main"]
    ends = dossier["ranges"]["final"].get(main)
    said = []
    if summary["reached"][main]["by"][summary["scenario"]["horizon"]]["p"]:
        if dossier["ranges"]["inputs"] == 0:
            said.append("The scenario has no uncertain inputs.")
        elif ends:
            said.append(f"Over the scenario’s own input ranges the first number runs from {range_of_100(ends)}.")
        elif main in summary["final_state"] and dossier["ranges"]["inputs"]:
            said.append("The scenario’s own input ranges are not seen to move the first number.")
    return " ".join([*said, *filter(None, [blocking(dossier), _terms(dossier)])])


def _terms(dossier: Dossier) -> str:
    summary = dossier["summary"]
    track = dossier["tracks"][0] if dossier["tracks"] else None
    terms = summary["terms"].get(track, {"signed": 0})
    if not terms["signed"]:
        return "No text is signed." if summary["terms"] else ""
    over = dossier["most_refused"]
    said = ""
    if over in terms["issues"]:
        option, share = max(terms["issues"][over].items(), key=lambda item: item[1]["p"])
        issue, how = quoted(name(summary, "issues", over)), quoted(option_name(summary, over, option))
        said = f"Of 100 signed texts {share_of_100(share)} settle {issue} by {how}"
    order = worth_order(summary, track)
    if len(order) > 1:
        best, least = (party_name(summary, party) for party in (order[0], order[-1]))
        worth = f"of its own ideal {best} gets most and {least} least"
        said = f"{said}; {worth}" if said else upper_first(worth)
    return f"{said}." if said else ""


# The icon array


def icons(dossier: Dossier) -> dict[str, Any]:
    """Return what the icon array draws: groups of marks in their order, with words."""
    summary = dossier["summary"]
    groups, under = [], []
    for state in ordered(dossier["icons"]):
        count, share = dossier["icons"][state], summary["final_state"][state]["p"]
        if count:
            groups.append({"mark": state_mark(summary, state), "count": count, "words": state_words(summary, state)})
        elif share:
            under.append(state_words(summary, state))
    small = sum(group["count"] for group in groups if group["count"] < _LARGE)
    return {
        "groups": groups,
        "large": _LARGE,
        "other": f"{small} end some other way" if small else "",
        "under": f"under 1: {listed(under)}" if under else "",
    }


def ordered(states: Any) -> list[str]:
    """Return states in the order in which marks stand: deal, ceasefire, war, faded, won."""
    first = ["settlement", "ceasefire", "war", "impasse", "faded"]
    return sorted(states, key=lambda state: (first.index(state) if state in first else len(first), state))


# The table


def outcomes_table(dossier: Dossier) -> Html:
    """Return the table of outcomes by date, the range over the inputs under each."""
    summary, year = dossier["summary"], dossier["year"]
    horizon = summary["scenario"]["horizon"]
    dates = [*([year["date"]] if year else []), horizon]
    heads = [
        tag("th", "Of 100 simulated histories", scope="col"),
        *(tag("th", f"by {month_year(date, short=True)}", scope="col") for date in dates),
        tag("th", "in force on the last day", scope="col"),
    ]
    kinds = [kind for kind in ("ceasefire", "settlement", "limited") if kind in summary["possible"]]
    rows = [_row(dossier, kind, dates) for kind in sorted(kinds, key=lambda kind: kind != dossier["main"])]
    still = "war" if "war" in summary["final_state"] else "impasse"
    last = share_cell(summary["final_state"][still], over_inputs(dossier, dossier["ranges"]["final"][still]))
    first = [share_cell(year["state"][still], None)] if year else []
    cells = [*first, last, last]
    words = "War goes on" if still == "war" else "Impasse stands"
    rows.append(tag("tr", tag("th", _mark("none"), words, scope="row"), cells))
    note = (
        f"Large: the share of {summary['run']['trials']:,} histories, beside it its 95 % Monte-Carlo interval."
        f"{_SMALL if dossier['ranges']['inputs'] else ''}"
    )
    caption = tag("caption", "Outcomes by date, of 100 simulated histories", class_="unseen")
    grid = tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", rows), class_="outcomes")
    return joined(scrolled(grid, "Outcomes by date"), tag("p", note, class_="note"))


def _row(dossier: Dossier, kind: str, dates: list[str]) -> Html:
    summary, year = dossier["summary"], dossier["year"]
    cells = []
    for date in dates:
        by_year = year is not None and date == year["date"]
        share = year["reached"][kind] if by_year else summary["reached"][kind]["by"][date]
        cells.append(share_cell(share, over_inputs(dossier, dossier["ranges"]["reached"][kind][date])))
    if kind in summary["final_state"]:
        last = share_cell(summary["final_state"][kind], over_inputs(dossier, dossier["ranges"]["final"][kind]))
    else:
        last = share_cell(None, None)
    words = upper_first(outcome(summary, kind))
    return tag("tr", tag("th", _mark(state_mark(summary, kind)), words, scope="row"), cells, last)


def share_cell(share: dict[str, Any] | None, ends: Html | None) -> Html:
    """Return a cell: a share with its Monte-Carlo interval and its range over the inputs; a dash for none."""
    if share is None:
        return tag("td", tag("b", of_100(None)))
    luck = tag("span", interval_of_100(share), class_="luck-text")
    return tag("td", tag("b", of_100(share["p"])), " ", luck, tag("small", ends) if ends and share["p"] else None)


def over_inputs(dossier: Dossier, ends: Range) -> Html | None:
    """Return a range over the inputs, nothing where there are none."""
    if not dossier["ranges"]["inputs"]:
        return None
    said = tag("span", range_of_100(ends), class_="whole")
    return joined("inputs: ", said) if ends else said


def _mark(mark: str) -> Html:
    return tag("span", class_=f"mark {mark}", aria_hidden="true")


# The whole of it


def hero(dossier: Dossier, warnings: list[tuple[str, str]], head: str = "h1") -> Html:
    """Return the first screen.

    Parameters
    ----------
    head : the element of the headline: a scenario among several is no title of the page.
    """
    summary = dossier["summary"]
    drawn = icons(dossier)
    on = long_date(summary["scenario"]["horizon"])
    words = [f"{group['count']} {group['words']}" for group in drawn["groups"]]
    under = drawn["under"]
    listing = tag(
        "ul",
        [
            tag("li", _mark(group["mark"]), tag("b", str(group["count"])), f" {group['words']}", class_=_size(group))
            for group in drawn["groups"]
        ],
        tag("li", under, class_="under") if under else None,
        class_="icon-list",
    )
    left = tag(
        "div",
        tag("p", span_words(summary), _setting(summary), class_="kicker"),
        tag(head, headline(dossier), class_=None if head == "h1" else "headline"),
        tag("p", luck(dossier), class_="note luck-note") if luck(dossier) else None,
        tag("p", deck(dossier), class_="deck"),
    )
    right = tag(
        "div",
        tag("h2", f"On {on}: each mark is one history of 100", class_="chart-title"),
        chart("icons", f"Of 100 histories on {on}: {listed(words)}."),
        listing,
        tag("p", "Rounded so that the marks add up to 100.", class_="note") if _is_filled_up(dossier) else None,
        class_="icons",
    )
    read = tag(
        "div",
        tag("h2", "Read first", class_="chart-title"),
        tag("ol", [tag("li", tag("b", f"{head} "), text) for head, text in warnings]),
        class_="read-first",
    )
    return tag(
        "section",
        tag("div", left, right, class_="hero"),
        tag("div", tag("div", outcomes_table(dossier)), read, class_="hero second"),
        id="answer",
    )


def _is_filled_up(dossier: Dossier) -> bool:
    """Tell whether a group has another count of marks than its share is rounded to in the table."""
    shares = dossier["summary"]["final_state"]
    return any(count != round(100 * shares[state]["p"]) for state, count in dossier["icons"].items())


def _size(group: dict[str, Any]) -> str | None:
    return "large" if group["count"] >= _LARGE else None


def _setting(summary: Summary) -> str | None:
    run = summary["run"]
    parts = []
    if run["variant"]:
        parts.append(f"variant: {clean(run['variant_title'] or run['variant'])}")
    parts += [line.removeprefix("Changed: ") for line in changed(summary["labels"], None, run["set"])]
    return f" · {'; '.join(parts)}" if parts else None


def issue_words(summary: Summary, issue: str) -> str:
    """Return an issue in the middle of a sentence."""
    return f"“{name(summary, 'issues', issue)}”"
