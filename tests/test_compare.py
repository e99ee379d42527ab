"""Scenarios side by side."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

import negosim
from negosim.api import run
from negosim.cli.main import _run
from negosim.experiments.compare.compare import compare
from negosim.experiments.compare.result import Comparison
from negosim.report.compare_short import print_short
from negosim.report.comparison import print_comparison
from negosim.scenario.load import load as load_file
from tests.worlds import BORDER, changed, load, pie

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
VARIANTS = {
    "nothing": {"title": "Nothing changes", "set": {"parties.north.time_preference": 0.15}},
    "hurts": {"title": "The war hurts North", "set": {"parties.north.war_cost": 0.3}},
}
QUESTIONS = {"truce": {"title": "A truce in a year", "reach": "ceasefire", "by": "2026-01-01"}}
WORLD = changed(BORDER, {"variants": VARIANTS, "questions": QUESTIONS})
TRIALS = 300


@pytest.fixture(scope="module")
def found() -> Comparison:
    base = load(WORLD)
    others = [base.with_variant(name) for name in ("nothing", "hurts")]
    return compare([base, *others], labels=["base", "nothing", "hurts"], trials=TRIALS)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("scenarios") / "border.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(WORLD)), sort_keys=False))
    return str(path)


def printed(found: Comparison, width: int = 110, *, everything: bool = False) -> str:
    stream = io.StringIO()
    print_comparison(found, Console(file=stream, width=width), everything=everything)
    return stream.getvalue()


def test_what_changes_nothing_differs_by_exactly_nothing(found: Comparison) -> None:
    for row in found.rows:
        change = row.differences[0]
        assert change is not None
        assert change.same
        assert not change.significant
        assert change.value in (0.0, None)
        assert change.gained in (0, None)
    assert '"Nothing changes" changes nothing in any history.' in printed(found)


def test_differences_are_those_of_two_runs_history_by_history(found: Comparison) -> None:
    base = load(WORLD)
    before, after = (run(base.with_variant(variant), trials=TRIALS) for variant in (None, "hurts"))
    row = found.row("settlement@2027-01-01")
    shares = [result.reached("settlement") for result in (before, after)]
    assert [row.estimates[0].value, row.estimates[2].value] == [share.p for share in shares]
    dates = [result.trials["settlement_date"].astype(str) != "NaT" for result in (before, after)]
    change = row.differences[1]
    assert change.gained == int((~dates[0] & dates[1]).sum())
    assert change.lost == int((dates[0] & ~dates[1]).sum())
    assert change.value == pytest.approx((change.gained - change.lost) / TRIALS)
    terms, summary = "terms.peace.border.line", after.summary()["terms"]["peace"]
    assert found.row(terms).estimates[2].value == pytest.approx(summary["issues"]["border"]["line"]["p"])
    toll = found.row("toll.dead")
    assert toll.estimates[2].value == pytest.approx(after.summary()["tolls"]["dead"]["mean"])
    over = found.objections["peace"]["south"][2]
    assert over == pytest.approx(after.summary()["refusals"]["peace"]["south"]["issues"])


def test_it_asks_what_a_run_answers(found: Comparison) -> None:
    asked = {row.metric for row in found.rows}
    assert {"ceasefire@2025-12-31", "ceasefire@2027-01-01", "question.truce", "final.war", "held.ceasefire@90 days",
            "signed.peace", "worth.peace.north", "terms.truce.guard.watch", "refused.peace.union", "toll.dead",
            "years", "victory:north@2027-01-01"} <= asked  # fmt: skip
    assert "faded@2027-01-01" not in asked  # cannot come
    assert "ceasefire@2026-12-31" not in asked  # a day before the horizon


def test_the_report_reads_in_words(found: Comparison) -> None:
    text = printed(found)
    for words in (
        "In short", "Outcomes", "On whose terms", "Who refuses, and over what", "Tolls", "A truce in a year", "hurts",
        "Ceasefire by 31 December 2025", "Changed", "To tell", "Monte-Carlo error only",
    ):  # fmt: skip
        assert words in text
    assert "probability of peace" not in text
    assert max(map(len, printed(found, 80).splitlines())) <= 80
    longer = printed(found, everything=True)
    assert len(longer) > len(text)


def short(found: Comparison, width: int = 80) -> str:
    stream = io.StringIO()
    print_short(found, Console(file=stream, width=width))
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_short_answer_fits_on_a_screen(found: Comparison, width: int) -> None:
    lines = short(found, width).splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= width
    assert lines.index("Nothing changes") < lines.index("The war hurts North")
    row = found.row("ceasefire@2027-01-01")
    base, here, change = row.estimates[0], row.estimates[2], row.differences[1]
    assert base and base.value and here and here.value and change and change.value
    cells = next(line for line in lines if line.startswith("  Ceasefire")).split()
    numbers = [float(cells[at]) for at in (1, 4, 7)]
    assert numbers == pytest.approx([100 * base.value, 100 * here.value, 100 * change.value], abs=0.51)


def test_many_alternatives_share_one_table() -> None:
    base = load(WORLD)
    drifts = [base.with_values({"war.drift": drift}) for drift in (0.02, 0.04, 0.06, 0.08, 0.1)]
    text = short(compare([base, *drifts], trials=60))
    assert len(text.splitlines()) <= 40
    assert text.count("Front: drift a year = 0.0") == 4
    assert re.search(r"^(Settlement|Ceasefire) by 1 January 2027: [\d.]+ % ±[\d.]+ in the base$", text, re.MULTILINE)


@pytest.mark.parametrize("trials", [3, 300])
def test_the_short_answer_shows_titles_and_every_interval(trials: int) -> None:
    scenario = load_file(FLAGSHIP)
    variants = ("us_walks_away", "no_pressure")
    found = compare([scenario, *map(scenario.with_variant, variants)], trials=trials)
    text = short(found)
    lines = text.splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 80
    assert not re.search(r"[a-z]_[a-z]", text)
    assert "Washington walks away" in text
    for line in lines:
        assert line.count(" % ") == len(re.findall(r" % (±|\()", line)), line


def test_what_was_asked_is_answered_whether_it_differs_or_not() -> None:
    base = load(WORLD)
    found = compare([base, base.with_variant("hurts")], metrics=["settlement", "toll.dead"], trials=40)
    text = " ".join(short(found, 120).split())
    assert "Settlement by the horizon" in text and "dead" in text and "Too small" not in text


def test_two_files_are_compared_in_what_both_have() -> None:
    other = changed(WORLD, {"horizon": "1 year", "questions": {"peace": {"reach": "settlement", "by": "2025-06-30"}}})
    del other["chips"]
    other["parties"].pop("union")
    other["issues"]["port"] = {"status_quo": "shut", "options": {"shut": "Shut", "open": "Open"}, "views": {}}
    found = compare([load(WORLD), load(other)], labels=["long", "short"], trials=50)
    only = found.only["short"]
    assert only["lacks"]["parties"] == ["union"]
    assert only["lacks"]["issues"] == ["fund"]
    assert only["lacks"]["questions"] == ["truce"]
    assert only["adds"] == {"issues": ["port"], "options": ["port.open", "port.shut"], "questions": ["peace"]}
    asked = {row.metric for row in found.rows}
    assert "ceasefire@2026-01-01" in asked  # the earlier horizon
    assert not any("fund" in metric or "port" in metric or "question" in metric for metric in asked)
    text = printed(found)
    assert "short lacks parties: union." in text
    assert "ends on 1 January 2026" in text


def test_worlds_with_nothing_in_common_are_still_told() -> None:
    found = compare([load(WORLD), load(pie(options=5))], labels=["war", "pie"], trials=30)
    assert "settlement@2027-01-01" in {row.metric for row in found.rows}
    assert "What cannot be compared" in printed(found)


def test_metrics_can_be_named(found: Comparison) -> None:
    base = load(WORLD)
    asked = compare([base, base.with_variant("hurts")], metrics=["settlement", "toll.dead"], trials=TRIALS)
    assert [row.metric for row in asked.rows] == ["settlement", "toll.dead"]
    assert asked.row("settlement").differences[0] == found.row("settlement@2027-01-01").differences[1]
    assert "Settlement by the horizon" in printed(asked)
    with pytest.raises(KeyError):
        asked.row("ceasefire")


def test_it_is_refused_in_words() -> None:
    base = load(WORLD)
    with pytest.raises(ValueError, match="at least two"):
        compare([base])
    with pytest.raises(ValueError, match="label of its own"):
        compare([base, base], labels=["same", "same"])
    with pytest.raises(ValueError, match="there is no metric 'peace'"):
        compare([base, base.with_variant("hurts")], metrics=["peace"], trials=5)
    with pytest.raises(ValueError, match="at least 1"):
        compare([base, base], trials=0)


def test_plain_data_and_frame(found: Comparison) -> None:
    data: dict[str, Any] = json.loads(json.dumps(found.as_dict()))
    assert list(data["scenarios"]) == ["base", "nothing", "hurts"]
    told = data["metrics"]["settlement@2027-01-01"]
    assert told["group"] == "reached"
    change = found.row("settlement@2027-01-01").differences[1]
    assert told["alternatives"]["hurts"]["difference"] == change.as_dict()
    frame = found.frame()
    assert len(frame) == 2 * len(found.rows)
    line = frame[(frame.metric == "settlement@2027-01-01") & (frame.scenario == "hurts")].iloc[0]
    assert (line.difference, line.gained) == (change.value, change.gained)


def test_the_command(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--trials", "40", "--workers", "1"]
    assert (
        _run(["compare", file, "--variant", "hurts", "--with", "war.drift=0.1;war.volatility=0.2", "--json", *few]) == 0
    )
    data = json.loads(capsys.readouterr().out)
    assert list(data["scenarios"]) == ["base", "hurts", "war.drift=0.1;war.volatility=0.2"]
    assert data["scenarios"]["war.drift=0.1;war.volatility=0.2"]["set"] == {"war.drift": 0.1, "war.volatility": 0.2}
    assert _run(["compare", file, "--base", "hurts", "--variant", "nothing", *few]) == 0
    screen = capsys.readouterr().out
    assert "Variant: The war hurts North" in screen and "Nothing changes" in screen
    assert _run(["compare", file, "--base", "hurts", "--variant", "nothing", "--full", *few]) == 0
    assert "Base: The war hurts North" in capsys.readouterr().out
    other = Path(file).with_name("other.yaml")
    other.write_text(Path(file).read_text().replace("18 months", "6 months"))
    assert _run(["compare", file, str(other), "--all", *few]) == 0
    assert "Compared: other" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to compare with"),
        (["--variant", "none"], "there is no variant 'none'"),
        (["--with", "war.drift"], "no '='"),
        (["--variant", "hurts", "--metric", "peace"], "there is no metric 'peace'"),
    ],
)
def test_bad_requests(file: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["compare", file, "--trials", "5", *arguments]) == 2
    caught = capsys.readouterr()
    assert told in caught.err
    assert not caught.out


def test_it_is_at_hand_in_python() -> None:
    assert negosim.compare is compare
