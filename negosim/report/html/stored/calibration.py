"""The report of a calibration: how well the targets are met, by which values of the inputs."""

from __future__ import annotations

from typing import Any

from negosim.experiments.stored.result import Bounded, MovedInput, StoredCalibration, Target
from negosim.report.html.markup import tag
from negosim.report.html.phrases import minus, of_100
from negosim.report.html.stored.parts import (
    Drawn,
    ResultPage,
    estimate,
    hero,
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

_NOTE = (
    "Ring: what was wanted. Mark and bar: what the fit answers on draws that the search has not seen, with its 95 % "
    "Monte-Carlo interval."
)


def calibration_page(found: StoredCalibration) -> ResultPage:
    """Return the page of a calibration."""
    found = _named(found)
    drawn, title = Drawn(), clean(found.scenario.title)
    shares = [item for item in found.targets if is_share(item.metric) and item.fresh.value is not None]
    rows = [_drawn(item) for item in shares]
    said = listed([f"{row['words']} {row['number']}, wanted {of_100(row['published'][0])}" for row in rows])
    chart = titled("Wanted and met, of 100", drawn.add("benchmarks", rows, f"{said}."), tag("p", _NOTE, class_="note"))
    heads = ["Target", "Wanted", "The scenario as it is", f"The fit, seed {found.run.seed}",
             f"The fit, seed {found.run.fresh_seed or 0}", "Seen over the ranges", "Within 1 point"]  # fmt: skip
    inputs = ["Input", "Range", "Before", "Fit", "Within one standard error"]
    sections = {
        "targets": section(
            "Targets",
            "How well the targets are met",
            "The search has seen the draws of the first seed; the second is the fairer check.",
            chart if rows else None,
            rows_table(heads, [_target(item) for item in found.targets], caption="The targets", hidden=False),
        ),
        "inputs": section(
            "Inputs",
            "By which values",
            _flat(found),
            rows_table(inputs, [_input(item) for item in found.inputs], caption="The inputs", hidden=False),
            tag("p", "* The median of the distribution that the scenario draws from.", class_="note")
            if any(item.was_uncertain for item in found.inputs)
            else None,
        ),
        "made": provenance(
            found.run, found.scenario.sha256, f"{counted(found.run.trials, 'history', 'histories')} at every setting"
        ),
    }
    kicker = f"{title} · calibration{settings_words(found.scenario.variant, found.scenario.set, found.labels)}"
    return ResultPage(title, hero(kicker, _headline(found), [_deck(found)]), sections, drawn)


def _named(found: StoredCalibration) -> StoredCalibration:
    """Return a calibration with targets and inputs in words."""
    labels = found.labels
    targets = [item.model_copy(update={"title": metric_title(item.metric, labels)}) for item in found.targets]
    inputs = [item.model_copy(update={"title": input_title(item.path, item.title, labels)}) for item in found.inputs]
    return found.model_copy(update={"targets": targets, "inputs": inputs})


def _headline(found: StoredCalibration) -> str:
    missed = [item for item in found.targets if not item.is_met]
    if not missed:
        what = "The target is" if len(found.targets) == 1 else f"All {len(found.targets)} targets are"
        return f"{what} met by {listed([f'{item.title} = {_value(item.value, item)}' for item in found.inputs])}"
    first = missed[0]
    nearest = _share(first, first.fitted.value)
    return f"{first.title}: {_share(first, first.wanted)} is out of reach; the nearest found is {nearest}"


def _deck(found: StoredCalibration) -> str:
    fits = [
        f"{item.title}: wanted {_share(item, item.wanted)}, on fresh draws {_estimate(item, item.fresh)}"
        for item in found.targets
    ]
    met = sum(item.is_met for item in found.targets)
    return f"{met} of {counted(len(found.targets), 'target')} met. {'; '.join(fits)}. In brackets 95 % intervals."


def _share(item: Target, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{_points(value)} of 100" if is_share(item.metric) else amount(value)


def _bare(item: Target, value: float | None) -> str:
    return _share(item, value).removesuffix(" of 100")


def _points(value: float) -> str:
    return f"{100 * value:.3g}"


def _estimate(item: Target, found: Bounded) -> str:
    return estimate(found, share=is_share(item.metric))


def _drawn(item: Target) -> dict[str, Any]:
    low, high = item.fresh.low, item.fresh.high
    return {
        "words": item.title,
        "mark": "none",
        "p": item.fresh.value,
        "number": of_100(item.fresh.value),
        "range": None if low is None or high is None else [low, high],
        "published": [item.wanted],
    }


def _target(item: Target) -> list[str]:
    seen = f"{_bare(item, item.least)} to {_share(item, item.largest)}" if item.least is not None else "–"
    answers = (_estimate(item, found) for found in (item.present, item.fitted, item.fresh))
    return [item.title, _share(item, item.wanted), *answers, seen, "met" if item.is_met else "not met"]


def _input(item: MovedInput) -> list[str]:
    known = item.near_low is not None and item.near_high is not None
    near = f"{_value(item.near_low, item)} to {_value(item.near_high, item)}" if known else "–"
    before = f"{_value(item.present, item)}{' *' if item.was_uncertain else ''}"
    ends = f"{_value(item.low, item)} to {_value(item.high, item)}"
    return [item.title, ends, before, _value(item.value, item), near]


def _value(value: float | None, item: MovedInput) -> str:
    return "–" if value is None else minus(amount(value, days=isinstance(item.written, str)))


def _flat(found: StoredCalibration) -> str:
    return (
        f"{counted(len(found.looked), 'setting')} looked at. The last column says how far each input can move while "
        "the answers stay within one standard error of the targets, or of the nearest answers."
    )
