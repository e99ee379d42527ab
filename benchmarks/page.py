"""How fast a report opens and its sliders redraw, in Chromium: ``python -m benchmarks.page report.html``.

Size of the file, first contentful paint, and how long it takes from a slider's input to the frame that shows it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DRAGS = 200

_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_DRAG = """(drags) => new Promise((done) => {
    const slider = document.querySelector('.lever input');
    if (!slider) return done([]);
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const times = [];
    const next = (at) => {
        if (at === drags) return done(times);
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


def main(path: Path) -> None:
    """Open a report, move its first slider, and print what was measured."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.resolve().as_uri())
        page.wait_for_timeout(500)
        paint, times = page.evaluate(_PAINT), sorted(page.evaluate(_DRAG, DRAGS))
        browser.close()
    print(f"size                    {path.stat().st_size / 1e6:.2f} MB")
    print(f"first contentful paint  {paint:.0f} ms" if paint is not None else "first contentful paint  not reported")
    if times:
        median, p95 = times[len(times) // 2], times[int(0.95 * len(times))]
        print(f"drag to repaint         {median:.0f} ms in the middle, {p95:.0f} ms at the 95 % point of {len(times)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
