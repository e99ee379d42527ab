"""The page: one file that needs no network, with its words as plain HTML and its charts as data and a bundle."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from negosim.report.html import answer, costs, histories, levers, moves, refusals, rests, terms, texts, when
from negosim.report.html.markup import Html, data, tag
from negosim.report.html.phrases import Dossier
from negosim.report.html.read_first import warnings
from negosim.report.writing import clean

CONSTANT = "Model output under stated assumptions, not a forecast of real events."

_BUNDLE = files("negosim.report.html") / "bundle"

_NAMES = {
    "answer": "Answer",
    "when": "When",
    "refusals": "Who refuses",
    "terms": "Terms",
    "texts": "Texts",
    "moves": "What moves it",
    "histories": "Histories",
    "costs": "Costs",
    "inputs": "Inputs",
}


def page(dossier: Dossier) -> str:
    """Return the report of a run as one HTML file.

    Parameters
    ----------
    dossier : what it shows, as `negosim.experiments.dossier.dossier.dossier` returns it.
    """
    sections = {
        "answer": answer.hero(dossier, warnings(dossier)),
        "when": when.section(dossier),
        "refusals": refusals.section(dossier),
        "terms": terms.section(dossier),
        "texts": texts.section(dossier),
        "moves": moves.section(dossier),
        "histories": histories.section(dossier),
        "costs": costs.section(dossier),
        "inputs": rests.section(dossier),
    }
    shown = {key: section for key, section in sections.items() if section}
    return document(clean(dossier["summary"]["scenario"]["title"]), shown, charts(dossier))


def charts(dossier: Dossier) -> dict[str, Any]:
    """Return the data of every chart of a report, by its name."""
    found = {
        **when.charts(dossier),
        "icons": answer.icons(dossier),
        "room": refusals.room(dossier),
        "beliefs": refusals.beliefs(dossier),
        "texts": texts.charts(dossier),
        "tornado": moves.tornado(dossier),
        "two": moves.two(dossier),
        "levers": levers.panel(dossier),
        "story": histories.stories(dossier),
        "held": costs.held(dossier),
        "tolls": costs.tolls(dossier),
        "benchmarks": costs.benchmarks(dossier),
    }
    return {name: drawn for name, drawn in found.items() if drawn}


def document(
    title: str, sections: Mapping[str, Html], drawn: Mapping[str, Any], names: Mapping[str, str] = _NAMES
) -> str:
    """Return a whole document.

    Parameters
    ----------
    title : of the document.
    sections : by id, in their order, the answer first.
    drawn : the data of the charts.
    names : what the links at the top call the sections.
    """
    names_of_files = "opening.js", "report.js", "report.css", "licences.txt"
    opening, script, style, licences = (_bundled(name) for name in names_of_files)
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(opening, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} – negosim"),
        tag("link", rel="expect", href=f"#{next(iter(sections))}", blocking="render"),
        tag("script", Html(opening)),
        tag("style", Html(style)),
    ]
    links = [tag("a", names[key], href=f"#{key}") for key in sections]
    body = [
        tag("a", "Skip to the answer", href="#answer", class_="skip"),
        tag("div", CONSTANT, class_="constant", role="note"),
        tag("header", tag("nav", links, tag("span", id="switch"), aria_label="Sections"), class_="top"),
        tag("main", list(sections.values())),
        tag("footer", tag("p", CONSTANT), _licences(licences), class_="bottom"),
        tag("script", data(drawn), type="application/json", id="charts"),
        tag("script", Html(script), type="module"),
    ]
    return f"<!doctype html>\n{tag('html', tag('head', head), tag('body', body), lang='en')}\n"


def _bundled(name: str) -> str:
    return (_BUNDLE / name).read_text(encoding="utf-8")


def _licences(texts: str) -> Html:
    """Return what the script's packages ask to travel with it; paper holds no script."""
    summary = tag("summary", "Licences of the software in this page")
    return tag("details", summary, [tag("p", text) for text in texts.splitlines()], class_="licences screen")


def policy(*scripts: str) -> str:
    """Return what the page may load: nothing from anywhere, and no script but those it holds."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(f"'sha256-{digest}'" for digest in digests),
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{what} {where}" for what, where in rules.items())
