"""(c) Small negotiations: this engine, NegMAS and a plain loop over trials. ``python -m benchmarks.negotiations``

Three parties, five issues of five values, 100 rounds of alternating offers, random additive utilities drawn anew for
every negotiation, aspirations that fall late (Boulware, exponent 4). NegMAS (AGPL) is installed into an environment of
its own under ``build/`` by this program alone and runs in a process of its own. The plain loop is the slow reference of
the tests.

What differs: a negotiator of NegMAS proposes any outcome at about its aspiration, a party of this engine the one that
gives the others most; here no deal is a sixth option on every issue, worth 0 to all; parties of this engine are asked
in turn and answer as in model 6 to 8, without a war and without noise.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import yaml

import negosim
from benchmarks.timing import medians, seconds
from negosim.engine.run import default_workers
from negosim.scenario.load import Scenario, loads

ENVIRONMENT = Path(__file__).parent.parent / "build" / "negmas"

NEGMAS = """
import random, sys, time
from negmas import SAOMechanism, make_issue
from negmas.preferences import LinearAdditiveUtilityFunction as Utility
from negmas.sao import AspirationNegotiator

def negotiate(rng):
    issues = [make_issue(5, f"i{k}") for k in range(5)]
    table = SAOMechanism(issues=issues, n_steps=100)
    for _ in range(3):
        weights = [rng.random() for _ in issues]
        values = {issue.name: {value: rng.random() for value in range(5)} for issue in issues}
        utility = Utility(values=values, weights=[weight / sum(weights) for weight in weights], issues=issues,
                          reserved_value=0.0)
        table.add(AspirationNegotiator(aspiration_type="boulware"), ufun=utility)
    table.run()
    return table.state.step, table.agreement is not None

rng = random.Random(1)
negotiate(rng)
many, started = int(sys.argv[1]), time.perf_counter()
told = [negotiate(rng) for _ in range(many)]
took = time.perf_counter() - started
print(many / took, sum(step for step, _ in told) / many, sum(agreed for _, agreed in told) / many)
"""


def shared_case() -> Scenario:
    parties, options = ("a", "b", "c"), [f"v{k}" for k in range(5)]
    drawn = {"uniform": [0, 1]}
    view = {"salience": {"uniform": [1, 100]}, "values": {"none": 0, **dict.fromkeys(options, drawn)}}
    data: dict[str, Any] = {
        "negosim": 1,
        "title": "Three parties, five issues, five values",
        "as_of": "2025-01-01",
        "horizon": "100 weeks",
        "parties": {
            name: {"time_preference": 0.1, "patience": "100 weeks", "concession": 0.25, "judgement_noise": 0}
            for name in parties
        },
        "issues": {
            f"i{k}": {
                "status_quo": "none",
                "options": {"none": "No deal", **{option: option for option in options}},
                "views": dict.fromkeys(parties, view),
            }
            for k in range(5)
        },
        "talks": {
            "table": {
                "kind": "settlement", "every": "7 days", "signatories": list(parties),
                "protocol": "alternating_offers",
            }
        },
    }  # fmt: skip
    return loads(yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False), name="shared case")


def negmas(many: int = 60) -> tuple[float, float, float] | None:
    """Return negotiations a second, mean rounds and share of agreements; None where NegMAS cannot be had."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    try:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "negmas"], check=True, capture_output=True)
        told = subprocess.run([python, "-c", NEGMAS, str(many)], check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        print(f"NegMAS cannot be had here: {error.stderr}")
        return None
    rate, rounds, agreed = map(float, told.stdout.split())
    return rate, rounds, agreed


def plain_loop(scenario: Scenario, trials: int) -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.reference import interpreter

    interpreter.play(scenario.file, 1, range(trials))


def main(trials: int = 20_000, rounds: int = 5) -> None:
    scenario, workers = shared_case(), default_workers()

    def run(processes: int) -> None:
        negosim.run(scenario, trials=trials, workers=processes, keep=False, zones=False).summary()

    took = medians({"one": lambda: run(1), "all": lambda: run(workers)}, rounds)
    result = negosim.run(scenario, trials=2000, zones=False)
    assert result.history
    held = result.history.tracks[0].failed + (result.history.tracks[0].signed >= 0)
    print(f"negosim: {trials / took['one']:,.0f} negotiations a second on one processor, ", end="")
    print(f"{trials / took['all']:,.0f} on {workers}; {held.mean():.0f} rounds, ", end="")
    print(f"{result.reached('agreement').p:.0%} agree")
    loop = 20 / seconds(lambda: plain_loop(scenario, 20))
    print(f"plain loop over trials: {loop:,.1f} a second; ratio {trials / took['one'] / loop:,.0f} on one processor")
    other = negmas()
    if other:
        rate, mean, agreed = other
        print(f"NegMAS: {rate:,.1f} a second on one processor; {mean:.0f} rounds, {agreed:.0%} agree; ", end="")
        ratios = trials / took["one"] / rate, trials / took["all"] / rate
        print(f"ratio {ratios[0]:,.0f} on one processor, {ratios[1]:,.0f} on {workers}")


if __name__ == "__main__":
    main()
