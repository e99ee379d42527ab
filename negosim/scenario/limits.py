"""Limits: how large a scenario may be, so that a file from a stranger costs no more than a message.

They are far above what a real scenario needs (the largest that negosim ships has a tenth of most), and low enough that
any file within them is checked in less than a second. What a run of it then costs is estimated before it begins; see
`negosim.engine.work`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """One limit.

    Attributes
    ----------
    what : what is counted, in the plural.
    most : how many there may be.
    reason : why there may be no more.
    remedy : what to do about it.
    """

    what: str
    most: int
    reason: str
    remedy: str = "leave some out"

    @property
    def advice(self) -> str:
        """How many there may be, and what to do."""
        return f"at most {self.most:,}: {self.remedy}"


# -- the file -----------------------------------------------------------------------------------------------------

BYTES = Limit("bytes in a file", 2_000_000, "the file is read whole")
NODES = Limit("values in a file", 20_000, "each is kept with its line and column")
DEPTH = Limit("levels of nesting", 24, "the format itself needs 10")
SCALAR = Limit("characters in a text", 20_000, "a text is kept whole and printed")
KEY = Limit("characters in a key", 200, "a key is named in messages")
PROBLEMS = Limit("problems reported at once", 200, "nobody reads more")

# -- what is declared ---------------------------------------------------------------------------------------------

PARTIES = Limit("parties", 40, "the work of a round grows with them")
BODIES = Limit("bodies that ratify", 10, "each votes on every text that is signed")
ISSUES = Limit("issues", 100, "the work of a round grows with them")
CHIPS = Limit("chips", 100, "the work of a round grows with them")
AGENDA = Limit("issues and chips", ISSUES.most + CHIPS.most, "there are no more")
OPTIONS = Limit("options of an issue", 500, "each is a change that a round may try")
VALUES = Limit("values, parties times options", 10_000, "each is a number of every history")
VIEWS = Limit("views of an issue", PARTIES.most, "there are no more parties")
RED_LINES = Limit("red lines", 500, "each is a state of every history")
LINKAGES = Limit("linkages", 200, "each is looked up in every package")
NEVER = Limit("combinations under never", 200, "each is looked up in every draft")
TRACKS = Limit("tracks", 20, "each meets in every history")
STOCKS = Limit("stocks", 50, "each burns at every tick")
TOLLS = Limit("tolls", 50, "each is counted at every tick")
EVENTS = Limit("events", 200, "each is looked at in every tick")
EFFECTS = Limit("effects in one list", 50, "all of them happen at once")
ALL_EFFECTS = Limit("effects of all events and stocks", 500, "each is a number of every history")
SOURCES = Limit("sources", 1_000, "each is named in the answer")
QUESTIONS = Limit("questions", 200, "each is answered in every history")
BENCHMARKS = Limit("benchmarks of a question", 50, "each is a line of the answer")
TEXTS = Limit("named texts", 100, "each is checked with the file")
VARIANTS = Limit("variants", 100, "each is checked with the file")
SETTINGS = Limit("settings of a variant", 200, "each is applied to a copy of the file")
REPEATED = Limit(
    "values to check again for variants that change more than single entries",
    50_000,
    "the whole file is checked again under each of them",
    "fewer variants, or a smaller file",
)
LEVERS = Limit("levers", 100, "each is checked against all numbers")

# -- time ---------------------------------------------------------------------------------------------------------

TICKS = Limit("steps between as_of and the horizon", 40_000, "every history takes each of them", "lengthen step")
QUARTERS = Limit(
    "quarters between as_of and the horizon", 1_000, "the answer has a line for each", "bring the horizon nearer"
)
ROUNDS = Limit("rounds of the track", 20_000, "every history may hold each of them", "meet less often")
DEADLINES = Limit("times that the deadline falls", 1_000, "each is a date of the calendar", "lengthen repeats")
REVISIONS = Limit("revisions in a round", 1_000, "each tries every change of the draft")

LIMITS = tuple(value for value in list(globals().values()) if isinstance(value, Limit))
"""All of them, in the order of this page."""
