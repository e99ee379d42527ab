"""The header of a store: which directory is taken, and what is refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from negosim.experiments.errors import StoreError
from negosim.experiments.inputs import Input
from negosim.experiments.store.design_file import read_manifest
from negosim.experiments.store.manifest import Manifest
from negosim.experiments.store.store import Store
from tests.stores import asked, everything, filled


def test_a_directory_that_holds_something_is_not_taken(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds results already: resume them"):
        Store.create(store.directory, asked(7))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StoreError, match="has other files in it"):
        Store.create(tmp_path, asked())
    with pytest.raises(StoreError, match="is no directory"):
        Store.create(tmp_path / "notes.txt", asked())
    with pytest.raises(StoreError, match=r"holds no results of a sweep \(it has no design.json\)"):
        Store.open(tmp_path)
    with pytest.raises(StoreError, match="holds no results"):
        Store.resume(tmp_path / "nowhere", asked())
    assert read_manifest(store.directory) == asked()


OTHERS = {
    "version of negosim: 0.0 there": {"negosim": "0.0"},
    r"content of the scenario \(SHA-256\): 666": {"scenario": "6" * 64},
    "variant: hard there, none now": {"variant": "hard"},
    "settings: {} there, {'war.volatility': 0.4} now": {"set": {}},
    "seed: 4 there, 3 now": {"seed": 4},
    "trials a point: 300 there, 250 now": {"trials": 300},
    "trials a part: 50 there, 100 now": {"part_trials": 50},
    "points a chunk: 3 there, 2 now": {"chunk_points": 3},
    "shard: 1, 2 there, none now": {"shard": (1, 2)},
    "metrics: agreement, victory, toll.dead there": {"metrics": ("agreement", "victory", "toll.dead")},
    "points: 7 there, 6 now": {"points": asked(7).points},
    r"point 0, war.drift: 0.7 there, 0.0 now \(and 5 points more\)": {
        "points": [{**point, "war.drift": 0.7} for point in asked().points]
    },
    "inputs that vary: drift there, drift, patience now": {"factors": asked().factors[:1]},
    "design: {'kind': 'lhs'} there": {"design": {"kind": "lhs"}},
}


@pytest.mark.parametrize("message", OTHERS)
def test_a_directory_of_something_else_is_refused_and_says_what_differs(tmp_path: Path, message: str) -> None:
    Store.create(tmp_path / "results", asked(**OTHERS[message])).close()
    with pytest.raises(StoreError, match=f"cannot be resumed.*:\n(.*\n)*  {message}"):
        Store.resume(tmp_path / "results", asked())


def test_the_header_comes_back_from_its_file(store: Store) -> None:
    assert read_manifest(store.directory) == store.manifest
    told = json.loads((store.directory / "design.json").read_text())
    assert [column["path"] for column in told["points"]["columns"]] == ["war.drift", "parties.north.patience"]
    assert asked(design={"seed": np.int64(4), "ranges": [(0, np.float64(1.5))]}).design == {
        "seed": 4, "ranges": [[0, 1.5]],
    }  # fmt: skip


def test_titles_come_back_and_a_store_without_them_is_read(tmp_path: Path) -> None:
    labels = {"parties": {"north": "The North"}, "options": {"border": {"old": "As of old"}}}
    with Store.create(tmp_path / "titled", asked(labels=labels)) as titled:
        assert read_manifest(titled.directory).labels == labels
        assert titled.manifest.identity == asked().identity
    path = tmp_path / "titled" / "design.json"
    told = json.loads(path.read_text())
    del told["labels"]
    path.write_text(json.dumps(told))
    with Store.resume(tmp_path / "titled", asked(labels=labels)) as store:
        assert store.manifest.labels == {} and len(store.missing()) == 18


BAD_LABELS = [
    [],
    {"parties": []},
    {"parties": {"north": 1}},
    {"options": {"border": "old"}},
    {"options": {"a": {"b": None}}},
]


@pytest.mark.parametrize("labels", BAD_LABELS)
def test_titles_that_are_none_are_refused(store: Store, labels: Any) -> None:
    path = store.directory / "design.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "labels": labels}))
    with pytest.raises(StoreError, match=r"design\.json is damaged: .* is no (dict|str)"):
        Store.open(store.directory)


BAD_HEADERS = {
    "damaged": lambda text: text[:200],
    "no number": lambda text: text.replace("0.4", "NaN"),
    "another version of the store": lambda text: text.replace('"format": 2', '"format": 3'),
    "older negosim .*, a file a point": lambda text: text.replace('"format": 2', '"format": 1'),
    "written in no known way": lambda text: text.replace('"each":1', '"each":0'),
    "in no known way": lambda text: text.replace('"step":1', '"step":0'),
    "at least one part": lambda text: text.replace('"of":6', '"of":0'),
    "'title'": lambda text: text.replace('"title": "A border"', '"titel": "A border"'),
    "is no int": lambda text: text.replace('"seed": 3', '"seed": "3"'),
    "at most 5,000,000": lambda text: text.replace('"trials": 250', '"trials": 250000000'),
    "at least one trial": lambda text: text.replace('"trials": 250', '"trials": -1'),
    r"\\x1b": lambda text: text.replace('"seed": 3', '"seed": "\\u001b[31m"'),
    "each named once": lambda text: text.replace('"toll.dead"', '"agreement"'),
    "kept in a store": lambda text: text.replace('"values":[0.0', '"values":[1e999'),
    "recursion": lambda text: "[" * 1_000_000,
}


@pytest.mark.parametrize("message", BAD_HEADERS)
def test_a_header_from_anybody_is_read_with_care(store: Store, message: str) -> None:
    path = store.directory / "design.json"
    path.write_text(BAD_HEADERS[message](path.read_text()))
    with pytest.raises(StoreError, match=message):
        Store.open(store.directory)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"points": []}, "at least one part"),
        ({"metrics": (), "is_share": ()}, "needs metrics"),
        ({"trials": 10**7, "part_trials": 10**7}, "fewer trials a part"),
        ({"set": {"a": object()}}, "cannot be kept"),
        ({"factors": (Input("a", "a", "x"), Input("a", "a", "y"))}, "varies twice"),
    ],
)
def test_what_cannot_be_kept_is_refused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        asked(**other)


def test_a_header_says_which_parts_there_are() -> None:
    header: Manifest = asked(2)
    assert [(part.point, part.first, part.trials) for part in everything(header)] == [
        (0, 0, 100), (0, 100, 100), (0, 200, 50), (1, 0, 100), (1, 100, 100), (1, 200, 50),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["chunks", "aside", "index.sqlite", "design.json", "chunks/0000000-0000000000.chunk"])
def test_a_packed_store_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    """Results from a stranger may hold links: nothing outside is read, written or taken away."""
    with Store.create(tmp_path / "store", asked()) as store:
        filled(store)
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "store" / name
    elsewhere.mkdir()
    if name == "design.json":
        place.rename(elsewhere / name)
        place.symlink_to(elsewhere / name)
    elif name == "index.sqlite":
        place.unlink()
        base = sqlite3.connect(elsewhere / name)
        base.execute("CREATE TABLE mine (word TEXT)")
        base.close()
        place.symlink_to(elsewhere / name)
    else:
        shutil.rmtree(place, ignore_errors=True)
        place.unlink(missing_ok=True)
        place.symlink_to(elsewhere)
    before = {path: path.read_bytes() for path in elsewhere.iterdir()}
    for opened in (lambda: Store.open(tmp_path / "store"), lambda: Store.resume(tmp_path / "store", asked())):
        with pytest.raises(StoreError, match="symbolic link"):
            opened()
    assert {path: path.read_bytes() for path in elsewhere.iterdir()} == before
