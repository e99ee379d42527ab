"""How a draft comes about, by each protocol (model.md §8)."""

from __future__ import annotations

import math
from collections.abc import Callable

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.formulas import contains, log_with_tangent
from tests.reference.offering import Offering
from tests.reference.outcome import Text
from tests.reference.world import World
from tests.reference.worth import Worth

TIE = 1e-9
"""Changes of the draft whose worth differs by less are ties (decisions 0001)."""
IMPROVEMENT = 2e-9
"""A change of the draft improves it by more than this (decisions 0001)."""


class Drafting:
    """The drafts on the tables."""

    def __init__(self, world: World, worth: Worth, concession: Concession, consent: Consent) -> None:
        self.world = world
        self.worth = worth
        self.concession = concession
        self.consent = consent
        self.drafts: dict[str, Text] = {}
        self.offerings: dict[str, Offering] = {}

    def first_draft(self, track: str) -> None:
        """Put the first draft on the table; what it leaves out is at the status quo of the day."""
        self.drafts[track] = {**self.world.status_quo(), **self.world.scenario.talks[track].first_draft}

    def text(self, track: str) -> Text:
        """The text that a round puts to the parties."""
        return PROTOCOLS[self.world.scenario.talks[track].protocol](self, track)

    def on_the_table(self, track: str) -> Text:
        """The draft as it stands; whatever is not open is at its status quo. This is all an ultimatum does."""
        draft = self.drafts[track]
        return {**self.world.status_quo(), **{issue: draft[issue] for issue in self.world.open_issues(track)}}

    # -- single text ----------------------------------------------------------------------------------------------

    def single_text(self, track: str) -> Text:
        """Up to `revisions` single-issue changes, each the one that most improves Φ."""
        text, floors = self.on_the_table(track), self.estimated_floors(track)
        for _ in range(self.world.scenario.talks[track].revisions):
            now = self.joint_worth(track, text, floors)
            changed = self.best_change(track, text, lambda other: self.joint_worth(track, other, floors) - now)  # noqa: B023
            if changed is None:
                break
            text = changed
        self.drafts[track] |= {issue: text[issue] for issue in self.world.open_issues(track)}
        return text

    def best_change(self, track: str, text: Text, gained: Callable[[Text], float | None]) -> Text | None:
        """The change that gains most; where the text cannot stay as it is, the one that costs least."""
        changes = self.changes(track, text, self.untenable(track, text))
        forced = bool(changes)
        if not forced:
            changes = self.changes(track, text, self.world.open_issues(track))
        best, best_gain = None, -math.inf
        for issue, option in changes:
            lane = list(self.world.issues[issue].options).index(option)
            luck = TIE * self.world.luck.uniform(f"talks.{track}.tie.{issue}", 0, lane)
            changed = {**text, issue: option}
            gain = gained(changed)
            if gain is not None and gain + luck > best_gain and (forced or gain + luck > IMPROVEMENT):
                best, best_gain = changed, gain + luck
        return best

    # -- alternating offers ---------------------------------------------------------------------------------------

    def alternating_offers(self, track: str) -> Text:
        """What the party whose turn it is offers."""
        if track not in self.offerings:
            self.offerings[track] = Offering(track, self.world, self.worth, self.concession, self.consent)
        return self.offerings[track].offer(lambda text, gained: self.best_change(track, text, gained))

    # -- changes --------------------------------------------------------------------------------------------------

    def untenable(self, track: str, text: Text) -> list[str]:
        """Open issues at which the text cannot stay: behind a red line, or in a forbidden combination."""
        standing = [never for never in self.world.scenario.never if contains(text, never)]
        return [
            issue
            for issue in self.world.open_issues(track)
            if self.consent.is_blocked(track, issue, text[issue]) or any(issue in never for never in standing)
        ]

    def changes(self, track: str, text: Text, issues: list[str]) -> list[tuple[str, str]]:
        """Changes that lead to no forbidden combination and to nothing behind a red line."""
        nevers = self.world.scenario.never
        return [
            (issue, option)
            for issue in issues
            for option in self.world.issues[issue].options
            if option != text[issue]
            and not self.consent.is_blocked(track, issue, option)
            and not any(contains({**text, issue: option}, never) for never in nevers if issue in never)
        ]

    def weight(self, track: str, party: str) -> float:
        return self.world.ledger[f"talks.{track}.weights.{party}"]

    def estimated_floors(self, track: str) -> dict[str, float]:
        """N̂' of the parties with a weight."""
        error = self.world.ledger[f"talks.{track}.mediator_error"]
        return {
            party: self.concession.refusal(party, track)
            + error * self.world.normal(f"talks.{track}.mediator_error.{party}")
            for party in self.world.scenario.parties
            if self.weight(track, party) > 0
        }

    def joint_worth(self, track: str, text: Text, floors: dict[str, float]) -> float:
        """Φ(x)."""
        return sum(
            self.weight(track, party) * log_with_tangent(self.worth.of_agreement(party, track, text) - floor)
            for party, floor in floors.items()
        )


PROTOCOLS: dict[str, Callable[[Drafting, str], Text]] = {
    "single_text": Drafting.single_text,
    "ultimatum": Drafting.on_the_table,
    "alternating_offers": Drafting.alternating_offers,
}
"""How the text of a round comes about, by protocol."""
