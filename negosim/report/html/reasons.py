"""Reasons: who refuses over what, and to whom what is signed is worth more, as sentences and titles by rule."""

from __future__ import annotations

from negosim.report.html.phrases import Dossier, in_words, party_name, share_of_100, upper_first
from negosim.report.reading import refusing
from negosim.report.writing import Summary, known, listed, name

_OFTEN = 0.25
"""A party that refuses in a smaller share of the rounds is not one of those who block."""

_RARELY_BLOCKED = 0.9
"""Where an agreement comes in this share of the histories nothing holds it up for long."""

_NEARLY_ALWAYS, _MOSTLY = 0.8, 0.5


def refusers(summary: Summary, track: str) -> list[tuple[str, float, str | None, float]]:
    """Return who refuses often on a track: party, share of the rounds, issue most refused over, its part."""
    found = []
    for party in refusing(summary, track):
        refusal = summary["refusals"][track][party]
        if refusal["share"] >= _OFTEN:
            issue, part = max(refusal["issues"].items(), key=lambda item: item[1], default=(None, 0.0))
            found.append((party, refusal["share"], issue, part))
    return found


def blocking(dossier: Dossier) -> str:
    """Return a sentence on who blocks over what on the main track."""
    summary, tracks = dossier["summary"], dossier["tracks"]
    who = refusers(summary, tracks[0]) if tracks else []
    reached = summary["reached"][dossier["main"]]["by"][summary["scenario"]["horizon"]]["p"]
    if not who or reached >= _RARELY_BLOCKED:
        return ""
    issues = {issue for *_, issue, part in who if part >= _MOSTLY}
    if len(who) > 1 and len(issues) == 1 and None not in issues and all(part >= _MOSTLY for *_, part in who):
        issue = next(iter(issues))
        names = listed([party_name(summary, party) for party, *_ in who])
        return f"What holds it up is “{_issue(summary, issue)}”: most refusals of {names} are over it."
    party, _, issue, _ = who[0]
    refusal = summary["refusals"][tracks[0]][party]
    often = share_of_100({"p": refusal["share"], "low": refusal["low"], "high": refusal["high"]})
    over = f", most often over “{_issue(summary, issue)}”" if issue else ""
    return f"{party_name(summary, party)} refuses in {often} of 100 rounds that end unsigned{over}."


def _issue(summary: Summary, issue: str | None) -> str:
    return name(summary, "issues", issue or "")


def refusals_title(summary: Summary, track: str | None) -> str:
    """Return the title of the section on refusals."""
    neutral = "Who refuses, and over what"
    who = refusers(summary, track) if track else []
    if not who:
        return neutral
    parts = [part for *_, part in who]
    issues = {issue for *_, issue, _ in who}
    issue = next(iter(issues))
    consenting = len(summary["refusals"][track or ""])
    if len(issues) == 1 and issue and min(parts) >= _MOSTLY:
        everybody = len(who) == consenting and len(who) > 2
        both = len(who) == consenting == 2
        some = f"{upper_first(in_words(len(who)))} of {in_words(consenting)} refuse"
        subject = f"All {in_words(len(who))} refuse" if everybody else "Both refuse" if both else some
        if len(who) == 1:
            subject = f"{party_name(summary, who[0][0])} refuses most"
        often = "nearly always" if min(parts) >= _NEARLY_ALWAYS else "mostly"
        if len(_contested(summary, track or "")) == 1:
            return f"{subject}"
        return f"{subject}, {often} over “{_issue(summary, issue)}”"
    first = who[0]
    if len(who) == 1 or first[1] - who[1][1] >= 0.1:
        over = f", mostly over “{_issue(summary, first[2])}”" if first[2] and first[3] >= _MOSTLY else ""
        return f"{party_name(summary, first[0])} refuses most{over}"
    return neutral


def _contested(summary: Summary, track: str) -> set[str]:
    return {issue for refusal in summary["refusals"][track].values() for issue in refusal["issues"]}


def worth_order(summary: Summary, track: str | None) -> list[str]:
    """Return the parties in the order of what signed texts are worth to them, where the first and last stand apart."""
    utility = summary["terms"].get(track, {}).get("utility", {})
    order = sorted((party for party in utility if known(utility[party]["mean"])), key=lambda p: -utility[p]["mean"])
    if len(order) < 2:
        return []
    low, high = utility[order[0]]["low"], utility[order[-1]]["high"]
    return order if known(low) and known(high) and low > high else []


def terms_title(summary: Summary, track: str | None) -> str:
    """Return the title of the section on terms."""
    if not track or not summary["terms"][track]["signed"]:
        return "No text was signed; this is why"
    order = worth_order(summary, track)
    if not order:
        return "What gets signed"
    most, least = (party_name(summary, party) for party in (order[0], order[-1]))
    return f"What gets signed is nearer to the ideal of {most} than of {least}"
