"""Shards: shares of a sweep, each in a folder of its own, put together to the bytes of one sweep."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from negosim.cli.main import _run
from negosim.experiments.errors import StoreError
from negosim.experiments.store import manifest
from negosim.experiments.sweep.grid import grid
from negosim.experiments.sweep.merge import merge
from negosim.experiments.sweep.sweep import sweep
from negosim.results.labels import labels
from tests.stores import content
from tests.sweeps import DRIFT, METRICS, ROOT, WORLD, drifts, swept, world, written
from tests.worlds import changed


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "MOST_CHUNK_POINTS", 4)


def shards(directory: Path, number: int, points: int = 11, **options: Any) -> list[Path]:
    places = [directory / f"shard-{place}" for place in range(1, number + 1)]
    for place, out in enumerate(places, 1):
        swept(out, points, shard=(place, number), **options).store.close()
    return places


@pytest.mark.parametrize("number", [1, 3, 11])
def test_shards_put_together_are_the_bytes_of_one_sweep(tmp_path: Path, number: int) -> None:
    whole = swept(tmp_path / "whole", 11, replications=2)
    merged = merge(shards(tmp_path, number, replications=2)[::-1], tmp_path / "merged")
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    assert merged.table().rows == whole.table().rows
    assert merged.store.manifest.labels == labels(world().file)
    assert merged.store.progress().is_complete


def test_every_shard_plays_its_own_points(tmp_path: Path) -> None:
    result = swept(tmp_path / "out", 11, shard=(2, 4))
    assert result.played == 3
    assert [row.values[DRIFT] for row in result.table()] == [drifts(11).points[at][DRIFT] for at in (1, 5, 9)]
    with pytest.raises(ValueError, match="3 points cannot be divided into 4 shards"):
        swept(tmp_path / "other", 3, shard=(1, 4))
    with pytest.raises(ValueError, match="no shard 5 of 4"):
        swept(tmp_path / "other", 11, shard=(5, 4))


def test_points_that_failed_in_a_shard_have_failed_in_the_whole(tmp_path: Path) -> None:
    design = grid(world(), {"parties.north.time_preference": "-0.1,0.1", DRIFT: "0,0.1,0.2"})
    sweep(world(), design, metrics=METRICS, trials=10, out=tmp_path / "whole")
    for place in (1, 2):
        out = tmp_path / f"shard-{place}"
        sweep(world(), design, metrics=METRICS, trials=10, out=out, shard=(place, 2)).store.close()
    merged = merge([tmp_path / "shard-1", tmp_path / "shard-2"], tmp_path / "merged")
    assert set(merged.failed) == {0, 1, 2}
    assert content(tmp_path / "merged") == content(tmp_path / "whole")


def test_a_merge_that_was_broken_off_goes_on(tmp_path: Path) -> None:
    places = shards(tmp_path, 2)
    merge(places, tmp_path / "merged").store.close()
    before = content(tmp_path / "merged")
    next((tmp_path / "merged" / "chunks").glob("*.chunk")).unlink()
    merge(places, tmp_path / "merged").store.close()
    assert content(tmp_path / "merged") == before


def refusal(places: list[Path], out: Path) -> str:
    with pytest.raises(StoreError) as caught:
        merge(places, out)
    assert not out.exists()
    return str(caught.value)


def test_what_cannot_be_merged_is_refused_and_says_why(tmp_path: Path) -> None:
    places, out = shards(tmp_path, 3), tmp_path / "merged"
    assert refusal(places[1:2], out) == "shards 1, 3 of 3 are missing: name every folder"
    assert refusal(places[:2], out) == "shard 3 of 3 is missing: name every folder"
    assert "are both shard 1: give each once" in refusal([places[0], *places], out)
    swept(tmp_path / "whole", 11).store.close()
    assert "is no shard of a sweep" in refusal([tmp_path / "whole"], out)
    for name, message, options in [
        ("seed", "seed: 1 there, 2 now", {"seed": 2}),
        ("trials", "trials a point: 40 there, 50 now", {"trials": 50}),
        ("design", "points: 11 there, 12 now", {"number": 12}),
        ("metrics", "metrics: victory:north, years there, years now", {"metrics": ["years"]}),
    ]:
        swept(tmp_path / name, **{"number": 11, "shard": (2, 3), **options}).store.close()
        assert message in refusal([places[0], tmp_path / name, places[2]], out)
    swept(tmp_path / "four", 11, shard=(2, 4)).store.close()
    assert "shards: 3 there, 4 now" in refusal([places[0], tmp_path / "four"], out)


def test_shards_of_another_build_or_scenario_are_refused(tmp_path: Path) -> None:
    places, out = shards(tmp_path, 2), tmp_path / "merged"
    design = places[1] / "design.json"
    told = design.read_text()
    design.write_text(told.replace('"numpy": "', '"numpy": "0.'))
    assert "numpy: " in refusal(places, out)
    design.write_text(told.replace('"scenario": "', '"scenario": "0'))
    assert "content of the scenario" in refusal(places, out)


def test_a_shard_that_is_not_finished_is_named(tmp_path: Path) -> None:
    places = shards(tmp_path, 2)
    next((places[1] / "chunks").glob("*.chunk")).unlink()
    message = refusal(places, tmp_path / "merged")
    assert message.startswith("not every shard is finished (resume its sweep with --resume):\n")
    assert f"{places[1]}: 4 of 5 parts are missing" in message


def test_a_shard_with_damage_that_size_and_time_do_not_show_is_named(tmp_path: Path) -> None:
    places = shards(tmp_path, 2)
    path = next((places[1] / "chunks").glob("*.chunk"))
    stat, held = path.stat(), bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    message = refusal(places, tmp_path / "merged")
    assert message.startswith("not every shard is finished (resume its sweep with --resume):\n")
    assert f"; chunks/{path.name} " in message


# -- the command line ---------------------------------------------------------------------------------------------


def test_shards_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = written(tmp_path)
    told = ["sweep", str(scenario), "--vary", f"{DRIFT}=-0.4:0.4:9", "--metric", "years", "--trials", "10"]
    told += ["--workers", "1"]
    assert _run([*told, "--out", str(tmp_path / "whole")]) == 0
    places = [str(tmp_path / f"s{place}") for place in (1, 2)]
    for place, out in enumerate(places, 1):
        assert _run([*told, "--shard", f"{place}/2", "--out", out]) == 0
    capsys.readouterr()
    assert _run(["results", "merge", *places, "--out", str(tmp_path / "merged")]) == 0
    assert capsys.readouterr().out == f"Written: {tmp_path / 'merged'} (9 points from 2 shards)\n"
    assert content(tmp_path / "merged") == content(tmp_path / "whole")
    design = json.loads((tmp_path / "merged" / "design.json").read_text())
    assert "--shard 1/2" in design["command"] and "; negosim results merge " in design["command"]
    assert _run(["results", "merge", places[0], "--out", str(tmp_path / "other")]) == 2
    assert capsys.readouterr().err == "shard 2 of 2 is missing: name every folder\n"


@pytest.mark.parametrize("share", ["0/2", "3/2", "2", "1/x", "-1/2"])
def test_what_is_no_share_is_refused(tmp_path: Path, share: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "sweep",
        str(written(tmp_path)),
        "--vary",
        f"{DRIFT}=0,0.1",
        "--shard",
        share,
        "--out",
        str(tmp_path / "o"),
    ]
    assert _run([*words, "--out", str(tmp_path / "out")]) == 2
    assert "write I/N, e.g. 2/8" in " ".join(capsys.readouterr().err.split())


# -- the page -----------------------------------------------------------------------------------------------------


def test_the_job_array_of_the_page_plays_every_shard(tmp_path: Path) -> None:
    """The script of the page, with fewer points and jobs, each started twice as after a time limit."""
    (text,) = re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / "how-to" / "shards.md").read_text(), re.DOTALL)
    script = tmp_path / "job.sh"
    script.write_text(text.replace("100000", "6").replace("/40", "/2").replace("--workers 4", "--workers 1"))
    written(tmp_path, changed(WORLD, {DRIFT: {"uniform": [-0.1, 0.1]}})).rename(tmp_path / "my-scenario.yaml")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "negosim").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m negosim "$@"\n')
    (tmp_path / "bin" / "negosim").chmod(0o755)
    given = {"HOME": str(tmp_path), "SCRATCH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for job in ("1", "2", "2"):
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        environment = {**os.environ, **given, "PATH": path, "SLURM_ARRAY_TASK_ID": job}
        subprocess.run(["sh", str(script)], env=environment, check=True, capture_output=True, timeout=120)
    merged = merge([tmp_path / "sweep" / f"shard-{job}" for job in (1, 2)], tmp_path / "merged")
    assert (len(merged.table()), merged.store.progress().is_complete) == (6, True)
