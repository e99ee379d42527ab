"""Figures: what they say, that nothing is clipped, and that they go where they are sent."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from click.testing import CliRunner

import negosim
from negosim.cli.main import command
from negosim.report.figures import style
from negosim.report.figures.run import NAMES
from negosim.report.writing import parts
from negosim.results.intervals import wilson
from tests.reports import border, hostile
from tests.worlds import changed, load

mpl.use("agg")
pyplot = pytest.importorskip("matplotlib.pyplot")

LESSON = "hurting-stalemate"


@pytest.fixture(scope="module")
def result() -> negosim.Result:
    return negosim.run(load(border()), trials=200, seed=4)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    pyplot.close("all")


def texts(ax: Any) -> str:
    return "\n".join(text.get_text() for text in ax.figure.findobj(mpl.text.Text))


def clipped(ax: Any) -> list[str]:
    """Return the texts that do not lie within the figure whole."""
    figure = ax.figure
    figure.canvas.draw()
    wide, tall = figure.canvas.get_width_height()
    found = []
    beyond = {
        tick.label1
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    for text in figure.findobj(mpl.text.Text):
        if text.get_text() and text.get_visible() and text not in beyond:
            box = text.get_window_extent()
            if box.x0 < -1 or box.y0 < -1 or box.x1 > wide + 1 or box.y1 > tall + 1:
                found.append(text.get_text())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_clipped_and_all_say_what_they_are(result: negosim.Result, name: str) -> None:
    ax = getattr(result.plot, name)()
    assert clipped(ax) == []
    said = texts(ax).replace("\n", " ")
    assert style.CONSTANT in said
    assert "200 histories, seed 4" in said
    assert min(text.get_fontsize() for text in ax.figure.findobj(mpl.text.Text) if text.get_text()) >= style.NOTE


@pytest.mark.parametrize("name", NAMES)
def test_axes_that_are_given_are_drawn_in_and_returned(result: negosim.Result, name: str) -> None:
    _, ax = pyplot.subplots(figsize=(12, 7))
    assert getattr(result.plot, name)(ax) is ax
    assert ax.get_title(loc="left")


def test_every_share_has_its_interval(result: negosim.Result) -> None:
    summary = result.summary()
    states, reached = texts(result.plot.states()), texts(result.plot.outcomes())
    for share in (summary["final_state"]["war"], summary["final_state"]["ceasefire"]):
        number, interval = parts(share)
        assert f"{number} ({interval})" in states
    number, interval = parts(summary["reached"]["ceasefire"]["by"]["2027-01-01"])
    assert f"{number} ({interval})" in reached
    share = summary["reached"][result._outline["main"]]["by"]["2027-01-01"]["p"]
    number, interval = parts(wilson(200 - round(200 * share), 200))
    assert f"{number} ({interval})\nnot by" in texts(result.plot.dates())
    assert re.search(r"\d \(\d+ to \d+\)", texts(result.plot.terms()))
    assert re.search(r"\(\d+ to \d+\)", texts(result.plot.refusals()))


def test_outcomes_differ_by_more_than_colour(result: negosim.Result) -> None:
    lines = [line for line in result.plot.outcomes().lines if line.get_marker() != "None"]
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == len(lines) > 1
    hatches = [area.get_hatch() for area in result.plot.states().collections]
    assert any(hatches)


def test_labels_full_of_markup_change_nothing(tmp_path: Path) -> None:
    world = negosim.run(load(changed(hostile(), {"title": "$\\frac{1}{2}$ <b>&"})), trials=60, seed=1)
    for name in ("states", "terms", "refusals"):
        ax = getattr(world.plot, name)()
        ax.figure.savefig(tmp_path / f"{name}.svg")
        assert "$\\frac{1}{2}$ <b>&" in texts(ax).replace("\n", " ")


def test_what_there_is_nothing_to_draw_of_is_said(result: negosim.Result) -> None:
    short = negosim.run(LESSON, trials=20, zones=False, keep=False)
    with pytest.raises(ValueError, match="no zones of agreement"):
        short.plot.room()
    with pytest.raises(ValueError, match="trials of this run were not kept"):
        short.plot.tornado()
    with pytest.raises(ValueError, match="there is no track 'war'"):
        result.plot.terms(track="war")


def test_a_heat_map_of_a_sweep_and_a_tornado_of_a_sensitivity() -> None:
    scenario = negosim.load(LESSON)
    axis = [0.1, 0.2]
    design = negosim.grid(
        scenario, {f"parties.{side}.war_cost": axis for side in ("north", "south")} | {"war.drift": [0.0, 0.1]}
    )
    swept = negosim.sweep(scenario, design, trials=30, metrics=["settlement"])
    with pytest.raises(ValueError, match=r"two inputs that vary|several settings"):
        swept.plot.heatmap()
    table = swept.table().where("war.drift = 0.1")
    ax = table.plot.heatmap("parties.south.war_cost")
    assert clipped(ax) == []
    for row in table.rows:
        found = row.estimates["settlement"]
        number, interval = parts({"p": found.value, "low": found.low, "high": found.high})
        assert number in texts(ax) and f"({interval})" in texts(ax)
    with pytest.raises(ValueError, match="no input 'weather' varies"):
        table.plot.heatmap("weather")
    swept.store.close()
    found = negosim.sensitivity(scenario, method="tornado", trials=150, defaults=True, metrics=["settlement"])
    assert clipped(found.plot.tornado()) == []
    with pytest.raises(ValueError, match="has no ends of inputs"):
        negosim.sensitivity(scenario, trials=150, defaults=True, metrics=["settlement"]).plot.tornado()


def test_the_command_writes_every_figure_twice(tmp_path: Path) -> None:
    ran = CliRunner().invoke(command, ["run", LESSON, "--trials", "60", "--plots", str(tmp_path / "figures")])
    assert ran.exit_code == 0, ran.output
    written = sorted(path.name for path in (tmp_path / "figures").iterdir())
    drawn = [name for name in NAMES if f"No figure '{name}'" not in ran.stderr]
    assert written == sorted(f"{name}.{ending}" for name in drawn for ending in ("svg", "png"))
    assert {"states", "outcomes", "dates", "refusals"} <= set(drawn)
    assert f"Written: {tmp_path / 'figures' / 'states.svg'}" in ran.stdout
