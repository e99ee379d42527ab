"""Rows as data frames: pandas is imported only when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from negosim.experiments.errors import LibraryError, StoreError
from negosim.scenario.problems import instead

if TYPE_CHECKING:
    import pandas

Kind = Literal["pandas", "polars"]


def as_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> pandas.DataFrame:
    """Return rows as a pandas data frame.

    Parameters
    ----------
    rows : the same keys each.
    columns : the names of the columns, for a frame that may have no rows.

    Raises
    ------
    ImportError
        Where pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError("a data frame needs pandas (pip install pandas)") from error
    return pandas.DataFrame(list(rows), columns=list(columns) or None)


def framed(columns: Mapping[str, Sequence[Any]], kind: Kind) -> Any:
    """Return columns as a frame of pandas or polars.

    Raises
    ------
    LibraryError
        Where the library is not installed.
    StoreError
        Where the kind is neither.
    """
    if kind not in ("pandas", "polars"):
        raise StoreError(f"'{kind}' is no kind of frame ({instead(kind, ('pandas', 'polars'))})")
    try:
        if kind == "polars":
            import polars

            return polars.DataFrame({name: list(values) for name, values in columns.items()}, strict=False)
        import pandas
    except ImportError as error:
        raise LibraryError(f"a frame needs {kind}: pip install {kind}") from error
    return pandas.DataFrame({name: list(values) for name, values in columns.items()})
