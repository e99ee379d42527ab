"""A story in words: what a reader on a terminal gets."""

import copy
import io
import json
import re
from collections import Counter
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from negosim.experiments.replay.replay import replayed
from negosim.report.meetings import rounds, signed
from negosim.report.paths import path_words
from negosim.report.story import entry_text, print_story
from negosim.report.story_short import print_short
from negosim.scenario.load import loads
from tests import worlds
from tests.stories import BRITTLE, FADING, STORMY, flagship, stories
from tests.test_cli import file, negosim  # noqa: F401

LABELS = {
    "labels": {
        "parties": {"north": "North"},
        "issues": {"guard": "Who watches"},
        "options": {"guard": {"none": "Nobody", "watch": "Monitors", "troops": "Troops"}},
        "tracks": {"peace": "A peace"},
        "events": {"push": "A push"},
        "stocks": {"money": "money"},
        "tolls": {"dead": "Dead"},
        "places": {
            "parties.north.ratification.0": "a referendum",
            "events.push.effects.0": "talks.peace.pressure.north",
            "events.push.effects.2": "events.push.effects.2.by",
            "linkages.0": "guard.watch+guard.troops",
        },
    }
}
NUMBERS = {
    "worth": 0.5,
    "value": 0.54,
    "asks": 0.64,
    "aspiration": 0.64,
    "mood": 0.3,
    "no_deal": 0.19,
    "reservation": 0.19,
    "short": 0.1,
    "option": "watch",
}
REFUSAL = {"party": "north", "over": "guard", "red_line": False, "rounds": 1, "first": NUMBERS, "last": NUMBERS}
ROUND = {
    "date": "2025-01-01", "kind": "rounds", "track": "peace", "new": True, "by": None, "put": True,
    "until": "2025-01-01", "rounds": 1, "changes": [{"issue": "guard", "from": "none", "to": "watch"}],
    "swings": {}, "refusals": [REFUSAL],
}  # fmt: skip


def printed(story: dict[str, Any], width: int, *, colour: bool = False) -> str:
    stream = io.StringIO()
    system = "truecolor" if colour else None
    print_story(story, Console(file=stream, width=width, force_terminal=colour, color_system=system))
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("trial", [0, 14, 19, 313])
def test_no_line_is_wider_than_the_terminal(width: int, trial: int) -> None:
    text = printed(replayed(flagship(), trial), width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]
    assert "\x1b[" not in text
    assert not re.search(r"-0\.0+(?!\d)", text)


def short(story: dict[str, Any], width: int, others: tuple[int, ...] = ()) -> str:
    stream = io.StringIO()
    print_short(story, Console(file=stream, width=width), "FILE", others)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("trial", [0, 14, 19, 313])
def test_the_short_story_fits_on_a_screen(width: int, trial: int) -> None:
    story = replayed(flagship(), trial)
    lines = short(story, width, (1, 2, 3)).splitlines()
    assert len(lines) <= 40 and max(map(cell_len, lines)) <= width
    assert not re.search(r"[a-z]_[a-z]|\bnan\b|\bNone\b", "\n".join(lines))
    assert lines[3].startswith(f"Trial {trial}, seed 1: ")
    text = " ".join(" ".join(lines).split())
    signed = [entry for entry in story["story"] if entry["kind"] == "signed"]
    limited = {track for track, kind in story["labels"]["kinds"].items() if kind == "limited"}
    for entry in signed:
        if entry["track"] not in limited and len(signed) < 8:
            assert f'Signed: "{story["labels"]["tracks"][entry["track"]]}"' in text
    assert "Others of the kind: trials 1, 2, 3" in text


@pytest.mark.parametrize("scenario", [BRITTLE, FADING, STORMY])
def test_what_is_left_out_of_a_short_story_is_counted(scenario: dict[str, Any]) -> None:
    story = replayed(worlds.load(scenario), 3)
    lines = short(story, 80).splitlines()
    assert len(lines) <= 40 and max(map(cell_len, lines)) <= 80
    left = re.search(r"And (\d+) lesser entr", "\n".join(lines))
    kinds = {"front", "rounds", "status_quo", "talks_resume", "awaits_votes"}
    told = [entry for entry in story["story"] if entry["kind"] not in kinds]
    dates = {entry["date"] for entry in told}
    shown = {line[:10] for line in lines if re.match(r"\d{4}-\d\d-\d\d  ", line)}
    assert shown <= dates and (left or shown == dates)


