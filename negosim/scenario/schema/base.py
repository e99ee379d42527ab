"""The kinds of value that scenario files are made of, as pydantic types."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema, JsonSchemaMode
from pydantic_core import PydanticCustomError, core_schema

from negosim.registry import Registry
from negosim.scenario.dates import DAYS_PER_YEAR, Duration, parse_date, parse_duration, shown
from negosim.scenario.domains import LARGEST, REAL, Domain
from negosim.scenario.labels import MOST_IN_ADDRESS, MOST_IN_LABEL, MOST_IN_SUMMARY, label_fault
from negosim.scenario.problems import instead, is_id
from negosim.scenario.quantities import (
    DISTRIBUTIONS,
    Quantity,
    QuantityError,
    number_hint,
    parse_quantity,
)

_UNQUOTED = frozenset({"true", "false", "null"})
RESERVED_IDS = frozenset({*DISTRIBUTIONS, "value"})
"""Words that no party may be called: they tell a quantity from a mapping of parties to quantities."""


class SchemaWriter(GenerateJsonSchema):
    """Writes the JSON Schema of the format: ids are checked, and defaults stand as a file would write them."""

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        """Refuse keys that are no ids."""
        written = super().dict_schema(schema)
        return {**written, "additionalProperties": False} if "patternProperties" in written else written

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        """Give a duration kept in days its unit."""
        written = super().default_schema(schema)
        branch = written.get("anyOf", [{}])[0]
        if isinstance(written.get("default"), float) and branch.get("type") == "string":
            written["default"] = f"{written['default']:g} days"
        return written

    def encode_default(self, dft: Any) -> Any:
        """Write a default as a file would."""
        if isinstance(dft, Quantity) and dft.is_constant:
            return dft.value
        if isinstance(dft, Duration):
            return str(dft)
        return dft.model_dump(exclude_defaults=True) if isinstance(dft, Model) else super().encode_default(dft)


class Model(BaseModel):
    """A mapping of the format: unknown keys are errors, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool | None = True,
        ref_template: str = DEFAULT_REF_TEMPLATE,
        schema_generator: type[GenerateJsonSchema] = SchemaWriter,
        mode: JsonSchemaMode = "validation",
        **others: Any,
    ) -> dict[str, Any]:
        """Return the JSON Schema of the format; see pydantic."""
        return super().model_json_schema(by_alias, ref_template, schema_generator, mode, **others)


def refused(message: str, *at: str | int) -> PydanticCustomError:
    """Return the error for a value the format does not allow; ``at`` leads to the part that is wrong."""
    return PydanticCustomError("negosim", "{message}", {"message": message, "at": at})


def _identifier(value: Any) -> Any:
    if not is_id(value):
        raise refused(f"{shown(value)} is not an id (small letters, digits and _, beginning with a letter)")
    if value in _UNQUOTED:
        raise refused(f"'{value}' cannot be an id: YAML does not read it as a word")
    return value


def _party_identifier(value: Any) -> Any:
    if value in RESERVED_IDS:
        raise refused(f"no party can be called '{value}': the format uses the word for quantities")
    return _identifier(value)


def _name(value: Any) -> Any:
    if not isinstance(value, str):
        raise refused(f"{shown(value)} is not an id (small letters, digits and _, beginning with a letter)")
    return value


def _parsed(parse: Callable[[object], Any], kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        try:
            return parse(value)
        except ValueError as error:
            raise refused(str(error)) from None

    return read


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        hint = "write a text" if value is None or isinstance(value, dict | list) else "put it in quotes"
        raise refused(f"{shown(value)} is not a text ({hint})")
    return value


_ID_SCHEMA = WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"})
Id = Annotated[str, BeforeValidator(_identifier), _ID_SCHEMA]
PartyId = Annotated[str, BeforeValidator(_party_identifier), _ID_SCHEMA]
Name = Annotated[str, BeforeValidator(_name), _ID_SCHEMA]
"""The id of something declared elsewhere; whether it exists, and so is well formed, the cross-references tell."""
Text = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=20_000)]
"""A text that names something: a path, an outcome."""


def _shown_text(most: int, *, lines: bool = False) -> tuple[Any, ...]:
    """Return what makes a text one that a reader is shown; see `negosim.scenario.labels`."""

    def read(value: str) -> str:
        fault = label_fault(value, most, lines=lines)
        if fault:
            raise refused(fault)
        return value

    return AfterValidator(read), StringConstraints(min_length=1, max_length=most), BeforeValidator(_text)


