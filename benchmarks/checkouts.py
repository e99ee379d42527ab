"""Other checkouts of negosim that this one is compared with: each plays in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[1]
"""This checkout."""

PLAYER = Path(__file__).with_name("checkouts_player.py")


def asked(checkout: Path, *words: str) -> float:
    """Call the negosim of a checkout, and return the seconds that it took."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "negosim", *words]
    subprocess.run(command, cwd=checkout, env=_environment(checkout), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


class WarmProcess:
    """A process in which a checkout has a scenario compiled, and has played it.

    Parameters
    ----------
    checkout : the kernel of which has been built.
    scenario : the file.
    """

    def __init__(self, checkout: Path, scenario: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PLAYER), str(scenario)],
            cwd=checkout,
            env=_environment(checkout),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def seconds(self, work: str, trials: int) -> float:
        """Return how long one of `checkouts_player.works` takes, on one processor.

        Raises
        ------
        subprocess.CalledProcessError
            Where the process has failed.
        """
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{work} {trials}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)
        return float(answer)


def _environment(checkout: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(checkout)}
