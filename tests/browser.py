"""Chromium, as tests start it: that of the system, named in CHROMIUM or found on the path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

AXE = Path(__file__).parents[1] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (390, 1280)

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def started(playwright: Playwright) -> Browser:
    """Return Chromium, started as a container needs it."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "no Chromium: install it, name it in CHROMIUM, or leave these tests out with -m 'not browser'"
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium, and close it in the end."""
    with sync_playwright() as playwright:
        browser = started(playwright)
        yield browser
        browser.close()


def wait_until_drawn(page: Page) -> None:
    """Wait until a report that is opened at its top is drawn to its end: its answer comes first."""
    page.locator("html.drawn:not(.first)").wait_for(state="attached")


class Opened:
    """A report that is open in a page, with what the page has complained of and asked for."""

    def __init__(self, browser: Browser, path: Path, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        if settings.get("java_script_enabled", True):
            wait_until_drawn(self.page)

    def beyond(self, width: int) -> list[str]:
        """Return the texts of charts that leave the page; two pixels are for fonts wider than is reckoned with."""
        found: list[str] = self.page.evaluate(
            """(width) => [...document.querySelectorAll('.chart svg text')]
                .map((text) => [text.textContent, text.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.left < -2 || box.right > width + 2))
                .map(([text]) => text)""",
            width,
        )
        return found

    def violations(self) -> list[Any]:
        """Return what axe finds that is serious."""
        assert AXE.is_file(), "axe-core is not installed: run 'npm ci' in frontend/"
        self.page.add_script_tag(path=AXE)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            (rule["id"], [node["target"] for node in rule["nodes"][:3]])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]


@contextmanager
def opening(browser: Browser, folder: Path, html: Callable[[str], str]) -> Iterator[Callable[..., Opened]]:
    """Open reports by their names, and close them all in the end.

    Parameters
    ----------
    folder : where their files are written.
    html : returns a report.
    """
    open_ones: list[Opened] = []

    def look(which: str, width: int = 1280, **settings: Any) -> Opened:
        path = folder / f"{which}.html"
        path.write_text(html(which), encoding="utf-8")
        open_ones.append(Opened(browser, path, viewport={"width": width, "height": 900}, **settings))
        return open_ones[-1]

    yield look
    for one in open_ones:
        one.context.close()
