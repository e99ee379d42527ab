"""Judgement: everything that is wrong with a document, by its limits, its schema and its cross-references."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import ValidationError

from negosim.scenario.checks import check
from negosim.scenario.checks_limits import check_limits
from negosim.scenario.messages import schema_problems
from negosim.scenario.reader import Document
from negosim.scenario.references import References
from negosim.scenario.schema.document import ScenarioFile
from negosim.scenario.scope import WHOLE, Scope


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a document.

    Attributes
    ----------
    file : the content of a document that has been judged whole and is sound.
    document : a copy of the document with its problems, and nothing of what its reading has found.
    too_large : whether a limit is exceeded; nothing else has been looked at then.
    """

    file: ScenarioFile | None
    document: Document
    too_large: bool = False


def judged(document: Document, scope: Scope = WHOLE, known: References | None = None) -> Judgement:
    """Judge a document beyond what its reading has found.

    Parameters
    ----------
    document : as read; it is left as it is.
    scope : which parts of it to judge.
    known : references of a document that declares the same, to save time where only parts are judged.
    """
    copy = replace(document, problems=[], refused=set(document.refused))
    names = References(copy, known)
    if not check_limits(names):
        return Judgement(None, copy, too_large=True)
    file = None
    try:
        found = ScenarioFile.model_validate(scope.reduced(document.data))
        file = found if scope is WHOLE else None
    except ValidationError as error:
        copy.problems.extend(schema_problems(error, copy))
    check(names, scope)
    return Judgement(file, copy)
