"""Whether it holds, what it costs, and what others say of the same questions."""

from __future__ import annotations

from typing import Any

from negosim.report.html.markup import Html, chart, joined, numbers, table, tag
from negosim.report.html.phrases import (
    Dossier,
    month_year,
    of_100,
    outcome,
    range_of_100,
    share_of_100,
    state_mark,
    upper_first,
)
from negosim.report.paths import amount
from negosim.report.writing import clean, listed, long_date, name

FEWEST = 30
"""Cases below which no share of agreements that held is drawn."""

_SPANS = {"30 days": "a month", "90 days": "three months", "1 year": "a year"}


def section(dossier: Dossier) -> Html | None:
    """Return the section; nothing where none of its parts has anything to say."""
    parts = [part for part in (_held(dossier), _tolls(dossier), _benchmarks(dossier)) if part]
    if not parts:
        return None
    published = any(row["published"] for row in benchmarks(dossier))
    named = {
        "whether it holds": held(dossier),
        "what it costs": tolls(dossier),
        "what others say" if published else "what was asked": benchmarks(dossier),
    }
    words = [said for said, found in named.items() if found]
    heading = ", ".join(words)
    return tag(
        "section",
        tag("h2", heading[:1].upper() + heading[1:]),
        tag("div", [tag("div", part) for part in parts], class_="panels thirds"),
        id="costs",
    )


# Whether it holds


def held(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the data of the chart of how many agreements held, those too few to tell among them."""
    spans = dossier["summary"]["held"].get(dossier["main"], {})
    if not any(share["n"] for share in spans.values()):
        return []
    return [
        {
            "words": _SPANS.get(span, span),
            "number": of_100(share["p"]) if share["n"] >= FEWEST else "",
            "few": "" if share["n"] >= FEWEST else f"too few to tell ({share['n']})",
            **{key: share[key] for key in ("p", "low", "high")},
        }
        for span, share in spans.items()
    ]


def _held(dossier: Dossier) -> Html | None:
    rows = held(dossier)
    if not rows:
        return None
    spans = dossier["summary"]["held"][dossier["main"]]
    noun = outcome(dossier["summary"], dossier["main"])
    said = [f"{row['words']}: {row['number'] or row['few']}" for row in rows]
    bodies = [
        [row["words"], share_of_100(share), f"{share['n']:,}"] for row, share in zip(rows, spans.values(), strict=True)
    ]
    old = listed([f"{share['n']:,}" for share in spans.values()])
    return joined(
        tag("h3", f"{upper_first(noun)}: of 100, how many held", class_="chart-title"),
        chart("held", f"Held for {listed(said)}."),
        tag("p", f"Old enough to tell: {old}. Thin line: 95 % Monte-Carlo interval.", class_="note"),
        numbers(table(["For", "Of 100 (95 % interval)", "Old enough to tell"], bodies, caption="How many held")),
    )


# What it costs


def tolls(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the data of the chart of tolls."""
    summary = dossier["summary"]
    return [
        {
            "words": _with_unit(name(summary, "tolls", toll), clean(value["unit"] or "")),
            "unit": clean(value["unit"] or ""),
            **{key: value[key] for key in ("p05", "p50", "p95")},
            "texts": [amount(value[key]) for key in ("p05", "p50", "p95")],
        }
        for toll, value in summary["tolls"].items()
        if value["p95"]
    ]


def _with_unit(title: str, unit: str) -> str:
    return title if unit.casefold() in title.casefold() else f"{title}, {unit}"


def _tolls(dossier: Dossier) -> Html | None:
    rows = tolls(dossier)
    if not rows:
        return None
    horizon = month_year(dossier["summary"]["scenario"]["horizon"])
    said = [f"{row['words']}: median {row['texts'][1]}" for row in rows]
    bodies = [[row["words"], *row["texts"]] for row in rows]
    heads = ["Toll", "5 % of histories below", "Median", "95 % below"]
    return joined(
        tag("h3", f"What the fighting costs to {horizon}", class_="chart-title"),
        chart("tolls", f"{listed(said)}."),
        tag("p", "Dot: median. Bar: nine in ten histories.", class_="note"),
        numbers(table(heads, bodies, caption="Tolls of the fighting")),
    )


# What others say


def benchmarks(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the data of the chart of questions beside what is published of them."""
    summary = dossier["summary"]
    return [
        {
            "words": clean(question["title"]),
            "mark": state_mark(summary, question["reach"]),
            "p": question["p"],
            "number": of_100(question["p"]),
            "range": dossier["ranges"]["questions"].get(key),
            "published": [item["p"] for item in question["benchmarks"]],
        }
        for key, question in sorted(summary["questions"].items(), key=lambda item: item[1]["by"])
    ]


def _benchmarks(dossier: Dossier) -> Html | None:
    rows, summary = benchmarks(dossier), dossier["summary"]
    if not rows:
        return None
    some = any(row["published"] for row in rows)
    said = [f"{row['words']}: {row['number']}" for row in rows]
    heads = ["Question", "Of 100 (95 % interval)", "Over the inputs", "Published", "By whom"]
    bodies = []
    for key, question in sorted(summary["questions"].items(), key=lambda item: item[1]["by"]):
        share = share_of_100(question)
        ends = range_of_100(dossier["ranges"]["questions"].get(key))
        items = question["benchmarks"] or [None]
        bodies += [[clean(question["title"]), share, ends, *_published(dossier, item)] for item in items]
    note = "Bar: over the inputs." + (" Ring: published of the same question." if some else "")
    return joined(
        tag("h3", "Questions beside published numbers, of 100" if some else "Questions, of 100", class_="chart-title"),
        chart("benchmarks", f"{listed(said)}."),
        tag("p", note, class_="note"),
        numbers(table(heads, bodies, caption="Questions and what is published of them")),
    )


def _published(dossier: Dossier, item: dict[str, Any] | None) -> tuple[str, str]:
    if item is None:
        return "–", ""
    source = name(dossier["summary"], "sources", item["source"]) if item["source"] else "source not stated"
    on = f", {long_date(item['on'])}" if item["on"] else ""
    note = f" ({clean(item['note'])})" if item["note"] else ""
    return of_100(item["p"]), f"{source}{on}{note}"
