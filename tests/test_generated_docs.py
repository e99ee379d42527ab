"""The generated pages: they are up to date, and list every key, column and distribution."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from docs.generate import pages
from docs.generate.output import ANSWER, MEAN, SHARE, TRIALS
from docs.generate.scenario import keys, sections, value
from docs.generate.writing import anchor, flow
from negosim.api import run
from negosim.results.export import columns
from negosim.scenario.load import loads
from negosim.scenario.quantities import DISTRIBUTIONS, parse_quantity
from negosim.scenario.reader import read_value
from negosim.scenario.schema.base import Model, Name, Text
from negosim.scenario.schema.events import EFFECTS
from tests.examples import COMPLETE

ROOT = Path(__file__).parents[1]


DOCS = ROOT / "docs"


@pytest.mark.parametrize(
    ("path", "text"), list(pages().items()), ids=lambda item: item.name if isinstance(item, Path) else ""
)
def test_generated_pages_are_up_to_date(path: Path, text: str) -> None:
    assert path.read_text() == text, "run python -m docs.generate"


def fields() -> Iterator[Any]:
    for path, model in [*sections(), *((f"effect {key}", model) for key, model in EFFECTS.items())]:
        for key, field, hint in keys(model):
            yield pytest.param(key, field, hint, id=f"{path}.{key}")


def test_every_model_of_the_schema_is_found() -> None:
    def below(model: type[Model]) -> Iterator[type[Model]]:
        for inner in model.__subclasses__():
            yield inner
            yield from below(inner)

    told = {model for _, model in sections()} | set(EFFECTS.values())
    assert {model for model in below(Model) if model.__module__.startswith("negosim.scenario.")} <= told


@pytest.mark.parametrize(("key", "field", "hint"), list(fields()))
def test_every_key_has_a_meaning_and_an_example_that_loads(key: str, field: Any, hint: Any) -> None:
    assert field.description
    assert len(field.examples) == 1
    written = flow(field.examples[0])
    create_model("Holder", __base__=Model, value=(hint, ...)).model_validate({"value": read_value(written, key)})
    page = (DOCS / "reference" / "format.md").read_text()
    assert re.search(rf"^\| `{re.escape(key)}` \|.*`{re.escape(written)}` \|$", page, re.MULTILINE)


def test_every_distribution_is_shown_as_it_is_written() -> None:
    page = (DOCS / "reference" / "format.md").read_text()
    shown = re.findall(r"^\| [A-Za-z]+ \| `(\{\w+: .+?\})` \|", page, re.MULTILINE)
    kinds = [parse_quantity(read_value(text, "format.md")).kind for text in shown]
    assert sorted(kinds) == sorted(DISTRIBUTIONS)


RICH = COMPLETE.replace("protocol: alternating_offers", "protocol: single_text").replace(
    "drift: {normal: {mean: 0.02, sd: 0.05}}", "drift: {normal: {mean: 0.5, sd: 0.5}}"
)
"""A scenario in which the answer depends on an input."""


@pytest.fixture(scope="module")
def played() -> tuple[dict[str, Any], list[str]]:
    """The answer of the complete example, made easy enough for everything in it to happen, and its columns."""
    easy = {"parties.north.patience": "1 month", "parties.south.patience": "1 month", "talks.armistice.ripeness": "off"}
    result = run(loads(RICH, values=easy), trials=250, baselines=True)
    assert result.history
    return result.summary(), list(columns(result.plan, result.history))


def pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<\w+>", r"[^.]+", re.escape(key).replace(r"\<", "<").replace(r"\>", ">")) + r"\Z")


WHOLE = ({"p", "low", "high"}, {"mean", "low", "high"}, {"p", "low", "high", "n"})
"""What counts as one value of the answer."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and set(value) not in WHOLE:
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key.replace('.', '/')}".lstrip("."))
    elif isinstance(value, list):
        for below in value:
            yield from leaves(below, f"{path}[]")
    else:
        yield path, value


def test_the_answer_has_the_keys_that_the_page_lists(played: tuple[dict[str, Any], list[str]]) -> None:
    found = dict(leaves(played[0]))
    assert not [key for key in ANSWER if not any(pattern(key).match(path) for path in found)]
    for path, said in found.items():
        keys_of_path = sorted((key for key in ANSWER if pattern(key).match(path)), key=lambda key: key.count("<"))
        assert keys_of_path, path
        assert isinstance(said, dict) == (ANSWER[keys_of_path[0]][0] in (SHARE, MEAN, "share and n")), path


def test_the_trials_have_the_columns_that_the_page_lists(played: tuple[dict[str, Any], list[str]]) -> None:
    assert not [key for key in TRIALS if not any(pattern(key).match(column) for column in played[1])]
    for column in played[1]:
        assert [key for key in TRIALS if pattern(key).match(column)], column


def test_how_the_generated_pages_write() -> None:
    assert (value(Name), value(Text)) == ("id", "text")
    assert flow({"when": {"state": "ceasefire"}, "by": [1, 0.5], "text": "a: b", "repeats": True}) == (
        '{when: {state: ceasefire}, by: [1, 0.5], text: "a: b", repeats: true}'
    )
    assert anchor("`parties.<party>.ratification[]`") == "partiespartyratification"
