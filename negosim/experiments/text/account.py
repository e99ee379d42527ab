"""The account of a text as plain data: at the medians of the inputs, and in draws of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from negosim.engine.foresight import NOBODY
from negosim.engine.plan import Plan
from negosim.engine.reception.gains import Gains, gains_of
from negosim.engine.reception.lasting import YEARS, lasting, patience_needed, votes
from negosim.engine.reception.opening import Opening, Responses
from negosim.engine.reception.search import Change, Changes, Nearest, frontier, nearest, nearest_for
from negosim.engine.streams import Array
from negosim.experiments.explain.opening_parties import spread
from negosim.experiments.text.asked import AskedText
from negosim.results.intervals import ShareDict, wilson
from negosim.scenario.dates import DAYS_PER_YEAR, Duration
from negosim.scenario.inputs import describe
from negosim.scenario.schema.document import ScenarioFile

Columns = NDArray[np.intp]
Flags = NDArray[np.bool_]

SIGNS, HOLDS_OUT, REFUSES = "signs", "holds_out", "refuses"
"""Signs at the opening; signs once its patience is spent; refuses even then."""

MOST_CHANGES = 5
"""Changes of each size that are kept for every refuser, the best ones."""

_MONTH = DAYS_PER_YEAR / 12


def account_of(file: ScenarioFile, asked: AskedText, text: Columns, middle: Opening, drawn: Opening) -> dict[str, Any]:
    """Return everything that is said of a text.

    Parameters
    ----------
    asked : as it was asked for.
    text : (issues,) the same as columns.
    middle : the opening with every uncertain input at its median.
    drawn : the opening in drawn trials.
    """
    plan = middle.values.plan
    one, many = middle.respond(text), drawn.respond(text)
    parts = gains_of(middle, text), gains_of(drawn, text)
    parties = {
        name: {
            **_party(file, middle, drawn, text, one, many, place),
            "gains": _gains(middle, parts, place),
        }
        for place, name in enumerate(plan.parties)
    }
    refusers = [place for place, name in enumerate(plan.parties)
                if one.asked[0, place] and parties[name]["answer"] == REFUSES]  # fmt: skip
    return {
        "title": asked.title,
        "name": asked.name,
        "changed": list(asked.changed),
        "source": asked.source,
        "options": _options(plan, text, middle.track.agenda.issues),
        "moved": _options(plan, text, np.nonzero(text != middle.status_quo)[0].tolist()),
        "may_be_put": bool(middle.may_be_put(text[None])[0]),
        "parties": parties,
        "all": _everybody(file, drawn, many),
        "changes": _changes(middle, text, refusers),
        "nearest": _nearest(middle, text),
        "frontier": _frontier(middle, text),
        "lasting": _lasting(middle, drawn, text, one, many),
        "votes": _votes(middle, drawn, one, many),
    }


def _options(plan: Plan, text: Columns, issues: Any) -> dict[str, str]:
    return {plan.issues[issue]: option_at(plan, issue, int(text[issue])) for issue in issues}


def option_at(plan: Plan, issue: int, column: int) -> str:
    """Return the id of the option at a column."""
    option: str = plan.options[issue][column - plan.slots[issue].start]
    return option


# -- parties ----------------------------------------------------------------------------------------------------------


def _party(
    file: ScenarioFile, middle: Opening, drawn: Opening, text: Columns, one: Responses, many: Responses, place: int
) -> dict[str, Any]:
    def both(name: str) -> dict[str, float]:
        return spread(getattr(one, name)[:, place], getattr(many, name)[:, place])

    patience = patience_needed(middle, one, one.rows)[0, place]
    return {
        "asked": bool(one.asked[0, place]),
        "answer": SIGNS if one.signs_today[0, place] else HOLDS_OUT if one.signs[0, place] else REFUSES,
        "value": both("value"),
        "no_deal": both("no_deal"),
        "settles_for": both("settles_for"),
        "asks": both("asks"),
        "short_of_asking": _less(one, many, "asks", place),
        "short_of_settling": _less(one, many, "settles_for", place),
        "red_lines": _lines(file, middle, drawn, one, place),
        "voters": _voters(middle, one, place),
        "over": _issue_name(middle.values.plan, middle.over(text, one, place)),
        "signs_today": _share(many.signs_today[:, place]),
        "signs": _share(many.signs[:, place]),
        "wants": _share(many.wants[:, place]),
        "lifted": _by_dates(file, drawn, lambda day: _lifted(drawn, many, day)[:, place]),
        "months_of_talks": None if np.isnan(patience) else float(patience) / _MONTH,
    }


def _issue_name(plan: Plan, issue: int | None) -> str | None:
    return None if issue is None else plan.issues[issue]


def _share(answers: Flags) -> ShareDict:
    return wilson(int(np.count_nonzero(answers)), answers.size)


def _less(one: Responses, many: Responses, name: str, place: int) -> dict[str, float]:
    """Return by how much the value of a text falls short of a number; below 0 where it exceeds it."""
    short = [(getattr(said, name) - said.value)[:, place] for said in (one, many)]
    return spread(*short)


def _lines(file: ScenarioFile, middle: Opening, drawn: Opening, one: Responses, place: int) -> list[dict[str, Any]]:
    """Return the live red lines of a party that the text crosses, and in which share of draws each has lifted when."""
    plan, found = middle.values.plan, []
    disputed = {**file.issues, **file.chips}
    for at, line in enumerate(middle.lines):
        if line.party != place or not one.crosses[0, at]:
            continue
        issue, option = plan.issues[line.issue], option_at(plan, line.issue, line.column)
        stated = disputed[issue].views[plan.parties[place]].red_lines[option]
        lifts = drawn.values.state.lifts[:, drawn.places[at]]
        found.append(
            {
                "issue": issue,
                "option": option,
                "lifts": "never" if isinstance(stated, str) else describe(stated, duration=True),
                "lifted": _by_dates(file, drawn, lambda day, lifts=lifts: lifts <= day),
            }
        )
    return found


def _voters(middle: Opening, one: Responses, place: int) -> str | None:
    """Return by whose values the first body of a party votes that is not expected to pass the text."""
    opponent = int(one.opponents[0, place])
    return None if opponent == NOBODY else middle.values.plan.parties[opponent]


def _gains(middle: Opening, parts: tuple[Gains, Gains], place: int) -> dict[str, Any]:
    """Return what a party's value against no deal is made of, at the medians and in drawn trials."""
    one, many = parts
    issues = middle.track.agenda.issues

    def both(name: str) -> dict[str, float]:
        return spread(getattr(one, name)[:, place], getattr(many, name)[:, place])

    return {
        "total": both("total"),
        "war_ends": both("war_ends"),
        "issues": {
            middle.values.plan.issues[issue]: spread(one.issues[:, at, place], many.issues[:, at, place])
            for at, issue in enumerate(issues)
        },
        "linkages": both("linkages"),
        "may_break": both("may_break"),
    }


