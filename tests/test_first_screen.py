"""The first screen of a run, as text: one screen, titles and no ids, every share with its error."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from negosim.api import run
from negosim.report.first_screen import print_first_screen
from negosim.scenario.load import load as load_file
from tests.test_cli import negosim
from tests.test_report_text import NAMED
from tests.worlds import BORDER, WAR_ONLY, changed, load, pie

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"
MOST_LINES = 40

SCREEN = """\
Two sides, one border, a patron
1 January 2025 to 1 January 2027: 500 simulated histories, seed 1

At the end a settlement is in force in 69 of 100 histories (65 to 73), the war
is still on in 20 (17 to 24) and a ceasefire is in force in 6.6 (4.7 to 9.1).
              In a year  inputs By the end inputs   That day   inputs
  Ceasefire   0 % ±0.8   -      33 % ±4    16 to 52 7 % ±3     -
  Settlement  0 % ±0.8   -      77 % ±4    66 to 84 69 % ±4    -
  north wins  0.6 % ±1.1 -      4.6 % ±2.2 -        4.6 % ±2.2 -
  War goes on                                       20 % ±4    -
  ±: luck (95 %); inputs: nine in ten answers over the input ranges; -: not seen

Read first
- Over the ranges of 2 uncertain inputs a settlement by the end runs from
  66 to 84 %: more histories would not narrow that.
- 2 of 2 input ranges rest on judgement without a source, "Front: drift a
  year" among them, which moves the answer.
- Left out: whatever the scenario does not name; parties, issues and options
  are fixed from the start.

Who blocks: in "The peace talks" north 92 % ±1, over "Where the border runs"
  and south 76 % ±2, over "Where the border runs" (of the rounds without a
  signature).
Terms: the 448 texts of "The peace talks" mostly say "The present line" (63 %
  ±5) and "Monitors" (46 % ±5); of 100 worth 100 to union and 66 to north.
How long: 84 % ±7 of 155 ceasefires held 90 days; 89 % ±4 of 354 settlements
  held 90 days.
What moves it: Front: drift a year -24 ±12 (points of a settlement by the end,
  low to high end of each range).
Cost: dead 1,400 (1,130 to 2,000): median, and nine histories in ten.
Next: negosim run FILE --full; negosim replay FILE --trial 9 (typical) or 111
  (quickest) or 4 (none comes); negosim compare FILE --variant hard
Scenario 000000000000, negosim 0.1.0
"""


def printed(summary: dict[str, Any], width: int = 80, file: str = "FILE") -> str:
    stream = io.StringIO()
    print_first_screen(summary, Console(file=stream, width=width), file)
    return stream.getvalue()


@pytest.fixture(scope="module")
def flagship() -> dict[str, Any]:
    return run(load_file(FLAGSHIP), trials=400, judgement=False, zones=False).summary()


@pytest.mark.parametrize("width", [80, 120])
def test_the_flagship_on_one_screen(flagship: dict[str, Any], width: int) -> None:
    text = printed(flagship, width, "ukraine-2025-12")
    lines = text.rstrip("\n").split("\n")
    assert len(lines) <= MOST_LINES
    assert max(map(cell_len, lines)) <= width
    assert lines.index("Read first") < 20
    answer, _, commands = text.partition("Next: ")
    assert not re.search(r"[a-z]_[a-z]", answer)
    assert "negosim run ukraine-2025-12 --full" in " ".join(commands.split())


def test_every_share_has_its_error(flagship: dict[str, Any]) -> None:
    text = " ".join(printed(flagship).split())
    for said in (r"runs from \d+ to \d+ %", r"a published \d+ %", r"luck \(95 %\)"):
        text = re.sub(said, "", text)
    assert re.search(r"\d % ±\d", text) and re.search(r"\d % \(\d", text)
    assert not re.findall(r"\d %(?! ±\d| \(\d)", text)


def test_a_small_run_word_for_word() -> None:
    summary = run(load(changed(NAMED, {"variants": {"hard": {"set": {"war.drift": 0.1}}}})), trials=500).summary()
    summary["scenario"]["sha256"], summary["run"]["build"] = "0" * 64, {}
    assert printed(summary) == SCREEN


EDGES = {
    "border": BORDER,
    "impasse": pie(options=5),
    "war only": WAR_ONLY,
    "limited": changed(BORDER, {"talks.truce.kind": "limited"}),
    "half a year": changed(BORDER, {"horizon": "6 months"}),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("trials", [1, 2, 60])
def test_every_edge_prints(edge: str, trials: int) -> None:
    text = printed(run(load(EDGES[edge]), trials=trials).summary())
    assert max(map(cell_len, text.split("\n"))) <= 80
    assert not re.search(r"\bnan\b|\bNone\b|\n\n\n", text)


def test_full_says_the_rest(tmp_path: Path) -> None:
    short, full = (
        negosim("run", str(FLAGSHIP), "--trials", "20", "--workers", "1", *more).stdout for more in ((), ("--full",))
    )
    assert "Read first" in short and "Read first" not in full
    assert "Outcomes by date" in full and "Outcomes by date" not in short
    assert len(short.split("\n")) < len(full.split("\n")) / 4
