"""What became of a sealed forecast that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["verified", "changed", "differs", "another build"]


@dataclass(frozen=True)
class Verification:
    """What became of a sealed forecast that was checked.

    Attributes
    ----------
    file, title, on, seal : the file, the title of its scenario, when it was sealed, and its hash.
    trials : histories that were sealed.
    verdict : ``verified``; ``changed``, the file does not fit together; ``differs``, this build plays something else;
        ``another build``, one that need not play the same bytes.
    faults : what in the file does not fit together.
    builds : how the build that sealed it differs from this one.
    recomputed : histories that were played again.
    differing : of the blocks of histories that were, those that came out otherwise: first and last history of each.
    sample_seed : of the choice of these histories.
    unreadable : why this build cannot play the scenario at all, where another build sealed it.
    """

    file: str
    title: str
    on: str
    seal: str
    trials: int
    verdict: Verdict
    faults: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()
    recomputed: int = 0
    differing: tuple[tuple[int, int], ...] = ()
    sample_seed: int | None = None
    unreadable: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON object that ``negosim verify --json`` prints."""
        return {
            "file": self.file,
            "title": self.title,
            "on": self.on,
            "seal": self.seal,
            "trials": self.trials,
            "verdict": self.verdict,
            "faults": list(self.faults),
            "builds": list(self.builds),
            "recomputed": self.recomputed,
            "differing": [list(block) for block in self.differing],
            "sample_seed": self.sample_seed,
            "unreadable": self.unreadable,
        }
