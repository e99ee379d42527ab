"""The report of a sensitivity analysis: which inputs an answer depends on."""

from __future__ import annotations

from typing import Any

from negosim.experiments.stored.result import Effect, Indexed, Sensed, StoredSensitivity
from negosim.report.html.markup import Html, tag
from negosim.report.html.phrases import in_noise, minus, quoted
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    difference,
    estimate,
    hero,
    in_100,
    input_title,
    is_share,
    metric_title,
    provenance,
    rows_table,
    section,
    settings_words,
    titled,
)
from negosim.report.paths import amount
from negosim.report.writing import clean, counted, listed

_MOST = 15
"""Inputs that are drawn."""

_LONG = 60

_READ = {
    "main": (
        "Bar: the share of the variance of single histories that the input accounts for by itself; most of that "
        "variance is chance."
    ),
    "morris": "Bar: the root mean square change of the answer as the input goes over its whole range.",
    "sobol": (
        "Filled: the share of the variance of the answer over the inputs that each accounts for by itself; outlined: "
        "with all its interactions."
    ),
    "tornado": (
        "Outlined: input at its low end; filled: at its high end, all else as in the base, with the same random "
        "numbers."
    ),
}
_LUCK = " Thin lines: 95 % intervals."


def sensitivity_page(found: StoredSensitivity) -> ResultPage:
    """Return the page of a sensitivity analysis."""
    drawn, title = Drawn(), clean(found.scenario.title)
    sections = {
        f"metric-{at}": _section(found, metric, sensed, drawn)
        for at, (metric, sensed) in enumerate(found.metrics.items(), 1)
    }
    run = found.run
    played = counted(run.trials, "history", "histories")
    if run.points and run.method != "main":
        played = f"{counted(run.points, 'setting')} of {played}"
    kicker = f"{title} · sensitivity{settings_words(found.scenario.variant, found.scenario.set, found.labels)}"
    first = hero(kicker, _headline(found), [_deck(found)])
    return ResultPage(title, first, {**sections, "made": provenance(run, found.scenario.sha256, played)}, drawn)


def _method(found: StoredSensitivity) -> str:
    return found.run.method if found.run.method in _READ else "main"


def _sorted(sensed: Sensed) -> list[tuple[str, Effect]]:
    """Return the inputs that stand out from noise, the largest effect first."""
    sure = [(path, effect) for path, effect in sensed.inputs.items() if effect.significant]
    return sorted(sure, key=lambda item: -_size(item[1]))


def _size(effect: Effect) -> float:
    ends = [abs(end.value or 0.0) for end in (effect.at_low, effect.at_high) if end]
    best = effect.total or effect.strength or effect.first
    return max(ends) if ends else (best.value or 0.0) if best else 0.0


def _headline(found: StoredSensitivity) -> str:
    metric, sensed = next(iter(found.metrics.items()))
    what = metric_title(metric, found.labels)
    sure = _sorted(sensed)
    if not sure:
        return f"{what}: no input stands out from noise"
    first = _title(found, *sure[0])
    if len(first) > _LONG:
        return f"{what}: {counted(len(sure), 'input')} of {len(sensed.inputs)} {_stand(len(sure))} out from noise"
    return f"{what} depends most on {quoted(first)}"


def _deck(found: StoredSensitivity) -> str:
    metric, sensed = next(iter(found.metrics.items()))
    over = "levers over their ranges" if found.run.over == "levers" else "uncertain inputs over their own ranges"
    base = f"As written: {estimate(sensed.base, share=is_share(metric))} of 100." if is_share(metric) else ""
    sure = len(_sorted(sensed))
    said = f"{base} Of {counted(len(sensed.inputs), 'input')} {sure or 'none'} {_stand(sure)} out from noise."
    return (f"{said} Moved were the {over}; in brackets 95 % intervals, Monte-Carlo error only.").strip()


def _stand(number: int) -> str:
    return "stands" if number <= 1 else "stand"


def _title(found: StoredSensitivity, path: str, effect: Effect) -> str:
    return input_title(path, effect.title, found.labels)


