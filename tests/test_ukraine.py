"""The two Ukraine scenarios: what an analyst would look for in them, and the paired difference a variant makes.

Variants are played under the same seed as the base, so that a difference is taken history by history: its interval
is that of the mean of those differences. A bound below is missed by luck in fewer than one case in forty.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negosim.engine.compile import compiled
from negosim.engine.plan import Plan
from negosim.engine.record.history import NEVER, History
from negosim.engine.run import histories
from negosim.engine.streams import Array
from negosim.experiments.replay.replay import replayed
from negosim.results.intervals import wilson
from negosim.results.trials import joined
from negosim.scenario.inputs import grounds
from negosim.scenario.load import load
from negosim.scenario.schema.events import Draw, Scale

SCENARIOS = Path(__file__).parent.parent / "scenarios"
DECEMBER, JUNE = "ukraine-2025-12", "ukraine-2026-06"
TRIALS = 1000
RATIFIED = ("treaty_and_troops", "treaty_no_troops")


@cache
def played(name: str, variant: str | None = None, trials: int = TRIALS) -> tuple[Plan, History]:
    plan = compiled(load(SCENARIOS / f"{name}.yaml", variant=variant).file)
    return plan, joined(list(histories(plan, trials, 1)))


def reached(history: History, kind: str) -> Array:
    return (history.spells[kind].first != NEVER).astype(float)


@dataclass(frozen=True)
class Interval:
    """The mean of paired differences, with its 95 % interval."""

    mean: float
    low: float
    high: float


def paired(variant: Array, base: Array) -> Interval:
    difference = variant - base
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(difference.size)
    return Interval(float(mean), float(mean - 1.96 * error), float(mean + 1.96 * error))


def within(plan: Plan, history: History, kind: str) -> tuple[float, float]:
    """The shares of histories that have reached something within twelve months, and by the horizon."""
    first = history.spells[kind].first
    year = int(np.searchsorted(plan.ticks.days, 365.0, side="right")) - 1
    return float((first <= year)[first != NEVER].sum() / first.size), float((first != NEVER).mean())


def track_of(plan: Plan, name: str) -> int:
    return [track.id for track in plan.tracks].index(name)


def signed_options(plan: Plan, history: History, issue: str) -> list[str]:
    """The option that each signed settlement text has on an issue."""
    kept = history.tracks[track_of(plan, "settlement")]
    place = plan.issues.index(issue)
    columns = kept.terms[kept.signed != NEVER][:, place] - plan.slots[place].start
    return [plan.options[place][column] for column in columns]


@pytest.mark.parametrize(("name", "trials"), [(DECEMBER, TRIALS), (JUNE, 500)])
def test_limited_deals_before_a_ceasefire_before_a_settlement(name: str, trials: int) -> None:
    _, history = played(name, trials=trials)
    limited, ceasefire, settlement = (reached(history, kind) for kind in ("limited", "ceasefire", "settlement"))
    assert paired(limited, ceasefire).low > 0
    assert paired(ceasefire, settlement).low > 0
    assert settlement.any()


def test_theory_and_file_agree_that_peace_is_rarer_without_washington() -> None:
    """Less pressure, a worse informed mediator and a better outlook for Moscow all make a deal rarer."""
    _, base = played(DECEMBER)
    _, alone = played(DECEMBER, "us_walks_away")
    assert paired(reached(alone, "agreement"), reached(base, "agreement")).high < 0
    assert paired(reached(alone, "ceasefire"), reached(base, "ceasefire")).high < 0
    won = paired((alone.winner == 1).astype(float), (base.winner == 1).astype(float))
    assert won.mean > 0
    assert paired(alone.fought, base.fought).low > 0


def test_spent_assets_leave_moscow_less_to_sign_for() -> None:
    """A chip that is spent buys nothing: what Moscow signs is worth less to it, history by history.

    Whether a deal comes at all hardly changes; the summary of the scenario says why.
    """
    plan, base = played(DECEMBER)
    _, seized = played(DECEMBER, "assets_seized")
    index, russia = track_of(plan, "settlement"), plan.parties.index("russia")
    worth, worth_seized = base.tracks[index].worth[:, russia], seized.tracks[index].worth[:, russia]
    both = ~np.isnan(worth) & ~np.isnan(worth_seized)
    assert both.sum() > 30
    assert paired(worth_seized[both], worth[both]).high < 0
    change = paired(reached(seized, "agreement"), reached(base, "agreement"))
    assert -0.02 < change.low < change.high < 0.03


def test_assets_and_guarantees_stand_together_in_settlements() -> None:
    plan, history = played(DECEMBER)
    assets = signed_options(plan, history, "frozen_assets")
    guarantees = signed_options(plan, history, "security_guarantee")
    released = [
        guarantee for asset, guarantee in zip(assets, guarantees, strict=True) if asset in ("split", "returned")
    ]
    guaranteed = sum(guarantee in RATIFIED for guarantee in released)
    # Some of the signed texts have both, and the assets are rarely let go without a guarantee.
    assert wilson(guaranteed, len(assets))["low"] > 0.04
    assert guaranteed / len(released) > 0.75
    # Once they are spent they are in no text.
    plan, history = played(DECEMBER, "assets_seized")
    assert set(signed_options(plan, history, "frozen_assets")) == {"reparations"}


@pytest.mark.parametrize("name", [DECEMBER, JUNE])
def test_who_votes_on_what(name: str) -> None:
    """A settlement goes to Kyiv, Brussels and Washington; truces and limited deals go nowhere."""
    plan = compiled(load(SCENARIOS / f"{name}.yaml").file)
    voting = {track.id: {plan.parties[body.party] for body in track.bodies} for track in plan.tracks}
    nowhere = {track: set[str]() for track in ("ceasefire", "prisoners", "energy_truce", "black_sea")}
    settlements = ["settlement", "first_text"] if name == DECEMBER else ["settlement"]
    assert voting == nowhere | {track: {"ukraine", "us", "eu"} for track in settlements}
    kinds = {track.id: track.kind for track in plan.tracks}
    assert {name for name, kind in kinds.items() if kind == "limited"} == {"prisoners", "energy_truce", "black_sea"}


def test_votes_fell_some_texts_and_pass_others() -> None:
    plan, history = played(DECEMBER)
    kept = history.tracks[track_of(plan, "settlement")]
    assert (kept.votes > 0).all()
    assert 0 < kept.approved.sum() < kept.votes.sum()


def test_moscow_wins_more_often_where_the_loan_never_comes() -> None:
    """Without it the stock of money runs dry within months, and stays so."""
    events = load(SCENARIOS / f"{DECEMBER}.yaml").file.events
    without = {f"events.{event}.chance": 0 for event in events if event.startswith("eu_loan")}
    assert len(without) == 4
    _, base = played(DECEMBER)
    plan = compiled(load(SCENARIOS / f"{DECEMBER}.yaml", values=without).file)
    dry = joined(list(histories(plan, TRIALS, 1)))
    assert paired((dry.winner == 1).astype(float), (base.winner == 1).astype(float)).low > 0


def test_geneva_happens_in_the_first_round() -> None:
    """Of the first text fall the clauses that fell in November: the cap, the amnesty, the assets; the core stays."""
    scenario = load(SCENARIOS / f"{DECEMBER}.yaml")
    told = replayed(scenario, 2, seed=1)
    opened = next(entry for entry in told["story"] if entry["kind"] == "talks_open" and entry["track"] == "first_text")
    assert opened["draft"] == scenario.file.texts["plan28"].options
    first = next(entry for entry in told["story"] if entry["kind"] == "rounds" and entry["track"] == "first_text")
    assert first["date"] == "2025-12-24"
    assert {change["issue"] for change in first["changes"]} == {"army_cap", "reparations_and_justice", "frozen_assets"}
    assert {"ukraine", "nato"} <= {refusal["party"] for refusal in first["refusals"] if refusal["red_line"]}
    revised = next(entry for entry in told["story"] if entry["kind"] == "talks_open" and entry["track"] == "settlement")
    assert revised["draft"].items() >= scenario.file.texts["plan20"].options.items()


@pytest.mark.parametrize("name", [DECEMBER, JUNE])
def test_the_guns_may_fall_silent_without_brussels(name: str) -> None:
    file = load(SCENARIOS / f"{name}.yaml").file
    assert not set(file.talks["ceasefire"].issues or ()) & set(file.chips)
    assert "eu" in file.chips["sanctions"].held_by
    assert {"sanctions", "frozen_assets"} <= set(file.talks["settlement"].issues or ())
    assert file.talks["settlement"].until_ratified == "truce"
    assert {body.vote_as for body in file.parties["ukraine"].ratification} == {"ukraine_voters"}


@pytest.mark.parametrize("name", [DECEMBER, JUNE])
def test_what_the_article_names_is_in_the_file(name: str) -> None:
    file = load(SCENARIOS / f"{name}.yaml").file
    assert "iaea_zone" in file.issues["znpp"].views["russia"].red_lines
    assert {"plan28", "geneva19", "plan20"} <= set(file.texts)
    retaliation = [effect.draw for effect in file.events["assets_used"].effects if isinstance(effect, Draw)]
    assert retaliation == ["russia.energy_strikes.mutual_truce"]
    emboldened = file.events["washington_impatient"].effects
    assert any(isinstance(effect, Scale) and effect.scale == "parties.russia.patience" for effect in emboldened)
    assert {"casualties_russia", "casualties_ukraine", "civilians"} <= set(file.war.tolls if file.war else ())
    assert file.war
    assert file.war.beliefs["russia"].erosion.support[1] > 0
    assert "300bn" in (file.chips["frozen_assets"].title or "")
    assert "210bn" in (file.chips["frozen_assets"].title or "")


@pytest.mark.parametrize("name", [DECEMBER, JUNE])
def test_nearly_every_number_says_what_it_rests_on(name: str) -> None:
    scenario = load(SCENARIOS / f"{name}.yaml")
    assert not [note for note in scenario.notes if "published after" in note]
    total = grounds(scenario.file)["total"]
    assert total["nothing"] < 0.2 * (total["source"] + total["judgement"] + total["nothing"])
    assert total["source"] > total["judgement"]


ROW = re.compile(r"\| (?P<kind>[a-z ]+) \| (?P<year>[\d.]+) % .*\| (?P<two>[\d.]+) % ")
KINDS = {"limited deal": "limited", "ceasefire": "ceasefire", "settlement": "settlement",
         "either of these": "agreement"}  # fmt: skip


@pytest.mark.parametrize(("name", "trials"), [(DECEMBER, TRIALS), (JUNE, 500)])
def test_the_summary_states_what_a_run_answers(name: str, trials: int) -> None:
    """Stated shares lie within four standard errors of a shorter run (each is missed in one case of ten thousand)."""
    scenario = load(SCENARIOS / f"{name}.yaml")
    plan, history = played(name, trials=trials)
    rows = [ROW.match(line) for line in (scenario.file.summary or "").splitlines()]
    stated = {KINDS[row["kind"]]: (row["year"], row["two"]) for row in rows if row and row["kind"] in KINDS}
    assert set(stated) == set(KINDS.values())
    for kind, shares in stated.items():
        for share, found in zip(shares, within(plan, history, kind), strict=True):
            p = float(share) / 100
            assert abs(found - p) < 4 * np.sqrt(max(p * (1 - p), 0.002) / trials), (kind, share)


WHAT_IF = re.compile(r"\| (?P<label>[A-Za-z' ]+) \| (?P<year>\d+) % \| (?P<two>\d+) % \| (?P<settlement>[\d.]+) % \|")
SOBER = {"optimism": {"triangular": [0, 0.02, 0.06]}, "narrative": {"triangular": [0, 0.015, 0.04]}}
CHANGES: dict[str, tuple[str | None, dict[str, Any]]] = {
    "as it stands": (None, {}),
    "no American pressure": ("no_pressure", {}),
    "Washington walks away at once": ("us_walks_away", {}),
    "a broken truce costs nothing": (None, {f"parties.{side}.exposure": 0 for side in ("russia", "ukraine")}),
    "a broken truce costs three times as much": ("momentum_dear", {}),
    "Moscow's nearest line against a truce twice as firm": (
        None,
        {"issues.sequence.views.russia.red_lines.with_framework": "96 months"},
    ),
    "Moscow's farther line against a truce never lifts": (
        None,
        {"issues.sequence.views.russia.red_lines.truce_first": "never"},
    ),
    "Moscow as sober about the front as Kyiv": (
        None,
        {f"war.beliefs.russia.{key}": value for key, value in SOBER.items()},
    ),
    "voters who ask for nothing beyond no deal": (
        None,
        {f"parties.ukraine.ratification.{body}.hurdle": 0 for body in (0, 1)},
    ),
}


def test_what_the_answer_depends_on_is_stated_as_it_is() -> None:
    """Each stated share lies within four standard errors of a shorter run, and half a point for its rounding."""
    summary = load(SCENARIOS / f"{DECEMBER}.yaml").file.summary or ""
    rows = [row for row in map(WHAT_IF.search, summary.splitlines()) if row]
    assert [row["label"] for row in rows] == list(CHANGES)
    for row in rows:
        variant, values = CHANGES[row["label"]]
        plan = compiled(load(SCENARIOS / f"{DECEMBER}.yaml", variant=variant, values=values).file)
        history = joined(list(histories(plan, 300, 1)))
        year, two = within(plan, history, "ceasefire")
        found = {"year": year, "two": two, "settlement": within(plan, history, "settlement")[1]}
        for key, share in found.items():
            p = float(row[key]) / 100
            assert abs(share - p) < 4 * np.sqrt(max(p * (1 - p), 0.002) / 300) + 0.005, (row["label"], key)
