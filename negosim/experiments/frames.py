"""Rows and columns as frames of pandas, polars or Arrow, and arrays for xarray: each imported only when asked for."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from negosim.experiments.errors import LibraryError, StoreError
from negosim.scenario.problems import instead

Kind = Literal["pandas", "polars", "arrow"]
Columns = Mapping[str, Sequence[Any] | NDArray[Any]]

_MODULES = {"pandas": "pandas", "polars": "polars", "arrow": "pyarrow", "xarray": "xarray"}
"""By kind, which is also the name of the extra, the module that it takes."""

KINDS = ("pandas", "polars", "arrow")


def library(kind: str) -> Any:
    """Return the module of a library that is not installed with negosim alone.

    Raises
    ------
    LibraryError
        Where it is not installed; the message names the extra that brings it.
    """
    name = _MODULES[kind]
    try:
        return importlib.import_module(name)
    except ImportError as error:
        what = "a dataset" if kind == "xarray" else "a frame"
        raise LibraryError(f"{what} needs {name}: pip install 'negosim[{kind}]'") from error


def framed(columns: Columns, kind: Kind = "pandas", index: str | None = None) -> Any:
    """Return columns as a frame of pandas or polars, or as a table of Arrow.

    Parameters
    ----------
    columns : of equal length. What is missing is None, NaN or NaT; polars and Arrow hold null for each.
    kind : of the frame.
    index : the column that is the index of a pandas frame; the others have no index, and keep it as a column.

    Raises
    ------
    LibraryError
        Where the library is not installed.
    StoreError
        Where there is no such kind.
    """
    if kind not in KINDS:
        raise StoreError(f"'{kind}' is no kind of frame ({instead(kind, KINDS)})")
    module = library(kind)
    if kind == "pandas":
        frame = module.DataFrame({name: _values(column) for name, column in columns.items()})
        return frame if index is None else frame.set_index(index)
    alike = {name: _alike(column) for name, column in columns.items()}
    if kind == "polars":
        return module.DataFrame(alike, strict=False, nan_to_null=True)
    return module.table({name: module.array(column, from_pandas=True) for name, column in alike.items()})


def rows_framed(
    rows: Sequence[Mapping[str, Any]], kind: Kind = "pandas", names: Sequence[str] = (), index: str | None = None
) -> Any:
    """Return rows as a frame; see `framed`.

    Parameters
    ----------
    rows : what a row lacks is missing there.
    names : of the columns, for a frame that may have no rows; default those of the rows.
    """
    names = names or tuple(dict.fromkeys(name for row in rows for name in row))
    return framed({name: [row.get(name) for row in rows] for name in names}, kind, index)


class RowsFramed(ABC):
    """What has rows that can be taken as a frame."""

    frame_columns: ClassVar[Sequence[str]] = ()
    """The columns of a frame that may have no rows; else they are those of the rows."""

    frame_index: ClassVar[str | None] = None
    """The column that is the index of a pandas frame."""

    @abstractmethod
    def frame_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return the rows of the frame."""

    def frame(self, kind: Kind = "pandas") -> Any:
        """Return the rows of `frame_rows` as a frame.

        Parameters
        ----------
        kind : ``pandas``, ``polars`` or ``arrow``.

        Raises
        ------
        LibraryError
            Where the library is not installed.
        """
        return rows_framed(self.frame_rows(), kind, self.frame_columns, self.frame_index)


def _values(column: Sequence[Any] | NDArray[Any]) -> Any:
    return column if isinstance(column, np.ndarray) else list(column)


def _alike(column: Sequence[Any] | NDArray[Any]) -> Any:
    """Return a column that polars and Arrow can type: one that mixes texts with other things holds texts."""
    if isinstance(column, np.ndarray) and column.dtype != object:
        return column
    values = list(column)
    known = [value for value in values if value is not None]
    texts = sum(isinstance(value, str) for value in known)
    if 0 < texts < len(known):
        return [None if value is None else str(value) for value in values]
    numbers = [value for value in known if isinstance(value, int | float) and not isinstance(value, bool)]
    if known and len(numbers) == len(known) and any(isinstance(value, float) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=float)
    return values


def dataset(
    variables: Mapping[str, tuple[Sequence[str], NDArray[Any]]],
    coordinates: Mapping[str, Any],
    about: Mapping[str, Any],
) -> Any:
    """Return arrays with named dimensions as an `xarray.Dataset`.

    Parameters
    ----------
    variables : by name, dimensions and values.
    coordinates : by name, the values of a dimension, or ``(dimension, values)``.
    about : attributes of the dataset; None is left out.

    Raises
    ------
    LibraryError
        Where xarray is not installed.
    """
    module = library("xarray")
    attributes = {key: value for key, value in about.items() if value is not None}
    return module.Dataset(dict(variables), coords=dict(coordinates), attrs=attributes)


def numbers(values: Sequence[Any]) -> NDArray[Any]:
    """Return values as an array: of numbers where they all are (NaN for None), else of whatever they are.

    >>> numbers([1, None]), numbers(["a", 2])
    (array([ 1., nan]), array(['a', 2], dtype=object))
    """
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values])
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return cast(NDArray[Any], array)
