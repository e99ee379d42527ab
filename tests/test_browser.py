"""The HTML report in Chromium: it draws, asks for nothing, and can be read by everybody, on every width and on paper.

Chromium is that of the system (Debian: ``apt-get install chromium``), axe-core a development dependency of the front
end, of which a copy lies in ``tests/axe``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import WIDTHS, Opened, started
from tests.reports import HOSTILE, html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, started as a container needs it."""
    with sync_playwright() as playwright:
        chromium = started(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Open reports, and close them after the test."""
    open_ones: list[Opened] = []

    def look(which: str, width: int = 1280, **settings: Any) -> Opened:
        path = tmp_path / f"{which}.html"
        path.write_text(html(which), encoding="utf-8")
        open_ones.append(Opened(browser, path, viewport={"width": width, "height": 900}, **settings))
        return open_ones[-1]

    yield look
    for one in open_ones:
        one.context.close()


@pytest.mark.parametrize("which", ["border", "hostile", "pie", "nothing"])
def test_it_draws_without_complaint_and_asks_for_nothing(which: str, opened: Any) -> None:
    for width in WIDTHS:
        report = opened(which, width)
        assert report.complaints == []
        assert len(report.requests) == 1
        assert report.page.locator(".chart svg").count() == report.page.locator(".chart").count() > 5
        assert report.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_chart_leaves_the_page(width: int, opened: Any) -> None:
    assert opened("border", width).beyond(width) == []


def test_a_mark_is_drawn_for_every_hundredth(opened: Any) -> None:
    report = opened("border")
    assert report.page.locator("[data-chart=icons] svg path").count() == 100
    assert report.page.locator("[data-chart=dots] svg path").count() == 100
    drawn = report.page.locator("[data-chart=icons] svg .big").all_text_contents()
    listed = report.page.locator(".icon-list .large b").all_text_contents()
    assert drawn == listed


def test_the_outline_of_a_mark_is_the_same_from_day_to_day(opened: Any) -> None:
    report = opened("border")
    outlines = report.page.evaluate(
        "[...document.querySelectorAll('[data-chart=icons] svg path')].map((path) => path.getAttribute('d'))"
    )
    side = 25.5 * 0.52
    square = f"M{-side / 2:.2f}".rstrip("0")
    assert len(set(outlines)) >= 2
    assert any(outline.startswith(square[:5]) for outline in outlines)


def test_without_scripts_the_answer_and_every_table_are_there(opened: Any) -> None:
    report = opened("border", java_script_enabled=False)
    text = report.page.locator("body").inner_text()
    assert "of 100 simulated histories" in text
    assert report.page.locator("table.outcomes").is_visible()
    for table in report.page.locator("details.numbers table").all():
        assert table.is_visible()
    assert report.page.locator(".icon-list li").first.is_visible()


def test_labels_full_of_markup_stay_words(opened: Any) -> None:
    report = opened("hostile")
    assert HOSTILE in report.page.title()
    assert report.page.locator("img").count() == 0
    assert HOSTILE in report.page.locator("[data-chart=benchmarks]").get_attribute("aria-label")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(width: int, scheme: str, opened: Any) -> None:
    assert opened("border", width, color_scheme=scheme, bypass_csp=True).violations() == []


def test_dark_follows_the_reader_and_the_switch(opened: Any) -> None:
    report = opened("border", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert report.page.evaluate(ground) == "rgb(20, 22, 26)"
    report.page.get_by_role("button", name="Light").click()
    assert report.page.evaluate(ground) == "rgb(255, 255, 255)"


def test_paper_is_light_and_has_the_lists_and_no_scripts_left(opened: Any, tmp_path: Path) -> None:
    report = opened("border", color_scheme="dark")
    printed = report.page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 20
    report.page.emulate_media(media="print")
    report.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert report.page.locator("[data-chart=states] svg").get_attribute("width") == "703"
    assert report.page.locator("details.list").first.evaluate("(list) => list.open")
    assert report.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not report.page.locator(".constant").is_visible()


def test_a_keyboard_reaches_the_answer_first(opened: Any) -> None:
    report = opened("border")
    report.page.keyboard.press("Tab")
    assert report.page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("location.hash") == "#answer"


# Sliders


def number(report: Opened) -> int:
    return int(report.page.locator(".now b").inner_text())


def curve(report: Opened) -> str:
    return str(report.page.locator(".panel path.line[class*='l-']").get_attribute("d"))


def test_a_key_moves_number_and_curve_and_the_address(opened: Any) -> None:
    report = opened("levers")
    slider = report.page.locator("#lever-cost")
    before = number(report), curve(report)
    assert "as written" in (slider.get_attribute("aria-valuetext") or "")
    slider.focus()
    slider.press("End")
    after = number(report), curve(report)
    assert after[0] > before[0]
    assert after[1] != before[1]
    assert slider.get_attribute("aria-valuetext") == "0.4"
    report.page.wait_for_url("**#set=cost:0.4")
    slider.press("Backspace")
    assert (number(report), curve(report)) == before


def test_a_drag_and_a_burst_end_where_the_hand_does(opened: Any) -> None:
    report = opened("levers")
    slider = report.page.locator("#lever-cost")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    report.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    report.page.mouse.down()
    report.page.mouse.move(box["x"] + box["width"] + 20, box["y"] + box["height"] / 2, steps=40)
    report.page.mouse.up()
    dragged = number(report), curve(report)
    report.page.get_by_role("button", name="As written").click()
    assert (number(report), curve(report)) != dragged
    report.page.evaluate(
        """() => {
            const slider = document.getElementById('lever-cost');
            for (let at = 0; at <= 300; at++) {
                slider.value = 0.05 + 0.35 * Math.abs(Math.sin(at));
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            }
            slider.value = 0.4;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    assert (number(report), curve(report)) == dragged
    assert report.complaints == []


def test_the_address_brings_the_setting_back(opened: Any, browser: Browser, tmp_path: Path) -> None:
    report = opened("levers")
    report.page.goto(report.page.url.partition("#")[0] + "#set=cost:0.4;nothing:1")
    report.page.reload()
    assert report.page.locator("#lever-cost").get_attribute("aria-valuetext") == "0.4"


def test_the_corners_stand_on_paper_and_without_scripts(opened: Any) -> None:
    assert opened("levers", java_script_enabled=False).page.locator(".corners table").is_visible()
    report = opened("levers")
    assert not report.page.locator(".corners table").is_visible()
    report.page.emulate_media(media="print")
    assert report.page.locator(".corners table").is_visible()
    assert not report.page.locator(".panel").is_visible()
