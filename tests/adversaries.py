"""Scenario files that a stranger might send to cost a reader time: as large as the limits allow, or larger."""

from __future__ import annotations

import json
from typing import Any

Data = dict[str, Any]


def plain(parties: int = 3, issues: int = 3, options: int = 5, **others: Any) -> Data:
    """Return a war over some issues in which everybody has a view of everything."""
    names = [f"p{number}" for number in range(parties)]
    return {
        "negosim": 1,
        "title": "An adversary",
        "as_of": "2025-01-01",
        "horizon": "2 years",
        "parties": {name: {"time_preference": 0.1, "war_cost": 0.1} for name in names},
        "issues": {
            f"i{issue}": {
                "status_quo": "o0",
                "options": {f"o{option}": f"Option {option}" for option in range(options)},
                "views": {
                    name: {"salience": 1 + place, "ideal": f"o{place * 3 % options}"}
                    for place, name in enumerate(names)
                },
            }
            for issue in range(issues)
        },
        "war": {"between": ["p0", "p1"], "volatility": 0.3},
        "talks": {"peace": {"kind": "settlement", "signatories": ["p0", "p1"]}},
        **others,
    }


def written(data: Data) -> str:
    """Write a scenario as YAML, in the flow style of JSON, a section a line."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in data.items())


def with_effects(events: int, effects: int, **event: Any) -> Data:
    """Return a scenario with many effects on many numbers."""
    paths = [f"issues.i{issue}.views.p{party}.salience" for issue in range(3) for party in range(3)]
    each = [{"add": paths[place % len(paths)], "by": 0.001} for place in range(effects)]
    timed = {"rate": 1.0, "repeats": True, **event}
    return plain(events={f"e{number}": {**timed, "effects": each} for number in range(events)})


def with_variants(variants: int, settings: int, **sizes: int) -> Data:
    """Return a scenario with many variants, each of which sets numbers of parties."""
    data = plain(**sizes)
    keys = ("war_cost", "fatigue", "distrust", "exposure", "judgement_noise")
    paths = [f"parties.{party}.{key}" for key in keys for party in data["parties"]]
    each = {f"v{one}": {"set": dict.fromkeys(paths[:settings], 0.001 * one)} for one in range(variants)}
    return {**data, "variants": each}


def with_values(parties: int, issues: int, options: int) -> Data:
    """Return a scenario in which every party gives every option a value of its own."""
    data = plain(parties, issues, options)
    for issue in data["issues"].values():
        for place, view in enumerate(issue["views"].values()):
            del view["ideal"]
            view["values"] = {
                option: (number * (place + 1)) % 11 / 10 for number, option in enumerate(issue["options"])
            }
    return data


def with_linkages(linkages: int, issues: int, options: int, wide: int, parties: int = 3) -> Data:
    """Return a scenario in which linkages tie many issues together."""
    data = plain(parties, issues, options)
    data["linkages"] = [
        {
            "when": {f"i{(one + step) % issues}": f"o{(one * 7 + step) % options}" for step in range(wide)},
            "adds": dict.fromkeys(data["parties"], -0.01),
        }
        for one in range(linkages)
    ]
    return data


def with_never(combinations: int, issues: int, options: int, wide: int) -> Data:
    """Return a scenario that forbids many combinations."""
    data = plain(3, issues, options)
    data["never"] = [
        {f"i{(one + step) % issues}": f"o{1 + (one * 7 + step) % (options - 1)}" for step in range(wide)}
        for one in range(combinations)
    ]
    return data
