"""About: what a scenario says of itself, and what its rules leave possible."""

from __future__ import annotations

import re

from negosim.engine.plan import Change, Plan
from negosim.results.trials import sides
from negosim.scenario.paths import WAR

_NO_PROSE = re.compile(r"#{1,6}\s|[|>]|```|~~~|( {4}|\t)|[-*_]{3,}\s*$|<!--")
"""How lines of Markdown begin that are not running text: headings, tables, quotes, code, rules, comments."""

_LEFT_OUT = re.compile(r"(?:^|(?<=\s))(?:\*\*What it leaves out\.?\*\*\.?|Left out:)\s+(.+)\Z", re.DOTALL)
"""How a paragraph says what a scenario leaves out: from these words to its end."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_MARKS = (
    re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"),
    re.compile(r"\*(?=\S)(.+?)(?<=\S)\*"),
    re.compile(r"(?<!\w)__?(?=\S)(.+?)(?<=\S)__?(?!\w)"),
    re.compile(r"`([^`]+)`"),
)


def first_paragraph(markdown: str | None) -> str | None:
    r"""Return the first paragraph of running text as one line without marks, or None where there is none.

    >>> first_paragraph("# Title\n\nA *small* war, see\n[the notes](notes.md).\n\nMore.")
    'A small war, see the notes.'
    """
    for block in re.split(r"\n[ \t]*\n", (markdown or "").strip("\n")):
        lines = block.split("\n")
        while lines and lines[0].startswith("#"):
            lines = lines[1:]
        if lines and not _NO_PROSE.match(lines[0]):
            text = _plain(" ".join(" ".join(lines).split()))
            if text:
                return text
    return None


def left_out(markdown: str | None) -> str | None:
    """Return what a scenario says that it leaves out, as one line without marks, or None where it says nothing.

    >>> left_out("What is judged. Weights. Left out: the islands, and a *way* out.")
    'the islands, and a way out.'
    """
    for block in re.split(r"\n[ \t]*\n", markdown or ""):
        found = _LEFT_OUT.search(block)
        if found:
            return _plain(" ".join(found[1].split())) or None
    return None


def _plain(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return text


def possible(plan: Plan) -> list[str]:
    """Return the outcomes and states that something in the scenario can bring, sorted.

    An agreement needs a track of its kind, a victory a war, and fading out a rate that is above 0 or may be changed.
    The rest of what a summary counts is 0 because of what the scenario leaves out, not because of how it came out.
    """
    found: set[str] = {track.kind for track in plan.tracks}
    if found & {"ceasefire", "settlement"}:
        found.add("agreement")
    found |= {"war", "victory", *(f"victory:{party}" for party, _ in sides(plan))} if plan.war else {"impasse"}
    if plan.war and _fades(plan):
        found.add("faded")
    return sorted(found)


def _fades(plan: Plan) -> bool:
    path = WAR.fade()
    changed = {
        effect.target
        for holder in (*(event.effects for event in plan.events), *(stock.when_empty for stock in plan.stocks))
        for effect in holder
        if isinstance(effect, Change)
    }
    return plan.quantities[path].support[1] > 0 or path in changed
