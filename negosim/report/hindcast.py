"""The report of ``negosim hindcast``: what the model knows, what it does not, and what the numbers cannot mean."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from negosim.experiments.hindcast.result import LOWER_IS_BETTER, RULES, Hindcast, Interval, Part, Words, compared
from negosim.report.hindcast_full import full_sections
from negosim.report.hindcast_words import (
    RULE_TITLES,
    RULE_WORDS,
    SCORE_WORDS,
    VERDICTS,
    gap_text,
    interval_text,
    is_by_definition,
    model_words,
    number,
    percent,
)
from negosim.report.layout import INDENT, Section, add, table
from negosim.report.prose import prose, show_section
from negosim.report.screen import print_fitting
from negosim.report.writing import aligned, clean, counted, listed, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import words as in_words

_HASH = 12
_LEAD = 0.01
"""The lead over the logit that one would like to claim."""


def print_hindcast(found: Hindcast, console: Console, *, full: bool = False) -> None:
    """Print what a hindcast found.

    Parameters
    ----------
    found : as `negosim.experiments.hindcast.hindcast.hindcast` returns it.
    console : where to print; reads well from 80 columns.
    full : whether to print every table.
    """
    if full:
        _print(found, console, _EVERYTHING)
    else:
        print_fitting(console, range(_ROOMY, -1, -1), lambda where, size: _print(found, where, size))


_EVERYTHING, _ROOMY, _PARTS, _RATES = 5, 3, 3, 2
"""Sizes of the report, and those from which on it has the rates by part of the talks, and those by horizon."""


def _print(found: Hindcast, console: Console, size: int) -> None:
    """Print a hindcast in a size: everything, or one screen with as much as there is room for."""
    full = size == _EVERYTHING
    prose(console, _head(found), "bold")
    prose(console, _played(found))
    console.print()
    if full:
        prose(console, "In short", "bold")
    for said in _in_short(found):
        prose(console, said, indent=INDENT)
    show_section(console, Section("Scores", _SCORES_CAPTION if full else _SHORT_CAPTION, [_scores(found)]))
    if size >= _RATES:
        show_section(
            console, Section("Too few deals, or too many?", _RATES_CAPTION, [_rates(found, parts=size >= _PARTS)])
        )
    for section in full_sections(found) if full else []:
        show_section(console, section)
    _print_notes(found, console, listed=size > 0)
    console.print()
    run = f"{counted(found.trials, 'history', 'histories')} of each start, seed {found.seed}, {made_by(origin())}"
    prose(console, f"Cases {found.sha256[:_HASH]}, {run}" + ("" if full else "; --full prints every table"), "dim")


def _print_notes(found: Hindcast, console: Console, *, listed: bool) -> None:
    if not found.remarks:
        return
    console.print()
    prose(console, "Notes", "bold")
    for remark in found.remarks if listed else ():
        prose(console, f"- {clean(remark)}", indent=INDENT, hanging=INDENT)
    if not listed:
        prose(console, f"{counted(len(found.remarks), 'note')}: see --full.", indent=INDENT)


_SCORES_CAPTION = (
    "95 % intervals from drawing whole cases again. Brier: lower is better. AUC: how often a target with a deal is put "
    "above one without; 0.5 is luck, and by definition that of two rules. Rules are fitted to all cases but the one "
    "they forecast."
)
_SHORT_CAPTION = (
    "95 % intervals over whole cases. Brier: lower is better. AUC: 0.5 is luck, and what two rules have by definition."
)
_RATES_CAPTION = "Mean share of histories with a deal, and rate of deals among the targets."


def _head(found: Hindcast) -> str:
    return (
        f"{counted(found.cases, 'past negotiation')}, {counted(found.targets, 'target')}, "
        f"{found.deals} of them with a deal"
    )


def _played(found: Hindcast) -> str:
    if found.is_held_out:
        return "Each case was played with constants calibrated on the other cases."
    changed = [f"{in_words(name)} = {one.value:g}" for name, one in found.constants.items() if one.is_set]
    but = f", but for {listed(changed)}" if changed else ""
    return (
        f"Played with the shipped constants{but}. Those who chose them knew cases such as these; --calibrate holds "
        "each case out."
    )


# In words


def _in_short(found: Hindcast) -> list[str]:
    lines = [
        _against_the_rules(found),
        _behind(found),
        *_early(found),
        *_calibrated(found),
        _hindsight(found),
        *_terms(found),
    ]
    return [*lines, _not_claimable(found)]


def _against_the_rules(found: Hindcast) -> str:
    """Say how the model compares with each rule by the Brier score, what is worse first."""
    by_words: dict[Words, list[str]] = {}
    for rule in RULES:
        by_words.setdefault(compared(found.differences[rule]["brier"], "brier"), []).append(RULE_WORDS[rule])
    order: tuple[Words, ...] = ("worse than", "indistinguishable from", "better than")
    said = [f"{model_words(words)} {listed(by_words[words])}" for words in order if words in by_words]
    return f"By the Brier score the model {'; it '.join(said)}."


def _behind(found: Hindcast) -> str:
    """Say where it is worse than a rule, and where it is behind one by no more than chance would explain."""
    worse: dict[str, list[str]] = {}
    behind: dict[str, list[str]] = {}
    for rule, words, score, difference in _all_differences(found):
        if compared(difference, score) == "worse than":
            worse.setdefault(rule, []).append(words)
        elif difference.value and (difference.value > 0) == (score in LOWER_IS_BETTER):
            behind.setdefault(rule, []).append(words)
    surely = f"It is worse than {_by_rule(worse)}." if worse else "By no score is it surely worse than a simple rule."
    also = f" It is behind {_by_rule(behind)}, though by no more than chance would explain." if behind else ""
    return surely + also


def _by_rule(scores: dict[str, list[str]]) -> str:
    return "; ".join(f"{RULE_WORDS[rule]} by the {listed(words)}" for rule, words in scores.items())


def _all_differences(found: Hindcast) -> Iterator[tuple[str, str, str, Interval]]:
    """Yield the differences from each rule: the rule, the score in words, the score, and the difference."""
    for rule in RULES:
        for score, difference in found.differences[rule].items():
            yield rule, SCORE_WORDS[score], score, difference
        for where, part in (("at the start of talks", found.first_starts), ("in later years", found.restarts)):
            if part is not None:
                yield rule, f"{SCORE_WORDS['brier']} {where}", "brier", part.differences[rule]["brier"]


def _early(found: Hindcast) -> list[str]:
    """Name the horizons at which the mean share surely differs from the rate."""
    few: list[str] = []
    many: list[str] = []
    for months, group in found.horizons.items():
        low, high = group.gap.low, group.gap.high
        if low is not None and high is not None and not low <= 0 <= high:
            (few if high < 0 else many).append(f"{months}")
    said = []
    if few:
        said.append(f"It says too few deals at {listed(few)} months.")
    if many:
        said.append(f"It says too many deals at {listed(many)} months.")
    return said or ["At no horizon does its mean share surely differ from the rate of deals."]


def _calibrated(found: Hindcast) -> list[str]:
    """Say what calibration gains, and whether it asks for other constants than those that are shipped."""
    if found.shipped is None:
        return []
    verdict = compared(found.shipped.difference["brier"], "brier")
    words = f"{interval_text(found.shipped.scores['brier'], 3)}, which {model_words(verdict)} the held-out score"
    moved = [f'"{in_words(name)}"' for name, one in found.constants.items() if not one.is_supported]
    asked = f"The cases ask for another {listed(moved)}." if moved else "No constant lies outside what the cases bear."
    return [f"With the shipped constants the Brier score is {words}. {asked}"]


def _hindsight(found: Hindcast) -> str:
    blind = found.blinded
    words = compared(blind.difference["brier"], "brier")
    return (
        "The cases are hindsight-coded: whoever coded them knew the outcomes, so that these scores are an upper bound. "
        f"Without the coded red lines the Brier score is {interval_text(blind.scores['brier'], 3)}, which "
        f"{model_words(words)} the score with them."
    )


def _terms(found: Hindcast) -> list[str]:
    terms = found.terms
    if terms is None:
        return []
    beaten = terms.difference
    verdict = compared(beaten, "auc")
    return [
        f"Terms: the likeliest option is the actual one on {percent(terms.model)} of {counted(terms.issues, 'issue')}; "
        f"'always the middle' is right on {percent(terms.middle)}, and the model {model_words(verdict)} it."
    ]


def _not_claimable(found: Hindcast) -> str:
    """Say what so few cases cannot show, from the width of the interval of the difference from the logit."""
    difference = found.differences["logit"]["brier"]
    start = f"With n = {found.cases} cases nobody can claim"
    if difference.low is None or difference.high is None:
        return f"{start} anything: so few have no intervals."
    half = (difference.high - difference.low) / 2
    if half <= _LEAD:
        return f"{start} a lead over the logit below {half:.3f}."
    needed = found.cases * (half / _LEAD) ** 2
    size = 10 ** max(math.floor(math.log10(needed)) - 1, 0)
    return (
        f"{start} a lead over the logit, or a lag behind it, of less than about {half:.2f} in the Brier score. To tell "
        f"{_LEAD:g} would take about {round(needed / size) * size:,.0f} cases."
    )


# Tables


def _scores(found: Hindcast) -> Table:
    grid = table("", "Brier score", "AUC, same horizon", "Model against it", fixed=(0, 1, 2))
    names = ("model", *RULES)
    brier = aligned([interval_text(found.scores[name]["brier"], 3) for name in names], " ")
    auc = aligned([_auc_text(found, name) for name in names], " ")
    for name, first, second in zip(names, brier, auc, strict=True):
        verdict = "" if name == "model" else VERDICTS[compared(found.differences[name]["brier"], "brier")]
        add(grid, RULE_TITLES[name], first, second, verdict)
    return grid


def _auc_text(found: Hindcast, name: str) -> str:
    auc = found.scores[name]["auc_same_horizon"]
    return number(auc.value, 2) if is_by_definition(name, "auc_same_horizon") else interval_text(auc, 2)


def _rates(found: Hindcast, *, parts: bool) -> Table:
    grid = table("", "Targets", "Mean share", "Rate", "Points apart", fixed=(0, 1, 2, 3), right=(1,))
    rows = [(f"{months} months", group) for months, group in found.horizons.items()]
    rows += [(title, part.group) for title, part in _parts(found) if parts]
    means = aligned([percent(group.mean) for _, group in rows], " %")
    rates = aligned([percent(group.rate) for _, group in rows], " %")
    for (title, group), mean, rate in zip(rows, means, rates, strict=True):
        add(grid, title, f"{group.targets}", mean, rate, gap_text(group))
    return grid


def _parts(found: Hindcast) -> list[tuple[str, Part]]:
    parts = (("Start of talks", found.first_starts), ("Later years", found.restarts))
    return [(title, part) for title, part in parts if part is not None]
