"""The list of the scenarios that come with negosim is the list of the files."""

import re
from pathlib import Path

SCENARIOS = Path(__file__).parent.parent / "scenarios"
ROW = re.compile(r"^\| \[([^]]+)\]\(([^)]+\.yaml)\) \|", re.MULTILINE)


def test_every_scenario_is_listed_once_and_every_listed_one_exists() -> None:
    rows = ROW.findall((SCENARIOS / "README.md").read_text(encoding="utf-8"))
    listed = [target for _, target in rows]
    assert sorted(listed) == sorted(path.relative_to(SCENARIOS).as_posix() for path in SCENARIOS.rglob("*.yaml"))
    assert [name for name, _ in rows] == [Path(target).stem for target in listed]
