"""Clusters: a Dask scheduler and its workers play the tasks of a sweep."""

from __future__ import annotations

import contextlib
import logging
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from negosim.experiments.store.chunk import Part
from negosim.experiments.sweep.task import Work, WorkersError, play_parts
from negosim.experiments.sweep.workers import Played
from negosim.results.build_identity import build_identity, differences
from negosim.version import __version__

_LOCAL = re.compile(r"local:([0-9]{1,3})\Z")
_ADDRESS = re.compile(r"(tcp|tls|ucx|ws|wss)://\S+:[0-9]{1,5}/?\Z")

_CONNECT = 20.0
"""Seconds to reach a scheduler."""

_RECONNECT = 30.0
"""Seconds to reach it again."""

_COUNTED = 2.0
"""Seconds for which a count of the workers is good."""

_LONELY = 15.0
"""Seconds without a worker after which that is said."""


class Cluster:
    """A Dask cluster plays.

    Parameters
    ----------
    work : what all tasks share; every worker is sent it once.
    address : of a scheduler, ``tcp://host:port`` or ``tls://host:port``; or ``local:N`` for N processes here.

    Raises
    ------
    WorkersError
        Where nobody answers at the address, or somebody has another negosim.
    ImportError
        Where Dask is not installed.
    """

    def __init__(self, work: Work, address: str) -> None:
        distributed = _imported()
        local = checked_address(address)
        self._address = address
        self._work = work
        self._started: Any = None
        self._client: Any = None
        self._threads = 0
        try:
            if local:
                self._started = _started(distributed, local)
            try:
                self._client = distributed.Client(
                    self._started or address, timeout=_CONNECT, set_as_default=False, name="negosim-sweep"
                )
            except (OSError, ValueError) as error:
                raise WorkersError(f"no Dask scheduler answers at {address} ({error})") from error
            self._differences = self._compare_builds()
            self._begin()
        except BaseException:
            self.close(at_once=True)
            raise

    def ready(self) -> int:
        """Return two tasks a thread of the workers, as many as there are now."""
        if time.monotonic() - self._counted > _COUNTED:
            self._count()
        return max(2 * self._threads, 2)

    def submit(self, parts: tuple[Part, ...]) -> Played:
        """Hand out a task."""
        future: Played = self._executor.submit(play_parts, self._shared, parts)
        return future

    def lost(self, error: BaseException) -> bool:
        """Tell whether several workers died over one task."""
        return type(error).__name__ == "KilledWorker"

    def renew(self) -> None:
        """Wait for the connection to the scheduler to come back.

        Raises
        ------
        WorkersError
            Where it does not.
        """
        deadline = time.monotonic() + _RECONNECT
        while self._client.status != "running":
            if self._client.status == "closed" or time.monotonic() > deadline:
                raise self._gone()
            time.sleep(0.2)
        self._begin()

    def glance(self) -> str:
        """Say when there are no workers.

        Raises
        ------
        WorkersError
            Where the scheduler is gone.
        """
        if self._client.status == "closed":
            raise self._gone()
        self._count()
        if self._differences:
            note, self._differences = self._differences, ""
            return note
        now = time.monotonic()
        if self._threads:
            self._peopled = now
        elif now - self._peopled > _LONELY:
            self._peopled = now
            return f"there are no workers at {self._address}; waiting for some"
        return ""

    def close(self, *, at_once: bool) -> None:
        """Leave the cluster; take down one that was started here."""
        with contextlib.suppress(Exception):  # what is lost by now is lost
            if self._client is not None:
                self._client.close()
        with contextlib.suppress(Exception):
            if self._started is not None:
                self._started.close()

    def _begin(self) -> None:
        """Hand out what all tasks share, in such a way that it survives the worker that holds it."""
        self._executor = self._client.get_executor(pure=False)
        self._shared = self._client.submit(_same, self._work, pure=False)
        self._counted = self._peopled = -1.0e9
        self._count()
        self._peopled = time.monotonic()

    def _count(self) -> None:
        try:
            self._threads = sum(self._client.nthreads().values())
        except Exception:  # the connection is being made again, or is gone: the tasks will tell
            self._threads = 0
        self._counted = time.monotonic()

    def _gone(self) -> WorkersError:
        return WorkersError(f"the Dask scheduler at {self._address} is gone")

    def _compare_builds(self) -> str:
        """Refuse another version or other sources of negosim; return what differs otherwise."""
        versions = self._client.get_versions(packages=["negosim"])
        places = {f"worker {name}": item["packages"] for name, item in versions["workers"].items()}
        places["the scheduler"] = versions["scheduler"]["packages"]
        others = {place: packages.get("negosim") for place, packages in places.items()}
        wrong = {place: found for place, found in others.items() if found != __version__}
        if wrong:
            raise WorkersError(_mismatch("negosim", __version__, wrong))
        return _compared(self._client.run(build_identity, on_error="return"))


def checked_address(address: str) -> int:
    """Return the number of workers to start here, or 0 where a scheduler is named.

    >>> checked_address("local:4"), checked_address("tcp://10.0.0.1:8786")
    (4, 0)

    Raises
    ------
    ValueError
        Where it is neither.
    """
    local = _LOCAL.match(address)
    if local and int(local[1]) > 0:
        return int(local[1])
    if not _ADDRESS.match(address):
        raise ValueError(f"'{address}' is no cluster (write tcp://host:port, tls://host:port or local:N)")
    return 0


def _mismatch(package: str, version: str, wrong: dict[str, Any]) -> str:
    counted = Counter(found or "none" for found in wrong.values())
    place, found = next(iter(wrong.items()))
    has = f"{package} {found}" if found else f"no {package}"
    more = f" (and {sum(counted.values()) - 1} more like it or other)" if len(wrong) > 1 else ""
    return f"{place} has {has}{more}, and this is {package} {version}: install the same version everywhere"


def _compared(builds: Mapping[str, Any]) -> str:
    """Refuse workers with other sources of negosim; return in what else the first of the others differs.

    Parameters
    ----------
    builds : build identities by the address of the worker; an exception where a worker cannot tell its own.
    """
    here = build_identity()
    for place, found in builds.items():
        has = found["sources"] if isinstance(found, dict) else f"that it cannot tell ({type(found).__name__})"
        if has != here["sources"]:
            raise WorkersError(
                f"worker {place} has another negosim, with sources {has}, and those here are {here['sources']}: "
                "install the same negosim everywhere"
            )
    unlike = {place: unlike_in for place, found in builds.items() if (unlike_in := differences(found, here))}
    if not unlike:
        return ""
    place, unlike_in = next(iter(unlike.items()))
    others = len(unlike) - 1
    more = f" (and {others} {'worker' if others == 1 else 'workers'} more)" if others else ""
    return f"worker {place}{more} is of another build: {'; '.join(unlike_in)}: results may differ in their last digits"


def _same(work: Work) -> Work:
    """Return what was given: as the result of a task it is worked out again where it is lost."""
    return work


def _started(distributed: Any, workers: int) -> Any:
    """Start a cluster on this machine; what Dask says of its end is of no use to whoever asked for a sweep."""
    is_main = threading.current_thread() is threading.main_thread()
    # The workers are to leave interrupts to this process, as those of a pool do.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if is_main else None
    try:
        return distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            # Without a dashboard Dask still serves pages, at one port for all: it warns where two clusters are started.
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
        )
    finally:
        if is_main:
            signal.signal(signal.SIGINT, before)


def _imported() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ImportError("a cluster needs Dask: pip install 'negosim[cluster]'") from error
    return distributed
