"""What this rests on: inputs and their sources, how to repeat it, what it leaves out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from negosim.report.html.markup import Child, Html, joined, scrolled, table, tag
from negosim.report.html.phrases import Dossier, minus
from negosim.report.paths import path_parts, path_words
from negosim.report.writing import clean, counted, long_date, made_by

_HEADS = ("Input", "Value", "Rests on")

_BY_ISSUE = {
    "red_lines": "Red lines: mean time until an option can be signed",
    "salience": "Salience: the weight of an issue for a party",
    "values": "Values: what an option is worth to a party",
    "enforcement": "Enforcement: the strength of an option as a guarantee",
}
"""Kinds of numbers that stand below their issues, and what each is."""

_SCHEMES = ("https://", "http://")
"""Addresses that may be followed; anything else is shown as text."""

LIMITS = (
    "Parties, issues and options are fixed from the start. Parties refuse or sign by what a text is worth to them, "
    "with some noise in their judgement; public opinion counts only where the scenario says so. Shares describe this "
    "scenario’s simulated histories: they are not probabilities of the world."
)


def section(dossier: Dossier) -> Html:
    """Return the section."""
    left = _matter(dossier) or _notes(dossier)
    right = tag("div", _again(dossier), _notes(dossier) if dossier["moved"]["inputs"]["rows"] else None)
    return tag(
        "section",
        tag("h2", "What this rests on"),
        tag("div", tag("div", left), right, class_="panels seven-five stack") if left else right,
        _all(dossier),
        _sources(dossier),
        tag("p", tag("b", "Limits. "), LIMITS, class_="limits"),
        id="inputs",
    )


def _matter(dossier: Dossier) -> Html | None:
    """Return the inputs that matter most, with their sources."""
    by_path = {item["path"]: item for item in dossier["inputs"]}
    rows = [by_path[row["path"]] for row in dossier["moved"]["inputs"]["rows"] if row["path"] in by_path]
    if not rows:
        return None
    return joined(
        tag("h3", "Inputs that matter most, and where they come from", class_="chart-title"),
        scrolled(_table(dossier, rows, "Inputs that matter most"), "Inputs that matter most"),
    )


def _table(dossier: Dossier, rows: list[dict[str, Any]], caption: str) -> Html:
    summary = dossier["summary"]
    cells = [[path_words(summary, row["path"]), *_rest(dossier, row)] for row in rows]
    return table(_HEADS, cells, caption=caption, class_="data inputs")


def _rest(dossier: Dossier, row: dict[str, Any]) -> list[Child]:
    return [minus(clean(row["value"])), _source(dossier["sources"], row["source"], row["note"])]


def _grouped(dossier: Dossier, rows: list[dict[str, Any]], caption: str) -> Html:
    """Return a table of inputs in which what several belong to is said once, above them."""
    summary = dossier["summary"]
    bodies = []
    for head, many in itertools.groupby(rows, key=lambda row: path_parts(summary, row["path"])[0]):
        group = list(many)
        named = len(group) > 1 or group[0]["kind"] in _BY_ISSUE
        said = [path_parts(summary, row["path"])[1] if named else path_words(summary, row["path"]) for row in group]
        lines = [
            tag("tr", tag("th", what, scope="row"), [tag("td", cell) for cell in _rest(dossier, row)])
            for what, row in zip(said, group, strict=True)
        ]
        above = tag("tr", tag("th", head, scope="rowgroup", colspan=len(_HEADS)), class_="group") if named else None
        bodies.append(tag("tbody", above, lines))
    heads = tag("thead", tag("tr", [tag("th", cell, scope="col") for cell in _HEADS]))
    return tag("table", tag("caption", caption, class_="unseen"), heads, bodies, class_="data inputs")


def _source(sources: Mapping[str, Any], source: str | None, note: str | None) -> Html:
    said = f": {clean(note)}" if note else ""
    if source is None:
        return joined("nothing stated", said)
    if source == "judgement":
        return joined("judgement", said)
    known = sources.get(source)
    return joined(_breakable(clean(known["title"] if known else source)), said)


def _breakable(text: str) -> Html:
    """Return a text that may break after a slash.

    >>> _breakable("see docs/encoding.md")
    'see docs/<wbr>encoding.md'
    """
    return Html(joined(text).replace("/", "/<wbr>"))


def _all(dossier: Dossier) -> Html:
    """Return all inputs, by kind, closed on a screen and open on paper."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for row in dossier["inputs"]:
        kinds.setdefault(row["kind"], []).append(row)
    headed = [(_BY_ISSUE.get(kind, kind.replace("_", " ").capitalize()), rows) for kind, rows in kinds.items()]
    tables = [joined(tag("h4", head), scrolled(_grouped(dossier, rows, head), head)) for head, rows in headed]
    return tag(
        "details",
        tag("summary", f"All {counted(len(dossier['inputs']), 'stated number')}, with what each rests on"),
        tables,
        class_="list",
    )


def _sources(dossier: Dossier) -> Html | None:
    if not dossier["sources"]:
        return None
    items = []
    for source in dossier["sources"].values():
        on = f", {long_date(source['date'])}" if source["date"] else ""
        items.append(tag("li", _link(clean(source["title"]), source["url"]), on))
    return tag(
        "details",
        tag("summary", f"The {counted(len(items), 'source')}"),
        tag("ul", items, class_="sources"),
        class_="list",
    )


def _link(title: str, url: str | None) -> Html:
    """Return a title that leads to its address, where the address is one of the web's."""
    if url is None:
        return joined(title)
    if url.startswith(_SCHEMES) and not any(sign.isspace() for sign in url):
        return tag("a", title, href=url, rel="noreferrer noopener")
    return joined(f"{title} ({clean(url)})")


def _again(dossier: Dossier) -> Html:
    summary = dossier["summary"]
    run = summary["run"]
    seconds = counted(round(run["seconds"]), "second") if run["seconds"] >= 1 else "under a second"
    line = (
        f"Scenario {clean(summary['scenario']['sha256'])[:12]}, {made_by(run)}, "
        f"{counted(run['trials'], 'history', 'histories')}, seed {run['seed']}, {seconds}."
    )
    command = run["command"]
    return joined(
        tag("h3", "Make it again", class_="chart-title"),
        tag("pre", clean(command), tabindex=0) if command else None,
        tag("p", line, class_="note"),
    )


def _notes(dossier: Dossier) -> Html | None:
    notes = dossier["summary"]["notes"]
    if not notes:
        return None
    return joined(
        tag("h3", "Notes on the scenario", class_="chart-title"), tag("ul", [tag("li", clean(note)) for note in notes])
    )
