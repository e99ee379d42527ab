"""To score: what was said of questions whose outcomes are known, of ordinary scenarios and of sealed forecasts.

A scenario is played; a sealed forecast is taken by its word once it fits together. Scores are those of the hindcast
(Brier 1950; Good 1952), question by question, beside every published forecast of the same question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from negosim.engine.compile import compiled
from negosim.engine.run import played
from negosim.engine.work import BUDGET, check, work_of
from negosim.experiments.blocks import kept_of
from negosim.experiments.errors import SealError
from negosim.experiments.hindcast.scores import Array, Draws, Forecast, Outcomes, brier, drawn, interval, log_score
from negosim.experiments.score.outcomes import matched, read_outcomes, titled
from negosim.experiments.score.result import FileScore, Happened, QuestionScore, Said, ScoreCard, Total, Versus
from negosim.experiments.seal.sealed import LARGEST, Sealed, SealedQuestion, is_sealed, sealed
from negosim.results.build_identity import origin
from negosim.results.intervals import wilson
from negosim.scenario.load import Scenario, loads
from negosim.scenario.problems import one_line
from negosim.scenario.reader import read
from negosim.scenario.regular import read_regular
from negosim.scenario.schema.document import Outcome, Question, Source
from negosim.scenario.shipped import scenario_file

File = str | Path | Scenario
"""A scenario, or the path of a scenario or of a sealed forecast."""

_DRAWS_SEED = 1
"""Seed of the draws of files behind the intervals of totals."""


@dataclass(frozen=True)
class _Asked:
    """What is to be scored of one file, before the outcomes are known."""

    score: FileScore
    outcomes: Mapping[str, Outcome | None]


def score(
    files: File | Sequence[File],
    *,
    outcomes: str | Path | Sequence[str | Path] = (),
    trials: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    budget: float | None = BUDGET,
    command: str | None = None,
) -> ScoreCard:
    """Score questions whose outcomes are known.

    Parameters
    ----------
    files : scenarios, which are played, or sealed forecasts, which are not; or the names of shipped scenarios.
    outcomes : files of outcomes, or the names of scenarios of which one comes with negosim; the others are those that
        the questions themselves carry.
    trials, seed, workers : of scenarios that are played; see `negosim.run`.
    budget : seconds of work on one processor that it may take; None for as much as it takes.
    command : the command line that asks, if there is one.

    Raises
    ------
    ScenarioError
        With the problems of a scenario or of a file of outcomes.
    SealError
        Where a sealed forecast cannot be read, or has been changed.
    BudgetError
        Where the work is estimated to be more than the budget.
    OSError
        Where a file cannot be read.
    ValueError
        Where trials, seed or workers are out of range, or there is nothing to score.
    """
    if trials < 1 or seed < 0 or workers < 1:
        raise ValueError("trials and workers must be at least 1, the seed at least 0")
    paths = [outcomes] if isinstance(outcomes, str | Path) else list(outcomes)
    read_ = [_opened(file) for file in ([files] if isinstance(files, str | Path | Scenario) else files)]
    if not read_:
        raise ValueError("there is nothing to score")
    known = matched(map(read_outcomes, paths), [_title(found) for found in read_])
    scored = []
    for found in read_:
        is_of = known.get(_title(found))
        asked = _of_sealed(found) if isinstance(found, Sealed) else _of_scenario(found, trials, seed, workers, budget)
        added = is_of.of(_titles(asked), _as_of(found)) if is_of else {}
        for name, outcome in added.items():
            own = asked.outcomes[name]
            if is_of and own and own.happened != outcome.happened:
                raise is_of.problem(("outcomes", name), f"the scenario itself has another outcome of '{name}'")
        scored.append(_scored({**asked.outcomes, **added}, asked.score))
    return _card(scored, origin(command))


def _opened(file: File) -> Scenario | Sealed:
    if isinstance(file, Scenario):
        return file
    content = read_regular(scenario_file(file), LARGEST)
    if not is_sealed(content):
        return loads(content, name=str(file))
    found = sealed(content, str(file))
    if found.faults:
        raise SealError(one_line(f"{file}: it has been changed since it was sealed, and is not scored: "
                                 f"{found.faults[0]} ('negosim verify' says more)"))  # fmt: skip
    return found


def _title(found: Scenario | Sealed) -> str:
    return found.forecast.scenario.title if isinstance(found, Sealed) else found.file.title


def _as_of(found: Scenario | Sealed) -> Any:
    return found.forecast.scenario.as_of if isinstance(found, Sealed) else found.file.as_of


def _titles(asked: _Asked) -> dict[str, str]:
    return {name: question.title for name, question in asked.score.questions.items()}


def _of_scenario(scenario: Scenario, trials: int, seed: int, workers: int, budget: float | None) -> _Asked:
    """Play a scenario."""
    file, plan = scenario.file, compiled(scenario.file)
    check(work_of(plan, trials, zones=False), budget)
    blocks = partial(played, plan=plan, trials=trials, seed=seed, workers=workers)
    answers = kept_of(blocks, plan, None, keep=False, zones=False).tally.answers
    shares = {question.id: wilson(int(yes), trials) for question, yes in zip(plan.questions, answers, strict=True)}
    questions = {
        name: _question(name, question, shares[name], file.sources) for name, question in file.questions.items()
    }
    outcomes = {
        name: question.outcome
        and question.outcome.model_copy(update={"source": titled(question.outcome.source, file.sources)})
        for name, question in file.questions.items()
    }
    found = FileScore(
        scenario.document.name, "scenario", file.title, file.as_of.isoformat(), None, None, trials, seed,
        scenario.variant, questions,
    )  # fmt: skip
    return _Asked(found, outcomes)


def _of_sealed(found: Sealed) -> _Asked:
    """Take a sealed forecast by its word."""
    forecast, sources = found.forecast, _sources(found.forecast.scenario.text, found.name)
    questions = {}
    for name, sealed_ in forecast.questions.items():
        share = {"p": sealed_.p, "low": sealed_.low, "high": sealed_.high}
        questions[name] = _question(name, sealed_, share, sources)
    outcomes = {
        name: question.outcome
        and question.outcome.model_copy(update={"source": titled(question.outcome.source, sources)})
        for name, question in forecast.questions.items()
    }
    score_ = FileScore(
        found.name, "sealed", forecast.scenario.title, forecast.scenario.as_of.isoformat(), forecast.on.isoformat(),
        found.seal, forecast.run.trials, forecast.run.seed, forecast.run.variant, questions,
    )  # fmt: skip
    return _Asked(score_, outcomes)


def _sources(text: str, name: str) -> dict[str, Source]:
    """Return the sources of a scenario that another version of negosim may have read."""
    sources = read(text, name).data.get("sources")
    titles = {key: value.get("title") for key, value in sources.items()} if isinstance(sources, dict) else {}
    return {key: Source.model_construct(title=title) for key, title in titles.items() if isinstance(title, str)}


def _question(
    name: str, question: Question | SealedQuestion, share: Mapping[str, Any], sources: Mapping[str, Source]
) -> QuestionScore:
    benchmarks = tuple(
        Said(
            item.p, source=titled(item.source, sources), on=item.on.isoformat() if item.on else None, note=item.note
        )
        for item in question.benchmarks
    )  # fmt: skip
    return QuestionScore(
        question.title or name, question.reach, question.by.isoformat(),
        str(question.lasting) if question.lasting else None, None, False,
        Said(share["p"], share["low"], share["high"]), benchmarks,
    )  # fmt: skip


def _scored(outcomes: Mapping[str, Outcome | None], file: FileScore) -> FileScore:
    """Return a file with the outcomes of its questions and the scores of what was said of them."""
    questions = {}
    for name, question in file.questions.items():
        outcome = outcomes[name]
        if outcome is None:
            questions[name] = question
            continue
        happened, on = outcome.happened, outcome.on.isoformat() if outcome.on else None
        questions[name] = replace(
            question,
            outcome=Happened(happened, on, outcome.source),
            too_late=bool(file.sealed_on and on and on <= file.sealed_on),
            simulated=_with_scores(question.simulated, happened, file.trials),
            benchmarks=tuple(_with_scores(said, happened, file.trials) for said in question.benchmarks),
        )
    return replace(file, questions=questions)


def _with_scores(said: Said, happened: bool, trials: int) -> Said:
    forecast = Forecast(np.array([said.p]))
    one = np.zeros(1)
    outcome = Outcomes(one.astype(np.intp), one, one.astype(np.intp), np.array([happened]))
    weights = np.ones((1, 1))
    return replace(
        said,
        brier=float(brier(forecast, outcome, weights)[0]),
        log=float(log_score(forecast, outcome, weights, trials)[0]),
    )


# -- totals ------------------------------------------------------------------------------------------------------------


def _card(files: Sequence[FileScore], made_by: Mapping[str, Any]) -> ScoreCard:
    """Return the score card of all files."""
    known = [
        (place, question)
        for place, file in enumerate(files)
        for question in file.questions.values()
        if question.outcome
    ]
    pairs: dict[str | None, list[tuple[int, Said, Said]]] = {}
    for place, question in known:
        for said in question.benchmarks:
            pairs.setdefault(said.source, []).append((place, question.simulated, said))
    total = _total([(place, question.simulated) for place, question in known]) if known else None
    every = sum(len(file.questions) for file in files)
    return ScoreCard(
        tuple(files), total, tuple(_versus(source, of) for source, of in pairs.items()), every - len(known), made_by
    )


def _versus(source: str | None, pairs: Sequence[tuple[int, Said, Said]]) -> Versus:
    ours = [(place, said) for place, said, _ in pairs]
    theirs = [(place, said) for place, _, said in pairs]
    apart = [(place, (mine.brier or 0.0) - (its.brier or 0.0)) for place, mine, its in pairs]
    return Versus(source, _total(ours), _total(theirs), _mean(apart))


def _total(said: Sequence[tuple[int, Said]]) -> Total:
    files = len({place for place, _ in said})
    brier_ = _mean([(place, one.brier or 0.0) for place, one in said])
    return Total(len(said), files, brier_, _mean([(place, one.log or 0.0) for place, one in said]))


def _mean(values: Sequence[tuple[int, float]]) -> Any:
    """Return a mean over questions, with the bootstrap interval of drawing files again where there are enough."""
    places = {place: at for at, place in enumerate(sorted({place for place, _ in values}))}
    cases = np.array([places[place] for place, _ in values], dtype=np.intp)
    scores: Array = np.array([value for _, value in values])
    draws: Draws = drawn(len(places), seed=_DRAWS_SEED)
    weights = draws.weights[:, cases]
    return interval(float(scores.mean()), (weights @ scores) / weights.sum(axis=1))
