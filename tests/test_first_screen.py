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

In 69 of 100 histories (65 to 73) a settlement is in force at the end; in 20
(17 to 24) the war is still on and in 6.6 (4.7 to 9.1) a ceasefire is in force.
              In a year  inputs By the end inputs   Last day   inputs
  Ceasefire   0 % ±0.8   -      33 % ±4    16 to 52 7 % ±3     -
  Settlement  0 % ±0.8   -      77 % ±4    66 to 84 69 % ±4    -
  north wins  0.6 % ±1.1 -      4.6 % ±2.2 -        4.6 % ±2.2 -
  War goes on                                       20 % ±4    -
  ±: luck (95 %). Inputs: nine in ten answers over their ranges; -: not seen

Read first
- Inputs outweigh luck: a settlement in 66 to 84 % over 2 uncertain inputs.
- 2 of 2 input ranges rest on judgement without a source; one that moves the
  answer: Front: drift a year.
- Left out: what the scenario does not name; parties and options never change.

Who blocks "The peace talks": north in 92 % ±1 of failed rounds and south in
  76 % ±2, both over "Where the border runs".
Terms: of 448 signed texts most say "The present line" (63 % ±5); worth to
  union 100, to north 66 ±1 (100: its own ideal).
How long: 84 % ±7 of 155 ceasefires held 90 days; 89 % ±4 of 354 settlements
  held 90 days.
What moves settlements, low to high, in points: Front: drift a year -24 ±12.
Cost (median; nine histories in ten): dead 1,400 (1,130 to 2,000).
Next: negosim replay FILE --trial 9 (typical), 111 (quickest) or 4 (none
  comes); negosim compare FILE --variant hard
Scenario 000000000000, negosim 0.1.0; --full says more
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
    assert len(lines) <= 36
    assert not re.search(r"[a-z]_[a-z]", answer)
    assert "negosim replay ukraine-2025-12 --trial" in " ".join(commands.split())
    assert lines[-1].endswith("--full says more")


def test_every_share_has_its_error(flagship: dict[str, Any]) -> None:
    text = " ".join(printed(flagship).split())
    for said in (r" in \d+ to \d+ %", r"a published \d+ %", r"luck \(95 %\)"):
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
