"""The explanation of a scenario on a terminal or in a plain pipe: the model as it will be run."""

from __future__ import annotations

from rich.console import Console

from negosim.report import explain_inputs, explain_parties, explain_room
from negosim.report.layout import INDENT, Section
from negosim.report.prose import prose, show_section
from negosim.report.screen import changed
from negosim.report.writing import Summary, clean, counted, listed, long_date, made_by

_HASH = 12


def print_explanation(explanation: Summary, console: Console) -> None:
    """Print the resolved model of a scenario.

    Parameters
    ----------
    explanation : the explanation, as ``negosim explain --json`` prints it.
    console : where to print; reads well from 80 columns, with or without colour.
    """
    scenario = explanation["scenario"]
    prose(console, clean(scenario["title"]), "bold")
    until = f"As of {long_date(scenario['as_of'])}, to the horizon of {long_date(scenario['horizon'])}"
    prose(console, f"{until}, in steps of {scenario['step']}")
    for line in changed(explanation["labels"], scenario["variant"], {}):
        prose(console, line)
    show_section(console, Section("In short", _short(explanation), []))
    for section in _sections(explanation):
        if section.body:
            show_section(console, section)
    if explanation["notes"]:
        console.print()
        prose(console, "Notes", "bold")
        for note in explanation["notes"]:
            prose(console, f"- {clean(note)}", indent=INDENT, hanging=2)
    console.print()
    drawn = explanation["drawn"]
    prose(
        console,
        f"Scenario {scenario['sha256'][:_HASH]}, {counted(drawn['trials'], 'drawn trial')}, seed {drawn['seed']}, "
        f"{made_by(drawn)}. Nothing was played.",
        "dim",
    )


def _short(explanation: Summary) -> str:
    size = explanation["size"]
    sizes = [counted(size["parties"], "party", "parties")]
    nouns = {"issues": "issue", "chips": "chip", "talks": "track", "events": "event", "variants": "variant"}
    sizes += [counted(size[key], noun) for key, noun in nouns.items() if size[key]]
    return f"{listed(sizes)}. {explain_room.opening_words(explanation)}"


def _sections(explanation: Summary) -> list[Section]:
    return [
        explain_inputs.overrides(explanation),
        explain_room.room(explanation),
        explain_room.issues(explanation),
        explain_parties.parties(explanation),
        explain_parties.distances(explanation),
        explain_parties.war(explanation),
        explain_inputs.talks(explanation),
        explain_inputs.grounds(explanation),
        explain_inputs.defaults(explanation),
        explain_inputs.asked(explanation),
    ]
