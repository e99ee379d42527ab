"""Alternating offers: whose turn it is, and what it offers (model.md §8, decisions 0001)."""

from __future__ import annotations

from collections.abc import Callable

from tests.reference.concession import Concession
from tests.reference.consent import Consent
from tests.reference.formulas import ROUNDING
from tests.reference.outcome import Text
from tests.reference.world import World
from tests.reference.worth import Worth

TIE = 1e-9
"""What costs a proposer no more than this costs it nothing."""
GIFT = 2e-9
"""A change gives the others more than this."""

Change = Callable[[Text, Callable[[Text], float | None]], Text | None]
"""Takes a text and what another would gain (None where it may not be), and returns the best change of it."""


class Offering:
    """The offers of one track."""

    def __init__(self, track: str, world: World, worth: Worth, concession: Concession, consent: Consent) -> None:
        self.track = track
        self.world = world
        self.worth = worth
        self.concession = concession
        self.consent = consent
        self.rounds = 0
        signatories = sorted(world.scenario.talks[track].signatories)
        self.order = sorted(signatories, key=lambda party: world.luck.uniform(f"talks.{track}.turn.{party}", 0))

    def offer(self, best_change: Change) -> Text:
        """The text of a round: the proposer's own best, then given away what costs it least."""
        proposer = self.order[self.rounds % len(self.order)]
        self.rounds += 1
        self.consent.proposes[self.track] = proposer
        mine = self.climb(self.favourites(proposer), best_change, self.own_gain(proposer))
        return self.climb(mine, best_change, self.bargain(proposer))

    def climb(self, text: Text, best_change: Change, gain: Callable[[Text], Callable[[Text], float | None]]) -> Text:
        """Make the best change, at most as often as the agenda has options."""
        for _ in range(sum(len(self.world.issues[issue].options) for issue in self.world.agenda[self.track])):
            changed = best_change(text, gain(text))
            if changed is None:
                break
            text = changed
        return text

    def favourites(self, proposer: str) -> Text:
        """The proposer's best option on every open issue, as far as red lines allow."""
        text = self.world.status_quo()
        for issue in self.world.open_issues(self.track):
            values, options = self.worth.weighted(proposer)[issue], list(self.world.issues[issue].options)
            allowed = [option for option in options if not self.consent.is_blocked(self.track, issue, option)]
            if allowed:
                text[issue] = max(allowed, key=lambda option: values[option] + self.luck(issue, options.index(option)))
        return text

    def luck(self, issue: str, lane: int) -> float:
        return TIE * self.world.luck.uniform(f"talks.{self.track}.tie.{issue}", 0, lane)

    def value(self, party: str, text: Text) -> float:
        return self.worth.of_agreement(party, self.track, text)

    def own_gain(self, proposer: str) -> Callable[[Text], Callable[[Text], float | None]]:
        return lambda text: lambda changed: self.value(proposer, changed) - self.value(proposer, text)

    def bargain(self, proposer: str) -> Callable[[Text], Callable[[Text], float | None]]:
        """How good a bargain a change is: what it gives the others as a share of that and its cost."""
        wish = self.concession.aspiration(proposer, self.track)
        weights = {
            party: self.world.ledger[f"talks.{self.track}.weights.{party}"] for party in self.world.scenario.parties
        }
        others = [party for party, weight in weights.items() if party != proposer and weight > 0]

        def of(text: Text) -> Callable[[Text], float | None]:
            before = {party: self.value(party, text) for party in [proposer, *others]}

            def rate(changed: Text) -> float | None:
                own = self.value(proposer, changed)
                given = sum(weights[party] * (self.value(party, changed) - before[party]) for party in others)
                if own < wish - ROUNDING or given <= GIFT:
                    return None
                cost = before[proposer] - own
                return 1 + given if cost <= TIE else given / (given + cost)

            return rate

        return of
