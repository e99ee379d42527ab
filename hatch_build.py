"""Build the kernel of the engine with the C compiler of the machine, where there is one."""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

KERNEL = Path(__file__).parent / "negosim" / "engine" / "kernel"

FLAGS = ("-O3", "-ffp-contract=off", "-std=c11", "-shared", "-fPIC")
"""No contraction of products and sums: the kernel rounds as NumPy does."""


def compiler() -> list[str]:
    """Return the C compiler that is asked for, or the one Python was built with."""
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")


def build() -> Path | None:
    """Compile the kernel; None where that cannot be done."""
    spec = importlib.util.spec_from_file_location("negosim_kernel", KERNEL / "__init__.py")
    assert spec and spec.loader
    kernel = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kernel)
    sources = [str(KERNEL / name) for name in kernel.SOURCES if name.endswith(".c")]
    made = kernel.LIBRARY.with_suffix(f".{os.getpid()}.tmp")
    version = f'-DNEGOSIM_VERSION="{kernel.version()}"'
    try:
        subprocess.run([compiler()[0], *FLAGS, version, "-o", str(made), *sources, "-lm"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        made.unlink(missing_ok=True)
        print(f"negosim: no kernel ({error}); the engine will work with NumPy alone, and slower", file=sys.stderr)
        return None
    made.replace(kernel.LIBRARY)
    return Path(kernel.LIBRARY)


class KernelHook(BuildHookInterface[Any]):
    """Puts the kernel into a wheel, or beside the source of an editable installation."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the kernel before the package is packed."""
        if self.target_name != "wheel":
            return
        built = build()
        if built is not None:
            build_data["artifacts"].append("negosim/engine/kernel/kernel.so")
            build_data["pure_python"] = False
            build_data["infer_tag"] = True


if __name__ == "__main__":
    sys.exit(build() is None)
