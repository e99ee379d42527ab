"""The summary of a run: the object that ``negosim run --json`` prints (scenario format, last section)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from negosim.engine.plan import Plan
from negosim.engine.record.history import History
from negosim.results.about import first_paragraph, possible
from negosim.results.base_rates import base_rate
from negosim.results.build_identity import origin
from negosim.results.intervals import mean_interval, mean_of, ratio_of, wilson
from negosim.results.labels import labels
from negosim.results.ripeness import ripeness, zones
from negosim.results.tally import Tally, TrackTally, tallied
from negosim.results.trials import state_columns
from negosim.scenario.dates import quarter_ends
from negosim.scenario.load import Scenario
from negosim.scenario.schema.document import Question


@dataclass(frozen=True)
class Run:
    """What a run was asked for, and how long it took.

    Attributes
    ----------
    command : the command line that asked for it; None for a run from Python.
    """

    trials: int
    seed: int
    seconds: float
    command: str | None = None


def heading(scenario: Scenario, run: Run) -> dict[str, Any]:
    """Return what every result of a run says first: what was run, what was asked of it and which build played it."""
    file = scenario.file
    return {
        "scenario": {
            "title": file.title,
            "sha256": scenario.sha256,
            "as_of": file.as_of.isoformat(),
            "horizon": file.end.isoformat(),
            "about": first_paragraph(file.summary),
            "variants": {name: variant.title for name, variant in sorted(file.variants.items())},
        },
        "run": {
            **origin(run.command),
            "trials": run.trials,
            "seed": run.seed,
            "variant": scenario.variant,
            "variant_title": file.variants[scenario.variant].title if scenario.variant else None,
            "set": dict(sorted(scenario.overrides.items())),
            "seconds": round(run.seconds, 3),
        },
    }


def summarised(scenario: Scenario, plan: Plan, played: Tally | History, run: Run) -> dict[str, Any]:
    """Summarise a run.

    Parameters
    ----------
    scenario, plan : what was run.
    played : the tally of all its trials, or their histories.
    run : what it was asked for.

    Returns
    -------
    The JSON object of the contract: every share with its 95 % Wilson interval, which is Monte-Carlo error only.
    """
    tally = played if isinstance(played, Tally) else tallied(plan, played)
    summary = _Summary(scenario, plan, tally)
    return {
        **heading(scenario, run),
        "possible": possible(plan),
        "reached": summary.reached(),
        "final_state": summary.final_state(),
        "held": summary.held(),
        "terms": {track.id: summary.terms(index) for index, track in enumerate(plan.tracks)},
        "below_aspiration": {track.id: summary.below(index) for index, track in enumerate(plan.tracks)},
        "refusals": {track.id: summary.refusals(index) for index, track in enumerate(plan.tracks)},
        "ratification": {track.id: summary.ratification(index) for index, track in enumerate(plan.tracks)},
        "ripeness": ripeness(plan, tally),
        "zopa": zones(plan, tally),
        "tolls": summary.tolls(),
        "questions": summary.questions(),
        "base_rate": base_rate(scenario.file, plan, tally),
        "occupancy": summary.occupancy(),
        "labels": labels(scenario.file, numbered=False),
        "notes": list(scenario.notes),
    }


class _Summary:
    def __init__(self, scenario: Scenario, plan: Plan, tally: Tally) -> None:
        self.scenario = scenario
        self.plan = plan
        self.tally = tally
        self.trials = tally.trials

    def reached(self) -> dict[str, Any]:
        """Return for every outcome the share that had reached it, by date."""
        file, ticks = self.scenario.file, self.plan.ticks
        dates = {
            *quarter_ends(file.as_of, file.end),
            *(item.by for item in file.questions.values()),
            file.end,
        }
        last = {date: int(np.searchsorted(ticks.days, (date - file.as_of).days, side="right")) - 1 for date in dates}
        reached = {}
        for kind, counts in self.tally.reached.items():
            upto = np.cumsum(counts)
            by = {date.isoformat(): wilson(int(upto[last[date]]), self.trials) for date in sorted(dates)}
            half = (self.trials + 1) // 2
            median = ticks.date(int(np.searchsorted(upto, half))).isoformat() if upto[-1] >= half else None
            reached[kind] = {"by": by, "median_date": median}
        return reached

    def final_state(self) -> dict[str, Any]:
        """Return the share of histories that end in each state."""
        last = self.tally.occupancy[-1]
        return {name: wilson(int(last[column]), self.trials) for name, column in state_columns(self.plan)}

    def occupancy(self) -> dict[str, Any]:
        """Return the shares of histories in each state, tick by tick."""
        ticks = self.plan.ticks
        return {
            "dates": [ticks.date(tick).isoformat() for tick in range(len(ticks))],
            "states": {
                name: (self.tally.occupancy[:, column] / self.trials).tolist()
                for name, column in state_columns(self.plan)
            },
        }

    def held(self) -> dict[str, Any]:
        """Return how often an agreement lasted, of those reached early enough before the horizon to tell."""
        return {
            kind: {name: {**wilson(int(lasted), int(n)), "n": int(n)} for name, (lasted, n) in lengths.items()}
            for kind, lengths in self.tally.held.items()
        }

    def terms(self, index: int) -> dict[str, Any]:
        """Return what the first text signed on a track said in each history, and what it is worth to whom."""
        track, totals = self.plan.tracks[index], self.tally.tracks[index]
        n = totals.signed
        if not n:
            return {"signed": 0, "issues": {}, "utility": {}}
        issues = {
            self.plan.issues[issue]: {
                option: wilson(int(count), n)
                for option, count in zip(self.plan.options[issue], totals.chosen[self.plan.slots[issue]], strict=True)
            }
            for issue in track.agenda.issues
        }
        worth = zip(track.consenters, totals.worth, strict=True)
        return {
            "signed": n,
            "issues": issues,
            "utility": {self.plan.parties[party]: mean_of(total) for party, total in worth},
        }

    def below(self, index: int) -> dict[str, Any]:
        """Return how many of all signatures on a track were of a text worth less to somebody than it asked for."""
        kept = self.tally.tracks[index]
        share = wilson(kept.below, kept.signatures)
        return {"signed": kept.signatures, "share": share["p"], "low": share["low"], "high": share["high"]}

    def refusals(self, index: int) -> dict[str, Any]:
        """Return who refused, as a share of the rounds without a signature, and over what."""
        track, totals = self.plan.tracks[index], self.tally.tracks[index]
        return {
            self.plan.parties[party]: {
                **ratio_of(sums, self.trials),
                "issues": self._objections(totals, party),
            }
            for party, sums in zip(track.consenters, totals.refused, strict=True)
        }

    def _objections(self, totals: TrackTally, party: int) -> dict[str, float]:
        counts = totals.objections[party]
        total = int(counts.sum())
        named = {self.plan.issues[issue]: int(counts[issue]) / total for issue in np.nonzero(counts)[0]}
        return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))

    def ratification(self, index: int) -> dict[str, Any]:
        """Return how each body has voted on what was signed on a track."""
        track, totals = self.plan.tracks[index], self.tally.tracks[index]
        result: dict[str, Any] = {}
        for body, votes, approved in zip(track.bodies, totals.votes.tolist(), totals.approved.tolist(), strict=True):
            party = result.setdefault(self.plan.parties[body.party], [])
            party.append({"by": body.name, "votes": votes, "approved": wilson(approved, votes)})
        return result

    def tolls(self) -> dict[str, Any]:
        """Return what the fighting cost: the mean with its interval, and the spread across histories."""
        war, result = self.scenario.file.war, {}
        for index, toll in enumerate(self.plan.tolls):
            values = self.tally.toll(index)
            p05, p50, p95 = np.quantile(values, [0.05, 0.5, 0.95])
            unit = war.tolls[toll].unit if war else None
            result[toll] = {
                **mean_interval(values), "p05": float(p05), "p50": float(p50), "p95": float(p95), "unit": unit,
            }  # fmt: skip
        return result

    def questions(self) -> dict[str, Any]:
        """Return the answers beside the published benchmarks."""
        return {
            plan.id: {
                **asked(plan.id, self.scenario.file.questions[plan.id]),
                **wilson(int(self.tally.answers[index]), self.trials),
            }
            for index, plan in enumerate(self.plan.questions)
        }


def asked(name: str, question: Question) -> dict[str, Any]:
    """Return what a question asks, what others have forecast, and what came of it, as plain data."""
    outcome = question.outcome
    return {
        "title": question.title or name,
        "reach": question.reach,
        "by": question.by.isoformat(),
        "lasting": str(question.lasting) if question.lasting else None,
        "benchmarks": [
            {"p": item.p, "on": _written(item.on), "source": item.source, "note": item.note}
            for item in question.benchmarks
        ],
        "outcome": outcome and {"happened": outcome.happened, "on": _written(outcome.on), "source": outcome.source},
    }


def _written(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
