"""Random scenarios, as plain data, that exercise everything the engine plays."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.reference.choices import AS_OF, Data
from tests.reference.random_events import EventChoices

PARTIES = ("alba", "boria", "cania", "doria")
ISSUES = ("border", "army", "schools", "river")
CHIPS = ("fund", "seat")
OPTIONS = ("one", "two", "three", "four")
TEXTS = ("plan", "sketch")
TRACKS = ("armistice", "camp", "envoys", "grain", "peace", "swap")
"""Names of tracks, of any kind: tracks that open on one day meet in the order of their names."""


def scenarios() -> st.SearchStrategy[Data]:
    """Scenarios of format 1 within what the engine plays today.

    They are written from one number that hypothesis draws: mutating a scenario choice by choice, as it otherwise
    would, gives many that are nearly the same.
    """
    return st.randoms(use_true_random=True).map(written)


def written(luck: random.Random) -> Data:
    """Write a scenario by luck."""
    return _Writer(luck).scenario()


class _Writer(EventChoices):
    def __init__(self, luck: random.Random) -> None:
        super().__init__(luck)
        self.parties = self.some_of(PARTIES, 2, 4)
        self.issues = self.some_of(ISSUES, 1, 4)
        self.chips = self.some_of(CHIPS, 0, 2)
        self.options = {name: list(OPTIONS[: self.count(2, 4)]) for name in (*self.issues, *self.chips)}
        self.has_war = self.likely(75)
        self.has_votes = self.likely(70)
        self.is_impatient = self.likely(75)
        self.first_drafts: list[Data] = []
        self.status_quos: Data = {}
        self.belligerents: list[str] = []
        self.texts: Data = {}

    # -- the parts of a scenario ----------------------------------------------------------------------------------

    def scenario(self) -> Data:
        data: Data = {
            "negosim": 1,
            "title": "Made up by the tests",
            "as_of": AS_OF.isoformat(),
            "horizon": (AS_OF + dt.timedelta(days=self.length)).isoformat(),
            "step": self.one_of(("7 days", "10 days", "2 weeks", "3 weeks", "30 days", "1 month")),
            "parties": {name: self.party(name) for name in self.parties},
            "issues": {name: self.issue(name, "issues") for name in self.issues},
        }
        if self.chips:
            data["chips"] = {name: self.chip(name) for name in self.chips}
        if self.likely(40):
            data["linkages"] = self.linkages()
        if self.has_war:
            data["war"] = self.war()
        self.texts = {name: {"options": self.package(1, 4)} for name in self.some_of(TEXTS, 0, 2)}
        if self.texts:
            data["texts"] = self.texts
            self.first_drafts += [{**self.status_quos, **text["options"]} for text in self.texts.values()]
        data["talks"] = self.talks()
        data["never"] = self.never()
        self.numbers += [f"parties.{party}.{key}" for party in self.parties for key in _PARTY_NUMBERS]
        if self.has_war:
            self.stocks = self.some_of(("money", "shells"), 0, 2)
            self.numbers += [f"war.stocks.{name}.burn" for name in self.stocks]
        names = self.some_of(("alarm", "ballot", "coup", "drought"), 0, 4)
        self.numbers += [f"events.{name}.chance" for name in names]
        if self.likely(60):
            self.numbers = self.some_of(self.numbers, 3, 6)  # so that effects meet on the same number
        if self.stocks:
            data["war"]["stocks"] = {name: self.stock() for name in self.stocks}
        data["events"] = {name: self.event() for name in names}
        data["questions"] = self.questions()
        return data

    def party(self, name: str) -> Data:
        party: Data = {"time_preference": self.quantity(0.05, 0.4), "war_cost": self.quantity(0.0, 0.9)}
        if self.is_impatient or self.likely(45):
            party["patience"] = self.span(20, 300) if self.is_impatient else self.span(60, 500)
        optional: dict[str, Callable[[], Any]] = {
            "fatigue": lambda: self.quantity(0.0, 0.5),
            "patience_used": lambda: self.duration(1, 200),
            "concession": lambda: self.one_of(("boulware", "linear", "conceder", 0.7)),
            "judgement_noise": lambda: self.one_of((0, 0.02, 0.3, self.quantity(0.0, 1.0))),
            "judgement_memory": self.memory,
            "distrust": lambda: self.quantity(0.0, 2.0),
            "exposure": lambda: self.quantity(0.0, 0.1),
            "reciprocity": lambda: self.one_of((1, self.quantity(0.0, 1.0))),
        }
        if self.has_votes and self.likely(60):
            others = [other for other in self.parties if other != name]
            bodies = [self.body(others) for _ in range(self.one_of((1, 1, 2, 3)))]
            party["ratification"] = bodies[0] if len(bodies) == 1 else bodies
        return party | {key: value() for key, value in optional.items() if self.likely(45)}

    def memory(self) -> Any:
        """How long a mood or an error lasts: not at all, or for a while."""
        return self.one_of(("0 days", self.span(10, 400), self.span(10, 400)))

    def body(self, others: list[str]) -> Data:
        """A body that must ratify: quickly or not, and often enough as easily as not; perhaps as others would."""
        optional: dict[str, Callable[[], Any]] = {
            "delay": lambda: self.one_of(("0 days", self.span(1, 40), self.span(20, 150))),
            "hurdle": lambda: self.quantity(-0.3, 0.1),
            "spread": lambda: self.one_of((0, self.quantity(0.0, 0.2), self.quantity(0.0, 0.6))),
            "foresight": lambda: self.one_of((0, 1, self.quantity(0.0, 1.0))),
            "memory": self.memory,
        }
        if self.likely(80):
            optional["of"] = lambda: self.some_of(("limited", "ceasefire", "settlement"), 2, 3)
        if self.likely(40):
            optional["as"] = lambda: self.one_of(others)
        return {"by": "a council"} | {key: value() for key, value in optional.items() if self.likely(65)}

    def issue(self, name: str, section: str) -> Data:
        options = self.options[name]
        views = {party: self.view(name, section, party) for party in self.parties if self.likely(85)}
        return {
            "status_quo": self.status_quo(name),
            "options": {option: self.option(name, section, option) for option in options},
            "views": views,
        }

    def chip(self, name: str) -> Data:
        return {"held_by": self.some_of(self.parties, 1, 2), **self.issue(name, "chips")}

    def status_quo(self, name: str) -> Any:
        if self.has_war and self.likely(25):
            held = self.some_of(self.options[name], 1, 3)
            return {"follows_front": {option: index * 0.25 - 0.3 for index, option in enumerate(held)}}
        self.status_quos[name] = self.one_of(self.options[name])
        return self.status_quos[name]

    def option(self, name: str, section: str, option: str) -> Any:
        if not self.likely(25):
            return f"{name} {option}"
        self.numbers.append(f"{section}.{name}.options.{option}.enforcement")
        return {"enforcement": self.quantity(0.0, 1.0)}

    def view(self, name: str, section: str, party: str) -> Data:
        options = self.options[name]
        view: Data = {"salience": self.quantity(0, 100) if self.likely(93) else 0}
        if self.likely(35):
            view["ideal"] = self.one_of(options)
            if self.likely(30):
                view["loss"] = "linear"
        else:
            view["values"] = {option: self.quantity(0.0, 1.0, uncertain=10) for option in options}
            self.numbers.append(f"{section}.{name}.views.{party}.values.{self.one_of(options)}")
        self.numbers.append(f"{section}.{name}.views.{party}.salience")
        if self.likely(15):
            crossed = self.some_of(options, 1, 2)
            view["red_lines"] = {option: "never" if self.likely(40) else self.span(30, 600) for option in crossed}
            self.red_lines += [f"{party}.{name}.{option}" for option in crossed]
        return view

    def package(self, low: int, high: int, names: list[str] | None = None) -> Data:
        chosen = self.some_of(names or list(self.options), low, high)
        return {name: self.one_of(self.options[name]) for name in chosen}

    def linkages(self) -> list[Data]:
        found: dict[str, Data] = {}
        for _ in range(self.count(1, 3)):
            when = self.package(1, 2)
            adds = {party: self.quantity(-0.3, 0.3) for party in self.some_of(self.parties, 1, 2)}
            found[str(sorted(when.items()))] = {"when": when, "adds": adds}
        return list(found.values())

    def never(self) -> list[Data]:
        """Combinations, but for those in a first draft (that is a mistake of the file)."""
        if not self.likely(40):
            return []
        combinations = [self.package(1, 2) if self.likely(20) else self.package(2, 2) for _ in range(self.count(1, 2))]
        return [item for item in combinations if not any(item.items() <= draft.items() for draft in self.first_drafts)]

    def war(self) -> Data:
        between = self.belligerents = self.some_of(self.parties, 2, 2)
        war: Data = {
            "between": between,
            "front": self.quantity(-0.4, 0.4),
            "drift": self.quantity(-0.3, 0.3),
            "volatility": self.quantity(0.15, 0.6),
            "tolls": {"dead": {"per_year": self.quantity(0, 1000)}},
        }
        self.numbers += ["war.drift", "war.drift", "war.drift", "war.volatility", "war.fade", "war.tolls.dead.per_year"]
        if self.likely(75):
            war["beliefs"] = {party: self.belief(party) for party in between}
        if self.likely(50):
            war["victory"] = {party: self.package(0, 3) for party in between}
        if self.likely(30):
            war["fade"] = self.quantity(0.0, 0.5)
        return war

    def belief(self, party: str) -> Data:
        self.numbers.append(f"war.beliefs.{party}.narrative")
        belief = {"optimism": self.quantity(-0.1, 0.4), "doubt": self.quantity(0.0, 0.4)}
        if self.likely(50):
            belief["narrative"] = self.quantity(-0.1, 0.3)
            if self.likely(60):
                belief["erosion"] = self.quantity(0.0, 20.0)
                self.numbers.append(f"war.beliefs.{party}.erosion")
        return belief

    def stock(self) -> Data:
        """A stock that may be empty from the start, within the horizon, or never."""
        return {
            "party": self.one_of(self.parties),
            "level": self.one_of((0, self.quantity(0, 40), self.quantity(0, 40))),
            "burn": self.quantity(0, 100),
            "when_empty": [self.change(passing=False) for _ in range(self.count(0, 3))],
        }

    def talks(self) -> Data:
        kinds = ["limited"] * self.one_of((0, 0, 1, 1, 2, 3))
        if not kinds or self.likely(85):
            lasting = ("ceasefire", "settlement") if self.has_war else ("settlement",)
            kinds += [self.one_of(lasting) for _ in range(self.count(1, 3 if self.has_war else 2))]
        self.kinds = sorted(set(kinds))
        names = self.some_of(TRACKS, len(kinds), len(kinds))
        return {name: self.track(name, kind) for name, kind in zip(names, kinds, strict=True)}

    def track(self, name: str, kind: str) -> Data:
        disputed = list(self.options)
        on_agenda = self.some_of(disputed, 1, len(disputed)) if self.likely(35) else disputed
        if kind == "limited" and self.likely(75):
            on_agenda = self.some_of(disputed, 1, 2)
        track: Data = {
            "kind": kind,
            "signatories": self.some_of(self.parties, 1, 3) if self.likely(60) else self.parties[:2],
            "every": f"{self.count(5, 60)} days",
            "revisions": self.count(0, 3),
            "between_rounds": self.one_of(("lapses", "stands")),
            "after": self.after(name, kind),
        }
        if len(on_agenda) < len(disputed):
            track["issues"] = on_agenda
        optional: dict[str, Callable[[], Any]] = {
            "weights": lambda: self.by_party(lambda: self.quantity(0, 2)),
            "pressure": lambda: self.by_party(lambda: self.quantity(0.0, 0.2)),
            "patience": lambda: self.span(30, 400) if self.likely(50) else self.by_party(lambda: self.span(30, 400)),
            "opens": lambda: self.date(0, self.length // 2),
            "first_draft": lambda: self.first_draft(on_agenda),
            "mediator_error": lambda: self.quantity(0.0, 0.1),
            "mediator_memory": self.memory,
            "ripeness": lambda: self.one_of(("on", "on", "off")),
            "deadline": lambda: self.deadline(name),
            "protocol": lambda: self.one_of(("single_text", "alternating_offers", "ultimatum")),
        }
        track |= {key: value() for key, value in optional.items() if self.likely(45)}
        if self.has_votes:
            track["until_ratified"] = self.one_of(("truce", "truce", "fighting"))
        if self.likely(25):
            track["exclude"] = {issue: self.all_but_some(issue) for issue in self.some_of(on_agenda, 1, 2)}
        self.numbers += [f"talks.{name}.mediator_error", f"talks.{name}.mediator_memory"]
        self.numbers += [f"talks.{name}.{key}.{party}" for party in self.parties for key in ("pressure", "weights")]
        return track

    def first_draft(self, on_agenda: list[str]) -> Any:
        """A draft of the track's own, or a text that people talk about."""
        if self.texts and self.likely(50):
            return self.one_of(list(self.texts))
        draft = self.package(1, 4, on_agenda)
        self.first_drafts.append({**self.status_quos, **draft})
        return draft

    def all_but_some(self, issue: str) -> list[str]:
        """Options of an issue, but never all of them."""
        return self.some_of(self.options[issue], 1, len(self.options[issue]) - 1)

    def deadline(self, name: str) -> Data:
        self.numbers += [f"talks.{name}.deadline.credibility"] * 2
        deadline: Data = {"on": self.date(0, self.length + 60), "credibility": self.quantity(0.2, 1.0)}
        if self.likely(60):
            deadline["repeats"] = self.duration(10, 150)
        return deadline

    def by_party(self, value: Callable[[], Any]) -> Data:
        return {party: value() for party in self.some_of(self.parties, 1, 3)}

    def after(self, name: str, kind: str) -> Data:
        """What holds after a signature."""
        self.numbers += [f"talks.{name}.after.{key}" for key in _AFTER_NUMBERS]
        optional: dict[str, Callable[[], Any]] = {
            "breach": lambda: self.quantity(0.0, self.one_of((0.3, 6.0 if kind == "limited" else 3.0))),
            "shape": lambda: self.one_of((0.6, 1, 1.5, {"uniform": [0.5, 2]})),
            "enforcement_effect": lambda: self.quantity(0.0, 1.0),
            "pressure_penalty": lambda: self.quantity(0.5, 3),
            "peace_cost": lambda: self.quantity(0.0, 1.0),
            "opportunism": lambda: self.quantity(0.0, 6.0),
            "defection_cost": lambda: self.quantity(0.0, 0.2),
            "breach_memory": lambda: self.quantity(0.5, 2),
            "pause": lambda: self.one_of(("0 days", self.span(10, 120))),
        }
        return {key: value() for key, value in optional.items() if self.likely(60)}

    # -- questions ----------------------------------------------------------------------------------------------------

    def questions(self) -> Data:
        kinds = self.agreements()
        if self.has_war:
            kinds += ["victory", "faded", f"victory:{self.belligerents[0]}", f"victory:{self.belligerents[1]}"]
        names = self.some_of(("first", "second", "third"), 0, 3)
        return {name: self.question(self.one_of(kinds)) for name in names}

    def agreements(self) -> list[str]:
        """The kinds of agreement that the tracks can bring."""
        return [*self.kinds, *(["agreement"] if set(self.kinds) - {"limited"} else [])]

    def question(self, reach: str) -> Data:
        question: Data = {"reach": reach, "by": self.date(1, self.length - 60)}
        if reach in self.agreements() and self.likely(60):
            question["lasting"] = f"{self.count(1, 60)} days"
        return question


_PARTY_NUMBERS = ("war_cost", "fatigue", "patience", "concession", "reciprocity", "judgement_noise", "distrust",
                  "exposure", "time_preference", "judgement_memory")  # fmt: skip
_AFTER_NUMBERS = ("breach", "shape", "enforcement_effect", "pressure_penalty", "peace_cost", "opportunism",
                  "defection_cost", "breach_memory", "pause")  # fmt: skip
