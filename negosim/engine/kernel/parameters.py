"""Parameters that are written where the kernel reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from negosim.engine.parameters import Group, Parameters, Rows
from negosim.engine.streams import Array
from negosim.model.packages import Flags, of_rows


class KernelParameters(Parameters):
    """The numbers of a block, for the kernel: what an effect changes is written into their groups at once.

    The table of a group that may move has a row for every trial, and stays where it is until trials leave the block.
    """

    def side_by_side(self, paths: Sequence[str | None], *shape: int) -> Group:
        """Return several numbers side by side as a group; see `Parameters.side_by_side`."""
        group = super().side_by_side(paths, *shape)
        if group.moves and not group.table.flags.writeable:
            group.table = np.tile(group.table, (self._trials // len(group.table), *(1 for _ in group.shape)))
        return group

    def keep(self, rows: Flags) -> None:
        """Leave only some trials in the block."""
        super().keep(rows)
        for group in self._groups.values():
            if group.moves:
                group.table.setflags(write=True)

    def _touch(self, path: str, rows: Rows) -> None:
        """Write down what a number has changed to in some trials, and with it whatever follows it."""
        self._given.pop(path, None)
        if path in self._passing:
            self._lay_upon(path, rows)
        places = self._places.get(path, ())
        changed = of_rows(self._now(path), rows) if places else None
        for group, place in places:
            group.edition += 1
            group.table.reshape(self._trials, -1)[rows, place] = changed
        for follower in self._followers.get(path, ()):
            self._touch(follower, rows)

    def _lay_upon(self, path: str, rows: Rows) -> None:
        """Bring a number with effects laid over it up to date in some trials."""
        known: Array | None = self._overlaid.get(path)
        if known is None:
            self._overlaid[path] = self._laid_upon(path, slice(None))
            return
        if not known.flags.writeable:  # it has been given out
            known = self._overlaid[path] = known.copy()
        known[rows] = self._laid_upon(path, rows)
