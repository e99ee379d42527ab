"""Run all benchmarks one after the other and print their tables (``make bench``)."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("startup", "flagship", "growth", "settings", "sweeps", "kernel", "explorers", "negmas_case")


def main() -> None:
    failed = []
    for name in BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
