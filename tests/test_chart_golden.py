"""Golden charts: what the front end draws of fixed data changes only on purpose.

``python -m tests.test_chart_golden`` writes the drawings again. The data are a small result of 2025, kept beside them:
a change of results moves no golden chart.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from negosim.report.html.markup import chart, joined, tag
from negosim.report.html.page import document
from tests.browser import started, wait_until_drawn

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parent / "golden" / "charts"
DATA = GOLDEN / "data.json"
WIDTHS = (1280, 390)
NOT_DRAWN = ("time", "levers")
"""What is no chart by itself: an axis, and the panel of sliders, which other tests move."""


def page(data: dict[str, Any]) -> str:
    """Return a page with a place for every chart."""
    places = []
    for name, found in data.items():
        if name not in NOT_DRAWN:
            numbered = isinstance(found, list) and name not in ("held", "tolls", "benchmarks")
            places += (
                [chart(name, f"{name}.", data_at=at) for at in range(len(found))]
                if numbered
                else [chart(name, f"{name}.")]
            )
    return document("Charts", {"answer": tag("section", joined(*places), id="answer")}, data)


def drawings(browser: Browser) -> dict[str, str]:
    """Return what is drawn, by the name of the file that holds it."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "charts.html"
        path.write_text(page(json.loads(DATA.read_text())), encoding="utf-8")
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900})
            opened = context.new_page()
            opened.goto(path.as_uri())
            wait_until_drawn(opened)
            for place in opened.locator(".chart").all():
                at = place.get_attribute("data-at")
                name = f"{place.get_attribute('data-chart')}{f'-{at}' if at is not None else ''}-{width}.svg"
                found[name] = written(str(place.evaluate("(place) => place.innerHTML")))
            context.close()
    return found


def written(drawn: str) -> str:
    """Return a drawing, a line an element and its attributes by name, without what the front end leaves in it."""
    bare = re.sub("><", ">\n<", re.sub("<!--.*?-->", "", drawn)).strip() + "\n"
    return re.sub(r'(<\w+)((?: [\w:-]+="[^"]*")+)', _in_order, bare)


def _in_order(element: re.Match[str]) -> str:
    attributes = re.findall(r' [\w:-]+="[^"]*"', element[2])
    return element[1] + "".join(sorted(attributes))


@pytest.fixture(scope="module")
def drawn() -> Iterator[dict[str, str]]:
    with sync_playwright() as playwright:
        browser = started(playwright)
        yield drawings(browser)
        browser.close()


def test_every_chart_has_a_golden_one(drawn: dict[str, str]) -> None:
    assert set(drawn) == {path.name for path in GOLDEN.glob("*.svg")}
    assert all(text.startswith("<svg") for text in drawn.values())


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.svg")))
def test_a_chart_is_the_golden_one(name: str, drawn: dict[str, str]) -> None:
    assert drawn[name] == (GOLDEN / name).read_text(encoding="utf-8")


def data() -> dict[str, Any]:
    """Return the data of every chart of small results, for a file of data that is not there yet."""
    from negosim.report.html.page import charts
    from tests import stored
    from tests.reports import dossier

    found = {key: value for key, value in charts(dossier("border")).items() if key != "levers"}
    for which in ("main", "heat", "line", "dots", "hindcast"):
        shown = re.findall(r'id="charts">(.*?)</script>', stored.html(which), re.DOTALL)
        for kind, many in json.loads(shown[0]).items():
            found.setdefault(kind, []).extend(many[:1])
    return found


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    if not DATA.exists():
        DATA.write_text(json.dumps(data(), separators=(",", ":")) + "\n")
    for path in GOLDEN.glob("*.svg"):
        path.unlink()
    with sync_playwright() as playwright:
        chromium = started(playwright)
        for file, text in drawings(chromium).items():
            (GOLDEN / file).write_text(text, encoding="utf-8")
        chromium.close()
    sys.stdout.write(f"Written: {GOLDEN}\n")
