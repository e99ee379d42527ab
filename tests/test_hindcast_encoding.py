from __future__ import annotations

import datetime as dt
import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from negosim.experiments.hindcast.cases import loads_cases
from negosim.experiments.hindcast.constants import Constants, log_prior, priors, reasons
from negosim.experiments.hindcast.encoding import encode, encoded_text, opening_zone, war_age, write
from negosim.experiments.hindcast.readings import battlefield, bias, guarantor, remarks, spoilers
from negosim.experiments.hindcast.targets import starts
from negosim.scenario.load import load, loads
from tests.coded import FILE, coded

DEFAULT = Constants()


def opening(constants: Constants | None = None, **asked: Any) -> dict[str, Any]:
    """Return the first case as of the opening of its talks."""
    ships, _ = coded()
    return encode(ships, ships.talks_began, constants, **asked)


def median(law: dict[str, Any]) -> Any:
    return law["lognormal"]["median"]


@pytest.mark.parametrize("blinded", [False, True])
def test_what_is_made_is_an_ordinary_scenario(blinded: bool) -> None:
    for case in coded():
        for start in starts(case):
            scenario = loads(encoded_text(encode(case, start, blinded=blinded)))
            assert not scenario.notes
            assert scenario.file.as_of == start


def test_sides_sign_and_so_do_further_parties_with_a_veto() -> None:
    assert opening()["talks"]["talks"]["signatories"] == ["isle", "coast", "port_city"]


def test_an_open_issue_is_worth_its_share_of_the_pie_and_no_text_leaves_it_so() -> None:
    """The front stands at 0.5 · (30 − 50)/80 = −0.125."""
    harbour = opening()["issues"]["harbour"]
    assert harbour["status_quo"] == "open"
    assert list(harbour["options"]) == ["open", "isle_keeps", "shared", "o_2nd_pier", "coast_takes"]
    isle, coast = harbour["views"]["isle"], harbour["views"]["coast"]
    assert isle["values"]["open"] == pytest.approx(0.8 * 0.4375)
    assert coast["values"]["open"] == pytest.approx(0.8 * 0.5625)
    assert isle["red_lines"]["open"] == coast["red_lines"]["open"] == "never"
    assert list(isle["values"].values())[1:] == pytest.approx([1, 1 - 1 / 9, 1 - 4 / 9, 0], abs=1e-6)
    assert list(coast["values"].values())[1:] == pytest.approx([0, 1 - 4 / 9, 1 - 1 / 9, 1], abs=1e-6)


def test_an_option_called_open_is_not_taken_for_the_status_quo() -> None:
    assert list(opening()["issues"]["tolls"]["options"]) == ["open", "none", "open_2"]


def test_further_parties_like_middles() -> None:
    view = opening()["issues"]["harbour"]["views"]["port_city"]
    assert list(view["values"].values()) == [0.4, 0.6, 1.0, 1.0, 0.6]


def test_red_lines_stand_beyond_what_is_acceptable_for_longer_the_farther() -> None:
    harbour = opening()["issues"]["harbour"]["views"]
    assert {name: line for name, line in harbour["isle"]["red_lines"].items() if name != "open"} == {
        "o_2nd_pier": {"choice": {"1 day": 0.1, "48 months": 0.9}},
        "coast_takes": {"choice": {"1 day": 0.1, "96 months": 0.9}},
    }
    assert set(harbour["coast"]["red_lines"]) == {"open", "isle_keeps"}


def test_red_lines_thin_out_as_talks_grow_older() -> None:
    ships, _ = coded()
    line = encode(ships, dt.date(1951, 1, 15))["issues"]["harbour"]["views"]["isle"]["red_lines"]["o_2nd_pier"]
    months = 365 / (365.25 / 12)
    assert line["choice"]["48 months"] == pytest.approx(0.9 * math.exp(-months / 48), abs=1e-6)


def test_before_talks_even_what_was_acceptable_may_be_behind_a_line() -> None:
    ships, _ = coded()
    line = encode(ships, dt.date(1949, 1, 15))["issues"]["harbour"]["views"]["isle"]["red_lines"]["shared"]
    months = 365 / (365.25 / 12)
    assert line["choice"]["48 months"] == pytest.approx(1 - math.exp(-months / 48), abs=1e-6)


def test_no_line_where_all_is_acceptable_or_the_coding_is_blinded() -> None:
    _, quarry = coded()
    view = encode(quarry, quarry.talks_began)["issues"]["wage"]["views"]
    assert set(view["union"]["red_lines"]) == {"open"}
    assert set(opening(blinded=True)["issues"]["harbour"]["views"]["isle"]["red_lines"]) == {"open"}


