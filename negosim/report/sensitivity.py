"""The report of ``negosim sensitivity``: which inputs an answer depends on."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from negosim.experiments.sensitivity.result import Index, InputEffect, Sensitivity
from negosim.report.layout import Section, add, table
from negosim.report.metric_words import difference_text, estimate_text, metric_words
from negosim.report.prose import prose, show_section
from negosim.report.writing import clean, counted, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import labels, titles

_MOST = 15
"""Inputs that are listed; the others are not significant or matter less."""

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
"""ShareJson of noise in the variance between points above which indices are rough."""


def print_sensitivity(found: Sensitivity, console: Console) -> None:
    """Print which inputs the answers of a scenario depend on.

    Parameters
    ----------
    found : as `negosim.experiments.sensitivity.sensitivity.sensitivity` returns it.
    console : where to print.
    """
    prose(console, clean(found.scenario.file.title), "bold")
    file = found.scenario.file
    words = {**labels(file), "questions": titles(file.questions)}
    for name, effects in found.effects.items():
        caption = f"{_READ[found.method]} With 95 % intervals."
        is_share = not name.startswith(("toll.", "worth.")) and name != "years"
        answer = f"{metric_words(name, words)}: {estimate_text(found.base[name], is_share=is_share)}"
        show_section(console, Section(answer, caption, [_listed(effects, found, is_share=is_share)]))
        for line in _said(found, name, effects):
            prose(console, line, indent=2)
    console.print()
    many = f"{counted(found.points, 'point')} of {counted(found.trials, 'trial')}"
    played = counted(found.trials, "trial") if found.method == "main" else many
    prose(console, f"{played}, seed {found.seed}, {made_by(origin())}, {found.seconds:.0f} seconds", "dim")


def _listed(effects: tuple[InputEffect, ...], found: Sensitivity, *, is_share: bool) -> Table:
    heads = {
        "main": ("Input", "Lowest fifth", "Highest fifth", "Share of variance"),
        "morris": ("Input", "Change over its range", "At half the sample"),
        "sobol": ("Input", "By itself", "With interactions", "At half the sample"),
        "tornado": ("Input", "At the low end", "At the high end"),
    }[found.method]
    grid = table(*heads)
    for effect in [effect for effect in effects if effect.significant][:_MOST]:
        add(grid, clean(effect.title).replace(".", " › "), *_cells(effect, found, is_share=is_share))
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
    return [f"{_end(end)}: {difference_text(change, is_share=is_share)}" for end, change in ends]


def _said(found: Sensitivity, name: str, effects: tuple[InputEffect, ...]) -> list[str]:
    significant = [effect for effect in effects if effect.significant]
    lines = []
    if not significant:
        lines.append(
            "No input has an effect that stands out from Monte-Carlo noise: more trials or points may show one."
        )
    if len(significant) > _MOST:
        lines.append(f"And {counted(len(significant) - _MOST, 'other')} that matter less.")
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


def _end(end: float | str) -> str:
    return f"{float(end.split()[0]):.0f} days" if isinstance(end, str) else f"{end:.3g}"
