"""The teaching scenarios: each shows its one mechanism, and says nothing that a run does not show.

Trials 1,000 and seed 1 throughout, as the scenarios' own summaries state. Two runs of a lesson meet the same random
numbers, so that they are compared trial by trial: the paired 95 % interval of the difference must lie on the
lesson's side of 0.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from negosim.cli.main import main
from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.run import histories
from negosim.report.writing import share_text
from negosim.results.summary import Run, summarised
from negosim.results.trials import joined
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.load import load

ROOT = Path(__file__).parent.parent
TEACHING = ROOT / "scenarios" / "teaching"
FILES = sorted(TEACHING.glob("*.yaml"))
NAMES = [path.stem for path in FILES]
TRIALS, SEED = 1000, 1
ROUND = 14.0
YEAR = 365.0

Settings = tuple[tuple[str, Any], ...]

EAST = "issues.pie.views.east.values.no_deal"
WEST = "issues.pie.views.west.values.no_deal"
DOUBT = "war.beliefs.north.doubt"
OPTIMISM = "war.beliefs.north.optimism"
NARRATIVE = "war.beliefs.north.narrative"
GUARD = "issues.guard.options.outside_force.enforcement"
EXPOSURE = "parties.rebels.exposure"
DISTRUST = "parties.rebels.distrust"
COST = "parties.north.war_cost"
RIPENESS = "talks.peace.ripeness"
RATE = "events.attack.rate"
PRESSURE = "talks.peace.pressure.north"
PENALTY = "talks.peace.after.pressure_penalty"


@dataclass(frozen=True)
class Lesson:
    """A run of a lesson."""

    plan: Plan
    history: History
    summary: dict[str, Any]

    def answer(self, question: str) -> np.ndarray:
        """Whether a question came true, by trial."""
        return self.history.answers[:, [item.id for item in self.plan.questions].index(question)]

    def first_lasting(self, kind: str) -> np.ndarray:
        """By trial: 1 where the first agreement of a kind lasted a year, 0 where not, NaN where that is not known."""
        spells = self.history.spells[kind]
        told = (spells.first != NEVER) & (spells.since + YEAR <= self.plan.ticks.days[-1])
        return np.where(told, spells.until - spells.since >= YEAR, np.nan)


@functools.cache
def played(name: str, settings: Settings = (), variant: str | None = None, trials: int = TRIALS) -> Lesson:
    scenario = load(TEACHING / f"{name}.yaml", variant=variant, values=dict(settings))
    plan = compiled(scenario.file)
    history = joined(list(histories(plan, trials, SEED)))
    return Lesson(plan, history, summarised(scenario, plan, history, Run(trials, SEED, 0.0)))


def at(*settings: tuple[str, Any]) -> Settings:
    return settings


def surely_more(more: np.ndarray, less: np.ndarray) -> bool:
    """Whether the paired 95 % interval of the mean difference lies above 0, over the trials that both can tell."""
    both = ~(np.isnan(more.astype(float)) | np.isnan(less.astype(float)))
    difference = more[both].astype(float) - less[both]
    return bool(difference.mean() - 1.96 * difference.std(ddof=1) / math.sqrt(difference.size) > 0)


# --- what each lesson shows: from where the number helps to where it harms, the result falls all the way --------------

FALLS = [
    ("private-information", "peace_in_two_years", DOUBT, (0.2, 0.1, 0)),
    ("private-information", "peace_in_two_years", OPTIMISM, (0, 0.25, 0.5)),
    ("private-information", "peace_in_two_years", NARRATIVE, (0, 0.15, 0.3)),
    ("commitment-problem", "peace_in_two_years", GUARD, (0.9, 0.45, 0)),
    ("hurting-stalemate", "peace_in_two_years", COST, (0.4, 0.25, 0.1, 0)),
    ("spoilers", "truce_that_lasts", RATE, (0, 0.5, 1, 2)),
    ("mediator-pressure", "signed", PRESSURE, (0.05, 0.025, 0)),
    ("mediator-pressure", "signed_and_lasting", PENALTY, (1, 2, 3)),
]


@pytest.mark.parametrize(("name", "question", "path", "values"), FALLS, ids=[f"{row[0]}-{row[2]}" for row in FALLS])
def test_the_result_moves_one_way_with_the_number(
    name: str, question: str, path: str, values: tuple[float, ...]
) -> None:
    base = at((PRESSURE, 0.05)) if path == PENALTY else ()
    shown = [played(name, (*base, (path, value))).answer(question) for value in values]
    assert all(surely_more(more, less) for more, less in itertools.pairwise(shown))


def test_learning_brings_the_deal_that_an_illusion_shut_out_91_against_35_percent() -> None:
    learns, not_at_all = (played("private-information", at((DOUBT, value))) for value in (0.2, 0))
    gain = learns.answer("peace_in_two_years").mean() - not_at_all.answer("peace_in_two_years").mean()
    assert gain > 0.4
    assert played("private-information", variant="no_illusion").answer("peace_in_two_years").all()


def test_without_a_guard_few_sign_97_against_3_percent() -> None:
    guarded, bare = played("commitment-problem"), played("commitment-problem", variant="no_guard")
    assert guarded.answer("peace_in_two_years").mean() - bare.answer("peace_in_two_years").mean() > 0.9


def test_distrust_and_exposure_count_only_as_a_product() -> None:
    bare = (GUARD, 0)
    half_exposed = played("commitment-problem", at(bare, (EXPOSURE, 0.15)))
    half_trusting = played("commitment-problem", at(bare, (DISTRUST, 0.5)))
    assert (half_exposed.answer("peace_in_two_years") == half_trusting.answer("peace_in_two_years")).mean() > 0.99
    nothing_exposed = played("commitment-problem", variant="no_guard_nothing_exposed")
    for other in (
        played("commitment-problem", variant="no_guard_deep_distrust"),
        played("commitment-problem", at(bare, (EXPOSURE, 0), (DISTRUST, 0))),
    ):
        assert nothing_exposed.answer("peace_in_two_years").all()
        assert other.answer("peace_in_two_years").all()


def test_the_deal_was_there_all_the_time_38_percent_ripe_100_without_ripeness() -> None:
    ripe, always = played("hurting-stalemate"), played("hurting-stalemate", variant="ripeness_off")
    assert always.answer("peace_in_two_years").all()
    assert surely_more(always.answer("peace_in_two_years"), ripe.answer("peace_in_two_years"))


def test_pressure_buys_signatures_and_costs_durability_35_to_97_and_72_to_55_percent() -> None:
    free, pressed = played("mediator-pressure"), played("mediator-pressure", variant="pressure")
    assert surely_more(pressed.answer("signed"), free.answer("signed"))
    assert surely_more(free.first_lasting("settlement"), pressed.first_lasting("settlement"))
    spared = played("mediator-pressure", variant="pressure_without_penalty")
    assert surely_more(spared.first_lasting("settlement"), pressed.first_lasting("settlement"))


# --- where the result is known exactly --------------------------------------------------------------------------------


def split(settings: Settings, patience: tuple[float, float] = (1.0, 1.0), lean: float = 1.0) -> None:
    """Hold the pie against Nash's formula and the date against patience, for some no-deal values and weights."""
    no_deal = [dict(settings).get(path, 0.2) for path in (EAST, WEST)]
    lesson = played("divide-the-pie", settings, trials=20)
    gain = 1 - sum(no_deal)
    east = no_deal[0] + lean / (1 + lean) * gain
    offered = (east, 1 - east)
    # τ falls from 1 to 0 in the time of one's patience; one asks for d + τ·(1 - d).
    waits = [
        (1 - (mine - none) / (1 - none)) * years * DAYS_PER_YEAR
        for mine, none, years in zip(offered, no_deal, patience, strict=True)
    ]
    track = lesson.history.tracks[0]
    issue = lesson.plan.options[0]
    first = lesson.plan.slots[0].start
    assert {issue[column - first] for column in track.terms[:, 0]} == {f"s{round(100 * east):03d}"}
    assert {float(lesson.plan.ticks.days[tick]) for tick in track.signed} == {ROUND * math.ceil(max(waits) / ROUND)}