# -- everybody together -----------------------------------------------------------------------------------------------


def _by_dates(file: ScenarioFile, drawn: Opening, answers: Any) -> dict[str, ShareDict]:
    """Return shares of draws by twelve months from the start, where that is before the horizon, and by the horizon."""
    year = Duration(12, "month").after(file.as_of)
    dates = [date for date in (year, file.end) if date <= file.end]
    return {date.isoformat(): _share(answers(float((date - file.as_of).days))) for date in dict.fromkeys(dates)}


def _lifted(drawn: Opening, many: Responses, day: float) -> Flags:
    """Tell of whom no red line that the text crosses stands any more on a day, (trials, parties)."""
    stands = many.crosses & (drawn.values.state.lifts[:, drawn.places] > day)
    lifted = np.ones_like(many.crossed)
    for at, line in enumerate(drawn.lines):
        lifted[:, line.party] &= ~stands[:, at]
    return lifted


def _everybody(file: ScenarioFile, drawn: Opening, many: Responses) -> dict[str, Any]:
    return {
        "signs_today": _share(many.everybody(many.signs_today)),
        "signs": _share(many.everybody(many.signs)),
        "wants": _share(many.everybody(many.wants)),
        "lifted": _by_dates(file, drawn, lambda day: many.everybody(_lifted(drawn, many, day))),
        "signs_if_lifted": _by_dates(file, drawn, lambda day: many.everybody(_lifted(drawn, many, day) & many.wants)),
    }


# -- other texts ------------------------------------------------------------------------------------------------------


def _changes(middle: Opening, text: Columns, refusers: list[int]) -> dict[str, Any]:
    if not refusers:
        return {}
    plan, consenters = middle.values.plan, middle.track.consenters
    singles, pairs = Changes.of(middle, text, 1), Changes.of(middle, text, 2)
    found = {}
    for party in refusers:
        others = [place for place in consenters if place != party]
        single = singles.winning(party, others)
        double = pairs.winning(party, others, single)
        least = None if single or double else nearest_for(middle, text, party)
        found[plan.parties[party]] = {
            "single": {"found": len(single), "best": [_said(plan, item, others) for item in single[:MOST_CHANGES]]},
            "pairs": {"found": len(double), "best": [_said(plan, item, others) for item in double[:MOST_CHANGES]],
                      "complete": pairs.complete},
            "least": None if least is None else _text_near(middle, text, least),
        }  # fmt: skip
    return found


def _said(plan: Plan, item: Change, others: list[int]) -> dict[str, Any]:
    return {
        "options": {
            plan.issues[int(plan.issue_of[column])]: option_at(plan, int(plan.issue_of[column]), column)
            for column in item.columns
        },
        "still_asked": item.still_asked,
        "signing": [plan.parties[place] for place in item.signing],
        "asked": [plan.parties[place] for place in item.asked],
        "costs": {plan.parties[place]: item.costs[place] for place in others},
    }


