"""Sealed forecasts: written once, read strictly, recomputed byte by byte; whatever was altered is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import negosim
from negosim.cli.main import _run
from negosim.engine.calendar import play
from negosim.engine.compile import compiled
from negosim.experiments.errors import SealError
from negosim.experiments.seal import seal as sealing
from negosim.experiments.seal import sealed as reading
from negosim.experiments.seal.sealed import hash_of, read_sealed, sealed
from negosim.experiments.seal.verify import verify
from negosim.results.digests import blocks_of, counted, digests_of
from negosim.results.intervals import wilson
from negosim.results.trials import first_names, first_reached
from negosim.scenario.load import loads
from tests.examples import COMPLETE, MINIMAL

TRIALS = 90


@pytest.fixture(scope="module")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "forecast.json"
    negosim.run(loads(COMPLETE), trials=TRIALS, seed=4, seal=path, judgement=False)
    return path


Change = Callable[[dict[str, Any]], Any]


def altered(path: Path, folder: Path, change: Change, *, resealed: bool = False) -> Path:
    """Return a copy of a sealed file with something altered; resealed by whoever altered it."""
    data = json.loads(path.read_text())
    change(data)
    if resealed:
        data["seal"] = hash_of(data["forecast"])
    copy = folder / "altered.json"
    copy.write_text(json.dumps(data))
    return copy


def test_a_sealed_forecast_says_what_was_forecast(forecast: Path) -> None:
    result = negosim.run(loads(COMPLETE), trials=TRIALS, seed=4, judgement=False)
    found = read_sealed(forecast)
    assert found.faults == ()
    said = found.forecast
    answer = result.summary()["questions"]["truce_by_june"]
    question = said.questions["truce_by_june"]
    assert (question.p, question.low, question.high) == (answer["p"], answer["low"], answer["high"])
    assert question.benchmarks[0].p == 0.24 and question.outcome and not question.outcome.happened
    for outcome, share in said.reached.items():
        by_horizon = result.reached(outcome)
        assert (share.p, share.low, share.high) == (by_horizon.p, by_horizon.low, by_horizon.high)
    assert said.scenario.text == COMPLETE
    assert said.scenario.text_sha256 == hashlib.sha256(COMPLETE.encode()).hexdigest()
    assert (said.run.trials, said.run.seed, said.run.variant) == (TRIALS, 4, None)
    assert (said.trials.block, len(said.trials.rows)) == (20, 5)


def test_the_seal_does_not_depend_on_how_it_was_played(tmp_path: Path) -> None:
    scenario = loads(MINIMAL, variant="no_pressure", values={"parties.north.war_cost": 0.2})
    kinds: list[dict[str, Any]] = [{"keep": True}, {"keep": False}, {"keep": False, "out": tmp_path / "out"}]
    seals = {
        negosim.run(scenario, trials=70, seal=tmp_path / f"{number}.json", judgement=False, **kind).seal
        for number, kind in enumerate(kinds)
    }
    assert len(seals) == 1
    assert verify(tmp_path / "0.json", sample=70).verdict == "verified"


def test_blocks_are_the_same_however_they_come() -> None:
    plan = compiled(loads(MINIMAL).file)
    whole = blocks_of([digests_of(plan, play(plan, 1, 0, 50))], 20)
    parts = [digests_of(plan, play(plan, 1, first, count)) for first, count in ((30, 20), (0, 7), (7, 23))]
    apart = blocks_of(parts, 20)
    assert apart.rows == whole.rows and (apart.yes == whole.yes).all()
    assert len(set(whole.rows)) == 3
    assert list(first_names(plan)) == list(first_reached(plan, play(plan, 1, 0, 3)))
    assert counted(plan, first_names(plan))[0] == ("questions", "truce")


def test_a_forecast_is_sealed_once(tmp_path: Path) -> None:
    path = tmp_path / "forecast.json"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        negosim.run(loads(MINIMAL), trials=20, seal=path)
    assert path.read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["forecast.json"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealing, "write_whole", fails)
    with pytest.raises(OSError, match="No space"):
        negosim.run(loads(MINIMAL), trials=20, seal=tmp_path / "forecast.json", judgement=False)
    assert list(tmp_path.iterdir()) == []


def test_a_sample_is_drawn_at_random_or_by_its_seed(forecast: Path) -> None:
    found = verify(forecast, sample=21, seed=5)
    assert (found.verdict, found.recomputed, found.sample_seed) == ("verified", 40, 5)
    assert verify(forecast, sample=21, seed=5) == found
    drawn = verify(forecast, sample=TRIALS)
    assert (drawn.verdict, drawn.recomputed) == ("verified", TRIALS)
    assert drawn.sample_seed != verify(forecast, sample=1).sample_seed


def in_share(key: str, value: float) -> Change:
    return lambda data: data["forecast"]["questions"]["truce_by_june"].update({key: value})


def in_forecast(*path: str, value: Any) -> Change:
    def change(data: dict[str, Any]) -> None:
        here = data["forecast"]
        for part in path[:-1]:
            here = here[part]
        here[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        in_share("p", 0.5),
        in_share("low", 0.0001),
        in_forecast("reached", "ceasefire", "yes", value="1 1 1 1"),
        in_forecast("reached", "ceasefire", "yes", value="21 1 1 1 1"),
        in_forecast("run", "trials", value=100_000_000),
        in_forecast("run", "trials", value=50),
        in_forecast("scenario", "text", value=COMPLETE.replace("0.35", "0.36")),
        in_forecast("scenario", "title", value="Another war"),
        in_forecast("questions", "truce_by_june", "title", value="An easier question"),
        in_forecast("questions", "truce_by_june", "benchmarks", value=[]),
        in_forecast("questions", value={}),
    ],
    ids=["share", "low", "counts", "too many", "trials", "fewer", "text", "title", "question", "benchmarks", "none"],
)
def test_what_does_not_fit_together_is_found(forecast: Path, tmp_path: Path, change: Change) -> None:
    plain = verify(altered(forecast, tmp_path, change))
    assert plain.verdict == "changed" and "the seal is not that of the forecast" in plain.faults
    assert verify(altered(forecast, tmp_path, change, resealed=True)).verdict == "changed"
    assert _run(["verify", str(tmp_path / "altered.json")]) == 1


def flattered(data: dict[str, Any]) -> None:
    """Make a share larger with counts that come to it."""
    question = data["forecast"]["questions"]["truce_by_june"]
    counts = [int(count) for count in question["yes"].split()]
    counts[2] += 1 if counts[2] < 20 else -1
    question.update({"yes": " ".join(map(str, counts)), **wilson(sum(counts), TRIALS)})


def reseeded(data: dict[str, Any]) -> None:
    data["forecast"]["run"]["seed"] += 1


def another_row(data: dict[str, Any]) -> None:
    data["forecast"]["trials"]["rows"][2] = "0" * 64


@pytest.mark.parametrize("change", [flattered, reseeded, another_row])
def test_a_forecast_that_does_not_come_out_again_is_found(
    forecast: Path, tmp_path: Path, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = altered(forecast, tmp_path, change, resealed=True)
    found = verify(copy, sample=TRIALS)
    assert found.verdict == "differs"
    assert (40, 59) in found.differing
    assert _run(["verify", str(copy), "--sample", str(TRIALS)]) == 1
    assert "histories 40 to 59 come out otherwise" in capsys.readouterr().out


def other_build(data: dict[str, Any]) -> None:
    data["forecast"]["build"].update({"id": "0" * 12, "numpy": "1.0.0"})


def test_another_build_is_no_proof(forecast: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = altered(forecast, tmp_path, other_build, resealed=True)
    assert _run(["verify", str(copy), "--sample", "20"]) == 3
    told = capsys.readouterr().out
    assert "Another build" in told and "numpy: 1.0.0 there" in told

    def both(data: dict[str, Any]) -> None:
        other_build(data)
        reseeded(data)

    found = verify(altered(forecast, tmp_path, both, resealed=True), sample=20)
    assert found.verdict == "another build" and found.differing

    def unreadable(data: dict[str, Any]) -> None:
        other_build(data)
        text = COMPLETE.replace("volatility: 0.35", "volatile: 0.35")
        data["forecast"]["scenario"].update(text=text, text_sha256=hashlib.sha256(text.encode()).hexdigest())

    copy = altered(forecast, tmp_path, unreadable, resealed=True)
    found = verify(copy)
    assert found.verdict == "another build" and found.unreadable and "volatile" in found.unreadable
    assert _run(["verify", str(copy)]) == 3
    assert "cannot read the scenario" in " ".join(capsys.readouterr().out.split())


def nested(depth: int) -> bytes:
    return b'{"negosim_sealed": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"null", b"not json", b"\xff\xfe", b'{"negosim_sealed": 1}', b'{"negosim_sealed": 1, }',
        b'{"a": 1, "a": 2}', b'{"negosim_sealed": NaN}', b'{"negosim_sealed": 1e999}', nested(200_000),
        b'{"negosim_sealed": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda content: repr(content[:30]),
)  # fmt: skip
def test_no_sealed_forecast_is_a_message(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(SealError):
        sealed(content, "bad.json")
    assert _run(["verify", str(path)]) == 2
    told = capsys.readouterr()
    assert not told.out and "bad.json" in told.err and "fault of negosim" not in told.err


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("run", "trials"), 0),
        (("run", "trials"), 10**12),
        (("run", "trials"), 1.5),
        (("run", "seed"), -1),
        (("run", "set"), {str(number): 1 for number in range(500)}),
        (("trials", "rows"), ["0" * 64] * 501),
        (("trials", "rows"), ["0" * 63 + "\n"]),
        (("trials", "block"), 0),
        (("reached", "ceasefire", "yes"), "1 -1 0 0 0"),
        (("reached", "ceasefire", "yes"), "1  1 0 0 0"),
        (("reached", "ceasefire", "p"), 1.5),
        (("scenario", "text"), "x" * 2_000_001),
        (("scenario", "title"), "pay " + chr(0x202E) + "txet"),
        (("on",), "yesterday"),
        (("more",), 1),
    ],
    ids=str,
)
def test_values_are_bounded(forecast: Path, tmp_path: Path, path: tuple[str, ...], value: Any) -> None:
    copy = altered(forecast, tmp_path, in_forecast(*path, value=value), resealed=True)
    with pytest.raises(SealError, match=r"\.json: "):
        verify(copy)


def test_a_file_too_large_is_not_read(forecast: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 100)
    with pytest.raises(SealError, match="larger than 100 bytes"):
        verify(forecast)


def test_the_command_seals_and_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, scenario = tmp_path / "forecast.json", tmp_path / "war.yaml"
    scenario.write_text(MINIMAL)
    arguments = ["run", str(scenario), "--trials", "40", "--set", "parties.north.war_cost=0.2", "--seal", str(path)]
    assert _run(arguments) == 0
    told = capsys.readouterr().out
    seal = json.loads(path.read_text())["seal"]
    assert f"Written: {path}" in told and f"Seal: {seal}" in told
    assert _run(arguments) == 2
    assert "sealed once" in capsys.readouterr().err
    scenario.unlink()
    assert _run(["verify", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "verified"
    assert _run(["verify", str(path), "--budget", "0.0001s"]) == 2
    assert _run(["verify", str(path), "--sample", "0"]) == 2


def test_what_is_asked_for_must_make_sense(forecast: Path) -> None:
    with pytest.raises(ValueError, match="at least"):
        verify(forecast, sample=0)
    with pytest.raises(ValueError, match="at least"):
        verify(forecast, seed=-1)
