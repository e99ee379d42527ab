"""Texts that stand between rounds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from negosim.engine.record.history import NEVER, History
from negosim.experiments.replay.replay import replayed
from tests.test_cadence import PLAIN
from tests.worlds import changed, load, play, share

SELDOM = {"talks.table.every": "56 days"}
STANDS = {"talks.table.between_rounds": "stands"}
CALM = {f"parties.{name}.judgement_noise": 0 for name in ("a", "b")}
TRIALS = 1500


def played(*changes: dict[str, Any]) -> History:
    return play(changed(PLAIN, {path: value for change in changes for path, value in change.items()}), TRIALS)[1]


def days(history: History) -> np.ndarray[Any, np.dtype[np.float64]]:
    signed = history.tracks[0].signed
    return 7.0 * signed[signed != NEVER]


def test_a_text_that_stands_is_signed_once_everybody_would() -> None:
    lapses, stands = days(played(SELDOM)), days(played(SELDOM, STANDS))
    assert (lapses % 56 == 0).all()
    assert (stands % 56 != 0).mean() > 0.3
    assert stands.mean() < lapses.mean()


@pytest.mark.parametrize("protocol", ["single_text", "alternating_offers", "ultimatum"])
def test_the_rhythm_decides_less_where_texts_stand(protocol: str) -> None:
    draft = {
        "talks.table.protocol": protocol,
        "talks.table.first_draft": {"land": "half", "water": "joint", "trade": "part"},
    }
    gaps = [
        share(played({"talks.table.every": "7 days"}, more, draft), "settlement")
        - share(played(SELDOM, more, draft), "settlement")
        for more in ({}, STANDS)
    ]
    assert abs(gaps[1]) < max(abs(gaps[0]), 0.02)


def test_asking_again_is_no_round() -> None:
    """Refusals are counted in rounds alone, and no text is signed below an aspiration where nobody errs."""
    history = played(SELDOM, STANDS, CALM)
    rounds = 1 + 730 // 56
    assert history.tracks[0].failed.max() <= rounds
    assert history.tracks[0].signatures.any()
    assert not history.tracks[0].below.any()


def test_a_replay_says_that_a_text_was_signed_between_rounds() -> None:
    scenario = load(changed(PLAIN, SELDOM | STANDS))
    signed = [entry for trial in range(8) for entry in replayed(scenario, trial)["story"] if entry["kind"] == "signed"]
    assert any(entry["between_rounds"] for entry in signed)