def _nearest(middle: Opening, text: Columns) -> dict[str, Any]:
    """Return the nearest texts that all would sign: with red lines as they stand, and without any."""
    return {
        "respected": _text_near(middle, text, nearest(middle, text)),
        "ignored": _text_near(middle, text, nearest(middle, text, red_lines=False)),
    }


def _text_near(middle: Opening, text: Columns, found: Nearest) -> dict[str, Any]:
    """Return a text by what it changes, and what it is worth to those it asks."""
    plan = middle.values.plan
    if found.text is None:
        return {"settled": found.settled, "changes": None, "parties": None}
    changed = np.nonzero(found.text != text)[0].tolist()
    before, after = middle.respond(text), middle.respond(found.text)
    return {
        "settled": True,
        "changes": _options(plan, found.text, changed),
        "parties": {
            plan.parties[place]: {
                "value": float(after.value[0, place]),
                "settles_for": float(after.settles_for[0, place]),
                "difference": float((after.value - before.value)[0, place]),
            }
            for place in np.nonzero(after.asked[0])[0].tolist()
        },
    }


def _frontier(middle: Opening, text: Columns) -> dict[str, Any]:
    found, plan = frontier(middle, text), middle.values.plan
    better, gains = None, None
    if found.better is not None:
        better = _options(plan, found.better, np.nonzero(found.better != text)[0].tolist())
        gains = {plan.parties[place]: found.gains[place] for place in middle.track.consenters}
    return {"is_on": found.is_on, "method": "mixed-integer program", "better": better, "gains": gains}


# -- afterwards -------------------------------------------------------------------------------------------------------


def _lasting(middle: Opening, drawn: Opening, text: Columns, one: Responses, many: Responses) -> dict[str, Any]:
    single, sample = lasting(middle, text, one), lasting(drawn, text, many)
    never = np.isinf(sample.median)
    return {
        "guarantees": spread(single.guarantees, sample.guarantees),
        "hazard": spread(single.hazard, sample.hazard),
        "pressed": bool((single.penalty != 1.0).any()),
        "median_years": _finite(single.median, sample.median),
        "never_breaks": _share(never),
        "holds": {
            str(years): {**spread(single.holds[years], sample.holds[years]), **_mean(sample.holds[years])}
            for years in YEARS
        },
        "tempts": _share(sample.tempts),
    }


def _finite(one: Array, many: Array) -> dict[str, float | None]:
    """Return a time with its range; None stands for never."""
    found = {"at_medians": float(one[0])}
    found["p05"], found["p95"] = (float(end) for end in np.quantile(many, [0.05, 0.95], method="nearest"))
    return {key: value if np.isfinite(value) else None for key, value in found.items()}


def _mean(chances: Array) -> dict[str, float]:
    return {"mean": float(chances.mean())}


def _votes(middle: Opening, drawn: Opening, one: Responses, many: Responses) -> list[dict[str, Any]]:
    plan = middle.values.plan
    return [
        {
            "by": single.body.name,
            "of": plan.parties[single.body.party],
            "as": plan.parties[single.body.votes_as],
            "gain": spread(single.gain, sample.gain),
            "hurdle": spread(single.hurdle, sample.hurdle),
            "passes": {**spread(single.passes, sample.passes), **_mean(sample.passes)},
        }
        for single, sample in zip(votes(middle, one), votes(drawn, many), strict=True)
    ]


# -- two texts --------------------------------------------------------------------------------------------------------


def compared(middle: Opening, drawn: Opening, first: Columns, second: Columns) -> dict[str, Any]:
    """Return how a second text differs from a first: by issue, and by what it is worth to each party."""
    plan = middle.values.plan
    values = [[opening.respond(text).value for text in (first, second)] for opening in (middle, drawn)]
    one, many = (after - before for before, after in values)
    parts = [gains_of(middle, text) for text in (first, second)]
    differing = np.nonzero(first != second)[0].tolist()
    return {
        "issues": {
            plan.issues[issue]: [option_at(plan, issue, int(text[issue])) for text in (first, second)]
            for issue in differing
        },
        "parties": {
            name: {"difference": spread(one[:, place], many[:, place]), "gains": _moved(middle, parts, place)}
            for place, name in enumerate(plan.parties)
        },
    }


def _moved(middle: Opening, parts: list[Gains], place: int) -> dict[str, Any]:
    """Return by how much each part of a party's value differs, at the medians."""
    before, after = parts
    issues = middle.track.agenda.issues
    return {
        "war_ends": float((after.war_ends - before.war_ends)[0, place]),
        "issues": {
            middle.values.plan.issues[issue]: float((after.issues - before.issues)[0, at, place])
            for at, issue in enumerate(issues)
        },
        "linkages": float((after.linkages - before.linkages)[0, place]),
        "may_break": float((after.may_break - before.may_break)[0, place]),
    }
