"""Texts: what everybody would say to the texts that a scenario names, as `negosim text` answers it."""

from __future__ import annotations

from typing import Any

from negosim.experiments.text.text import TRIALS, text
from negosim.scenario.load import Scenario

MOST_TEXTS = 4
"""Texts that are put on the table; each takes a few seconds in a large scenario."""


def texts_of(scenario: Scenario, trials: int, seed: int) -> dict[str, Any]:
    """Return the answers to the texts of a scenario, in their order.

    Parameters
    ----------
    trials : of the run; no more draws of the inputs than `negosim.experiments.text.text.TRIALS` are taken.
    seed : of the run.

    Returns
    -------
    ``answers``, as ``negosim text --json`` prints them; ``refused``, by title why a text cannot be put; ``left``, how
    many texts more there are.
    """
    names = list(scenario.file.texts)
    answers, refused = list[dict[str, Any]](), dict[str, str]()
    for name in names[:MOST_TEXTS]:
        try:
            answers.append(text(scenario, name, trials=min(trials, TRIALS), seed=seed).as_dict())
        except ValueError as error:
            refused[scenario.file.texts[name].title or name] = str(error)
    return {"answers": answers, "refused": refused, "left": max(len(names) - MOST_TEXTS, 0)}
