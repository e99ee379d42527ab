"""Who refuses: by party and issue, the room for a text over time, and beliefs against reality."""

from __future__ import annotations

from typing import Any

from negosim.report.html.markup import Html, chart, joined, numbers, scrolled, table, tag
from negosim.report.html.phrases import Dossier, interval_of_100, of_100, party_name, share_of_100
from negosim.report.html.reasons import refusals_title
from negosim.report.reading import refusing
from negosim.report.writing import Summary, counted, listed, name

_STEPS = (0.005, 0.05, 0.15, 0.4, 0.7)
"""Shares from which a cell is one step darker."""

_MOST_ROWS = 12

_OPEN = 0.02
"""Share of histories, not proven either way, from which the band is said to hold them."""

_TALL = 7
"""Issues from which the table of refusals fills its column."""

Cell = tuple[str, int]


def section(dossier: Dossier) -> Html | None:
    """Return the section; nothing where there are no talks."""
    summary, tracks = dossier["summary"], dossier["tracks"]
    if not tracks:
        return None
    room, belief = _room(dossier), _beliefs(dossier)
    short = len(_issues(summary, tracks[0])) < _TALL
    left = tag("div", _main(summary, tracks[0]), belief if short and room else None)
    right = tag("div", room, None if short and room else belief)
    return tag(
        "section",
        tag("h2", refusals_title(summary, tracks[0])),
        tag("p", _lead(dossier), class_="lead"),
        tag("div", left, right, class_="panels seven-five"),
        _others(summary, tracks[0]),
        id="refusals",
    )


def _lead(dossier: Dossier) -> str:
    last = _last_room(dossier)
    track = name(dossier["summary"], "tracks", dossier["tracks"][0])
    said = f"Rounds of “{track}” that end without a signature, and over what."
    if last is None or not last["n"]:
        return said
    standing, ignored = (of_100(last[key]["p"]) for key in ("respected", "ignored"))
    room = f"On the last date shown there is room for a text in {standing} of 100 {_goes_on(dossier)}"
    return f"{said} {room}; {ignored} without red lines."


def _main(summary: Summary, track: str) -> Html:
    parties = refusing(summary, track)
    issues = _issues(summary, track)
    if not parties:
        signed = summary["terms"][track]["signed"]
        return tag("p", "Every text put to the parties was signed." if signed else "No text was put to the parties.")
    if len(issues) <= 1:
        return _sentence(summary, track, parties)
    return joined(
        tag("h3", "Refusals, of 100 rounds that end unsigned", class_="chart-title"),
        _heat(summary, track, issues),
        tag("p", "Under the first row: its 95 % Monte-Carlo interval. The rows below divide the first.", class_="note"),
    )


def _sentence(summary: Summary, track: str, parties: list[str]) -> Html:
    """Return who refuses where there is one issue only: a sentence in place of a chart."""
    said = [f"{party_name(summary, party)} in {_refused(summary['refusals'][track][party])}" for party in parties]
    return tag("p", f"Of 100 rounds that end unsigned, refused by {listed(said)}. In brackets: 95 % interval.")


def _refused(refusal: dict[str, Any]) -> str:
    return share_of_100({"p": refusal["share"], "low": refusal["low"], "high": refusal["high"]})


def _issues(summary: Summary, track: str) -> list[str]:
    """Return the issues refused over, those with most refusals first."""
    weight: dict[str, float] = {}
    for refusal in summary["refusals"][track].values():
        for issue, part in refusal["issues"].items():
            weight[issue] = weight.get(issue, 0.0) + part * (refusal["share"] or 0.0)
    return sorted(weight, key=lambda issue: -weight[issue])


