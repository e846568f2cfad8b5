"""Measure the grader of free text, and keep its figures where the pages read them. To be run after the rules or the marks changed.

python tools/selftest_figures.py
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from fluencylab.curriculum.loader import CONTENT  # noqa: E402
from fluencylab.practice.selftest_audit import published  # noqa: E402


def main() -> None:
    file = CONTENT / "selftest" / "figures.json"
    figures = published()
    file.write_text(figures.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(f"{file.relative_to(ROOT)}: kappa {figures.kappa.value:.2f}, {figures.rules}")


if __name__ == "__main__":
    main()
