"""The most memory that a command takes, with the processes it starts."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MB = 1024.0
"""Kilobytes in a megabyte, as the system counts them."""

_LOOK_EVERY = 0.1
"""Seconds between looks at the processes."""


@dataclass(frozen=True)
class Peak:
    """What a command took.

    Attributes
    ----------
    seconds : from its start to its end.
    largest : megabytes of its largest process at its largest.
    together : megabytes of all its processes at the worst moment seen, what they share counted once; None where the
        system does not tell.
    """

    seconds: float
    largest: float
    together: float | None


def peak(command: Sequence[str]) -> Peak:
    """Run a command and watch its memory.

    Raises
    ------
    subprocess.CalledProcessError
        Where it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    together = 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        together = max(together, sum(map(_share, _family(process.pid))))
        time.sleep(_LOOK_EVERY)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Peak(time.perf_counter() - started, used.ru_maxrss / MB, together or None)


def _family(root: int) -> list[int]:
    """Return a process and all that descend from it; itself alone where the system does not tell."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        parents[int(status.parent.name)] = int(after_name[1])
    family = [root]
    for known in family:
        family += [pid for pid, parent in parents.items() if parent == known]
    return family


def _share(pid: int) -> float:
    """Return the megabytes of a process, its part of what is shared."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / MB
