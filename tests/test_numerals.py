"""Numerals: counts in any usual notation, in the digits 0 to 9."""

from __future__ import annotations

import json

import click
import pytest

from negosim.cli.main import _COMMANDS, _run, command
from negosim.cli.numbers import Count
from negosim.experiments.store.result import _CONDITION
from negosim.experiments.sweep.grid import grid
from negosim.scenario.dates import parse_date, parse_duration
from negosim.scenario.load import loads
from negosim.scenario.numerals import parse_number, parse_whole
from negosim.scenario.problems import ScenarioError
from tests.examples import MINIMAL

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("text", "number"),
    [("10000", 10_000), ("10_000", 10_000), ("1e4", 10_000), ("1E+4", 10_000), ("1.5e3", 1_500), (" 7 ", 7), ("2.0", 2),
     ("-3", -3), ("0", 0), ("123456789012345678901", 123456789012345678901)],
)  # fmt: skip
def test_whole_numbers(text: str, number: int) -> None:
    assert parse_whole(text) == number


@pytest.mark.parametrize(
    "text", ["1.5", "1e-1", "1.55e1", "", "many", "1__0", "_1", "1_", "0x10", "1e999", "inf", "nan", "1,000", "1 000",
             "١٢", "1" * 60, "²", "1e4\n1"],
)  # fmt: skip
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_whole(text)


def test_numbers_are_in_western_digits() -> None:
    assert parse_number("-2.5e-1") == -0.25
    with pytest.raises(ValueError, match="the digits 0 to 9"):
        parse_number("٢.٥")


def test_every_count_of_every_command_is_one() -> None:
    """Also those of commands still to come."""
    for name in _COMMANDS:
        found = command.get_command(click.Context(command), name)
        assert found is not None
        for parameter in found.params:
            is_whole = isinstance(parameter.type, click.IntRange | click.types.IntParamType)
            assert not is_whole or isinstance(parameter.type, Count), (name, parameter.name)
            assert type(parameter.type) is not click.types.FloatParamType, (name, parameter.name)


def test_trials_in_any_usual_notation(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.yaml").write_text(MINIMAL)
    run = ["run", str(tmp_path / "f.yaml"), "--workers", "1", "--json", "--trials"]
    told = []
    for text in ("1e2", "1_00", "100", "1.0e2"):
        assert _run([*run, text]) == 0
        told.append(json.loads(capsys.readouterr().out)["run"]["trials"])
    assert told == [100] * 4
    for text, message in [("1.5", "'1.5' is not a whole number"), ("٥", "'٥' is not a whole number"), ("0", "range")]:
        assert _run([*run, text]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert message in said.err


def test_a_sweep_file_counts_alike(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.yaml").write_text(MINIMAL)
    text = "scenario: f.yaml\nvary: {war.volatility: 0.3:0.4:2e0}\ntrials: 1e1\nreplications: 2_0\nseed: 1.5\n"
    (tmp_path / "s.yaml").write_text(text)
    assert _run(["sweep", str(tmp_path / "s.yaml"), "--dry-run", "--json"]) == 2
    assert capsys.readouterr().err.endswith("s.yaml:5:7: seed: 1.5 is not a whole number\n")
    (tmp_path / "s.yaml").write_text(text.replace("1.5", "1e3"))
    assert _run(["sweep", str(tmp_path / "s.yaml"), "--dry-run", "--json", "--workers", "1"]) == 0
    design = json.loads(capsys.readouterr().out)["design"]
    assert (design["trials"], design["seed"], design["design"]["replications"]) == (200, 1_000, 20)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("as_of: 2025-01-01", "as_of: DIGITS"),
        ("24 months", "DIGITS months"),
        ("volatility: 0.35", "volatility: DIGITS"),
    ],
)
def test_a_file_is_written_in_western_digits(old: str, new: str) -> None:
    digits = "2025-01-01" if "as_of" in old else "24" if "months" in old else "0.35"
    assert loads(MINIMAL.replace(old, new.replace("DIGITS", digits))).file
    with pytest.raises(ScenarioError):
        loads(MINIMAL.replace(old, new.replace("DIGITS", digits.translate(ARABIC))))


def test_dates_durations_and_ranges_are_in_western_digits() -> None:
    for parse, text in ((parse_date, "2025-01-01"), (parse_duration, "18 months")):
        assert parse(text)
        with pytest.raises(ValueError, match="is not a"):
            parse(text.translate(ARABIC))
    scenario = loads(MINIMAL)
    assert len(grid(scenario, {"war.volatility": "0.3:0.4:3"}).points) == 3
    for text in ("0.3:0.4:٣", "٠.٣:0.4:3"):
        with pytest.raises(ValueError, match="is not a"):
            grid(scenario, {"war.volatility": text})
    assert _CONDITION.match("years > ٣")


@pytest.mark.parametrize(
    "arguments",
    [
        ["levers", "FILE", "--reach", "ceasefire", "--lift", "٠.١"],
        ["calibrate", "FILE", "--to", "truce=٠.٥", "--move", "war.volatility=0.1:0.4"],
        ["levers", "FILE", "--reach", "ceasefire", "--by", "٢٠٢٥-٠٦-٣٠"],
        ["compare", "FILE", "--with", "war.volatility=٠.٣"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_command_line_is_in_western_digits(
    arguments: list[str], tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f.yaml").write_text(MINIMAL)
    assert _run([str(tmp_path / "f.yaml") if word == "FILE" else word for word in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is not a" in said.err