def test_patience_grows_with_the_age_of_the_war_and_shrinks_with_hurt_and_leverage() -> None:
    """A war of one year, hurt 50, leverage 60: 14 · (1.25/3.25)^0.7 · 2^(−25/50) months."""
    found = opening()["parties"]["isle"]["patience"]["lognormal"]
    expected = 14 * (1.25 / 3.25) ** 0.7 * 2**-0.5
    assert float(found["median"].removesuffix(" months")) == pytest.approx(expected, rel=1e-3)
    assert found["spread"] == 3


def test_clocks_have_run_for_a_while_as_talks_open_and_not_at_anniversaries() -> None:
    ships, _ = coded()
    assert opening()["parties"]["isle"]["patience_used"]["value"] == "3 months"
    assert "patience_used" not in encode(ships, dt.date(1951, 1, 15))["parties"]["isle"]
    assert "patience_used" not in opening(Constants(opening_months=0))["parties"]["isle"]


def test_costs_go_with_hurt_and_stake_and_halve_for_those_who_do_not_fight() -> None:
    parties = opening()["parties"]
    assert median(parties["isle"]["war_cost"]) == pytest.approx(0.3)
    assert median(parties["coast"]["war_cost"]) == pytest.approx(0.3 * math.sqrt(0.8))
    assert median(parties["port_city"]["war_cost"]) == pytest.approx(0.15 * math.sqrt(2))
    _, quarry = coded()
    cost = encode(quarry, quarry.talks_began)["parties"]["owner"]["war_cost"]
    assert median(cost) == pytest.approx(0.15 / 2 * math.sqrt(80 / 50))


def test_a_mediator_presses_most_the_side_that_it_leans_away_from() -> None:
    track = opening()["talks"]["talks"]
    assert track["weights"] == {"isle": 1.25, "coast": 0.75}
    assert median(track["pressure"]["isle"]) == pytest.approx(0.07 * 0.6 * 0.75)
    assert median(track["pressure"]["coast"]) == pytest.approx(0.07 * 0.6 * 1.25)
    _, quarry = coded()
    assert "pressure" not in encode(quarry, quarry.talks_began)["talks"]["talks"]


def test_a_guarantor_is_an_issue_that_nobody_weighs() -> None:
    scenario = opening()
    assert "views" not in scenario["issues"]["guarantee"]
    assert scenario["issues"]["guarantee"]["options"]["given"]["enforcement"]["triangular"] == [0.35, 0.5, 0.65]
    assert scenario["talks"]["talks"]["first_draft"] == {"guarantee": "given"}
    _, quarry = coded()
    assert "guarantee" not in encode(quarry, quarry.talks_began)["issues"]


def test_the_front_drifts_towards_the_side_that_gains_ground() -> None:
    war = opening()["war"]
    assert war["front"]["value"] == -0.125
    assert war["drift"]["value"] == -0.1
    _, quarry = coded()
    assert "war" not in encode(quarry, quarry.talks_began)


def test_spoilers_add_to_the_rate_of_breaches() -> None:
    assert median(opening()["talks"]["talks"]["after"]["breach"]) == pytest.approx(0.2 * 1.3)


def test_settings_of_a_play_reach_the_scenario() -> None:
    scenario = opening(Constants(judgement_noise=0.2), rounds_every=7)
    assert scenario["parties"]["isle"]["judgement_noise"] == 0.2
    assert scenario["talks"]["talks"]["every"] == "7 days"
    assert opening(judgement=0.0)["parties"]["isle"]["judgement_noise"] == 0.0


def test_questions_carry_what_came_of_the_case() -> None:
    questions = opening(horizon_months=6)["questions"]
    assert [(name, question["outcome"]["happened"]) for name, question in questions.items()] == [
        ("deal_3_months", False),
        ("deal_6_months", False),
    ]


def test_every_constant_moves_some_encoded_number() -> None:
    """What none of these cases has, such as a strong guarantor, is put into one that has it."""
    guarantors = ("moderate", "strong", "joint", "offered", "monitors")
    texts = [FILE.replace("moderate_40_patrol_boats", word) for word in guarantors]
    texts.append(FILE.replace("slight_Isle", "toward_Isle").replace("shifting_to_Coast", "low_level"))
    cases = [loads_cases(text).cases[0] for text in texts]
    plain = [encode(case, case.talks_began) for case in cases]
    for item in fields(Constants):
        value = getattr(DEFAULT, item.name)
        moved = DEFAULT.with_settings({item.name: min(value * 1.6 + 0.01, item.metadata["most"])})
        assert [encode(case, case.talks_began, moved) for case in cases] != plain, item.name


