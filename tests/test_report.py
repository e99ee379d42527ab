"""The report: the words that matter, at both widths, in a plain pipe, on every edge."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from negosim.report import in_short
from negosim.report.chart import bars, fills
from negosim.report.tables import sensible_dates
from negosim.report.writing import clean
from tests.printing import flat, printed
from tests.summaries import HORIZON, NOTHING, at_war, empty, impasse, interval, single, wilson

WIDTHS = (80, 120)


NUMBER = r"\d[\d.]*"


SHARE = re.compile(
    rf"{NUMBER} %( of them| of the rounds that end unsigned)?,? ?\(? ?"
    rf"(INTERVAL|{NUMBER} to {NUMBER}|no interval)"
)


EDGES = {"at_war": at_war, "impasse": impasse, "empty": empty, "single": single}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("width", [40, *WIDTHS])
def test_every_edge_prints_within_the_width_and_without_colour(edge: str, width: int) -> None:
    text = printed(EDGES[edge](), width)
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))
    if width in WIDTHS:
        assert max(map(cell_len, text.split("\n"))) <= width
    assert "\n\n\n" not in text
    assert "None" not in text and "nan" not in text
    assert "probability of peace" not in text.lower()
    assert "simulated histor" in text


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_words_stand_first_and_in_full(edge: str, width: int) -> None:
    summary = EDGES[edge]()
    text = flat(printed(summary, width))
    assert f"In short {' '.join(f'- {lines}' for lines in in_short(summary))}" in text


@pytest.mark.parametrize("edge", EDGES)
def test_no_share_without_its_interval(edge: str) -> None:
    lines = printed(EDGES[edge]()).split("\n")
    kept = [line for line in lines if not re.search(r"published|0 % +25 %|stands for", line)]  # forecasts, chart
    text = re.sub(r"95 % interval|5 % to 95 %|under 1 % each", "", flat(" ".join(kept)))
    shares = re.findall(rf"({NUMBER} %.{{0,60}})", re.sub(rf"{NUMBER} to {NUMBER} %", "INTERVAL", text))
    bare = [found for found in shares if not SHARE.match(found)]
    assert bare == []


def test_the_tables_of_a_war() -> None:
    text = printed(at_war())
    rows = [flat(line) for line in text.split("\n")]
    assert "Variant: Nobody presses" in rows
    assert rows.index("A war over one border.") < rows.index("In short") < rows.index("Questions")
    assert rows.index("Questions") < rows.index("Outcomes by date")
    assert "Changed: Armistice talks: pressure on South = 0.05" in rows
    assert "2027-12-24 62 % (60 to 64) 12 % (11 to 13) 65 % (63 to 67)" in rows
    assert "2027-12-24 3.1 % (2.4 to 4.0) 0 % (0 to 0.2) 1.2 % (0.8 to 1.8)" in rows
    assert "the war goes on 58 % (56 to 60)" in rows
    assert "ceasefire 30 days 88 % (86 to 90) 1,000" in rows
    assert "1 year not known 0" in rows
    assert "Peace talks: signed in 240 histories" in rows
    assert "Armistice talks: nothing signed" in rows
    assert rows.index("The present line 78 % (72 to 83)") < rows.index("The far province 22 % (17 to 28)")
    assert "The pre-war border 0 % (0 to 1.6)" in rows
    assert "other (3 options) under 1 % each" in rows
    assert "North 0.72 (0.70 to 0.74) ##############......" in rows
    assert "Where the border runs ##############" in rows
    assert "Where the border runs under one #" in rows
    assert any(row.startswith("Soldiers killed 412,000 (408,000 to 416,000) 399,000 0 to 600,000") for row in rows)
    assert any(row.startswith("Outside money, EUR bn 91.3 (90.7 to 91.9) 90.2 20.1 to 180.0") for row in rows)
    assert "simulated 31 % (29 to 33) ceasefire by 30 June 2026, then lasting 30 days" in rows
    assert "published 24 % A prediction market, on 2 January 2026; thin trading" in flat(text)
    assert "published 2.8 % source not named, undated" in rows
    assert "- event 'election' lies after the horizon and never happens" in rows
    last = "Scenario 3f2a91c0d4e5, 2,000 trials, seed 7, negosim 0.1.0 (build 79f099935769), 0.2 seconds"
    assert last in flat(text)


def test_wide_enough_all_outcomes_share_a_table() -> None:
    row = "62 % (60 to 64) 12 % (11 to 13) 65 % (63 to 67) 3.1 % (2.4 to 4.0) 0 % (0 to 0.2)"
    assert row not in flat(printed(at_war(), 100))
    assert row in flat(printed(at_war(), 130))


def test_the_chart_tells_states_apart_without_colour() -> None:
    text = printed(at_war())
    assert "# the war goes on" in text and "= a ceasefire is in force" in text and "N the war is won by North" in text
    last = next(line for line in text.split("\n") if line.strip().startswith("2026-12-15"))
    assert re.fullmatch(r"  2026-12-15  #+=+N+", last)
    assert "a settlement is in force" not in text[text.index("# the war goes on") : text.index("Whether it held")]


def test_colour_only_on_a_terminal() -> None:
    assert "\x1b[" in printed(at_war(), terminal=True)
    plain = re.sub(r"\x1b\[[\d;]*m", "", printed(at_war(), terminal=True))
    assert plain == printed(at_war())


def test_an_old_terminal_gets_plain_rules() -> None:
    printed(at_war(), encoding="ascii").encode("ascii")


def test_titles_are_text_not_markup() -> None:
    summary = at_war()
    summary["scenario"]["title"] = "[red]Two[/] sides :smile:\n\x1b[31m"
    summary["labels"]["parties"]["north"] = "[/nope]"
    text = printed(summary)
    assert "[red]Two[/] sides :smile: [31m" in text and "[/nope]" in text and "\x1b" not in text


def test_many_dates_are_thinned_to_ends_that_make_sense() -> None:
    dates = [f"{year}-{end}" for year in range(2026, 2031) for end in ("03-31", "06-30", "09-30", "12-31")]
    summary = empty()
    summary["reached"] = {
        "settlement": {"by": dict.fromkeys([*dates, "2031-02-11"], wilson(1, 2)), "median_date": None}
    }
    summary["scenario"]["horizon"] = "2031-02-11"
    shown = sensible_dates(summary)
    assert shown == [date for date in dates if date[5:] in ("06-30", "12-31")] + ["2031-02-11"]
    assert f"{len(shown)} of 21 dates; the JSON output has them all." in flat(printed(summary))


def test_bars_fill_the_width_and_letters_are_unique() -> None:
    states = {"war": [0.25, 1.0], "faded": [0.75, 0.0]}
    first, last = bars({"dates": ["2025-01-01", "2025-01-08"], "states": states}, 40)
    assert first.lengths == {"war": 10, "faded": 30} and last.lengths == {"war": 40, "faded": 0}
    marks = fills(["war", "ceasefire", "settlement", "faded", "victory:north", "victory:narnia", "victory:n"])
    assert len(set(marks.values())) == 7


def test_a_quarter_end_beside_the_horizon_is_left_out() -> None:
    summary = empty()
    dates = ["2025-12-31", "2026-06-30", "2026-12-25", "2026-12-31", "2027-01-01"]
    summary["reached"] = {"settlement": {"by": dict.fromkeys(dates, wilson(1, 2)), "median_date": None}}
    assert sensible_dates(summary) == ["2025-12-31", "2026-06-30", "2026-12-25", "2027-01-01"]
    summary["reached"]["settlement"]["by"].pop("2027-01-01")
    summary["reached"]["settlement"]["by"]["2027-01-08"] = wilson(1, 2)
    assert "2026-12-31" in sensible_dates(summary)


def test_what_cannot_come_is_not_told() -> None:
    summary = at_war()
    summary["possible"] = ["agreement", "ceasefire", "victory", "victory:north", "victory:south", "war"]
    text = printed(summary, 130)
    assert (
        "Settlement" not in text
        and "Ceasefire or" not in text
        and "Fades out" not in text
        and "a settlement is in force" not in text
    )
    assert "a settlement" not in " ".join(in_short(summary))
    assert "Won by North" in text and "Won by South" in text and "Ceasefire" in text
    assert "Settlement" in printed(at_war(), 130) and "Fades out" in printed(at_war(), 130)


def test_tables_without_anything_in_them_are_left_out() -> None:
    summary = at_war()
    summary["held"] = {"ceasefire": {"1 year": {**NOTHING, "n": 0}}}
    for toll in summary["tolls"].values():
        toll |= {"mean": 0.0, "low": 0.0, "high": 0.0, "p05": 0.0, "p50": 0.0, "p95": 0.0}
    text = printed(summary)
    assert "Whether it held" not in text and "Tolls" not in text
    assert "Whether it held" in printed(at_war()) and "Tolls" in printed(at_war())


def test_the_zone_of_a_track_without_red_lines_is_told_once() -> None:
    summary = at_war()
    summary["zopa"]["tracks"]["peace"]["red_lines"] = False
    text = flat(printed(summary))
    assert "There is one in" in text and "Red lines" not in text
    assert "2026-06-30 250 4.0 % (2.2 to 9.0) Tolls" in text


def test_questions_without_forecasts_share_a_table() -> None:
    summary = at_war()
    for question in summary["questions"].values():
        question["benchmarks"] = []
    rows = [flat(line) for line in printed(summary, 120).split("\n")]
    assert "A truce by June 31 % (29 to 33) ceasefire by 30 June 2026, then lasting 30 days" in rows
    assert "published" not in flat(printed(summary))


def test_the_variants_are_named_where_none_is_set() -> None:
    summary = at_war()
    assert "Variants:" not in printed(summary)
    summary["run"] |= {"variant": None, "variant_title": None}
    assert printed(summary).endswith("Variants: no_pressure, worn (negosim run FILE --variant no_pressure)\n")
    assert "Variants:" not in printed(impasse())


def test_no_cell_is_cropped_however_wide_the_shares() -> None:
    summary = at_war()
    for date in ("2026-06-30", "2026-12-31"):
        for key in ("north", "south", "both"):
            summary["ripeness"][date]["war"][key] = {"p": 0.0981, "low": 0.0712, "high": 0.1049}
    for width in WIDTHS:
        text = printed(summary, width)
        told = text[text.index("Ripeness") : text.index("Is there a zone")]
        assert told.count("9.8 % (7.1 to 10.5)") == 6


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda text: "None" not in text)


SHARES = st.integers(1, 3000).flatmap(lambda n: st.integers(0, n).map(lambda hits: wilson(hits, n)))


MEANS = st.floats(0, 1).flatmap(
    lambda mean: st.sampled_from([interval(mean, 0.01), {"mean": mean, "low": None, "high": None}])
)


@st.composite
def summaries(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a valid summary: any title, any share, any of the blocks missing."""
    summary = draw(st.sampled_from([at_war, impasse, empty, single]))()
    summary["run"]["trials"] = draw(st.sampled_from([1, 2, 2000, 10**6]))
    summary["scenario"]["title"] = draw(TEXTS)
    for kind in summary["reached"]:
        summary["reached"][kind] = {
            "by": draw(st.dictionaries(st.dates().map(str), SHARES, min_size=1, max_size=20)) | {HORIZON: draw(SHARES)},
            "median_date": draw(st.none() | st.dates().map(str)),
        }
    summary["final_state"] = {state: draw(SHARES) for state in summary["final_state"]}
    for track in summary["terms"]:
        issues = draw(
            st.dictionaries(st.sampled_from(["border", "fund"]), st.dictionaries(st.sampled_from("abcd"), SHARES))
        )
        utility = draw(st.dictionaries(st.sampled_from(["north", "south", "union"]), MEANS))
        summary["terms"][track] = {"signed": draw(st.integers(0, 3)), "issues": issues, "utility": utility}
        for refusal in summary["refusals"].get(track, {}).values():
            share = draw(SHARES)
            refusal |= {"share": share["p"], "low": share["low"], "high": share["high"]}
    for group, key in (("parties", "north"), ("issues", "border"), ("tracks", "peace"), ("tolls", "dead")):
        summary["labels"][group][key] = draw(TEXTS)
    summary["notes"] = draw(st.lists(TEXTS, max_size=2))
    for block in ("held", "terms", "refusals", "tolls", "questions"):
        if draw(st.booleans()):
            summary[block] = {}
    return summary


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(summaries(), st.sampled_from(WIDTHS))
def test_any_valid_summary_prints(summary: dict[str, Any], width: int) -> None:
    text = printed(summary, width)
    assert "\x1b" not in text
    assert max(map(cell_len, text.split("\n"))) <= width
    assert "None" not in text.replace(clean(str(summary["labels"])), "")


def test_ripeness_and_zones_in_tables() -> None:
    text = flat(printed(at_war()))
    assert "2026-06-30 1,900 25 % (23 to 27) 100 % (99.8 to 100) 20 % (18 to 22)" in text
    assert "Peace talks (histories at war or in a ceasefire)" in text
    assert "2026-06-30 250 4.0 % (2.2 to 9.0) 100 % (98 to 100)" in text
    assert "looked for in the first 256 trials" in text
    assert "neither a text nor a proof" in text
    assert "Ripeness" not in printed(impasse())
