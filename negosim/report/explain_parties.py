"""The parties and the war at the opening: what is at stake, how far apart they are, what they believe."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from negosim.report.layout import Section, add, stacked, table
from negosim.report.writing import Summary, name, share_text


def ranged(value: Mapping[str, float], decimals: int = 2) -> str:
    """Return a number at the medians with its range over drawn trials.

    >>> ranged({"at_medians": 0.364, "p05": 0.27, "p95": 0.46}), ranged({"at_medians": 1.0, "p05": 1.0, "p95": 1.0})
    ('0.36 (0.27 to 0.46)', '1.00')
    """
    middle, low, high = (f"{value[key]:.{decimals}f}" for key in ("at_medians", "p05", "p95"))
    middle, low, high = ("0.00" if number == "-0.00" else number for number in (middle, low, high))
    return middle if middle == low == high else f"{middle} ({low} to {high})"


def chance(value: Mapping[str, float]) -> str:
    """Return a chance at the medians with its range over drawn trials, in per cent."""
    middle, low, high = (f"{100 * value[key]:.0f}" for key in ("at_medians", "p05", "p95"))
    return f"{middle} %" if middle == low == high else f"{middle} % ({low} to {high})"


def parties(summary: Summary) -> Section:
    """Return what no deal, the status quo and victories are worth to every party."""
    sides = summary["war"]["between"] if summary["war"] else []
    heads = ["Party", "No deal", "Status quo", *(f"If {name(summary, 'parties', side)} wins" for side in sides)]
    grid = table(*heads, fixed=(1, 2))
    for key, party in summary["parties"].items():
        wins = [f"{party['if_wins'][side]['at_medians']:.2f}" for side in sides]
        add(grid, name(summary, "parties", key), ranged(party["no_deal"]), ranged(party["status_quo"]), *wins)
    body = [grid]
    lines = [
        f"{name(summary, 'parties', side)} is in a hurting stalemate, no deal being worth less to it than the status "
        f"quo, in {share_text(summary['parties'][side]['hurting'])} of the drawn trials."
        for side in sides
    ]
    caption = (
        "What each would have for ever, from 0 (its worst on every issue) to 1 (its ideal), at the opening: every "
        f"uncertain input at its median, in brackets the 5 to 95 % range over {summary['drawn']['trials']} drawn "
        "trials. " + ("No deal means fighting on." if sides else "No deal means the status quo, less what it costs.")
    )
    return Section("The parties", caption, [*body, *map(Text, lines)])


def distances(summary: Summary) -> Section:
    """Return how far the ideals lie apart."""
    matrix = summary["distances"]
    grid = table("", *(name(summary, "parties", key) for key in matrix), right=range(1, len(matrix) + 1))
    for one, row in matrix.items():
        cells = ["-" if other == one else f"{value:.2f}" for other, value in row.items()]
        add(grid, name(summary, "parties", one), *cells)
    caption = (
        "What the party of the row would lose, out of 1, if the ideal of the party above were the deal: the sum over "
        "the issues of its own weight times how much less it likes the other's best option than its own."
    )
    return Section("How far apart they are", caption, [grid] if len(matrix) > 1 else [])


def war(summary: Summary) -> Section:
    """Return the front, where it tends, and what each side gives itself."""
    found = summary["war"]
    if not found:
        return Section("The war", "", [])
    first, second = (name(summary, "parties", side) for side in found["between"])
    numbers = table("", "At the medians", "As stated", fixed=(1,))
    words = {"front": "Front", "drift": "True drift, a year", "volatility": "Volatility, over a year"}
    for key, label in words.items():
        add(numbers, label, ranged(found[key]), found[key]["stated"])
    beliefs = table("Who", "Drift it expects", f"{first} wins", f"{second} wins", fixed=(1, 2, 3))
    for side, belief in found["beliefs"].items():
        wins = [chance(belief["win"][key]) for key in found["between"]]
        add(beliefs, f"{name(summary, 'parties', side)} believes", ranged(belief["drift"]), *wins)
    add(
        beliefs,
        "By the scenario's own drift",
        ranged(found["drift"]),
        *(chance(found["win"][key]) for key in found["between"]),
    )
    learning = table("Who", "Optimism", "Doubt", "Narrative", fixed=(1, 2, 3))
    for side, belief in found["beliefs"].items():
        cells = [ranged(belief[key]) for key in ("optimism", "doubt", "narrative")]
        add(learning, name(summary, "parties", side), *cells)
    caption = (
        f"The front runs from -1 (victory of {second}) to +1 (victory of {first}). The chances are those of winning "
        "a war that is fought to the end, if the drift were what one expects (two barriers, doubt left aside); in "
        "brackets 5 to 95 % of the drawn trials."
    )
    return Section("The war", caption, stacked([[numbers], [beliefs], [learning]]))
