"""The texts on the table in the HTML report: the same numbers as `negosim text`, as charts, tables and words."""

from __future__ import annotations

import copy
import re
from typing import Any

from negosim.experiments.dossier import texts as dossier_texts
from negosim.experiments.text.text import text
from negosim.report.html import texts
from negosim.report.html.phrases import minus, share_of_100
from tests.reports import TRIALS, border, dossier, html
from tests.worlds import changed, load


def answer() -> dict[str, Any]:
    found: dict[str, Any] = text(load(border()), "draft", trials=TRIALS, seed=1).as_dict()
    return found


def test_the_dossier_has_what_the_command_answers() -> None:
    found = dossier("border")["texts"]
    assert found["answers"][0] == answer()
    assert [item["texts"][0]["name"] for item in found["answers"]] == ["draft", "other"]
    assert (found["refused"], found["left"]) == ({}, 0)


def test_more_texts_than_are_put_are_counted_and_one_that_fits_no_talks_is_said() -> None:
    many = {f"t{at}": {"options": {"guard": "watch"}} for at in range(6)}
    found = dossier_texts.texts_of(load(changed(border(), {"texts": many})), 10, 1)
    assert (len(found["answers"]), found["left"]) == (4, 2)
    lone = changed(border(), {"texts": {"t": {"title": "All of it", "options": {"border": "far"}}}})
    lone["talks"].pop("peace")
    refused = dossier_texts.texts_of(load(lone), 10, 1)["refused"]
    assert list(refused) == ["All of it"]
    assert "border" in refused["All of it"]


def test_the_chart_has_the_numbers_of_the_answer() -> None:
    said = answer()["texts"][0]["parties"]
    rows = texts.charts(dossier("border"))[0]["rows"]
    assert [row["name"] for row in rows] == ["north", "south"]
    for row in rows:
        party = said[row["name"]]
        for key in ("no_deal", "value", "settles_for", "asks"):
            assert row[key] == round(party[key]["at_medians"], 4)
        assert row["refuses"] == (party["answer"] == "refuses")
        assert row["verdict"].endswith(
            {"signs": "today", "holds_out": "in time", "refuses": "refuses"}[party["answer"]]
        )


def test_the_tables_have_the_numbers_of_the_answer() -> None:
    section, said = texts.section(dossier("border")), answer()["texts"][0]
    assert section is not None
    for party in said["parties"].values():
        if party["asked"]:
            assert share_of_100(party["signs"]).replace("<", "&lt;") in section
    assert share_of_100(said["all"]["signs"]) in texts.verdict(answer())
    totals = re.findall(r'class="totals">.*?</tr>', section)
    gains = [round(100 * said["parties"][party]["gains"]["total"]["at_medians"]) for party in ("north", "south")]
    shown = [int(number.replace("−", "-")) for number in re.findall(r"<b>([-+−\d]+)</b>", totals[0])]
    assert shown == gains


def test_the_title_names_who_refuses_and_nobody_else() -> None:
    one = [answer()]
    assert texts.title(one) == "“The draft”: refused by south"
    fine = copy.deepcopy(one)
    fine[0]["texts"][0]["parties"]["south"]["answer"] = "holds_out"
    assert texts.title(fine) == "“The draft”: all would sign in time"
    assert texts.title([*one, *fine]) == "Texts on the table"
    assert texts.title([*one, *one]) == "Both texts: refused by south"


def test_without_texts_there_is_no_section() -> None:
    assert texts.section(dossier("pie")) is None
    assert 'id="texts"' not in html("pie")
    assert 'href="#texts"' in html("border")


def test_a_minus_sign_is_no_hyphen() -> None:
    assert minus("wins it (South -4, G-7 -1)") == "wins it (South −4, G-7 −1)"
