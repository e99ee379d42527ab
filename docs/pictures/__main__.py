"""Make the pictures of the README: ``python -m docs.pictures``, which ``make pictures`` runs.

It plays the flagship scenario, opens its report in Chromium and photographs two parts of it, in light colours, at a
width at which they can be read in a README. A report that is there already may be named instead.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, ViewportSize, sync_playwright

import negosim
from negosim.engine.processes import default_workers

SCENARIO = "ukraine-2025-12"
TRIALS = 4_000
FOLDER = Path(__file__).parent
MARGIN = 16
"""Pixels around a part."""

SCALE, COLOURS = 1.5, 128
"""Pixels of a picture for each that the page knows of, and its colours: enough that those of the states stay exact."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Picture:
    """A picture of a part of a report.

    Attributes
    ----------
    name : of the file.
    part : what is photographed, from the first element that matches to the last.
    without : what is left out.
    width : of the window: that of a desk, or the narrower one that paper has too.
    """

    name: str
    part: str
    without: str
    width: int


PICTURES = (
    Picture("answer.png", "#answer > .hero", ".constant, .top", 1136),
    Picture("texts.png", "#texts .on-table", ".constant, .top, .on-table + .on-table, .outlook, .numbers", 735),
)


def photographed(page: Page, picture: Picture) -> Path:
    """Photograph a part of a report, and return where the picture is."""
    page.add_style_tag(content=f"{picture.without} {{ display: none !important }}")
    boxes = [box for part in page.locator(picture.part).all() if (box := part.bounding_box())]
    top = min(box["y"] for box in boxes) - MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    clip: FloatRect = {"x": 0, "y": max(top, 0), "width": picture.width, "height": bottom - max(top, 0)}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True))).convert("RGB")
    few = shot.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(FOLDER / picture.name, optimize=True)
    return FOLDER / picture.name


def made(report: Path) -> list[Path]:
    """Make the pictures of a report."""
    found = []
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for picture in PICTURES:
            size: ViewportSize = {"width": picture.width, "height": 900}
            page = browser.new_page(viewport=size, device_scale_factor=SCALE, color_scheme="light", bypass_csp=True)
            page.goto(report.resolve().as_uri())
            page.locator("html.drawn:not(.first)").wait_for(state="attached")
            found.append(photographed(page, picture))
        browser.close()
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        if len(sys.argv) > 1:
            report = Path(sys.argv[1])
        else:
            workers = default_workers()
            result = negosim.run(SCENARIO, trials=TRIALS, workers=workers, keep=True)
            result.report(report, workers=workers, progress=print)
        for picture in made(report):
            print(f"{picture} ({picture.stat().st_size / 1000:.0f} kB)")
