"""The answer of a run in a few lines of plain English, above the tables that have the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from negosim.report.judgement import judgement
from negosim.report.reading import RARE, agreements, at_horizon, belligerents, blocking, comes, contested
from negosim.report.writing import (
    NO_INTERVAL,
    ShareJson,
    Summary,
    agreement_name,
    clean,
    counted,
    histories,
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
    "The intervals around these shares of simulated histories are Monte-Carlo error only: how far the answer depends "
    "on the scenario's own input ranges is a separate question."
)
_SINGLE = (
    "One history shows what can happen, not how often: a share of simulated histories needs many of them, and how far "
    "the answer depends on the scenario's own input ranges is a separate question."
)
_ISSUES = 2
"""Issues named where one track has signed texts; of several tracks one of each. The tables have them all."""

_FEW = 10
"""Fewer agreements that are old enough, or votes, tell little: a shorter time or another body is named."""


def in_short(summary: Summary) -> list[str]:
    """Say in plain words whether a deal comes, who refuses, on whose terms it comes, and whether it holds.

    Parameters
    ----------
    summary : the summary of a run, as ``negosim run --json`` prints it.

    Returns
    -------
    list of str
        A few sentences each, with few shares, every one with its 95 % interval.
    """
    single = summary["run"]["trials"] == 1
    said = [_single_history(summary)] if single else [_opening(summary), _ending(summary), judgement(summary)]
    said += _talks(summary)
    said += [_SINGLE] if single else [f"{_votes(summary)} {_held(summary)}".strip(), _CAVEAT]
    return [lines for lines in said if lines]


def _span(summary: Summary) -> str:
    scenario = summary["scenario"]
    return f"from {long_date(scenario['as_of'])} to {long_date(scenario['horizon'])}"


def _amount(share: ShareJson) -> str:
    """Return a share in words; its interval has to follow."""
    return {0: "none", 1: "all"}.get(share["p"], f"{parts(share)[0]} %")


def _interval(share: ShareJson) -> str:
    interval = parts(share)[1]
    return interval if interval == NO_INTERVAL else f"{interval} %"


def _in(share: ShareJson, of: str = "") -> str:
    return f"in {_amount(share)} ({of}{_interval(share)})"


# Whether a deal comes, and how it ends


def _opening(summary: Summary) -> str:
    start = _start(summary)
    kinds, agreement = agreements(summary), at_horizon(summary, "agreement")
    if "agreement" in kinds and agreement and not agreement["p"]:
        clause = "neither a ceasefire nor a settlement comes in any of them"
        return f"{start}, {clause} (95 % interval {_interval(agreement)})."
    clauses: list[str] = []
    for kind in (kind for kind in kinds if kind != "agreement"):
        words = f"a {agreement_name(kind)}"
        share, median = at_horizon(summary, kind), summary["reached"].get(kind, {}).get("median_date")
        if share:
            half = f"; in half of all by {long_date(median)}" if median else ""
            if clauses:
                clauses.append(f"{words} in {_amount(share)} ({_interval(share)}{half})")
            else:
                clauses.append(f"{words} comes in {_amount(share)} of them (95 % interval {_interval(share)}{half})")
    limited = at_horizon(summary, "limited")
    if clauses and limited and kinds != ["limited"]:
        clauses.append(f"a limited deal in {_amount(limited)} ({_interval(limited)})")
    return f"{start}, {listed(clauses)}." if clauses else ""


def _main_tracks(summary: Summary) -> list[str]:
    """Return the tracks to tell of in words: limited deals are left to the tables where there is more to tell."""
    kinds = summary["labels"].get("kinds", {})
    main = [track for track in summary["terms"] if kinds.get(track) != "limited"]
    return main or list(summary["terms"])


def _start(summary: Summary) -> str:
    return f"In {summary['run']['trials']:,} simulated histories {_span(summary)}"


def _ending(summary: Summary) -> str:
    """Say how it ends, with the war as the subject: names of parties may be plurals."""
    final = summary["final_state"]
    start, of = ("At the end", "") if agreements(summary) else (f"{_start(summary)}, at the end", "95 % interval ")
    if "war" not in final:
        return f"{start} the impasse still stands {_in(final['impasse'], of)}." if "impasse" in final else ""
    clauses = [f"still goes on {_in(final['war'], of)}"]
    verb = "has been won "
    for state in sorted(state for state in final if party_of(state) and final[state]["p"] >= RARE):
        clauses.append(f"{verb}by {name(summary, 'parties', party_of(state) or '')} {_in(final[state])}")
        verb = ""
    if "faded" in final and final["faded"]["p"] >= RARE:
        clauses.append(f"has faded out without a text {_in(final['faded'])}")
    return f"{start} the war {listed(clauses)}."


def _single_history(summary: Summary) -> str:
    clauses = []
    for kind in (kind for kind in agreements(summary) if kind != "agreement"):
        median = summary["reached"].get(kind, {}).get("median_date")
        if comes(summary, kind):
            clauses.append(f"a {agreement_name(kind)} comes{f' on {long_date(median)}' if median else ''}")
        elif at_horizon(summary, kind):
            clauses.append(f"no {agreement_name(kind)} comes")
    ends = [state for state, share in summary["final_state"].items() if share["p"] == 1]
    clauses += [f"at the end {_state(summary, ends[0])}"] if ends else []
    return f"In one simulated history {_span(summary)}, {listed(clauses) or 'no outcome is counted'}."


def _state(summary: Summary, state: str) -> str:
    party = party_of(state)
    if party:
        return f"the war has been won by {name(summary, 'parties', party)}"
    words = {
        "war": "the war still goes on",
        "impasse": "the impasse still stands",
        "faded": "the fighting has faded out without a text",
    }
    return words.get(state, f"a {clean(state)} is in force")


def _held(summary: Summary) -> str:
    clauses: list[str] = []
    said = ""
    for kind, spans in summary["held"].items():
        known_spans = [(span, held) for span, held in spans.items() if held["n"] and known(held["p"])]
        if known_spans:
            span, held = ([pair for pair in known_spans if pair[1]["n"] >= _FEW] or known_spans[:1])[-1]
            lasting = "a year" if span == "1 year" else clean(span)
            number = (
                f"the {held['n']:,} {agreement_name(kind)}s" if held["n"] > 1 else f"the one {agreement_name(kind)}"
            )
            early = "" if said else " early enough to tell"
            again = "" if said == lasting else f" held for {lasting}"
            clauses.append(f"{_amount(held)} ({_interval(held)}) of {number}{early}{again}")
            said = lasting
        elif spans and comes(summary, kind):
            clauses.append(f"no {agreement_name(kind)} comes early enough to tell whether it holds")
    sentence = listed(clauses)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


# Who refuses, and on whose terms it comes


def _talks(summary: Summary) -> list[str]:
    """Say of each track who refuses a text, and what the texts signed say."""
    if not summary["terms"]:
        return ["The scenario has no talks in which a text could be signed."]
    said = []
    for track in _main_tracks(summary):
        refused = _refusals(summary, track)
        where = "" if refused else f' in "{name(summary, "tracks", track)}"'
        said.append(f"{refused} {_signed(summary, track, where)}".strip())
    return said


def _refusals(summary: Summary, track: str) -> str:
    parties = blocking(summary, track)
    if not parties:
        return ""
    where = f'In "{name(summary, "tracks", track)}" refusals' if len(summary["terms"]) > 1 else "Refusals"
    return f"{where} come {_who_refuses(summary, track, parties, ' of the rounds that end unsigned')}."


def _who_refuses(summary: Summary, track: str, parties: list[str], rounds: str) -> str:
    """Say from whom refusals come: a form that needs no verb to agree with names, which may be plurals."""
    refusals = summary["refusals"][track]
    shares = [{**refusals[party], "p": refusals[party]["share"]} for party in parties]
    sources = [
        f"from {name(summary, 'parties', party)} (in {_amount(share)}{of}, {_interval(share)})"
        for party, share, of in zip(parties, shares, (rounds, ""), strict=False)
    ]
    over = [_over(summary, share) for share in shares]
    if len(sources) == 1:
        return f"{'mostly ' if len(refusals) > 1 else ''}{sources[0]}{over[0]}"
    most, less = shares
    apart = known(most["low"]) and known(less["high"]) and less["high"] < most["low"]
    both = over[0] == over[1]
    if not both:
        sources = [f"{words}{issues}" for words, issues in zip(sources, over, strict=True)]
    last = f", both{over[0]}" if both and over[0] else ""
    if apart:
        return f"most often {sources[0]}, less often {sources[1]}{last}"
    return f"about as often {sources[0]} as {sources[1]}{last}"


def _over(summary: Summary, refusal: Mapping[str, Any]) -> str:
    """Name the issue a party refuses over, and the next one if it weighs at least half as much."""
    ranked = sorted(refusal["issues"].items(), key=lambda item: -item[1])[:2]
    named = [f'"{name(summary, "issues", issue)}"' for issue, part in ranked if part > 0 and part >= ranked[0][1] / 2]
    return f" over {listed(named)}" if named else ""


def _signed(summary: Summary, track: str, where: str) -> str:
    terms = summary["terms"][track]
    if not terms["signed"]:
        return f"No text is signed{where}."
    one = terms["signed"] == 1
    chosen = []
    several = sum(summary["terms"][other]["signed"] > 0 for other in _main_tracks(summary)) > 1
    for issue in contested(summary, track)[: 1 if several else _ISSUES]:
        option, share = max(terms["issues"][issue].items(), key=lambda item: item[1]["p"])
        often = "" if one else f" ({parts(share)[0]} %, {_interval(share)})"
        chosen.append(f'"{option_name(summary, issue, option)}" on "{name(summary, "issues", issue)}"{often}')
    start = f"A text is signed{where}"
    if summary["run"]["trials"] > 1:
        start += f" in {histories(terms['signed'])}" if not where else f", in {histories(terms['signed'])}"
    usually = f", {'with' if one else 'most often with'} {listed(chosen)}" if chosen else ""
    return f"{start}{usually}{_worth(summary, terms['utility'])}."


def _votes(summary: Summary) -> str:
    """Say which of those who vote on signed texts approves least often: why more is signed than comes into force."""
    bodies = [
        body
        for track in _main_tracks(summary)
        for voting in summary.get("ratification", {}).get(track, {}).values()
        for body in voting
        if body["votes"]
    ]
    if not bodies:
        return ""
    often = [body for body in bodies if body["votes"] >= _FEW] or bodies
    body = min(often, key=lambda body: float(body["approved"]["p"]))
    share = f"{_amount(body['approved'])} ({_interval(body['approved'])}) of its {counted(body['votes'], 'vote')}"
    if len(bodies) == 1:
        return f'"{clean(body["by"])}" approves what is signed in {share}.'
    return f'Of those who vote on signed texts "{clean(body["by"])}" approves least often, in {share}.'


def _worth(summary: Summary, utility: Mapping[str, Any]) -> str:
    """Say to whom the signed texts are worth more: of the belligerents, or else of all who consent."""
    ranked = sorted(
        (party for party in utility if known(utility[party]["mean"])), key=lambda party: -utility[party]["mean"]
    )
    fighting = [party for party in ranked if party in belligerents(summary)]
    compared = fighting if len(fighting) > 1 else ranked
    if not compared:
        return ""
    best, least = (name(summary, "parties", party) for party in (compared[0], compared[-1]))
    if len(compared) == 1:
        return f"; it is worth {worth(utility[compared[0]])[0]} of the ideal of {best}"
    lows, highs = utility[compared[0]]["low"], utility[compared[-1]]["high"]
    if known(lows) and known(highs) and lows <= highs:
        return f"; {best} and {least} get about as much of their own ideals"
    if len(compared) > 2:
        return f"; of their own ideals {best} gets most and {least} least"
    return f"; {best} gets more of its own ideal than {least} of its own"