def test_refusals_are_counted_over_all_rounds() -> None:
    story = replayed(flagship(), 19)
    rounds = [entry for entry in story["story"] if entry["kind"] == "rounds" and entry["put"]]
    many: Counter[str] = Counter()
    for entry in rounds:
        many[entry["track"]] += entry["rounds"]
    text = " ".join(short(story, 80).split())
    told = re.search(r'Refused: "([^"]+)" in (\d+) rounds', text)
    assert told
    named = {story["labels"]["tracks"][track]: often for track, often in many.items()}
    assert named[told[1]] == int(told[2]) == max(many.values())


def test_colour_changes_no_word() -> None:
    story = replayed(flagship(), 19)
    assert re.sub("\x1b\\[[0-9;]*m", "", printed(story, 100, colour=True)) == printed(story, 100)


def test_dates_come_first_and_once() -> None:
    text = printed(replayed(flagship(), 36), 100)
    body = text.split("The story\n")[1].split("How it ends")[0]
    starts = [line[:12] for line in body.splitlines() if line]
    dates = [start.strip() for start in starts if start.strip()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in dates)
    assert len(dates) == len(set(dates))


def test_everything_is_told_by_its_title() -> None:
    """Ids of options, issues and events that have a title stand nowhere in the text."""
    for trial in (0, 36):
        text = printed(replayed(flagship(), trial), 100)
        for name in ("donetsk_rest", "left_open", "us_midterms", "with_framework", "security guarantee:"):
            assert name not in text
        assert "Ukraine" in text


@pytest.mark.parametrize("world", [STORMY, BRITTLE, FADING])
def test_every_entry_can_be_told(world: dict[str, Any]) -> None:
    scenario = worlds.load(world)
    for trial in range(6):
        story = replayed(scenario, trial)
        for entry in story["story"]:
            headline, lines = entry_text(story, entry)
            assert headline[-1] in ".:"
            assert all(lines)
            assert "None" not in headline


def test_a_single_refusal_is_told_with_its_reckoning() -> None:
    headline, lines = rounds(LABELS, ROUND)
    assert headline == '"A peace": the text changes; refused.'
    assert lines == [
        'Who watches: "Nobody" -> "Monitors"',
        "North refuses over Who watches; value 0.54, asks for 0.64: 0.10 short; no deal 0.19.",
    ]


def test_no_deal_and_what_a_refusal_leaves_are_told_apart() -> None:
    pressed = {**NUMBERS, "no_deal": 0.24}
    (_, line) = rounds(LABELS, {**ROUND, "refusals": [{**REFUSAL, "first": pressed, "last": pressed}]})[1]
    assert line == (
        "North refuses over Who watches; value 0.54, asks for 0.64: 0.10 short; no deal 0.24, a refusal leaves 0.19."
    )


def test_offers_are_told_with_who_makes_them() -> None:
    assert rounds(LABELS, {**ROUND, "by": "north"})[0] == '"A peace": North makes an offer; refused.'
    assert (
        rounds(LABELS, {**ROUND, "by": "north", "changes": []})[0] == '"A peace": North makes the same offer; refused.'
    )


def test_a_red_line_is_told_with_the_option_behind_it() -> None:
    refusal = {**REFUSAL, "red_line": True, "first": {**NUMBERS, "asks": 0.5, "aspiration": 0.5, "short": -0.04}}
    (_, line) = rounds(LABELS, {**ROUND, "refusals": [refusal]})[1]
    assert line == (
        'North refuses: "Monitors" (Who watches) crosses its red line; value 0.54, asks for 0.50: 0.04 to spare; '
        "no deal 0.19."
    )


def test_a_mood_is_told_beside_the_aspiration() -> None:
    numbers = {**NUMBERS, "aspiration": 0.61, "mood": -0.64}
    (_, line) = rounds(LABELS, {**ROUND, "refusals": [{**REFUSAL, "first": numbers}]})[1]
    assert "value 0.54, asks for 0.64 (aspiration 0.61, mood -0.6): 0.10 short; no deal 0.19." in line


def test_a_refusal_for_fear_of_a_vote_is_told_as_such() -> None:
    numbers = {**NUMBERS, "value": 0.505, "asks": 0.5, "aspiration": 0.5, "short": -0.005}
    (_, line) = rounds(LABELS, {**ROUND, "refusals": [{**REFUSAL, "first": numbers}]})[1]
    assert "asks for 0.500: 0.005 to spare; no deal 0.190, but it expects the text to be voted down." in line


def test_what_bodies_will_ask_is_told() -> None:
    numbers = {**NUMBERS, "reservation": 0.29}
    (_, line) = rounds(LABELS, {**ROUND, "refusals": [{**REFUSAL, "first": numbers, "last": numbers}]})[1]
    assert line.endswith("0.10 short; no deal 0.19, 0.29 with what its bodies will ask.")


