"""The file of a sealed forecast: what stands in it, and how it is read from a stranger's hands.

It is JSON: ``negosim_sealed``, the version of the format; ``forecast``, what was forecast and all it takes to play it
again; ``seal``, the SHA-256 of the forecast in canonical form (keys sorted, no blanks). The seal does not say who made
the file, nor when: whoever can show that the seal was known at a date can show that the forecast was made by then.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from negosim.experiments.errors import SealError
from negosim.results.intervals import wilson
from negosim.scenario import limits
from negosim.scenario.problems import one_line
from negosim.scenario.regular import read_regular
from negosim.scenario.schema.base import Date, Label, Model, Text
from negosim.scenario.schema.document import Benchmark, Outcome, Probability

FORMAT = 1
"""Version of the layout of a sealed forecast."""

KEY = "negosim_sealed"
"""The key by which a sealed forecast is known."""

LARGEST = 16_000_000
"""Bytes that a sealed forecast may have: a scenario of the largest size, escaped, and its counts."""

MOST_BLOCKS = 500
"""Blocks of trials that a forecast is counted in."""

MOST_TRIALS = 100_000_000
"""Trials that a run may have; see `negosim.cli.options`."""

_MOST_SHOWN = 5
_ROUNDING = 1e-12

_HASH = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_ScenarioText = Annotated[str, StringConstraints(min_length=1, max_length=limits.BYTES.most)]


def _as_counts(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}(?: [0-9]{1,9}){0,499}", value, re.ASCII):
        raise ValueError(f"it is not one to {MOST_BLOCKS} counts with blanks between")
    return tuple(map(int, value.split(" ")))


_Counts = Annotated[tuple[int, ...], BeforeValidator(_as_counts)]


class SealedShare(Model):
    """A share of the histories, and in how many histories of each block it was so."""

    p: Probability
    low: Probability
    high: Probability
    yes: _Counts


class SealedQuestion(SealedShare):
    """A question with its answer, as the scenario stated it."""

    title: Label
    reach: Text
    by: Date
    lasting: Label | None
    benchmarks: Annotated[tuple[Benchmark, ...], Field(strict=False, max_length=limits.BENCHMARKS.most)]
    outcome: Outcome | None


class SealedScenario(Model):
    """What was played.

    ``sha256`` is the hash of what the file says, whatever its layout; ``text_sha256`` that of its very text.
    """

    title: Label
    as_of: Date
    horizon: Date
    sha256: _HASH
    text_sha256: _HASH
    text: _ScenarioText


class SealedRun(Model):
    """How it was played."""

    trials: Annotated[int, Field(ge=1, le=MOST_TRIALS)]
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    variant: Text | None
    set: Annotated[dict[Text, Any], Field(max_length=limits.SETTINGS.most)]


class Trials(Model):
    """The digests of the trials, by block; see `negosim.results.digests`."""

    block: Annotated[int, Field(ge=1, le=MOST_TRIALS)]
    rows: Annotated[tuple[_HASH, ...], Field(strict=False, min_length=1, max_length=MOST_BLOCKS)]


class Forecast(Model):
    """What was forecast, by which build, and all it takes to play it again."""

    on: Date
    negosim: Label
    build: Annotated[dict[Label, Label | None], Field(max_length=50)]
    scenario: SealedScenario
    run: SealedRun
    questions: Annotated[dict[Text, SealedQuestion], Field(max_length=limits.QUESTIONS.most)]
    reached: Annotated[dict[Text, SealedShare], Field(max_length=20)]
    trials: Trials


class SealedFile(Model):
    """A sealed forecast."""

    negosim_sealed: Literal[1]
    forecast: Forecast
    seal: _HASH


def canonical(forecast: Mapping[str, Any]) -> bytes:
    """Write a forecast so that it can be written in one way only."""
    return json.dumps(forecast, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def hash_of(forecast: Mapping[str, Any]) -> str:
    """Return the seal of a forecast."""
    return hashlib.sha256(canonical(forecast)).hexdigest()


class Sealed:
    """A sealed forecast that has been read.

    Attributes
    ----------
    name : how messages call the file.
    forecast : what it says.
    seal : the hash that it bears.
    faults : what in it does not fit together, in words: it has been changed since, or was never what it claims.
    """

    def __init__(self, name: str, file: SealedFile, plain: Mapping[str, Any]) -> None:
        self.name = name
        self.forecast = file.forecast
        self.seal = file.seal
        self.faults = tuple(_faults(file, plain))


def is_sealed(content: bytes) -> bool:
    """Tell whether the content of a file claims to be a sealed forecast, and not a scenario."""
    return content.lstrip()[:1] == b"{" and f'"{KEY}"'.encode() in content


def read_sealed(path: Path) -> Sealed:
    """Read a sealed forecast; see `sealed`.

    Raises
    ------
    OSError
        Where it cannot be read.
    """
    return sealed(read_regular(path, LARGEST), str(path))


def sealed(content: bytes, name: str) -> Sealed:
    """Read a sealed forecast from the content of a file.

    Raises
    ------
    SealError
        Where it is none, or too large. What does not fit together is no error; see `Sealed.faults`.
    """
    if len(content) > LARGEST:
        raise SealError(one_line(f"{name}: the file is larger than {LARGEST:,} bytes"))
    try:
        plain = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refused,
                           parse_float=_finite)  # fmt: skip
        file = SealedFile.model_validate(plain)
    except json.JSONDecodeError as error:
        raise SealError(one_line(f"{name}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}")) from None
    except ValidationError as error:
        raise SealError("\n".join(_said(name, item) for item in error.errors()[:_MOST_SHOWN])) from None
    except (ValueError, RecursionError) as error:
        reason = "values are nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SealError(one_line(f"{name}: this is no sealed forecast: {reason}")) from None
    return Sealed(name, file, plain["forecast"])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _said(name: str, error: Any) -> str:
    path = ".".join(map(str, error["loc"]))
    message = "the key is missing" if error["type"] == "missing" else error["msg"][:1].lower() + error["msg"][1:]
    return one_line(f"{name}: {path}: {message}" if path else f"{name}: this is no sealed forecast: {message}")


def _faults(file: SealedFile, plain: Mapping[str, Any]) -> list[str]:
    """Say what in a forecast does not fit together, without playing anything."""
    forecast, scenario = file.forecast, file.forecast.scenario
    found = []
    if hash_of(plain) != file.seal:
        found.append("the seal is not that of the forecast")
    if hashlib.sha256(scenario.text.encode("utf-8", "surrogatepass")).hexdigest() != scenario.text_sha256:
        found.append("the hash of the text is not that of the text")
    trials, size = forecast.run.trials, forecast.trials.block
    sizes = [min(size, trials - first) for first in range(0, trials, size)] if trials <= size * MOST_BLOCKS else []
    if len(sizes) != len(forecast.trials.rows):
        return [*found, f"{trials:,} trials are not {len(forecast.trials.rows)} blocks of {size:,}"]
    shares = {**{f"the question '{key}'": value for key, value in forecast.questions.items()},
              **{f"the outcome '{key}'": value for key, value in forecast.reached.items()}}  # fmt: skip
    for what, share in shares.items():
        if len(share.yes) != len(sizes) or any(map(int.__gt__, share.yes, sizes)):
            found.append(f"the counts of {what} are not those of {len(sizes)} blocks")
        elif _differs(share, sum(share.yes), trials):
            found.append(f"the share of {what} is not what its counts come to")
    return found


def _differs(share: SealedShare, yes: int, trials: int) -> bool:
    """Tell whether a share or its interval is another than its counts come to."""
    meant = wilson(yes, trials)
    said = {"p": share.p, "low": share.low, "high": share.high}
    return any(abs(said[end] - (value or 0.0)) > _ROUNDING for end, value in meant.items() if isinstance(value, float))
