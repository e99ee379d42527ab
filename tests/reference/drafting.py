"""How a draft comes about, by each protocol (model.md §8)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.formulas import contains, log_with_tangent
from tests.reference.offering import Offering
from tests.reference.outcome import Text
from tests.reference.red_lines import RedLines
from tests.reference.world import World
from tests.reference.worth import Worth

IMPROVEMENT = 2e-9
"""A change of the draft improves it by more than this (decisions 0001)."""


@dataclass(frozen=True)
class Change:
    """A single-issue change of a draft, and the draft that it makes."""

    issue: str
    option: str
    text: Text


class Drafting:
    """The drafts on the tables."""

    def __init__(
        self, world: World, worth: Worth, concession: Concession, consent: Consent, red_lines: RedLines
    ) -> None:
        self.world = world
        self.worth = worth
        self.concession = concession
        self.consent = consent
        self.red_lines = red_lines
        self.drafts: dict[str, Text] = {}
        self.offerings: dict[str, Offering] = {}

    def first_draft(self, track: str) -> None:
        """Put the first draft on the table; what it leaves out is at the status quo of the day."""
        first = self.world.scenario.talks[track].first_draft
        options = self.world.scenario.texts[first].options if isinstance(first, str) else first
        on_agenda = {name: option for name, option in options.items() if name in self.world.agenda[track]}
        self.drafts[track] = {**self.world.status_quo(), **on_agenda}

    def text(self, track: str) -> Text:
        """The text of a round."""
        return PROTOCOLS[self.world.scenario.talks[track].protocol](self, track)

    def on_the_table(self, track: str) -> Text:
        """The draft as it stands; whatever is not open is at its status quo. This is all an ultimatum does."""
        draft = self.drafts[track]
        return {**self.world.status_quo(), **{issue: draft[issue] for issue in self.world.open_issues(track)}}

    def alternating_offers(self, track: str) -> Text:
        """What the party whose turn it is offers."""
        if track not in self.offerings:
            self.offerings[track] = Offering(
                track, self.world, self.worth, self.concession, self.consent, self.red_lines
            )
        return self.offerings[track].offer()

    # -- single text ----------------------------------------------------------------------------------------------

    def single_text(self, track: str) -> Text:
        """Up to `revisions` single-issue changes, each the one that most improves Φ."""
        text, estimate = self.on_the_table(track), self.estimated_reservations(track)
        for _ in range(self.world.scenario.talks[track].revisions):
            changed = self.best_change(track, text, estimate)
            if changed is None:
                break
            text = changed
        self.drafts[track] |= {issue: text[issue] for issue in self.world.open_issues(track)}
        return text

    def best_change(self, track: str, text: Text, estimate: dict[str, float]) -> Text | None:
        """The change that gains most; where some lessen the offences, of those with the fewest, even at a loss."""
        changes = self.changes(track, text)
        fewest = min((self.offences(track, change.text) for change in changes), default=math.inf)
        must_change = fewest < self.offences(track, text)
        if must_change:
            changes = [change for change in changes if self.offences(track, change.text) == fewest]
        before = self.joint_worth(track, text, estimate)
        gains = [
            self.joint_worth(track, change.text, estimate)
            - before
            + self.world.tie_luck(track, change.issue, change.option)
            for change in changes
        ]
        if not gains or (max(gains) <= IMPROVEMENT and not must_change):
            return None
        return changes[gains.index(max(gains))].text

    def changes(self, track: str, text: Text) -> list[Change]:
        """The changes that may be made: none adds offences, or chooses what offends."""
        most = self.offences(track, text)
        single = [
            Change(issue, option, {**text, issue: option})
            for issue in self.world.open_issues(track)
            for option in self.world.issues[issue].options
            if option != text[issue]
        ]
        return [
            change
            for change in single
            if not self.chooses_what_offends(track, change) and self.offences(track, change.text) <= most
        ]

    def chooses_what_offends(self, track: str, change: Change) -> bool:
        """Whether the option of a change is excluded, crosses a red line or makes a forbidden combination."""
        issue, option, text = change.issue, change.option, change.text
        return self.offends(track, text, issue) or any(
            never.get(issue) == option and contains(text, never) for never in self.world.scenario.never
        )

    def offences(self, track: str, text: Text) -> int:
        """Open issues whose option offends, and forbidden combinations of the text's own doing."""
        still_open = self.world.open_issues(track)
        return sum(self.offends(track, text, name) for name in still_open) + sum(
            contains(text, never) and not never.keys().isdisjoint(still_open) for never in self.world.scenario.never
        )

    def offends(self, track: str, text: Text, name: str) -> bool:
        """Whether the option of an open issue is excluded, or behind a red line of somebody whom the text asks."""
        return self.world.is_excluded(track, name, text[name]) or self.red_lines.any_bars(
            self.world.asked(track, text), name, text[name]
        )

    def weight(self, track: str, party: str) -> float:
        return self.world.ledger[f"talks.{track}.weights.{party}"]

    def estimated_reservations(self, track: str) -> dict[str, float]:
        """N̂' of the parties: what the mediator takes a refusal to leave them; its errors last."""
        ledger = self.world.ledger
        error, memory = ledger[f"talks.{track}.mediator_error"], ledger[f"talks.{track}.mediator_memory"]
        return {
            party: self.concession.reservation(party, track)
            + error * self.world.mood(f"talks.{track}.mediator_error.{party}", memory)
            for party in self.world.scenario.parties
        }

    def joint_worth(self, track: str, text: Text, estimate: dict[str, float]) -> float:
        """Φ(x), over the parties with a weight."""
        return sum(
            self.weight(track, party) * log_with_tangent(self.worth.of_agreement(party, track, text) - estimate[party])
            for party in self.world.scenario.parties
            if self.weight(track, party) > 0
        )


PROTOCOLS: dict[str, Callable[[Drafting, str], Text]] = {
    "single_text": Drafting.single_text,
    "ultimatum": Drafting.on_the_table,
    "alternating_offers": Drafting.alternating_offers,
}
"""How the text of a round comes about, by protocol."""
