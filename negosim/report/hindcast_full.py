"""The further tables of ``negosim hindcast --full``."""

from __future__ import annotations

import math

from rich.table import Table

from negosim.experiments.hindcast.result import RULES, SCORES, Hindcast, Said, Variation, compared
from negosim.report.hindcast_words import (
    RULE_TITLES,
    VERDICTS,
    gap_text,
    interval_text,
    is_by_definition,
    number,
    percent,
    signed_text,
)
from negosim.report.layout import BLANK, Section, add, table
from negosim.report.writing import clean, long_date

_SHOWN_MISSES = 8
_MOST_WORDS = 70


def full_sections(found: Hindcast) -> list[Section]:
    """Return every table that the short report leaves out."""
    return [
        _other_scores(found),
        _differences(found),
        *_parts(found),
        _calibration(found),
        _variations(found),
        _signatures(found),
        _misses(found),
        *_folds(found),
        _constants(found),
    ]


def _other_scores(found: Hindcast) -> Section:
    grid = table("", "Log score", "AUC", fixed=(0, 1, 2))
    for name in ("model", *RULES):
        scores = found.scores[name]
        auc = number(scores["auc"].value, 2) if is_by_definition(name, "auc") else interval_text(scores["auc"], 2)
        add(grid, RULE_TITLES[name], interval_text(scores["log"], 2), auc)
    least = 0.5 / found.trials
    caption = (
        f"Log score: lower is better. Shares are taken to be no nearer to 0 and 1 than half a history of "
        f"{found.trials:,} ({least:.2g}), which is what so many can tell. AUC over all horizons: the rate by horizon "
        "orders the horizons and nothing else."
    )
    return Section("Other scores", caption, [grid])


def _differences(found: Hindcast) -> Section:
    grid = table("", "Score", "Model less rule", "Model", fixed=(0, 1, 2, 3))
    titles = {"brier": "Brier", "log": "log", "auc": "AUC", "auc_same_horizon": "AUC, same horizon"}
    for rule in RULES:
        for place, score in enumerate(SCORES):
            difference = found.differences[rule][score]
            title = RULE_TITLES[rule] if not place else ""
            add(grid, title, titles[score], signed_text(difference, 3), VERDICTS[compared(difference, score)])
    caption = "Differences of the scores on the same draws of the cases, with 95 % intervals."
    return Section("The model less each simple rule", caption, [grid])


def _parts(found: Hindcast) -> list[Section]:
    sections = []
    for title, part in (("At the start of talks", found.first_starts), ("In later years", found.restarts)):
        if part is None:
            continue
        grid = table("", "Brier score", "AUC, same horizon", "Model against it", fixed=(0, 1, 2))
        for name in ("model", *RULES):
            auc = part.scores[name]["auc_same_horizon"]
            fixed = is_by_definition(name, "auc_same_horizon")
            auc_text = number(auc.value, 2) if fixed else interval_text(auc, 2)
            verdict = "" if name == "model" else VERDICTS[compared(part.differences[name]["brier"], "brier")]
            add(grid, RULE_TITLES[name], interval_text(part.scores[name]["brier"], 3), auc_text, verdict)
        rates = table("", "Targets", "Mean share", "Rate", "Points apart", fixed=(0, 1, 2, 3), right=(1,))
        for months, group in part.horizons.items():
            of_group = (f"{group.targets}", percent(group.mean), percent(group.rate), gap_text(group))
            add(rates, f"{months} months", *of_group)
        sections.append(Section(title, "The same for these targets alone.", [grid, BLANK, rates]))
    return sections


def _calibration(found: Hindcast) -> Section:
    grid = table("Share", "Targets", "Cases", "Mean share", "Rate", fixed=(0, 1, 2, 3, 4), right=(1, 2))
    for one in found.calibration:
        group = one.group
        mean = f"{100 * group.mean.value:.0f} %" if group.mean.value is not None else ""
        cells = (f"{group.targets}", f"{group.cases}", mean, percent(group.rate))
        add(grid, f"{100 * one.low:.0f} to {100 * one.high:.0f} %", *cells)
    caption = "Where the model says so much, how often a deal came, with 95 % interval over cases."
    return Section("Calibration", caption, [grid])


