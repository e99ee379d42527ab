"""How long a text would last once in force, and what those who must ratify it would say (model 5, 8 and 9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negosim.engine.plan import Body
from negosim.engine.reception.opening import Opening, Responses, Rows
from negosim.engine.streams import Array
from negosim.model.consent import ROUNDING
from negosim.model.durability import breach_time, chance_of_holding
from negosim.model.packages import Columns, Flags
from negosim.scenario.paths import AFTER


@dataclass(frozen=True)
class Lasting:
    """How long a text would last; (trials,) each.

    Attributes
    ----------
    guarantees : g, how strong the guarantees written into it are.
    hazard : λ, the rate at which it breaks down, without the penalty for pressure.
    penalty : the factor that pressure on somebody who signs puts on that rate.
    median : years after which half of such texts have broken down; infinite for never.
    holds : by years, the chance that it holds so long.
    tempts : whether a belligerent (without a war, a signatory) would gain by breaking it at the opening.
    """

    guarantees: Array
    hazard: Array
    penalty: Array
    median: Array
    holds: dict[int, Array]
    tempts: Flags


YEARS = (1, 5)
"""After how many years a text is asked whether it still holds."""


def lasting(opening: Opening, text: Columns, found: Responses) -> Lasting:
    """Return how long a text, (issues,), would last.

    Parameters
    ----------
    found : what everybody says to it, in all trials.
    """
    values, track, rows = opening.values, opening.track, found.rows
    package = np.broadcast_to(text, (rows.size, text.size))
    pressure = values.party_values.of_rows(values.party_values.of_track(track, "pressure"), rows)
    pressed = (found.asked & (pressure > 0)).any(axis=1)
    penalty = np.where(pressed, values.number(AFTER.pressure_penalty(track.id)), 1.0)
    hazard = values.party_values.breakdown(track, rows, package)
    shape = values.number(AFTER.shape(track.id))
    return Lasting(
        guarantees=1.0 - opening.stakes(rows).unguaranteed(package),
        hazard=hazard,
        penalty=penalty,
        median=breach_time(np.full(rows.size, 0.5), hazard * penalty, shape),
        holds={years: chance_of_holding(float(years), hazard * penalty, shape) for years in YEARS},
        tempts=_tempts(opening, found),
    )


def _tempts(opening: Opening, found: Responses) -> Flags:
    """Tell where a side would gain more by breaking the text than that costs it."""
    values, war = opening.values, opening.values.plan.war
    watching = [war.first, war.second] if war else list(opening.track.signatories)
    cost = values.number(AFTER.defection_cost(opening.track.id))[found.rows]
    gain = found.no_deal - found.value
    tempts: Flags = np.any(gain[:, watching] > cost[:, None] + ROUNDING, axis=1)
    return tempts


@dataclass(frozen=True)
class Vote:
    """What a body would say to a text today.

    Attributes
    ----------
    body : which.
    gain : (trials,) A - N of the party by whose values it votes.
    hurdle : (trials,) what it asks for.
    passes : (trials,) the chance that it approves, over its mood.
    """

    body: Body
    gain: Array
    hurdle: Array
    passes: Array


def votes(opening: Opening, found: Responses) -> list[Vote]:
    """Return what the bodies of those asked would say; whoever is asked in the first trial is asked in all."""
    from scipy.special import ndtr  # slow to import

    values, cast = opening.values, []
    for body in opening.track.bodies:
        if not found.asked[0, body.party]:
            continue
        gain = (found.value - found.no_deal)[:, body.votes_as]
        hurdle, spread = (values.number(path)[found.rows] for path in (body.hurdle, body.spread))
        certain = (gain >= hurdle - ROUNDING) * 1.0
        moved = np.divide(gain - hurdle, spread, out=np.zeros_like(gain), where=spread > 0)
        cast.append(Vote(body, gain, hurdle, np.where(spread > 0, ndtr(moved), certain)))
    return cast


def patience_needed(opening: Opening, found: Responses, rows: Rows) -> Array:
    """Return after how many days of talks each party would sign, by its patience alone, (n, parties).

    The talks go on without a break and everything else stays as it is: the aspiration of model 6 falls to what the
    text is worth once τ = (A - N')/S, that is after patience·(1 - τ)^e less what has been spent. 0 for at once; not a
    number where the text is worth less than it settles for.
    """
    values, meeting = opening.values, opening.meeting
    party_values = values.party_values
    patience = party_values.of_rows(party_values.of_track(opening.track, "patience"), rows)
    concession = party_values.of_rows(party_values.of_party("concession"), rows)
    spent = values.state.tracks[opening.index].clock[rows]
    stake = np.maximum(meeting.best[rows] - meeting.reservation[rows], 0.0)
    over = found.value - found.settles_for
    tough = np.clip(np.divide(over, stake, out=np.ones_like(over), where=stake > 0), 0.0, 1.0)
    days = np.maximum(patience * (1.0 - tough) ** concession - spent, 0.0)
    days = np.where(found.value >= found.asks - ROUNDING, 0.0, days)
    return np.where(over >= -ROUNDING, days, np.nan)
