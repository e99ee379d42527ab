"""The report of levers: what each does, and what it would take."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from negosim.experiments.levers.moves import Move
from negosim.experiments.levers.result import LeverReport, MoveEffect, SettingChange, Tried
from negosim.report.layout import GAP, INDENT, add, table
from negosim.report.metric_words import estimate_text, metric_words, points, value_text
from negosim.report.prose import prose, show
from negosim.report.screen import print_fitting
from negosim.report.writing import aligned, clean, counted, listed, made_by
from negosim.results.build_identity import origin
from negosim.results.labels import labels

_INSET = 3
_HASH = 12


def print_levers(found: LeverReport, console: Console, *, full: bool = True) -> None:
    """Print what it would take.

    Parameters
    ----------
    found : as `negosim.experiments.levers.levers.levers` returns it.
    console : where to print.
    full : whether to print every value that was tried, and not only the best of each lever.
    """
    if full:
        _print_head(found, console)
        for said in _in_short(found, None):
            prose(console, said, indent=INDENT)
        _print_effects(found, console)
        _print_made(found, console, "")
    else:
        print_fitting(console, range(_MOST_BEST, 0, -1), lambda where, most: _print_short(found, where, most))


def _print_short(found: LeverReport, console: Console, most: int) -> None:
    _print_head(found, console)
    for said in _in_short(found, min(most, _MOST_NAMED)):
        prose(console, said, indent=INDENT, hanging=INDENT if said.startswith("- ") else 0)
    console.print()
    show(console, _best(found, most))
    prose(console, _READ_BEST, "dim", indent=INDENT)
    _print_made(found, console, ". --full says more.")


def _print_head(found: LeverReport, console: Console) -> None:
    prose(console, clean(found.scenario.file.title), "bold")
    asked = _asked(found)
    base = estimate_text(found.base, is_share=True)
    prose(console, f"{asked}: {base} of {found.trials:,} histories. How could it {_way(found)} {_points(found)}?")
    _heading(console, "In short", "")


def _print_made(found: LeverReport, console: Console, more: str) -> None:
    console.print()
    made = made_by(origin())
    run = f"{counted(found.trials, 'trial')} of each setting, seed {found.seed}, {made}, {found.seconds:.0f} seconds"
    prose(console, f"Scenario {found.scenario.sha256[:_HASH]}, {run}{more}", "dim")


def _best(found: LeverReport, most: int) -> Table:
    """Return what each lever or red line does at its best, on fresh draws, those with an effect first."""
    grid = table("At its best", "", "In points", fixed=(1, 2))
    grid.box = None
    live = [effect for effect in found.effects if not _is_dead(effect)]
    for effect in live[:most]:
        lift, best = effect.checked.lift, effect.best.value
        value = "lifted" if best is None else f"at {_written(effect.move, best)}"
        title = f"{effect.rank}. {clean(effect.move.title)}"
        add(grid, title, value, points(lift.value, lift.low, lift.high), inset=INDENT)
    more = len(found.effects) - len(live[:most])
    if more:
        add(grid, f"{counted(more, 'other')} {'does' if more == 1 else 'do'} less or nothing", "", "", inset=INDENT)
    return grid


def _print_effects(found: LeverReport, console: Console) -> None:
    numbers = any(effect.move.start is not None for effect in found.effects)
    _heading(console, "What each does by itself", _READ + (_READ_LEVERS if numbers else ""))
    console.print()
    for line in _effects(found):
        if isinstance(line, Text):
            show(console, Text.assemble(" " * INDENT, line))
        else:
            prose(console, line, "bold", indent=INDENT, hanging=_INSET + 1)
    dead = [effect.move for effect in found.effects if _is_dead(effect)]
    if dead:
        console.print()
        listed = "; ".join(_titled(move) for move in dead)
        prose(console, f"Changes the answer in no history: {listed}.", indent=INDENT)


_READ_BEST = (
    "Differences from the base on fresh draws, history by history, with 95 % interval; those with the same number do "
    "not differ significantly from the first."
)
_MOST_BEST, _MOST_NAMED = 10, 3
"""Levers and red lines in the short table, and in a sentence above it; fewer where the screen is full."""

_READ = (
    "Share of histories there, and the difference from the base in points, history by history, both with 95 % "
    "intervals (Monte-Carlo error only). The order is by the difference on fresh draws, since the best value was "
    "chosen with these; those with the same number do not differ significantly from the first."
)
_READ_LEVERS = (
    " A lever stands at its value in every history, so that where the scenario has a distribution its spread goes too: "
    "(middle) is the median of what the scenario has."
)


def _heading(console: Console, title: str, caption: str) -> None:
    console.print()
    prose(console, title, "bold")
    if caption:
        prose(console, caption, "dim", indent=INDENT)


def _asked(found: LeverReport) -> str:
    file = found.scenario.file
    return metric_words(found.metric, labels(file))


def _way(found: LeverReport) -> str:
    return "rise by" if found.lift > 0 else "fall by"


def _points(found: LeverReport) -> str:
    return f"{100 * abs(found.lift):g} points"


# In words


def _in_short(found: LeverReport, named: int | None) -> list[str]:
    """Say what would be enough, what does most and what nothing; so many of each are named, or all."""
    return [*_enough(found, named), *_order(found, named)]


def _order(found: LeverReport, named: int | None) -> list[str]:
    """Say what does most, and what has no significant effect, on fresh draws."""
    significant = [effect for effect in found.effects if effect.checked.lift.significant]
    most = [_titled(effect.move) for effect in significant if effect.rank == 1]
    rest = [_titled(effect.move) for effect in found.effects if effect not in significant]
    apart = " (no significant difference)" if len(most) > 1 else ""
    said = [f"Most by itself{apart}: {_first(most, named)}."] if most else []
    if rest:
        said.append(f"Each at its best, too little for {found.trials:,} histories to show: {_first(rest, named)}.")
    return said


def _first(titles: list[str], named: int | None) -> str:
    """Return the first of some titles, and how many more there are."""
    if named is None or len(titles) <= named:
        return "; ".join(titles)
    return f"{'; '.join(titles[:named])}; and {len(titles) - named} more"


def _titled(move: Move) -> str:
    """Return what a move is called in a sentence: a lever by its title, a red line in words."""
    return f'"{clean(move.title)}"' if move.start is not None else clean(move.title)


def _enough(found: LeverReport, named: int | None) -> list[str]:
    wanted = _points(found)
    if found.singles:
        sized = any(change.size is not None for change in found.singles)
        first = "the smallest change" if sized else "the largest lift"
        return [f"By itself, {first} first, this is enough for {wanted}:", *_changes(found.singles, named)]
    alone = f"No single {_kinds(found)} is enough for {wanted}."
    if found.pairs:
        return [
            f"{alone} Of {counted(found.pairs_tried, 'pair')} of the strongest these are, the smallest change first:",
            *_changes(found.pairs, named),
        ]
    pairs = f", nor is any of {counted(found.pairs_tried, 'pair')} of the strongest" if found.pairs_tried else ""
    far = found.furthest
    furthest = f"{_settings(far)}: {_lift(far)}, to {estimate_text(far.share, is_share=True)}"
    return [f"{alone[:-1]}{pairs}. What goes furthest, measured on fresh draws: {furthest}."]


def _kinds(found: LeverReport) -> str:
    kinds = dict.fromkeys("lever" if effect.move.start is not None else "red line" for effect in found.effects)
    return " or ".join(kinds)


def _changes(changes: Sequence[SettingChange], named: int | None) -> list[str]:
    more = len(changes) - (len(changes) if named is None else named)
    rest = [f"- and {more} more: see --full."] if more > 0 else []
    return [*map(_change, changes[:named]), *rest]


def _change(change: SettingChange) -> str:
    said = [
        f"- {_settings(change.tried)}: {_lift(change.tried)}, to {estimate_text(change.tried.share, is_share=True)}"
    ]
    if change.short is not None:
        said.append(f"not yet enough at {_values(change.tried, change.short)}")
    if change.sure is not None:
        said.append(f"enough by the whole interval at {_values(change.tried, change.sure)}")
    checked = change.checked
    if checked != change.tried.lift:
        said.append(f"on fresh draws {points(checked.value, checked.low, checked.high)}")
    return "; ".join(said) + "."


def _settings(tried: Tried) -> str:
    return listed([_setting(move, value) for move, value in tried.settings])


def _setting(move: Move, value: float | None) -> str:
    if value is None:
        return clean(move.title)
    return f"{_titled(move)} at {_written(move, value)} (now {clean(move.now)})"


def _values(tried: Tried, values: tuple[float | None, ...]) -> str:
    pairs = zip(tried.settings, values, strict=True)
    return listed([_written(move, value) for (move, _), value in pairs if value is not None])


def _written(move: Move, value: float) -> str:
    return value_text(value, days=move.is_duration)


def _lift(tried: Tried) -> str:
    return f"{points(tried.lift.value, tried.lift.low, tried.lift.high)} points"


# The table


def _is_dead(effect: MoveEffect) -> bool:
    return all(tried.lift.same for tried in (*effect.tried, effect.checked))


def _effects(found: LeverReport) -> list[Text | str]:
    live = [effect for effect in found.effects if not _is_dead(effect)]
    rows = {effect.move.id: _rows(effect) for effect in live}
    all_rows = [row for lines in rows.values() for row in lines]
    if not all_rows:
        return []
    shares = iter(aligned([estimate_text(tried.share, is_share=True) for _, tried in all_rows], " %"))
    first = max(len(words) for words, _ in all_rows)
    cells = {move: [(words, next(shares), tried) for words, tried in lines] for move, lines in rows.items()}
    width = max(len(share) for lines in cells.values() for _, share, _ in lines)
    texts: list[Text | str] = []
    for effect in live:
        texts.append(f"{effect.rank:>2}. {clean(effect.move.title)} (now {clean(effect.move.now)})")
        for words, share, tried in cells[effect.move.id]:
            lift = points(tried.lift.value, tried.lift.low, tried.lift.high)
            texts.append(Text((" " * GAP).join([f"{' ' * _INSET} {words.ljust(first)}", share.ljust(width), lift])))
    return texts


def _rows(effect: MoveEffect) -> list[tuple[str, Tried]]:
    """Return what to tell of a move: both its ends, its middle and its best, and the best on fresh draws."""
    move = effect.move
    if move.start is None:
        return [("lifted", effect.tried[0]), ("on fresh draws", effect.checked)]
    ends = (effect.tried[0], effect.tried[-1])
    shown = [
        tried
        for tried in effect.tried
        if tried in ends or tried is effect.best or (move.is_uncertain and tried.value == move.start)
    ]
    rows = [(_row_words(move, tried), tried) for tried in shown]
    assert effect.best.value is not None
    return [*rows, (f"{_written(move, effect.best.value)}, fresh draws", effect.checked)]


def _row_words(move: Move, tried: Tried) -> str:
    assert tried.value is not None
    middle = " (middle)" if move.is_uncertain and tried.value == move.start else ""
    return f"{_written(move, tried.value)}{middle}"
