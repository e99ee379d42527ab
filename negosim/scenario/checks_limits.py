"""Whether a scenario keeps within the limits, asked of plain data before anything else is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from negosim.scenario import limits
from negosim.scenario.dates import DAYS_PER_YEAR, parse_duration
from negosim.scenario.limits import Limit
from negosim.scenario.problems import Path
from negosim.scenario.reader import Document
from negosim.scenario.references import References, mapping, sequence

_SIZES: tuple[tuple[tuple[str, ...], Limit], ...] = (
    (("parties",), limits.PARTIES),
    (("parties", "*", "ratification"), limits.BODIES),
    (("issues",), limits.ISSUES),
    (("chips",), limits.CHIPS),
    *((((section, "*", "options"), limits.OPTIONS)) for section in ("issues", "chips")),
    *((((section, "*", "views"), limits.VIEWS)) for section in ("issues", "chips")),
    (("chips", "*", "held_by"), limits.PARTIES),
    (("linkages",), limits.LINKAGES),
    (("linkages", "*", "when"), limits.AGENDA),
    (("never",), limits.NEVER),
    (("never", "*"), limits.AGENDA),
    (("talks",), limits.TRACKS),
    (("talks", "*", "signatories"), limits.PARTIES),
    (("talks", "*", "issues"), limits.AGENDA),
    (("war", "stocks"), limits.STOCKS),
    (("war", "stocks", "*", "when_empty"), limits.EFFECTS),
    (("war", "tolls"), limits.TOLLS),
    (("events",), limits.EVENTS),
    (("events", "*", "effects"), limits.EFFECTS),
    (("sources",), limits.SOURCES),
    (("questions",), limits.QUESTIONS),
    (("questions", "*", "benchmarks"), limits.BENCHMARKS),
    (("talks", "*", "exclude"), limits.AGENDA),
    (("talks", "*", "exclude", "*"), limits.OPTIONS),
    (("texts",), limits.TEXTS),
    (("texts", "*", "options"), limits.AGENDA),
    (("variants",), limits.VARIANTS),
    (("variants", "*", "set"), limits.SETTINGS),
    (("levers",), limits.LEVERS),
)
"""What is counted where; ``*`` stands for every entry."""


def check_limits(names: References) -> bool:
    """Note where a scenario is larger than it may be, and tell whether it is nowhere.

    Everything that is checked later is checked in a time that grows with what is counted here.
    """
    document = names.document
    known = len(document.problems)
    for pattern, limit in _SIZES:
        for path, value in _found(document.data, pattern, ()):
            if isinstance(value, dict | list) and len(value) > limit.most:
                _say(document, path, len(value), limit)
    for path, count, limit in _totals(document.data):
        if count > limit.most:
            _say(document, path, count, limit)
    if len(document.problems) == known:
        _check_times(names)
    return len(document.problems) == known


def _say(document: Document, path: Path, count: int, limit: Limit) -> None:
    document.problem(path, f"{count:,} {limit.what} ({limit.advice})", key=True)


def _found(value: Any, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
        return
    name, *rest = pattern
    if name != "*":
        if isinstance(value, dict) and name in value:
            yield from _found(value[name], tuple(rest), (*path, name))
        return
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _found(item, tuple(rest), (*path, key))


def _totals(data: dict[str, Any]) -> Iterator[tuple[Path, int, Limit]]:
    """Yield what is counted over the whole scenario."""
    issues = [mapping(issue) for section in ("issues", "chips") for issue in mapping(data.get(section)).values()]
    options = sum(len(mapping(issue.get("options"))) for issue in issues)
    yield (), len(mapping(data.get("parties"))) * options, limits.VALUES
    views = [mapping(view) for issue in issues for view in mapping(issue.get("views")).values()]
    effects = [
        *(effect for _, found in _found(data, ("events", "*", "effects"), ()) for effect in sequence(found)),
        *(effect for _, found in _found(data, ("war", "stocks", "*", "when_empty"), ()) for effect in sequence(found)),
    ]
    yield ("events",), len(effects), limits.ALL_EFFECTS
    drawn = sum("draw" in mapping(effect) for effect in effects)
    yield ("issues",), drawn + sum(len(mapping(view.get("red_lines"))) for view in views), limits.RED_LINES


def _check_times(names: References) -> None:
    """Note what would happen too often between ``as_of`` and the horizon."""
    document = names.document
    if not names.as_of or not names.end:
        return
    days = (names.end - names.as_of).days
    quarters, ticks = int(days / (DAYS_PER_YEAR / 4)), _times(days, names.data.get("step", "7 days"))
    for count, limit in ((quarters, limits.QUARTERS), (ticks, limits.TICKS)):
        if count > limit.most:
            _say(document, ("horizon",), count, limit)
            return
    for name, raw in mapping(names.data.get("talks")).items():
        at, track = ("talks", name), mapping(raw)
        opens = names.date(track.get("opens")) or names.as_of
        rounds = _times((names.end - opens).days, track.get("every", "14 days"))
        if rounds > limits.ROUNDS.most:
            _say(document, (*at, "every"), rounds, limits.ROUNDS)
        deadline = mapping(track.get("deadline"))
        on = names.date(deadline.get("on"))
        falls = _times((names.end - on).days, deadline.get("repeats")) if on else 0
        if falls > limits.DEADLINES.most:
            _say(document, (*at, "deadline", "repeats"), falls, limits.DEADLINES)


def _times(days: int, every: Any) -> int:
    """Return how often something happens in so many days; 0 where that cannot be known."""
    try:
        between = parse_duration(every).days
    except ValueError:
        return 0
    return int(days / between) if between > 0 else 0
