"""Terms: what is signed, issue by issue, beside what each option is worth to whom."""

from __future__ import annotations

from typing import Any

from negosim.report.html.markup import Html, joined, tag
from negosim.report.html.phrases import Dossier, initials, of_100, party_name
from negosim.report.html.reasons import terms_title
from negosim.report.writing import Summary, counted, known, name, option_name

_USUAL = 0.5
"""Options that this share of the texts contain are set in bold."""

_MANY, _LONG = 6, 90
"""Parties, and characters of an option, beyond which the list has one column."""

_SIZES = 8
"""Sizes of the circles that stand for a value."""


def section(dossier: Dossier) -> Html | None:
    """Return the section; nothing where there are no talks."""
    summary, tracks = dossier["summary"], dossier["tracks"]
    if not tracks:
        return None
    track = tracks[0]
    others = [other for other in summary["terms"] if other != track and summary["terms"][other]["signed"]]
    others.sort(key=lambda other: -summary["terms"][other]["signed"])
    rest = [_block(dossier, other) for other in others]
    return tag(
        "section",
        tag("h2", terms_title(summary, track)),
        tag("p", _lead(summary, track), class_="lead"),
        _block(dossier, track, titled=bool(rest)),
        tag("details", tag("summary", f"The texts of {counted(len(rest), 'other track')}"), rest, class_="list")
        if rest
        else None,
        id="terms",
    )


def _lead(summary: Summary, track: str) -> str:
    signed = summary["terms"][track]["signed"]
    circles = "Circles: what the option is worth to each party at the opening."
    if not signed:
        return f"Issues in order of refusals. {circles}"
    return f"{counted(signed, 'signed text')}, issues in order of refusals. Bars: of 100 texts. {circles}"


def _block(dossier: Dossier, track: str, *, titled: bool = True) -> Html:
    summary = dossier["summary"]
    parties = list(summary["refusals"][track])
    short = initials({party: party_name(summary, party) for party in parties})
    issues = _order(dossier, track)
    titles = [option_name(summary, issue, option) for issue in issues for option in dossier["positions"][track][issue]]
    one = len(parties) > _MANY or max(map(len, titles), default=0) > _LONG or len(issues) < 3
    signed = summary["terms"][track]["signed"]
    return tag(
        "div",
        tag("h3", name(summary, "tracks", track), f": {counted(signed, 'text')}", class_="chart-title")
        if titled
        else None,
        _worth(summary, track),
        _key(summary, short, marks=track == dossier["tracks"][0]),
        tag("div", [_issue(dossier, track, issue, short) for issue in issues], class_="terms one" if one else "terms"),
        class_=f"terms-block {summary['labels']['kinds'][track]}",
        style=f"--parties: {len(parties)}",
    )


def _order(dossier: Dossier, track: str) -> list[str]:
    """Return the issues of a track, those most refused over first."""
    weight: dict[str, float] = {}
    for refusal in dossier["summary"]["refusals"][track].values():
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + part * (refusal["share"] or 0.0)
    return sorted(dossier["positions"][track], key=lambda issue: -weight.get(issue, 0.0))


def _worth(summary: Summary, track: str) -> Html | None:
    """Return what the signed text is worth to each party, of its own ideal, with the interval."""
    utility = summary["terms"][track]["utility"]
    order = sorted((p for p in utility if known(utility[p]["mean"])), key=lambda party: -utility[party]["mean"])
    if not order:
        return None
    items = []
    for party in order:
        mean, low, high = (utility[party][key] for key in ("mean", "low", "high"))
        error = f" ± {max(round(50 * (high - low)), 1)}" if known(low) and known(high) else ""
        items.append(tag("span", f"{party_name(summary, party)} ", tag("b", f"{100 * mean:.0f}"), error, class_="item"))
    return tag("p", tag("b", "Worth of what is signed, of the party’s own ideal of 100: "), items, class_="worths")


def _key(summary: Summary, short: dict[str, str], *, marks: bool) -> Html:
    """Return what letters stand for, and marks where that is not said yet."""
    names = [tag("span", f"{letters}: {party_name(summary, party)}", class_="item") for party, letters in short.items()]
    said = [
        tag("span", _circle(1.0), " its ideal", class_="item"),
        tag("span", _circle(0.6), _circle(0.2), _circle(0.0), " worth more, less, nothing to it", class_="item"),
        tag("span", tag("i", class_="cross"), " its red line at the start", class_="item"),
    ]
    return tag("p", said if marks else None, names, class_="key")


def _issue(dossier: Dossier, track: str, issue: str, short: dict[str, str]) -> Html:
    summary = dossier["summary"]
    title = tag("caption", name(summary, "issues", issue))
    heads = [
        tag("td"),
        tag("th", "of 100 texts", scope="col", colspan=2)
        if summary["terms"][track]["signed"]
        else tag("td", colspan=2),
        [tag("th", letters, scope="col") for letters in short.values()],
    ]
    options = dossier["positions"][track][issue]
    chosen = summary["terms"][track]["issues"].get(issue, {})
    rows = [_option(summary, issue, option, options[option], chosen.get(option), list(short)) for option in options]
    return tag("table", title, tag("thead", tag("tr", heads)), tag("tbody", rows), class_="issue")


def _option(
    summary: Summary, issue: str, option: str, worth: dict[str, Any], share: dict[str, Any] | None, parties: list[str]
) -> Html:
    p = share["p"] if share else None
    kind = "usual" if p is not None and p >= _USUAL else "never" if p is not None and not p else None
    bar = (
        tag("span", tag("span", style=f"width: {100 * p:.1f}%"), class_="bar", aria_hidden="true")
        if p is not None
        else None
    )
    cells = [tag("td", _glyph(worth[party]) if party in worth else None) for party in parties]
    return tag(
        "tr",
        tag("th", option_name(summary, issue, option), scope="row"),
        tag("td", bar),
        tag("td", of_100(p) if p is not None else None),
        cells,
        class_=kind,
    )


def _glyph(worth: dict[str, Any]) -> Html:
    if worth["red_line"]:
        return joined(tag("i", class_="cross"), tag("span", "red line", class_="unseen"))
    if worth["worth"] is None:
        return tag("span", "no view", class_="unseen")
    said = "its ideal" if worth["worth"] >= 1 else of_100(worth["worth"])
    return joined(_circle(worth["worth"]), tag("span", said, class_="unseen"))


def _circle(worth: float) -> Html:
    """Return a circle whose area is a value; the ideal is black, nothing a dot."""
    if worth >= 1:
        return tag("i", class_="worth ideal")
    if worth < 0.02:
        return tag("i", class_="worth nothing")
    return tag("i", class_=f"worth w{max(round(_SIZES * worth**0.5), 2)}")
