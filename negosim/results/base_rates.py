"""Base rates: how soon wars of a given age have ended, whatever a scenario says.

The counts are past wars, computed from public data sets and copied by hand into ``base_rates.json``. Nothing that is
simulated reads them. Their intervals say how few wars there were, which is another thing than Monte-Carlo error:

- of wars that had lasted so long, those that ended within the next twelve months, with a Wilson interval;
- the pace at which wars of that age end, as a probability for a year, 1 - exp(-endings / years of war), with the
  Jeffreys interval of a Poisson rate (Brown, Cai & DasGupta 2003). In their first year wars end at a pace that falls
  from month to month, so that none is given.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from negosim.engine.plan import Plan
from negosim.engine.record.states import FIGHTING
from negosim.results.intervals import wilson
from negosim.results.tally import Tally
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.schema.document import ScenarioFile

_DATA = Path(__file__).with_name("base_rates.json")
_A_YEAR = dt.timedelta(days=365)
_LONG_WAR = 1.0
"""Years from which the ways in which longer wars ended are shown."""

NO_DATE, TOO_OLD = "no date", "too old"
"""Why there is no rate: the file does not say when the war began, or no war of the data lasted so long."""


@cache
def base_rates() -> dict[str, Any]:
    """Return the tables of past wars: ``sources``, ``survivors``, ``ending``, ``how``."""
    found: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return found


def base_rate(file: ScenarioFile, plan: Plan, tally: Tally) -> dict[str, Any] | None:
    """Return what wars of the age of a scenario's war did, and what its own histories do in a year.

    Returns
    -------
    None without a war. Else ``began``; ``age_years`` at ``as_of``; ``missing``, why there is no rate, or None;
    ``rates``, one for each table; ``among_them``, whether this war is itself one of those counted; ``how`` such wars
    ended; ``simulated``, the share of histories in which nobody fights a year after ``as_of``, None where the horizon
    is nearer.
    """
    if file.war is None:
        return None
    age = (file.as_of - file.war.began).days / DAYS_PER_YEAR if file.war.began else None
    rates = [] if age is None else rates_at(age)
    return {
        "began": file.war.began.isoformat() if file.war.began else None,
        "age_years": None if age is None else round(age, 2),
        "missing": None if rates else NO_DATE if age is None else TOO_OLD,
        "rates": rates,
        "among_them": bool(rates) and _is_among(file.war.began),
        "how": _how(age) if rates and age is not None else {},
        "simulated": _at_peace(file, plan, tally),
    }


def rates_at(age: float) -> list[dict[str, Any]]:
    """Return the rates of wars of an age in years, each with its interval, its count and its source; none if too old.

    >>> [(rate["table"], rate["p"], rate["n"]) for rate in rates_at(3.8)]
    [('survivors', 0.25, 4), ('pace', 0.23, 5), ('pace', 0.262, 5)]
    >>> [(rate["table"], rate["p"], rate["n"]) for rate in rates_at(0.1)]
    [('survivors', 0.737, 38)]
    >>> rates_at(25.0)
    []
    """
    tables = base_rates()
    paces = [row for row in tables["ending"] if row["from_years"] <= age < row["to_years"]]
    if age >= max(row["to_years"] for row in tables["ending"]):
        return []
    lasted = [row for row in tables["survivors"] if row["lasted_years"] <= age][-1]
    first = _rate("survivors", lasted, lasted["wars"], lasted["lasted_years"], None, None)
    return [
        first,
        *(_rate("pace", row, row["endings"], row["from_years"], row["to_years"], row["war_years"]) for row in paces),
    ]


def _rate(
    table: str, row: dict[str, Any], n: int, least: float, most: float | None, years: float | None
) -> dict[str, Any]:
    """Return a rate as the answer has it: ``n`` counts wars, or endings where the table is that of the pace."""
    source = base_rates()["sources"][row["source"]]
    return {
        "table": table,
        "p": row["p"],
        "low": row["low"],
        "high": row["high"],
        "n": n,
        "war_years": years,
        "from_years": least,
        "to_years": most,
        "wars": source["what"],
        "source": source["title"],
    }


def _is_among(began: dt.date | None) -> bool:
    source = base_rates()["sources"]["cow"]
    return began is not None and bool(source["first"] <= began.year <= source["last"])


def _how(age: float) -> dict[str, Any]:
    """Return how past wars ended, those of more than a year where the war is as old."""
    rows = [row for row in base_rates()["how"] if row["over_a_year"] == (age >= _LONG_WAR)]
    return {row["how"]: {key: row[key] for key in ("p", "low", "high", "n")} for row in rows}


def _at_peace(file: ScenarioFile, plan: Plan, tally: Tally) -> dict[str, Any] | None:
    date = file.as_of + _A_YEAR
    if date > file.end:
        return None
    fighting = int(tally.occupancy[plan.ticks.up_to(date), FIGHTING])
    return {**wilson(tally.trials - fighting, tally.trials)}
