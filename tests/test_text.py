"""negosim text: every number is held against the model read rule by rule (tests/reference); nothing is played."""

from __future__ import annotations

import itertools
import json
import math
import statistics
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negosim.experiments.text.text import text as put
from negosim.results.intervals import wilson
from negosim.scenario.load import Scenario
from negosim.scenario.load import load as load_file
from tests.reference.bodies import Bodies
from tests.reference.calendar import Calendar
from tests.reference.concession import Concession
from tests.reference.formulas import ROUNDING, contains
from tests.reference.ledger import Luck, Stated
from tests.reference.outcome import Text
from tests.reference.red_lines import RedLines
from tests.reference.war import War
from tests.reference.world import World
from tests.reference.worth import Worth
from tests.test_cli import negosim
from tests.worlds import BORDER, load, pie

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
DRAWS = 24
CLOSE = 1e-9


class Medians(Luck):
    """The luck with which every number lies at its median."""

    def __init__(self) -> None:
        super().__init__(1, 0)

    def uniform(self, name: str, tick: int = 0, lane: int = 0) -> float:
        return 0.5


class Opening:
    """The first day of one trial, before any event, and what the rules say of a text then."""

    def __init__(self, scenario: Scenario, luck: Luck, track: str) -> None:
        self.file, self.track = scenario.file, track
        self.world = World(Stated(self.file), Calendar(self.file), luck)
        self.worth = Worth(self.world)
        self.lines = RedLines(self.world)
        self.bodies = Bodies(self.world, self.worth)
        self.concession = Concession(self.world, self.worth, self.lines, self.bodies)
        War(self.world).begin()
        self.concession.begin()
        self.worth.value_war()

    def package(self, options: Text) -> Text:
        return {**self.world.status_quo(), **options}

    def asked(self, text: Text) -> set[str]:
        quo = self.world.status_quo()
        holders = {who for name in text if text[name] != quo[name] for who in self.world.holders_of(name)}
        return set(self.file.talks[self.track].signatories) | holders

    @cached_property
    def consenters(self) -> set[str]:
        agenda = self.world.agenda[self.track]
        return set(self.file.talks[self.track].signatories) | {
            who for name in agenda for who in self.world.holders_of(name)
        }

    def value(self, party: str, text: Text) -> float:
        return self.worth.of_agreement(party, self.track, text)

    def asks(self, party: str) -> float:
        return self.concession.aspiration(party, self.track) if party in self.consenters else self.never_asked(party)

    def never_asked(self, party: str) -> float:
        """Nobody works out an aspiration for those who are never asked: their best agreement counts as nothing."""
        n, tough = self.settles_for(party), self.concession.toughness(party, self.track)
        return n + tough * max(0.0, 0.0 - n)

    def settles_for(self, party: str) -> float:
        return self.concession.reservation(party, self.track)

    def crossed(self, party: str, text: Text) -> list[str]:
        return self.lines.crossed(party, self.track, text)

    def against(self, party: str, text: Text) -> str | None:
        for body in self.bodies.voting(party, self.track) if party in self.consenters else []:
            if body.has_values_of_its_own and not self.bodies.will_pass(body, self.track, text):
                return body.votes_as
        return None

    def signs(self, party: str, text: Text, ask: float | None = None, *, lines: bool = True) -> bool:
        ask = self.settles_for(party) if ask is None else ask
        barred = lines and bool(self.crossed(party, text))
        return not barred and self.value(party, text) >= ask - ROUNDING and self.against(party, text) is None

    def all_sign(self, text: Text, *, lines: bool = True) -> bool:
        return all(self.signs(party, text, lines=lines) for party in self.asked(text))

    def lifted(self, party: str, text: Text, day: float) -> bool:
        until = [
            self.lines._until.get((name, text[name]), {}).get(party, 0.0)
            for name in self.world.agenda[self.track]
            if name not in self.world.fixed
        ]
        return all(lifts <= day for lifts in until)

    def parts(self, party: str, text: Text) -> dict[str, Any]:
        """A - N taken apart, from the formulas of model 2 and 5."""
        quo, ledger = self.world.status_quo(), self.world.ledger
        limited = self.world.kind(self.track) == "limited"
        phi = self.worth.undecided(party) if limited else 1.0
        weighted = self.worth.weighted(party)
        issues = {name: phi * (weighted[name][text[name]] - weighted[name][quo[name]]) for name in text}
        linked = sum(
            added[party] * (contains(text, when) - contains(quo, when))
            for when, added in self.worth._added
            if party in added
        )
        r, h = self.worth.discounting(party, self.track, text)
        now, n = self.worth.utility(party, quo), self.worth.no_deal(party)
        gain = self.worth.utility(party, text) - now
        if limited:
            return {"war_ends": 0.0, "issues": issues, "linkages": phi * linked, "may_break": -phi * gain * h / (r + h)}
        cost = ledger[f"talks.{self.track}.after.peace_cost"] * self.worth.cost(party)
        broken = self.world.war_value[party] - ledger[f"parties.{party}.exposure"]
        lasting = now + gain - cost
        return {
            "war_ends": now - cost - n,
            "issues": issues,
            "linkages": linked,
            "may_break": h / (r + h) * (broken - lasting),
        }

    def after(self, text: Text) -> dict[str, float]:
        ledger, after = self.world.ledger, f"talks.{self.track}.after"
        gap = math.prod(
            1 - ledger[f"{self.world.section[name]}.{name}.options.{option}.enforcement"]
            for name, option in text.items()
        )
        hazard = ledger[f"{after}.breach"] * (1 - ledger[f"{after}.enforcement_effect"] * (1 - gap))
        pressed = any(ledger[f"talks.{self.track}.pressure.{party}"] > 0 for party in self.asked(text))
        rate = hazard * (ledger[f"{after}.pressure_penalty"] if pressed else 1.0)
        shape = ledger[f"{after}.shape"]
        found = {"guarantees": 1 - gap, "hazard": hazard}
        found["median"] = math.log(2) ** (1 / shape) / rate if rate else math.inf
        found |= {f"holds {years}": math.exp(-((rate * years) ** shape)) for years in (1, 5)}
        sides = self.world.belligerents() or self.file.talks[self.track].signatories
        cost = ledger[f"{after}.defection_cost"]
        found["tempts"] = any(self.worth.no_deal(side) - self.value(side, text) > cost + ROUNDING for side in sides)
        return found

    def months(self, party: str, text: Text) -> float | None:
        """After how many months of talks the aspiration has come down to the text: by halving, not in closed form."""
        value, key = self.value(party, text), (self.track, party)
        if value < self.settles_for(party) - ROUNDING:
            return None
        spent, low, high = self.concession.clock[key], 0.0, self.world.ledger[f"talks.{self.track}.patience.{party}"]

        def enough(days: float) -> bool:
            self.concession.clock[key] = spent + days
            met = self.asks(party) <= value + ROUNDING
            self.concession.clock[key] = spent
            return met

        if enough(0.0):
            return 0.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return high / (365.25 / 12)


CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "28 points": (FLAGSHIP, {"name": "plan28"}),
    "20 points": (FLAGSHIP, {"name": "plan20"}),
    "20 points with a zone": (FLAGSHIP, {"name": "plan20", "put": {"donetsk_rest": "mutual_pullback"}}),
    "truce": (FLAGSHIP, {"put": {"sequence": "truce_first", "monitoring": "technical"}, "track": "ceasefire"}),
    "prisoners": (FLAGSHIP, {"put": {"prisoners_children": "staged"}, "track": "prisoners"}),
    "border": (BORDER, {"put": {"border": "far", "guard": "troops", "fund": "shared"}, "track": "peace"}),
    "impasse": (pie(options=9), {"put": {"pie": "o005"}}),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Scenario, Opening, list[Opening], Text]:
    source, asked = CASES[request.param]
    scenario = load_file(source) if isinstance(source, Path) else load(source)
    answer = json.loads(json.dumps(put(scenario, **asked, trials=DRAWS).as_dict(), allow_nan=False))
    track = answer["track"]["id"]
    middle = Opening(scenario, Medians(), track)
    drawn = [Opening(scenario, Luck(1, trial), track) for trial in range(DRAWS)]
    named = scenario.file.texts[asked["name"]].options if "name" in asked else {}
    return answer, scenario, middle, drawn, middle.package({**named, **asked.get("put", {})})


