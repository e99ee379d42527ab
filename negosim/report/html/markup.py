"""Markup: elements whose text is always escaped, and data that no label can break out of."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from negosim.report.writing import clean


class Html(str):
    """Text that is HTML already; any other string is escaped where it becomes part of an element."""

    __slots__ = ()


Child = str | Iterable["Child"] | None
Attribute = str | int | bool | None

_SIGNS = re.compile(r"(?<=[0-9]) (?=%)|(?<=±) (?=[0-9])")
"""Spaces between a number and its sign, where no line may break."""

_VOID = {"br", "meta", "link", "col"}


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element.

    Parameters
    ----------
    children : escaped unless they are `Html`; None is left out, and sequences are laid out one after the other.
    attributes : ``class_`` for class, underscores for hyphens; True for one without a value, None and False for none.

    >>> tag("p", "1 < 2 ", tag("b", "& so"), class_="note")
    '<p class="note">1 &lt; 2 <b>&amp; so</b></p>'
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Html:
    """Return children one after the other; see `tag`."""
    return Html("".join(_child(child) for child in children))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return _SIGNS.sub("\u00a0", html.escape(_one_line(child), quote=False))
    return joined(*child)


def _one_line(text: str) -> str:
    """Return a text without characters that steer; the spaces at its ends stay."""
    bare = clean(text)
    before, after = text[:1].isspace() and bare, text[-1:].isspace() and bare
    return f"{' ' if before else ''}{bare}{' ' if after else ''}" or (" " if text else "")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(clean(value))}"'


def data(content: Any) -> Html:
    r"""Return data as JSON that can stand in a script element whatever texts it holds.

    >>> data({"a": "</script><!--"})
    '{"a":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Html(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def chart(name: str, label: str, **attributes: Attribute) -> Html:
    """Return the place where the bundle draws a chart.

    Parameters
    ----------
    name : of the chart's data.
    label : one sentence that says what it shows, for who cannot see it.
    """
    return tag("div", class_="chart", data_chart=name, role="img", aria_label=label, **attributes)


def table(heads: Iterable[Child], rows: Iterable[Iterable[Child]], *, caption: str, class_: str = "data") -> Html:
    """Return a table whose first column names its rows."""
    head = tag("tr", [tag("th", cell, scope="col") for cell in heads])
    body = [
        tag("tr", [tag("td" if at else "th", cell, scope=None if at else "row") for at, cell in enumerate(row)])
        for row in rows
    ]
    words = tag("caption", caption, class_="unseen")
    return tag("table", words, tag("thead", head), tag("tbody", body), class_=class_)


def numbers(content: Html, title: str = "Data") -> Html:
    """Return what stands behind a chart: open for who has no scripts, closed once the chart is drawn."""
    return tag("details", tag("summary", title), scrolled(content, title), class_="numbers", open=True)


def scrolled(content: Html, label: str) -> Html:
    """Return what scrolls sideways where it is wider than the page, by hand and by keyboard.

    Parameters
    ----------
    label : what it is, for who cannot see it.
    """
    return tag("div", content, class_="scroll", tabindex=0, role="region", aria_label=label)


def definitions(items: Mapping[str, Child]) -> Html:
    """Return a list of terms and what they are."""
    return tag("dl", [(tag("dt", term), tag("dd", said)) for term, said in items.items()])
