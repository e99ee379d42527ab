"""What a scenario rests on: overrides, grounds of the inputs, defaults; and its talks, questions and levers."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.writing import Summary, clean, counted, listed, long_date, name, option_name

_MOST_OWNERS = 6

_KINDS = {
    "parties": "Parties: time, cost, patience",
    "salience": "Weights of issues",
    "values": "Values of options",
    "red_lines": "Red lines",
    "enforcement": "Strength of guarantees",
    "linkages": "Linkages",
    "war": "The war",
    "talks": "The talks",
    "events": "Events",
}


def overrides(summary: Summary) -> Section:
    """Return what a variant and further settings change."""
    body: list[Table | Text] = []
    for change in summary["overrides"]:
        body.append(Text(f"{clean(change['path'])} ({clean(change['origin'])})", style="bold"))
        body.append(Text(f"{clean(change['old'])} -> {clean(change['new'])}"))
    caption = "Old -> new, in the order in which they are applied; later ones see what earlier ones have set."
    return Section("Changed from the file", caption, body)


def grounds(summary: Summary) -> Section:
    """Return on what the stated inputs rest."""
    heads = ("Kind of input", "Source", "Judgement", "Nothing stated", "Uncertain")
    grid = table(*heads, fixed=range(1, 5), right=range(1, 5))
    counts = summary["inputs"]
    for kind, count in [*counts["kinds"].items(), ("all", counts["total"])]:
        cells = (f"{count[key]:,}" for key in ("source", "judgement", "nothing", "uncertain"))
        add(grid, _KINDS.get(kind, "All of them"), *cells, style="" if kind in _KINDS else "bold")
    total = sum(counts["total"][key] for key in ("source", "judgement", "nothing"))
    shares = (
        [f"{100 * counts['total'][key] / total:.0f} %" for key in ("source", "judgement", "nothing")] if total else []
    )
    caption = "Numbers and red lines that the file states, by what they rest on, and how many of them are uncertain."
    if shares:
        caption += f" {shares[0]} name a source, {shares[1]} are judgement, for {shares[2]} nothing is stated."
    return Section("What the inputs rest on", caption, [grid] if total else [])


def defaults(summary: Summary) -> Section:
    """Return the defaults that were filled in, folded."""
    grid = table("Key", "Filled in", "For", fixed=(0,))
    for default in summary["defaults"]:
        add(grid, default["key"], default["value"], _owners(default))
    caption = "What the file leaves out, and what holds there. A star stands for ids."
    return Section("Filled in by default", caption, [grid] if summary["defaults"] else [])


def _owners(default: dict[str, Any]) -> str:
    owners = [owner for owner in default["of"] if owner]
    if not owners:
        return ""
    if default["all"] and len(owners) > 1:
        return "all"
    return ", ".join(owners) if len(owners) <= _MOST_OWNERS else f"{len(owners)} of {default['among']}"


def talks(summary: Summary) -> Section:
    """Return who meets over what, how often and by which rules."""
    blocks: list[list[Table | Text]] = []
    for track, meeting in summary["tracks"].items():
        grid = table("", "")
        for label, words in _meeting(summary, meeting):
            add(grid, label, words)
        blocks.append([Text(f"{name(summary, 'tracks', track)} ({track})", style="bold"), grid])
    return Section("The talks", "Who meets over what, how often and by which rules.", stacked(blocks))


def _meeting(summary: Summary, meeting: dict[str, Any]) -> list[tuple[str, str]]:
    def names(keys: list[str]) -> str:
        return listed([name(summary, "parties", key) for key in keys])

    mediator = meeting["mediator"]
    revisions = f", {counted(meeting['revisions'], 'change')} of the draft a round"
    rows = [
        ("Kind", meeting["kind"]),
        ("Protocol", meeting["protocol"].replace("_", " ") + (revisions if "text" in meeting["protocol"] else "")),
        ("Mediator", name(summary, "parties", mediator) if mediator else "none"),
        ("Signatories", names(meeting["signatories"])),
        ("Also asked", _holders(summary, meeting)),
        (
            "Meets",
            f"from {long_date(meeting['opens'])}, every {meeting['every']} ({counted(meeting['rounds'], 'round')})",
        ),
        ("Agenda", f"{counted(len(meeting['issues']), 'issue')}: {', '.join(meeting['issues'])}"),
        ("First draft", _draft(summary, meeting["first_draft"])),
    ]
    if meeting["concession_laws"]:
        laws = [f"{name(summary, 'parties', key)} by {law}" for key, law in meeting["concession_laws"].items()]
        rows.append(("Concede", listed(laws)))
    if meeting["pressure"]:
        said = [f"{name(summary, 'parties', key)} ({value})" for key, value in meeting["pressure"].items()]
        rows.append(("Pressure", listed(said)))
    if meeting["deadline"]:
        deadline = meeting["deadline"]
        again = f", again every {deadline['repeats']}" if deadline["repeats"] else ""
        rows.append(("Deadline", f"{long_date(deadline['on'])}, credibility {deadline['credibility']}{again}"))
    for party, bodies in meeting["ratification"].items():
        rows.append(("Ratification", f"{name(summary, 'parties', party)}: {listed([clean(body) for body in bodies])}"))
    return rows


def _holders(summary: Summary, meeting: dict[str, Any]) -> str:
    held = [
        f"{name(summary, 'parties', party)} where {listed(chips, 'or')} moves"
        for party, chips in sorted(meeting["holders"].items())
        if party not in meeting["signatories"]
    ]
    return "; ".join(held) or "nobody"


def _draft(summary: Summary, draft: dict[str, str]) -> str:
    said = [f"{issue}: {option_name(summary, issue, option)}" for issue, option in draft.items()]
    return "; ".join(said) + "; the rest at today's state" if said else "today's state"


def asked(summary: Summary) -> Section:
    """Return the questions and levers in brief."""
    blocks: list[list[Table | Text]] = []
    if summary["questions"]:
        grid = table("Question", "By")
        for question in summary["questions"].values():
            add(grid, clean(question["title"]), question["by"])
        blocks.append([grid])
    if summary["levers"]:
        grid = table("Lever", "Range", fixed=(1,))
        for lever in summary["levers"].values():
            add(grid, clean(lever["title"]), " to ".join(lever["range"]))
            add(grid, clean(lever["path"]), "", style="dim", inset=2)
        blocks.append([grid])
    return Section("Questions and levers", "What is asked of a run, and the numbers worth moving.", stacked(blocks))
