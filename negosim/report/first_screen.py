"""The first screen of a run: what happens most often, how sure that is, what to read first, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from negosim.report import warnings
from negosim.report.baselines import baselines
from negosim.report.chart import stacking
from negosim.report.layout import add, table
from negosim.report.paths import path_words
from negosim.report.prose import prose, show, show_section
from negosim.report.reading import RARE, blocking, can_come, contested
from negosim.report.terminal import HASH, head
from negosim.report.text_words import brief
from negosim.report.writing import (
    ShareJson,
    Summary,
    agreement_name,
    amounts,
    clean,
    counted,
    known,
    listed,
    long_date,
    made_by,
    name,
    option_name,
    parts,
    party_of,
    share_with_error,
    short_name,
)
from negosim.results.intervals import NORMAL_975
from negosim.scenario.paths import VIEW, NumberPath

_HALF = 0.5
"""Hundredths of an ideal below which the error of a worth does not show."""

_FEW = 30
"""Agreements below which it is too early to say how many held."""

_MOVES, _TOLLS, _ENDS = 3, 2, 3
"""Inputs, tolls and ways to end that are named; the full report has them all."""

_TWO_LINES = 156
"""Characters that two lines hold."""

_MOSTLY = 0.5
"""The share of texts from which on most of them say something."""

_OPTION, _ISSUE, _TOLL = 44, 42, 48
"""Characters of an option, an issue and a toll."""


def print_first_screen(summary: Summary, console: Console, file: str = "FILE") -> None:
    """Print what a run found on one screen, and below it what simpler models make of the terms, where that was asked.

    Parameters
    ----------
    summary : the summary of a run, as ``negosim run --json`` prints it with its labels.
    console : where to print; reads well from 80 columns, with or without colour.
    file : how the scenario was named, for the commands to type next.
    """
    scenario, run = summary["scenario"], summary["run"]
    title, _, *changed = head(summary)
    prose(console, *title)
    span = f"{long_date(scenario['as_of'])} to {long_date(scenario['horizon'])}"
    prose(console, f"{span}: {counted(run['trials'], 'simulated history', 'simulated histories')}, seed {run['seed']}")
    for line in changed:
        prose(console, *line)
    console.print()
    prose(console, in_most(summary))
    if run["trials"] > 1:
        show(console, _table(summary))
        prose(console, _reading(summary), "dim")
    console.print()
    prose(console, "Read first", "bold")
    for warning in warnings.words(summary):
        prose(console, f"- {warning}", hanging=2)
    console.print()
    for label, said in _paragraphs(summary, file):
        prose(console, f"{label}: {said}", hanging=2)
    for section in baselines(summary):
        show_section(console, section)
    prose(console, f"Scenario {clean(scenario['sha256'])[:HASH]}, {made_by(run)}; --full says more", "dim")


# -- how it ends --------------------------------------------------------------------------------------------------


def in_most(summary: Summary) -> str:
    """Say in how many of a hundred histories what holds on the last day, the most frequent first."""
    final = [(state, share) for state, share in summary["final_state"].items() if share["p"]]
    final.sort(key=lambda item: -item[1]["p"])
    if summary["run"]["trials"] == 1:
        return f"In the one simulated history {_state(summary, final[0][0])} at the end."
    (state, share), *others = [one for at, one in enumerate(final[:_ENDS]) if not at or one[1]["p"] >= RARE]
    p, interval = parts(share)
    first = f"In {p} of 100 histories ({interval}) {_state(summary, state)} at the end"
    rest = [f"in {_of_100(item)} {_state(summary, name)}" for name, item in others]
    return f"{first}; {listed(rest)}." if rest else f"{first}."


def _of_100(share: ShareJson) -> str:
    p, interval = parts(share)
    return f"{p} ({interval})"


def _state(summary: Summary, state: str) -> str:
    party = party_of(state)
    if party:
        return f"{short_name(summary, party)} has won"
    words = {
        "war": "the war is still on",
        "impasse": "the impasse still stands",
        "faded": "the fighting has faded out, no text",
    }
    return words.get(state, f"a {clean(state)} is in force")


# -- the table ----------------------------------------------------------------------------------------------------


def _table(summary: Summary) -> Table:
    headline = summary["headline"]
    dates = [date for date in (headline["year"], summary["scenario"]["horizon"]) if date]
    year = ["In a year", "inputs"] if headline["year"] else []
    heads = [*year, "By the end", "inputs", "Last day", "inputs"]
    grid = table("", *heads, fixed=range(1, len(heads) + 1))
    grid.box = None
    for label, kind, state in _rows(summary):
        cells: list[str] = []
        for date in dates:
            cells += _cells(headline["reached"][kind][date]) if kind else ["", ""]
        cells += _cells(headline["final"][state]) if state else ["", ""]
        add(grid, f"  {label}", *cells)
    return grid


def _rows(summary: Summary) -> list[tuple[str, str | None, str | None]]:
    """Return the rows: what they are called, the outcome that is reached, and the state on the last day."""
    reached, final = summary["headline"]["reached"], summary["headline"]["final"]
    rows: list[tuple[str, str | None, str | None]] = [
        (agreement_name(kind).capitalize(), kind, kind if kind in final else None)
        for kind in ("limited", "ceasefire", "settlement")
        if can_come(summary, kind)
    ]
    for state in stacking(final):
        party = party_of(state)
        if (party or state == "faded") and final[state]["p"] >= RARE and can_come(summary, state):
            label = f"{short_name(summary, party)} wins" if party else "Fades out"
            rows.append((label, state if state in reached else None, state))
    going_on = "war" if "war" in final else "impasse"
    return [*rows, (f"{going_on.capitalize()} goes on", None, going_on)]


def _cells(share: Mapping[str, Any]) -> list[str]:
    """Return a share with its Monte-Carlo error, and its range over the inputs."""
    return [share_with_error(share), _ends(share)]


def _ends(share: Mapping[str, Any]) -> str:
    if share["inputs_low"] is None:
        return "-"
    low, high = (100 * share[end] for end in ("inputs_low", "inputs_high"))
    decimals = 1 if high < 3 else 0
    return f"{low:.{decimals}f} to {high:.{decimals}f}"


def _reading(summary: Summary) -> str:
    if not summary["headline"]["inputs"]["uncertain"]:
        return "  ±: luck (95 %); the scenario has no uncertain inputs."
    return "  ±: luck (95 %). Inputs: nine in ten answers over their ranges; -: not seen"


# -- who, on whose terms, how long, why, at what cost, what next --------------------------------------------------


def _paragraphs(summary: Summary, file: str) -> list[tuple[str, str]]:
    said = [
        _blocks(summary),
        ("Terms", _terms(summary)),
        ("How long", _held(summary)),
        _moves(summary),
        _cost(summary),
        ("Next", _next(summary, file)),
    ]
    return [(label, words) for label, words in said if words]


def _main_tracks(summary: Summary) -> list[str]:
    """Return the tracks that can bring the outcome the answer is about first, then the others; limited ones last."""
    kinds, main = summary["labels"]["kinds"], summary["headline"]["main"]
    order = {"limited": 2, main: 0}
    return sorted(summary["terms"], key=lambda track: (order.get(kinds[track], 1), -summary["terms"][track]["signed"]))


def _blocks(summary: Summary) -> tuple[str, str]:
    """Return a label, and which parties keep the main talks from a text, over what."""
    track = _blocked(summary)
    if track is None:
        return "Who blocks", ""
    refusals, parties = summary["refusals"][track], blocking(summary, track)
    over = [next(iter(refusals[party]["issues"]), None) for party in parties]
    shares = [f"{short_name(summary, party)} in {_refused(refusals[party])}" for party in parties]
    shares[0] += " of failed rounds"
    issues = [f', over "{brief(name(summary, "issues", issue), _ISSUE)}"' if issue else "" for issue in over]
    if len(parties) > 1 and len(set(issues)) == 1 and issues[0]:
        said = f"{listed(shares)}, {'both' if len(parties) == 2 else 'all'} {issues[0].removeprefix(', ')}"
    else:
        said = "; ".join(map("".join, zip(shares, issues, strict=True)))
    return f'Who blocks "{name(summary, "tracks", track)}"', f"{said}."


def _blocked(summary: Summary) -> str | None:
    """Return the first track on which refusals are worth a word."""
    return next((track for track in _main_tracks(summary) if blocking(summary, track)), None)


def _refused(refusal: Mapping[str, Any]) -> str:
    return share_with_error({**refusal, "p": refusal["share"]})


def _terms(summary: Summary) -> str:
    """Say what the texts of the first track with a signature say, and what of its ideal they give to whom."""
    signed = [track for track in _main_tracks(summary) if summary["terms"][track]["signed"]]
    if not signed:
        return "no text is signed." if summary["terms"] else ""
    track, terms = signed[0], summary["terms"][signed[0]]
    texts = f"of {counted(terms['signed'], 'signed text')}"
    if track != _blocked(summary):
        texts += f' of "{name(summary, "tracks", track)}"'
    said = f"{texts} {_commonest(summary, track)}"
    worth = [(value["mean"], party) for party, value in terms["utility"].items() if known(value["mean"])]
    worth.sort(key=lambda item: -item[0])
    ends = worth if len(worth) < 2 else [worth[0], worth[-1]]
    whose = ", ".join(f"to {short_name(summary, party)} {_hundredths(terms['utility'][party])}" for _, party in ends)
    return f"{said}; worth {whose} (100: its own ideal)."


def _commonest(summary: Summary, track: str) -> str:
    """Say how the issue that is refused over most is settled; which it is, where nobody is said to block over it."""
    terms = summary["terms"][track]
    issues = contested(summary, track)
    if not issues:
        return "nothing is settled"
    option, share = max(terms["issues"][issues[0]].items(), key=lambda item: item[1]["p"])
    title = f'"{brief(option_name(summary, issues[0], option), _OPTION)}"'
    over = {next(iter(summary["refusals"][track][party]["issues"]), None) for party in blocking(summary, track)}
    if issues[0] not in over:
        title += f' on "{brief(name(summary, "issues", issues[0]), _ISSUE)}"'
    if terms["signed"] == 1:
        return f"the one says {title}"
    often = "all say" if share["p"] == 1 else "most say" if share["p"] > _MOSTLY else "the commonest is"
    return f"{often} {title} ({share_with_error(share)})"


def _hundredths(value: Mapping[str, Any]) -> str:
    """Return a mean worth in hundredths with how far its 95 % interval reaches."""
    mean = f"{100 * value['mean']:.0f}"
    if not known(value["low"]) or not known(value["high"]):
        return mean
    error = 100 * max(value["high"] - value["mean"], value["mean"] - value["low"])
    return f"{mean} ±{error:.0f}" if error >= _HALF else mean


def _held(summary: Summary) -> str:
    said = []
    kinds = ("limited",) if summary["headline"]["main"] == "limited" else ("ceasefire", "settlement")
    for kind in kinds:
        found = [(span, share) for span, share in summary["held"].get(kind, {}).items() if share["n"]]
        if not found:
            continue
        span, share = found[-1]
        if share["n"] < _FEW:
            said.append(f"{agreement_name(kind)}s: too few ({share['n']})")
        else:
            lasting = "a year" if span == "1 year" else clean(span)
            said.append(f"{share_with_error(share)} of {share['n']:,} {agreement_name(kind)}s held {lasting}")
    return f"{'; '.join(said)}." if said else ""


def _moves(summary: Summary) -> tuple[str, str]:
    """Return a label, and what the strongest inputs do, in points: as many as two lines hold, one at least."""
    label = f"What moves {agreement_name(summary['headline']['main'] or 'agreement')}s, low to high, in points"
    said: list[str] = []
    for move in summary["headline"]["moves"][:_MOVES]:
        points = f"{100 * move['change']:+.0f} ±{100 * NORMAL_975 * move['error']:.0f}"
        item = f"{_called(summary, move)} {points}"
        if said and len("; ".join([label, *said, item])) > _TWO_LINES:
            break
        said.append(item)
    return label, f"{'; '.join(said)}." if said else ""


def _called(summary: Summary, move: Mapping[str, Any]) -> str:
    """Return what an input is called: by its lever, or by what it is."""
    if move["lever"]:
        return clean(move["lever"])
    place = NumberPath.parse(move["path"])
    if place.family == VIEW.red_line:
        _, issue, party, option = place.ids
        against = brief(option_name(summary, issue, option), _OPTION)
        return f'how long {short_name(summary, party)} refuses "{against}"'
    return clean(path_words(summary, move["path"]))


def _cost(summary: Summary) -> tuple[str, str]:
    """Return a label, and what the histories cost."""
    tolls = [(toll, value) for toll, value in list(summary["tolls"].items())[:_TOLLS] if value["mean"]]
    titles, together = _shared([brief(name(summary, "tolls", toll), _TOLL) for toll, _ in tolls])
    said = []
    for title, (_, value) in zip(titles, tolls, strict=True):
        numbers = amounts(value)
        said.append(f"{title} {numbers['p50']} ({numbers['p05']} to {numbers['p95']})")
    label = "Cost (median; nine histories in ten)"
    return (f"{label}, {together}" if together else label), f"{'; '.join(said)}." if said else ""


def _shared(titles: list[str]) -> tuple[list[str], str]:
    """Return titles without the words with which all of them end, and these words.

    >>> _shared(["Russian soldiers killed", "Ukrainian soldiers killed"]), _shared(["Dead", "Debt"])
    ((['Russian', 'Ukrainian'], 'soldiers killed'), (['Dead', 'Debt'], ''))
    """
    words = [title.split() for title in titles]
    shared = 0
    while len(words) > 1 and all(len(each) > shared + 1 and each[~shared] == words[0][~shared] for each in words):
        shared += 1
    if not shared:
        return titles, ""
    return [" ".join(each[:-shared]) for each in words], " ".join(words[0][-shared:])


def _next(summary: Summary, file: str) -> str:
    commands = []
    words = {"typical": "typical", "quickest": "quickest", "never": "none comes"}
    by_trial: dict[int, list[str]] = {}
    for kind, trial in summary["headline"]["replay"].items():
        by_trial.setdefault(trial, []).append(words[kind])
    if by_trial:
        trials = [f"{trial} ({', '.join(kinds)})" for trial, kinds in by_trial.items()]
        commands.append(f"negosim replay {file} --trial {listed(trials, 'or')}")
    variants = list(summary["scenario"]["variants"])
    if variants and not summary["run"]["variant"]:
        commands.append(f"negosim compare {file} --variant {clean(variants[0])}")
    return "; ".join(commands)
