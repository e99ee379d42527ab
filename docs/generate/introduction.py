"""What the page of the format says before the tables."""

INTRODUCTION = """# The scenario format

A scenario is one YAML file. This page lists every key of format 1: what may stand there, in which unit, what holds if
it is left out, what it means, and an example. `negosim schema` prints the same as a JSON Schema, with which editors
complete and check files; `negosim validate FILE` tells every problem of a file at once. A whole scenario in forty lines
stands in the [README](../../README.md); what the numbers do is described in [the model](../model/index.md).

A key that is not on this page is an error, never ignored. The order in which parties, issues, tracks and events are
declared changes nothing. The order of the options of an issue counts where values follow from an `ideal`.

## How values are written

- An **id** has small letters, digits and `_`, and begins with a letter. Issues and chips share their ids.
- A **label** (a title, name, unit, note or source) is one line of at most 200 visible characters of any script: no
  control characters, no characters that turn the direction of writing or take no room. A summary has at most 20,000
  and may have many lines. A text that holds a comma stands in quotes wherever it is inside braces: `{note: "a, b"}`.
- Digits are 0 to 9.
- A **date** is `2025-12-19`. A **duration** is a number and a unit: `14 days`, `6 weeks`, `18 months`, `2 years`.
- **Rates**, drifts and hazards are plain numbers per year.
- **Utility** is the common scale of all values: 0 is a party's worst package and 1 its ideal.
- A **quantity** is a number or a distribution, drawn once in every simulated history. A **quantity of time** is the
  same for durations.
- **id → x** is a mapping: ids, each with an x. The tables of the x follow where it is a mapping itself.

| Distribution | Written | Meaning |
| --- | --- | --- |
| normal | `{normal: {mean: 0.03, sd: 0.05}}` | mean and standard deviation |
| uniform | `{uniform: [0.1, 0.3]}` | evenly between two ends |
| triangular | `{triangular: [0.1, 0.2, 0.4]}` | least, most likely, largest |
| PERT | `{pert: [0.1, 0.2, 0.4]}` | least, most likely, largest, with thinner tails |
| beta | `{beta: {a: 2, b: 5}}` | between 0 and 1 |
| lognormal | `{lognormal: {median: 0.2, spread: 1.5}}` | the median, and the factor by which one log-sd multiplies it |
| choice | `{choice: {0.1: 0.7, 0.3: 0.3}}` | value: probability |

A distribution may add `min:` and `max:`; it is then drawn on condition that it lies between them. One that reaches
outside what its key allows is drawn on condition that it lies inside; both tails are exact. One of which next to
nothing (less than one part in 1e290) is left inside is an error, and so is one more than 1,000 times as wide as what
its key allows. The `spread` of a lognormal is at most 1000; `a` and `b` of a beta are numbers from 0.01 to 1e6.

Every number has bounds of magnitude, which the tables below give with its key. They are far wider than anything a
scenario can mean; within them the arithmetic of the model neither overflows nor loses its digits. Effects of events
take a number to its bounds and no further. A number other than 0 is at least 1e-100 in size.

A quantity may say where it comes from: `source` names an entry of `sources` or is `judgement`, and `note` is a remark.

```yaml
sources:
  survey: {title: "Opinion survey, December 2024", date: 2024-12-01}
parties:
  north:
    war_cost: {value: 0.25, source: survey, note: "share that calls the cost too high"}
    patience: {lognormal: {median: 18 months, spread: 1.6}}
  south:
    war_cost: {triangular: [0.1, 0.2, 0.4], max: 0.35, source: judgement}
```

## Overrides

Every number and option has a path: its keys joined by dots, such as `talks.armistice.pressure.south`. A variant is a
named set of overrides; `--set` gives further ones on the command line. `--set` wins over a variant, and a variant over
the file. An override may name a key that the file leaves at its default. It cannot make a new party, issue,
option, track or event.

```yaml
variants:
  tired_south:
    title: South tires sooner
    set: {parties.south.patience: 9 months, parties.south.war_cost: 0.3}
```
"""