def test_further_rounds_are_one_entry() -> None:
    last = {**NUMBERS, "short": 0.02}
    entry = {
        **ROUND, "new": False, "rounds": 12, "until": "2025-06-04", "changes": [],
        "refusals": [{**REFUSAL, "rounds": 12, "last": last}],
    }  # fmt: skip
    headline, lines = rounds(LABELS, entry)
    assert headline == '"A peace": 12 further rounds up to 4 June 2025, the same text; refused.'
    assert lines == ["North refuses in all 12, over Who watches; at first 0.10 short, at last 0.02 short."]
    assert "12 further rounds up to 4 June 2025, the same offers" in rounds(LABELS, {**entry, "by": "north"})[0]
    entry = {**entry, "swings": {"guard": ["none", "watch"]}, "refusals": [{**REFUSAL, "rounds": 3}]}
    headline, lines = rounds(LABELS, entry)
    assert "the text going to and fro" in headline
    assert lines[0] == 'Who watches: between "Nobody" and "Monitors"'
    assert lines[1].startswith("North refuses in 3 of 12, over")


def test_a_signature_is_told_with_its_full_terms() -> None:
    entry = {
        "date": "2025-01-01", "kind": "signed", "track": "peace", "agreement": "settlement", "changes": [], "by": None,
        "terms": {"guard": "troops"}, "moved": ["guard"], "pressed": True, "in_force": True, "between_rounds": False,
        "parties": [{"party": "north", **NUMBERS, "asks": 0.5, "aspiration": 0.5, "short": -0.04}],
    }  # fmt: skip
    headline, lines = signed(LABELS, entry)
    assert headline == 'Signed: "A peace", under pressure and in force at once. The terms:'
    assert lines == [
        'Who watches: "Troops"',
        "North signs: value 0.54, asks for 0.50, no deal 0.19; the terms are 0.50 of its own ideal.",
    ]
    assert signed(LABELS, {**entry, "moved": []})[1][0] == 'Left as it is: Who watches ("Troops")'


def test_terms_of_the_flagship_are_all_there() -> None:
    story = replayed(flagship(), 279)
    entry = next(e for e in story["story"] if e["kind"] == "signed" and e["track"] == "settlement")
    said = " ".join(signed(story, entry)[1])
    for issue, option in entry["terms"].items():
        assert story["labels"]["issues"][issue] in said
        assert story["labels"]["options"][issue][option] in said


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("parties.north.war_cost", "North: war cost"),
        ("parties.north.ratification.0.hurdle", "North: hurdle of the vote (a referendum)"),
        ("parties.north.ratification.1.hurdle", "North: hurdle of the vote (2)"),
        ("war.drift", "Front: drift a year"),
        ("war.beliefs.north.optimism", "North: optimism about the front"),
        ("war.stocks.money.level", "money: level at the start"),
        ("war.tolls.dead.per_year", "Dead: toll a year"),
        ("issues.guard.views.north.salience", 'North: weight of "Who watches"'),
        ("issues.guard.views.north.values.watch", 'North: value of "Monitors" (Who watches)'),
        ("issues.guard.views.north.red_lines.watch", 'North: mean time until "Monitors" can be signed (Who watches)'),
        ("issues.guard.options.watch.enforcement", 'Strength of "Monitors" as a guarantee'),
        ("talks.peace.pressure.north", "A peace: pressure on North"),
        ("talks.peace.after.breach", "A peace: breaches a year"),
        ("events.push.rate", "A push: times a year"),
        ("events.push.effects.0.by", "A push: size of its effect (A peace: pressure on North)"),
        ("events.push.effects.1.by", "A push: size of its effect (2)"),
        ("events.push.effects.2.by", "A push: size of its effect (events.push.effects.2.by)"),
        ("linkages.0.adds.north", 'North: what "Monitors" adds to "Troops"'),
        ("linkages.1.adds.north", "North: what a linkage adds (2)"),
    ],
)
def test_paths_are_told_in_words(path: str, words: str) -> None:
    assert path_words(LABELS, path) == words


def test_titles_cannot_steer_the_terminal() -> None:
    """A file with such titles is refused; a story that comes from elsewhere may have them."""
    rogue = copy.deepcopy(replayed(loads(json.dumps(worlds.BORDER)), 0))
    rogue["labels"]["parties"]["north"] = "North\x1b[31m [bold]of the\nriver"
    rogue["labels"]["tracks"]["peace"] = "Peace :smile: \u202e"
    text = printed(rogue, 80)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]of the" in " ".join(text.split())
    assert ":smile:" in text


# -- the command -------------------------------------------------------------------------------------------------


