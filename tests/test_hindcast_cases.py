from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from negosim.experiments.hindcast.cases import load_cases, loads_cases
from negosim.experiments.hindcast.schema import CasesFile
from negosim.scenario.problems import ScenarioError
from negosim.scenario.reader import read
from tests.coded import FILE, coded


def said(text: str) -> list[str]:
    """Return what is said of a file that is not sound."""
    with pytest.raises(ScenarioError) as found:
        loads_cases(text, name="cases.yaml")
    return str(found.value).split("\n")


def test_a_sound_file_is_read() -> None:
    ships, quarry = coded()
    assert [side.id for side in ships.sides] == ["Isle", "Coast"]
    assert [party.id for party in ships.others] == ["Port_City"]
    assert ships.deadlines == ("1950-03-01 the spring tide", "1951")
    assert ships.outcome.durable == "mostly" and ships.checked == "partly"
    assert quarry.mediator.id == "none" and quarry.war_began is None
    assert loads_cases(FILE).sha256 == loads_cases(FILE.encode()).sha256


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(FILE)
    assert load_cases(path).cases == coded()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("mhs: 50", "mhx: 50", "5: ships_1950.mhx: unknown key 'mhx' (did you mean 'mhs'?"),
        ("mhs: 50", "mhs: 150", "5: ships_1950.mhs: 150 is out of range (at most 100)"),
        (
            "ideal: {Isle: 0, Coast: 3}",
            "ideal: {Coast: 3}",
            "7: ships_1950.issues.harbour.ideal: nothing is given for 'Isle' (both sides need it)",
        ),
        (
            "final: 1}",
            "final: 4}",
            "7: ships_1950.issues.harbour.final: there is no option 4: the options count from 0 to 3",
        ),
        (
            "red: {Isle: 0, Coast: 0}",
            "red: {Isle: 2, Coast: 0}",
            "8: ships_1950.issues.tolls.red.Isle: there is no option 2: the options count from 0 to 1",
        ),
        (
            "w: {Isle: 30",
            "w: {Isel: 30",
            "8: ships_1950.issues.tolls.w.Isel: 'Isel' is no party of this case "
            "(did you mean 'Isle'? parties: Coast, Isle, Port_City, Press)",
        ),
        ("w: {Isle: 30", "w: {Isle: -1", "8: ships_1950.issues.tolls.w.Isle: -1 is out of range (at least 0)"),
        (
            "talks_began: 1950-01-15",
            "talks_began: 1950-02-30",
            "3: ships_1950.talks_began: '1950-02-30' is not a day of the calendar (write year-month-day)",
        ),
        ("[none, open]", "[none, none]", "8: ships_1950.issues.tolls.options.1: the option 'none' is there twice"),
        ("id: quarry,", "id: ships_1950,", "11: ships_1950.id: the case 'ships_1950' is there twice"),
        (
            "date: 1951-02-01",
            "date: 1949-02-01",
            "10: ships_1950.outcome.date: the case ends on 1949-02-01, and its talks begin on 1950-01-15",
        ),
        ("w: {Owner: 1,", "w: {Owner: 0,", "14: quarry.issues: no issue has a weight for 'Owner'"),
        ("date: 1962-01-01", "date: 2062-01-01", "17: quarry.outcome.date: talks of more than 40 years are not played"),
    ],
)
def test_what_is_wrong_is_named_with_its_case_and_place(old: str, new: str, message: str) -> None:
    assert old in FILE
    lines = [re.sub(r"^cases.yaml:(\d+):\d+", r"\1", line) for line in said(FILE.replace(old, new, 1))]
    assert any(line.startswith(message) for line in lines), lines


def test_names_may_be_those_of_movements_and_none_leads_out_of_a_folder() -> None:
    text = FILE.replace("Isle", "M-19").replace("Coast", "P5+1").replace("id: quarry", "id: Löss.quarry")
    ships, quarry = loads_cases(text).cases
    assert [side.id for side in ships.sides] == ["M-19", "P5+1"]
    assert quarry.id == "Löss.quarry"
    for name in ("../quarry", "a/b", "_a", '""', "a b"):
        assert any(
            "is not a name" in line or "too short" in line for line in said(FILE.replace("quarry,", f"{name},", 1))
        )


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = FILE.replace("mhs: 20", "mhs: lots").replace("final: 0}", "final: 7}").replace("Union: 2}", "Onion: 2}")
    lines = said(wrong)
    assert [line.split(": ")[1] for line in lines] == [
        "ships_1950.issues.tolls.final",
        "quarry.mhs",
        "quarry.issues.wage.ideal",
        "quarry.issues.wage.ideal.Onion",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "cases: []",
        "cases: {}",
        "[]",
        "cases: [[], 1, {}]",
        "cases: [{id: a, issues: [1, {options: 3, ideal: [0]}], parties: {}, windows: [{from: 9999-12-01}]}]",
        "cases: [{id: a, talks_began: 9999-12-31, outcome: {deal: true, date: 9999-12-31}}]",
        "cases: [{id: a, talks_began: 2000-01-01, outcome: 5, windows: [{from: 2800-01-01, months: 1e9}]}]",
    ],
)
def test_nonsense_gives_a_message(text: str) -> None:
    assert said(text)


def test_the_number_of_cases_is_bounded() -> None:
    many = "cases: [" + ", ".join(f"{{id: c{number}}}" for number in range(300)) + "]"
    assert any("more than 200 entries" in line or "mhs" in line for line in said(many))


def test_the_column_is_that_of_the_value() -> None:
    (line,) = said(FILE.replace("mhs: 20", "mhs: lots"))
    name, row, column, _ = line.split(":", 3)
    assert (name, row) == ("cases.yaml", "13")
    assert FILE.replace("mhs: 20", "mhs: lots").split("\n")[int(row) - 1][int(column) - 1 :].startswith("lots")


def test_the_json_schema_accepts_what_is_sound_and_no_more() -> None:
    schema = CasesFile.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    plain = read(FILE, "cases.yaml").data
    assert not list(validator.iter_errors(plain))
    plain["cases"][0]["issues"][0]["finale"] = 1
    assert list(validator.iter_errors(plain))
