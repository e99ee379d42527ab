"""The answer of a run as one paragraph of plain English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.report.writing import (
    Share,
    Summary,
    clean,
    counted,
    known,
    listed,
    long_date,
    name,
    option_name,
    parts,
    party_of,
    worth,
)

_CAVEAT = (
    "Per cents of histories are shares of simulated histories; the intervals are Monte-Carlo error only: "
    "how far the answer depends on the scenario's own input ranges is a separate question."
)
_SINGLE = (
    "One history shows what can happen, not how often; the share of simulated histories needs many of them. "
    "How far the answer depends on the scenario's own input ranges is a separate question."
)
_ISSUES_TOLD = 3
_LEAST_REFUSAL = 0.05
"""Refusing in a smaller share of the rounds is left to the table."""


def paragraph(summary: Summary) -> str:
    """Say in plain words whether a deal comes, on whose terms, who refuses, and whether it holds.

    Parameters
    ----------
    summary : the summary of a run, as ``negosim run --json`` prints it with its labels.

    Returns
    -------
    str
        One paragraph, in which every share has its 95 % interval.
    """
    single = summary["run"]["trials"] == 1
    said = _single_history(summary) if single else [_opening(summary), _ending(summary)]
    said += [*_refusals(summary), *_terms(summary)]
    said += [_SINGLE] if single else [_held(summary), _CAVEAT]
    return " ".join(sentence for sentence in said if sentence)


def at_horizon(summary: Summary, kind: str) -> Share | None:
    """Return the share of histories that reach an outcome by the horizon, if it is counted."""
    by = summary["reached"].get(kind, {}).get("by", {})
    return by.get(summary["scenario"]["horizon"]) or (by[max(by)] if by else None)


def tells_of_ceasefires(summary: Summary) -> bool:
    """Tell whether ceasefires are worth a word: there is a war, or they come all the same."""
    share = at_horizon(summary, "ceasefire")
    return "war" in summary["final_state"] or bool(share and known(share["p"]) and share["p"] > 0)


def belligerents(summary: Summary) -> list[str]:
    """Return the parties that may win the war."""
    return sorted(party for party in map(party_of, summary["reached"]) if party)


def _span(summary: Summary) -> str:
    scenario = summary["scenario"]
    return f"from {long_date(scenario['as_of'])} to {long_date(scenario['horizon'])}"


def _amount(share: Share, *, of_them: bool = False) -> str:
    if share["p"] in (0, 1):
        return "all of them" if share["p"] else "none of them"
    return f"{parts(share)[0]} %{' of them' if of_them else ''}"


def _interval(share: Share) -> str:
    return f"{parts(share)[1]} %"


def _opening(summary: Summary) -> str:
    start = f"In {summary['run']['trials']:,} simulated histories {_span(summary)}"
    agreement = at_horizon(summary, "agreement")
    if tells_of_ceasefires(summary) and agreement and agreement["p"] == 0:
        told = "neither a ceasefire nor a settlement comes in any of them"
        return f"{start}, {told} (95 % interval {_interval(agreement)})."
    kinds = {"ceasefire": "a ceasefire", "settlement": "a settlement", "agreement": "one or the other"}
    if not tells_of_ceasefires(summary):
        kinds = {"settlement": "a settlement"}
    clauses: list[str] = []
    for kind, words in kinds.items():
        share = at_horizon(summary, kind)
        if share and known(share["p"]):
            median = summary["reached"][kind]["median_date"] if kind != "agreement" else None
            clauses.append(_comes(words, share, median, first=not clauses))
    return f"{start}, {listed(clauses)}." if clauses else f"{start}, no agreement is counted."


def _comes(words: str, share: Share, median: str | None, *, first: bool) -> str:
    who = "them" if share["p"] == 1 else "those that reach one"
    half = f"; half of {who} do so by {long_date(median)}" if median and share["p"] else ""
    before = "95 % interval " if first else ""
    verb = " comes" if first else ""
    return f"{words}{verb} in {_amount(share, of_them=first)} ({before}{_interval(share)}{half})"


def _ending(summary: Summary) -> str:
    final = {state: share for state, share in summary["final_state"].items() if known(share["p"])}
    clauses = [
        f"{words} in {_amount(final[state])} ({_interval(final[state])})"
        for state, words in (("war", "the war still goes on"), ("impasse", "the impasse still stands"))
        if state in final
    ]
    for state in sorted(final):
        party = party_of(state)
        if party:
            words = f"{name(summary, 'parties', party)} has won in"
            clauses.append(f"{words} {_amount(final[state])} ({_interval(final[state])})")
    if "faded" in final and final["faded"]["p"] > 0:
        share = final["faded"]
        clauses.append(f"the fighting has faded out without a text in {_amount(share)} ({_interval(share)})")
    return f"At the end {listed(clauses)}." if clauses else ""


def _single_history(summary: Summary) -> list[str]:
    told = []
    for kind in ("ceasefire", "settlement") if tells_of_ceasefires(summary) else ("settlement",):
        share, median = at_horizon(summary, kind), summary["reached"].get(kind, {}).get("median_date")
        if share and share["p"]:
            told.append(f"a {kind} comes{f' on {long_date(median)}' if median else ''}")
        elif share:
            told.append(f"no {kind} comes")
    ends = [state for state, share in summary["final_state"].items() if share["p"] == 1]
    told += [f"at the end {_state_words(summary, ends[0])}"] if ends else []
    start = f"In one simulated history {_span(summary)}"
    return [f"{start}, {listed(told)}." if told else f"{start}, no outcome is counted."]


def _state_words(summary: Summary, state: str) -> str:
    party = party_of(state)
    if party:
        return f"{name(summary, 'parties', party)} has won"
    words = {"war": "the war still goes on", "impasse": "the impasse still stands",
             "faded": "the fighting has faded out without a text"}  # fmt: skip
    return words.get(state, f"a {state} is in force")


def _refusals(summary: Summary) -> list[str]:
    told = []
    for track, parties in summary["refusals"].items():
        ranked = sorted(parties.items(), key=lambda item: -item[1]["share"])
        refusing = [item for item in ranked if item[1]["share"] >= _LEAST_REFUSAL][:2]
        if refusing:
            where = f'In "{name(summary, "tracks", track)}" it' if len(summary["refusals"]) > 1 else "It"
            told.append(f"{where} {_who_refuses(summary, refusing, alone=len(ranked) == 1)}.")
    return told


def _who_refuses(summary: Summary, refusing: list[tuple[str, Any]], *, alone: bool) -> str:
    (first, most), *others = refusing
    share = {**most, "p": most["share"]}
    rounds = f"in {_amount_of_rounds(share)}, {_interval(share)}"
    told = f"that refuses ({rounds}){_over(summary, most)}"
    party = name(summary, "parties", first)
    if not others:
        return f"is {'only' if alone else 'almost only'} {party} {told}"
    second, less = others[0]
    share = {**less, "p": less["share"]}
    other = name(summary, "parties", second)
    alike = less["high"] >= most["low"]
    lead = f"is {party} {told}, and about as often {other}" if alike else f"is mostly {party} {told}; {other}"
    return f"{lead} ({parts(share)[0]} %, {_interval(share)}){_over(summary, less)}"


def _amount_of_rounds(share: Share) -> str:
    return f"{parts(share)[0]} % of the rounds that end unsigned"


def _over(summary: Summary, refusal: Mapping[str, Any]) -> str:
    """Name the issue a party refuses over, and the next one if it weighs at least half as much."""
    ranked = sorted(refusal["issues"].items(), key=lambda item: -item[1])[:2]
    named = [f'"{name(summary, "issues", issue)}"' for issue, part in ranked if part > 0 and part >= ranked[0][1] / 2]
    return f", over {listed(named)}" if named else ""


def _terms(summary: Summary) -> list[str]:
    tracks = summary["terms"]
    if not tracks:
        return ["The scenario has no talks in which a text could be signed."]
    if not any(terms["signed"] for terms in tracks.values()):
        return ["Not one text is signed."]
    return [
        _signed(summary, track) if terms["signed"] else f'No text is signed in "{name(summary, "tracks", track)}".'
        for track, terms in tracks.items()
    ]


def _signed(summary: Summary, track: str) -> str:
    terms = summary["terms"][track]
    chosen = []
    for issue in _most_contested(summary, track)[:_ISSUES_TOLD]:
        option, share = max(terms["issues"][issue].items(), key=lambda item: item[1]["p"])
        chosen.append(f'"{option_name(summary, issue, option)}" on "{name(summary, "issues", issue)}" '
                      f"({parts(share)[0]} %, {_interval(share)})")  # fmt: skip
    one = terms["signed"] == 1
    texts = "The one text" if one else f"The {terms['signed']:,} texts"
    start = f'{texts} signed in "{name(summary, "tracks", track)}"'
    value = _worth(summary, terms["utility"], "it is" if one else "they are")
    if not chosen:
        return f"{start} settle{'s' if one else ''} no issue{value}."
    return f"{start} {'chooses' if one else 'most often choose'} {listed(chosen)}{value}."


def _most_contested(summary: Summary, track: str) -> list[str]:
    """Return the issues of a track, those most refused over first."""
    weight: dict[str, float] = {}
    for refusal in summary["refusals"].get(track, {}).values():
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + refusal["share"] * part
    issues = [issue for issue, options in summary["terms"][track]["issues"].items() if options]
    return sorted(issues, key=lambda issue: -weight.get(issue, 0.0))


def _worth(summary: Summary, utility: Mapping[str, Any], they_are: str) -> str:
    """Say to whom the signed texts are worth more: of the belligerents, or else of all who consent."""
    ranked = sorted(utility, key=lambda party: -utility[party]["mean"])
    fighting = [party for party in ranked if party in belligerents(summary)]
    told = fighting if len(fighting) > 1 else ranked
    if not told:
        return ""
    words = [_worth_to(summary, party, utility[party]) for party in (told[0], told[-1])]
    if len(told) == 1:
        return f"; {they_are} worth {utility[told[0]]['mean']:.2f} of its own ideal to {words[0]}"
    best, least = utility[told[0]], utility[told[-1]]
    apart = known(best["low"]) and known(least["high"]) and best["low"] > least["high"]
    if not apart:
        return f"; {they_are} worth about as much to {words[0]} as to {words[1]}, {_MEASURE}"
    if len(told) > 2:
        return f"; {they_are} worth most to {words[0]} and least to {words[1]}, {_MEASURE}"
    return f"; {they_are} worth more to {words[0]} than to {words[1]}, {_MEASURE}"


_MEASURE = "each by its own measure, where 1 is its ideal"


def _worth_to(summary: Summary, party: str, value: Mapping[str, Any]) -> str:
    mean, interval = worth(value)
    return f"{name(summary, 'parties', party)} ({mean}{f', {interval}' if interval else ''})"


def _held(summary: Summary) -> str:
    clauses = []
    for kind, spans in summary["held"].items():
        share = at_horizon(summary, kind)
        told = [(span, held) for span, held in spans.items() if held["n"] and known(held["p"])]
        if told:
            span, held = told[-1]
            lasting = "a year" if span == "1 year" else clean(span)
            early = f"the {counted(held['n'], kind)} early enough to tell"
            clauses.append(f"of {early} {_amount(held)} ({_interval(held)}) held for {lasting}")
        elif spans and share and share["p"]:
            clauses.append(f"no {kind} comes early enough to tell whether it holds")
    return _capital(f"{'; '.join(clauses)}.") if clauses else ""


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
