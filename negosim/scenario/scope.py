"""Scope: which parts of a scenario have to be checked again once overrides have been applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from negosim.scenario.ids import Ids, declared

_ENTRIES = frozenset({"parties", "issues", "chips", "talks", "events", "questions", "levers"})
"""Sections whose entries can be checked one by one, as long as nothing is declared that was not, nor the reverse."""

_DISPUTES = ("issues", "chips")
_REST = ("linkages", "never", "sources", "texts", "variants")
"""Sections that are checked only with everything else."""


@dataclass(frozen=True)
class Scope:
    """Which parts of a scenario are checked.

    Attributes
    ----------
    parts : entries of sections, such as ``("parties", "north")``, and ``("war",)``; None for everything.
    """

    parts: frozenset[tuple[str, ...]] | None = None

    def has(self, *path: str) -> bool:
        """Tell whether a section or an entry is checked."""
        return self.parts is None or path in self.parts

    def reduced(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a scenario with the parts that are checked, and what no scenario can do without."""
        if self.parts is None:
            return data
        left = {key: value for key, value in data.items() if key not in (*_ENTRIES, *_REST, "war")}
        for section, *names in self.parts:
            if names:
                left.setdefault(section, {})[names[0]] = data[section][names[0]]
            else:
                left[section] = data[section]
        parties = data.get("parties")
        if "parties" not in left and "parties" in data:
            left["parties"] = dict(list(parties.items())[:1]) if isinstance(parties, dict) else parties
        return left


WHOLE = Scope()


def scope_of(paths: Iterable[str], ids: Ids, kinds: list[Any], changed: dict[str, Any]) -> Scope:
    """Return what has to be checked again after overrides.

    Parameters
    ----------
    paths : of the overrides.
    ids, kinds : what the scenario declared before, and of which kinds its tracks were; see `kinds_of`.
    changed : the scenario with the overrides.
    """
    parts: set[tuple[str, ...]] = set()
    for path in paths:
        section, *rest = path.split(".")
        if section == "war":
            parts.add(("war",))
            continue
        if section not in _ENTRIES or not rest or (section in _DISPUTES and rest[1:2] in ([], ["status_quo"])):
            return WHOLE
        entries = changed.get(section)
        if not isinstance(entries, dict) or rest[0] not in entries:
            return WHOLE
        parts.add((section, rest[0]))
    same = declared(changed) == ids and kinds_of(changed) == kinds
    return Scope(frozenset(parts)) if same and changed.get("war", {}) is not None else WHOLE


def kinds_of(data: dict[str, Any]) -> list[Any]:
    """Return the kind that each track says it is of."""
    talks = data.get("talks")
    tracks = talks.values() if isinstance(talks, dict) else ()
    return [track.get("kind") if isinstance(track, dict) else None for track in tracks]
