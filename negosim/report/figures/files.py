"""Figures as files: every figure of a run as SVG and PNG, whole or not at all."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from pathlib import Path

from negosim.report.figures.run import RunPlots
from negosim.results.export import replace

FORMATS = ("svg", "png")

_DOTS = 150
"""Dots an inch of a PNG."""


def write_figures(plots: RunPlots, directory: Path, skipped: Callable[[str, str], None]) -> list[Path]:
    """Write every figure of a run into a directory.

    Parameters
    ----------
    skipped : called with the name of a figure that has nothing to show, and the reason.

    Returns
    -------
    The files, in the order of the figures.

    Raises
    ------
    ImportError
        Where matplotlib is not installed.
    OSError
        Where the directory cannot be made or written to.
    """
    try:
        matplotlib = importlib.import_module("matplotlib")
    except ImportError as error:
        raise ImportError("figures need matplotlib: pip install 'negosim[plot]'") from error
    matplotlib.use("agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, draw in plots.all():
        try:
            figure = draw().get_figure(root=True)
        except ValueError as error:
            skipped(name, str(error))
            continue
        assert figure is not None
        for ending in FORMATS:
            stream, path = io.BytesIO(), directory / f"{name}.{ending}"
            with matplotlib.rc_context({"svg.hashsalt": name}):
                metadata = {"Date": None} if ending == "svg" else {}
                figure.savefig(stream, format=ending, dpi=_DOTS, metadata=metadata)
            replace(path, stream.getvalue())
            written.append(path)
        pyplot.close(figure)
    return written
