"""A report that is opened at its top: its answer is painted first, and nothing that is seen moves when more comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import WIDTHS, chromium, wait_until_drawn
from tests.reports import html

pytestmark = pytest.mark.browser

HELD = """(() => {
    const [held, frame] = [[], window.requestAnimationFrame];
    window.requestAnimationFrame = (then) => held.push(then);
    window.goOn = () => { window.requestAnimationFrame = frame; held.forEach((then) => frame(then)); };
})()"""
"""Keeps a page as it is painted first, until what it waits with is done."""

PLACES = """() => ['.top nav', 'h1', '.deck', '.icons .chart', 'table.outcomes', '.read-first li:last-child']
    .map((one) => document.querySelector(one).getBoundingClientRect())
    .map(({ left, top, width, height }) => [left, top, width, height].map(Math.round))"""

SHIFTED = """() => new Promise((done) => {
    let sum = 0;
    const add = (list) => { for (const shift of list.getEntries()) sum += shift.value; };
    new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(sum), 200);
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "levers.html"
    path.write_text(html("levers"), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that goes no further than its first paint."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    found.add_init_script(HELD)
    yield found
    found.close()


def is_seen(page: Page, what: str) -> bool:
    return page.locator(what).first.is_visible()


@pytest.mark.parametrize("width", (*WIDTHS, 768))
def test_the_answer_is_painted_first_and_stays_where_it_is(width: int, page: Page, report: Path) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(report.as_uri())
    assert is_seen(page, "table.outcomes")
    assert page.evaluate("document.querySelectorAll('main > :not(:first-child), .bottom').length") > 5
    for later in page.locator("main > :not(:first-child), .bottom").all():
        assert not later.is_visible()
    assert page.locator(".chart svg").count() == 0
    before: list[Any] = page.evaluate(PLACES)
    page.evaluate("goOn()")
    wait_until_drawn(page)
    assert page.evaluate(PLACES) == before
    for later in page.locator("main > :not(:first-child), .bottom").all():
        assert later.is_visible()
    assert page.locator(".chart svg").count() == page.locator(".chart").count()


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_that_is_seen_moves(width: int, browser: Browser, report: Path) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(report.as_uri())
    wait_until_drawn(page)
    page.locator(".panel").wait_for()
    assert page.evaluate(SHIFTED) < 0.001
    page.close()


def test_who_comes_to_another_place_gets_all_at_once(page: Page, report: Path) -> None:
    page.goto(report.as_uri() + "#terms")
    assert is_seen(page, "#terms") and is_seen(page, "[data-chart=states] svg")
    page.goto("about:blank")
    page.goto(report.as_uri())
    assert not is_seen(page, "#terms")
    page.reload()
    assert is_seen(page, "#terms") and is_seen(page, "[data-chart=states] svg")


def test_a_link_that_is_followed_early_still_leads_there(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    page.get_by_role("link", name="Terms").click()
    page.evaluate("goOn()")
    wait_until_drawn(page)
    assert abs(page.evaluate("document.getElementById('terms').getBoundingClientRect().top") - 44) < 2


def test_paper_gets_all_at_once(page: Page, report: Path) -> None:
    page.goto(report.as_uri())
    assert not is_seen(page, "#terms")
    page.pdf()
    assert is_seen(page, "#terms")
    assert page.locator(".chart svg").count() == page.locator(".chart").count()


def test_a_script_that_fails_hides_nothing(page: Page, report: Path) -> None:
    page.add_init_script("JSON.parse = () => { throw new Error('unreadable'); };")
    page.goto(report.as_uri())
    assert is_seen(page, "#terms")
