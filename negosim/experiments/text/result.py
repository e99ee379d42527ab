"""What becomes of a text that is put on the table, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from negosim.scenario.load import Scenario


@dataclass(frozen=True, repr=False)
class TextAnswer:
    """What everybody says to a text, or to two.

    Attributes
    ----------
    scenario : the scenario in which it is put.
    data : the answer as plain data, as ``negosim text --json`` prints it.
    """

    scenario: Scenario
    data: dict[str, Any] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the JSON object that ``negosim text --json`` prints."""
        return self.data

    def signers(self, which: int = 0) -> list[str]:
        """Return the ids of the parties that would sign a text once their patience is spent, at the medians.

        Parameters
        ----------
        which : 0 for the first text, 1 for the second.
        """
        parties = self.data["texts"][which]["parties"]
        return [name for name, party in parties.items() if party["asked"] and party["answer"] != "refuses"]

    def refusers(self, which: int = 0) -> list[str]:
        """Return the ids of the parties that would refuse a text even with their patience spent, at the medians."""
        parties = self.data["texts"][which]["parties"]
        return [name for name, party in parties.items() if party["asked"] and party["answer"] == "refuses"]

    def __repr__(self) -> str:
        first = self.data["texts"][0]
        return (
            f"<TextAnswer: {first['title']}; would sign: {', '.join(self.signers()) or 'nobody'}; "
            f"would refuse: {', '.join(self.refusers()) or 'nobody'}>"
        )
