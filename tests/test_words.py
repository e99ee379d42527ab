"""The report in words: the sentences that stand first."""

from __future__ import annotations

from typing import Any

from negosim.report import in_short
from tests.printing import flat, printed
from tests.summaries import at_war, empty, impasse, reached, single, wilson


def paragraph(summary: dict[str, Any]) -> str:
    return " ".join(in_short(summary))


def test_a_war_in_words() -> None:
    told = paragraph(at_war())
    for words in (
        "In 2,000 simulated histories from 24 December 2025 to 24 December 2027, "
        "a ceasefire comes in 62 % of them (95 % interval 60 to 64 %; in half of all by 4 May 2026)",
        "a settlement in 12 % (11 to 13 %)",
        "the war still goes on in 58 % (56 to 60 %)",
        "and has been won by North in 3.1 % (2.4 to 4.0 %).",
        'In "Peace talks" refusals come mostly from North (in 81 % of the rounds that end unsigned, 79 to 83 %) over',
        "A text is signed in 240 histories, most often with",
        '"The present line" on "Where the border runs" (78 %, 72 to 83 %)',
        "North gets more of its own ideal than South of its own.",
        'No text is signed in "Armistice talks".',
        "62 % (59 to 65 %) of the 1,000 ceasefires early enough to tell held for a year",
        "95 % (91 to 97 %) of the 200 settlements held for 90 days",
        "Monte-Carlo error only: how far the answer depends on the scenario's own input ranges is a separate question",
    ):
        assert words in told, words
    assert "\n" not in told
    assert "shares of simulated histories" in told


def test_an_impasse_in_words() -> None:
    told = paragraph(impasse())
    assert "a settlement comes in all of them (95 % interval 99.8 to 100 %; in half of all by 3 February 2026)" in told
    assert "the impasse still stands in none (0 to 0.2 %)" in told
    assert (
        "Refusals come about as often from mill (in 60 % of the rounds that end unsigned, 58 to 62 %) "
        'as from union (in 59 %, 57 to 61 %), both over "pay".'
    ) in told
    assert "union and mill get about as much of their own ideals" in told or "mill and union get about" in told
    assert "All (99.8 to 100 %) of the 1,990 settlements early enough to tell held for a year." in told
    assert "ceasefire" not in told and "war" not in told
    assert "ceasefire" not in printed(impasse()).lower()


def test_nothing_in_words() -> None:
    told = paragraph(empty())
    assert "to 24 December 2027, at the end the impasse still stands in all (95 % interval 99.8 to 100 %)" in told
    assert "settlement" not in told and "ceasefire" not in printed(empty())
    assert "The scenario has no talks in which a text could be signed." in told


def test_a_war_without_any_agreement_in_words() -> None:
    summary = at_war()
    summary["reached"] |= {kind: reached(2000, 0) for kind in ("ceasefire", "settlement", "agreement")}
    for track in summary["terms"]:
        summary["terms"][track] = {"signed": 0, "issues": {}, "utility": {}}
    told = paragraph(summary)
    assert "neither a ceasefire nor a settlement comes in any of them (95 % interval 0 to 0.2 %)" in told
    assert told.count("No text is signed") == 2


def test_one_history_in_words() -> None:
    told = paragraph(single())
    assert told.startswith(
        "In one simulated history from 24 December 2025 to 24 December 2027, a ceasefire comes on 4 May"
    )
    assert "4 May 2026, no settlement comes and at the end a ceasefire is in force." in told
    assert (
        'A text is signed, with "The present line" on "Where the border runs"; North gets more of its own ideal than'
        in told
    )
    assert "One history shows what can happen, not how often" in told
    assert "no interval" in told and max(map(len, in_short(single()))) < 600


def test_only_limited_deals_are_the_agreement_told() -> None:
    summary = at_war()
    summary["possible"] = ["limited", "war"]
    summary["reached"]["limited"] = reached(2000, 400)
    assert "a limited deal comes in 20 % of them" in paragraph(summary)


def test_limited_deals_beside_others_are_counted_and_left_to_the_tables() -> None:
    summary = at_war()
    tracks = list(summary["terms"])
    summary["possible"] = [*summary.get("possible", []), "limited"]
    summary["reached"]["limited"] = reached(2000, 400)
    summary["labels"]["kinds"] = {tracks[0]: "limited"}
    told, titles = paragraph(summary), summary["labels"]["tracks"]
    assert "a limited deal in 20 % (18 to 22 %)" in told
    assert titles.get(tracks[0], tracks[0]) not in told
    assert titles.get(tracks[0], tracks[0]) in paragraph(at_war())


def test_votes_say_why_more_is_signed_than_comes_into_force() -> None:
    summary = at_war()
    track = next(iter(summary["terms"]))
    summary["ratification"] = {
        track: {"north": [{"by": "a house", "votes": 40, "approved": wilson(10, 40)}, {"by": "nobody", "votes": 0}]}
    }
    assert '"a house" approves what is signed in 25 % (14 to 40 %) of its 40 votes.' in paragraph(summary)
    assert "nobody" not in paragraph(summary)
    summary["ratification"][track]["south"] = [{"by": "a senate", "votes": 40, "approved": wilson(4, 40)}]
    told = paragraph(summary)
    assert 'Of those who vote on signed texts "a senate" approves least often, in 10 % (4 to 23 %)' in told
    assert "a house" not in told


def test_refusals_over_one_issue_name_it_once() -> None:
    assert 'every refusal is over "pay"' in flat(printed(impasse()))
    assert "each # is" not in printed(impasse()) and "each # is" in flat(printed(at_war()))


def test_a_long_summary_is_cut_at_a_sentence_end() -> None:
    summary = at_war()
    sentence = "Two sides, e.g. North, fight over one border that both claim. "
    summary["scenario"]["about"] = sentence * 20
    text = flat(printed(summary))
    told = text[text.index("Two sides, e.g.") : text.index(" In short")]
    assert told == sentence * 6 + "[...]"