def check_range(found: dict[str, float], middle: float, drawn: list[float]) -> None:
    assert found["at_medians"] == pytest.approx(middle, abs=CLOSE)
    assert found["p05"] == pytest.approx(np.quantile(drawn, 0.05), abs=CLOSE)
    assert found["p95"] == pytest.approx(np.quantile(drawn, 0.95), abs=CLOSE)


def check_share(found: dict[str, float], answers: list[bool]) -> None:
    assert {key: found[key] for key in ("p", "low", "high")} == wilson(sum(answers), len(answers))


def test_what_everybody_says(case: Any) -> None:
    answer, _, middle, drawn, text = case
    said = answer["texts"][0]
    assert said["options"] == {name: text[name] for name in middle.world.agenda[middle.track]}
    for party, found in said["parties"].items():
        assert found["asked"] == (party in middle.asked(text))
        check_range(found["value"], middle.value(party, text), [one.value(party, text) for one in drawn])
        no_deal = [one.worth.no_deal(party) for one in drawn]
        check_range(found["no_deal"], middle.worth.no_deal(party), no_deal)
        for key in ("settles_for", "asks"):
            one, many = getattr(middle, key)(party), [getattr(item, key)(party) for item in drawn]
            check_range(found[key], one, many)
            short = [ask - item.value(party, text) for ask, item in zip(many, drawn, strict=True)]
            name = "short_of_asking" if key == "asks" else "short_of_settling"
            check_range(found[name], one - middle.value(party, text), short)
        today, later = middle.signs(party, text, middle.asks(party)), middle.signs(party, text)
        assert found["answer"] == ("signs" if today else "holds_out" if later else "refuses")
        assert found["voters"] == middle.against(party, text)
        check_share(found["signs_today"], [one.signs(party, text, one.asks(party)) for one in drawn])
        check_share(found["signs"], [one.signs(party, text) for one in drawn])
        check_share(found["wants"], [one.signs(party, text, lines=False) for one in drawn])
        if party in middle.consenters:
            expected = middle.months(party, text)
            assert found["months_of_talks"] == (None if expected is None else pytest.approx(expected, abs=1e-6))


def test_over_what_they_refuse(case: Any) -> None:
    answer, _, middle, _, text = case
    for party in middle.asked(text):
        found = answer["texts"][0]["parties"][party]
        crossed = middle.crossed(party, text)
        assert {line["issue"]: line["option"] for line in found["red_lines"]} == {name: text[name] for name in crossed}
        if middle.signs(party, text):
            assert found["over"] is None
            continue
        judge, issues = party, middle.world.agenda[middle.track]
        if not crossed and middle.value(party, text) >= middle.settles_for(party) - ROUNDING:
            judge = middle.against(party, text) or party
        weighted = middle.worth.weighted(judge)
        missing = {name: max(weighted[name].values()) - weighted[name][text[name]] for name in crossed or issues}
        assert missing[found["over"]] == pytest.approx(max(missing.values()), abs=CLOSE)