@pytest.mark.parametrize(("east", "west"), [(0.2, 0.2), (0.3, 0.2), (0.4, 0.2), (0, 0.2), (0.6, 0.2), (0.1, 0.7)])
def test_the_pie_is_split_as_nash_says_on_the_day_that_patience_implies(east: float, west: float) -> None:
    split(at((EAST, east), (WEST, west)))


def test_the_mediator_s_weights_split_the_gain() -> None:
    split(at(("talks.table.weights.east", 3)), lean=3)


def test_one_side_s_hurry_moves_neither_the_split_nor_the_date_and_both_sides_hurry_the_date() -> None:
    half = "6 months"
    split(at(("parties.east.patience", half)), patience=(0.5, 1))
    split(at(("parties.east.patience", half), ("parties.west.patience", half)), patience=(0.5, 0.5))


def test_nothing_to_gain_no_deal() -> None:
    assert not played("divide-the-pie", variant="nothing_to_gain", trials=20).answer("deal_in_a_year").any()
    assert (played("divide-the-pie", at((EAST, 0.8)), trials=20).history.tracks[0].signed == NEVER).all()


@pytest.mark.parametrize("rate", [0.5, 1, 2])
def test_a_truce_lasts_a_year_as_often_as_no_attack_comes(rate: float) -> None:
    """Attacks come on the 52 weekly ticks of the year; tolerance 4 standard errors (false alarm 1 in 16,000)."""
    lasting = played("spoilers", at((RATE, rate))).first_lasting("ceasefire")
    assert not np.isnan(lasting).any()
    expected = math.exp(-rate * 52 * 7 / DAYS_PER_YEAR)
    assert lasting.mean() == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / TRIALS))


