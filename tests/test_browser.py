"""The HTML report in Chromium: it draws, asks for nothing, and can be read by everybody, on every width and on paper.

Chromium is that of the system (Debian: ``apt-get install chromium``), axe-core a development dependency of the front
end (``npm ci`` in ``frontend/``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from benchmarks import page as bench
from negosim.experiments.paired import difference
from negosim.report.html.phrases import of_100
from negosim.results.intervals import wilson
from tests.browser import WIDTHS, Opened, chromium, opening
from tests.reports import HOSTILE, TRIALS, dossier, html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    with opening(browser, tmp_path, html) as look:
        yield look


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


LONG = "Russian-held pockets in Kharkiv, Sumy, Dnipropetrovsk and Mykolaiv oblasts"

BROKEN = """(long) => {
    document.querySelectorAll('details').forEach((details) => { details.open = true; });
    for (const head of document.querySelectorAll('.issue caption, .inputs tbody th')) head.textContent = long;
    const broken = [];
    for (const cell of document.querySelectorAll('.issue :is(caption, th), .inputs :is(th, td), .heat th')) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            for (const { 0: word, index } of text.data.matchAll(/[^\\s/-]+/g)) {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                if (range.getClientRects().length > 1) broken.push(word);
            }
        }
    }
    return broken;
}"""
"""Returns the words that are broken in narrow columns, long ones put into them before."""


@pytest.mark.parametrize("width", (*WIDTHS, 768))
@pytest.mark.parametrize("media", ["screen", "print"])
def test_no_word_is_broken_in_a_narrow_column(media: str, width: int, opened: Any) -> None:
    report = opened("border", width)
    report.page.emulate_media(media=media)
    assert report.page.evaluate(BROKEN, LONG) == []


def test_a_keyboard_reaches_the_answer_first(opened: Any) -> None:
    report = opened("border")
    report.page.keyboard.press("Tab")
    assert report.page.evaluate("document.activeElement.textContent") == "Skip to the answer"
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("location.hash") == "#answer"


# Sliders and switches


def number(report: Opened) -> str:
    return str(report.page.locator(".now b").inner_text())


def said(report: Opened) -> str:
    return str(report.page.locator(".now small").inner_text())


def curve(report: Opened) -> str:
    return str(report.page.locator(".panel path.line[class*='l-']").get_attribute("d"))


def sliding(opened: Any, *arguments: Any, **settings: Any) -> Opened:
    """Open the report with sliders, once they are drawn."""
    report: Opened = opened("levers", *arguments, **settings)
    report.page.locator(".panel").wait_for()
    return report


def played(switch: str | None, levers: list[int], setting: int) -> tuple[str, str]:
    """Return the number at a setting, and what is said of it beside the change from the scenario as written."""
    grid = dossier("levers")["grid"]
    (own,) = [item for item in grid["surfaces"] if item["switch"] == switch and item["levers"] == levers]
    hits, before = (int(item["counts"][at][0][-1]) for item, at in ((own, setting), (grid["surfaces"][0], 0)))
    share = wilson(hits, TRIALS)
    gained = own["gained"][setting]
    rows = np.zeros((2, TRIALS))
    rows[0, :before] = 1
    rows[1, before : before + gained] = 1
    rows[1, : hits - gained] = 1
    ones = np.ones(TRIALS)
    moved = difference((rows[0], ones), (rows[1], ones), is_share=True)
    assert moved.value is not None and moved.low is not None and moved.high is not None
    points, low, high = (signed(part) for part in (moved.value, moved.low, moved.high))
    noun = "point" if points in ("+1", "−1") else "points"
    interval = f"{of_100(share['low'])} to {of_100(share['high'])} ({TRIALS} histories)"
    return of_100(share["p"]), f"{interval}\n{points} {noun} ({low} to {high}) from {of_100(before / TRIALS)}"


def signed(share: float) -> str:
    points = math.floor(abs(100 * share) + 0.5 + 1e-9)
    return f"{'+' if share > 0 else '−'}{points}" if points else "0"


@pytest.mark.parametrize("width", WIDTHS)
def test_sliders_are_drawn_without_complaint_and_inside_the_page(width: int, opened: Any) -> None:
    report = sliding(opened, width)
    assert report.complaints == []
    assert len(report.requests) == 1
    assert report.page.evaluate("document.documentElement.scrollWidth") <= width
    out = report.page.evaluate(
        """(width) => [...document.querySelectorAll('.panel, .panel *')]
            .map((item) => [item.textContent, item.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && (box.left < -2 || box.right > width + 2))
            .map(([text]) => text)""",
        width,
    )
    assert out == []


def test_a_key_moves_number_and_curve_and_the_address(opened: Any) -> None:
    report = sliding(opened)
    slider = report.page.locator("#lever-cost")
    before = number(report), curve(report)
    assert "as written" in (slider.get_attribute("aria-valuetext") or "")
    assert said(report).endswith("as written")
    slider.focus()
    slider.press("End")
    after = number(report), curve(report)
    assert int(after[0]) > int(before[0])
    assert after[1] != before[1]
    assert slider.get_attribute("aria-valuetext") == "0.4"
    report.page.wait_for_url("**#set=cost:0.4")
    slider.press("Backspace")
    assert (number(report), curve(report)) == before
    slider.press("Home")
    report.page.get_by_role("button", name="Put back: What the war costs North").click()
    assert (number(report), curve(report)) == before


def test_numbers_and_intervals_are_those_of_the_setting(opened: Any) -> None:
    report = sliding(opened)
    report.page.locator("#lever-cost").press("End")
    assert (number(report), said(report)) == played(None, [0, 1], 7 * 6)
    report.page.locator("#lever-other").press("Home")
    assert (number(report), said(report)) == played(None, [0, 1], 7 * 6 + 1)
    grid = dossier("levers")["grid"]
    row = grid["states"].index("war") + 1
    hits = grid["surfaces"][0]["counts"][7 * 6 + 1][row][-1]
    share = wilson(hits, TRIALS)
    shown = report.page.locator(".set-states tr", has_text="War goes on").locator("td").first.inner_text()
    assert shown == f"{of_100(share['p'])} ({of_100(share['low'])} to {of_100(share['high'])})"


def test_a_drag_and_a_burst_end_where_the_hand_does(opened: Any) -> None:
    report = sliding(opened)
    slider = report.page.locator("#lever-cost")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    report.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    report.page.mouse.down()
    report.page.mouse.move(box["x"] + box["width"] + 20, box["y"] + box["height"] / 2, steps=40)
    report.page.mouse.up()
    dragged = number(report), curve(report)
    assert dragged[0] == played(None, [0, 1], 7 * 6)[0]
    report.page.get_by_role("button", name="All as written").click()
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


def test_between_played_settings_it_says_so(opened: Any) -> None:
    report = sliding(opened)
    off = dossier("levers")["grid"]["off"]
    report.page.evaluate(
        """() => {
            const slider = document.getElementById('lever-cost');
            slider.value = 0.1;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
    )
    assert ("interpolated" in said(report)) is (off > 0.01)


def test_a_switch_holds_its_lever_and_shows_no_number_that_was_not_played(opened: Any) -> None:
    report = sliding(opened)
    switches = [item["id"] for item in dossier("levers")["grid"]["switches"]]
    report.page.get_by_role("radio", name="A war that costs South more").check()
    assert (number(report), said(report)) == played("dear", [], 0)
    report.page.wait_for_url("**#with=dear")
    held = report.page.locator("#lever-other")
    assert held.is_disabled()
    assert held.get_attribute("aria-valuetext") == "held by the switch: 0.5"
    report.page.locator("#lever-cost").press("Home")
    assert (number(report), said(report)) == played("dear", [0], 1)
    report.page.get_by_role("radio", name="Less distrust").check()
    assert not held.is_disabled()
    assert (number(report), said(report)) == played("trusting", [0], 1)
    held.press("End")
    assert number(report) == "–"
    assert said(report).startswith("Not played: with a switch on, one lever at a time was.")
    assert report.page.locator(".panel path.line[class*='l-']").count() == 0
    assert report.page.locator(".set-states td").first.inner_text() == "–"
    report.page.locator("#lever-cost").press("Delete")
    assert number(report) == played("trusting", [1], 3)[0]
    report.page.wait_for_url("**#set=other:0.4&with=trusting")
    assert set(switches) == {"dear", "trusting"}
    report.page.get_by_role("radio", name="None: as written").check()
    assert number(report) == played(None, [0, 1], 6)[0]


def test_the_address_brings_the_setting_back(opened: Any) -> None:
    report = sliding(opened)
    there = report.page.url.partition("#")[0]
    report.page.goto(there + "#set=cost:0.4;nothing:1;other:9&with=trusting")
    assert report.page.locator("#lever-cost").get_attribute("aria-valuetext") == "0.4"
    report.page.reload()
    report.page.locator(".panel").wait_for()
    assert report.page.locator("#lever-cost").get_attribute("aria-valuetext") == "0.4"
    assert report.page.get_by_role("radio", name="Less distrust").is_checked()
    assert (number(report), said(report)) == played("trusting", [0], 3)
    report.page.get_by_role("link", name="When").click()
    report.page.wait_for_timeout(500)
    assert report.page.url == there + "#when"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_sliders(width: int, scheme: str, opened: Any) -> None:
    report = sliding(opened, width, color_scheme=scheme, bypass_csp=True)
    report.page.get_by_role("radio", name="A war that costs South more").check()
    assert report.violations() == []


def test_the_corners_stand_on_paper_and_without_scripts_and_in_old_browsers(opened: Any) -> None:
    assert opened("levers", java_script_enabled=False).page.locator(".corners table").first.is_visible()
    report = sliding(opened)
    assert not report.page.locator(".corners table").first.is_visible()
    report.page.emulate_media(media="print")
    assert report.page.locator(".corners table").first.is_visible()
    assert report.page.locator(".corners table").last.is_visible()
    assert not report.page.locator(".panel").is_visible()
    report.page.emulate_media(media="screen")
    report.page.add_init_script("delete window.DecompressionStream")
    report.page.reload()
    assert report.page.locator(".corners table").first.is_visible()
    assert report.page.locator(".panel").count() == 0
    assert report.complaints == []


def test_the_benchmark_measures_what_it_says(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "levers.html"
    path.write_text(html("levers"), encoding="utf-8")
    found = bench.seen(browser, path, 390)
    assert len(found.paint) == len(found.ready) == bench.OPENINGS
    assert len(found.drags) == bench.DRAGS * len(dossier("levers")["grid"]["levers"])
    assert found.drags == sorted(found.drags)
    assert [row[2] for row in bench.rows_of(390, found)] == ["300 ms", "", "", "50 ms"]
