"""Reports of stored results and of several scenarios in Chromium: they draw, ask for nothing, and all can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from negosim.report.html.several import several_page
from tests import stored
from tests.browser import WIDTHS, chromium, opening
from tests.reports import dossier

pytestmark = pytest.mark.browser

PAGES = (*stored.KINDS, "several", "hostile-compare", "hostile-heat", "hostile-hindcast", "hostile-tornado")


@cache
def html(which: str) -> str:
    if which == "several":
        return several_page([dossier("border"), dossier("pie"), dossier("hostile")])
    return stored.html(which)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    with opening(browser, tmp_path, html) as look:
        yield look


@pytest.mark.parametrize("which", PAGES)
def test_it_draws_without_complaint_and_asks_for_nothing(which: str, opened: Any) -> None:
    for width in WIDTHS:
        report = opened(which, width)
        assert report.complaints == []
        assert len(report.requests) == 1
        assert report.page.locator(".chart svg").count() == report.page.locator(".chart").count()
        assert report.page.evaluate("document.documentElement.scrollWidth") <= width
        assert report.page.locator("img").count() == 0
        if not which.startswith("hostile") and which != "several":
            assert report.beyond(width) == []


@pytest.mark.parametrize("which", ["compare", "heat", "hindcast", "uncertainty", "several"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing_serious(which: str, width: int, scheme: str, opened: Any) -> None:
    assert opened(which, width, color_scheme=scheme, bypass_csp=True).violations() == []


@pytest.mark.parametrize("which", ["compare", "heat", "hindcast", "several"])
def test_without_scripts_the_answer_and_every_table_are_there(which: str, opened: Any) -> None:
    report = opened(which, java_script_enabled=False)
    assert report.page.locator("h1").inner_text()
    for table in report.page.locator("main > section table, details.numbers table").all():
        closed = table.evaluate("(table) => table.closest('details.list:not([open])') !== null")
        assert closed or table.is_visible()


def test_paper_has_all_of_it(opened: Any) -> None:
    printed = opened("hindcast", color_scheme="dark").page.pdf(prefer_css_page_size=True, print_background=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 20


def test_charts_of_several_scenarios_are_each_their_own(opened: Any) -> None:
    report = opened("several")
    first, second = (report.page.locator(f"#scenario-{at} [data-chart=states] svg").inner_html() for at in (1, 2))
    assert first != second
    assert report.page.locator("#scenario-2 [data-chart=icons] svg path").count() == 100