def test_a_militia_with_a_veto_signs_just_where_it_does_not_live_off_the_war() -> None:
    table = played("spoilers", variant="militia_at_the_table")
    assert table.answer("truce").mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(TRIALS))
    assert (table.answer("truce") == table.answer("truce_that_lasts")).all()
    for cost, signs in ((-0.05, False), (0.05, True)):
        asked = played("spoilers", at(("parties.militia.war_cost", cost)), "militia_at_the_table")
        assert (asked.answer("truce") == signs).all()


@pytest.mark.parametrize(("settings", "rate"), [((), 0.3), (at((PRESSURE, 0.05)), 0.6)])
def test_deals_break_at_the_stated_rate(settings: Settings, rate: float) -> None:
    lasting = played("mediator-pressure", settings).first_lasting("settlement")
    told = lasting[~np.isnan(lasting)]
    expected = math.exp(-rate * YEAR / DAYS_PER_YEAR)
    assert told.mean() == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / told.size))


# --- what the summaries say -------------------------------------------------------------------------------------------


def settled(lesson: Lesson) -> list[str]:
    return [share_text(lesson.summary["questions"]["peace_in_two_years"])]


def pressed(lesson: Lesson) -> list[str]:
    questions = lesson.summary["questions"]
    shares = [questions["signed"], lesson.summary["held"]["settlement"]["1 year"], questions["signed_and_lasting"]]
    return [share_text(share) for share in shares]


def attacked(lesson: Lesson) -> list[str]:
    shares = [lesson.summary["questions"]["truce"], lesson.summary["held"]["ceasefire"]["1 year"]]
    return [*(share_text(share) for share in shares), f"{lesson.summary['tolls']['killed']['mean']:.0f}"]


def divided(lesson: Lesson) -> list[str]:
    signed = lesson.summary["terms"]["table"]
    if not signed["signed"]:
        return ["no deal", "never"]
    option = max(signed["issues"]["pie"], key=lambda name: signed["issues"]["pie"][name]["p"])
    return [f"{int(option[1:])} %", str(lesson.summary["reached"]["settlement"]["median_date"])]


NO_GUARD = (GUARD, 0)
STATED: list[tuple[str, str, Settings, str | None]] = [
    ("divide-the-pie", "0.2 | 0.2 | 1 to 1", (), None),
    ("divide-the-pie", "0.3 | 0.2 | 1 to 1", at((EAST, 0.3)), None),
    ("divide-the-pie", "0.4 | 0.2 | 1 to 1", (), "east_has_a_way_out"),
    ("divide-the-pie", "0 | 0.2 | 1 to 1", at((EAST, 0)), None),
    ("divide-the-pie", "0.2 | 0.2 | 3 to 1", (), "mediator_leans_east"),
    ("divide-the-pie", "0.5 | 0.5 | 1 to 1", (), "nothing_to_gain"),
    ("private-information", "0.5 | 0.2 (it learns)", (), None),
    ("private-information", "0.5 | 0.1", at((DOUBT, 0.1)), None),
    ("private-information", "0.5 | 0 (it does not learn)", (), "does_not_learn"),
    ("private-information", "0.25 | 0", at((OPTIMISM, 0.25), (DOUBT, 0)), None),
    ("private-information", "0 | 0", (), "no_illusion"),
    ("private-information", "0 | 0.4", at((OPTIMISM, 0), (DOUBT, 0.4)), None),
    ("private-information", "0.5, and reports that add 0.3 | 0.2", (), "flattering_reports"),
    ("commitment-problem", "0.9 | 0.3 | 1", (), None),
    ("commitment-problem", "0.45 | 0.3 | 1", at((GUARD, 0.45)), None),
    ("commitment-problem", "0 | 0.3 | 1", (), "no_guard"),
    ("commitment-problem", "0 | 0.15 | 1", at(NO_GUARD, (EXPOSURE, 0.15)), None),
    ("commitment-problem", "0 | 0.3 | 0.5", at(NO_GUARD, (DISTRUST, 0.5)), None),
    ("commitment-problem", "0 | 0 | 1", (), "no_guard_nothing_exposed"),
    ("commitment-problem", "0 | 0 | 4", (), "no_guard_deep_distrust"),
    ("hurting-stalemate", "0 | on", at((COST, 0)), None),
    ("hurting-stalemate", "0.1 | on", (), None),
    ("hurting-stalemate", "0.25 | on", at((COST, 0.25)), None),
    ("hurting-stalemate", "0.4 | on", (), "war_hurts"),
    ("hurting-stalemate", "0.1 | off", (), "ripeness_off"),
    ("spoilers", "0 | outside", (), "quiet_militia"),
    ("spoilers", "0.5 | outside", at((RATE, 0.5)), None),
    ("spoilers", "1 | outside", (), None),
    ("spoilers", "2 | outside", at((RATE, 2)), None),
    ("spoilers", "0 | at the table", (), "militia_at_the_table"),
    ("mediator-pressure", "0 | 2", (), None),
    ("mediator-pressure", "0.025 | 2", at((PRESSURE, 0.025)), None),
    ("mediator-pressure", "0.05 | 2", (), "pressure"),
    ("mediator-pressure", "0.05 | 1", (), "pressure_without_penalty"),
]
MEASURES = {"divide-the-pie": divided, "spoilers": attacked, "mediator-pressure": pressed}


