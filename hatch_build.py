"""Builds the kernel when the package is installed; puts the scenarios and the commit into what is packed."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXAMPLES = "negosim/examples"
"""Where the folder scenarios/ lies in a wheel; a checkout, and an editable installation, use the folder itself."""

OUTCOMES = "negosim/outcomes"
"""Likewise for the folder outcomes/: what came of the questions of some scenarios."""


class KernelHook(BuildHookInterface[Any]):
    """Puts the kernel and the scenarios into a wheel; for an editable installation, the kernel beside the source."""

    _notes: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the kernel before the package is packed; without a compiler there is none."""
        if self.target_name == "wheel":
            self._add_kernel(build_data)
            if version == "standard":
                build_data["force_include"]["scenarios"] = EXAMPLES
                build_data["force_include"]["outcomes"] = OUTCOMES
        if version != "editable":  # there the commit is read from the checkout, whenever it is asked for
            self._note_commit(build_data)

    def _add_kernel(self, build_data: dict[str, Any]) -> None:
        """Build the kernel, where there is a compiler. It is loaded with ctypes, so every Python can use the wheel."""
        libraries = self._loaded("negosim/engine/kernel/build.py").build()
        if libraries:
            build_data["artifacts"] += [str(library.relative_to(self.root)) for library in libraries]
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{self._platform()}"

    def _platform(self) -> str:
        """Return the tag of this platform."""
        tag: str = self.build_config.builder.get_best_matching_tag()
        return tag.rpartition("-")[2]

    def _note_commit(self, build_data: dict[str, Any]) -> None:
        """Put the commit, where it is known, into the package."""
        module = self._loaded("negosim/results/commit.py")
        package = Path(self.root, "negosim")
        commit = module.commit_of(package)
        if commit and not (package / module.FILE).exists():  # which it does in a source distribution
            self._notes = tempfile.TemporaryDirectory()
            note = Path(self._notes.name, module.FILE)
            note.write_text(f"{commit}\n")
            build_data["force_include"][str(note)] = f"negosim/{module.FILE}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the note away once the package is packed."""
        if self._notes:
            self._notes.cleanup()

    def _loaded(self, path: str) -> Any:
        """Return a module of the package, which itself cannot be imported yet."""
        spec = importlib.util.spec_from_file_location("_loaded", Path(self.root, path))
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
