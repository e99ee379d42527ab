"""Readings: what the words of a coded case say, and what was made of those that say nothing.

Coders write ``shifting_to_North``, ``stalemate_at_sea`` or ``moderate_1960_peacekeepers_5y``: the beginning of a word
says what counts, the rest is for the reader. A word that the rule does not know is read as saying nothing, and
`remarks` names it.
"""

from __future__ import annotations

from dataclasses import dataclass

from negosim.experiments.hindcast.constants import Constants
from negosim.experiments.hindcast.schema import Case

_PEACEFUL = ("quiet", "frozen", "ceasefire", "truce", "sanctions", "none")
_ATTRITION = ("stalemate", "attrition")
_GUARANTORS = {
    "strong": "strong", "moderate": "moderate",
    "iaea": "commission", "commission": "commission", "joint": "commission",
    "offered": "offered", "monitor": "monitors", "observer": "monitors", "weak": "monitors",
}  # fmt: skip
_NONE = ("none", "neutral", "")


@dataclass(frozen=True)
class Battlefield:
    """How a war stands.

    Attributes
    ----------
    fighting : whether there is any.
    gains : the side that gains ground, 0 or 1; None for neither.
    low_level : whether the fighting is at a low level.
    """

    fighting: bool
    gains: int | None = None
    low_level: bool = False


def battlefield(case: Case) -> Battlefield:
    """Read how the war stands as talks begin: by what the word begins with."""
    word = case.battlefield.lower()
    if case.war_began is None or word.startswith(_PEACEFUL):
        return Battlefield(False)
    if word.startswith("shifting_to_"):
        return Battlefield(True, side_of(case, word.removeprefix("shifting_to_")))
    return Battlefield(True, low_level=word.startswith("low_level"))


def side_of(case: Case, word: str) -> int | None:
    """Return the side that a word begins with, or that begins with the word; None for no side or for both."""
    names = [party.id.lower() for party in case.sides]
    if word in names:
        return names.index(word)
    found = [place for place, name in enumerate(names) if word and (word.startswith(name) or name.startswith(word))]
    return found[0] if len(found) == 1 else None


def bias(case: Case) -> tuple[int | None, bool]:
    """Return the side that the mediator favours, None for neither, and whether only slightly."""
    word = case.mediator.bias.lower()
    if word in _NONE:
        return None, False
    slight = word.startswith("slight")
    for prefix in ("slightly_", "slight_", "strongly_", "strong_", "toward_", "towards_", "to_", "pro_"):
        word = word.removeprefix(prefix)
    return side_of(case, word), slight


def guarantor(case: Case) -> str | None:
    """Return the kind of guarantor, as in the names of the constants ``enforcement_…``; None where there was none."""
    parts = case.mediator.guarantor.lower().replace("-", "_").split("_")
    return next((kind for part in parts for stem, kind in _GUARANTORS.items() if part.startswith(stem)), None)


def enforcement(case: Case, constants: Constants) -> float:
    """Return how strong the guarantee is that a text may carry, 0 where there is none."""
    kind = guarantor(case)
    return float(getattr(constants, f"enforcement_{kind}")) if kind else 0.0


def spoilers(case: Case) -> int:
    """Return how many spoilers are named."""
    return sum(word.lower() not in _NONE for word in case.spoilers)


def remarks(case: Case) -> tuple[str, ...]:
    """Say which words of a case the rule could not read, and what stands in their place."""
    found = []
    word, gains = case.battlefield.lower(), battlefield(case)
    known = (*_PEACEFUL, *_ATTRITION, "low_level")
    if gains.fighting and not word.startswith(known) and gains.gains is None:
        found.append(f"battlefield '{case.battlefield}' is read as a stalemate")
    if case.mediator.bias.lower() not in _NONE and bias(case)[0] is None:
        found.append(f"bias '{case.mediator.bias}' names neither side and is read as none")
    if case.mediator.guarantor.lower() not in _NONE and guarantor(case) is None:
        found.append(f"guarantor '{case.mediator.guarantor}' is read as none")
    return tuple(f"{case.id}: {text}" for text in found)
