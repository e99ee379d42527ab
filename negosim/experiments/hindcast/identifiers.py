"""Identifiers: the words of a coded case as ids that a scenario may use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_LONGEST = 60
_UNQUOTED = frozenset({"true", "false", "null"})
"""Words that YAML does not read as words."""


def identifiers(words: Iterable[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Give each word an id of its own: small letters, digits and _, beginning with a letter.

    Parameters
    ----------
    words : all of them different.
    taken : ids that none of them may have.

    >>> identifiers(["RU_sep", "38th_parallel", "open", "a b", "a-b"], taken={"open"})
    {'RU_sep': 'ru_sep', '38th_parallel': 'o_38th_parallel', 'open': 'open_2', 'a b': 'a_b', 'a-b': 'a_b_2'}
    """
    used, found = {*taken, *_UNQUOTED}, {}
    for word in words:
        plain = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")[:_LONGEST] or "option"
        plain = plain if plain[0].isalpha() else f"o_{plain}"[:_LONGEST]
        name, number = plain, 1
        while name in used:
            number += 1
            name = f"{plain}_{number}"
        used.add(name)
        found[word] = name
    return found