def test_by_when_red_lines_lift(case: Any) -> None:
    answer, scenario, middle, drawn, text = case
    said, start = answer["texts"][0], scenario.file.as_of
    year = start.replace(year=start.year + 1)
    dates = {date.isoformat(): float((date - start).days) for date in (year, scenario.file.end)}
    for party, found in said["parties"].items():
        assert found["lifted"].keys() == dates.keys()
        for date, day in dates.items():
            check_share(found["lifted"][date], [one.lifted(party, text, day) for one in drawn])
        for line in found["red_lines"]:
            for date, day in dates.items():
                until = [one.lines._until[line["issue"], line["option"]][party] for one in drawn]
                check_share(line["lifted"][date], [lifts <= day for lifts in until])
    asked = middle.asked(text)
    check_share(said["all"]["signs_today"], [all(o.signs(p, text, o.asks(p)) for p in asked) for o in drawn])
    check_share(said["all"]["signs"], [one.all_sign(text) for one in drawn])
    check_share(said["all"]["wants"], [one.all_sign(text, lines=False) for one in drawn])
    for date, day in dates.items():
        lifted = [all(one.lifted(party, text, day) for party in asked) for one in drawn]
        check_share(said["all"]["lifted"][date], lifted)
        signs = [gone and one.all_sign(text, lines=False) for gone, one in zip(lifted, drawn, strict=True)]
        check_share(said["all"]["signs_if_lifted"][date], signs)


def test_what_it_gives_and_takes(case: Any) -> None:
    answer, _, middle, drawn, text = case
    for party, found in answer["texts"][0]["parties"].items():
        gains, one = found["gains"], middle.parts(party, text)
        many = [item.parts(party, text) for item in drawn]
        for key in ("war_ends", "linkages", "may_break"):
            check_range(gains[key], one[key], [part[key] for part in many])
        for issue, part in gains["issues"].items():
            check_range(part, one["issues"][issue], [item["issues"][issue] for item in many])
        total = middle.value(party, text) - middle.worth.no_deal(party)
        check_range(gains["total"], total, [o.value(party, text) - o.worth.no_deal(party) for o in drawn])
        summed = one["war_ends"] + sum(one["issues"].values()) + one["linkages"] + one["may_break"]
        assert summed == pytest.approx(total, abs=CLOSE)


def test_how_long_it_would_last(case: Any) -> None:
    answer, _, middle, drawn, text = case
    found, one, many = answer["texts"][0]["lasting"], middle.after(text), [item.after(text) for item in drawn]
    for key in ("guarantees", "hazard"):
        check_range(found[key], one[key], [item[key] for item in many])
    medians = [item["median"] for item in many]
    expected = [one["median"], *np.quantile(medians, [0.05, 0.95], method="nearest").tolist()]
    for key, value in zip(("at_medians", "p05", "p95"), expected, strict=True):
        assert found["median_years"][key] == (None if math.isinf(value) else pytest.approx(value, rel=CLOSE))
    check_share(found["never_breaks"], [math.isinf(median) for median in medians])
    for years in (1, 5):
        held = [item[f"holds {years}"] for item in many]
        check_range(found["holds"][str(years)], one[f"holds {years}"], held)
        assert found["holds"][str(years)]["mean"] == pytest.approx(statistics.mean(held), abs=CLOSE)
    check_share(found["tempts"], [bool(item["tempts"]) for item in many])


def test_what_votes_say(case: Any) -> None:
    answer, _, middle, drawn, text = case
    votes, normal = answer["texts"][0]["votes"], statistics.NormalDist()
    expected = [
        (party, place)
        for party in sorted(middle.asked(text))
        for place, body in enumerate(middle.bodies.of_party[party])
        if middle.world.kind(middle.track) in body.of
    ]
    assert [vote["of"] for vote in votes] == [party for party, _ in expected]
    for (party, place), vote in zip(expected, votes, strict=True):
        cast = []
        for one in (middle, *drawn):
            body = one.bodies.of_party[party][place]
            gain = one.bodies.gain(body, one.track, text)
            passes = normal.cdf((gain - body.hurdle) / body.spread) if body.spread else float(gain >= body.hurdle)
            cast.append((gain, body.hurdle, passes))
        assert vote["as"] == middle.bodies.of_party[party][place].votes_as
        for at, key in enumerate(("gain", "hurdle", "passes")):
            check_range(vote[key], cast[0][at], [item[at] for item in cast[1:]])
        assert vote["passes"]["mean"] == pytest.approx(statistics.mean(item[2] for item in cast[1:]), abs=CLOSE)


