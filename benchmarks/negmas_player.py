"""Negotiations in NegMAS. Run by negmas_case.py with the interpreter of a throw-away environment; knows no negosim.

Reads negotiations as JSON from the file named first, and writes what came of them, and the seconds it took, to stdout.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from negmas import make_issue
from negmas.outcomes import make_os
from negmas.preferences import LinearAdditiveUtilityFunction, TableFun
from negmas.sao import BoulwareTBNegotiator, ConcederTBNegotiator, LinearTBNegotiator, SAOMechanism

STRATEGIES = {"early": ConcederTBNegotiator, "even": LinearTBNegotiator, "late": BoulwareTBNegotiator}

Negotiation = dict[str, dict[str, Any]]
"""By party: its weights, its values (a list for each issue), and what no deal is worth to it."""


def negotiate(case: Negotiation, rounds: int) -> tuple[bool, int]:
    """Hold one negotiation; tell whether it came to an agreement, and in how many rounds."""
    options = [len(values) for values in next(iter(case.values()))["values"]]
    outcomes = make_os([make_issue(count, f"issue{place}") for place, count in enumerate(options)])
    mechanism = SAOMechanism(outcome_space=outcomes, n_steps=rounds)
    for party, view in case.items():
        values = [TableFun(dict(enumerate(row))) for row in view["values"]]
        utility = LinearAdditiveUtilityFunction(
            values, weights=view["weights"], outcome_space=outcomes, reserved_value=view["no_deal"]
        )
        mechanism.add(STRATEGIES[party](name=party), ufun=utility)
    state = mechanism.run()
    return state.agreement is not None, state.step


def main(path: str, rounds: int) -> None:
    cases: list[Negotiation] = json.loads(Path(path).read_text())
    negotiate(cases[0], rounds)  # what is loaded on first use is not counted
    started, processor = time.perf_counter(), time.process_time()
    ends = [negotiate(case, rounds) for case in cases]
    result = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - processor,
        "agreed": sum(agreement for agreement, _ in ends),
        "rounds": sum(held for _, held in ends),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1], int(sys.argv[2]))
