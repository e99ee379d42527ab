"""What stored results hold, as far as a report shows it: read from files that may come from strangers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_TEXT = 4_000
"""Characters of a text."""

Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)]
Number = float | None
Texts = dict[Text, Text | None]


class _Stored(BaseModel):
    """A part of a result: what is not named is left aside, and no number is infinite."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, populate_by_name=True)


class Bounded(_Stored):
    """A number with its 95 % interval; None where there was nothing to count."""

    value: Number
    low: Number = None
    high: Number = None


class Changed(Bounded):
    """A difference with its interval, in how many histories it came about, and whether the interval leaves out 0."""

    gained: int | None = None
    lost: int | None = None
    same: bool = False
    significant: bool = False
    needed: int | None = None


class Of(_Stored):
    """Which scenario it was."""

    title: Text
    sha256: Text = ""
    variant: Text | None = None
    variant_title: Text | None = None
    set: dict[Text, Any] = {}


class Run(_Stored):
    """What played, and what it was asked for."""

    negosim: Text
    build: dict[Text, Any] = {}
    command: Text | None = None
    trials: int = 0
    seed: int = 0
    points: int | None = None
    method: Text | None = None
    over: Text | None = None
    fresh_seed: int | None = None
    seconds: Number = None
    sha256: Text = ""


class Labels(_Stored):
    """What the output calls things, by group and id."""

    parties: dict[Text, Text] = {}
    issues: dict[Text, Text] = {}
    options: dict[Text, dict[Text, Text]] = {}
    tracks: dict[Text, Text] = {}
    tolls: dict[Text, Text] = {}
    questions: dict[Text, Text] = {}
    events: dict[Text, Text] = {}
    stocks: dict[Text, Text] = {}
    variants: dict[Text, Text] = {}
    places: dict[Text, Text] = {}
    cases: dict[Text, Text] = {}
    units: Texts = {}
    states: dict[Text, Text | None] = {}


# Compare


class OtherScenario(Bounded):
    """A metric in an alternative, and its difference from the base."""

    difference: Changed | None


class Compared(_Stored):
    """A metric in every scenario."""

    group: Text
    base: Bounded
    alternatives: dict[Text, OtherScenario]


class StoredComparison(_Stored):
    """Scenarios side by side: what ``negosim compare --json`` prints."""

    base: Text
    scenarios: dict[Text, Of] = Field(min_length=2)
    run: Run
    metrics: dict[Text, Compared]
    labels: Labels = Labels()


# Sensitivity


class Indexed(Bounded):
    """A measure of sensitivity, and what half of the sample says."""

    half: Number = None


class Effect(_Stored):
    """What an input does to a metric."""

    title: Text
    significant: bool
    first: Indexed | None = None
    total: Indexed | None = None
    strength: Indexed | None = None
    low: Bounded | None = None
    high: Bounded | None = None
    at_low: Changed | None = None
    at_high: Changed | None = None
    ends: tuple[float | Text, float | Text] | None = None


class Sensed(_Stored):
    """A metric, and what every input does to it."""

    base: Bounded
    noise: Number = None
    inputs: dict[Text, Effect]


class StoredSensitivity(_Stored):
    """Which inputs the answers depend on: what ``negosim sensitivity --json`` prints."""

    scenario: Of
    run: Run
    metrics: dict[Text, Sensed] = Field(min_length=1)
    labels: Labels = Labels()


# Uncertainty


class Published(_Stored):
    """A published forecast of a question."""

    p: float
    on: Text | None = None
    source: Text | None = None


class Apart(Bounded):
    """An answer, its two uncertainties apart."""

    metric: Text
    title: Text
    is_share: bool
    range_low: Number = None
    range_high: Number = None
    at_most: Number = None
    points: int
    is_seen: bool
    is_rare: bool = False
    benchmarks: list[Published] = []


class StoredUncertainty(_Stored):
    """The two uncertainties of the answers: what ``negosim uncertainty --json`` prints."""

    scenario: Of
    run: Run
    inputs: list[Text]
    failed: list[Any] = []
    answers: list[Apart] = Field(min_length=1)
    labels: Labels = Labels()


# Calibrate


