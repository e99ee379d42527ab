"""A report with sliders in Chromium: how long it takes to make, how large it is, how fast it opens and redraws.

Without a file the flagship is played, with its first four levers. First paint is that of content, as the browser
reports it; sliders are there when they can be moved; from an input to its frame is how long a slider that is dragged
takes to be seen where the hand is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.flagship import SCENARIO
from benchmarks.timing import processor_seconds, table

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WIDTHS = (1280, 390)
OPENINGS, DRAGS = 5, 50
AIMS = {"build": "360 s", "size": "1.50 MB", "paint": "300 ms", "drag": "50 ms"}

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_READY = """() => new Promise((done) => {
    const look = () => document.querySelector('.lever input') ? done(performance.now()) : requestAnimationFrame(look);
    look();
})"""
_DRAG = """(drags) => new Promise((done) => {
    const sliders = [...document.querySelectorAll('.lever input')];
    const times = [];
    const next = (at) => {
        if (at === drags * sliders.length) return done(times);
        const slider = sliders[Math.floor(at / drags)];
        const [low, high] = [Number(slider.min), Number(slider.max)];
        const before = performance.now();
        slider.value = low + (high - low) * (0.5 + 0.5 * Math.sin(at));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(() => {
            // A message is handled after the frame has been painted.
            const channel = new MessageChannel();
            channel.port1.onmessage = () => { times.push(performance.now() - before); next(at + 1); };
            channel.port2.postMessage(null);
        });
    };
    next(0);
})"""


@dataclass(frozen=True)
class Seen:
    """What was measured of a report at one width: milliseconds, medians of some openings but for the drags."""

    paint: list[float]
    ready: list[float]
    drags: list[float]


def built(scenario: str, out: Path, trials: int, workers: int) -> tuple[float, float]:
    """Make a report with sliders as the command does; return the seconds it took, and those of processor."""
    asked = ["report", scenario, "-o", str(out), "--interactive", "--trials", str(trials), "--workers", str(workers)]
    started, processor = time.perf_counter(), processor_seconds()
    subprocess.run([sys.executable, "-m", "negosim", *asked], check=True)
    return time.perf_counter() - started, processor_seconds() - processor


def seen(browser: Browser, path: Path, width: int) -> Seen:
    """Open a report some times, and drag all its sliders in the last one."""
    paint, ready, drags = list[float](), list[float](), list[float]()
    for place in range(OPENINGS):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(path.resolve().as_uri())
        if page.locator("[data-levers]").count():
            ready.append(page.evaluate(_READY))
        page.wait_for_timeout(500)
        found: Any = page.evaluate(_PAINT)
        paint += [found] if found is not None else []
        if place == OPENINGS - 1:
            drags = sorted(page.evaluate(_DRAG, DRAGS))
        page.close()
    return Seen(paint, ready, drags)


def rows_of(width: int, own: Seen) -> list[tuple[str, str, str]]:
    """Return the lines of a table on what was measured at a width."""
    rows = []
    if own.paint:
        rows.append((f"first paint, {width} px", f"{statistics.median(own.paint):.0f} ms", AIMS["paint"]))
    if own.ready:
        rows.append((f"sliders there, {width} px", f"{statistics.median(own.ready):.0f} ms", ""))
    if own.drags:
        many = len(own.drags)
        rows.append((f"from input to frame, {width} px, median of {many}", f"{own.drags[many // 2]:.0f} ms", ""))
        rows.append((f"the same, 95 % point, {width} px", f"{own.drags[int(0.95 * many)]:.0f} ms", AIMS["drag"]))
    return rows


def main(path: Path | None, trials: int, workers: int) -> None:
    """Make a report, unless there is one, open it, move its sliders, and print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [("load when it began", f"{os.getloadavg()[0]:.1f}", "")]
        if path is None:
            path = Path(folder) / "report.html"
            wall, processor = built(str(SCENARIO), path, trials, workers)
            rows.append((f"made, {workers} processes", f"{wall:.0f} s", AIMS["build"]))
            rows.append(("processor time of it", f"{processor:.0f} s", ""))
        rows.append(("size", f"{path.stat().st_size / 1e6:.2f} MB", AIMS["size"]))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for width in WIDTHS:
                rows += rows_of(width, seen(browser, path, width))
            browser.close()
    rows.append(("load when it ended", f"{os.getloadavg()[0]:.1f}", ""))
    print(table(("report with sliders", "measured", "at most"), rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, help="a report that is there already")
    parser.add_argument("--trials", type=int, default=4_000, help="histories of the run (default 4,000)")
    parser.add_argument("--workers", type=int, default=2, help="processes that play (default 2)")
    chosen = parser.parse_args()
    main(chosen.path, chosen.trials, chosen.workers)
