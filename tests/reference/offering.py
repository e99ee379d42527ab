"""Alternating offers: whose turn it is, and what it offers (model.md §8, decisions 0001)."""

from __future__ import annotations

import math
from collections.abc import Callable

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.formulas import ROUNDING, TIE, contains
from tests.reference.outcome import Text
from tests.reference.red_lines import RedLines
from tests.reference.world import World
from tests.reference.worth import Worth

GIFT = 2e-9
"""A change gives the others, or the proposer itself, more than this."""

Gain = Callable[[Text], float | None]
"""What a text gains against the one before; None where it may not be offered."""


class Offering:
    """The offers of one track."""

    def __init__(
        self,
        track: str,
        world: World,
        worth: Worth,
        concession: Concession,
        consent: Consent,
        red_lines: RedLines,
    ) -> None:
        self.track = track
        self.world = world
        self.worth = worth
        self.concession = concession
        self.consent = consent
        self.red_lines = red_lines
        self.rounds = 0
        signatories = sorted(world.scenario.talks[track].signatories)
        self.order = sorted(signatories, key=lambda party: world.luck.uniform(f"talks.{track}.turn.{party}", 0))

    def offer(self) -> Text:
        """The text of a round: the proposer's own best, then given away what costs it least."""
        proposer = self.order[self.rounds % len(self.order)]
        self.rounds += 1
        self.consent.proposes[self.track] = proposer
        mine = self.climb(self.favourites(proposer), self.own_gain(proposer))
        return self.climb(mine, self.bargain(proposer))

    def climb(self, text: Text, gain: Callable[[Text], Gain]) -> Text:
        """Make the best change, at most as often as the agenda has options."""
        for _ in range(sum(len(self.world.issues[issue].options) for issue in self.world.agenda[self.track])):
            changed = self.best_change(text, gain(text))
            if changed is None:
                break
            text = changed
        return text

    def best_change(self, text: Text, gained: Gain) -> Text | None:
        """The change that gains most; where the text cannot stay as it is, the one that costs least."""
        changes = self.changes(text, self.untenable(text))
        forced = bool(changes)
        if not forced:
            changes = self.changes(text, self.world.open_issues(self.track))
        best, best_gain = None, -math.inf
        for issue, option in changes:
            changed = {**text, issue: option}
            gain = gained(changed)
            if gain is None:
                continue
            gain += self.world.tie_luck(self.track, issue, option)
            if gain > best_gain and (forced or gain > GIFT):
                best, best_gain = changed, gain
        return best

    # -- what may be offered --------------------------------------------------------------------------------------

    def is_barred(self, name: str, option: str) -> bool:
        """Whether an option is excluded, or behind a live red line of anybody who might be asked."""
        might_be_asked = self.world.might_be_asked[self.track]
        is_barred = not self.red_lines.owners(name, option).isdisjoint(might_be_asked)
        return is_barred or self.world.is_excluded(self.track, name, option)

    def untenable(self, text: Text) -> list[str]:
        """Open issues at which the text cannot stay: barred, or in a forbidden combination."""
        standing = [never for never in self.world.scenario.never if contains(text, never)]
        return [
            issue
            for issue in self.world.open_issues(self.track)
            if self.is_barred(issue, text[issue]) or any(issue in never for never in standing)
        ]

    def changes(self, text: Text, issues: list[str]) -> list[tuple[str, str]]:
        """Changes that lead to no forbidden combination and to nothing that is barred."""
        nevers = self.world.scenario.never
        return [
            (issue, option)
            for issue in issues
            for option in self.world.issues[issue].options
            if option != text[issue]
            and not self.is_barred(issue, option)
            and not any(contains({**text, issue: option}, never) for never in nevers if issue in never)
        ]

    def favourites(self, proposer: str) -> Text:
        """The proposer's best option on every open issue, as far as none is barred."""
        text = self.world.status_quo()
        for issue in self.world.open_issues(self.track):
            allowed = [option for option in self.world.issues[issue].options if not self.is_barred(issue, option)]
            if allowed:
                text[issue] = max(allowed, key=lambda option: self.liking(proposer, issue, option))
        return text

    def liking(self, proposer: str, issue: str, option: str) -> float:
        return self.worth.weighted(proposer)[issue][option] + self.world.tie_luck(self.track, issue, option)

    # -- what it gains --------------------------------------------------------------------------------------------

    def value(self, party: str, text: Text) -> float:
        return self.worth.of_agreement(party, self.track, text)

    def own_gain(self, proposer: str) -> Callable[[Text], Gain]:
        return lambda text: lambda changed: self.value(proposer, changed) - self.value(proposer, text)

    def bargain(self, proposer: str) -> Callable[[Text], Gain]:
        """How good a bargain a change is: what it gives the others as a share of that and its cost."""
        aspiration = self.concession.aspiration(proposer, self.track)
        weights = {
            party: self.world.ledger[f"talks.{self.track}.weights.{party}"] for party in self.world.scenario.parties
        }
        others = [party for party, weight in weights.items() if party != proposer and weight > 0]

        def of(text: Text) -> Gain:
            before = {party: self.value(party, text) for party in [proposer, *others]}

            def rate(changed: Text) -> float | None:
                own = self.value(proposer, changed)
                given = sum(weights[party] * (self.value(party, changed) - before[party]) for party in others)
                if own < aspiration - ROUNDING or given <= GIFT:
                    return None
                cost = before[proposer] - own
                return 1 + given if cost <= TIE else given / (given + cost)

            return rate

        return of
