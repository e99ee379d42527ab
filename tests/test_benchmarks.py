"""The benchmarks run, at a toy size; what they measure is asserted nowhere."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import flagship, growth, limit, negotiations, startup
from negosim.api import run
from negosim.engine import kernel


@pytest.mark.skipif(kernel.library() is None, reason="there is no C compiler here")
def test_the_limit_tells_the_same_of_every_trial() -> None:
    scenario = limit.reduced()
    result = run(scenario, trials=400, seed=limit.SEED, zones=False)
    assert result.history
    told = limit.played(limit.library(), scenario, 0, 400)
    assert limit.differing(told, result.history) == 0
    assert 0.2 < np.mean(told["signed"] >= 0) < 0.9
    told["signed"][7] += 1
    assert limit.differing(told, result.history) == 1


def test_sized_worlds_hold_all_their_rounds() -> None:
    result = run(growth.world(3, 4, 3, 20), trials=50, zones=False)
    assert result.history
    kept = result.history.tracks[0]
    assert kept.failed[kept.signed < 0].min() >= 20


def test_the_shared_case_is_a_negotiation() -> None:
    assert run(negotiations.shared_case(), trials=100, zones=False).reached("agreement").p > 0.9


def test_the_rest_can_be_called(capsys: pytest.CaptureFixture[str]) -> None:
    flagship.main(trials=40, rounds=1, short=20)
    startup.COMMANDS = {"negosim --help": ["--help"]}
    startup.main(rounds=1)
    assert "trials a second" in capsys.readouterr().out
