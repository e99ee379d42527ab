"""Reports that several tests look at: an ordinary one, and one whose labels try to break out of the page."""

from __future__ import annotations

from functools import cache
from typing import Any

from negosim.api import run
from negosim.report.html.page import page
from tests.worlds import BORDER, changed, load, pie

HOSTILE = "</script><img src=x onerror=\"fetch('//evil.example')\">'&amp; {{7*7}} `${1}`"
"""A label that would do harm wherever it is not escaped."""

TRIALS = 400

LEVERS = ("cost", "other")
"""Those that the report ``levers`` moves."""


def border() -> dict[str, Any]:
    """Return a war with two tracks, uncertain inputs, variants, sources, a question and a dated event."""
    return changed(
        BORDER,
        {
            "sources": {"survey": {"title": "A survey", "url": "https://example.org/survey", "date": "2024-12-01"}},
            "parties.north.war_cost": {"uniform": [0.05, 0.4], "source": "survey", "note": "high or low"},
            "parties.south.patience": {"lognormal": {"median": "12 months", "spread": 3}, "source": "judgement"},
            "issues.border.views.south.red_lines": {"far": "12 months"},
            "events": {"vote": {"title": "A vote in the North", "on": "2025-11-04", "effects": [
                {"add": "parties.north.war_cost", "by": 0.02}]}},
            "levers": {
                "cost": {"title": "What the war costs North", "path": "parties.north.war_cost", "range": [0.05, 0.4]},
                "patience": {"title": "How patient South is", "path": "parties.south.patience",
                             "range": ["6 months", "30 months"]},
            },
            "texts": {
                "draft": {"title": "The draft", "source": "survey", "options": {"border": "far", "guard": "watch"}},
                "other": {"title": "The other draft", "options": {
                    "border": "line", "guard": "troops", "fund": "shared"}},
            },
            "variants": {"costly": {"title": "A war that costs both more", "set": {
                "parties.north.war_cost": 0.6, "parties.south.war_cost": 0.6}}},
            "questions": {"truce": {"title": "A truce within a year", "reach": "ceasefire", "by": "2025-12-31",
                                    "benchmarks": [{"p": 0.9, "on": "2025-01-02", "source": "survey"}]}},
        },
    )  # fmt: skip


def movable() -> dict[str, Any]:
    """Return the same with moods, which make curves smooth, and two switches, one of which holds a lever."""
    return changed(
        border(),
        {
            **{f"parties.{side}.judgement_noise": 0.3 for side in ("north", "south")},
            "levers.other": {
                "title": "What the war costs South",
                "path": "parties.south.war_cost",
                "range": [0.05, 0.4],
            },
            "variants": {
                "dear": {"title": "A war that costs South more", "set": {"parties.south.war_cost": 0.5}},
                "trusting": {"title": "Less distrust", "set": {"parties.north.distrust": 0.2}},
            },
        },
    )


def hostile() -> dict[str, Any]:
    """Return the same with every label a piece of markup."""
    data = border()
    data["title"] = HOSTILE
    data["summary"] = f"{HOSTILE}\n\nLeft out: {HOSTILE}"
    for name, party in data["parties"].items():
        party["name"] = party["short"] = f"{name[0]}{HOSTILE}"
    for name, issue in {**data["issues"], **data["chips"]}.items():
        issue["title"] = f"{name}{HOSTILE}"
        issue["options"] = {
            option: {**(value if isinstance(value, dict) else {}), "title": f"{option}{HOSTILE}"}
            for option, value in issue["options"].items()
        }
    for name in ("talks", "events", "variants", "questions", "texts"):
        for thing in data[name].values():
            thing["title"] = HOSTILE
    data["sources"]["survey"] |= {"title": HOSTILE, "url": "javascript:alert(1)"}
    data["war"]["tolls"]["dead"] |= {"title": HOSTILE, "unit": HOSTILE}
    data["parties"]["north"]["war_cost"]["note"] = HOSTILE
    return data


@cache
def dossier(which: str) -> dict[str, Any]:
    """Return the dossier of a scenario: ``border``, ``hostile``, ``pie``, ``nothing`` (no deal) or ``levers``."""
    data: dict[str, Any] = {
        "border": border,
        "levers": movable,
        "hostile": hostile,
        "pie": lambda: pie(options=11),
        "nothing": lambda: pie(no_deal=(0.5, 0.5), options=11, exclude={"pie": [f"o{at:03d}" for at in range(11)][:5]}),
    }[which]()
    result = run(load(data), trials=TRIALS, command="negosim report war.yaml -o report.html")
    return result.dossier(levers=LEVERS if which == "levers" else ())


@cache
def html(which: str) -> str:
    """Return the report of a scenario; see `dossier`."""
    return page(dossier(which))
