"""The report of ``negosim sensitivity``: which inputs an answer depends on."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from negosim.experiments.sensitivity.result import Index, InputEffect, Sensitivity
from negosim.report.layout import Section, add, table
from negosim.report.metric_words import Words, difference_text, estimate_text, is_share, metric_words
from negosim.report.paths import end_words
from negosim.report.prose import prose, show_section
from negosim.report.screen import input_title, print_fitting, print_head
from negosim.report.writing import counted, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import labels

_MOST = 15
"""Inputs of an answer that one screen lists at most; the others matter less."""

_READ = {
    "main": (
        "The answer where the input is drawn in its lowest and in its highest fifth, and which share of the variance "
        "of single histories it accounts for by itself (most of that variance is chance)."
    ),
    "morris": (
        "The root mean square change of the answer as the input goes over its whole range, from many places in the "
        "space of inputs; Monte-Carlo noise taken off."
    ),
    "sobol": (
        "Which share of the variance of the answer over the inputs each accounts for by itself, and with all its "
        "interactions; Monte-Carlo noise taken off."
    ),
    "tornado": (
        "The change of the answer, in points, with the input at its low and at its high end (of a distribution the 5 % "
        "and 95 % points) in every history, all else as in the base, with the same random numbers."
    ),
}
_NOISY = 0.5
"""Share of noise in the variance between points above which indices are rough."""


def print_sensitivity(found: Sensitivity, console: Console, *, full: bool = False) -> None:
    """Print which inputs the answers of a scenario depend on.

    Parameters
    ----------
    found : as `negosim.experiments.sensitivity.sensitivity.sensitivity` returns it.
    console : where to print; reads well from 80 columns, with or without colour.
    full : whether to list every input that matters, not those alone for which one screen has room.
    """
    if full:
        _print(found, console, None, None)
        return
    names = len(found.effects)
    sizes = [(answers, rows) for answers in range(names, 0, -1) for rows in range(_MOST, 2, -1)]
    print_fitting(console, range(len(sizes)), lambda where, at: _print(found, where, *sizes[at]))


def _print(found: Sensitivity, console: Console, answers: int | None, rows: int | None) -> None:
    """Print the first answers and the strongest inputs of each; None for all."""
    named = labels(found.scenario.file)
    played = counted(found.trials, "history", "histories")
    many = played if found.method == "main" else f"{counted(found.points, 'point')} of {played}"
    print_head(console, found.scenario, many)
    for name, effects in list(found.effects.items())[:answers]:
        answer = f"{metric_words(name, named)}: {estimate_text(found.base[name], is_share=is_share(name))}"
        strongest = [effect for effect in effects if effect.significant][:rows]
        caption = f"{_READ[found.method]} With 95 % intervals." if strongest else ""
        body = [_listed(strongest, found, named, is_share=is_share(name))] if strongest else []
        show_section(console, Section(answer, caption, body))
        for line in _said(found, name, effects, rows):
            prose(console, line, indent=2)
    if answers is not None and len(found.effects) > answers:
        console.print()
        prose(console, f"And {counted(len(found.effects) - answers, 'answer')} more: see --full.")
    console.print()
    prose(console, f"Seed {found.seed}, {made_by(origin())}", "dim")


def _listed(effects: Sequence[InputEffect], found: Sensitivity, named: Words, *, is_share: bool) -> Table:
    heads = {
        "main": ("Input", "Lowest fifth", "Highest fifth", "Share of variance"),
        "morris": ("Input", "Change over its range", "At half the sample"),
        "sobol": ("Input", "By itself", "With interactions", "At half the sample"),
        "tornado": ("Input", "At the low end", "At the high end"),
    }[found.method]
    grid = table(*heads)
    for effect in effects:
        title = input_title(named, effect.input, effect.title)
        add(grid, title, *_cells(effect, found, is_share=is_share))
    return grid


def _cells(effect: InputEffect, found: Sensitivity, *, is_share: bool) -> list[str]:
    if found.method == "main":
        assert effect.first
        fifths = [estimate_text(end, is_share=is_share) for end in (effect.low, effect.high)]
        return [*fifths, _percent(effect.first)]
    if found.method == "morris":
        assert effect.strength
        return [_size(effect.strength, is_share=is_share), _half(effect.strength, 100 if is_share else 1)]
    if found.method == "sobol":
        assert effect.first and effect.total
        return [_percent(effect.first), _percent(effect.total), _half(effect.total, 100)]
    assert effect.ends
    ends = zip(effect.ends, (effect.at_low, effect.at_high), strict=True)
    return [f"{end_words(end)}: {difference_text(change, is_share=is_share)}" for end, change in ends]


def _said(found: Sensitivity, name: str, effects: tuple[InputEffect, ...], rows: int | None) -> list[str]:
    significant = [effect for effect in effects if effect.significant]
    lines = []
    if not significant:
        lines.append(
            f"None of {counted(len(effects), 'input')} has an effect that stands out from Monte-Carlo noise: more "
            "trials or points may show one."
        )
    if rows is not None and len(significant) > rows:
        lines.append(f"And {counted(len(significant) - rows, 'other')} that matter less: see --full.")
    rest = len(effects) - len(significant)
    if significant and rest:
        lines.append(
            f"The effect of {counted(rest, 'input')} of {len(effects)} does not stand out from Monte-Carlo noise."
        )
    noise = found.noise[name]
    if noise is not None and noise > _NOISY:
        lines.append(
            f"{100 * noise:.0f} % of the variance between points was Monte-Carlo noise. It has been taken off, which "
            "leaves the indices rough: more trials at each point would help."
        )
    return lines


def _percent(index: Index) -> str:
    return f"{100 * index.value:.1f} % ({100 * index.low:.1f} to {100 * index.high:.1f})"


def _size(index: Index, *, is_share: bool) -> str:
    if not is_share:
        return f"{index.value:.3g} ({index.low:.3g} to {index.high:.3g})"
    return f"{100 * index.value:.1f} points ({100 * index.low:.1f} to {100 * index.high:.1f})"


def _half(index: Index, scale: float) -> str:
    return "" if index.half is None else f"{scale * index.half:.1f}"
