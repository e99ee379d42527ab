"""What the page on validation quotes, from the stored result and the stored map alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docs.generate.writing import table
from negosim.experiments.hindcast.calibration_map import read_map

Json = Mapping[str, Any]

_RULES = {"constant": "the constant", "rate_by_horizon": "the rate by horizon", "logit": "the logit"}
_TITLES = {"model": "Model", "constant": "Constant", "rate_by_horizon": "Rate by horizon", "logit": "Logit"}
_SCORES = {"brier": "Brier score", "log": "Log score", "auc": "AUC", "auc_same_horizon": "AUC, same horizon"}
_DIGITS = {"brier": 3, "log": 2, "auc": 2, "auc_same_horizon": 2}
_SHARES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
_LEAD = 0.01


def _interval(one: Json, digits: int) -> str:
    if one["value"] is None:
        return "not known"
    if one["low"] is None:
        return f"{one['value']:.{digits}f} (no interval)"
    return f"{one['value']:.{digits}f} ({one['low']:.{digits}f} to {one['high']:.{digits}f})"


def _signed(one: Json, digits: int = 3) -> str:
    if one["value"] is None or one["low"] is None:
        return "not known"
    value, low, high = (
        f"{end:+.{digits}f}" if (end := round(one[key], digits)) else f"{0:.{digits}f}"
        for key in ("value", "low", "high")
    )
    return f"{value} ({low} to {high})"


def _percent(value: float | None, low: float | None = None, high: float | None = None) -> str:
    if value is None:
        return "not known"
    spread = f" ({100 * low:.0f} to {100 * high:.0f})" if low is not None and high is not None else ""
    return f"{100 * value:.0f} %{spread}"


def _count(result: Json, past: Json) -> str:
    how = (
        "each case played with constants that were calibrated on the other cases"
        if result["held_out"]
        else "played with the shipped constants"
    )
    return (
        f"{result['cases']} negotiations, {result['targets']} targets, {result['deals']} of them with a deal; "
        f"{result['run']['trials']:,} histories of each start, seed {result['run']['seed']}, {how}.\n"
    )


def _scores(result: Json, past: Json) -> str:
    rows = [
        [_TITLES[name], *(_interval(scores[score], _DIGITS[score]) for score in _SCORES)]
        for name, scores in result["scores"].items()
    ]
    return table(["", *_SCORES.values()], rows)


def _differences(result: Json, past: Json) -> str:
    rows = [
        [
            _TITLES[rule],
            *(f"{_signed(scores[score])}: {_verdict(scores[score])}" for score in ("brier", "auc_same_horizon")),
        ]
        for rule, scores in result["differences"].items()
    ]
    return table(["The model less", "Brier score", "AUC, same horizon"], rows)


def _verdict(one: Json) -> str:
    return f"{one['model_is']} it"


def _worse(result: Json, past: Json) -> str:
    """Say in words by which scores the model is worse than a rule, or behind it."""
    lines = []
    parts = {"": result, " at the start of talks": result["first_starts"], " in later years": result["restarts"]}
    for where, part in parts.items():
        for rule, scores in (part or {"differences": {}})["differences"].items():
            for score, one in scores.items():
                if _is_behind(one, score):
                    surely = "worse than" if one["model_is"] == "worse than" else "behind, though not beyond chance,"
                    words = _SCORES[score].replace(",", " at the")
                    lines.append(f"- {surely} {_RULES[rule]} by the {words}{where}: {_signed(one)}\n")
    return "".join(lines) or "- behind no rule by any score\n"


def _is_behind(one: Json, score: str) -> bool:
    return one["value"] is not None and (one["value"] > 0 if score in ("brier", "log") else one["value"] < 0)


def _claims(result: Json, past: Json) -> str:
    one = result["differences"]["logit"]["brier"]
    if one["low"] is None:
        return f"With n = {result['cases']} cases nothing can be claimed.\n"
    half = (one["high"] - one["low"]) / 2
    needed = result["cases"] * (half / _LEAD) ** 2
    return (
        f"With n = {result['cases']} cases the interval of the difference from the logit reaches {half:.3f} to either "
        f"side. A lead of {_LEAD} would take some {round(needed, -2):,.0f} cases to tell.\n"
    )


def _horizons(result: Json, past: Json) -> str:
    groups = {**result["horizons"], "Start of talks": result["first_starts"], "Later years": result["restarts"]}
    rows = []
    for title, group in groups.items():
        if group is not None:
            gap = {key: None if end is None else 100 * end for key, end in group["gap"].items()}
            rate = _percent(group["rate"], group["rate_low"], group["rate_high"])
            rows.append([title, f"{group['n']}", _percent(group["mean"]), rate, _signed(gap, 0)])
    return table(["", "Targets", "Mean share", "Rate of deals", "Points apart"], rows)


def _calibration(result: Json, past: Json) -> str:
    rows = [
        [
            f"{100 * one['from']:.0f} to {100 * one['to']:.0f} %",
            f"{one['n']}",
            f"{one['cases']}",
            _percent(one["mean"]),
            _percent(one["rate"], one["rate_low"], one["rate_high"]),
        ]
        for one in result["calibration"]
    ]
    return table(["Share", "Targets", "Cases", "Mean share", "Rate of deals"], rows)


def _terms(result: Json, past: Json) -> str:
    one = result["terms"]
    model = _percent(one["model"], one["model_low"], one["model_high"])
    middle = _percent(one["middle"], one["middle_low"], one["middle_high"])
    return (
        f"Of {one['issues']} issues the model's likeliest signed option is the actual one on {model}; the middle "
        f"option is on {middle}.\n"
    )


def _variations(result: Json, past: Json) -> str:
    titles = {
        "shipped": "With the shipped constants",
        "blinded": "Without the coded red lines",
        "t_zero": "With nobody's judgement erring",
        "doubled_rhythm": "With rounds twice as often",
    }
    rows = [
        [title, _interval(result[key]["brier"], 3), _signed(result[key]["difference"]["brier"])]
        for key, title in titles.items()
        if result[key]
    ]
    return table(["Played otherwise", "Brier score", "Less the model"], rows)


def _below(result: Json, past: Json) -> str:
    one = (result["shipped"] or result)["below_aspiration"]
    share = _percent(one["value"], one["low"], one["high"])
    return (
        f"With the shipped constants {share} of all signatures are given below what the party asks for at the time.\n"
    )


def _constants(result: Json, past: Json) -> str:
    rows = []
    for name, one in result["constants"].items():
        if "held_out" in one:
            folds = sorted(one["held_out"].values())
            supported = "yes" if one["low"] <= one["value"] <= one["high"] else "no"
            span, spread = f"{one['low']:.3g} to {one['high']:.3g}", f"{folds[0]:.3g} to {folds[-1]:.3g}"
            rows.append([f"`{name}`", f"{one['value']:g}", f"{one['best']:.3g}", span, supported, spread, one["prior"]])
    if not rows:
        return "Played with the shipped constants; nothing was calibrated.\n"
    head = ["Constant", "Shipped", "Fits all cases", "95 % by profile", "Shipped within it", "Held out", "Prior"]
    return table(head, rows)


def _map(result: Json, past: Json) -> str:
    found = read_map(past)
    rows = []
    for share in _SHARES:
        cells = []
        for months in (3, 6, 12):
            one = found.correct(share, months, trials=found.trials, reach="settlement")
            cells.append(_percent(one.value, one.low, one.high))
        rows.append([f"{100 * share:g} %", *cells])
    a, b, c = past["coefficients"]
    counts = f"{past['cases']} cases, {past['targets']} targets and {past['deals']} deals, hindsight-coded"
    line = f"a = {a:.2f}, b = {b:.2f}, c = {c:.2f}, from {counts}.\n"
    return f"{line}\n" + table(["The model says", "At 3 months", "At 6 months", "At 12 months"], rows)


BLOCKS: dict[str, Callable[[Json, Json], str]] = {
    "count": _count,
    "scores": _scores,
    "differences": _differences,
    "worse": _worse,
    "claims": _claims,
    "horizons": _horizons,
    "calibration": _calibration,
    "terms": _terms,
    "variations": _variations,
    "below": _below,
    "constants": _constants,
    "map": _map,
}
"""What each block of the page is made by, by its name in the marker."""
