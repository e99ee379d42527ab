"""Texts on the table: who would sign each today, in time or not at all, over what, and what it gives and takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from negosim.report.html.markup import Html, chart, joined, numbers, scrolled, table, tag
from negosim.report.html.phrases import Dossier, minus, party_name, share_of_100
from negosim.report.text import asked_of, outlook
from negosim.report.text_words import points, ranged
from negosim.report.writing import Summary, clean, counted, listed, long_date, name

_MOST_ISSUES, _MOST_REFUSERS = 8, 4
"""Issues with a row of their own, and parties that refuse of whom it is said what would win them."""

_LONG = 70
"""Letters beyond which a heading becomes general."""

_VERDICTS = {"signs": ("✓", "signs today"), "holds_out": ("✓", "signs in time"), "refuses": ("×", "refuses")}

Text = Mapping[str, Any]
"""What is said of a text: see `negosim.experiments.text.account.account_of`."""


def section(dossier: Dossier) -> Html | None:
    """Return the section; nothing where the scenario names no text."""
    found = dossier.get("texts")
    if not found:
        return None
    answers, left = found["answers"], found["left"]
    refused = [tag("p", f"“{clean(title)}” cannot be put: {clean(why)}.") for title, why in found["refused"].items()]
    more = f"{counted(left, 'text')} more: negosim text FILE --text NAME." if left else None
    return tag(
        "section",
        tag("h2", title(answers)),
        tag("p", _lead(dossier, answers), class_="lead"),
        [_text(answer, place) for place, answer in enumerate(answers)],
        refused,
        tag("p", more, class_="note") if more else None,
        id="texts",
    )


def title(answers: Sequence[Summary]) -> str:
    """Return who refuses the texts, by rule."""
    neutral = "A text on the table" if len(answers) == 1 else "Texts on the table"
    if not answers:
        return neutral
    refusers = [_refusing(answer) for answer in answers]
    names = [
        listed([party_name(answer, party) for party in who]) for answer, who in zip(answers, refusers, strict=True)
    ]
    subject = f"“{clean(answers[0]['texts'][0]['title'])}”" if len(answers) == 1 else _every(len(answers))
    if not any(refusers):
        said = f"{subject}: all would sign in time"
    elif all(names) and len(set(names)) == 1:
        said = f"{subject}: refused by {names[0]}"
    else:
        return neutral
    return said if len(said) <= _LONG else neutral


def _every(many: int) -> str:
    return "Both texts" if many == 2 else f"All {many} texts"


def _refusing(answer: Summary) -> list[str]:
    parties = answer["texts"][0]["parties"]
    return [party for party, said in parties.items() if said["asked"] and said["answer"] == "refuses"]


def _lead(dossier: Dossier, answers: Sequence[Summary]) -> str:
    on = long_date(dossier["summary"]["scenario"]["as_of"])
    draws = f", {answers[0]['drawn']['trials']:,} draws of the inputs" if answers else ""
    put = f"As if put to the parties on {on}, before any event; nothing is played{draws}."
    return f"{put} In time: once patience is spent."


def charts(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the data of the charts, one for each text."""
    found = dossier.get("texts")
    return [_drawn(answer) for answer in found["answers"]] if found else []


def _drawn(answer: Summary) -> dict[str, Any]:
    text = answer["texts"][0]
    rows = []
    for party in asked_of(text):
        said = text["parties"][party]
        sign, words = _VERDICTS[said["answer"]]
        rows.append(
            {
                "name": party_name(answer, party),
                "verdict": f"{sign} {words}",
                "reason": _reason(said),
                "refuses": said["answer"] == "refuses",
                **{key: round(said[key]["at_medians"], 4) for key in ("no_deal", "value", "settles_for", "asks")},
                "range": [round(said["value"][end], 4) for end in ("p05", "p95")],
            }
        )
    return {"rows": rows}


def _reason(said: Text) -> str:
    """Return in a few words why a party refuses or waits."""
    if said["answer"] == "signs":
        return ""
    if said["red_lines"]:
        return counted(len(said["red_lines"]), "red line")
    if said["voters"] and said["answer"] == "refuses":
        return "a vote it needs"
    short = said["short_of_settling" if said["answer"] == "refuses" else "short_of_asking"]["at_medians"]
    more = points(short, sign=False) if round(100 * short) > 0 else "a little"
    return f"worth {more} too little" if said["answer"] == "refuses" else f"asks {more} more today"


def _text(answer: Summary, place: int) -> Html:
    text, drawn = answer["texts"][0], _drawn(answer)
    said = [f"{row['name']} {row['verdict']}" for row in drawn["rows"]]
    track = name(answer, "tracks", answer["track"]["id"])
    rest = [tag("li", minus(line)) for line in outlook(answer, text, _MOST_REFUSERS)]
    marks = (
        "Dot: what the text is worth to the party, of its own ideal of 100 (bar: nine in ten draws of the inputs); "
        "ring: no deal; long upright: what it asks today; short: what it settles for in time."
    )
    return tag(
        "div",
        tag("h3", clean(text["title"]), tag("span", f", put to “{track}”", class_="aside"), class_="chart-title"),
        tag("p", verdict(answer), class_="verdict"),
        chart("texts", f"{listed(said)}.", data_at=place),
        tag("p", marks, class_="note"),
        numbers(_signing(answer, text)),
        scrolled(_gains(answer, text), "Gives and takes"),
        tag("ul", rest, class_="outlook"),
        class_="on-table",
    )


