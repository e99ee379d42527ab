"""Numbers by path, the defaults of the format filled in."""

from __future__ import annotations

import pytest

from negosim.scenario.ids import declared, declared_by
from negosim.scenario.load import loads
from negosim.scenario.numbers import agenda, holders, numbers, spatial_values
from negosim.scenario.paths import declared_paths
from negosim.scenario.quantities import Quantity
from negosim.scenario.reader import read
from negosim.scenario.schema.document import ScenarioFile
from tests.examples import COMPLETE, MINIMAL

MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def file() -> ScenarioFile:
    """The complete example, read."""
    return ScenarioFile.model_validate(read(COMPLETE, "f").data)


def test_every_path_has_a_number_that_it_allows(file: ScenarioFile) -> None:
    found, families = numbers(file), declared_paths(declared_by(file))
    assert found.keys() == families.keys()
    for path, quantity in found.items():
        assert isinstance(quantity, Quantity)
        low, high = quantity.support
        assert families[path].domain.low <= low <= high <= families[path].domain.high, path


def test_plain_data_and_the_file_declare_the_same() -> None:
    for text in (COMPLETE, MINIMAL):
        data = read(text, "f").data
        assert declared(data) == declared_by(ScenarioFile.model_validate(data))


@pytest.mark.parametrize("data", [{}, {"parties": 3, "issues": [], "war": 1, "talks": None, "events": {"e": 3}}])
def test_ids_are_collected_from_whatever_there_is(data: dict[str, object]) -> None:
    assert declared_paths(declared(data)).keys() <= {
        "events.e.chance",
        "war.front",
        "war.drift",
        "war.volatility",
        "war.fade",
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("talks.armistice.weights.north", 1), ("talks.armistice.weights.south", 0.9),
        ("talks.armistice.weights.union", 0.5), ("talks.peace.weights.north", 1), ("talks.peace.weights.union", 0.5),
        ("talks.armistice.after.peace_cost", 0.2), ("talks.peace.after.peace_cost", 0),
        ("talks.exchange.after.peace_cost", 0),
        ("talks.armistice.patience.north", 6 * MONTH), ("talks.armistice.patience.union", 24 * MONTH),
        ("talks.peace.patience.south", 12 * MONTH), ("talks.exchange.patience.south", 24 * MONTH),
        ("talks.peace.pressure.south", 0), ("talks.armistice.pressure.south", 0.03),
        ("talks.armistice.deadline.credibility", 0.4),
        ("issues.border.views.south.values.old", 1), ("issues.border.views.south.values.line", 0.75),
        ("issues.border.views.south.values.far", 0), ("issues.border.views.north.values.line", 0.5),
        ("issues.border.views.union.salience", 0), ("issues.border.views.union.values.far", 0),
        ("chips.fund.views.north.values.shared", 0.75), ("issues.guarantee.options.treaty.enforcement", 0.5),
        ("war.beliefs.south.narrative", 0), ("war.stocks.south_money.burn", 60), ("war.front", 0.1),
        ("war.tolls.casualties_north.per_year", 400_000), ("events.scandal.rate", 0.5), ("events.election.chance", 0.6),
        ("parties.north.patience_used", 30), ("parties.south.concession", 0.5),
    ],
)  # fmt: skip
def test_defaults(file: ScenarioFile, path: str, value: float) -> None:
    assert numbers(file)[path].value == pytest.approx(value)


def test_a_track_takes_the_patience_of_the_party(file: ScenarioFile) -> None:
    assert numbers(file)["talks.peace.patience.north"].value == 12 * MONTH
    assert numbers(file)["talks.exchange.patience.north"] == file.parties["north"].patience


def test_a_ceasefire_leaves_some_of_the_cost() -> None:
    assert numbers(loads(MINIMAL).file)["talks.armistice.after.peace_cost"].value == 0.3


def test_what_is_no_number(file: ScenarioFile) -> None:
    found = numbers(file)
    assert "events.election.rate" not in found
    assert "talks.peace.deadline.credibility" not in found
    assert "war.beliefs.union.doubt" not in found
    assert not any(path.startswith("war.") for path in numbers(_without_war()))


def _without_war() -> ScenarioFile:
    text = MINIMAL.replace("war:\n  between: [north, south]\n  volatility: 0.35\n", "").replace(
        "ceasefire", "settlement"
    )
    return loads(text).file


@pytest.mark.parametrize(
    "path", ["parties.north.patience", "parties.north.patience_used", "talks.peace.patience.north"]
)
def test_durations_are_kept_in_days(file: ScenarioFile, path: str) -> None:
    assert declared_paths(declared_by(file))[path].is_duration


@pytest.mark.parametrize(
    ("ideal", "values"),
    [
        ("a", (1, 0.75, 0.5, 0.25, 0)),
        ("b", (2 / 3, 1, 2 / 3, 1 / 3, 0)),
        ("c", (0, 0.5, 1, 0.5, 0)),
        ("e", (0, 0.25, 0.5, 0.75, 1)),
        (None, (0, 0, 0, 0, 0)),
    ],
)
def test_values_fall_from_the_ideal_to_the_farthest(ideal: str | None, values: tuple[float, ...]) -> None:
    assert tuple(spatial_values(list("abcde"), ideal, "linear").values()) == pytest.approx(values)
    squared = [1 - (1 - value) ** 2 if ideal else 0 for value in values]
    assert tuple(spatial_values(list("abcde"), ideal).values()) == pytest.approx(squared)
    assert spatial_values(["only"], "only") == {"only": 1}


def test_agenda_and_holders(file: ScenarioFile) -> None:
    assert agenda(file, file.talks["armistice"]) == ["border"]
    assert agenda(file, file.talks["peace"]) == ["border", "fund", "guarantee"]
    assert holders(file, file.talks["armistice"]) == set()
    assert holders(file, file.talks["peace"]) == {"union"}
