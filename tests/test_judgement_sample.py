"""How much of an answer rests on judgement: a sample played again with nobody's mood in it."""

from __future__ import annotations

import pytest

from negosim.api import run
from negosim.report.judgement import judgement
from negosim.scenario.load import Scenario
from tests.worlds import BORDER, changed, load

PARTIES = tuple(BORDER["parties"])


def moody(noise: float) -> Scenario:
    """A war that structure keeps going for its two years: patience is long, and moods alone may end it."""
    return load(
        changed(
            BORDER,
            {
                **{f"parties.{party}.patience": "20 years" for party in PARTIES},
                **{f"parties.{party}.judgement_noise": noise for party in PARTIES},
            },
        )
    )


def test_what_moods_sign_is_gone_without_them() -> None:
    found = run(moody(1.0), trials=400).summary()["judgement"]
    ceasefire = found["reached"]["ceasefire"]
    assert found["trials"] == 400
    assert ceasefire["with"]["value"] > 0.1
    assert ceasefire["without"]["value"] < ceasefire["with"]["value"] / 2
    assert ceasefire["difference"]["value"] == pytest.approx(ceasefire["without"]["value"] - ceasefire["with"]["value"])


def test_the_report_says_so_first() -> None:
    summary = run(moody(1.0), trials=400).summary()
    assert judgement(summary).startswith("Rests on judgement: ceasefire in")


def test_without_noise_there_is_nothing_to_ask() -> None:
    summary = run(moody(0.0), trials=20).summary()
    assert summary["judgement"] is None
    assert judgement(summary) == ""


def test_whether_trials_are_kept_changes_nothing() -> None:
    scenario = moody(0.3)
    kept, dropped = (run(scenario, trials=60, keep=keep).summary()["judgement"] for keep in (True, False))
    assert kept == dropped
