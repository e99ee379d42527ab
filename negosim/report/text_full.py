"""A text on the table, everything that is known of it; and two texts side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.prose import show_section
from negosim.report.text_words import change_words, issue_words, names, points, ranged
from negosim.report.writing import Summary, clean, column, counted, long_date, name, option_name, share_text

_COLUMNS = 5
"""Parties side by side in one table of what each issue gives."""

_HEAD = 9
"""Characters of a line in the head of a column."""

_LEAST = 0.005
"""Parts of a worth that round to nothing for everybody are left out."""


def sections(answer: Summary, text: Mapping[str, Any]) -> list[Section]:
    """Return everything that is known of a text."""
    return [make(answer, text) for make in (answers, red_lines, gains, changes, nearest, afterwards)]


def answers(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return what the text is worth to everybody, with the ranges over the inputs, and how often each signs."""
    blocks: list[list[Table | Text]] = []
    worths = table("Out of 100", "No deal", "This text", "Settles for", "Asks today", fixed=range(1, 5))
    shares = table("Would sign in", "Today", "Patience spent", "And no red lines", fixed=range(1, 4))
    asked = [party for party, said in text["parties"].items() if said["asked"]]
    cells = {key: column([text["parties"][party][key] for party in asked]) for key in ("signs_today", "signs", "wants")}
    for at, party in enumerate(asked):
        said = text["parties"][party]
        who = name(answer, "parties", party)
        add(worths, who, *(ranged(said[key]) for key in ("no_deal", "value", "settles_for", "asks")))
        add(shares, who, *(cells[key][at] for key in cells))
    blocks += [[worths], [shares]]
    waits = [
        f"{name(answer, 'parties', party)} would come down to it after {said['months_of_talks']:.0f} months of talks."
        for party in asked
        if (said := text["parties"][party])["months_of_talks"] and said["months_of_talks"] >= 1
    ]
    blocks.append([Text(line) for line in waits])
    caption = (
        "0 is a party's worst on every issue, 100 its ideal for ever; every uncertain input at its median, in brackets "
        "the 5 to 95 % range over the draws. Settles for: no deal, less what the mediator makes a refusal cost, plus "
        "what its own vote will ask. Asks: for the patience it has left. Shares of draws with 95 % interval; moods are "
        "left aside."
    )
    return Section("What everybody says", caption, stacked(blocks))


