"""The log: silent by default, with a few records for whoever listens."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

import negosim

LESSON = Path(__file__).parent.parent / "scenarios" / "teaching" / "hurting-stalemate.yaml"


def test_a_run_and_a_sweep_say_what_they_play(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "negosim")
    negosim.run(LESSON, trials=30, seed=2)
    said = [record.getMessage() for record in caplog.records]
    assert [text.split(":")[0] for text in said] == ["run started", "block played", "run finished"]
    assert "30 trials, seed 2, workers 1, build " in said[0]
    caplog.clear()
    scenario = negosim.load(LESSON)
    design = negosim.grid(scenario, {"parties.north.war_cost": [0.1, 0.2]})
    for resume in (False, True):
        negosim.sweep(scenario, design, trials=10, out=tmp_path / "swept", resume=resume).store.close()
    said = [record.getMessage() for record in caplog.records]
    assert [text.split(":")[0] for text in said] == [
        "sweep started", "part taken in", "part taken in", "sweep finished", "sweep resumed", "sweep finished",
    ]  # fmt: skip
    assert "2 of 2 parts are there" in said[4]


def test_without_a_handler_nothing_is_printed_and_none_is_set_up() -> None:
    code = (
        "import logging, sys, negosim; negosim.run(sys.argv[1], trials=2); from negosim.log import LOGGER; "
        "LOGGER.warning('a chunk failed'); print(logging.getLogger().handlers, LOGGER.level)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(LESSON)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[] 0\n", "")