Label = Annotated[str, *_shown_text(MOST_IN_LABEL)]
"""A title, name, unit, note or source: one line of visible text."""
Address = Annotated[str, *_shown_text(MOST_IN_ADDRESS)]
Prose = Annotated[str, *_shown_text(MOST_IN_SUMMARY, lines=True)]
"""A longer text, in Markdown."""
Date = Annotated[dt.date, BeforeValidator(_parsed(parse_date, dt.date))]


@dataclass(frozen=True)
class Unit:
    """The unit of a number, for the reference page."""

    text: str


@dataclass(frozen=True)
class Unstated:
    """What holds where a key is left out and its default alone does not say, for the reference page."""

    text: str


@dataclass(frozen=True, eq=False)
class Parsed:
    """A pydantic type that a function reads from plain data; ``schema`` tells editors what to offer.

    One of a quantity has a ``domain``.
    """

    read: Callable[[Any], Any]
    schema: dict[str, Any]
    domain: Domain | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return copy.deepcopy(self.schema)  # pydantic adds defaults and titles to what it is given


@dataclass(frozen=True, eq=False)
class RuleIn:
    """A pydantic type: the name of a rule that is registered when the file is read."""

    registry: Registry

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"enum": list(self.registry.names()), "type": "string"}

    def _read(self, value: Any) -> str:
        if isinstance(value, str) and self.registry.knows(value):
            return value
        raise refused(f"{shown(value)} is not allowed here ({instead(str(value), self.registry.names())})")


