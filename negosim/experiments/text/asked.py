"""The text that is asked about: named in the scenario, written on the command line, or both, and the talks it suits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from negosim.engine.plan import Plan
from negosim.scenario.load import Scenario
from negosim.scenario.problems import instead
from negosim.scenario.schema.document import ScenarioFile

Columns = NDArray[np.intp]

_BY_WEIGHT = ("settlement", "ceasefire", "limited")
"""Kinds of talks, in the order in which a text that suits several is put to them."""

OWN = "A text put together for the question"
"""What a text is called that has no name."""


@dataclass(frozen=True)
class AskedText:
    """A text that is asked about.

    Attributes
    ----------
    title : what it is called.
    name : of the entry of ``texts`` that it is, or that it changes; None for neither.
    options : what it says, by issue; what it leaves out stays at the status quo.
    changed : the issues on which it departs from the entry.
    source : where the entry can be read.
    """

    title: str
    name: str | None
    options: Mapping[str, str]
    changed: tuple[str, ...] = field(default=())
    source: str | None = None


def asked_text(
    scenario: Scenario, name: str | None, put: Mapping[str, str], base: AskedText | None = None
) -> AskedText:
    """Return the text that a name and changes describe.

    Parameters
    ----------
    name : of an entry of ``texts``; None for none.
    put : issue: option, on top of what the entry says.
    base : the text that ``put`` changes where there is no name.

    Raises
    ------
    ValueError
        Where there is no such text, issue or option, or nothing is said at all.
    """
    file = scenario.file
    if name is None and not put:
        raise ValueError(f"name a text ({_names(file)}) or say what it holds (issue=option)")
    title, source, options = OWN, None, dict[str, str]()
    if name is not None:
        if name not in file.texts:
            raise ValueError(f"there is no text '{name}' ({instead(name, file.texts, 'texts')})")
        entry = file.texts[name]
        title, source, options = entry.title or name.replace("_", " "), entry.source, dict(entry.options)
    elif base is not None:
        name, title, source, options = base.name, base.title, base.source, dict(base.options)
    before = dict(options)
    for issue, option in put.items():
        _check(file, issue, option)
        options[issue] = option
    changed = tuple(sorted(issue for issue in put if before.get(issue) != options[issue])) if before else ()
    return AskedText(title, name, options, changed, source)


def _names(file: ScenarioFile) -> str:
    return f"texts: {', '.join(file.texts)}" if file.texts else "the scenario names none"


def _check(file: ScenarioFile, issue: str, option: str) -> None:
    disputed = {**file.issues, **file.chips}
    if issue not in disputed:
        raise ValueError(f"there is no issue '{issue}' ({instead(issue, disputed, 'issues')})")
    options = disputed[issue].options
    if option not in options:
        raise ValueError(f"there is no option '{option}' of {issue} ({instead(option, options, 'options')})")


def track_for(plan: Plan, file: ScenarioFile, texts: tuple[AskedText, ...], name: str | None) -> int:
    """Return the place of the talks that texts are put to.

    Without a name these are the talks that begin with one of the texts, else a settlement, a ceasefire or a limited
    deal whose agenda has every issue that the texts speak of; of several those that meet most often.

    Raises
    ------
    ValueError
        Where there are no such talks, or their agenda lacks an issue that a text moves.
    """
    ids = [track.id for track in plan.tracks]
    if name is not None:
        if name not in ids:
            raise ValueError(f"there are no talks '{name}' ({instead(name, ids, 'talks')})")
        place = ids.index(name)
        missing = _off_agenda(plan, place, texts)
        if missing:
            raise ValueError(f"the talks '{name}' do not talk about {', '.join(missing)}, which the text moves")
        return place
    fitting = [place for place in range(len(ids)) if not _off_agenda(plan, place, texts)]
    if not fitting:
        raise ValueError(_no_talks(plan, texts))
    drafts = [text.name for text in texts if text.name is not None]
    own = [place for draft in drafts for place in fitting if file.talks[ids[place]].first_draft == draft]
    if own:
        return own[0]
    return min(
        fitting,
        key=lambda place: (_BY_WEIGHT.index(plan.tracks[place].kind), -len(plan.tracks[place].rounds), ids[place]),
    )


def _off_agenda(plan: Plan, place: int, texts: tuple[AskedText, ...]) -> list[str]:
    """Return the issues that texts move from their status quo and that talks do not talk about."""
    on = {plan.issues[issue] for issue in plan.tracks[place].agenda.issues}
    return sorted({issue for text in texts for issue in _moved(plan, text) if issue not in on})


def _moved(plan: Plan, text: AskedText) -> list[str]:
    return [
        issue
        for issue, option in text.options.items()
        if _column(plan, issue, option) != int(plan.status_quo[plan.issues.index(issue)].columns[0])
    ]


def _no_talks(plan: Plan, texts: tuple[AskedText, ...]) -> str:
    if not plan.tracks:
        return "the scenario has no talks in which a text could be put"
    least = min(range(len(plan.tracks)), key=lambda place: len(_off_agenda(plan, place, texts)))
    missing = ", ".join(_off_agenda(plan, least, texts))
    return f"no talks have everything on their agenda that the text moves: '{plan.tracks[least].id}' lacks {missing}"


def _column(plan: Plan, issue: str, option: str) -> int:
    place = plan.issues.index(issue)
    return int(plan.slots[place].start) + plan.options[place].index(option)


def package_of(plan: Plan, text: AskedText, status_quo: Columns) -> Columns:
    """Return a text as columns, (issues,): the status quo where it says nothing."""
    package: Columns = np.array(status_quo, dtype=np.intp)
    for issue, option in text.options.items():
        package[plan.issues.index(issue)] = _column(plan, issue, option)
    return package