def _heat(summary: Summary, track: str, issues: list[str]) -> Html:
    """Return who refuses over what: a cell is so many of 100 rounds that end unsigned."""
    parties = refusing(summary, track)
    heads = [tag("th", tag("span", "Issue", class_="unseen"), scope="col")]
    heads += [tag("th", party_name(summary, party), scope="col") for party in parties]
    totals = [_total(summary["refusals"][track][party]) for party in parties]
    rows = [tag("tr", tag("th", "refuses at all", scope="row"), totals, class_="totals")]
    rows += [_heat_row(summary, track, issue, parties) for issue in issues[:_MOST_ROWS]]
    caption = tag("caption", "Refusals by issue and party, of 100 rounds that end unsigned", class_="unseen")
    wide = " many" if len(parties) > 6 else ""
    grid = tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", rows), class_=f"heat{wide}")
    rest = issues[_MOST_ROWS:]
    if not rest:
        return scrolled(grid, "Refusals by issue and party")
    more = tag("tbody", [_heat_row(summary, track, issue, parties) for issue in rest])
    head = tag("thead", tag("tr", heads), class_="unseen")
    others = tag("table", tag("col"), head, more, class_=f"heat{wide}")
    return joined(
        scrolled(grid, "Refusals by issue and party"),
        tag(
            "details",
            tag("summary", counted(len(rest), "other issue")),
            scrolled(others, "Refusals over other issues"),
            class_="list",
        ),
    )


def _total(refusal: dict[str, Any]) -> Html:
    share = {"p": refusal["share"], "low": refusal["low"], "high": refusal["high"]}
    return tag("td", of_100(share["p"]), tag("small", interval_of_100(share)))


def _heat_row(summary: Summary, track: str, issue: str, parties: list[str]) -> Html:
    cells = []
    for party in parties:
        refusal = summary["refusals"][track][party]
        share = (refusal["share"] or 0.0) * refusal["issues"].get(issue, 0.0)
        step = sum(share >= limit for limit in _STEPS)
        cells.append(tag("td", of_100(share) if share else "", class_=f"step{step}"))
    return tag("tr", tag("th", name(summary, "issues", issue), scope="row"), cells)


def _others(summary: Summary, main: str) -> Html | None:
    """Return the other tracks, closed."""
    found = []
    for track in summary["refusals"]:
        issues = _issues(summary, track)
        if track != main and issues and refusing(summary, track):
            found.append(joined(tag("h4", name(summary, "tracks", track)), _short_heat(summary, track, issues)))
    if not found:
        return None
    return tag("details", tag("summary", "The other talks"), found, class_="list")


def _short_heat(summary: Summary, track: str, issues: list[str]) -> Html:
    return _heat(summary, track, issues) if len(issues) > 1 else _sentence(summary, track, refusing(summary, track))


# Room for a text


def _goes_on(dossier: Dossier) -> str:
    return "wars" if "war" in dossier["summary"]["final_state"] else "impasses"


def _zone_track(dossier: Dossier) -> str | None:
    tracks = dossier["summary"]["zopa"]["tracks"]
    return next((track for track in dossier["tracks"] if track in tracks), None)


def _last_room(dossier: Dossier) -> dict[str, Any] | None:
    track = _zone_track(dossier)
    if track is None:
        return None
    by = dossier["summary"]["zopa"]["tracks"][track]["by"]
    dates = [date for date in sorted(by) if by[date]["n"]]
    found: dict[str, Any] | None = by[dates[-1]] if dates else None
    return found


def room(dossier: Dossier) -> dict[str, Any] | None:
    """Return the data of the chart of the room for a text."""
    track = _zone_track(dossier)
    if track is None:
        return None
    zones = dossier["summary"]["zopa"]["tracks"][track]
    dates = [date for date in sorted(zones["by"]) if zones["by"][date]["n"]]
    if len(dates) < 2:
        return None
    by = [zones["by"][date] for date in dates]
    lines = zones["red_lines"]
    return {
        "dates": dates,
        "standing": [[item["respected"][key] for key in ("p", "low", "high")] for item in by],
        "ignored": [item["ignored"]["p"] for item in by] if lines else None,
        "labels": {
            "standing": f"{of_100(by[-1]['respected']['p'])} as red lines stand"
            if lines
            else of_100(by[-1]["respected"]["p"]),
            "ignored": f"{of_100(by[-1]['ignored']['p'])} if red lines are ignored",
        },
    }


