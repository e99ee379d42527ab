"""What packages, the war and agreements are worth to the parties (model.md §2, §3 and §5)."""

from __future__ import annotations

from tests.reference.formulas import ROUNDING, contains, first_passage
from tests.reference.outcome import CEASEFIRE, FIGHTING, LIMITED, Text
from tests.reference.world import World


class Worth:
    """What things are worth now."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._weighted: dict[str, dict[str, dict[str, float]]] = {}
        self._weighed_at = -1
        self._added = self._linkage_amounts()

    # -- packages (§2) --------------------------------------------------------------------------------------------

    def weighted(self, party: str) -> dict[str, dict[str, float]]:
        """s_ij v_ij(x_j) of every option."""
        if self._weighed_at != self.world.ledger.version:
            self._weighted = {name: self._weigh(name) for name in self.world.scenario.parties}
            self._weighed_at = self.world.ledger.version
        return self._weighted[party]

    def _weigh(self, party: str) -> dict[str, dict[str, float]]:
        world, ledger = self.world, self.world.ledger
        view = {name: f"{world.section[name]}.{name}.views.{party}" for name in world.issues}
        salience = {name: ledger[f"{view[name]}.salience"] for name in world.issues}
        total = sum(salience.values())
        return {
            name: {
                option: salience[name] / total * ledger[f"{view[name]}.values.{option}"] if total else 0.0
                for option in issue.options
            }
            for name, issue in world.issues.items()
        }

    def _linkage_amounts(self) -> list[tuple[Text, dict[str, float]]]:
        amounts = []
        for linkage in self.world.scenario.linkages:
            name = "+".join(f"{issue}.{option}" for issue, option in sorted(linkage.when.items()))
            added = {party: self.world.luck.drawn(by, f"linkages.{name}.{party}") for party, by in linkage.adds.items()}
            amounts.append((linkage.when, added))
        return amounts

    def utility(self, party: str, text: Text) -> float:
        """u_i(x)."""
        weighted = self.weighted(party)
        utility = sum(weighted[issue][option] for issue, option in text.items())
        for when, added in self._added:
            if party in added and contains(text, when):
                utility += added[party]
        return utility

    def best_option(self, party: str, name: str, allowed: list[str]) -> str:
        """Of some options the one a party values most; where the status quo is as good to it, that."""
        weighted, status_quo = self.weighted(party)[name], self.world.status_quo_of(name)
        if status_quo in allowed and weighted[status_quo] == max(weighted[option] for option in allowed):
            return status_quo
        values = f"{self.world.section[name]}.{name}.views.{party}.values"
        return max(allowed, key=lambda option: self.world.ledger[f"{values}.{option}"])

    # -- the war (§3) ---------------------------------------------------------------------------------------------

    def value_war(self) -> None:
        """W_i of every party, and who is in a hurting stalemate; they hold for the whole tick."""
        world = self.world
        status_quo, imposed = world.status_quo(), [self.imposed(side) for side in world.belligerents()]
        world.war_value = {party: self._of_war(party, status_quo, imposed) for party in world.scenario.parties}
        world.hurting = {
            party: world.war_value[party] < self.utility(party, status_quo) - ROUNDING for party in world.belligerents()
        }

    def _of_war(self, party: str, status_quo: Text, imposed: list[Text]) -> float:
        """W_i; in the impasse the status quo less its cost."""
        stalemate = self.utility(party, status_quo) - self.cost(party)
        if not imposed:
            return stalemate
        up, down = self.ends(party)
        first_wins, second_wins = (self.utility(party, terms) for terms in imposed)
        return (1 - up - down) * stalemate + up * first_wins + down * second_wins

    def ends(self, party: str) -> tuple[float, float]:
        """B⁺ and B⁻ as a party believes."""
        r = self.world.ledger[f"parties.{party}.time_preference"]
        return first_passage(self.world.front, self.world.belief[party], self.world.ledger["war.volatility"], r)

    def cost(self, party: str) -> float:
        """c_i(t)."""
        ledger = self.world.ledger
        return ledger[f"parties.{party}.war_cost"] * (1 + ledger[f"parties.{party}.fatigue"] * self.world.years_fought)

    def imposed(self, winner: str) -> Text:
        """The terms a winner imposes."""
        world = self.world
        named = world.scenario.war.victory.get(winner, {}) if world.scenario.war else {}
        terms = {}
        for name in world.issues:
            if name in named:
                terms[name] = named[name]
            elif set(world.holders_of(name)) - set(world.belligerents()):
                terms[name] = world.status_quo_of(name)
            else:
                terms[name] = self.best_option(winner, name, list(world.issues[name].options))
        return terms

    # -- agreements (§5) ------------------------------------------------------------------------------------------

    def hazard(self, track: str, text: Text) -> float:
        """λ(x)."""
        world, ledger, after = self.world, self.world.ledger, f"talks.{track}.after"
        unguarded = 1.0
        for name, option in text.items():
            unguarded *= 1 - ledger[f"{world.section[name]}.{name}.options.{option}.enforcement"]
        return ledger[f"{after}.breach"] * (1 - ledger[f"{after}.enforcement_effect"] * (1 - unguarded))

    def of_agreement(self, party: str, track: str, text: Text) -> float:
        """A_i(x); a limited deal does not stop the war."""
        world, ledger = self.world, self.world.ledger
        if world.kind(track) == LIMITED:
            return self.no_deal(party) + self.of_limited_gain(party, track, text, world.status_quo())
        r, h = self.discounting(party, track, text)
        peace = self.utility(party, text) - ledger[f"talks.{track}.after.peace_cost"] * self.cost(party)
        broken = world.war_value[party] - ledger[f"parties.{party}.exposure"]
        return (r * peace + h * broken) / (r + h)

    def discounting(self, party: str, track: str, text: Text) -> tuple[float, float]:
        """r_i, and h_i(x), the rate at which a party expects the text to break down."""
        ledger = self.world.ledger
        h = ledger[f"parties.{party}.distrust"] * self.world.distrust[party] * self.hazard(track, text)
        return ledger[f"parties.{party}.time_preference"], h

    def of_limited_gain(self, party: str, track: str, text: Text, status_quo: Text) -> float:
        """What a limited deal adds to no deal, against a status quo."""
        r, h = self.discounting(party, track, text)
        gain = self.utility(party, text) - self.utility(party, status_quo)
        return self.undecided(party) * gain * r / (r + h)

    def undecided(self, party: str) -> float:
        """φ_i: the share of the future in which a limited deal counts."""
        if self.world.scenario.war and self.world.state == FIGHTING:
            return 1 - sum(self.ends(party))
        return 1.0

    def no_deal(self, party: str) -> float:
        """N_i: the war (or the impasse) goes on, or the ceasefire in force; under a truce without terms the war."""
        world = self.world
        if world.state == CEASEFIRE and world.agreement and not world.agreement.is_truce:
            return self.of_agreement(party, world.agreement.track, world.terms_in_force())
        return world.war_value[party]
