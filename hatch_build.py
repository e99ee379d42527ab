"""Builds the kernel of the engine when the package is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class KernelHook(BuildHookInterface[Any]):
    """Puts the kernel into a wheel, or beside the source of an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the kernel before the package is packed; without a compiler there is none."""
        source = Path(self.root, "negosim", "engine", "kernel", "build.py")
        spec = importlib.util.spec_from_file_location("kernel_build", source)
        assert spec and spec.loader
        kernel = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(kernel)
        libraries = kernel.build() if self.target_name == "wheel" else []
        if libraries:
            build_data["artifacts"] += [str(library.relative_to(self.root)) for library in libraries]
            build_data["pure_python"] = False
            build_data["infer_tag"] = True
