"""Scenario texts that many tests begin from."""

from __future__ import annotations

MINIMAL = """\
negosim: 1
title: Two sides, one border
as_of: 2025-01-01
horizon: 2027-01-01
sources: {survey: {title: A survey, date: 2024-12-01}}
parties:
  north: {time_preference: 0.15, war_cost: 0.25}
  south: {time_preference: 0.15, war_cost: {uniform: [0.2, 0.4], source: survey}}
issues:
  border:
    status_quo: line
    options: {old: The pre-war border, line: The present line, far: The far province goes to North}
    views:
      north: {salience: 60, values: {old: 0, line: 0.5, far: 1}, red_lines: {old: never}}
      south: {salience: 50, ideal: old, red_lines: {far: 24 months}}
war:
  between: [north, south]
  volatility: 0.35
talks:
  armistice: {kind: ceasefire, signatories: [north, south], pressure: {south: 0.03}}
  peace: {kind: settlement, signatories: [north, south], patience: 12 months}
variants:
  no_pressure: {set: {talks.armistice.pressure.south: 0}}
questions:
  truce: {reach: ceasefire, by: 2025-06-30}
levers:
  pressure: {path: talks.armistice.pressure.south, range: [0, 0.1]}
"""

COMPLETE = """\
negosim: 1                          # format version
title: Two sides, one border
summary: "*North* and South, one border."
as_of: 2025-01-01
horizon: 2027-01-01
step: 7 days
sources: {kiis_feb26: {title: "A survey", url: "https://example.org/survey", date: 2026-02-24}}

parties:
  north:
    name: North
    short: N
    time_preference: 0.15
    war_cost: {triangular: [0.1, 0.25, 0.4], source: kiis_feb26}
    fatigue: 0.1
    patience: {lognormal: {median: 18 months, spread: 1.6}}
    patience_used: 30 days
    concession: 0.6
    concession_law: time
    reciprocity: 0.2
    judgement_noise: 0.05
    judgement_memory: 6 months
    distrust: 1.5
    exposure: 0.1
    ratification: {by: referendum, of: [ceasefire, settlement], as: union, delay: 60 days, hurdle: 0.05, spread: 0.1,
                   foresight: 0.5, memory: 6 months}
  south:
    name: South
    time_preference: 0.15
    war_cost: {value: 0.3, source: judgement, note: "a guess"}
    concession: boulware
    ratification:
      - {by: parliament}
      - {by: referendum, delay: 90 days}
  union: {name: Union, time_preference: {uniform: [0.05, 0.1]}}

issues:
  border:
    title: Where the border runs
    status_quo: {follows_front: {old: -1, line: -0.2, far: 0.5}}
    options:
      old: The pre-war border
      line: The present line
      far: The far province goes to North
    views:
      north: {salience: 60, values: {old: 0, line: 0.5, far: 1}, red_lines: {old: never}}
      south: {salience: 50, ideal: old, red_lines: {far: 24 months, line: {uniform: [6 months, 1 year]}}}
  guarantee:
    status_quo: none
    options: {none: No guarantee, treaty: {title: A treaty, enforcement: 0.5}}
    views:
      south: {salience: {normal: {mean: 40, sd: 5}, min: 20, max: 60}, values: {none: 0, treaty: {beta: {a: 5, b: 2}}}}
chips:
  fund:
    held_by: [union]
    status_quo: frozen
    options: {frozen: Stays frozen, shared: Pays for rebuilding, returned: Returned}
    views:
      north: {salience: 10, ideal: returned}
      union: {salience: 5, values: {frozen: 0.8, shared: 1, returned: 0}}
linkages:
  - {when: {border: far, guarantee: none}, adds: {south: -0.2}}
never: [{border: old, fund: returned}]

war:
  between: [north, south]
  began: 2024-03-01
  front: 0.1
  drift: {normal: {mean: 0.02, sd: 0.05}}
  volatility: 0.35
  beliefs: {north: {optimism: 0.1, doubt: 0.2, narrative: 0.02}, south: {optimism: 0.1, doubt: 0.2}}
  victory: {north: {border: far}, south: {border: old}}
  fade: 0.01
  stocks:
    south_money: {party: south, level: 90, burn: 60, unit: EUR bn, when_empty: [{add: war.drift, by: 0.1}]}
  tolls: {casualties_north: {per_year: 400000, unit: killed or wounded, title: Losses of North}}

talks:
  armistice:
    title: Armistice talks
    kind: ceasefire
    opens: 2025-01-15
    every: 14 days
    signatories: [north, south]
    protocol: single_text
    mediator: usa
    issues: [border]
    first_draft: {border: line}
    weights: {north: 1, south: 0.9}
    mediator_error: 0.05
    revisions: 2
    pressure: {south: 0.03}
    patience: {north: 6 months}
    ripeness: on
    deadline: {on: 2025-06-01, credibility: 0.4, repeats: 6 months}
    after: {breach: 0.6, shape: 0.6, enforcement_effect: 0.8, pressure_penalty: 1.5, peace_cost: 0.2, opportunism: 0.1,
            defection_cost: 0.1, breach_memory: 1.25}
  peace:
    {kind: settlement, signatories: [south, north], protocol: alternating_offers, patience: 12 months, ripeness: off}
  exchange: {kind: limited, signatories: [north, south], protocol: ultimatum}

events:
  election:
    title: An election
    on: 2026-11-03
    chance: 0.6
    effects:
      - {scale: talks.armistice.pressure.south, by: 0.5}
      - {add: parties.south.war_cost, by: 0.05, for: 6 months}
      - {set: parties.north.patience, to: 12 months}
      - {lift: south.border.far}
      - {draw: north.fund.frozen}
      - {fix: fund, to: shared}
      - {refill: south_money, by: 90}
      - {breaks: ceasefire}
  scandal: {rate: 0.5, repeats: true, effects: [{scale: parties.union.war_cost, by: {pert: [0.5, 1, 2]}}]}
  summit: {between: [2025-03-01, 2025-09-01], effects: [{set: talks.peace.after.breach, to: 0}]}
  thaw: {when: {state: ceasefire, for: 90 days}, effects: [{draw: south.border.far}]}
  rout: {when: {front_above: 0.5, front_below: 0.9}, effects: [{add: war.drift, by: {choice: {0.1: 0.7, 0.3: 0.3}}}]}
variants:
  no_pressure: {title: No pressure, set: {talks.armistice.pressure.south: 0}}
questions:
  truce_by_june:
    title: A truce by June?
    reach: ceasefire
    by: 2025-06-30
    lasting: 30 days
    benchmarks: [{p: 0.24, on: 2025-01-02, source: kiis_feb26, note: a market}]
    outcome: {happened: false, on: 2025-06-30, source: kiis_feb26}
levers:
  pressure: {title: Pressure on South, path: talks.armistice.pressure.south, range: [0, 0.1]}
"""
