"""How a draft comes about, by each protocol (model.md §8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.formulas import log_with_tangent
from tests.reference.offering import Offering
from tests.reference.outcome import Text
from tests.reference.red_lines import RedLines
from tests.reference.world import World
from tests.reference.worth import Worth

IMPROVEMENT = 2e-9
"""A change of the draft improves it by more than this (decisions 0001)."""


@dataclass(frozen=True)
class Change:
    """A single-issue change of a draft, the draft that it makes, and the offences in that.

    `offends` says whether the new option is one of them.
    """

    issue: str
    option: str
    text: Text
    offends: bool
    offences: int


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
        text = self.offerings[track].offer()
        self.drafts[track] |= {issue: text[issue] for issue in self.world.open_issues(track)}
        return text

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
        changes, offences = self.changes(track, text), self.offences(track, text)
        fewest = min((change.offences for change in changes), default=offences)
        if fewest < offences:
            changes = [change for change in changes if change.offences == fewest]
        before = self.joint_worth(track, text, estimate)
        gains = [
            self.joint_worth(track, change.text, estimate)
            - before
            + self.world.tie_luck(track, change.issue, change.option)
            for change in changes
        ]
        if not gains or (max(gains) <= IMPROVEMENT and fewest == offences):
            return None
        return changes[gains.index(max(gains))].text

    def changes(self, track: str, text: Text) -> list[Change]:
        """The changes that may be made: none adds offences, or chooses what offends."""
        most = self.offences(track, text)
        single = [
            self.change(track, text, issue, option)
            for issue in self.world.open_issues(track)
            for option in self.world.issues[issue].options
            if option != text[issue]
        ]
        return [change for change in single if not change.offends and change.offences <= most]

    def change(self, track: str, text: Text, issue: str, option: str) -> Change:
        changed = {**text, issue: option}
        behind, forbidden = self.offending(track, changed), self.world.forbidden(track, changed)
        offends = issue in behind or any(issue in never for never in forbidden)
        return Change(issue, option, changed, offends, len(behind) + len(forbidden))

    def offences(self, track: str, text: Text) -> int:
        """How many open issues offend, and how many forbidden combinations a text holds."""
        return len(self.offending(track, text)) + len(self.world.forbidden(track, text))

    def offending(self, track: str, text: Text) -> list[str]:
        """Open issues whose option is excluded, or behind a red line of somebody whom the text asks."""
        asked = set(self.world.asked(track, text))
        return [
            name
            for name in self.world.open_issues(track)
            if self.world.is_excluded(track, name, text[name]) or asked & self.red_lines.owners(name, text[name])
        ]

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
