"""Encoding: the one rule that makes a scenario of a coded case, as of the opening of its talks or of an anniversary.

What it makes is an ordinary scenario file. The numbers all come from `negosim.experiments.hindcast.constants`; the rule
in words, with its reasons, is docs/explanation/encoding.md. Nothing here looks at what came of a case but for
`_questions`, whose outcomes nothing that is simulated reads.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from negosim.experiments.hindcast.constants import Constants
from negosim.experiments.hindcast.identifiers import identifiers
from negosim.experiments.hindcast.readings import battlefield, bias, enforcement, remarks, spoilers
from negosim.experiments.hindcast.schema import Case, CaseIssue, CaseParty, later
from negosim.experiments.hindcast.targets import HORIZONS, deal_between, starts
from negosim.experiments.store.atomic import write_whole
from negosim.scenario.dates import DAYS_PER_YEAR
from negosim.scenario.schema.base import RESERVED_IDS

TRACK = "talks"
"""The only track of an encoded case."""
OPEN = "open"
"""The option of an issue that no deal has settled."""
GUARANTEE = "guarantee"
"""The issue nobody weighs, whose option carries the guarantee of a case."""
_MONTH = DAYS_PER_YEAR / 12
_NOTE = 200
"""Characters of a note in a scenario."""


def encode(
    case: Case,
    start: dt.date,
    constants: Constants | None = None,
    *,
    horizon_months: int = 12,
    blinded: bool = False,
    judgement: float | None = None,
    rounds_every: float | None = None,
) -> dict[str, Any]:
    """Make a scenario of a case, as plain data that a scenario file may hold.

    Parameters
    ----------
    case : the coded negotiation.
    start : as of when; the war and the talks are as old as they were then.
    constants : of the rule; default the shipped ones.
    horizon_months : how far it looks.
    blinded : leave the coded red lines out, to see how much of the score they carry.
    judgement : in place of the constant ``judgement_noise``; 0: nobody has moods.
    rounds_every : days between rounds, in place of the constant ``every_days``.
    """
    encoder = _Encoder(case, start, constants or Constants(), blinded, judgement, rounds_every)
    return encoder.scenario(horizon_months)


def encoded_text(scenario: dict[str, Any]) -> str:
    """Write an encoded case as the text of a scenario file."""
    text: str = yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True, width=120)
    return text


def write(cases: Sequence[Case], constants: Constants | None, folder: str | Path) -> list[Path]:
    """Write the scenarios of cases into a folder, one for each start: ``<case>-<date>.yaml``.

    Raises
    ------
    OSError
        Where one cannot be written.
    """
    written = []
    names = identifiers(case.id for case in cases)
    for case in cases:
        for start in starts(case):
            path = Path(folder) / f"{names[case.id]}-{start}.yaml"
            write_whole(path, encoded_text(encode(case, start, constants)).encode())
            written.append(path)
    return written


def war_age(case: Case, start: dt.date, constants: Constants) -> float:
    """Return for how many years a war has gone on; without one, as `patience_age_years` says, and growing."""
    if case.war_began is None:
        return constants.patience_age_years + max((start - case.talks_began).days, 0) / DAYS_PER_YEAR
    return max((start - case.war_began).days, 0) / DAYS_PER_YEAR


def opening_zone(issue: CaseIssue, sides: Sequence[CaseParty]) -> bool:
    """Tell whether both sides could live with one and the same option of an issue as talks began."""
    first, second = (issue.red[side.id] for side in sides)
    return first is None or second is None or second <= first


@dataclass(frozen=True)
class _Encoder:
    """One case at one start."""

    case: Case
    start: dt.date
    constants: Constants
    blinded: bool
    judgement: float | None
    rounds_every: float | None

    def scenario(self, horizon_months: int) -> dict[str, Any]:
        """Put the parts together."""
        war = {"war": self._war()} if battlefield(self.case).fighting else {}
        return {
            "negosim": 1,
            "title": f"{self.case.title[:160]}, {self.start}",
            "summary": self._summary(),
            "as_of": str(self.start),
            "horizon": str(later(self.start, horizon_months)),
            "sources": {"case": {"title": f"{self.case.title[:120]}: the coded case, by the rule of encoding"}},
            "parties": {self._ids[party.id]: self._party(party) for party in self._signatories},
            "issues": self._issues() | self._guarantee(),
            **war,
            "talks": {TRACK: self._track()},
            "questions": self._questions(horizon_months),
        }

    # -- parties ---------------------------------------------------------------------------------------------------

    @cached_property
    def _signatories(self) -> tuple[CaseParty, ...]:
        return (*self.case.sides, *self.case.others)

    @cached_property
    def _ids(self) -> dict[str, str]:
        return identifiers([party.id for party in self._signatories], taken=RESERVED_IDS)

    def _party(self, party: CaseParty) -> dict[str, Any]:
        constants = self.constants
        noise = constants.judgement_noise if self.judgement is None else self.judgement
        return {
            "name": party.name or party.id,
            "time_preference": constants.time_preference,
            "war_cost": _law(self._cost(party), constants.cost_spread, f"hurt {self.case.mhs:g}"),
            "patience": {
                "lognormal": {"median": _months(self._patience), "spread": constants.patience_spread},
                "source": "case",
                "note": f"{self._age:.1f} years, hurt {self.case.mhs:g}, leverage {self.case.mediator.leverage:g}",
            },
            **self._spent(),
            "concession": constants.concession,
            "judgement_noise": noise,
            "exposure": _around(constants.exposure, 3 * constants.exposure),
        }

    def _spent(self) -> dict[str, Any]:
        """Return how far the clocks have run as talks open; earlier talks are not counted at an anniversary."""
        months = self.constants.opening_months if self.start <= self.case.talks_began else 0.0
        return {"patience_used": {"value": _months(months), "source": "judgement"}} if months else {}

    @cached_property
    def _age(self) -> float:
        return war_age(self.case, self.start, self.constants)

    @cached_property
    def _patience(self) -> float:
        """Return the median patience in months."""
        constants, case = self.constants, self.case
        age = (self._age + constants.patience_age_offset) / (
            constants.patience_age_years + constants.patience_age_offset
        )
        excess = (case.mhs - constants.mhs_middle) + (case.mediator.leverage - constants.leverage_middle)
        halvings = excess / constants.patience_halving
        months: float = constants.patience_months * age**constants.patience_age_power * 2.0**-halvings
        return min(max(months, 0.1), 12_000.0)

    def _cost(self, party: CaseParty) -> float:
        constants = self.constants
        cost = constants.cost_base + constants.cost_mhs * self.case.mhs / 100
        fights = battlefield(self.case).fighting and party in self.case.sides
        return (
            cost * math.sqrt(constants.cost_salience / party.salience) * (1 if fights else constants.cost_without_war)
        )

    # -- issues ----------------------------------------------------------------------------------------------------

    @cached_property
    def _front(self) -> float:
        first, second = (side.power for side in self.case.sides)
        return self.constants.front_power * (first - second) / (first + second) if first + second else 0.0

    @cached_property
    def _issue_ids(self) -> dict[str, str]:
        return identifiers([issue.id for issue in self.case.issues], taken={GUARANTEE})

    def _issues(self) -> dict[str, Any]:
        return {self._issue_ids[issue.id]: self._issue(issue) for issue in self.case.issues}

    def _issue(self, issue: CaseIssue) -> dict[str, Any]:
        options = identifiers(issue.options, taken={OPEN})
        titles = {options[option]: option.replace("_", " ") for option in issue.options}
        return {
            "title": issue.id.replace("_", " "),
            "status_quo": OPEN,
            "options": {OPEN: "Not settled", **titles},
            "views": {
                **{self._ids[side.id]: self._view(issue, place, titles) for place, side in enumerate(self.case.sides)},
                **{self._ids[party.id]: self._other_view(titles) for party in self.case.others},
            },
        }

    def _view(self, issue: CaseIssue, place: int, options: dict[str, str]) -> dict[str, Any]:
        """Return what a side makes of an issue."""
        side, constants = self.case.sides[place], self.constants
        last, ideal = len(options) - 1, issue.ideal[side.id]
        farthest = max(ideal, last - ideal)
        share = (1 + self._front) / 2 if place == 0 else (1 - self._front) / 2
        values = {OPEN: _rounded(constants.pie_without_deal * share)}
        values |= {name: _rounded(1 - ((number - ideal) / farthest) ** 2) for number, name in enumerate(options)}
        weight = issue.w[side.id]
        return {
            "salience": _law(weight, constants.salience_spread) if weight else 0,
            "values": values,
            "red_lines": {OPEN: "never", **self._lines(issue, place, list(options))},
            "source": "case",
        }

    def _lines(self, issue: CaseIssue, place: int, options: list[str]) -> dict[str, Any]:
        """Return the red lines of a side: means in months, and the chance that there is one at all."""
        red = issue.red[self.case.sides[place].id]
        if red is None or self.blinded:
            return {}
        lines = {}
        for number, name in enumerate(options):
            beyond = number - red if place == 0 else red - number
            mean = self.constants.line_months * max(beyond, 1)
            chance = self._chance_beyond(mean) if beyond > 0 else self._chance_within(mean)
            if chance > 0:
                lines[name] = _line(mean, chance)
        return lines

    def _chance_beyond(self, mean: float) -> float:
        """Return the chance that a line at an option beyond what was acceptable as talks began still stands."""
        age = max((self.start - self.case.talks_began).days / _MONTH, 0.0)
        return self.constants.line_real * math.exp(-age / mean)

    def _chance_within(self, mean: float) -> float:
        """Return the chance that there was a line, before talks began, at an option that was acceptable then."""
        lead = max((self.case.talks_began - self.start).days / _MONTH, 0.0)
        return -math.expm1(-lead / mean)

    def _other_view(self, options: dict[str, str]) -> dict[str, Any]:
        """Return what a further party makes of an issue: it likes middles."""
        ends = {0, len(options) - 1}
        values = {OPEN: self.constants.others_open}
        values |= {name: self.constants.others_ends if number in ends else 1.0 for number, name in enumerate(options)}
        return {"salience": 1, "values": values, "source": "judgement"}

    def _guarantee(self) -> dict[str, Any]:
        strength = enforcement(self.case, self.constants)
        if not strength:
            return {}
        width = self.constants.enforcement_width
        law = {
            "triangular": [_rounded(max(strength - width, 0)), strength, _rounded(min(strength + width, 1))],
            "source": "case",
            "note": self.case.mediator.guarantor[:_NOTE],
        }
        return {
            GUARANTEE: {
                "title": "Guarantee",
                "status_quo": "none",
                "options": {"none": "No guarantee", "given": {"title": "A guarantee", "enforcement": law}},
            }
        }

    # -- war and talks ---------------------------------------------------------------------------------------------

    def _war(self) -> dict[str, Any]:
        constants, reading = self.constants, battlefield(self.case)
        drift = 0.0 if reading.gains is None else constants.drift * (1 if reading.gains == 0 else -1)
        return {
            "between": [self._ids[side.id] for side in self.case.sides],
            "front": {"value": _rounded(self._front), "source": "case", "note": "from the powers of the two sides"},
            "drift": {"value": drift, "source": "case", "note": self.case.battlefield[:_NOTE]},
            "volatility": constants.volatility * (constants.low_level if reading.low_level else 1),
        }

    def _track(self) -> dict[str, Any]:
        constants, case = self.constants, self.case
        mediator = {} if case.mediator.id == "none" else {"mediator": case.mediator.id}
        guarantee = {"first_draft": {GUARANTEE: "given"}} if self._guarantee() else {}
        factors = self._leanings()
        sides = [self._ids[side.id] for side in case.sides]
        pressure = {
            side: constants.pressure * case.mediator.leverage / 100 * (2 - factor)
            for side, factor in zip(sides, factors, strict=True)
        }
        pressed = {
            side: _law(value, constants.pressure_spread, f"leverage {case.mediator.leverage:g}")
            for side, value in pressure.items()
            if value
        }
        breach = constants.breach * (1 + constants.breach_spoiler * spoilers(case))
        return {
            "kind": "settlement",
            "title": case.title[:_NOTE],
            "every": f"{constants.every_days if self.rounds_every is None else self.rounds_every:g} days",
            "between_rounds": "stands",  # so that the constant `every_days` decides next to nothing
            "signatories": [self._ids[party.id] for party in self._signatories],
            "revisions": round(constants.revisions),
            **mediator,
            **guarantee,
            "weights": dict(zip(sides, factors, strict=True)),
            **({"pressure": pressed} if pressed else {}),
            "after": {"breach": _law(breach, constants.breach_spread, f"{spoilers(case)} spoilers")},
        }

    def _leanings(self) -> tuple[float, float]:
        """Return the weights of the two sides with the mediator: 1 each, but for one that it favours."""
        favoured, slight = bias(self.case)
        if favoured is None:
            return 1.0, 1.0
        lean = self.constants.bias_slight if slight else self.constants.bias_strong
        return (1 + lean, 1 - lean) if favoured == 0 else (1 - lean, 1 + lean)

    # -- for the reader --------------------------------------------------------------------------------------------

    def _questions(self, horizon_months: int) -> dict[str, Any]:
        """Ask for a deal at the fixed horizons, with what came of it where that is known."""
        found: dict[str, Any] = {}
        for months in HORIZONS:
            end = later(self.start, months)
            deal = deal_between(self.case, self.start, end)
            outcome = {} if deal is None else {"outcome": {"happened": deal, "source": "case"}}
            if months <= horizon_months:
                title = f"A deal within {months} months?"
                found[f"deal_{months}_months"] = {"title": title, "reach": "settlement", "by": str(end), **outcome}
        return found

    def _summary(self) -> str:
        parts = [
            f"The coded case {self.case.title} as of {self.start}, encoded by the rule that is the same for all cases "
            "(docs/explanation/encoding.md). Coded by somebody who knew what came of it.",
            *(["The coded red lines are left out."] if self.blinded else []),
            *remarks(self.case),
        ]
        return "\n".join(parts)


# -- how numbers are written ----------------------------------------------------------------------------------------


def _rounded(value: float) -> float:
    return round(value, 6)


def _months(months: float) -> str:
    return f"{months:.6f}".rstrip("0").rstrip(".") + " months"


def _law(median: float, spread: float, note: str | None = None) -> dict[str, Any]:
    """Write a lognormal law; of a median of 0 the number."""
    origin = {"source": "case"} | ({"note": note} if note else {})
    if median <= 0:
        return {"value": 0, **origin}
    return {"lognormal": {"median": float(f"{median:.9g}"), "spread": spread}, **origin}


def _around(mode: float, most: float) -> dict[str, Any]:
    return {"triangular": [0, mode, most], "source": "judgement"} if mode else {"value": 0, "source": "judgement"}


def _line(mean: float, chance: float) -> dict[str, Any]:
    """Write a red line that stands with a chance and then lifts after an exponential time; else it lifts at once."""
    stands = round(chance, 6)
    return {"choice": {"1 day": round(1 - stands, 6), _months(mean): stands}}