def _variations(found: Hindcast) -> Section:
    grid = table("", "Brier score", "Less the model", fixed=(0, 1, 2))
    rows: list[tuple[str, Variation]] = [
        ("No coded red lines", found.blinded),
        ("Nobody's judgement errs", found.t_zero),
        ("Rounds twice as often", found.doubled_rhythm),
    ]
    if found.shipped is not None:
        rows.insert(0, ("The shipped constants", found.shipped))
    for title, one in rows:
        difference = one.difference["brier"]
        cells = (title, interval_text(one.scores["brier"], 3), signed_text(difference, 3))
        add(grid, *cells)
    caption = "The same cases played in another way with the same draws; a difference above 0 is worse."
    return Section("Played otherwise", caption, [grid])


def _signatures(found: Hindcast) -> Section:
    said = [
        f"Signed below what the signatory asked for at the time: {percent(found.below_aspiration, 1)} of signatures "
        "(interval: luck of the draw only).",
        f"Monte-Carlo error of the model's Brier score: at most ±{1.96 * found.monte_carlo:.4f} (95 %), apart from the "
        "intervals over cases.",
    ]
    terms = found.terms
    if terms is not None:
        said.append(
            f"Terms: of {terms.issues} issues in {terms.cases} cases the model has {percent(terms.model)} right, "
            f"'always the middle' {percent(terms.middle)}; where no history signed ({terms.unsigned} issues) the model "
            "counts as wrong."
        )
    return Section("Signatures and error", " ".join(said), [])


def _misses(found: Hindcast) -> Section:
    grid = table("Case", "From", "Months", "Said", "Came", fixed=(1, 2, 3, 4), right=(2,))
    worst = sorted(found.said, key=lambda one: -abs(one.model - one.deal))[:_SHOWN_MISSES]
    for one in worst:
        add(grid, clean(one.title)[:_MOST_WORDS], long_date(one.start), f"{one.months}", _share(one), _came(one))
    caption = "The targets that the model is farthest from, with the 95 % Monte-Carlo error of its share."
    return Section("Where it is most wrong", caption, [grid])


def _share(one: Said) -> str:
    return f"{100 * one.model:.0f} ± {196 * one.standard_error:.0f} %"


def _came(one: Said) -> str:
    return "a deal" if one.deal else "no deal"


def _folds(found: Hindcast) -> list[Section]:
    fits = {name: (one, one.fit) for name, one in found.constants.items() if one.fit is not None}
    if not fits:
        return []
    right = (1, 2, 3, 4)
    grid = table(
        "Constant", "Shipped", "Fits all cases", "95 %, by profile", "Held out", fixed=(0, *right), right=right
    )
    for name, (one, fit) in fits.items():
        values = sorted(fit.held_out.values())
        spans = (f"{fit.low:.3g} to {fit.high:.3g}", f"{values[0]:.3g} to {values[-1]:.3g}")
        add(grid, name, f"{one.value:g}", f"{fit.best:.3g}", *spans)
    caption = (
        "Held to their priors. The profile counts every start as independent, so that its interval is too narrow; an "
        "end may be that of the range looked at. Held out: from least to most over the cases left out."
    )
    return [Section("Calibration of six constants", caption, [grid]), _profiles(found)]


_MARKS = " .:-=+*#"
"""Likelihood as a share of its top, from none to all."""


def _profiles(found: Hindcast) -> Section:
    """Draw the profile of each constant as a row of marks."""
    grid = table("Constant", "From", "Likelihood", "To", fixed=(0, 1, 2, 3), right=(1,))
    for name, one in found.constants.items():
        if one.fit is not None:
            marks = "".join(_MARKS[round((len(_MARKS) - 1) * math.exp(value))] for value in one.fit.log_likelihood)
            add(grid, name, f"{one.fit.values[0]:.3g}", f"[{marks}]", f"{one.fit.values[-1]:.3g}")
    caption = (
        "The likelihood of the cases and the priors at values of each constant, the others at their best; # is the top."
    )
    return Section("Profiles", caption, [grid])


def _constants(found: Hindcast) -> Section:
    grid: Table = table("Constant", "Value", "Why", fixed=(0, 1), right=(1,))
    for name, one in found.constants.items():
        prior = f" Prior: {one.prior}." if one.prior else ""
        mark = " (set)" if one.is_set else ""
        add(grid, name, f"{one.value:g}{mark}", f"{one.why}.{prior}")
    return Section(
        "The constants of the encoding", "The same for every case; negosim hindcast --set NAME=VALUE.", [grid]
    )