# -- other texts ------------------------------------------------------------------------------------------------------


def allowed(opening: Opening, text: Text) -> bool:
    """Whether talks may put a text: nothing excluded, nothing forbidden."""
    file, agenda = opening.file, opening.world.agenda[opening.track]
    excluded = any(opening.world.is_excluded(opening.track, name, text[name]) for name in agenda)
    forbidden = any(contains(text, never) and any(name in agenda for name in never) for never in file.never)
    return not excluded and not forbidden


def changes_of(opening: Opening, text: Text, size: int) -> list[Text]:
    """Return all texts that differ from another in so many issues of the agenda."""
    agenda = opening.world.agenda[opening.track]
    found = []
    for names in itertools.combinations(agenda, size):
        options = ([o for o in opening.world.issues[name].options if o != text[name]] for name in names)
        found += [{**text, **dict(zip(names, chosen, strict=True))} for chosen in itertools.product(*options)]
    return [changed_text for changed_text in found if allowed(opening, changed_text)]


def differing(one: Text, other: Text) -> dict[str, str]:
    return {name: option for name, option in other.items() if one[name] != option}


def margin(opening: Opening, party: str, text: Text) -> float:
    """m of a party, against what it settles for."""
    r, h = opening.worth.discounting(party, opening.track, text)
    return (opening.value(party, text) - opening.settles_for(party)) * (1 + h / r)


def test_what_would_win_those_who_refuse(case: Any) -> None:
    answer, _, middle, _, text = case
    said = answer["texts"][0]
    refusing = {party for party in middle.asked(text) if not middle.signs(party, text)}
    assert said["changes"].keys() == refusing
    sized = {1: changes_of(middle, text, 1), 2: changes_of(middle, text, 2) if refusing else []}
    for party in refusing:
        won = {
            size: [differing(text, x) for x in texts if party not in middle.asked(x) or middle.signs(party, x)]
            for size, texts in sized.items()
        }
        pairs = [pair for pair in won[2] if not any(single.items() <= pair.items() for single in won[1])]
        for key, expected in (("single", won[1]), ("pairs", pairs)):
            found = said["changes"][party][key]
            assert found["found"] == len(expected)
            ranks = []
            for change in found["best"]:
                assert change["options"] in expected
                after = {**text, **change["options"]}
                assert change["still_asked"] == (party in middle.asked(after))
                assert set(change["asked"]) == middle.asked(after)
                assert set(change["signing"]) == {who for who in middle.asked(after) if middle.signs(who, after)}
                costs = {who: middle.value(who, after) - middle.value(who, text) for who in middle.consenters - {party}}
                assert change["costs"] == {who: pytest.approx(amount, abs=CLOSE) for who, amount in costs.items()}
                ranks.append((len(change["asked"]) - len(change["signing"]), -min(costs.values(), default=0.0)))
            assert ranks == sorted(ranks)


