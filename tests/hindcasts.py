"""Made-up negotiations, enough of them to have intervals."""

from __future__ import annotations

from tests.coded import FILE


def many(copies: int = 3) -> str:
    """Return a file with copies of the two coded cases, which differ in how much the war hurts and in the powers."""
    head, _, cases = FILE.partition("cases:\n")
    text = "cases:\n"
    for number in range(copies):
        copy = cases.replace("id: ships_1950", f"id: ships_{number}").replace("id: quarry", f"id: quarry_{number}")
        text += copy.replace("mhs: 50", f"mhs: {20 + 20 * number}").replace("mhs: 20", f"mhs: {30 * number}")
    assert head.startswith("meta")
    return text
