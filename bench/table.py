"""Run every bench once and write docs/performance.md: ratios of two things measured in one run, on the machine it runs on.

python bench/table.py
"""

import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "performance.md"
BENCHES = ("engine", "start", "pages", "sampling", "calls", "progress", "retrieval", "workbench")

HEAD = """# How fast it is

Made by `python bench/table.py`. Machines differ and this one is shared, so a promise is a ratio of two things measured in the same run.

{machine}
"""


def measure(name: str) -> dict[str, Any]:
    """What one bench prints with --json: {"rows": [{"what", "value", "target", "met", "means"}], …}."""
    done = subprocess.run([sys.executable, "-m", f"bench.{name}", "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def section(name: str, found: dict[str, Any]) -> str:
    lines = [f"## `bench/{name}.py`", "", found["about"], ""]
    lines += ["| what | measured | target | met | what it means |", "| --- | --- | --- | --- | --- |"]
    for row in found["rows"]:
        lines.append(f"| {row['what']} | {row['value']} | {row['target']} | {'yes' if row['met'] else 'no'} | {row['means']} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}."
    parts = [HEAD.format(machine=machine)] + [section(name, measure(name)) for name in BENCHES]
    TARGET.write_text("\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