def test_the_nearest_text_that_all_would_sign(case: Any) -> None:
    answer, _, middle, _, text = case
    for key, lines in (("respected", True), ("ignored", False)):
        found = answer["texts"][0]["nearest"][key]
        assert found["settled"]
        closer = 2 if found["changes"] is None else min(len(found["changes"]) - 1, 2)
        for size in range(closer + 1):
            assert not any(middle.all_sign(x, lines=lines) for x in changes_of(middle, text, size))
        if found["changes"] is None:
            continue
        after = {**text, **found["changes"]}
        assert allowed(middle, after) and middle.all_sign(after, lines=lines)
        assert found["parties"].keys() == middle.asked(after)
        for party, said in found["parties"].items():
            assert said["value"] == pytest.approx(middle.value(party, after), abs=CLOSE)
            assert said["settles_for"] == pytest.approx(middle.settles_for(party), abs=CLOSE)
            difference = middle.value(party, after) - middle.value(party, text)
            assert said["difference"] == pytest.approx(difference, abs=CLOSE)


def test_of_the_nearest_texts_it_is_the_most_even() -> None:
    """Where no body votes the least satisfied party gains most, by m of the zone of agreement."""
    scenario = load(BORDER)
    answer = put(scenario, put={"border": "far", "guard": "none"}, track="peace", trials=1).as_dict()
    middle = Opening(scenario, Medians(), "peace")
    text = middle.package({"border": "far", "guard": "none"})
    found = answer["texts"][0]["nearest"]["respected"]["changes"]
    assert found
    rivals = [x for x in changes_of(middle, text, len(found)) if middle.all_sign(x)]
    best = max(min(margin(middle, party, x) for party in middle.asked(x)) for x in rivals)
    after = {**text, **found}
    assert min(margin(middle, party, after) for party in middle.asked(after)) == pytest.approx(best, abs=1e-6)


def test_the_fewest_changes_that_win_a_party(case: Any) -> None:
    """Each red line crossed takes a change of its own; where these are all, fewer are impossible."""
    answer, _, middle, _, text = case
    for party, found in answer["texts"][0]["changes"].items():
        if found["single"]["found"] or found["pairs"]["found"]:
            assert found["least"] is None
            continue
        least = found["least"]["changes"]
        assert found["least"]["settled"]
        if least is None:
            sizes = range(len(middle.world.agenda[middle.track]) + 1)
            assert not any(middle.signs(party, x) for size in sizes for x in changes_of(middle, text, size))
            continue
        after = {**text, **least}
        assert allowed(middle, after) and middle.signs(party, after)
        assert len(least) == max(len(middle.crossed(party, text)), 3)


def test_the_pareto_frontier(case: Any) -> None:
    answer, _, middle, _, text = case
    found, everybody = answer["texts"][0]["frontier"], sorted(middle.consenters)
    before = {party: middle.value(party, text) for party in everybody}

    def better(x: Text) -> bool:
        gains = [middle.value(party, x) - before[party] for party in everybody]
        fresh = any(x[name] != text[name] for party in everybody for name in middle.crossed(party, x))
        return not fresh and min(gains) >= 0 and max(gains) > 1e-6

    if found["is_on"]:
        for size in (1, 2):
            assert not any(better(x) for x in changes_of(middle, text, size))
    else:
        after = {**text, **found["better"]}
        assert allowed(middle, after)
        gains = {party: middle.value(party, after) - before[party] for party in everybody}
        assert found["gains"] == {party: pytest.approx(gain, abs=CLOSE) for party, gain in gains.items()}
        assert min(gains.values()) >= -1e-6 and max(gains.values()) > 1e-6


@pytest.mark.parametrize("border", ["old", "line", "far"])
@pytest.mark.parametrize("guard", ["none", "watch", "troops"])
@pytest.mark.parametrize("fund", ["frozen", "shared", "returned"])
def test_the_frontier_of_a_small_agenda_by_looking_at_every_text(border: str, guard: str, fund: str) -> None:
    scenario = load(BORDER)
    options = {"border": border, "guard": guard, "fund": fund}
    answer = put(scenario, put=options, track="peace", trials=1).as_dict()
    middle = Opening(scenario, Medians(), "peace")
    rows = []
    for chosen in itertools.product(*(middle.world.issues[name].options for name in options)):
        x = dict(zip(options, chosen, strict=True))
        rows.append([middle.value(party, middle.package(x)) for party in ("north", "south", "union")])
    here = np.array([middle.value(party, middle.package(options)) for party in ("north", "south", "union")])
    gains = np.array(rows) - here
    dominated = bool(((gains >= -1e-9).all(axis=1) & (gains.max(axis=1) > 1e-6)).any())
    assert answer["texts"][0]["frontier"]["is_on"] is not dominated


