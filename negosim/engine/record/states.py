"""The states of a history, as they are recorded."""

from __future__ import annotations

FIGHTING, CEASEFIRE, SETTLEMENT, ENDED = range(4)
"""States of a history. Without a war FIGHTING is the impasse; ENDED is victory or fading out."""
