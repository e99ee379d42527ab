"""Points by column, and what many of them come to at once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.experiments.metrics import bounds_of, estimate
from negosim.experiments.points import Points

VALUES = st.one_of(st.floats(0, 1), st.integers(0, 3), st.sampled_from(["3 months", None]))
SETTINGS = st.lists(st.dictionaries(st.sampled_from(["a.b", "c", "d.e"]), VALUES, min_size=1), min_size=1, max_size=9)


@given(SETTINGS)
def test_points_are_what_was_listed_and_come_back_from_json(listed: list[dict[str, object]]) -> None:
    points = Points.listed(listed)
    assert list(points) == listed == list(Points.from_dict(json.loads(json.dumps(points.as_dict()))))
    assert points == listed
    assert points.digest() == Points.listed([*listed]).digest()
    assert points[1:3] == tuple(listed[1:3])


@given(SETTINGS, st.integers(1, 4))
def test_shares_are_every_so_many_th_point(listed: list[dict[str, object]], of: int) -> None:
    points = Points.listed(listed)
    for number in range(1, of + 1):
        share = points.share(number, of)
        assert list(share) == listed[number - 1 :: of]
        assert share.whole == points


def test_a_grid_is_every_combination_and_takes_little_room() -> None:
    points = Points.product({"a": [1, 2], "b": ["x", "y", "z"]})
    assert [tuple(point.values()) for point in points] == [(a, b) for a in (1, 2) for b in "xyz"]
    assert len(json.dumps(Points.product({name: list(range(10)) for name in "abcdef"}).as_dict())) < 600
    both = points.crossed(Points.listed([{"c": 0.1}, {"c": 0.2}]))
    assert both[3] == {"a": 1, "b": "y", "c": 0.2}
    assert len(both) == 12


def test_other_points_have_another_digest() -> None:
    one = Points.listed([{"a": 1.0}, {"a": 2.0}])
    others = [[{"a": 2.0}, {"a": 1.0}], [{"b": 1.0}, {"b": 2.0}], [{"a": 1.0}], [{"a": 1}, {"a": 2}]]
    assert len({one.digest(), *(Points.listed(other).digest() for other in others)}) == 5
    assert one.share(1, 2).digest() != one.share(2, 2).digest()


@pytest.mark.parametrize("is_share", [True, False])
@given(st.integers(1, 5), st.integers(1, 60), st.integers(0, 2**32 - 1), st.sampled_from(["all", "some", "several"]))
def test_many_points_at_once_come_to_what_each_does(
    is_share: bool, points: int, trials: int, seed: int, kind: str
) -> None:
    luck = np.random.default_rng(seed)
    below = (
        np.ones((points, trials)) if kind == "all" else luck.integers(0, 2 if kind == "some" else 4, (points, trials))
    )
    above = luck.integers(0, 2, (points, trials)) * below if is_share else luck.random((points, trials)) * 9
    above, below = above.astype(float), below.astype(float)
    each = [estimate(above[at], below[at], is_share=is_share) for at in range(points)]
    assert bounds_of(above, below, is_share=is_share) == [(one.value, one.low, one.high) for one in each]
