"""The documentation: what it shows runs, what it links to is there."""

from __future__ import annotations

import ast
import copy
import doctest
import importlib
import io
import json
import re
import shlex
import shutil
import tempfile
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.generate.writing import anchor
from negosim.api import run
from negosim.cli.main import _COMMANDS, _run, command
from negosim.engine.compile import compiled
from negosim.engine.run import histories
from negosim.experiments.score.outcomes import read_outcomes
from negosim.experiments.store.store import Store
from negosim.experiments.stored.read import is_stored
from negosim.experiments.sweep.request import Changes, requested
from negosim.results.summary import Run, summarised
from negosim.results.trials import joined
from negosim.scenario.load import loads
from negosim.scenario.quantities import DISTRIBUTIONS
from negosim.scenario.reader import read
from tests import coded, stored
from tests.plugins import empty_registry, example_rules
from tests.stores import asked, filled

ROOT = Path(__file__).parents[1]


DOCS = ROOT / "docs"


PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])


BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


KNOWN = {"bash", "sh", "yaml", "python", "math"}


FEW = ["--trials", "40", "--workers", "1"]


FEW_POINTS = ["--points", "4", *FEW]


FEWER = {
    "report": ["--trials", "40", "--workers", "1"],
    "compare": ["--trials", "20"],
    "levers": ["--trials", "10"],
    "sensitivity": ["--trials", "400", "--workers", "1"],
    "uncertainty": ["--points", "4", "--trials", "10"],
    "calibrate": ["--trials", "20"],
    "score": ["--trials", "20"],
    "hindcast": ["--trials", "2", "--workers", "1"],
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(path: Path, language: str) -> list[str]:
    return [text for marked, text in BLOCK.findall(path.read_text()) if marked == language]


def example() -> dict[str, Any]:
    """The scenario of the README, from which the snippets of the pages begin."""
    (text,) = [text for text in blocks(ROOT / "README.md", "yaml") if text.startswith("negosim:")]
    return read(text, "README.md").data


def merged(base: Any, part: Any) -> Any:
    """Lay a snippet over a scenario, mapping by mapping; a quantity takes the place of the one before."""
    if not (isinstance(base, dict) and isinstance(part, dict)) or {"value", *DISTRIBUTIONS} & set(base):
        return part
    return {**base, **{key: merged(base.get(key), value) for key, value in part.items()}}


@cache
def sealed() -> bytes:
    """The forecast of that scenario, sealed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "forecast.json")
        run(loads(as_yaml(example())), trials=40, judgement=False, seal=path)
        return path.read_bytes()


def as_yaml(data: Any) -> str:
    return yaml.safe_dump(json.loads(json.dumps(data, default=str)), sort_keys=False)


# -- what the pages show ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_block_says_what_it_is(path: Path) -> None:
    fences = re.findall(r"^\s*```", path.read_text(), re.MULTILINE)
    found = BLOCK.findall(path.read_text())
    assert len(fences) == 2 * len(found)
    assert {language for language, _ in found} <= KNOWN


@pytest.fixture
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scenarios and the sweep that the pages speak of, in which what they show is tried."""
    for folder in ("scenarios", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "my-scenario.yaml").write_text(as_yaml(example()))
    (tmp_path / "my-cases.yaml").write_text(coded.FILE)
    with Store.create(tmp_path / "my-sweep", asked(2, trials=100)) as store:
        filled(store)
    for number in (1, 2):
        points = asked(4).settings.share(number, 2)
        with Store.create(tmp_path / f"shard-{number}", asked(points=points, shard=(number, 2), trials=100)) as store:
            filled(store)
    (tmp_path / "compare.json").write_text(stored.written("compare"))
    (tmp_path / "my_rules.py").write_text(example_rules())
    (tmp_path / "my-forecast.json").write_bytes(sealed())
    (outcomes,) = [text for path in PAGES for text in blocks(path, "yaml") if "outcomes_of" in text]
    (tmp_path / "my-outcomes.yaml").write_text(outcomes)
    empty_registry(monkeypatch)
    monkeypatch.chdir(tmp_path)
    return tmp_path


WITHOUT_ANSWERS = {
    "README.md": 1,
    "docs/extending.md": 1,
    "docs/python.md": 1,
    "docs/report.md": 1,
    "docs/results-store.md": 2,
}
"""Pages with blocks of Python that show no answers, and how many: to be copied whole, or on a reader's own results."""


def is_session(block: str) -> bool:
    return block.startswith(">>> ")


def session(block: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run a block with prompts, hold its answers against those of the page, and return what it has named."""
    cases = doctest.DocTestParser().get_doctest(block, names, "a block", "a block", 0)
    assert any(case.want for case in cases.examples), f"no answer is shown:\n{block}"
    failures: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(cases, out=failures.append, clear_globs=False)
    assert results.attempted == len(cases.examples)
    assert not results.failed, "".join(failures)
    return dict(cases.globs)


def script(block: str, names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Run a block without prompts, with few trials: whatever it looks at is there, and it shows no answer."""
    for word in tokenize.generate_tokens(io.StringIO(block).readline):
        assert word.type != tokenize.ERRORTOKEN
        if word.type == tokenize.COMMENT:
            assert not is_value(word.string.lstrip("# ")), f"an answer that nobody compares: {word.line}"
    for statement in ast.parse(re.sub(r"trials=[\d_]+", "trials=40", block)).body:
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), "a block", "exec"), names)
            continue
        found = eval(compile(ast.Expression(statement.value), "a block", "eval"), names)
        assert found is not None or capsys.readouterr().out.strip()


