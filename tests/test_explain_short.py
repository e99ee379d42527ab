"""negosim explain on one screen."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from negosim.engine.compile import compiled
from negosim.experiments.explain.explanation import explained
from negosim.report.explain_short import print_short
from negosim.scenario.load import load as load_file
from tests.test_cli import negosim
from tests.test_explain import EDGES, told
from tests.test_report_text import NAMED
from tests.worlds import load

FLAGSHIP = Path(__file__).parent.parent / "scenarios" / "ukraine-2025-12.yaml"

SCREEN = """\
Two sides, one border, a patron
1 January 2025 to 1 January 2027: 3 parties, 2 issues, 1 chip and 2 tracks

Worth to No deal       Status quo Hurting
  north  54 (44 to 60) 50         26 % (22 to 30)
  south  37 (25 to 47) 38         53 % (48 to 57)
  union  60            60
  Of 100, its own ideal; in brackets 5 to 95 % of 500 draws, and 95 % intervals.
  Hurting: no deal is worth less than the status quo.

Room for a text all prefer to no deal With red lines      Without them
  The peace talks                     100 % (99.2 to 100) 100 % (99.2 to 100)
  truce                               0.4 % (0.1 to 1.4)  0.4 % (0.1 to 1.4)

- Fought to the end, the war would be won by north in 95 % (74 to 99) as north
  sees it, 18 % (4 to 58) as south sees it and 66 % (24 to 93) on the scenario's
  own drift.
- Of 47 numbers and red lines 0 name a source, 0 are judgement and 47 give no
  grounds; 2 are ranges. N defaults filled in.
- 2 notes for a careful reader: see --full.

Next: negosim explain FILE --full; negosim explain FILE --calendar; negosim
  run FILE
Not played: scenario 000000000000, seed 1, negosim 0.1.0
"""


def printed(found: dict[str, Any], width: int = 80) -> str:
    file = io.StringIO()
    print_short(found, Console(file=file, width=width), "FILE")
    return file.getvalue()


def test_the_flagship_on_one_screen() -> None:
    scenario = load_file(FLAGSHIP)
    text = printed(explained(scenario, compiled(scenario.file)))
    lines = text.rstrip("\n").split("\n")
    assert len(lines) <= 40 and max(map(cell_len, lines)) <= 80
    assert not re.search(r"[a-z]_[a-z]", text)
    flat = " ".join(text.split())
    assert 'red lines block every change on "The part of Donetsk that Kyiv still holds"' in flat
    assert "Safe passage in the Black Sea 0 % (0 to 0.8)" in flat


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("width", [80, 120])
def test_every_edge_prints(edge: str, width: int) -> None:
    text = printed(told(EDGES[edge]), width)
    assert max(map(cell_len, text.split("\n"))) <= width
    assert not re.search(r"\bnan\b|\bNone\b|\n\n\n|\x1b", text)


def test_a_small_scenario_word_for_word() -> None:
    scenario = load(NAMED)
    found = explained(scenario, compiled(scenario.file))
    found["scenario"]["sha256"] = "0" * 64
    found["drawn"]["build"] = {}
    text = re.sub(r"\d+ defaults", "N defaults", printed(found))  # every new key of the format is one more
    assert text == SCREEN


def test_full_says_the_rest() -> None:
    short, full = (negosim("explain", str(FLAGSHIP), *more).stdout for more in ((), ("--full",)))
    assert "The parties" in full and len(full.split("\n")) > 10 * len(short.split("\n"))
