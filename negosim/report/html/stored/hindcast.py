"""The report of a hindcast: scores with intervals, calibration, rates, terms, and every case."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from negosim.experiments.stored.result import Bounded, Forecast, Rates, StoredHindcast
from negosim.report.hindcast_words import RULE_TITLES, RULE_WORDS
from negosim.report.html.markup import Html, joined, tag
from negosim.report.html.phrases import minus, of_100, share_of_100, upper_first
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    hero,
    in_100,
    provenance,
    rows_table,
    section,
    titled,
)
from negosim.report.writing import clean, counted, listed
from negosim.results.labels import words

_SCORES = {"brier": "Brier score", "log": "Log score", "auc": "AUC", "auc_same_horizon": "AUC, same horizon"}
_VARIED = {
    "shipped": "The shipped constants",
    "blinded": "No coded red lines",
    "t_zero": "Nobody’s judgement errs",
    "doubled_rhythm": "Rounds twice as often",
}
_DIGITS = 3
_LEAST_RADIUS, _MORE_RADIUS = 3.5, 7.0


def hindcast_page(found: StoredHindcast) -> ResultPage:
    """Return the page of a hindcast."""
    drawn = Drawn()
    played = f"{counted(found.run.trials, 'history', 'histories')} of each start"
    sections = {
        "scores": section(
            "Scores",
            _title(found),
            "Brier score: lower is better. Rules are fitted to every case but the one they forecast. 95 % intervals "
            "from drawing whole cases again.",
            tag("div", _scores(found, drawn), _reliability(found, drawn), class_="panels seven-five stack"),
            _scores_table(found),
        ),
        "rates": section("Rates", _rates_title(found), "Mean share of histories with a deal, beside the rate of deals.",
                         _rates(found)),
        "terms": section("Terms", "Are the terms right?", "", _terms(found)),
        "variations": section("Variations", "The model played in other ways", "", _variations(found)),
        "cases": section("Cases", "Every case, and what was said of it", "", _cases(found)),
        **_constants(found),
        "made": provenance(found.run, found.run.sha256, played),
    }  # fmt: skip
    kicker = f"Hindcast · {counted(found.cases, 'past negotiation')}, {counted(found.targets, 'target')}"
    return ResultPage("Hindcast", hero(kicker, _headline(found), _deck(found)), sections, drawn)


# In words


def _score(found: StoredHindcast, who: str, score: str) -> Bounded:
    return next((value for key, value in found.scores.get(who, {}).items() if key == score), Bounded(value=None))


def _written(one: Bounded, digits: int = _DIGITS) -> str:
    if one.value is None:
        return "–"
    if one.low is None or one.high is None:
        return f"{minus(f'{one.value:.{digits}f}')} (no interval)"
    low, high = (minus(f"{end:.{digits}f}") for end in (one.low, one.high))
    return f"{minus(f'{one.value:.{digits}f}')} ({low} to {high})"


def _verdicts(found: StoredHindcast) -> dict[str, list[str]]:
    """Return the rules by what the Brier score says of the model against them."""
    by: dict[str, list[str]] = {}
    for rule, scores in found.differences.items():
        if "brier" in scores:
            by.setdefault(clean(scores["brier"].model_is), []).append(RULE_WORDS.get(rule, clean(rule)))
    return by


def _headline(found: StoredHindcast) -> str:
    by = _verdicts(found)
    if worse := by.get("worse than"):
        return f"By the Brier score the model is worse than {listed(worse)}"
    if better := by.get("better than"):
        return f"By the Brier score the model is better than {listed(better)}"
    return "By the Brier score the model is indistinguishable from simple rules"


def _deck(found: StoredHindcast) -> list[str]:
    held = (
        "Each case was played with constants calibrated on the other cases."
        if found.held_out
        else "Those who chose the constants knew cases such as these."
    )
    return [
        f"Brier score {_written(_score(found, 'model', 'brier'))} on {counted(found.targets, 'target')} of "
        f"{counted(found.cases, 'negotiation')}, {found.deals} of them with a deal. {held}",
        "The cases are hindsight-coded: whoever coded them knew the outcomes, so that the scores are an upper bound. "
        f"Without the coded red lines the Brier score is {_written(found.blinded.brier)}.",
    ]


def _title(found: StoredHindcast) -> str:
    by = _verdicts(found)
    if set(by) == {"better than"}:
        return "Better than every simple rule, by the Brier score"
    return "The model beside simple rules"


# Scores


def _scores(found: StoredHindcast, drawn: Drawn) -> Html:
    rows = list[dict[str, Any]]()
    for who in found.scores:
        one = _score(found, who, "brier")
        if one.value is not None:
            title = RULE_TITLES.get(who, clean(who))
            bar = {**in_100(one), "text": f"{one.value:.{_DIGITS}f}", "outlined": who != "model"}
            rows.append({"title": title, "bars": [bar]})
    said = listed([f"{row['title']} {row['bars'][0]['text']}" for row in rows])
    chart = drawn.add("bars", {"rows": rows, "thousandths": True}, f"Brier scores: {said}.")
    return titled(
        "Brier score: shorter is better", chart, tag("p", "Thin lines: 95 % intervals over cases.", class_="note")
    )


def _scores_table(found: StoredHindcast) -> Html:
    heads = ["", *_SCORES.values(), "The model, by the Brier score"]
    rows = []
    for who in found.scores:
        verdict = found.differences.get(who, {}).get("brier")
        words = f"{clean(verdict.model_is)} it: {_written(verdict)}" if verdict else ""
        cells = [_written(_score(found, who, score), 2 if score.startswith("auc") else _DIGITS) for score in _SCORES]
        rows.append([RULE_TITLES.get(who, clean(who)), *cells, words])
    return rows_table(heads, rows, caption="Scores with 95 % intervals", hidden=False)


def _reliability(found: StoredHindcast, drawn: Drawn) -> Html:
    most = max((one.n for one in found.calibration), default=1) or 1
    points = [
        {"x": one.mean, "y": one.rate, "low": one.rate_low, "high": one.rate_high, "r": _radius(one.n / most)}
        for one in found.calibration
        if one.mean is not None and one.rate is not None
    ]
    stops = [{"at": step / 4, "text": str(25 * step)} for step in range(5)]
    data = {
        "slot": "five",
        "square": True,
        "line": False,
        "across": "Said, of 100; upwards: came",
        "x": [0, 1],
        "y": [0, 1],
        "ticks": stops,
        "levels": stops,
        "points": points,
    }
    said = listed([f"said {of_100(point['x'])}, came {of_100(point['y'])}" for point in points])
    rows = [
        [f"{100 * one.start:.0f} to {100 * one.end:.0f}", str(one.n), str(one.cases), of_100(one.mean), _rate(one)]
        for one in found.calibration
    ]
    return titled(
        "Calibration: what was said, and how often a deal came",
        drawn.add("curve", data, f"Of 100: {said}."),
        tag(
            "p",
            "On the diagonal the model is calibrated. Larger dots: more targets. Lines: 95 % intervals over cases.",
            class_="note",
        ),
        rows_table(["Share said, of 100", "Targets", "Cases", "Mean", "Came, of 100"], rows, caption="Calibration"),
    )


def _radius(part: float) -> float:
    """Return the radius of a dot whose area grows with its targets, beyond the least that is seen."""
    return round(_LEAST_RADIUS + _MORE_RADIUS * math.sqrt(max(part, 0.0)), 1)


def _rate(one: Rates) -> str:
    return share_of_100({"p": one.rate, "low": one.rate_low, "high": one.rate_high})


# Rates, terms, variations


def _rates_title(found: StoredHindcast) -> str:
    sure = {
        name: one.gap for name, one in found.horizons.items() if one.gap.low is not None and one.gap.high is not None
    }
    few = [clean(name) for name, gap in sure.items() if (gap.high or 0.0) < 0]
    many = [clean(name) for name, gap in sure.items() if (gap.low or 0.0) > 0]
    if few:
        return f"Too few deals at {listed(few)}"
    return f"Too many deals at {listed(many)}" if many else "As many deals as came, within the intervals"


def _rates(found: StoredHindcast) -> Html:
    rows = [
        [clean(name), str(one.n), str(one.cases), of_100(one.mean), _rate(one), _gap(one.gap)]
        for name, one in found.horizons.items()
    ]
    heads = ["Within", "Targets", "Cases", "Said, of 100", "Came, of 100", "Points apart"]
    return rows_table(heads, rows, caption="What was said and what came, by horizon", hidden=False)


def _gap(gap: Bounded) -> str:
    points = (None if end is None else round(100 * end) for end in (gap.value, gap.low, gap.high))
    value, low, high = ("–" if end is None else minus(f"{end:+d}") if end else "0" for end in points)
    return f"{value} ({low} to {high})" if gap.low is not None and gap.high is not None else f"{value} (no interval)"


def _terms(found: StoredHindcast) -> Html:
    terms = found.terms
    if terms is None:
        return tag("p", "No case has both a deal and a text.")
    model = share_of_100({"p": terms.model, "low": terms.model_low, "high": terms.model_high})
    middle = share_of_100({"p": terms.middle, "low": terms.middle_low, "high": terms.middle_high})
    unsigned = f" In {counted(terms.unsigned, 'issue')} the model signed nothing, which counts as missed."
    return tag(
        "p",
        f"The likeliest option is the one that was signed on {model} of 100 issues ({counted(terms.issues, 'issue')} "
        f"of {counted(terms.cases, 'case')}); “always the middle” is right on {middle}. The difference is "
        f"{_gap(terms.difference)} points.{unsigned if terms.unsigned else ''}",
    )


def _variations(found: StoredHindcast) -> Html:
    rows = []
    for key, title in _VARIED.items():
        one = getattr(found, key)
        if one is not None:
            change = next((value for score, value in one.difference.items() if score == "brier"), Bounded(value=None))
            rows.append([title, _written(one.brier), _written(change)])
    return rows_table(["", "Brier score", "Less the model"], rows, caption="Variations", hidden=False)


# Cases and constants


def _cases(found: StoredHindcast) -> Html:
    """Return every target, the worst misses first."""
    rows = [_said(found, one) for one in sorted(found.forecasts, key=_miss, reverse=True)]
    heads = ["Case", "From", "Months", "Came", "Model, of 100 (± 2 SE)", "Logit", "Rate by horizon"]
    note = "In order of what the model missed by most. SE: standard error by Monte Carlo."
    return joined(tag("p", note, class_="note"), rows_table(heads, rows, caption="Every target", hidden=False))


def _miss(one: Forecast) -> float:
    return abs(float(one.deal) - one.model)


def _case(found: StoredHindcast, case: str) -> str:
    """Return what a case is called; its id in words where the result names no titles."""
    return clean(found.labels.cases.get(case) or upper_first(words(case)))


def _said(found: StoredHindcast, one: Forecast) -> list[str]:
    error = f" ± {max(round(200 * one.standard_error), 1)}"
    return [
        _case(found, one.case),
        clean(one.start),
        str(one.months),
        "a deal" if one.deal else "none",
        f"{of_100(one.model)}{error}",
        of_100(one.logit),
        of_100(one.rate_by_horizon),
    ]


def _constants(found: StoredHindcast) -> dict[str, tuple[str, Html]]:
    if not found.constants:
        return {}
    rows = [_constant(name, one) for name, one in found.constants.items()]
    table = rows_table(["Constant", "Value", "What the cases bear", "Why"], rows, caption="Constants", hidden=False)
    content: Sequence[Any] = (
        tag("details", tag("summary", f"All {counted(len(rows), 'constant')}"), table, class_="list"),
        tag("ul", [tag("li", clean(remark)) for remark in found.remarks[:40]]) if found.remarks else None,
    )
    return {"constants": section("Constants", "The constants of the encoding", "", *content)}


def _constant(name: str, one: Any) -> list[str]:
    fit = f"{one.low:.3g} to {one.high:.3g}" if one.low is not None and one.high is not None else "–"
    return [clean(name).replace("_", " "), f"{one.value:.3g}{' (set)' if one.set else ''}", minus(fit), clean(one.why)]
