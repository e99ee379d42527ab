"""The search for zones of possible agreement, done by the kernel."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from negosim.engine import kernel
from negosim.engine.kernel import structs
from negosim.engine.kernel.structs import Elimination, Numbers, Pointers, Pursuit, Stance, Ties
from negosim.model import zopa_bound
from negosim.model.elimination import Scope
from negosim.model.packages import Combination, Flags
from negosim.model.zopa_bound import Shape
from negosim.model.zopa_ground import NONE, Posture, Verdict

_NOT_HERE, _AT_A_SLOT = -2, -1


def pursue(
    shape: Shape,
    position: Posture,
    closed: Flags,
    parties: Sequence[int],
    verdict: Verdict,
    search: tuple[int, float],
    members: Flags | None = None,
    at: NDArray[np.intp] | None = None,
) -> None:
    """Look for texts in zones of possible agreement, or for proofs that there are none; see `zopa_bound.pursue`."""
    library = kernel.library()
    if library is None or not _has_room(shape, position):
        zopa_bound.pursue(shape, position, closed, parties, verdict, search, members, at)
        return
    pointers = Pointers()
    shut = np.logical_and.reduceat(closed, shape.starts, axis=1).any(axis=1)
    verdict.known[shut] = NONE
    count = verdict.known.size
    counted = np.ones((count, len(parties)), dtype=bool) if members is None else members
    steps, reach = search
    told, stance = _told(shape, position, pointers), _stance(position, pointers)
    pursuit = Pursuit(
        count=count,
        size=len(parties),
        party=pointers.whole(parties),
        rows=pointers.whole(np.arange(count) if at is None else at),
        found=pointers.whole(np.zeros(position.trials)),
        closed=pointers.flags(closed),
        counted=pointers.flags(counted),
        steps=steps,
        reach=reach,
        known=pointers.at(verdict.known, np.int8),
        text=pointers.at(verdict.text, np.intp),
    )
    size = library.negosim_room_of_pursuit(ctypes.addressof(told), ctypes.addressof(pursuit))
    pursuit.room = pointers.at(np.zeros(size), np.float64)
    library.negosim_pursue(ctypes.addressof(told), ctypes.addressof(stance), ctypes.addressof(pursuit))


def _has_room(shape: Shape, position: Posture) -> bool:
    """Tell whether the kernel has room for a shape, and whether nothing of it has to be left out of account."""
    return (
        shape.guards_fit
        and all(shape.linked)
        and all(shape.heeded)
        and position.no_deal.shape[1] <= kernel.MOST_PARTIES
        and position.status_quo.shape[1] <= kernel.MOST_ISSUES
        and shape.ground.agenda.columns.size <= kernel.MOST_COLUMNS
    )


def _stance(position: Posture, pointers: Pointers) -> Stance:
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
    stance = Stance(**{name: pointers.numbers(values) for name, values in numbers.items()})
    if stakes.share is not None:
        stance.part = pointers.numbers(stakes.share)
    stance.additions = ctypes.addressof(array)
    stance.quo = pointers.whole(position.status_quo)
    stance.free = pointers.flags(position.free)
    stance.crossed = pointers.flags(position.crossed)
    stance.must_move = pointers.flags(position.must_move)
    return stance


@dataclass(frozen=True)
class _Tables:
    """The tables of the elimination: of what is forbidden, of what combinations add, and those it makes itself."""

    forbidding: list[Scope]
    given: list[Scope]


def _tables(shape: Shape) -> _Tables:
    forbidding = list(dict.fromkeys(scope for _, scope, _ in shape.never if len(scope) > 1))
    given = list(dict.fromkeys(scope for _, scope, _ in shape.linkages if len(scope) > 1))
    if len(shape.guards) > 1 and shape.guards not in given:
        given.append(shape.guards)
    return _Tables(forbidding, given)


def _told(shape: Shape, position: Posture, pointers: Pointers) -> structs.Shape:
    ground, worth, tables = shape.ground, position.stakes.worth, _tables(shape)
    agenda, parties = ground.agenda, position.no_deal.shape[1]
    scopes = [*tables.forbidding, *tables.given]
    elimination = _elimination(shape, scopes, pointers)  # makes more of them
    cells = [math.prod(shape.sizes[place] for place in scope) for scope in scopes]
    where = {scope: place + len(tables.forbidding) for place, scope in enumerate(tables.given)}
    place_at = np.full(position.status_quo.shape[1], -1)
    place_at[list(agenda.issues)] = np.arange(len(agenda.issues))
    never = [next((found for found in shape.never if found[0] is item), (item, (), ())) for item in ground.never]
    return structs.Shape(
        parties=parties,
        issues=position.status_quo.shape[1],
        columns=worth.table.shape[1],
        places=len(agenda.issues),
        slots=agenda.columns.size,
        agenda=pointers.whole(agenda.issues),
        first=pointers.whole([*shape.starts, agenda.columns.size]),
        column=pointers.whole(agenda.columns),
        place_at=pointers.whole(place_at),
        signs=pointers.flags(np.isin(np.arange(parties), ground.signatories)),
        holdings=len(ground.holders),
        holding_party=pointers.whole([party for party, _ in ground.holders]),
        holding_chip=pointers.whole([chip for _, chip in ground.holders]),
        guarding=len(worth.guarding),
        guard=pointers.whole(worth.guarding),
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


def _ties(
    shape: Shape,
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


def _elimination(shape: Shape, scopes: list[Scope], pointers: Pointers) -> Elimination:
    """Return the steps of an elimination (`negosim.model.elimination.best_choice`); its tables are added to scopes."""
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