def test_each_constant_has_a_reason_and_six_have_a_prior() -> None:
    assert all(reasons().values())
    assert list(priors()) == ["patience_months", "line_months", "cost_mhs", "pressure", "judgement_noise", "breach"]
    assert log_prior(DEFAULT) == 0
    assert log_prior(Constants(patience_months=22.4)) == pytest.approx(-0.5)
    assert log_prior(Constants(judgement_noise=0.5)) == -math.inf


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("patience_month", 3, "there is no constant 'patience_month' (did you mean 'patience_months'?"),
        ("breach", -1, "breach: -1 is out of range (0 to 10)"),
        ("breach", math.nan, "breach: nan is out of range (0 to 10)"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, value: float, message: str) -> None:
    with pytest.raises(ValueError) as found:
        DEFAULT.with_settings({name: value})
    assert str(found.value).startswith(message)


def read_as(old: str, new: str) -> Any:
    return loads_cases(FILE.replace(old, new)).cases[0]


@pytest.mark.parametrize(
    ("word", "fighting", "gains", "low"),
    [
        ("shifting_to_Isle_by_night", True, 0, False),
        ("shifting_to_co", True, 1, False),
        ("stalemate_then_shifting_to_Isle", True, None, False),
        ("attrition_at_sea", True, None, False),
        ("low_level_raids", True, None, True),
        ("frozen", False, None, False),
        ("ceasefire_since_May", False, None, False),
        ("sanctions_pressure", False, None, False),
    ],
)
def test_the_battlefield_is_read_by_what_its_word_begins_with(
    word: str, fighting: bool, gains: int | None, low: bool
) -> None:
    found = battlefield(read_as("shifting_to_Coast", word))
    assert (found.fighting, found.gains, found.low_level) == (fighting, gains, low)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("strong_NATO_force", "strong"),
        ("armistice_commission_and_dmz", "commission"),
        ("IAEA_verification", "commission"),
        ("moderate_unarmed_monitors", "moderate"),
        ("unarmed_monitors", "monitors"),
        ("observer_mission", "monitors"),
        ("weak", "monitors"),
        ("offered_strong_force", "offered"),
        ("none", None),
    ],
)
def test_a_guarantor_is_read_by_the_first_part_that_says_something(word: str, kind: str | None) -> None:
    assert guarantor(read_as("moderate_40_patrol_boats", word)) == kind


@pytest.mark.parametrize(
    ("word", "found"),
    [("slight_Isle", (0, True)), ("toward_Coast", (1, False)), ("none", (None, False)), ("pro_coast", (1, False))],
)
def test_a_bias_names_a_side(word: str, found: tuple[int | None, bool]) -> None:
    assert bias(read_as("slight_Isle", word)) == found


def test_words_that_say_nothing_are_remarked_on() -> None:
    assert remarks(coded()[0]) == ()
    text = FILE.replace("slight_Isle", "toward_Sea").replace("shifting_to_Coast", "shifting_to_Sea")
    case = loads_cases(text.replace("moderate_40", "splendid_40")).cases[0]
    assert remarks(case) == (
        "ships_1950: battlefield 'shifting_to_Sea' is read as a stalemate",
        "ships_1950: bias 'toward_Sea' names neither side and is read as none",
        "ships_1950: guarantor 'splendid_40_patrol_boats' is read as none",
    )
    assert remarks(case)[0] in encode(case, case.talks_began)["summary"]


def test_war_age_and_opening_zones() -> None:
    ships, quarry = coded()
    assert war_age(ships, dt.date(1951, 1, 15), DEFAULT) == pytest.approx(2.0, abs=0.01)
    assert war_age(quarry, dt.date(1961, 5, 31), DEFAULT) == pytest.approx(4.0, abs=0.01)
    assert [opening_zone(issue, ships.sides) for issue in ships.issues] == [True, True]
    assert opening_zone(quarry.issues[0], quarry.sides)
    assert spoilers(ships) == 2


def test_scenarios_are_written_for_every_start(tmp_path: Path) -> None:
    written = write(coded(), None, tmp_path / "scenarios")
    assert [path.name for path in written] == [
        "ships_1950-1950-01-15.yaml",
        "ships_1950-1951-01-15.yaml",
        "quarry-1960-05-31.yaml",
        "quarry-1961-05-31.yaml",
    ]
    assert sorted(path.name for path in (tmp_path / "scenarios").iterdir()) == sorted(path.name for path in written)
    odd = coded()[0].model_copy(update={"id": "..M-19"})
    assert write([odd], None, tmp_path / "odd")[0] == tmp_path / "odd" / "m_19-1950-01-15.yaml"
    assert load(written[0]).file.title == "Talks over ships, 1950-01-15"


@pytest.mark.parametrize("end", ["least", "most"])
def test_whatever_a_constant_may_be_set_to_makes_a_scenario(end: str) -> None:
    ships, _ = coded()
    for item in fields(Constants):
        constants = DEFAULT.with_settings({item.name: item.metadata[end]})
        assert loads(encoded_text(encode(ships, ships.talks_began, constants))).file.questions, item.name
