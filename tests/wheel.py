"""Build the wheel as a stranger would get it, install it elsewhere and use it there: ``make wheel-check``.

From the sources as they are packed, so that what the source distribution lacks is missed here. Everything happens in a
temporary folder, and negosim is used from an empty one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

from negosim.engine.kernel.build import compiler

ROOT = Path(__file__).parents[1]
TAG = re.compile(r"negosim-[0-9.]+-py3-none-(any|\w+)\.whl")
NAMED = ROOT / "scenarios" / "ukraine-2025-12.yaml"
TEMPLATE = ROOT / "negosim" / "scenario" / "template.yaml"


def done(*command: str | Path, folder: Path, code: int = 0) -> str:
    """Run a command in a folder, and return what it prints; end here if it does not exit as it should."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    result = subprocess.run(list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True)
    if result.returncode != code:
        sys.exit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


def keep_constraints(folder: Path) -> None:
    """Let pip find the list of versions that make has named from other folders than this one, too."""
    if named := os.environ.get("PIP_CONSTRAINT"):
        shutil.copy(ROOT / named, folder)
        os.environ["PIP_CONSTRAINT"] = os.environ["PIP_BUILD_CONSTRAINT"] = str(folder / Path(named).name)


def built(python: Path, folder: Path) -> Path:
    """Build the source distribution, and from it the wheel."""
    done(python, "-m", "pip", "install", "--quiet", "hatchling", folder=folder)
    done(python, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=ROOT)
    (source,) = folder.glob("*.tar.gz")
    done(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source, folder=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def check_content(wheel: Path) -> None:
    """Check that a wheel has the scenarios, the kernel where it could be compiled, and nothing beside the package."""
    tag = TAG.fullmatch(wheel.name)
    assert tag, wheel.name
    compiled = shutil.which(compiler()[0]) is not None
    assert (tag[1] != "any") == compiled, f"{wheel.name}, with a compiler: {compiled}"
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        for path in (ROOT / "scenarios").rglob("*.yaml"):
            inside = f"negosim/examples/{path.relative_to(ROOT / 'scenarios').as_posix()}"
            assert packed.read(inside) == path.read_bytes(), inside
        for path in (ROOT / "outcomes").glob("*.yaml"):
            assert packed.read(f"negosim/outcomes/{path.name}") == path.read_bytes(), path.name
    data = ("py.typed", "scenario/template.yaml", "experiments/hindcast/calibration_map.json")
    assert {f"negosim/{name}" for name in data} <= names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"negosim"}
    assert any(name.startswith("negosim/engine/kernel/kernel.") and name[-2:] != ".c" for name in names) == compiled


def check_use(scripts: Path, folder: Path) -> None:
    """Use what was installed from an empty folder, as the documentation says."""
    negosim = scripts / "negosim"
    where = done(scripts / "python", "-c", "import negosim; print(negosim.__file__)", folder=folder)
    assert Path(where.strip()).is_relative_to(scripts.parent), where
    assert "Russia and Ukraine" in done(negosim, "run", NAMED.stem, "--trials", "50", folder=folder)
    assert NAMED.stem in done(negosim, "examples", folder=folder)
    done(negosim, "examples", NAMED.stem, folder=folder)
    assert (folder / NAMED.name).read_bytes() == NAMED.read_bytes()
    done(negosim, "examples", NAMED.stem, folder=folder, code=2)
    done(negosim, "init", "mine", folder=folder)
    title = yaml.safe_load(TEMPLATE.read_text())["title"]
    assert title in done(negosim, "run", "mine.yaml", "--trials", "50", folder=folder)


def main() -> None:
    """Build, install, use."""
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        keep_constraints(base)
        packed, empty = base / "packed", base / "empty"
        for folder in (packed, empty):
            folder.mkdir()
        done(sys.executable, "-m", "venv", base / "venv", folder=base)
        scripts = base / "venv" / ("Scripts" if os.name == "nt" else "bin")
        wheel = built(scripts / "python", packed)
        check_content(wheel)
        done(scripts / "python", "-m", "pip", "install", "--quiet", wheel, folder=packed)
        check_use(scripts, empty)
        print(f"{wheel.name}: built, installed and used from an empty folder")


if __name__ == "__main__":
    main()