def _undecided(dossier: Dossier) -> bool:
    """Tell whether the room for a text is often not proven either way."""
    by = dossier["summary"]["zopa"]["tracks"][_zone_track(dossier)]["by"].values()
    return any((item["respected"]["undecided"] or 0.0) >= _OPEN for item in by)


def _room(dossier: Dossier) -> Html | None:
    found = room(dossier)
    if found is None:
        return None
    state = _goes_on(dossier)
    zones = dossier["summary"]["zopa"]
    trials, by = zones["trials"], zones["tracks"][_zone_track(dossier)]["by"]
    open_ends = " It holds those in which it is not proven either way." if _undecided(dossier) else ""
    rows = [
        [
            date,
            share_of_100({"p": p, "low": low, "high": high}),
            share_of_100(by[date]["ignored"]) if found["ignored"] else "–",
        ]
        for date, (p, low, high) in zip(found["dates"], found["standing"], strict=True)
    ]
    grid = table(["On", "As red lines stand", "Red lines ignored"], rows, caption="Room for a text")
    labels = [found["labels"]["standing"], *([found["labels"]["ignored"]] if found["ignored"] else [])]
    return joined(
        tag("h3", f"Is there a text all would prefer to going on? Of 100 {state}", class_="chart-title"),
        chart("room", f"On the last date, of 100 {state}: {listed(labels)}."),
        tag("p", f"Band: 95 % Monte-Carlo interval, {trials:,} histories.{open_ends}", class_="note"),
        numbers(grid),
    )


# Beliefs


def beliefs(dossier: Dossier) -> dict[str, Any] | None:
    """Return the data of the chart of beliefs against reality."""
    found = dossier["beliefs"]
    if not found or len(found["by"]) < 2:
        return None
    names = {
        "truth": "in truth",
        **{side: f"{party_name(dossier['summary'], side)} believes" for side in found["sides"]},
    }
    return {
        "dates": list(found["by"]),
        "lines": [
            {
                "role": "truth" if key == "truth" else f"side{at}",
                "words": words,
                "number": of_100(_last(found)[key]["mean"]),
                "values": [by[key]["mean"] for by in found["by"].values()],
            }
            for at, (key, words) in enumerate(names.items())
        ],
    }


def _last(found: dict[str, Any]) -> dict[str, Any]:
    last: dict[str, Any] = list(found["by"].values())[-1]
    return last


def _beliefs(dossier: Dossier) -> Html | None:
    drawn = beliefs(dossier)
    if drawn is None:
        return None
    found = dossier["beliefs"]
    side = party_name(dossier["summary"], found["side"])
    heads = ["On", "Histories", *(line["words"] for line in drawn["lines"])]
    keys = ("truth", *found["sides"])
    rows = [[date, str(by["n"]), *(_with_interval(by[key]) for key in keys)] for date, by in found["by"].items()]
    said = [f"{line['number']} {line['words']}" for line in drawn["lines"]]
    return joined(
        tag(
            "h3",
            f"Beliefs against reality: chance of 100 that {side} wins a war fought to the end",
            class_="chart-title",
        ),
        chart("beliefs", f"On the last date: {listed(said)}."),
        tag(
            "p",
            f"Mean over those of {found['trials']} histories that are still at war; the table has the 95 % intervals. "
            "Where the dashes keep away from the line, the sides misread the war.",
            class_="note",
        ),
        numbers(table(heads, rows, caption="Chance to win, in truth and as believed")),
    )


def _with_interval(mean: dict[str, float | None]) -> str:
    return share_of_100({"p": mean["mean"], "low": mean["low"], "high": mean["high"]})