def red_lines(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return the red lines that the text crosses, with how often each has lifted by when."""
    lines = [(party, line) for party, said in text["parties"].items() if said["asked"] for line in said["red_lines"]]
    if not lines:
        return Section("Red lines", "It crosses none of those it asks.", [])
    dates = list(lines[0][1]["lifted"])
    grid = table("Party", "Red line", *(f"Lifted by {date}" for date in dates), fixed=range(2, 2 + len(dates)))
    last = ""
    for party, line in lines:
        words = f"{option_name(answer, line['issue'], line['option'])} ({issue_words(answer, line['issue'])})"
        shares = [share_text(line["lifted"][date]) for date in dates]
        add(grid, name(answer, "parties", party) if party != last else "", words, *shares)
        last = party
    every = text["all"]
    caption = "Share of draws in which a line that the text crosses has lifted by itself, with 95 % interval."
    for date in dates:
        lifted, signed = (share_text(every[key][date]) for key in ("lifted", "signs_if_lifted"))
        caption += f" By {long_date(date)} all have in {lifted}; all would then sign, all else as today, in {signed}."
    return Section("Red lines", caption, [grid])


def gains(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return what every issue gives and takes from everybody who is asked, and from whom bodies vote by."""
    parties = list(text["parties"])
    issues = list(next(iter(text["parties"].values()))["gains"]["issues"])
    blocks: list[list[Table | Text]] = []
    for start in range(0, len(parties), _COLUMNS):
        some = parties[start : start + _COLUMNS]
        found = {party: text["parties"][party]["gains"] for party in some}
        crossed = {party: {line["issue"] for line in text["parties"][party]["red_lines"]} for party in some}
        heads = [_head(answer, party) for party in some]
        grid = table("Against no deal", *heads, right=range(1, len(some) + 1))
        _gain_row(grid, "The war ends", [part["war_ends"]["at_medians"] for part in found.values()])
        for issue in issues:
            amounts = [part["issues"][issue]["at_medians"] for part in found.values()]
            marks = [issue in crossed[party] for party in some]
            if any(marks) or max(map(abs, amounts)) >= _LEAST:
                cells = [f"{points(amount)}{'x' if mark else ' '}" for amount, mark in zip(amounts, marks, strict=True)]
                add(grid, name(answer, "issues", issue), *cells)
        for key, words in (("linkages", "Options together"), ("may_break", "It may break"), ("total", "Together")):
            _gain_row(grid, words, [part[key]["at_medians"] for part in found.values()])
        blocks.append([grid])
    caption = (
        "Hundredths of a party's ideal, inputs at their medians; x where its red line is crossed. The war ends: peace "
        "with everything as it is, less what peace still costs, against no deal. It may break: what the risk of a "
        "breach takes away. Issues that move nobody by half a point are left out."
    )
    return Section("What it gives and takes", caption, stacked(blocks))


def _head(answer: Summary, party: str) -> str:
    """Return the head of a party's column, over as many lines as it has long words."""
    return textwrap.fill(name(answer, "short", party), _HEAD, break_long_words=False)


def _gain_row(grid: Table, words: str, amounts: list[float]) -> None:
    add(grid, words, *(f"{points(amount)} " for amount in amounts))


def changes(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return the changes that would win those who refuse."""
    blocks: list[list[Table | Text]] = []
    for party, found in text["changes"].items():
        grid = table("Change", "Then sign", "Costs or brings", fixed=(1,))
        for change in [*found["single"]["best"], *found["pairs"]["best"]]:
            moved = [
                f"{name(answer, 'short', other)} {points(amount)}"
                for other, amount in sorted(change["costs"].items(), key=lambda item: item[1])
                if round(100 * amount)
            ]
            signing = f"{len(change['signing'])} of {len(change['asked'])}"
            signing += "" if change["still_asked"] else ", not asked"
            add(grid, change_words(answer, change["options"]), signing, ", ".join(moved) or "nobody")
        counts = f"{counted(found['single']['found'], 'single change')} and {counted(found['pairs']['found'], 'pair')}"
        more = "" if found["pairs"]["complete"] else " (of the first pairs looked at)"
        head = Text(f"{name(answer, 'parties', party)}: {counts} would win it{more}.", style="bold")
        block: list[Table | Text] = [head]
        if found["single"]["best"] or found["pairs"]["best"]:
            block.append(grid)
        least = found["least"]
        if least and least["changes"]:
            block.append(Text(f"The fewest that do: {change_words(answer, least['changes'])}."))
        blocks.append(block)
    caption = (
        "Single changes of the text, and pairs of which neither does alone, after which the party would sign once its "
        "patience is spent, or need not be asked; those first after which fewest refuse, then those that cost the "
        "others least."
    )
    return Section("What would win those who refuse", caption, stacked(blocks)) if blocks else Section("", "", [])


def nearest(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return the nearest texts that all would sign, and whether this one is on the Pareto frontier."""
    body: list[Table | Text] = []
    for key, words in (("respected", "With today's red lines"), ("ignored", "Without red lines")):
        found = text["nearest"][key]
        if found["changes"] is None:
            body.append(Text(f"{words}: {'there is none' if found['settled'] else 'not settled'}."))
            continue
        said = change_words(answer, found["changes"]) or "this text itself"
        worth = ", ".join(
            f"{name(answer, 'short', party)} {points(item['value'], sign=False)} ({points(item['difference'])})"
            for party, item in found["parties"].items()
        )
        body.append(Text(f"{words}: {said}. Worth: {worth}."))
    frontier = text["frontier"]
    if frontier["better"]:
        gained = ", ".join(
            f"{name(answer, 'short', party)} {points(amount)}" for party, amount in frontier["gains"].items()
        )
        body.append(
            Text(f"Better for somebody, worse for nobody: {change_words(answer, frontier['better'])}: {gained}.")
        )
    elif frontier["is_on"]:
        body.append(Text("It is on the Pareto frontier: no text is better for one and worse for none."))
    else:
        body.append(Text("Whether it is on the Pareto frontier is not settled."))
    caption = (
        "The text in fewest changes that everybody it asks would sign once patience is spent; of those the one whose "
        "least satisfied party gains most. The Pareto frontier is that of those who may have to consent, among texts "
        "that cross no further red line. Both exact, by a mixed-integer program."
    )
    return Section("Other texts", caption, body)


def afterwards(answer: Summary, text: Mapping[str, Any]) -> Section:
    """Return how long the text would last, and what votes would say."""
    found = text["lasting"]
    grid = table("", "At the medians (5 to 95 % of draws)", fixed=(1,))
    add(grid, "Strength of the guarantees, of 100", ranged(found["guarantees"]))
    add(grid, "Breaches a year", ranged(found["hazard"], scale=1, decimals=2))
    years = found["median_years"]
    ends = [f"{years[key]:.1f}" if years[key] is not None else "never" for key in ("at_medians", "p05", "p95")]
    add(grid, "Years until half have broken", f"{ends[0]} ({ends[1]} to {ends[2]})")
    for span, share in found["holds"].items():
        mean = f"{100 * share['mean']:.0f} on average"
        add(grid, f"Holds {counted(int(span), 'year')}, of 100", f"{ranged(share)}, {mean}")
    blocks: list[list[Table | Text]] = [[grid]]
    if text["votes"]:
        cast = table("Vote", "By the values of", "Gain", "Asks", "Passes, of 100", fixed=(2, 3, 4))
        for vote in text["votes"]:
            add(cast, clean(vote["by"]), name(answer, "parties", vote["as"]), points(vote["gain"]["at_medians"]),
                points(vote["hurdle"]["at_medians"]), ranged(vote["passes"]))  # fmt: skip
        blocks.append([cast])
    caption = (
        "By the breach law of the talks"
        + (", with the penalty for pressure" if found["pressed"] else "")
        + f". Not counted: breaches by a side that would gain by one, as in {share_text(found['tempts'])} of draws at "
        "the opening. Votes as if they were held today, over the moods of those who vote."
    )
    return Section("If it were signed", caption, stacked(blocks))


# -- two texts --------------------------------------------------------------------------------------------------------


def print_comparison(answer: Summary, console: Console, most: int | None = None) -> None:
    """Print two texts side by side: who refuses each, then what each is worth, then where they differ.

    Parameters
    ----------
    most : issues on which they differ most, or None for all of them.
    """
    one, other = answer["texts"]
    lines = [_both(answer, text, words) for text, words in ((one, "First"), (other, "Second"))]
    caption = "Patience spent. Shares of draws with 95 % interval; other ranges: 5 to 95 %."
    show_section(console, Section("Signed, and afterwards", caption, [Text(line) for line in lines]))
    grid = table(
        "Out of 100", "Settles for", "First", "Second", "Second less first", fixed=range(1, 5), right=(1, 2, 3)
    )
    parties = [party for party in one["parties"] if one["parties"][party]["asked"] or other["parties"][party]["asked"]]
    for party in parties:
        before, after = one["parties"][party], other["parties"][party]
        cells = [points(before["settles_for"]["at_medians"], sign=False)]
        cells += [f"{points(said['value']['at_medians'], sign=False)} {_mark(said)}" for said in (before, after)]
        add(grid, name(answer, "parties", party), *cells, ranged(answer["compared"]["parties"][party]["difference"]))
    caption = "Median inputs; (s) signs today, (t) in time, (r) refuses, (-) is not asked."
    show_section(console, Section("What each is worth", caption, [grid]))
    show_section(console, _differing(answer, parties, most))


def _mark(said: Mapping[str, Any]) -> str:
    return {"signs": "(s)", "holds_out": "(t)", "refuses": "(r)"}[said["answer"]] if said["asked"] else "(-)"


def _differing(answer: Summary, parties: list[str], most: int | None) -> Section:
    compared = answer["compared"]
    moves = {party: compared["parties"][party]["gains"] for party in parties}
    issues = sorted(compared["issues"], key=lambda issue: -max(abs(part["issues"][issue]) for part in moves.values()))
    some = parties[:_COLUMNS]
    heads = [_head(answer, party) for party in some]
    grid = table("Second less first", *heads, right=range(1, len(some) + 1))
    for issue in issues[:most]:
        add(grid, name(answer, "issues", issue), *(points(moves[party]["issues"][issue]) for party in some))
    for key, words in (("linkages", "Options together"), ("may_break", "It may break")):
        add(grid, words, *(points(moves[party][key]) for party in some))
    caption = "Hundredths of a party's ideal, at the median inputs."
    shown = "" if most is None or most >= len(issues) else f", the {most} that weigh most"
    return Section(f"Where they differ: {counted(len(issues), 'issue')}{shown}", caption, [grid])


def _both(answer: Summary, text: Mapping[str, Any], words: str) -> str:
    every, lasting = text["all"], text["lasting"]
    refusing = [party for party, said in text["parties"].items() if said["asked"] and said["answer"] == "refuses"]
    signed = share_text(every["signs"])
    return (
        f"{words}: refused by {names(answer, refusing) or 'nobody'}; all sign in {signed} of draws, "
        f"{share_text(every['wants'])} without red lines; guarantees {ranged(lasting['guarantees'])}, holds a year in "
        f"{ranged(lasting['holds']['1'])} of 100."
    )