class Target(_Stored):
    """How well a target is met."""

    metric: Text
    title: Text
    wanted: float
    present: Bounded
    fitted: Bounded
    fresh: Bounded
    is_met: bool
    least: Number = None
    largest: Number = None


class MovedInput(_Stored):
    """An input that was moved."""

    path: Text
    title: Text
    low: float
    high: float
    present: float
    was_uncertain: bool
    value: float
    written: float | Text
    near_low: Number = None
    near_high: Number = None


class StoredCalibration(_Stored):
    """A fit: what ``negosim calibrate --json`` prints."""

    scenario: Of
    run: Run
    is_met: bool
    targets: list[Target] = Field(min_length=1)
    inputs: list[MovedInput] = Field(min_length=1)
    looked: list[Any] = []
    labels: Labels = Labels()


# Sweep


class SweptInput(_Stored):
    """An input that varies over a sweep."""

    id: Text
    title: Text
    path: Text
    is_duration: bool = False


class Point(_Stored):
    """A setting, and what it comes to."""

    point: int
    values: dict[Text, float | Text | None]
    status: Text
    trials: int
    metrics: dict[Text, Bounded] = {}
    message: Text | None = None


class SweptMetric(_Stored):
    """What is counted."""

    name: Text
    is_share: bool


class Design(_Stored):
    """What was asked of which scenario."""

    title: Text
    scenario: Text
    negosim: Text
    build: dict[Text, Any] = {}
    command: Text | None = None
    variant: Text | None = None
    set: dict[Text, Any] = {}
    seed: int
    trials: int
    metrics: list[SweptMetric] = Field(min_length=1)
    factors: list[SweptInput]
    labels: Labels = Labels()


class Done(_Stored):
    """How much of a sweep is done."""

    parts: int
    done: int
    failed: int = 0


class StoredSweep(_Stored):
    """A scenario at many settings, of which `points` may hold the first: a folder of a sweep, or what it prints."""

    design: Design
    progress: Done
    points: list[Point]
    settings: int | None = None


# Hindcast

Scores = dict[Literal["brier", "log", "auc", "auc_same_horizon"], Bounded]


class Judged(Bounded):
    """A difference of scores, and what it says of the model."""

    model_is: Text


class Rates(_Stored):
    """A mean share beside the rate of deals."""

    mean: Number
    rate: Number
    n: int
    cases: int = 0
    deals: int = 0
    rate_low: Number = None
    rate_high: Number = None
    gap: Bounded = Bounded(value=None)


class Bin(Rates):
    """Targets whose share lies between two bounds."""

    start: float = Field(alias="from")
    end: float = Field(alias="to")


class Varied(_Stored):
    """The model played in another way."""

    brier: Bounded
    difference: Scores


class SignedTerms(_Stored):
    """How often the likeliest option is the one that was signed."""

    model: Number
    model_low: Number = None
    model_high: Number = None
    middle: Number
    middle_low: Number = None
    middle_high: Number = None
    difference: Bounded
    issues: int
    cases: int
    unsigned: int = 0


class Forecast(_Stored):
    """One target, and what was said of it."""

    case: Text
    start: Text
    months: int
    deal: bool
    model: float
    standard_error: float = 0.0
    logit: Number = None
    rate_by_horizon: Number = None


class Constant(_Stored):
    """A constant of the encoding."""

    value: float
    set: bool = False
    why: Text = ""
    best: Number = None
    low: Number = None
    high: Number = None


class StoredHindcast(_Stored):
    """The model held against negotiations that are over: what ``negosim hindcast --json`` prints."""

    cases: int
    targets: int
    deals: int
    scores: dict[Text, Scores]
    differences: dict[Text, dict[Text, Judged]]
    horizons: dict[Text, Rates]
    calibration: list[Bin]
    terms: SignedTerms | None = None
    blinded: Varied
    t_zero: Varied
    doubled_rhythm: Varied
    shipped: Varied | None = None
    held_out: bool
    forecasts: list[Forecast] = Field(min_length=1)
    constants: dict[Text, Constant] = {}
    remarks: list[Text] = []
    run: Run
    labels: Labels = Labels()


StoredResult = (
    StoredComparison | StoredSensitivity | StoredUncertainty | StoredCalibration | StoredSweep | StoredHindcast
)
