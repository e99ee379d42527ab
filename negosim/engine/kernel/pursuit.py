"""The search for zones of possible agreement, done by the kernel."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel import structs
from negosim.engine.kernel.structs import Elimination, Numbers, Pointers, Pursuit, Ties
from negosim.model.packages import Combination, Flags
from negosim.model.zopa.dual_bound import FactorGraph
from negosim.model.zopa.elimination import Scope
from negosim.model.zopa.problem import PartyPositions, Verdict
from negosim.model.zopa.search import Rows, ZoneSearch

_NOT_HERE, _AT_A_SLOT = -2, -1

_KEPT = 16
"""Shapes that are kept described."""


class CompiledSearch(ZoneSearch):
    """Looks for texts and proofs by the kernel, where there is one with room for it."""

    def __init__(self, shape: FactorGraph, position: PartyPositions) -> None:
        super().__init__(shape, position)
        self._library = kernel.library() if _has_room(shape, position) else None
        if self._library is not None:
            self._pointers = Pointers()
            self._graph, self._positions = _graph(shape, *_sizes(position)), _positions(position, self._pointers)

    def pursue(
        self,
        rows: Rows,
        closed: Flags,
        coalition: Sequence[int],
        effort: tuple[int, float],
        members: Flags | None = None,
    ) -> Verdict:
        """Look for texts in zones of possible agreement, or for proofs that there are none."""
        if self._library is None:
            return super().pursue(rows, closed, coalition, effort, members)
        return self._search(self._library.negosim_pursue, rows, closed, coalition, effort, members)

    def redraft(self, rows: Rows, closed: Flags, coalition: Sequence[int], changes: int) -> Verdict:
        """Let a mediator who knows every no-deal value change texts (model 8)."""
        if self._library is None:
            return super().redraft(rows, closed, coalition, changes)
        return self._search(self._library.negosim_redraft, rows, closed, coalition, (changes, 0.0), None)

    def _search(
        self,
        function: Callable[[int, int, int], None],
        rows: Rows,
        closed: Flags,
        coalition: Sequence[int],
        effort: tuple[int, float],
        members: Flags | None,
    ) -> Verdict:
        assert self._library is not None
        verdict, pointers = Verdict.blank(self.position, rows), Pointers()
        steps, reach = effort
        pursuit = Pursuit(
            count=rows.size,
            size=len(coalition),
            party=pointers.whole(coalition),
            rows=pointers.whole(rows),
            closed=pointers.flags(closed),
            counted=pointers.flags(np.ones((rows.size, len(coalition)), dtype=bool) if members is None else members),
            steps=steps,
            reach=reach,
            known=pointers.at(verdict.known, np.int8),
            text=pointers.at(verdict.text, np.intp),
        )
        graph, positions, asked = map(ctypes.addressof, (self._graph.struct, self._positions, pursuit))
        pursuit.room = pointers.at(np.zeros(self._library.negosim_room_of_pursuit(graph, asked)), np.float64)
        function(graph, positions, asked)
        return verdict


def _has_room(shape: FactorGraph, position: PartyPositions) -> bool:
    """Tell whether the kernel has room for a shape, and whether nothing of it has to be left out of account."""
    parties, issues, _ = _sizes(position)
    return (
        shape.guards_fit
        and all(shape.linked)
        and all(shape.heeded)
        and parties <= kernel.MOST_PARTIES
        and issues <= kernel.MOST_ISSUES
        and shape.ground.agenda.columns.size <= kernel.MOST_OPTIONS
    )


def _sizes(position: PartyPositions) -> tuple[int, int, int]:
    """Return how many parties, issues and options there are."""
    return position.no_deal.shape[1], position.status_quo.shape[1], position.stakes.worth.table.shape[1]


def _positions(position: PartyPositions, pointers: Pointers) -> structs.PartyPositions:
    stakes = position.stakes
    additions = [pointers.numbers(added) for added in stakes.worth.additions]
    array = (Numbers * max(len(additions), 1))(*additions)
    pointers.kept.append(array)
    numbers = {
        "table": stakes.worth.table,
        "gaps": stakes.worth.gaps,
        "going_on": stakes.going_on,
        "fallback": stakes.fallback,
        "distrust": stakes.distrust,
        "preference": stakes.time_preference,
        "hazard": stakes.hazard,
        "effect": stakes.effect,
        "no_deal": position.no_deal,
    }
    positions = structs.PartyPositions(**{name: pointers.numbers(values) for name, values in numbers.items()})
    if stakes.phi is not None:
        positions.phi = pointers.numbers(stakes.phi)
    positions.worth = pointers.whole(np.arange(position.trials) if stakes.rows is None else stakes.rows)
    positions.additions = ctypes.addressof(array)
    positions.quo = pointers.whole(position.status_quo)
    positions.free = pointers.flags(position.free)
    positions.crossed = pointers.flags(position.crossed)
    positions.must_move = pointers.flags(position.must_move)
    return positions


@dataclass(frozen=True)
class _Tables:
    """The tables of the elimination: of what is forbidden, of what combinations add, and those it makes itself."""

    forbidding: list[Scope]
    given: list[Scope]


def _tables(shape: FactorGraph) -> _Tables:
    forbidding = list(dict.fromkeys(scope for _, scope, _ in shape.never if len(scope) > 1))
    given = list(dict.fromkeys(scope for _, scope, _ in shape.linkages if len(scope) > 1))
    if len(shape.guards) > 1 and shape.guards not in given:
        given.append(shape.guards)
    return _Tables(forbidding, given)


@dataclass(frozen=True)
class _Graph:
    """A shape as the kernel takes it."""

    struct: structs.FactorGraph
    pointers: Pointers


@lru_cache(maxsize=_KEPT)
def _graph(shape: FactorGraph, parties: int, issues: int, columns: int) -> _Graph:
    ground, tables, pointers = shape.ground, _tables(shape), Pointers()
    agenda = ground.agenda
    scopes = [*tables.forbidding, *tables.given]
    elimination = _elimination(shape, scopes, pointers)  # makes more of them
    cells = [math.prod(shape.sizes[place] for place in scope) for scope in scopes]
    where = {scope: place + len(tables.forbidding) for place, scope in enumerate(tables.given)}
    place_at = np.full(issues, -1)
    place_at[list(agenda.issues)] = np.arange(len(agenda.issues))
    never = [next((found for found in shape.never if found[0] is item), (item, (), ())) for item in ground.never]
    struct = structs.FactorGraph(
        parties=parties,
        issues=issues,
        columns=columns,
        places=len(agenda.issues),
        slots=agenda.columns.size,
        agenda=pointers.whole(agenda.issues),
        first=pointers.whole([*shape.starts, agenda.columns.size]),
        column=pointers.whole(agenda.columns),
        place_at=pointers.whole(place_at),
        excluded=pointers.flags(np.isin(agenda.columns, ground.excluded)),
        signs=pointers.flags(np.isin(np.arange(parties), ground.signatories)),
        holdings=len(ground.holders),
        holding_party=pointers.whole([party for party, _ in ground.holders]),
        holding_chip=pointers.whole([chip for _, chip in ground.holders]),
        guarding=len(shape.guarding),
        guard=pointers.whole(shape.guarding),
        guards=len(shape.guards),
        guard_place=pointers.whole(shape.guards),
        guard_table=where[shape.guards] if len(shape.guards) > 1 else -1,
        linkages=_ties(shape, shape.linkages, where, pointers),
        bans=_ties(shape, never, {scope: place for place, scope in enumerate(tables.forbidding)}, pointers),
        table_at=pointers.whole([0, *np.cumsum(cells)]),
        forbidding=len(tables.forbidding),
        given=len(tables.forbidding) + len(tables.given),
        tables=len(scopes),
        elimination=elimination,
    )
    return _Graph(struct, pointers)


def _ties(
    shape: FactorGraph,
    found: Sequence[tuple[Combination, Scope, tuple[int, ...]]],
    where: dict[Scope, int],
    pointers: Pointers,
) -> Ties:
    table, cell = [], []
    for _, scope, at in found:
        if len(scope) > 1:
            table.append(where[scope])
            cell.append(int(np.ravel_multi_index(at, [shape.sizes[place] for place in scope])))
        else:
            table.append(_AT_A_SLOT if scope else _NOT_HERE)
            cell.append(int(shape.starts[scope[0]]) + at[0] if scope else 0)
    combinations = pointers.combinations([combination for combination, _, _ in found])
    return Ties(combinations, pointers.whole(table), pointers.whole(cell))


def _elimination(shape: FactorGraph, scopes: list[Scope], pointers: Pointers) -> Elimination:
    """Return the steps of `negosim.model.zopa.elimination.best_choice`; its tables are added to scopes."""
    left = list(enumerate(scopes))
    table, at, cell, other, stride = list[int](), list[int](), list[NDArray[np.intp]](), list[int](), list[int]()
    inputs, others_at, choices, output = [0], [0], list[int](), list[int]()
    for place in shape.order:
        mine = [known for known in left if place in known[1]]
        others = tuple(sorted({part for _, scope in mine for part in scope} - {place}))
        joint = (*others, place)
        sizes = [shape.sizes[part] for part in joint]
        options = dict(zip(joint, np.indices(sizes).reshape(len(joint), -1), strict=True))
        for known, scope in mine:
            table.append(known)
            at.append(sum(part.size for part in cell))
            cell.append(np.ravel_multi_index([options[part] for part in scope], [shape.sizes[part] for part in scope]))
        inputs.append(len(table))
        other += others
        stride += [math.prod(sizes[later:-1]) for later in range(1, len(sizes))]
        others_at.append(len(other))
        choices.append(math.prod(sizes[:-1]))
        left = [known for known in left if place not in known[1]]
        output.append(len(scopes) if others else -1)
        if others:
            left.append((len(scopes), others))
            scopes.append(others)
    cells = np.concatenate([np.zeros(0, dtype=np.intp), *cell])
    lists = (shape.order, choices, inputs, table, at, cells, output, others_at, other, stride)
    return Elimination(*(pointers.whole(values) for values in lists))
