"""Base rates: what wars of an age did, in the answer of a run and in its report."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import Any

import pytest
from rich.console import Console
from scipy import stats

from negosim.report.base_rate import base_rate as section
from negosim.report.prose import show_section
from negosim.results.base_rates import NO_DATE, TOO_OLD, base_rates, rates_at
from negosim.results.intervals import wilson
from negosim.results.summary import Run, summarised
from negosim.scenario.problems import ScenarioError
from tests.worlds import BORDER, changed, load, pie, play


def answer(data: dict[str, Any]) -> dict[str, Any]:
    scenario = load(data)
    plan, history = play(data, 200)
    return summarised(scenario, plan, history, Run(200, 1, 0.0))


def printed(summary: dict[str, Any]) -> str:
    stream = io.StringIO()
    found = section(summary)
    if found.body:
        show_section(Console(file=stream, width=80, force_jupyter=False), found)
    return stream.getvalue()


def test_the_intervals_are_those_of_the_counts() -> None:
    tables = base_rates()
    for row in tables["survivors"]:
        found = wilson(round(row["p"] * row["wars"]), row["wars"])
        assert [found[key] for key in ("p", "low", "high")] == pytest.approx(
            [row["p"], row["low"], row["high"]], abs=2e-3
        )
    for row in tables["how"]:
        found = wilson(round(row["p"] * row["n"]), row["n"])
        assert [found[key] for key in ("p", "low", "high")] == pytest.approx(
            [row["p"], row["low"], row["high"]], abs=2e-3
        )
    for row in tables["ending"]:
        years = row["war_years"] or -row["endings"] / math.log(1 - row["p"])
        law = stats.gamma(row["endings"] + 0.5)
        ends = [1 - math.exp(-float(law.ppf(at)) / years) for at in (0.025, 0.975)]
        assert [1 - math.exp(-row["endings"] / years), *ends] == pytest.approx(
            [row["p"], row["low"], row["high"]], abs=2e-3
        )


def test_every_age_has_the_table_of_its_age() -> None:
    assert [rate["n"] for rate in rates_at(0.0)] == [38]
    assert [rate["from_years"] for rate in rates_at(1.0)] == [1, 1, 1]
    assert [rate["from_years"] for rate in rates_at(1.99)] == [1, 1, 1]
    assert [rate["from_years"] for rate in rates_at(2.0)] == [2, 2, 2]
    assert [rate["from_years"] for rate in rates_at(19.9)] == [3, 2, 2]
    assert rates_at(20.0) == []
    assert all(rate["source"] and rate["low"] <= rate["p"] <= rate["high"] for rate in rates_at(4.0))


def test_a_war_that_says_when_it_began() -> None:
    as_of = load(BORDER).file.as_of
    data = changed(BORDER, {"war.began": str(as_of - dt.timedelta(days=1401))})
    summary = answer(data)
    found = summary["base_rate"]
    assert found["age_years"] == pytest.approx(1401 / 365.25, abs=0.01)
    assert found["missing"] is None and not found["among_them"]
    assert [rate["n"] for rate in found["rates"]] == [4, 5, 5]
    assert sum(share["p"] for share in found["how"].values()) == pytest.approx(1)
    dates, states = summary["occupancy"]["dates"], summary["occupancy"]["states"]
    last = max(at for at, date in enumerate(dates) if date <= str(as_of + dt.timedelta(days=365)))
    assert found["simulated"]["p"] == pytest.approx(1 - states["war"][last])
    text = " ".join(printed(summary).split())
    assert "is 3.84 years old" in text
    assert "25 % (5 to 70)" in text and "23 % (10 to 44)" in text
    assert "5 endings in 19.1 years of war" in text
    assert "Not every end is a deal" in text
    assert "itself one of them" not in text


@pytest.mark.parametrize(("began", "missing"), [(None, NO_DATE), ("1950-01-01", TOO_OLD)])
def test_where_there_is_no_rate_it_says_so(began: str | None, missing: str) -> None:
    data = changed(BORDER, {"war.began": began}) if began else BORDER
    summary = answer(data)
    assert summary["base_rate"]["missing"] == missing
    assert summary["base_rate"]["rates"] == [] and summary["base_rate"]["how"] == {}
    assert "None: " in printed(summary)


def test_an_impasse_has_none() -> None:
    summary = answer(pie(options=11))
    assert summary["base_rate"] is None
    assert printed(summary) == ""


def test_a_war_cannot_begin_after_as_of() -> None:
    with pytest.raises(ScenarioError, match="after as_of"):
        load(changed(BORDER, {"war.began": "2100-01-01"}))