def is_value(text: str) -> bool:
    """Tell whether a comment is a number, a text in quotes, a list or the like."""
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True


def test_pages_with_python_but_without_answers_are_known() -> None:
    plain = {name(path): [block for block in blocks(path, "python") if not is_session(block)] for path in PAGES}
    assert {page: len(found) for page, found in plain.items() if found} == WITHOUT_ANSWERS


@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path, "python")], ids=name)
def test_python_runs_and_answers_what_the_page_says(
    path: Path, drafts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The blocks of a page run one after the other; those with prompts must answer what the page says."""
    names: dict[str, Any] = {}
    for block in blocks(path, "python"):
        if is_session(block):
            names = session(block, names)
        else:
            script(block, names, capsys)


@pytest.mark.parametrize("block", [
    ">>> 1 + 1\n3\n", ">>> 1 + 1\n", ">>> x = 1\n", ">>> 1\n1\n>>> 2\n\n", ">>> 1\n1\n>>> nothing\n",
    "1\n>>> 1\n1\n", "x = 2  # 2\n", "print(2)\n# 2\n", "x = nothing\n", "None\n", "print()\n",
])  # fmt: skip
def test_a_wrong_or_missing_answer_is_seen(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((AssertionError, NameError, SyntaxError)):
        if is_session(block):
            session(block, {})
        else:
            script(block, {}, capsys)


@pytest.mark.parametrize("path", [path for path in PAGES if blocks(path, "yaml")], ids=name)
def test_yaml_loads(path: Path, drafts: Path) -> None:
    for text in blocks(path, "yaml"):
        snippet = read(text, name(path)).data
        assert snippet
        if "outcomes_of" in snippet:
            assert read_outcomes(drafts / "my-outcomes.yaml").file.outcomes
            continue
        if "scenario" in snippet:
            (drafts / "my-sweep.yaml").write_text(text)
            assert requested(drafts / "my-sweep.yaml", Changes()).design.points
            continue
        whole = snippet if "negosim" in snippet else merged(copy.deepcopy(example()), snippet)
        assert loads(as_yaml(whole), name=name(path)).file.title


def commands() -> Iterator[Any]:
    for path in PAGES:
        for text in blocks(path, "sh"):
            for line in text.splitlines():
                if words := shlex.split(line, comments=True):
                    yield pytest.param(words, id=f"{name(path)}: {' '.join(words)}")


@pytest.mark.parametrize("words", list(commands()))
def test_shell_commands_work(words: list[str], drafts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return
    if words == [".", ".venv/bin/activate"]:
        return
    if words[0] == "dask":
        options_are_known(words)
        return
    assert words[0] == "negosim", "a command that this test does not know"
    if any(word.startswith(("tcp://", "tls://")) for word in words):
        command.make_context("negosim", words[1:]).close()
        return
    arguments = words[1 : words.index(">")] if ">" in words else words[1:]
    assert arguments[0] in _COMMANDS
    few = {"run": FEW, "sweep": FEW_POINTS if "--sample" in arguments else FEW}.get(arguments[0], [])
    if arguments[0] in FEWER and "--trials" not in arguments and not is_stored(arguments[1]):
        few = FEWER[arguments[0]]
    few = few[:-2] if "--cluster" in arguments else few
    if arguments[0] == "sweep" and "--out" in arguments:
        shutil.rmtree(arguments[arguments.index("--out") + 1], ignore_errors=True)
    if "--seal" in arguments:
        Path(arguments[arguments.index("--seal") + 1]).unlink()
    assert _run([*arguments, *few]) == 0
    assert capsys.readouterr().out


def options_are_known(words: list[str]) -> None:
    """Check that Dask knows the options that a page gives it."""
    dask = importlib.import_module(f"distributed.cli.dask_{words[1]}").main
    known = {option for param in dask.params for option in (*param.opts, *param.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


WITHOUT_LINKS = {
    "docs/decisions/0002-zones-of-agreement.md",
    "docs/decisions/0003-a-compiled-kernel.md",
    "docs/reference/commands.md",
}
"""Pages that lead nowhere else; readers of all others find their way on."""


def links(path: Path) -> list[str]:
    """Return the links of a page, those in code left out; whatever looks like a link is one."""
    text = re.sub(r"`[^`\n]+`", "`code`", BLOCK.sub("", path.read_text()))
    found = LINK.findall(text)
    assert len(found) == text.count("](")
    assert not re.search(r"\]\[|^\[[^\]]+\]:|<https?:|\bhref=", text, re.MULTILINE), "a link of another kind"
    return found


def broken(path: Path) -> list[str]:
    """Return the links of a page that lead to no file, or to no heading of it."""
    found = []
    for link in links(path):
        target, _, fragment = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if link.startswith("https://"):
            continue
        text = BLOCK.sub("", there.read_text()) if there.is_file() and there.suffix == ".md" else ""
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        if not there.exists() or (fragment and fragment not in {anchor(heading) for heading in headings}):
            found.append(link)
    return found


def test_pages_without_links_are_known() -> None:
    assert {name(path) for path in PAGES if not links(path)} == WITHOUT_LINKS


@pytest.mark.parametrize("path", [path for path in PAGES if name(path) not in WITHOUT_LINKS], ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    assert broken(path) == []


def test_pictures_are_small_and_shown() -> None:
    pictures = list((DOCS / "pictures").glob("*.png"))
    assert len(pictures) == 2
    assert all(picture.stat().st_size < 150_000 for picture in pictures)
    assert all(f"(docs/pictures/{picture.name})" in (ROOT / "README.md").read_text() for picture in pictures)


def test_every_page_is_linked_from_another() -> None:
    linked = {(path.parent / link.partition("#")[0]).resolve() for path in PAGES for link in links(path)}
    assert {name(path) for path in PAGES if path not in linked} <= {"README.md"}


def test_links_that_lead_nowhere_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One heading\n[a](page.md) [b](#one-heading) [c](page.md#one-heading) [d](https://example.org/x)\n"
        "`[e](code.md)`\n```sh\n# no-heading [f](code.md)\n```\n"
    )
    assert broken(page) == []
    wrong = ["pages.md", "#no-heading", "page.md#another", "../page.md", "http://example.org", "/etc/nothing#x"]
    page.write_text("# One heading\n" + "".join(f"[a]({link})\n" for link in wrong))
    assert broken(page) == wrong
    page.write_text("[a] [b][c]\n")
    with pytest.raises(AssertionError, match="another kind"):
        links(page)


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_formulas_survive_markdown(path: Path) -> None:
    """Where Markdown is read before mathematics, escapes and emphasis would be lost from a formula within a line."""
    text = BLOCK.sub("", path.read_text())
    assert "$$" not in text
    for formula in re.findall(r"\$(.+?)\$", text, re.DOTALL):
        assert not re.search(r"\\[^A-Za-z]|[^A-Za-z0-9]_|\*|<|>", formula), formula


def test_every_rule_is_told_whole() -> None:
    """A rule has a formula, a source, a purpose, a place in the code and an example; modules of rules are linked."""
    told = ""
    for path in sorted((DOCS / "model").glob("*.md")):
        if path.stem in ("index", "sources"):
            continue
        told += path.read_text()
        rules = re.split(r"^## ", path.read_text(), flags=re.MULTILINE)[1:]
        for rule in rules:
            title = rule.splitlines()[0]
            if title == "Chips and the status quo":  # told on other pages
                continue
            for part in ("```math", "- *Source.*", "- *For.*", "- *Code.*", "```python"):
                assert part in rule, f"{path.stem}: {title}: {part}"
    for module in (ROOT / "negosim" / "model").glob("[a-z]*.py"):
        is_rule = "(model " in module.read_text().partition("\n\n")[0]
        assert not is_rule or f"negosim/model/{module.name}" in told, module.name


def test_every_source_is_listed() -> None:
    """Whoever is cited on a page of the model stands in the list, with the year, and is cited there."""
    listed = (DOCS / "model" / "sources.md").read_text()
    pages_of_rules = [path for path in (DOCS / "model").glob("*.md") if path.stem != "sources"]
    for path in pages_of_rules:
        sources = " ".join(re.findall(r"^- \*Source\.\*.+?(?=^- \*)", path.read_text(), re.MULTILINE | re.DOTALL))
        for author, year in re.findall(r"([A-Z]\w+)(?:[^().:;]|et al\.){0,40}\((\d{4}b?)\)", sources):
            assert re.search(rf"{year}", listed), (path.stem, author, year)
            assert author in listed, (path.stem, author)
    for row in listed.splitlines():
        for page in re.findall(r"\]\((\w+)\.md\)", row):
            year = re.search(r"\((\d{4}b?)\)", row)
            author = re.match(r"\| (\w+)", row)
            assert year and author
            where = (DOCS / "model" / f"{page}.md").read_text()
            module = "Wichura" in row  # cited in the code that the page links to
            assert module or author[1] in where, (page, author[1])


def test_the_numbers_quoted_are_those_of_the_example() -> None:
    """The page on reading quotes the README's scenario, played 2,000 times with seed 1."""
    text = " ".join((DOCS / "how-to-read.md").read_text().split())
    assert "played 2,000 times with seed 1" in text

    def answer(cost: float) -> dict[str, Any]:
        scenario = loads(as_yaml(example()), values={"parties.south.war_cost": cost})
        plan = compiled(scenario.file)
        history = joined(list(histories(plan, 2000, 1)))
        return summarised(scenario, plan, history, Run(2000, 1, 0.0))

    summary = answer(0.2)
    reached = summary["reached"]["ceasefire"]["by"][summary["scenario"]["horizon"]]
    low, high = (round(100 * reached[end]) for end in ("low", "high"))
    final = summary["final_state"]["ceasefire"]["p"]
    worth = {party: value["mean"] for party, value in summary["terms"]["armistice"]["utility"].items()}
    assert f"{100 * reached['p']:.0f} % ({low} to {high} %)" in text
    assert f"{100 * reached['p']:.0f} % reach a ceasefire and {100 * final:.0f} % are in one at the end" in text
    assert f"worth {worth['south']:.2f} to South and {worth['north']:.2f} to North" in text
    quoted = re.search(r"From (\d+) % if the war costs South 0.1 to (\d+) % if it costs it 0.4", text)
    assert quoted
    for said, cost in zip(quoted.groups(), (0.1, 0.4), strict=True):
        found = answer(cost)["reached"]["ceasefire"]["by"][summary["scenario"]["horizon"]]["p"]
        assert abs(100 * found - int(said)) <= 0.5 + 1e-9
