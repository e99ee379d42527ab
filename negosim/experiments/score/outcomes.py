"""Files of outcomes: what came of the questions of a scenario, in a file that the scenario does not read.

``outcomes_of`` names the scenario by its title, so that no other with a question of the same name is scored by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from negosim.scenario import limits
from negosim.scenario.limits import BYTES
from negosim.scenario.messages import schema_problems
from negosim.scenario.problems import Path as DataPath
from negosim.scenario.problems import Problem, ScenarioError, dotted, instead
from negosim.scenario.reader import Document, read
from negosim.scenario.regular import read_regular
from negosim.scenario.schema.base import Id, Label, Model
from negosim.scenario.schema.document import Outcome, Source
from negosim.scenario.shipped import outcomes_file

_NO_MAPPING = "a file of outcomes is a mapping with the keys 'outcomes_of' and 'outcomes'"


class OutcomesFile(Model):
    """A file of outcomes."""

    outcomes_of: Label = Field(description="the title of the scenario", examples=["Two sides, one border"])
    sources: dict[Id, Source] = Field(
        default={}, description="where they can be read", max_length=limits.SOURCES.most, examples=[{}]
    )
    outcomes: dict[Label, Outcome] = Field(
        description="question, by its id or its title: what came of it",
        min_length=1,
        max_length=limits.QUESTIONS.most,
        examples=[{"truce": {"happened": False, "on": "2025-06-30", "source": "survey"}}],
    )


@dataclass(frozen=True)
class Known:
    """The outcomes of one scenario, as a file states them."""

    file: OutcomesFile
    document: Document

    def problem(self, path: DataPath, message: str, *, key: bool = False) -> ScenarioError:
        """Return the error for something wrong at a path of the file."""
        return ScenarioError([Problem(self.document.position(path, key=key), dotted(path), message)])

    def of(self, titles: Mapping[str, str], as_of: dt.date) -> dict[str, Outcome]:
        """Return the outcomes of questions by id, sources by their titles.

        Parameters
        ----------
        titles : of the questions that there are, by id.
        as_of : of the scenario.

        Raises
        ------
        ScenarioError
            Where a question is none of the scenario's, is named twice, or its outcome was known before the scenario
            begins.
        """
        by_title = {title: name for name, title in titles.items()}
        found: dict[str, Outcome] = {}
        for key, outcome in self.file.outcomes.items():
            name = key if key in titles else by_title.get(key)
            if name is None:
                raise self.problem(
                    ("outcomes", key), f"the scenario has no question '{key}' ({instead(key, titles, 'questions')})",
                    key=True,
                )  # fmt: skip
            if name in found:
                raise self.problem(("outcomes", key), f"the outcome of '{name}' is given twice", key=True)
            if outcome.on and outcome.on < as_of:
                raise self.problem(
                    ("outcomes", key, "on"), f"{outcome.on} lies before as_of ({as_of}): that is no outcome"
                )
            found[name] = outcome.model_copy(update={"source": titled(outcome.source, self.file.sources)})
        return found


def titled(source: str | None, sources: Mapping[str, Source]) -> str | None:
    """Return the title of a source that is an entry of ``sources``, or the text that it is."""
    return sources[source].title if source is not None and source in sources else source


def read_outcomes(path: str | Path) -> Known:
    """Read a file of outcomes, or that of the scenario of a name, where one comes with negosim.

    Raises
    ------
    ScenarioError
        With every problem of the file.
    OSError
        Where it cannot be read.
    """
    document = read(read_regular(outcomes_file(path), BYTES.most), str(path), wanted=_NO_MAPPING)
    problems = list(document.problems)
    try:
        file = OutcomesFile.model_validate(document.data)
    except ValidationError as error:
        problems += schema_problems(error, document, OutcomesFile)
        raise ScenarioError(problems) from None
    if problems:
        raise ScenarioError(problems)
    return Known(file, document)


def matched(known: Iterable[Known], titles: Iterable[str]) -> dict[str, Known]:
    """Return the files of outcomes by the title of their scenario.

    Parameters
    ----------
    titles : of the scenarios that are scored.

    Raises
    ------
    ScenarioError
        Where a file is of none of them, or of the same as another.
    """
    wanted, found = list(titles), dict[str, Known]()
    for each in known:
        title = each.file.outcomes_of
        if title not in wanted:
            raise each.problem(
                ("outcomes_of",), f"no scenario of this title is scored ({instead(title, wanted, 'titles')})"
            )
        if title in found:
            raise each.problem(("outcomes_of",), f"two files of outcomes are of '{title}'")
        found[title] = each
    return found
