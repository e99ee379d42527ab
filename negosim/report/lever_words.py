"""Lever words: by what a number works in the model, in a sentence for whoever moves it."""

from __future__ import annotations

from negosim.scenario.paths import (
    AFTER,
    BELIEF,
    DEADLINE,
    EVENT,
    OPTION,
    PARTY,
    RATIFICATION,
    STOCK,
    TRACK,
    VIEW,
    WAR,
    Family,
    family_of,
)

_WAITS = "The longer, the later a party comes down from what it asks at first."

_SENTENCES: dict[Family, str] = {
    PARTY.time_preference: "The higher, the more the costs of today count against what the war may bring in the end.",
    PARTY.war_cost: "The dearer the war, the less a refusal is worth.",
    PARTY.fatigue: "The faster costs grow, the less a refusal is worth later on.",
    PARTY.patience: _WAITS,
    PARTY.patience_used: "The more patience is used up, the less is asked at the start.",
    PARTY.concession: "Below 1 the party holds out until late, above 1 it gives way early.",
    PARTY.reciprocity: "The higher, the more the party waits for the others to move.",
    PARTY.judgement_noise: "The larger, the more a passing mood decides what the party asks.",
    PARTY.judgement_memory: "The longer, the longer a mood lasts, hard or soft.",
    PARTY.distrust: "The more, the sooner the party thinks that a text will break, and the less one is worth to it.",
    PARTY.exposure: "What a broken text costs: the more, the less one that may break is worth.",
    RATIFICATION.hurdle: "The higher, the more a text must bring before the body approves it.",
    RATIFICATION.foresight: "The more, the closer those who negotiate keep to what the body will ask.",
    OPTION.enforcement: "The stronger, the less likely a text that has it is to break.",
    VIEW.salience: "The more it weighs with the party, the more the party asks for it.",
    VIEW.value: "The more it is worth to the party, the sooner the party signs a text that has it.",
    VIEW.red_line: "The longer, the later a text that has it can be signed.",
    WAR.front: "Who stands better at the front asks for more.",
    WAR.drift: "Whom the front favours gains by fighting on, and asks for more.",
    WAR.volatility: "The more the front moves, the sooner one side may win.",
    WAR.fade: "The higher, the more often fighting ends without a text.",
    BELIEF.optimism: "The more a side hopes for from the front, the more a refusal is worth to it.",
    BELIEF.doubt: "The less sure a side is, the faster the front changes its mind.",
    BELIEF.narrative: "Reports that flatter a side keep its hopes up, and cost trust.",
    BELIEF.erosion: "The higher, the more trust flattering reports cost.",
    STOCK.level: "The more there is, the longer it lasts.",
    STOCK.burn: "The faster it is used up, the sooner it is missing.",
    TRACK.mediator_error: "The larger, the further drafts miss what the sides would sign.",
    TRACK.weight: "The more it counts with the mediator, the nearer drafts come to what it wants.",
    TRACK.pressure: "What a refusal costs: the more, the less is asked for, but what is signed so breaks sooner.",
    TRACK.patience: _WAITS,
    TRACK.shared_patience: _WAITS,
    AFTER.breach: "The more often texts break, the less one is worth to whoever distrusts the other side.",
    AFTER.enforcement_effect: "The larger, the more a guarantee keeps a text from breaking.",
    AFTER.pressure_penalty: "The larger, the sooner a text breaks that was signed under pressure.",
    AFTER.peace_cost: "The higher, the more of the costs of the war go on when it has stopped.",
    AFTER.opportunism: "The higher, the sooner a side that could gain by fighting breaks a text.",
    AFTER.defection_cost: "The higher, the more a side must gain by fighting before it breaks a text.",
    AFTER.breach_memory: "The larger, the more a broken text adds to distrust.",
    AFTER.pause: "The longer, the later talks begin again after a breach.",
    DEADLINE.credibility: "The more it is believed, the more the sides give way as it comes near.",
    EVENT.rate: "The higher, the sooner and the more often it comes.",
    EVENT.chance: "The higher, the more often it comes.",
}


def mechanism(path: str) -> str:
    """Return by what the number at a path works; empty where that depends on what else the scenario says.

    >>> mechanism("parties.north.war_cost"), mechanism("linkages.0.adds.north")
    ('The dearer the war, the less a refusal is worth.', '')
    """
    family = family_of(path)
    return _SENTENCES.get(family, "") if family else ""
