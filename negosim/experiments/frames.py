"""Rows as data frames: pandas is imported only when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


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
