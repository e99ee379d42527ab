"""What comes with negosim: scenarios and their outcomes, found by name, and a template to begin one's own from."""

from __future__ import annotations

import errno
import re
import stat
from pathlib import Path

from negosim.scenario.problems import nearest, one_line
from negosim.scenario.reader import read

_PACKAGE = Path(__file__).parents[1]
_HOMES = (_PACKAGE / "examples", _PACKAGE.parent / "scenarios")
"""Where the scenarios lie: in the package as a wheel installs it, or beside it in a checkout."""

_OUTCOMES = (_PACKAGE / "outcomes", _PACKAGE.parent / "outcomes")
"""Where the files of outcomes lie that some of them have, which they themselves do not read."""

_TEMPLATE = Path(__file__).with_name("template.yaml")
_TITLE = re.compile(r"^title: .*$", re.MULTILINE)
_MOST_QUOTED = 80


def examples() -> dict[str, Path]:
    """Return the files of the scenarios that come with negosim, by name; those for teaching come last."""
    for home in _HOMES:
        if home.is_dir():
            files = sorted(home.rglob("*.yaml"), key=lambda file: (len(file.relative_to(home).parts), file))
            return {file.stem: file for file in files}
    return {}


def title(file: Path) -> str:
    """Return the title of a scenario that comes with negosim, without reading the rest of it."""
    line = _TITLE.search(file.read_text(encoding="utf-8"))
    assert line, f"{file} has no title"
    return str(read(line[0], str(file)).data["title"])


def scenario_file(path: str | Path, folder: Path | None = None) -> Path:
    """Return the file that is meant by a path, or by the name of a scenario that comes with negosim.

    Parameters
    ----------
    path : of a file, which wins, or the name of a scenario.
    folder : what a relative path starts from; where none is given, the current folder.

    Raises
    ------
    FileNotFoundError
        Where there is neither; it says what was probably meant.
    """
    beside = folder / path if folder else Path(path)
    kind = _kind(beside)
    if kind is not None and not stat.S_ISDIR(kind):
        return beside
    if shipped := examples().get(str(path)):
        return shipped
    if kind is not None:
        return beside
    raise FileNotFoundError(errno.ENOENT, _missing(str(path)), str(beside))


def outcomes_file(path: str | Path) -> Path:
    """Return the file of outcomes that is meant by a path, which wins, or by the name of a shipped scenario.

    Raises
    ------
    FileNotFoundError
        Where there is neither.
    """
    if _kind(Path(path)) is not None:
        return Path(path)
    if re.fullmatch(r"[a-z0-9-]{1,80}", str(path)):
        for home in _OUTCOMES:
            if (shipped := home / f"{path}.yaml").is_file():
                return shipped
    message = f"there is no file '{_shown(str(path))}', and no outcomes of that name come with negosim"
    raise FileNotFoundError(errno.ENOENT, message, str(path))


def _kind(path: Path) -> int | None:
    """Return what kind of file a path leads to; None where it leads to none, or cannot be looked up at all."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return None


def unknown(name: str) -> str:
    """Say that no scenario of a name comes with negosim, and which was probably meant."""
    close = nearest(name[:_MOST_QUOTED], examples())
    guess = f"did you mean '{close}'? " if close else ""
    return f"no scenario '{_shown(name)}' comes with negosim ({guess}'negosim examples' lists those that do)"


def _missing(path: str) -> str:
    """Say that there is no such file, and what was probably meant."""
    if Path(path).name == path and not Path(path).suffix:
        return f"there is no such file, and {unknown(path)}"
    close = nearest(Path(path[:_MOST_QUOTED]).stem, examples())
    guess = f" (did you mean '{close}', which comes with negosim?)" if close else ""
    return f"there is no file '{_shown(path)}'{guess}"


def _shown(path: str) -> str:
    shown = one_line(path)
    return shown if len(shown) <= _MOST_QUOTED else f"{shown[:_MOST_QUOTED]}…"


def template() -> str:
    """Return the text of a commented scenario that runs, to begin one's own from."""
    return _TEMPLATE.read_text(encoding="utf-8")
