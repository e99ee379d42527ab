"""The report of base rates: what wars of this age did, beside what the histories do."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import BLANK, Section, add, table
from negosim.report.writing import Summary, aligned, clean, listed, long_date, share_text

_MISSING = {
    "no date": "None: the file does not say when the war began (war.began).",
    "too old": "None: no war of the data had lasted as long as this one.",
}
_HOW = {
    "stalemate": "a stalemate or armistice",
    "victory": "a victory",
    "transformed": "another war",
    "compromise": "a compromise",
}


def base_rate(summary: Summary) -> Section:
    """Return what wars of this age did within a year; nothing without a war."""
    found = summary.get("base_rate")
    if not found:
        return Section("", "", [])
    if found["missing"]:
        return Section("Base rate", "How soon wars of this age ended.", [Text(_MISSING[found["missing"]])])
    rates = found["rates"]
    shown = [share_text(rate) for rate in rates]
    simulated = found["simulated"]
    cells = aligned([*shown, *([share_text(simulated)] if simulated else [])], " %")
    grid = table("", "", "", fixed=(0, 1))
    for rate, cell in zip(rates, cells, strict=False):
        add(grid, "past wars", cell, _counted(rate))
    if simulated:
        add(grid, "simulated", cells[-1], "no fighting a year on, ceasefires included")
    caption = (
        f"The war began on {long_date(found['began'])} and is {_years(found['age_years'])} old. So many wars of its "
        "age ended within a year, by any means; the intervals say how few there were. Nothing simulated reads them."
        f"{' This war is itself one of them.' * found['among_them']}"
    )
    body: list[Table | Text] = [grid, BLANK, Text(_endings(found))]
    return Section("Base rate", caption, body)


def _counted(rate: dict[str, Any]) -> str:
    """Say what a rate was counted in."""
    source = clean(rate["source"])
    if rate["table"] == "survivors":
        least = f"that had lasted {_years(rate['from_years'])}" if rate["from_years"] else "from the outbreak on"
        return f"{rate['n']} {clean(rate['wars'])} {least} ({source})"
    in_years = f" in {rate['war_years']:g} years of war" if rate["war_years"] else ""
    endings = f"{rate['n']} ending{'s' * (rate['n'] != 1)}"
    ages = f"from {rate['from_years']:g} to {_years(rate['to_years'])} old"
    return f"a year at the pace of wars {ages}: {endings}{in_years} ({source})"


def _years(years: float) -> str:
    return "1 year" if years == 1 else f"{years:.3g} years"


def _endings(found: Summary) -> str:
    """Say how such wars ended: not every end is a deal."""
    how = found["how"]
    n = next(iter(how.values()))["n"]
    parts = [f"{_HOW[name]} {share_text(share)}" for name, share in how.items()]
    over = " over a year long" if found["age_years"] >= 1 else ""
    return f"Not every end is a deal. Of {n} such wars{over} ended in {listed(parts)}."
