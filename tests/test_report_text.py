"""What is printed of a text: one screen, titles and no ids, every share with its interval."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from negosim.experiments.text.text import text as put
from negosim.report.text import print_text
from negosim.scenario.load import load as load_file
from tests.worlds import BORDER, changed, load, pie

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"

NAMED = changed(
    BORDER,
    {
        "texts": {"draft": {"title": "The long draft", "options": {"border": "far", "guard": "watch"}}},
        "issues.border.views.south.red_lines": {"far": "24 months"},
        "issues.border.title": "Where the border runs",
        "issues.guard.title": "Who guards it",
        "chips.fund.title": "The fund",
        "talks.peace.title": "The peace talks",
        "parties.north.ratification": {"by": "the assembly", "delay": "30 days", "hurdle": 0.02, "spread": 0.1},
        "parties.north.war_cost": {"triangular": [0.1, 0.15, 0.2]},
    },
)

SCREEN = """\
The long draft
Put to "The peace talks" on 1 January 2025. Nothing is played.

  Nobody would sign today. In time, once patience is spent, so would north.
  Refused even then by south. Both would sign in 0 % (0 to 3.7) of 100 draws, in
  4.0 % (1.6 to 9.8) if red lines are left aside. By 1 January 2027 the red
  lines crossed have lifted in 52 % (42 to 62), and all would sign in 1.0 %
  (0.2 to 5.4).

Median worth of 100         No deal Text Settles for Asks Signs in
  north             in time      54   64          56   74 100 % (96 to 100)
  south             refuses      37   30          37   77 0 % (0 to 3.7)

Gives and takes (x: red line) north south
  The war ends                   -4    +1
  Where the border runs         +30  -38x
  Who guards it                  -5   +22
  The fund                        0     0
  It may break                  -11    +7
  Against no deal               +10    -7

- south (1 red line and 7 too little): "The present line" (Where the border
  runs) wins it (north -15).
- Nearest text that all would sign: 2 changes, "The present line" (Where the
  border runs) and "Rebuilds the south" (The fund).
- Not on the Pareto frontier (exact): 1 change would harm nobody and bring 16
  to union.
- If signed (of 100, in brackets over the inputs): guarantees 30; half break
  in 3.7 years; it holds a year 76, 5 years 43; votes pass: the assembly 80
  (70 to 89).

100 draws, seed 1, scenario 000000000000, negosim X. --full says more.
"""


def printed(answer: dict[str, Any], *, full: bool = False, width: int = 80) -> str:
    file = io.StringIO()
    print_text(answer, Console(file=file, width=width), full=full)
    return file.getvalue()


@pytest.fixture(scope="module", params=["plan28", "plan20"])
def flagship(request: pytest.FixtureRequest) -> dict[str, Any]:
    return put(load_file(FLAGSHIP), request.param, trials=200).as_dict()


def test_the_first_screen_is_one_screen(flagship: dict[str, Any]) -> None:
    lines = printed(flagship).rstrip("\n").split("\n")
    assert len(lines) <= 40
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("width", [80, 120])
def test_two_texts_share_one_screen_that_begins_with_who_refuses(width: int) -> None:
    answer = put(load_file(FLAGSHIP), "plan28", against="plan20", trials=60).as_dict()
    lines = printed(answer, width=width).rstrip("\n").split("\n")
    assert len(lines) <= 40 and max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    assert text.index("First: refused by") < text.index("What each is worth") < text.index("Where they differ")
    full = printed(answer, full=True, width=width)
    assert f"Where they differ: {len(answer['compared']['issues'])} issues\n" in full


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_titles_and_no_ids(flagship: dict[str, Any], full: bool, width: int) -> None:
    text = printed(flagship, full=full, width=width)
    assert max(map(cell_len, text.split("\n"))) <= width
    assert not re.search(r"[a-z]_[a-z]", text)
    assert not re.search(r"\bnan\b", text) and "\n\n\n" not in text


def test_every_share_has_its_interval(flagship: dict[str, Any]) -> None:
    for full in (False, True):
        text = " ".join(printed(flagship, full=full).split()).replace("5 to 95 %", "").replace("95 % interval", "")
        assert not re.findall(r"\d %(?! \(\d)", text)
        assert re.search(r"\d % \(\d", text)


def test_a_small_text_word_for_word() -> None:
    answer = put(load(NAMED), "draft", trials=100).as_dict()
    answer["drawn"]["negosim"], answer["scenario"]["sha256"] = "X", "0" * 64
    assert printed(answer) == SCREEN


EDGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "impasse": (pie(options=5), {"put": {"pie": "o003"}}),
    "limited": (changed(BORDER, {"talks.truce.kind": "limited"}), {"put": {"guard": "watch"}, "track": "truce"}),
    "against": (NAMED, {"name": "draft", "against_put": {"border": "line"}}),
    "forbidden": (
        changed(NAMED, {"never": [{"border": "far", "guard": "troops"}]}),
        {"name": "draft", "put": {"guard": "troops"}},
    ),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("full", [False, True])
def test_every_edge_prints(edge: str, full: bool) -> None:
    scenario, asked = EDGES[edge]
    text = printed(put(load(scenario), **asked, trials=20).as_dict(), full=full)
    assert max(map(cell_len, text.split("\n"))) <= 80
    assert not re.search(r"\bnan\b", text) and "None" not in text and "\n\n\n" not in text
    assert ("may not put this text" in " ".join(text.split())) == (edge == "forbidden")


def test_markup_in_a_title_is_text() -> None:
    scenario = changed(NAMED, {"texts.draft.title": "[red]Draft[/red]", "issues.border.title": "[b]Border"})
    text = printed(put(load(scenario), "draft", trials=5).as_dict())
    assert "[red]Draft[/red]" in text and "[b]Border" in text
