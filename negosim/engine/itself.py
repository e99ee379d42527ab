"""Things by their identity, for what is kept about them: to compare all that they say would take too long."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Itself(Generic[T]):
    """Something that never changes, and is equal to nothing but itself.

    >>> first, second = [1], [1]
    >>> Itself(first) == Itself(first), Itself(first) == Itself(second)
    (True, False)
    """

    def __init__(self, item: T) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and other.item is self.item

    def __hash__(self) -> int:
        return id(self.item)
