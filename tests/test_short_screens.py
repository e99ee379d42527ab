"""What commands print where nobody asks for more: one screen, titles and no ids, no share without its error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from negosim.cli.main import _run
from negosim.scenario.load import load as load_file
from negosim.scenario.shipped import examples

SCREEN, WIDTH = 40, 80

SCENARIOS = ("ukraine-2025-12", "mediator-pressure", "korea-1951")
"""The flagship, one to teach with, and one of the past."""

Answer = Callable[..., list[str]]


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setenv("COLUMNS", str(WIDTH))

    def asked(*arguments: str) -> list[str]:
        assert _run(list(arguments)) == 0
        return capsys.readouterr().out.rstrip("\n").split("\n")

    return asked


def require_short(lines: list[str]) -> None:
    assert len(lines) <= SCREEN
    assert max(map(cell_len, lines)) <= WIDTH
    assert not re.search(r"\bnan\b|\bNone\b(?! of \d)|\n\n\n|\x1b", "\n".join(lines))


def require_titles(lines: list[str]) -> None:
    """Commands to type next may hold ids; what is said may not."""
    said = [line for line in lines if "negosim " not in line]
    assert not re.search(r"[a-z0-9]_[a-z0-9]|[a-z]{3}\.[a-z]{3}", "\n".join(said))


def require_errors(lines: list[str]) -> None:
    """A share of histories has its Monte-Carlo error beside it."""
    for line in lines:
        for share in re.finditer(r"[\d.]+ %(?! of |,|$| *\d| points| Luck)(.{0,2})", line):
            assert share[1].strip()[:1] in ("±", "("), line


@pytest.mark.parametrize("name", SCENARIOS)
def test_uncertainty(name: str, answer: Answer) -> None:
    lines = answer("uncertainty", name, "--points", "8", "--trials", "8", "--workers", "1")
    require_short(lines)
    require_titles(lines)
    text = " ".join(lines)
    assert "Over the inputs" in text and "no number of histories narrows it" in " ".join(text.split())
    titles = [question.title for question in load_file(examples()[name]).file.questions.values() if question.title]
    assert titles and titles[0][:30] in text


def test_uncertainty_where_nothing_varies(answer: Answer) -> None:
    lines = answer("uncertainty", "hurting-stalemate", "--points", "8", "--trials", "8")
    require_short(lines)
    assert "Over the inputs" not in "\n".join(lines)
    assert any("Nothing varies" in line for line in lines)


@pytest.mark.parametrize("name", SCENARIOS)
def test_score(name: str, answer: Answer) -> None:
    lines = answer("score", name, "--trials", "60")
    require_short(lines)
    require_titles(lines)
    assert "question" in lines[0]


def test_scores_of_several_files_share_the_screen(answer: Answer) -> None:
    lines = answer("score", "korea-1951", "camp-david-1978", "jcpoa-2013", "istanbul-2022", "--trials", "10")
    require_short(lines)
    titles = [load_file(examples()[name]).file.title.partition(",")[0] for name in ("korea-1951", "istanbul-2022")]
    assert all(any(line.startswith(title) for line in lines) for title in titles)
    assert "Brier" in "\n".join(lines) and " ".join(" ".join(lines).split()).count("with an outcome, 10 histories") == 4


@pytest.mark.parametrize("name", SCENARIOS)
def test_sensitivity(name: str, answer: Answer) -> None:
    lines = answer("sensitivity", name, "--trials", "400", "--workers", "1")
    require_short(lines)
    require_titles(lines)
    assert "by the horizon: " in "\n".join(lines)


def test_sensitivity_to_many_answers(answer: Answer) -> None:
    asked = [part for name in ("settlement", "years", "final.war", "victory:north") for part in ("--metric", name)]
    lines = answer("sensitivity", "mediator-pressure", "--method", "tornado", "--trials", "40", *asked)
    require_short(lines)
    full = answer("sensitivity", "mediator-pressure", "--method", "tornado", "--trials", "40", *asked, "--full")
    assert len(full) >= len(lines)
    assert "South: war cost" in "\n".join(full)


@pytest.mark.parametrize("name", SCENARIOS)
def test_sweep_and_results(name: str, answer: Answer, tmp_path: Path) -> None:
    out = tmp_path / "out"
    design = ("--sample", "lhs", "--over", "inputs", "--points", "20", "--trials", "6", "--workers", "1")
    lines = answer("sweep", name, *design, "--out", str(out))
    told = [line for line in lines if str(tmp_path) not in line and not line.startswith("  /")]
    require_short(lines[: len(told)])
    require_titles(told)
    assert "20 points of 6 trials each. Complete." in told
    lines = answer("results", str(out))
    require_short(lines)
    require_titles(lines)
    assert len(answer("results", str(out), "--full")) > len(lines)


def test_results_say_how_far_the_answers_lie_apart(answer: Answer, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    vary = ("--vary", "parties.north.war_cost=0.1,0.9", "--vary", "parties.south.war_cost=0.1,0.3")
    metrics = ("--metric", "settlement", "--metric", "ceasefire")
    answer("sweep", "hurting-stalemate", *vary, *metrics, "--trials", "50", "--workers", "1", "--out", out)
    lines = answer("results", out)
    require_short(lines)
    require_errors([line for line in lines if re.match(r"    \d ", line)])
    ends = next(line for line in lines if line.startswith("  Settlement by the horizon")).split()
    shares = [float(line.split()[3]) for line in lines if re.match(r"    \d ", line)]
    assert len(shares) == 4
    assert [float(ends[4]), float(ends[6])] == [min(shares), max(shares)]
    assert any("The same at every point: Ceasefire by the horizon" in line for line in lines)
    assert "No point meets the conditions." in answer("results", out, "--where", "settlement > 2")
    sorted_lines = answer("results", out, "--sort", "-settlement", "--limit", "1")
    assert [line.split()[3] for line in sorted_lines if re.match(r"    \d ", line)] == [f"{max(shares):.0f}"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_explain(name: str, answer: Answer) -> None:
    lines = answer("explain", name)
    require_short(lines)
    require_titles(lines)


@pytest.mark.parametrize("name", SCENARIOS)
def test_replay(name: str, answer: Answer) -> None:
    lines = answer("replay", name, "--find", "typical")
    require_short(lines)
    require_titles(lines)
    assert any(line.startswith("Others of the kind: trials ") for line in lines)


def test_levers(answer: Answer) -> None:
    lines = answer(
        "levers", "ukraine-2025-12", "--reach", "ceasefire", "--red-lines", "--trials", "4", "--workers", "1"
    )
    require_short(lines)
    require_titles(lines)
    assert any(line.startswith("At its best") for line in lines)


def test_examples(answer: Answer) -> None:
    require_short(answer("examples"))


def test_calibrate(answer: Answer) -> None:
    asked = ("--to", "settlement=0.5", "--to", "agreement=0.5", "--move", "pressure", "--move", "war.drift=-0.1:0.1")
    lines = answer("calibrate", "mediator-pressure", *asked, "--trials", "20")
    require_short(lines)
    require_titles(lines)
    text = " ".join(" ".join(lines).split())
    assert "Front: drift a year" in text and "Settlement by the horizon 50 % " in text
    full = answer("calibrate", "mediator-pressure", *asked, "--trials", "20", "--full")
    assert "the scenario as it is" in "\n".join(full) and len(full) > len(lines)