# -- two texts --------------------------------------------------------------------------------------------------------


def test_two_texts_side_by_side() -> None:
    scenario = load_file(FLAGSHIP)
    answer = put(scenario, "plan28", against="plan20", trials=DRAWS).as_dict()
    track, texts = answer["track"]["id"], [answer["texts"][at]["options"] for at in (0, 1)]
    middle = Opening(scenario, Medians(), track)
    drawn = [Opening(scenario, Luck(1, trial), track) for trial in range(DRAWS)]
    first, second = (middle.package(options) for options in texts)
    assert answer["compared"]["issues"] == {
        name: [first[name], second[name]] for name in sorted(first) if first[name] != second[name]
    }
    for party, found in answer["compared"]["parties"].items():
        less = [one.value(party, second) - one.value(party, first) for one in drawn]
        check_range(found["difference"], middle.value(party, second) - middle.value(party, first), less)
        before, after = middle.parts(party, first), middle.parts(party, second)
        for key in ("war_ends", "linkages", "may_break"):
            assert found["gains"][key] == pytest.approx(after[key] - before[key], abs=CLOSE)
        for issue, amount in found["gains"]["issues"].items():
            assert amount == pytest.approx(after["issues"][issue] - before["issues"][issue], abs=CLOSE)


# -- what is asked for ------------------------------------------------------------------------------------------------


def test_the_talks_that_begin_with_a_text_are_those_it_is_put_to() -> None:
    scenario = load_file(FLAGSHIP)
    tracks = {name: put(scenario, name, trials=1).as_dict()["track"]["id"] for name in scenario.file.texts}
    assert tracks == {"plan28": "first_text", "plan20": "settlement", "geneva19": "settlement"}


def test_changes_are_made_in_the_text_that_is_named() -> None:
    scenario = load_file(FLAGSHIP)
    answer = put(
        scenario, "plan20", {"donetsk_rest": "mutual_pullback"}, against_put={"army_cap": "cap_600k"}, trials=1
    ).as_dict()
    first, second = answer["texts"]
    assert first["changed"] == ["donetsk_rest"] and second["changed"] == ["army_cap"]
    assert first["options"]["donetsk_rest"] == second["options"]["donetsk_rest"] == "mutual_pullback"
    assert second["options"]["army_cap"] == "cap_600k" and first["options"]["army_cap"] == "cap_800k"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--text", "plan27"], "there is no text 'plan27' (did you mean 'plan28'?"),
        (["--put", "donetsk=front_line"], "there is no issue 'donetsk'"),
        (["--put", "znpp=russia"], "there is no option 'russia' of znpp (did you mean 'russian'?"),
        (["--put", "donetsk_rest"], "--put: 'donetsk_rest' is not issue=option"),
        (["--put", "znpp=russian", "--put", "znpp=ukrainian"], "--put: 'znpp' is given twice"),
        (["--text", "plan20", "--track", "truce"], "there are no talks 'truce'"),
        (["--text", "plan20", "--track", "ceasefire"], "the talks 'ceasefire' do not talk about army_cap"),
        (["--text", "plan20", "--against", "plan28", "--against", "geneva19"], "--against: name one text"),
        (["--text", "plan20", "--trials", "0"], "--trials"),
        ([], "name a text (texts: plan28, geneva19, plan20)"),
    ],
)  # fmt: skip
def test_bad_requests(arguments: list[str], words: str) -> None:
    result = negosim("text", str(FLAGSHIP), *arguments)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""
