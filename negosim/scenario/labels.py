"""Labels: titles, names, units, notes; what a reader sees of a file, in which nothing is hidden.

A label is one line of visible text. What steers a terminal, turns the direction of writing or takes no room could make
an output say something else than the file does.
"""

from __future__ import annotations

import unicodedata

MOST_IN_LABEL = 200
"""Characters of a title, name, unit, note or source."""

MOST_IN_ADDRESS = 2_000
"""Characters of a web address."""

MOST_IN_SUMMARY = 20_000
"""Characters of the summary of a scenario."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, formats (bidi controls and zero-width among them), surrogates, separators."""

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Characters of other categories that take no room, or show nothing."""


def label_fault(text: str, most: int = MOST_IN_LABEL, *, lines: bool = False) -> str | None:
    r"""Say what is wrong with a label; None where nothing is.

    Parameters
    ----------
    text : the label.
    most : characters it may have.
    lines : whether it may have several lines, as a summary in Markdown.

    >>> label_fault("A ceasefire by June?"), label_fault("Two" + chr(10) + "lines")
    (None, 'a label is one line (remove the line break)')
    >>> label_fault("pay " + chr(0x202E) + "txet")
    'the character U+202E is invisible and not allowed in a label (remove it)'
    """
    if len(text) > most:
        return f"the text is longer than {most:,} characters"
    if text.isprintable() and _BLANK.isdisjoint(text):  # as nearly all are; the rest is looked at sign by sign
        return None
    for sign in text:
        if sign in "\n\r\x85\u2028\u2029" and not lines:
            return "a label is one line (remove the line break)"
        if _is_hidden(sign) and not (lines and sign in "\n\t"):
            return f"the character U+{ord(sign):04X} is invisible and not allowed in a label (remove it)"
    return None


def _is_hidden(sign: str) -> bool:
    return sign in _BLANK or unicodedata.category(sign) in _HIDDEN