def row(name: str, label: str, settings: Settings, variant: str | None) -> str:
    """Return a row of the table in a lesson's summary, as a run at its trials and seed gives it."""
    lesson = played(name, settings, variant, 100 if name == "divide-the-pie" else TRIALS)
    return f"| {' | '.join([label, *MEASURES.get(name, settled)(lesson)])} |"


def summary_of(name: str) -> str:
    return load(TEACHING / f"{name}.yaml").file.summary or ""


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_s_table_is_what_its_runs_give(name: str) -> None:
    stated = [line for line in summary_of(name).splitlines() if line.startswith("| ")][1:]
    assert stated == [row(*line) for line in STATED if line[0] == name]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_the_summary_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    commands = [shlex.split(line) for line in summary_of(name).splitlines() if line.startswith("    negosim run ")]
    assert len(commands) >= 4
    for _, *arguments in commands:
        arguments[arguments.index("--trials") + 1] = "10"
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--workers", "1"])
        assert ended.value.code == 0
    used = {arguments[arguments.index("--variant") + 1] for arguments in commands if "--variant" in arguments}
    assert used <= set(load(TEACHING / f"{name}.yaml").file.variants)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_small_and_says_what_it_teaches(name: str) -> None:
    scenario = load(TEACHING / f"{name}.yaml")
    file = scenario.file
    assert scenario.notes == ()
    assert 2 <= len(file.parties) <= 3
    assert 1 <= len(file.issues) + len(file.chips) <= 3
    assert file.variants
    assert file.levers
    assert file.questions
    lines = (file.summary or "").splitlines()
    assert lines[1].startswith("It teaches ")
    for part in ("**Change one number", "**What you see**", "**Why.**", "**Ask the class.**"):
        assert part in (file.summary or "")
    assert all(re.search(r"\b(19|20)\d\d, \w", source.title) for source in file.sources.values())
    named = {title.title.split(" ")[0] for title in file.sources.values()}
    assert all(author in (file.summary or "") for author in named)


def bare_numbers(node: Any, path: str) -> list[str]:
    """Return the paths of numbers and durations of the model that say nothing of where they come from."""
    if isinstance(node, dict):
        if "source" in node:
            return []
        return [found for key, value in node.items() for found in bare_numbers(value, f"{path}.{key}")]
    is_duration = isinstance(node, str) and re.fullmatch(r"\d+ (days|weeks|months|years)", node)
    return [path] if is_duration or (isinstance(node, int | float) and not isinstance(node, bool)) else []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_number_says_where_it_comes_from(path: Path) -> None:
    """All but the calendar of the talks and a share of the pie, which is worth itself."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = [
        line for part in ("parties", "issues", "war", "talks", "events") for line in bare_numbers(data.get(part), part)
    ]
    allowed = re.compile(r"talks\.\w+\.every|issues\.pie\.views\.(east|west)\.values\.s\d{3}")
    assert [line for line in found if not allowed.fullmatch(line)] == []
