"""Settings a second by negosim's own loop, and by those of EMA Workbench and SALib on the same model function.

All three play the same settings of one scenario and must give the same answers. EMA Workbench (Kwakkel 2017) and SALib
(Iwanaga, Usher & Herman 2022) call a function for each setting; negosim packs settings into blocks. EMA Workbench is
installed into a throw-away environment in build/explorers, with negosim as it is here, and all three run there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.timing import ratio, table
from negosim.engine.processes import default_workers

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / "build" / "explorers"
REQUIREMENTS = ("ema_workbench==2.5.3", "SALib==1.6.0")
HEAD = ("loop", "settings", "a second (median)", "negosim has times as many")


def python_of_explorers() -> Path | None:
    """Return the interpreter of an environment with the other two, made if need be; None where it cannot be had."""
    python, ready = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "ready"
    if ready.exists():
        return python
    print(f"installing {', '.join(REQUIREMENTS)} into build/{ENVIRONMENT.name}", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=False)
    if made.returncode == 0:
        install = [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS, "--editable", str(ROOT)]
        made = subprocess.run(install, check=False)
    if made.returncode:
        return None
    ready.touch()
    return python


def main(many: int, few: int, rounds: int) -> None:
    python = python_of_explorers()
    if python is None:
        raise SystemExit("EMA Workbench cannot be installed here")
    workers = default_workers()
    counts = {"negosim": many, "EMA Workbench": few, "SALib": few}
    command = [str(python), "-m", "benchmarks.explorers_player", json.dumps(counts), str(rounds), str(workers)]
    played = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if played.returncode:
        raise SystemExit(played.stderr)
    ended = json.loads(played.stdout)
    seconds, answers = ended["seconds"], ended["answers"]
    if any(other != answers["negosim"] for other in answers.values()):
        raise SystemExit("the loops differ in their answers")
    print(f"the answers of all three are the same for {min(counts.values()):,} settings; {workers} processes\n")
    print(table(HEAD, [row(name, counts, seconds) for name in counts]))


def row(name: str, counts: dict[str, int], seconds: dict[str, list[float]]) -> tuple[str, ...]:
    """Return the line of a loop."""
    times = ratio(seconds[name], seconds["negosim"]) * counts["negosim"] / counts[name]
    speed = counts[name] / statistics.median(seconds[name])
    return name, f"{counts[name]:,}", f"{speed:,.1f}", f"{times:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", type=int, default=10_000, help="that negosim plays (default 10,000)")
    parser.add_argument("--fewer", type=int, default=200, help="that the other two play (default 200)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is timed (default 3)")
    chosen = parser.parse_args()
    main(chosen.settings, chosen.fewer, chosen.rounds)
