"""Written numbers: shares, amounts and their intervals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from negosim.report.writing import amounts, parts, share_text
from tests.summaries import NOTHING, wilson


def test_shares_never_round_to_certainty() -> None:
    assert share_text(wilson(0, 2000)) == "0 % (0 to 0.2)"
    assert share_text(wilson(2000, 2000)) == "100 % (99.8 to 100)"
    assert share_text(wilson(1, 1)) == "100 % (21 to 100)"
    assert share_text(wilson(1, 10_000)) == "0.010 % (0.002 to 0.057)"
    assert parts({"p": 0.3121, "low": 0.3114, "high": 0.3128}) == ("31.2", "31.1 to 31.3")
    assert parts({"p": 0.984, "low": 0.95, "high": 0.996}) == ("98", "95 to 100")
    assert parts({"p": 0.999, "low": 0.994, "high": 0.9998}) == ("99.90", "99.40 to 99.98")
    assert share_text(NOTHING) == "not known"


@given(st.integers(1, 10**6).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_a_written_share_keeps_its_order_and_its_distance_from_certainty(counts: tuple[int, int]) -> None:
    share = wilson(*counts)
    p, interval_ = parts(share)
    low, high = interval_.split(" to ")
    assert float(low) <= float(p) <= float(high)
    assert (float(p) == 0) == (share["p"] == 0) and (float(p) == 100) == (share["p"] == 1)
    assert float(low) < float(high)


@given(st.floats(-1e9, 1e9), st.floats(0, 1e6))
def test_amounts_stay_close(mean: float, half: float) -> None:
    toll = {"mean": mean, "low": mean - half, "high": mean + half, "p05": mean, "p50": mean, "p95": mean}
    written = float(amounts(toll)["p50"].replace(",", ""))
    assert abs(written - mean) <= max(abs(mean) * 0.01, 1e-12)
