"""Summaries for the tests of the report: a war, an impasse, nothing at all, a single history."""

from __future__ import annotations

import math
from typing import Any

HORIZON = "2027-12-24"
NOTHING = {"p": None, "low": None, "high": None}


def wilson(hits: int, trials: int) -> dict[str, Any]:
    """The interval as the results give it, written down once more."""
    if not trials:
        return dict(NOTHING)
    p, z = hits / trials, 1.959963984540054
    centre, half = p + z * z / (2 * trials), z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    bound = 1 + z * z / trials
    return {
        "p": p,
        "low": 0.0 if hits == 0 else max((centre - half) / bound, 0.0),
        "high": 1.0 if hits == trials else min((centre + half) / bound, 1.0),
    }


def reached(trials: int, last: int, median: str | None = None, horizon: str = HORIZON) -> dict[str, Any]:
    dates = ["2025-12-31", "2026-03-31", "2026-06-30", "2026-12-31", horizon]
    return {
        "by": {date: wilson(last * place // 4, trials) for place, date in enumerate(dates)},
        "median_date": median,
    }


def interval(mean: float, half: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - half, "high": mean + half}


def empty() -> dict[str, Any]:
    """A scenario in which nothing is modelled but time."""
    return {
        "scenario": {
            "title": "Nothing at all",
            "sha256": "0" * 64,
            "as_of": "2025-12-24",
            "horizon": HORIZON,
            "about": None,
            "variants": {},
        },
        "run": {
            "negosim": "0.1.0",
            "build": {"id": "79f099935769"},
            "command": None,
            "trials": 2000,
            "seed": 7,
            "variant": None,
            "variant_title": None,
            "set": {},
            "seconds": 0.25,
        },
        "possible": ["impasse"],
        "reached": {kind: reached(2000, 0) for kind in ("ceasefire", "settlement", "agreement")},
        "final_state": {"impasse": wilson(2000, 2000), "settlement": wilson(0, 2000)},
        "held": {},
        "terms": {},
        "refusals": {},
        "tolls": {},
        "questions": {},
        "occupancy": {"dates": [], "states": {}},
        "labels": {"parties": {}, "issues": {}, "options": {}, "tracks": {}, "tolls": {}, "sources": {}},
        "notes": [],
    }


def at_war() -> dict[str, Any]:
    """A war with a settlement and a ceasefire track."""
    summary = empty()
    summary["scenario"] |= {"title": "Two sides, one border", "sha256": "3f2a91c0d4e5" + "0" * 52}
    summary["run"] |= {"variant": "no_pressure", "set": {"talks.armistice.pressure.south": 0.05}}
    summary["scenario"]["about"] = "A war over one border."
    summary["scenario"]["variants"] = {"no_pressure": "Nobody presses", "worn": None}
    summary["run"] |= {"variant_title": "Nobody presses"}
    summary["possible"] = ["agreement", "ceasefire", "faded", "settlement", "victory", "victory:north", "victory:south",
                           "war"]  # fmt: skip
    summary["reached"] = {
        "ceasefire": reached(2000, 1240, "2026-05-04"),
        "settlement": reached(2000, 240),
        "agreement": reached(2000, 1300, "2026-05-02"),
        "victory": reached(2000, 62),
        "victory:north": reached(2000, 62),
        "victory:south": reached(2000, 0),
        "faded": reached(2000, 24),
    }
    summary["final_state"] = {
        "war": wilson(1160, 2000),
        "ceasefire": wilson(514, 2000),
        "settlement": wilson(240, 2000),
        "victory:north": wilson(62, 2000),
        "victory:south": wilson(0, 2000),
        "faded": wilson(24, 2000),
    }
    spans = ("30 days", "90 days", "1 year")
    summary["held"] = {
        "ceasefire": {
            span: {**wilson(left, 1000), "n": 1000} for span, left in zip(spans, (880, 760, 620), strict=True)
        },
        "settlement": {span: {**wilson(190, 200), "n": 200} for span in spans[:2]} | {"1 year": {**NOTHING, "n": 0}},
    }
    summary["terms"] = {
        "peace": {
            "signed": 240,
            "issues": {
                "border": {"old": wilson(0, 240), "line": wilson(187, 240), "far": wilson(53, 240)},
                "fund": {option: wilson(hits, 240) for option, hits in
                         (("frozen", 1), ("shared", 236), ("returned", 1), ("lent", 2))},
            },
            "utility": {"north": interval(0.72, 0.02), "south": interval(0.41, 0.02), "union": interval(0.9, 0.01)},
        },
        "armistice": {"signed": 0, "issues": {}, "utility": {}},
    }  # fmt: skip
    summary["refusals"] = {
        "peace": {
            "north": {"share": 0.81, "low": 0.79, "high": 0.83, "issues": {"border": 0.7, "fund": 0.3}},
            "south": {"share": 0.34, "low": 0.32, "high": 0.36, "issues": {"fund": 0.98, "border": 0.02}},
            "union": {"share": 0.0, "low": 0.0, "high": 0.0, "issues": {}},
        },
        "armistice": {"north": {"share": None, "low": None, "high": None, "issues": {}}},
    }
    summary["tolls"] = {
        "dead": {**interval(412345.0, 4111.0), "p05": 0.0, "p50": 398765.0, "p95": 6e5, "unit": "killed"},
        "money": {**interval(91.27, 0.6), "p05": 20.1, "p50": 90.2, "p95": 180.0, "unit": "EUR bn"},
    }
    benchmark = {"p": 0.24, "on": "2026-01-02", "source": "market", "note": "thin trading"}
    summary["questions"] = {
        "truce_by_june": {"title": "A truce by June", "reach": "ceasefire", "by": "2026-06-30", "lasting": "30 days",
                          **wilson(620, 2000), "benchmarks": [benchmark]},
        "win": {"title": "win", "reach": "victory:north", "by": HORIZON, "lasting": None, **wilson(62, 2000),
                "benchmarks": [{"p": 0.028, "on": None, "source": None, "note": None}]},
    }  # fmt: skip
    summary["ripeness"] = {
        date: {
            "war": {
                "n": left,
                "both": wilson(left // 5, left),
                "north": wilson(left // 4, left),
                "south": wilson(left, left),
            },
            "ceasefire": {"n": 0, "both": NOTHING, "north": NOTHING, "south": NOTHING},
        }
        for date, left in (("2026-06-30", 1900), ("2026-12-31", 1500), (HORIZON, 0))
    }
    summary["zopa"] = {
        "trials": 256,
        "tracks": {
            "peace": {
                "states": ["war", "ceasefire"],
                "red_lines": True,
                "by": {
                    "2026-06-30": {
                        "n": 250,
                        "respected": {**wilson(10, 250), "high": 0.09, "undecided": 0.02},
                        "ignored": {**wilson(250, 250), "undecided": 0.0},
                    },
                    "2026-12-31": {
                        "n": 0,
                        "respected": {**NOTHING, "undecided": None},
                        "ignored": {**NOTHING, "undecided": None},
                    },
                },
            },
        },
    }
    summary["occupancy"] = {
        "dates": [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in (1, 15)],
        "states": {
            "war": [1 - at / 60 for at in range(24)],
            "ceasefire": [at / 120 for at in range(24)],
            "victory:north": [at / 120 for at in range(24)],
            "settlement": [0.0] * 24,
        },
    }
    summary["labels"] = {
        "variants": {"no_pressure": "Nobody presses", "worn": "worn"},
        "parties": {"north": "North", "south": "South", "union": "The Union"},
        "issues": {"border": "Where the border runs", "fund": "The fund"},
        "options": {"border": {"old": "The pre-war border", "line": "The present line", "far": "The far province"}},
        "tracks": {"peace": "Peace talks", "armistice": "Armistice talks"},
        "tolls": {"dead": "Soldiers killed", "money": "Outside money"},
        "sources": {"market": "A prediction market"},
    }
    summary["notes"] = ["event 'election' lies after the horizon and never happens"]
    return summary


def impasse() -> dict[str, Any]:
    """Talks without fighting, in which every history signs."""
    summary = empty()
    summary["possible"] = ["agreement", "impasse", "settlement"]
    summary["reached"] |= {kind: reached(2000, 2000, "2026-02-03") for kind in ("settlement", "agreement")}
    summary["final_state"] = {"impasse": wilson(0, 2000), "settlement": wilson(2000, 2000)}
    share = {span: {**wilson(1990, 1990), "n": 1990} for span in ("30 days", "1 year")}
    summary["held"] = {"ceasefire": {span: {**NOTHING, "n": 0} for span in share}, "settlement": share}
    utility = {"mill": interval(0.5, 0.01), "union": interval(0.505, 0.01)}
    summary["terms"] = {"wages": {"signed": 2000, "issues": {"pay": {"half": wilson(2000, 2000)}}, "utility": utility}}
    summary["refusals"] = {"wages": {
        "mill": {"share": 0.6, "low": 0.58, "high": 0.62, "issues": {"pay": 1.0}},
        "union": {"share": 0.59, "low": 0.57, "high": 0.61, "issues": {"pay": 1.0}},
    }}  # fmt: skip
    return summary


def single() -> dict[str, Any]:
    """One history, with a truce that lasts to the end."""
    summary = at_war()
    summary["run"] |= {"trials": 1}
    signed = {"signed": 1, "issues": {"border": {"line": wilson(1, 1), "far": wilson(0, 1)}}}
    alone = {"low": None, "high": None}
    summary["terms"] = {
        "peace": {**signed, "utility": {"north": {"mean": 0.7, **alone}, "south": {"mean": 0.4, **alone}}}
    }
    summary["refusals"] = {"peace": {"north": {"share": 0.9, **alone, "issues": {"border": 1.0}}}}
    summary["reached"] = {kind: reached(1, 0) for kind in ("settlement", "victory:north", "victory:south", "faded")}
    summary["reached"] |= {kind: reached(1, 1, "2026-05-04") for kind in ("ceasefire", "agreement")}
    summary["final_state"] = {"war": wilson(0, 1), "ceasefire": wilson(1, 1)}
    summary["held"] = {"ceasefire": {"30 days": {**wilson(1, 1), "n": 1}}}
    summary["tolls"] = {"dead": {"mean": 12.0, **alone, "p05": 12.0, "p50": 12.0, "p95": 12.0, "unit": "killed"}}
    summary["questions"] = {}
    return summary
