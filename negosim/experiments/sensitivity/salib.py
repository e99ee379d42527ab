"""SALib, which samples and analyses; imported only when it is asked for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from negosim.experiments.inputs import Input


def salib(name: str) -> tuple[Any, Any]:
    """Return the sampler and the analyser of a method.

    Raises
    ------
    ImportError
        Where SALib is not installed.
    """
    import importlib

    try:
        with quietly():
            return importlib.import_module(f"SALib.sample.{name}"), importlib.import_module(f"SALib.analyze.{name}")
    except ImportError as error:
        raise ImportError('this method needs SALib (pip install "negosim[analysis]")') from error


@contextmanager
def quietly() -> Iterator[None]:
    """Leave out what SALib warns its own makers of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def problem(factors: Sequence[Input]) -> dict[str, Any]:
    """Return a unit cube of inputs in the form that SALib takes."""
    return {
        "num_vars": len(factors),
        "names": [factor.id for factor in factors],
        "bounds": [[0.0, 1.0] for _ in factors],
    }


def small(seed: int) -> int:
    """Return a seed that SALib takes."""
    return seed % 2**31