@dataclass(frozen=True, eq=False)
class Shorthand:
    """Lets a value be written shorter; ``forms`` turns the JSON Schema of the long form into those of the short."""

    read: Callable[[Any], Any]
    forms: Callable[[dict[str, Any]], list[dict[str, Any]]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        long = handler(schema)
        return {"anyOf": [*self.forms(long), long]}


_DURATION_PATTERN = r"^[0-9]+(\.[0-9]+)? +(day|week|month|year)s?$"
_DURATION_SCHEMA = {"type": "string", "pattern": _DURATION_PATTERN, "examples": ["18 months"]}


def _duration(value: Any) -> Duration:
    parsed: Duration = _parsed(parse_duration, Duration)(value)
    return parsed


def _positive_duration(value: Any) -> Duration:
    duration = _duration(value)
    if duration.days <= 0:
        raise refused(f"{shown(value)} is no time at all (write a positive duration)")
    return duration


def _end(value: Any) -> dt.date | Duration:
    if isinstance(value, dt.date | Duration):
        return value
    try:
        return parse_date(value)
    except ValueError as error:
        if "calendar" in str(error):
            raise refused(str(error)) from None
    try:
        parse_duration(value)
    except ValueError:
        raise refused(f"{shown(value)} is neither a date nor a duration (write e.g. 2027-01-01 or 2 years)") from None
    return _positive_duration(value)


PositiveDuration = Annotated[Duration, Parsed(_positive_duration, _DURATION_SCHEMA)]
DateOrDuration = Annotated[
    dt.date | Duration,
    Parsed(_end, {"anyOf": [{"type": "string", "format": "date"}, _DURATION_SCHEMA]}),
]


def as_quantity(value: Any, domain: Domain = REAL, *, duration: bool = False) -> Quantity:
    """Read a quantity inside a pydantic validator."""
    if isinstance(value, Quantity):
        return value
    try:
        return parse_quantity(value, domain, duration=duration)
    except QuantityError as error:
        raise refused(error.message, *error.at) from None


def _quantity_schema(scalar: dict[str, Any]) -> dict[str, Any]:
    def mapping(names: tuple[str, ...]) -> dict[str, Any]:
        properties = {name: {"type": ["number", "string"]} for name in names}
        return {
            "type": "object",
            "properties": properties,
            "required": list(names),
            "additionalProperties": False,
        }

    def numbers(count: int) -> dict[str, Any]:
        return {
            "type": "array",
            "items": {"type": ["number", "string"]},
            "minItems": count,
            "maxItems": count,
        }

    forms = {
        "value": {"description": "a number, a duration or a distribution"},
        "normal": mapping(("mean", "sd")),
        "lognormal": mapping(("median", "spread")),
        "beta": mapping(("a", "b")),
        "uniform": numbers(2),
        "triangular": numbers(3),
        "pert": numbers(3),
        "choice": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
        "min": {"type": ["number", "string"]},
        "max": {"type": ["number", "string"]},
        "source": {"type": "string", "description": "an entry of `sources`, or `judgement`"},
        "note": {"type": "string", "maxLength": MOST_IN_LABEL},
    }
    distribution = {"type": "object", "properties": forms, "additionalProperties": False}
    return {"anyOf": [scalar, distribution]}


def _bare_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(f"{shown(value)} is not a number ({number_hint(value) or 'no distribution can stand here'})")
    return value


PlainNumber = Annotated[float, BeforeValidator(_bare_number)]
"""A number that cannot be uncertain."""


def _scalar_schema(domain: Domain) -> dict[str, Any]:
    low, high = domain.ends
    return {"type": "number", "minimum": low, "maximum": high}


class NumberIn(Parsed):
    """A number, or a distribution of numbers, within a domain."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(lambda value: as_quantity(value, domain), _quantity_schema(_scalar_schema(domain)), domain)


class DurationIn(Parsed):
    """A duration, or a distribution of durations, within a domain in days."""

    def __init__(self, domain: Domain) -> None:
        schema = _quantity_schema(_DURATION_SCHEMA)
        super().__init__(lambda value: as_quantity(value, domain, duration=True), schema, domain)


MOST_UTILITY = 1e3
"""Utility is 0 to 1 within what is disputed: a thousand times that stands for "at any price"."""

MOST_RATE = 1e3
"""Rates a year: three times a day is more than anything that a front, a market or a parliament does."""

MOST_WEIGHT = 1e9
"""Weights are compared with each other only."""

LEAST_FACTOR, MOST_FACTOR = 1e-3, 1e3
"""Factors that multiply a rate, and exponents."""

_DURATIONS = (1e-6, 1e6 * DAYS_PER_YEAR)
"""The shortest and the longest duration that can be written, in days."""

POSITIVE_TIME = Domain(0.0, open_low=True, least=_DURATIONS[0], most=_DURATIONS[1])
TIME = Domain(0.0, most=_DURATIONS[1])
_EXPONENT = Domain(0.0, open_low=True, least=LEAST_FACTOR, most=MOST_FACTOR)
_SHAPES = {"boulware": 0.5, "linear": 1.0, "conceder": 2.0}


def _concession(value: Any) -> Quantity:
    if isinstance(value, str):
        if value not in _SHAPES:
            raise refused(f"'{value}' is no way to concede (write {_EXPONENT}, or {', '.join(_SHAPES)})")
        value = _SHAPES[value]
    return as_quantity(value, _EXPONENT)


def _within(low: float, most: float, *, least: float = -math.inf, open_low: bool = False) -> NumberIn:
    return NumberIn(Domain(low, open_low=open_low, least=least, most=most))


ShareQuantity = Annotated[Quantity, NumberIn(Domain(0, 1))]
Kind = Literal["limited", "ceasefire", "settlement"]
"""The kinds of text: one that settles some issues while the war goes on, one that pauses it, one that ends it."""

Utility = Annotated[Quantity, _within(-math.inf, MOST_UTILITY, least=-MOST_UTILITY), Unit("utility")]
UtilitySize = Annotated[Quantity, _within(0, MOST_UTILITY), Unit("utility")]
Speed = Annotated[Quantity, _within(-math.inf, MOST_RATE, least=-MOST_RATE)]
"""A movement a year, either way."""
Rate = Annotated[Quantity, _within(0, MOST_RATE)]
PositiveRate = Annotated[Quantity, _within(0, MOST_RATE, least=1e-6, open_low=True)]
Weight = Annotated[Quantity, _within(0, MOST_WEIGHT)]
Multiplier = Annotated[Quantity, _within(0, MOST_FACTOR)]
PositiveMultiplier = Annotated[Quantity, _within(0, MOST_FACTOR, least=LEAST_FACTOR, open_low=True)]
Amount = Annotated[Quantity, _within(0, LARGEST)]
"""A count in whatever unit the scenario chooses."""
Increment = Annotated[Quantity, _within(-math.inf, LARGEST, least=-LARGEST)]
"""What an effect adds to a number; the number stays in the domain of its key."""
PositiveSpan = Annotated[Quantity, DurationIn(POSITIVE_TIME)]
Span = Annotated[Quantity, DurationIn(TIME)]
Concession = Annotated[
    Quantity,
    Parsed(
        _concession,
        {"anyOf": [{"enum": list(_SHAPES)}, _quantity_schema(_scalar_schema(_EXPONENT))]},
        _EXPONENT,
    ),
]