def _section(found: StoredSensitivity, metric: str, sensed: Sensed, drawn: Drawn) -> tuple[str, Html]:
    method, what = _method(found), metric_title(metric, found.labels)
    sure = _sorted(sensed)
    rest = len(sensed.inputs) - len(sure)
    left = len(sure) - _MOST
    note = _READ[method] + _LUCK
    note += f" {counted(left, 'other')} matter less." if left > 0 else ""
    note += f" {in_noise(counted(rest, 'input'), rest)}" if rest else ""
    chart = _chart(found, metric, sure[:_MOST], drawn) if sure else tag("p", "No input stands out from noise.")
    numbers = rows_table(_heads(method), [_cells(found, metric, *item) for item in _every(sensed)], caption=what)
    return section(
        what if len(what) <= 24 else "Inputs",
        f"What moves it: {what}",
        "",
        titled(_unit(method, share=is_share(metric)), chart, tag("p", note, class_="note") if sure else None, numbers),
    )


def _unit(method: str, *, share: bool) -> str:
    if method in ("main", "sobol"):
        return "Share of the variance, of 100"
    return "Points of 100" if share else "Change of the answer"


def _every(sensed: Sensed) -> list[tuple[str, Effect]]:
    return sorted(sensed.inputs.items(), key=lambda item: (not item[1].significant, -_size(item[1])))


def _chart(found: StoredSensitivity, metric: str, rows: list[tuple[str, Effect]], drawn: Drawn) -> Html:
    share = is_share(metric)
    if _method(found) == "tornado" and share:
        inputs = [row for path, effect in rows if (row := _both_ends(_title(found, path, effect), effect))]
        said = listed([f"{row['title']} {row['low']['text']} to {row['high']['text']}" for row in inputs])
        return drawn.add("tornado", {"switches": [], "inputs": inputs, "heads": ["", ""]}, f"Over its range: {said}.")
    bars = list[dict[str, Any]]()
    for path, effect in rows:
        found_bars = [
            _bar(index, outlined=key == "total") for key, index in _indices(effect) if index.value is not None
        ]
        bars.append({"title": _title(found, path, effect), "bars": found_bars})
    said = listed([f"{row['title']} {row['bars'][0]['text']}" for row in bars if row["bars"]])
    return drawn.add("bars", {"rows": bars}, f"{said}.")


def _both_ends(title: str, effect: Effect) -> dict[str, Any] | None:
    if effect.at_low is None or effect.at_high is None:
        return None
    low, high = (minus(_end(end)) for end in effect.ends or ("low", "high"))
    return {
        "title": title,
        "low": {**in_100(effect.at_low), "text": low},
        "high": {**in_100(effect.at_high), "text": high},
        "range": f"{low} to {high}",
    }


def _end(end: float | str) -> str:
    if isinstance(end, float):
        return amount(end)
    days = end.removesuffix(" days")
    try:
        return amount(float(days), days=True) if days != end else clean(end)
    except (ValueError, OverflowError):
        return clean(end)


def _indices(effect: Effect) -> list[tuple[str, Indexed]]:
    measured = [("total", effect.total), ("first", effect.first), ("strength", effect.strength)]
    return [(key, index) for key, index in measured if index is not None]


def _bar(index: Indexed, *, outlined: bool) -> dict[str, Any]:
    return {**in_100(index), "text": _whole(index.value), "outlined": outlined}


def _whole(value: float | None) -> str:
    return "–" if value is None else minus(f"{round(100 * value) + 0.0:.0f}")


def _heads(method: str) -> list[str]:
    return {
        "main": ["Input", "In its lowest fifth", "In its highest fifth", "Share of variance, of 100"],
        "morris": ["Input", "Change over its range", "At half the sample"],
        "sobol": ["Input", "By itself, of 100", "With interactions, of 100", "At half the sample"],
        "tornado": ["Input", "Range", "At the low end", "At the high end"],
    }[method]


def _cells(found: StoredSensitivity, metric: str, path: str, effect: Effect) -> list[str]:
    share, title = is_share(metric), _title(found, path, effect)
    match _method(found):
        case "main":
            return [title, estimate(effect.low, share=share), estimate(effect.high, share=share), _index(effect.first)]
        case "morris":
            return [title, _index(effect.strength), _half(effect.strength)]
        case "sobol":
            return [title, _index(effect.first), _index(effect.total), _half(effect.total)]
        case _:
            ends = " to ".join(minus(_end(end)) for end in effect.ends) if effect.ends else ""
            changes = (difference(change, share=share) for change in (effect.at_low, effect.at_high))
            return [title, ends, *changes]


def _index(index: Indexed | None) -> str:
    if index is None or index.value is None:
        return "–"
    if index.low is None or index.high is None:
        return f"{_whole(index.value)} (no interval)"
    return f"{_whole(index.value)} ({_whole(index.low)} to {_whole(index.high)})"


def _half(index: Indexed | None) -> str:
    return _whole(index.half) if index else "–"