def verdict(answer: Summary) -> str:
    """Return who would sign a text, and in how many draws of the inputs all would."""
    text = answer["texts"][0]
    asked, every = asked_of(text), text["all"]
    said = [] if text["may_be_put"] else ["The talks may not put this text: it holds what they exclude or forbid."]
    for kind, words in (
        ("signs", "{} would sign today."),
        ("holds_out", "In time: {}."),
        ("refuses", "Refused even then by {}."),
    ):
        who = [party_name(answer, party) for party in asked if text["parties"][party]["answer"] == kind]
        if who or kind == "signs":
            said.append(words.format(listed(who) or "Nobody"))
    all_of = {1: "It", 2: "Both"}.get(len(asked), f"All {len(asked)}")
    said.append(
        f"{all_of} would sign in {share_of_100(every['signs'])} of 100 draws of the inputs, red lines left aside in "
        f"{share_of_100(every['wants'])}."
    )
    if any(text["parties"][party]["red_lines"] for party in asked):
        date = max(every["lifted"])
        lifted, signed = share_of_100(every["lifted"][date]), share_of_100(every["signs_if_lifted"][date])
        said.append(
            f"By {long_date(date)} the red lines crossed have lifted in {lifted}, and all would sign in {signed}."
        )
    return " ".join(said)


# The tables


def _signing(answer: Summary, text: Text) -> Html:
    rows = []
    for party in asked_of(text):
        said = text["parties"][party]
        cells = [ranged(said[key]) for key in ("no_deal", "value", "settles_for", "asks")]
        over = name(answer, "issues", said["over"]) if said["over"] else ""
        answered = f"{_VERDICTS[said['answer']][1]}{f': {_reason(said)}' if _reason(said) else ''}"
        rows.append([party_name(answer, party), answered, *cells, share_of_100(said["signs"]), over])
    heads = ["Party", "Answer", "No deal", "The text", "Settles for", "Asks", "Signs in, of 100 draws", "Refuses over"]
    note = (
        "Worth of 100, the party’s own ideal: inputs at their medians, in brackets nine in ten draws of the inputs. "
        "Signs in: once patience is spent, with 95 % Monte-Carlo interval."
    )
    return joined(table(heads, rows, caption="Who would sign"), tag("p", note, class_="note"))


def _gains(answer: Summary, text: Text) -> Html:
    """Return what each issue gives and takes against no deal, the issues that matter most first."""
    parties = asked_of(text)
    gains = {party: text["parties"][party]["gains"] for party in parties}
    crossed = {party: {line["issue"] for line in text["parties"][party]["red_lines"]} for party in parties}
    order = sorted(
        next(iter(gains.values()))["issues"] if gains else [],
        key=lambda issue: -max(abs(part["issues"][issue]["at_medians"]) for part in gains.values()),
    )
    first, rest = order[:_MOST_ISSUES], order[_MOST_ISSUES:]
    largest = _largest(gains)

    def row(words: str, key: str) -> Html:
        return tag(
            "tr",
            tag("th", words, scope="row"),
            [_gain(gains[party][key], largest) for party in parties],
            class_="totals" if key == "total" else None,
        )

    def issue_row(issue: str) -> Html:
        cells = [_gain(gains[party]["issues"][issue], largest, crossed=issue in crossed[party]) for party in parties]
        return tag("tr", tag("th", name(answer, "issues", issue), scope="row"), cells)

    others = {party: _sum([gains[party]["issues"][issue] for issue in rest]) for party in parties}
    rows = [
        row("The war ends", "war_ends"),
        *map(issue_row, first),
        tag(
            "tr",
            tag("th", counted(len(rest), "other issue"), scope="row"),
            [_gain(others[party], largest, crossed=bool(crossed[party] & set(rest))) for party in parties],
        )
        if rest
        else None,
        row("Options together", "linkages") if _matters(gains, "linkages") else None,
        row("It may break", "may_break"),
        row("Together, against no deal", "total"),
    ]
    heads = [tag("th", "Gives and takes, of 100 (×: its red line)", scope="col")]
    heads += [tag("th", party_name(answer, party), scope="col") for party in parties]
    caption = tag("caption", "What each issue gives and takes, in hundredths of the party’s ideal", class_="unseen")
    style = f"--parties: {len(parties)}"
    return tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", rows), class_="gains", style=style)


def _matters(gains: Mapping[str, Any], key: str) -> bool:
    return any(points(part[key]["at_medians"]) != "0" for part in gains.values())


def _largest(gains: Mapping[str, Any]) -> float:
    """Return the largest amount of a single row, which fills half a cell."""
    amounts: list[float] = [
        abs(value["at_medians"])
        for part in gains.values()
        for value in (*part["issues"].values(), part["war_ends"], part["may_break"], part["total"])
    ]
    return max([*amounts, 0.01])


def _sum(values: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {"at_medians": sum(value["at_medians"] for value in values)}


def _gain(value: Mapping[str, float], largest: float, *, crossed: bool = False) -> Html:
    amount = value["at_medians"]
    width = f"{min(50 * abs(amount) / largest, 50):.1f}%"
    way = "up" if amount > 0 else "down"
    bar = (
        tag("span", class_=f"gain {way}", style=f"width: {width}", aria_hidden="true") if round(100 * amount) else None
    )
    cross = joined(tag("i", class_="cross"), tag("span", "red line", class_="unseen")) if crossed else None
    return tag("td", bar, tag("b", minus(points(amount))), cross)
