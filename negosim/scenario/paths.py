"""Paths: the one grammar of where the numbers of a scenario stand, and what is known of each by its place.

A family is all paths of one pattern, such as ``parties.{party}.war_cost``. Its line in the tables below says whose the
number is, what it is called in running text, and which model of the schema declares it; domain, unit and default are
read from that model, so that they are stated once. Paths are built by calling a family:

>>> PARTY.war_cost("north"), TRACK.pressure.each("peace", ("north", "south"))
('parties.north.war_cost', ('talks.peace.pressure.north', 'talks.peace.pressure.south'))
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, get_args

from pydantic import BaseModel

from negosim.scenario.domains import REAL, Domain
from negosim.scenario.ids import Ids
from negosim.scenario.problems import instead, is_id, nearest
from negosim.scenario.quantities import DISTRIBUTIONS, Quantity
from negosim.scenario.schema.base import DurationIn, Parsed, Unit
from negosim.scenario.schema.events import Event
from negosim.scenario.schema.issues import Linkage, Option, View
from negosim.scenario.schema.parties import Party, Ratification
from negosim.scenario.schema.talks import After, Deadline, Track
from negosim.scenario.schema.war import Belief, Stock, Toll, War

DAYS, SHARE, NUMBER = "days", "share", "number"
"""Units of a number of which the schema states none: a duration, a number from 0 to 1, any other."""

_SHARES = Domain(0, 1)
_SECTIONS = ("issues", "chips")
_BELOW_ISSUES = ("salience", "values", "red_lines", "enforcement")


class PathError(ValueError):
    """A path leads to no number of a scenario."""


@dataclass(frozen=True)
class Family:
    """All paths of one pattern.

    Attributes
    ----------
    pattern : the path, with slots for ids: ``parties.{party}.war_cost``.
    owner : whose the number is, a slot of the pattern or a word; empty where ``words`` say it.
    words : what the number is called in running text, with the same slots.
    model : the part of the schema that declares it; None where it takes the domain of the number that it changes.
    is_target : whether events may name it: every path of such a family has a number, stated or not.
    is_initial : whether it is read once, at the start, so that no event can change it.
    is_span : whether it is one duration, which cannot be uncertain.
    """

    pattern: str
    owner: str
    words: str
    model: type[BaseModel] | None = None
    is_target: bool = True
    is_initial: bool = False
    is_span: bool = False

    def __call__(self, *ids: str | int) -> str:
        """Return the path with the given ids, in the order of the slots."""
        return _built(self.pattern, len(self.slots), ids)

    def each(self, *choices: str | tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths with every choice of ids, the last slot changing fastest; a text stands for itself."""
        return _built_each(self, choices)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts of the pattern."""
        return tuple(self.pattern.split("."))

    @cached_property
    def slots(self) -> tuple[str, ...]:
        """The names of the slots."""
        return tuple(part[1:-1] for part in self.parts if _is_slot(part))

    @cached_property
    def kind(self) -> str:
        """The kind of input: the section, or below an issue what a party makes of it."""
        return next((kind for kind in _BELOW_ISSUES if kind in self.parts), self.parts[0])

    @cached_property
    def domain(self) -> Domain:
        """What the number may be."""
        return (self._declaration.domain if self._declaration else None) or REAL

    @cached_property
    def is_duration(self) -> bool:
        """Whether the number is a duration, kept in days."""
        return self.is_span or isinstance(self._declaration, DurationIn)

    @cached_property
    def unit(self) -> str:
        """What it is counted in: ``days``, ``share``, ``per year`` and whatever else the schema says, or ``number``."""
        if self.is_duration:
            return DAYS
        stated = next((kind.text for kind in self._annotations if isinstance(kind, Unit)), "")
        return stated or (SHARE if self.domain == _SHARES else NUMBER)

    @cached_property
    def default(self) -> Quantity | None:
        """The number of whoever states none; None where it has to be stated, or follows from others."""
        found = self.model.model_fields[self._field].default if self.model else None
        return found if isinstance(found, Quantity) else None

    def ids(self, parts: Iterable[str]) -> tuple[str, ...] | None:
        """Return the ids in the slots of a path split into its parts; None where the path is of another family."""
        pairs = list(zip(self.parts, parts, strict=True))
        if all(_fits(part, known) if _is_slot(known) else part == known for known, part in pairs):
            return tuple(part for known, part in pairs if _is_slot(known))
        return None

    @property
    def _field(self) -> str:
        return next(part for part in reversed(self.parts) if not _is_slot(part))

    def __reduce__(self) -> tuple[Any, ...]:
        return _family, (self.pattern,)

    @property
    def _annotations(self) -> tuple[Any, ...]:
        if self.model is None:
            return ()
        info = self.model.model_fields[self._field]
        return (*info.metadata, *_within(info.annotation))

    @property
    def _declaration(self) -> Parsed | None:
        return next((kind for kind in self._annotations if isinstance(kind, Parsed) and kind.domain), None)


def _within(annotation: Any) -> Iterator[Any]:
    for kind in get_args(annotation):
        yield kind
        yield from _within(kind)


def _is_slot(part: str) -> bool:
    return part.startswith("{")


def _fits(part: str, slot: str) -> bool:
    match slot:
        case "{section}":
            return part in _SECTIONS
        case "{place}":
            return part.isascii() and part.isdigit()
        case _:
            return is_id(part)


@lru_cache(maxsize=4096)
def _built(pattern: str, slots: int, ids: tuple[str | int, ...]) -> str:
    if len(ids) != slots:
        raise TypeError(f"{pattern} takes {slots} ids, not {len(ids)}")
    left = iter(ids)
    return ".".join(str(next(left)) if _is_slot(part) else part for part in pattern.split("."))


@lru_cache(maxsize=1024)
def _built_each(family: Family, choices: tuple[str | tuple[str, ...], ...]) -> tuple[str, ...]:
    named = ((choice,) if isinstance(choice, str) else choice for choice in choices)
    return tuple(family(*ids) for ids in itertools.product(*named))


# -- the families: pattern, whose, what it is called, where the schema declares it -------------------------------------

_PARTY, _STOCK, _TOLL, _TRACK, _EVENT = "{party}", "{stock}", "{toll}", "{track}", "{event}"


class _OfParty:
    time_preference = Family("parties.{party}.time_preference", _PARTY, "time preference", Party)
    war_cost = Family("parties.{party}.war_cost", _PARTY, "war cost", Party)
    fatigue = Family("parties.{party}.fatigue", _PARTY, "fatigue", Party)
    patience = Family("parties.{party}.patience", _PARTY, "patience", Party)
    patience_used = Family("parties.{party}.patience_used", _PARTY, "patience already used", Party, is_initial=True)
    concession = Family("parties.{party}.concession", _PARTY, "shape of its concessions", Party)
    reciprocity = Family("parties.{party}.reciprocity", _PARTY, "reciprocity", Party)
    judgement_noise = Family("parties.{party}.judgement_noise", _PARTY, "judgement noise", Party)
    judgement_memory = Family("parties.{party}.judgement_memory", _PARTY, "judgement memory", Party)
    distrust = Family("parties.{party}.distrust", _PARTY, "distrust", Party)
    exposure = Family("parties.{party}.exposure", _PARTY, "loss if a text breaks", Party)


class _OfRatification:
    delay = Family("parties.{party}.ratification.{place}.delay", _PARTY, "delay of the vote ({place})",
                   Ratification, is_target=False)  # fmt: skip
    hurdle = Family("parties.{party}.ratification.{place}.hurdle", _PARTY, "hurdle of the vote ({place})",
                    Ratification, is_target=False)  # fmt: skip
    spread = Family("parties.{party}.ratification.{place}.spread", _PARTY, "swing of mood in the vote ({place})",
                    Ratification, is_target=False)  # fmt: skip
    foresight = Family("parties.{party}.ratification.{place}.foresight", _PARTY, "foresight of the vote ({place})",
                       Ratification, is_target=False)  # fmt: skip
    memory = Family("parties.{party}.ratification.{place}.memory", _PARTY, "how long moods of the vote last ({place})",
                    Ratification, is_target=False)  # fmt: skip
    only_delay = Family("parties.{party}.ratification.delay", _PARTY, "delay of the vote", Ratification,
                        is_target=False)  # fmt: skip
    """Where a mapping stands in place of a list of one body."""


class _OfOption:
    enforcement = Family("{section}.{issue}.options.{option}.enforcement", "", 'Strength of "{option}" as a guarantee',
                         Option)  # fmt: skip


class _OfView:
    salience = Family("{section}.{issue}.views.{party}.salience", _PARTY, 'weight of "{issue}"', View)
    value = Family("{section}.{issue}.views.{party}.values.{option}", _PARTY, 'value of "{option}" ({issue})', View)
    red_line = Family("{section}.{issue}.views.{party}.red_lines.{option}", _PARTY,
                      'mean time until "{option}" can be signed ({issue})', View, is_target=False)  # fmt: skip


class _OfWar:
    front = Family("war.front", "Front", "where it stands at the start", War, is_initial=True)
    drift = Family("war.drift", "Front", "drift a year", War)
    volatility = Family("war.volatility", "Front", "volatility", War)
    fade = Family("war.fade", "War", "rate of fading out", War)


class _OfBelief:
    optimism = Family(
        "war.beliefs.{belligerent}.optimism", "{belligerent}", "optimism about the front", Belief, is_initial=True
    )
    doubt = Family("war.beliefs.{belligerent}.doubt", "{belligerent}", "doubt about the front", Belief, is_initial=True)
    narrative = Family("war.beliefs.{belligerent}.narrative", "{belligerent}", "flattering reports", Belief)
    erosion = Family("war.beliefs.{belligerent}.erosion", "{belligerent}", "trust lost by flattering reports", Belief)


class _OfStock:
    level = Family("war.stocks.{stock}.level", _STOCK, "level at the start", Stock, is_initial=True)
    burn = Family("war.stocks.{stock}.burn", _STOCK, "use a year", Stock)
    effect_by = Family("war.stocks.{stock}.when_empty.{place}.by", _STOCK, "effect of running out ({place})",
                       is_target=False)  # fmt: skip
    effect_to = Family("war.stocks.{stock}.when_empty.{place}.to", _STOCK, "effect of running out ({place})",
                       is_target=False)  # fmt: skip


class _OfToll:
    per_year = Family("war.tolls.{toll}.per_year", _TOLL, "toll a year", Toll)


class _OfTrack:
    mediator_error = Family("talks.{track}.mediator_error", _TRACK, "error of the mediator", Track)
    mediator_memory = Family("talks.{track}.mediator_memory", _TRACK, "how long errors of the mediator last", Track)
    weight = Family("talks.{track}.weights.{party}", _TRACK, "weight of {party} with the mediator", Track)
    pressure = Family("talks.{track}.pressure.{party}", _TRACK, "pressure on {party}", Track)
    patience = Family("talks.{track}.patience.{party}", _TRACK, "patience of {party}", Track)
    shared_patience = Family("talks.{track}.patience", _TRACK, "patience", Track, is_target=False)
    """One patience of all parties."""


class _OfAfter:
    breach = Family("talks.{track}.after.breach", _TRACK, "breaches a year", After)
    shape = Family("talks.{track}.after.shape", _TRACK, "how the risk of a breach changes with time", After)
    enforcement_effect = Family("talks.{track}.after.enforcement_effect", _TRACK, "effect of guarantees", After)
    pressure_penalty = Family("talks.{track}.after.pressure_penalty", _TRACK, "risk added by pressure", After)
    peace_cost = Family("talks.{track}.after.peace_cost", _TRACK, "war cost that goes on in peace", After)
    opportunism = Family("talks.{track}.after.opportunism", _TRACK, "opportunism", After)
    defection_cost = Family("talks.{track}.after.defection_cost", _TRACK, "defection cost", After)
    breach_memory = Family("talks.{track}.after.breach_memory", _TRACK, "distrust left by a breach", After)
    pause = Family("talks.{track}.after.pause", _TRACK, "pause after a breach", After)


class _OfDeadline:
    credibility = Family("talks.{track_with_deadline}.deadline.credibility", "{track_with_deadline}",
                         "credibility of the deadline", Deadline)  # fmt: skip


class _OfEvent:
    rate = Family("events.{random_event}.rate", "{random_event}", "times a year", Event)
    chance = Family("events.{event}.chance", _EVENT, "chance", Event)
    effect_by = Family("events.{event}.effects.{place}.by", _EVENT, "size of its effect ({place})", is_target=False)
    effect_to = Family("events.{event}.effects.{place}.to", _EVENT, "size of its effect ({place})", is_target=False)
    effect_for = Family("events.{event}.effects.{place}.for", _EVENT, "length of its effect ({place})",
                        is_target=False, is_span=True)  # fmt: skip
    when_for = Family("events.{event}.when.for", _EVENT, "how long its condition must hold", is_target=False,
                      is_span=True)  # fmt: skip


class _Other:
    linkage = Family("linkages.{place}.adds.{party}", _PARTY, "what a linkage adds ({place})", Linkage, is_target=False)
    question_for = Family("questions.{question}.for", "{question}", "how long it must hold", is_target=False,
                          is_span=True)  # fmt: skip


PARTY, RATIFICATION, OPTION, VIEW = _OfParty(), _OfRatification(), _OfOption(), _OfView()
WAR, BELIEF, STOCK, TOLL = _OfWar(), _OfBelief(), _OfStock(), _OfToll()
TRACK, AFTER, DEADLINE, EVENT, OTHER = _OfTrack(), _OfAfter(), _OfDeadline(), _OfEvent(), _Other()

FAMILIES: tuple[Family, ...] = tuple(
    family
    for group in (PARTY, RATIFICATION, OPTION, VIEW, WAR, BELIEF, STOCK, TOLL, TRACK, AFTER, DEADLINE, EVENT, OTHER)
    for family in vars(type(group)).values()
    if isinstance(family, Family)
)
"""Every family, in the order in which a scenario has them."""

_BY_PATTERN = {family.pattern: family for family in FAMILIES}


def _family(pattern: str) -> Family:
    return _BY_PATTERN[pattern]


# -- reading paths ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NumberPath:
    """A path that has been read: its family, and the ids in its slots."""

    family: Family
    ids: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> NumberPath:
        """Read a path; whether a scenario declares its ids is not asked.

        Raises
        ------
        PathError
            Where no family has such paths, with the likeliest that was meant.
        """
        found = _read(text)
        if found is None:
            raise PathError(f"'{text}' is not a number of a scenario ({instead(text, _alike(text), 'numbers')})")
        return found

    def __str__(self) -> str:
        return self.family(*self.ids)

    @property
    def key(self) -> str:
        """The path with stars for its ids, as a list of defaults tells it."""
        return self.family(*(name if slot == "section" else "*" for slot, name in self.by_slot.items()))

    @property
    def of(self) -> str:
        """Whose number it is, as its ids tell."""
        return ".".join(name for slot, name in self.by_slot.items() if slot != "section")

    @property
    def by_slot(self) -> dict[str, str]:
        """The ids by the names of their slots."""
        return dict(zip(self.family.slots, self.ids, strict=True))


@lru_cache(maxsize=4096)
def _read(text: str) -> NumberPath | None:
    parts = text.split(".")
    for family in FAMILIES:
        ids = family.ids(parts) if len(family.parts) == len(parts) else None
        if ids is not None:
            return NumberPath(family, ids)
    return None


def _alike(text: str) -> list[str]:
    """Return the paths nearest to a wrong one: its own ids where a slot is, and the patterns of its section."""
    parts = text.split(".")
    section = nearest(parts[0], {*_SECTIONS, *(family.parts[0] for family in FAMILIES)} - {"{section}"}) or parts[0]
    below = [family for family in FAMILIES if _fits(section, family.parts[0]) and _is_slot(family.parts[0])]
    below += [family for family in FAMILIES if family.parts[0] == section]
    found = []
    for family in below or FAMILIES:
        given = (part if place else section for place, part in enumerate(parts))
        pairs = itertools.zip_longest(family.parts, itertools.islice(given, len(family.parts)), fillvalue="")
        found.append(".".join(part if _is_slot(known) and part else known for known, part in pairs))
    return found


def family_of(path: str) -> Family | None:
    """Return the family of a path, if there is one."""
    found = _read(path)
    return found.family if found else None


_PARTS_OF_QUANTITIES = frozenset({"value", "min", "max", *DISTRIBUTIONS})


def is_duration(path: str) -> bool:
    """Tell whether what stands at a path is a duration: a number of that kind, or a part of its distribution.

    >>> is_duration("parties.north.patience"), is_duration("parties.north.patience.max"), is_duration("war.drift")
    (True, True, False)
    """
    above, _, last = path.rpartition(".")
    family = family_of(path) or (family_of(above) if last in _PARTS_OF_QUANTITIES else None)
    return family is not None and family.is_duration


def linkage_path(terms: Iterable[tuple[str, str]], party: str) -> str:
    """Return the name of what a linkage adds for a party: it does not depend on the order of the file.

    >>> linkage_path([("border", "far"), ("guarantee", "none")], "south")
    'linkages.border.far+guarantee.none.south'
    """
    return f"linkages.{'+'.join(f'{issue}.{option}' for issue, option in terms)}.{party}"


# -- the paths of a scenario ------------------------------------------------------------------------------------------


def declared_paths(ids: Ids) -> dict[str, Family]:
    """Return the path of every number that a scenario with these ids has, stated or not, with its family."""
    found: dict[str, Family] = {}
    targets = (family for family in FAMILIES if family.is_target)
    for (_, slots), group in itertools.groupby(targets, key=lambda family: (family.parts[0], family.slots)):
        families = list(group)
        if ids.has_war or families[0].parts[0] != "war":
            found.update((family(*chosen), family) for chosen in _choices(slots, ids) for family in families)
    return found


def _choices(slots: tuple[str, ...], ids: Ids) -> Iterator[tuple[str, ...]]:
    """Return the ids of every choice for some slots."""
    if slots[:2] == ("section", "issue"):
        for issue, section in ids.sections.items():
            lists = [ids.options[issue] if slot == "option" else _ids_for(slot, ids) for slot in slots[2:]]
            yield from ((section, issue, *rest) for rest in itertools.product(*lists))
    else:
        yield from itertools.product(*(_ids_for(slot, ids) for slot in slots))


def _ids_for(slot: str, ids: Ids) -> list[str]:
    lists = {
        "party": ids.parties,
        "belligerent": ids.belligerents,
        "stock": ids.stocks,
        "toll": ids.tolls,
        "track": ids.tracks,
        "track_with_deadline": ids.deadlines,
        "event": ids.events,
        "random_event": ids.rates,
    }
    return lists[slot]
