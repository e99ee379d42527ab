"""Structures of the kernel that follow the numbers of a block from tick to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negosim.engine.kernel.structs import Bound, Kept, Structure
from negosim.engine.parameters import Parameters


class Followed(Kept[Structure]):
    """A structure that is kept filled in with numbers of a block.

    Parameters
    ----------
    numbers : the paths of those that stand side by side in each field; None stands for 0.
    """

    def __init__(self, struct: Structure, parameters: Parameters, numbers: Mapping[str, Sequence[str | None]]) -> None:
        super().__init__(struct)
        self._parameters = parameters
        self._bound = [
            Bound([getattr(struct, field)], parameters.side_by_side(paths)) for field, paths in numbers.items()
        ]
        self._departures = -1

    def follow(self) -> None:
        """Write down where the numbers stand, if trials have left the block, and they stand elsewhere."""
        if self._departures == self._parameters.departures:
            return
        self._departures = self._parameters.departures
        for numbers in self._bound:
            numbers.renew()
