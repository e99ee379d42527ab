"""Several scenarios side by side: one table of answers, then a section for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from negosim.report.html import answer, histories, moves, page, refusals, terms, texts, when
from negosim.report.html.answer import over_inputs, share_cell
from negosim.report.html.markup import Html, scrolled, tag
from negosim.report.html.phrases import Dossier, month_year, outcome, state_label
from negosim.report.html.read_first import warnings
from negosim.report.writing import Summary, clean, counted, listed, long_date

_SECTIONS = {
    "when": when.section,
    "refusals": refusals.section,
    "terms": terms.section,
    "texts": texts.section,
    "moves": moves.section,
    "histories": histories.section,
}
"""What is shown of each scenario, besides its answer."""

_LONG = 90
"""Letters that a headline may have."""

_START = '<section id="'
_KINDS = ("ceasefire", "settlement", "limited")


def several_page(dossiers: Sequence[Dossier]) -> str:
    """Return the report of several scenarios as one HTML file.

    Parameters
    ----------
    dossiers : what it shows, as `negosim.experiments.dossier.dossier.dossier` returns it, in their order.
    """
    titles = _titles(dossiers)
    sections = {"answer": _first(dossiers, titles)}
    names = {"answer": "Answer"}
    for place, (dossier, title) in enumerate(zip(dossiers, titles, strict=True)):
        key = f"scenario-{place + 1}"
        sections[key] = _scenario(dossier, place)
        names[key] = title if len(title) <= 40 else f"{title[:40].rpartition(' ')[0]} …"
    return page.document(listed(titles), sections, {"several": [page.charts(dossier) for dossier in dossiers]}, names)


def _titles(dossiers: Sequence[Dossier]) -> list[str]:
    """Return what the scenarios are called, with their dates where titles are alike."""
    titles = [clean(dossier["summary"]["scenario"]["title"]) for dossier in dossiers]
    dates = [long_date(dossier["summary"]["scenario"]["as_of"]) for dossier in dossiers]
    return [f"{title}, {date}" if titles.count(title) > 1 else title for title, date in zip(titles, dates, strict=True)]


# The first screen


def _first(dossiers: Sequence[Dossier], titles: Sequence[str]) -> Html:
    trials = {dossier["summary"]["run"]["trials"] for dossier in dossiers}
    seeds = {dossier["summary"]["run"]["seed"] for dossier in dossiers}
    played = " and ".join(f"{many:,}" for many in sorted(trials))
    note = (
        f"Of 100 simulated histories ({played} of each, seed {listed([str(seed) for seed in sorted(seeds)])}), with "
        "95 % Monte-Carlo intervals; inputs: where nine in ten answers lie when the scenario’s own uncertain inputs "
        "move. Scenarios that differ in more than numbers do not meet the same random events: negosim compare takes "
        "variants history by history."
    )
    return tag(
        "section",
        tag("p", f"{counted(len(dossiers), 'scenario')} side by side", class_="kicker first"),
        tag("h1", _headline(dossiers, titles)),
        scrolled(_table(dossiers, titles), "The answers"),
        tag("p", note, class_="note"),
        id="answer",
    )


def _main(dossier: Dossier) -> dict[str, Any]:
    summary = dossier["summary"]
    share: dict[str, Any] = summary["reached"][dossier["main"]]["by"][summary["scenario"]["horizon"]]
    return share


def _headline(dossiers: Sequence[Dossier], titles: Sequence[str]) -> str:
    """Return which scenario most often sees its main agreement, where that is sure; else a neutral title."""
    mains = {dossier["main"] for dossier in dossiers}
    order = sorted(range(len(dossiers)), key=lambda at: -_main(dossiers[at])["p"])
    first, second = (_main(dossiers[at]) for at in order[:2])
    title = titles[order[0]]
    if len(mains) > 1 or first["low"] is None or second["high"] is None or first["low"] <= second["high"]:
        names = listed(list(titles))
        return names if len(names) <= _LONG else "The answers side by side"
    noun = outcome(dossiers[order[0]]["summary"], dossiers[order[0]]["main"])
    said = f"The {noun} comes most often in “{title}”"
    return said if len(said) <= _LONG else f"The {noun} comes most often in the {_ordinal(order[0])} scenario"


def _ordinal(place: int) -> str:
    return ("first", "second", "third", "fourth", "fifth", "sixth")[place] if place < 6 else f"{place + 1}th"


def _table(dossiers: Sequence[Dossier], titles: Sequence[str]) -> Html:
    """Return the table of answers: a column for each scenario."""
    heads = [tag("th", "Of 100 simulated histories", scope="col")]
    for dossier, title in zip(dossiers, titles, strict=True):
        scenario = dossier["summary"]["scenario"]
        span = f"{month_year(scenario['as_of'], short=True)} to {month_year(scenario['horizon'], short=True)}"
        heads.append(tag("th", tag("b", title), tag("br"), span, scope="col"))
    caption = tag("caption", "The answers side by side, of 100 simulated histories", class_="unseen")
    body = [tag("tr", tag("th", words, scope="row"), cells) for words, cells in _rows(dossiers)]
    return tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", body), class_="outcomes several")


def _rows(dossiers: Sequence[Dossier]) -> Iterator[tuple[str, list[Html]]]:
    for kind in _KINDS:
        if any(kind in dossier["summary"]["possible"] for dossier in dossiers):
            words = {"limited": "A limited deal"}.get(kind, f"A {kind}")
            if any(dossier["year"] for dossier in dossiers):
                yield f"{words}, within a year", [_within_a_year(dossier, kind) for dossier in dossiers]
            yield f"{words}, by the last day", [_by_the_end(dossier, kind) for dossier in dossiers]
    states: dict[str, str] = {}
    plain: Summary = {"labels": {"tracks": {}, "kinds": {}}}
    for dossier in dossiers:
        for state in dossier["summary"]["final_state"]:
            if state in ("war", "impasse", "faded") or state in _KINDS:
                states.setdefault(state, state_label(plain, state))
    for state, words in states.items():
        yield f"On the last day: {words[:1].lower()}{words[1:]}", [_final(dossier, state) for dossier in dossiers]


def _within_a_year(dossier: Dossier, kind: str) -> Html:
    year = dossier["year"]
    if not year or kind not in year["reached"] or kind not in dossier["summary"]["possible"]:
        return share_cell(None, None)
    return share_cell(year["reached"][kind], over_inputs(dossier, dossier["ranges"]["reached"][kind][year["date"]]))


def _by_the_end(dossier: Dossier, kind: str) -> Html:
    summary = dossier["summary"]
    if kind not in summary["possible"]:
        return share_cell(None, None)
    horizon = summary["scenario"]["horizon"]
    ends = over_inputs(dossier, dossier["ranges"]["reached"][kind][horizon])
    return share_cell(summary["reached"][kind]["by"][horizon], ends)


def _final(dossier: Dossier, state: str) -> Html:
    share = dossier["summary"]["final_state"].get(state)
    return share_cell(share, over_inputs(dossier, dossier["ranges"]["final"][state]) if share else None)


# One scenario


def _named(section: Html, place: int) -> Html:
    """Return a section whose id is its own among several scenarios."""
    assert section.startswith(_START)
    return Html(f"{_START}s{place + 1}-{section.removeprefix(_START)}")


def _scenario(dossier: Dossier, place: int) -> Html:
    """Return the report of one scenario, its headings and anchors its own."""
    parts = [answer.hero(dossier, warnings(dossier), head="h2"), *(made(dossier) for made in _SECTIONS.values())]
    run = dossier["summary"]["run"]
    again = tag("pre", clean(run["command"]), tabindex=0) if run["command"] else None
    return tag(
        "div",
        [_named(part, place) for part in parts if part],
        again,
        id=f"scenario-{place + 1}",
        class_="scenario",
        data_report=place,
    )
