"""Marks of a hundred: they add up, no group is off by a whole mark, and dates stand at their quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from negosim.results.hundred import MARKS, of_hundred, quantile_ticks


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=7).filter(any))
def test_marks_add_up_and_each_group_is_within_one_of_its_share(counts: list[int]) -> None:
    groups = {str(at): count for at, count in enumerate(counts)}
    marks = of_hundred(groups)
    assert sum(marks.values()) == MARKS
    for name, count in groups.items():
        assert abs(marks[name] - MARKS * count / sum(counts)) < 1


def test_the_largest_remainder_gets_the_mark_and_the_first_of_equal_ones() -> None:
    assert of_hundred({"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert of_hundred({"a": 496, "b": 494, "c": 10}) == {"a": 50, "b": 49, "c": 1}
    assert of_hundred({"a": 0}) == {"a": 0}


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(1, 500))
def test_quantile_marks_count_what_was_reached(first: list[int], more: int) -> None:
    counts, trials = np.array(first), sum(first) + more
    ticks = quantile_ticks(counts, trials)
    reached = [tick for tick in ticks if tick is not None]
    assert reached == sorted(reached)
    assert len(reached) == pytest.approx(MARKS * sum(first) / trials, abs=0.51)
    for tick in range(counts.size):
        by_then = sum(mark <= tick for mark in reached)
        assert by_then == pytest.approx(MARKS * counts[: tick + 1].sum() / trials, abs=0.51)