def test_the_command_tells_the_row_of_the_run(file: str, tmp_path: Any) -> None:  # noqa: F811
    import csv

    same = ["--seed", "4", "--variant", "hard", "--set", "parties.south.war_cost=0.3"]
    assert negosim("run", file, "--trials", "12", "--out", str(tmp_path), *same).returncode == 0
    with (tmp_path / "trials.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for trial in (0, 7, 11):
        run = negosim("replay", file, "--trial", str(trial), "--json", *same)
        assert (run.returncode, run.stderr) == (0, "")
        story = json.loads(run.stdout)
        assert {name: "" if value is None else str(value) for name, value in story["end"].items()} == rows[trial]
        assert story["run"]["set"] == {"parties.south.war_cost": 0.3}
        assert (story["run"]["trial"], story["run"]["seed"], story["run"]["variant"]) == (trial, 4, "hard")
        assert len(story["scenario"]["sha256"]) == 64
        assert story["story"]


def test_trials_beyond_those_of_a_default_run_can_be_told(file: str) -> None:  # noqa: F811
    run = negosim("replay", file, "--trial", "12345678")
    assert (run.returncode, run.stderr) == (0, "")
    assert "Trial 12345678, seed 1" in run.stdout
    assert "One history shows what can happen" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--trial"),
        (["--trial", "-1"], "--trial"),
        (["--trial", "100000000"], "--trial"),
        (["--trial", "first"], "--trial"),
        (["--trial", "1", "--variant", "hrad"], "did you mean 'hard'"),
        (["--trial", "1", "--set", "parties.nroth.patience=1 month"], "did you mean 'north'"),
    ],
)
def test_bad_input_is_explained_and_exits_with_2(file: str, arguments: list[str], message: str) -> None:  # noqa: F811
    run = negosim("replay", file, *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert message in run.stderr
    assert "Traceback" not in run.stderr


def test_an_empty_world_can_be_told() -> None:
    assert {entry["kind"] for entry in stories(worlds.WAR_ONLY, 2)} <= {"front", "victory", "stalemate"}
    assert "How it ends" in printed(replayed(worlds.load(worlds.WAR_ONLY), 0), 80)


VOTE = {
    "date": "2026-04-08", "kind": "vote", "track": "peace", "party": "north", "votes_as": "north", "by": "parliament",
    "approved": False, "value": 0.73, "no_deal": 0.69, "hurdle": 0.02, "threshold": 0.06, "memory_days": 365.25,
}  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "headline", "lines"),
    [
        (
            VOTE,
            'Parliament (North) rejects "A peace" (value 0.73, no deal 0.69, hurdle 0.02; its mood decides).',
            [
                "The vote asked for a gain of 0.06; the text brings 0.04.",
                "North now asks for a gain of at least 0.06; the lesson fades until the next vote.",
            ],
        ),
        (
            {**VOTE, "votes_as": "voters", "hurdle": 0.05, "memory_days": 0.0},
            'Parliament (North) rejects "A peace" (value to voters 0.73, no deal 0.69, hurdle 0.05).',
            ["The vote asked for a gain of 0.06 to voters; the text brings 0.04."],
        ),
        (
            {**VOTE, "approved": True, "threshold": 0.03},
            'Parliament (North) approves "A peace" (value 0.73, no deal 0.69, hurdle 0.02).',
            [],
        ),
        (
            {"kind": "truce", "track": "peace"},
            'The fighting stops until the votes on "A peace": a truce without terms.',
            [],
        ),
        (
            {"kind": "truce_over", "track": "peace", "closed_until": "2026-06-07"},
            'The truce of "A peace" is over, and the fighting goes on.',
            ["Its talks are closed until 7 June 2026."],
        ),
        (
            {"kind": "breach", "track": "peace", "agreement": "truce", "cause": "event", "on": "2026-04-08",
             "date": "2026-04-08", "closed_until": None},
            'The truce of "A peace" is broken by the event.',
            [],
        ),
    ],
)  # fmt: skip
def test_votes_and_truces_in_words(entry: dict[str, Any], headline: str, lines: list[str]) -> None:
    assert entry_text(LABELS, entry) == (headline, lines)


def test_a_jump_of_the_front_in_words() -> None:
    effect = {"effect": "front", "before": 0.104, "after": -0.296}
    said, lines = entry_text(LABELS, {"kind": "event", "event": "push", "effects": [effect]})
    assert (said, lines) == ("A push.", ["The front jumps: +0.10 -> -0.30"])
    nowhere = {"effect": "front", "before": 0.999, "after": 0.999}
    assert entry_text(LABELS, {"kind": "event", "event": "push", "effects": [nowhere]}) == (
        "A push (nothing changes).",
        [],
    )
