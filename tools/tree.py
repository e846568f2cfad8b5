"""Draw the file tree in docs/architecture.md: each module with the first sentence of its docstring, which is thus said once.

python tools/tree.py            write it
python tools/tree.py --check    fail when it is out of date
"""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BLOCK = re.compile(r"(^## The house\n.*?^```text\n)(.*?)(^```$)", re.MULTILINE | re.DOTALL)
COLUMN = 26
BESIDE = (
    ("fluencylab/content/", "What is taught: Markdown and TOML, no Python; track.toml is the only ordering"),
    ("tests/", "Mirrors the package; pages in a real browser, the real engine, a real PostgreSQL"),
    ("bench/", "What we promise about speed, as programs that print a ratio"),
    ("tools/", "Recipes: vendored front-end files, screenshots, this tree"),
    ("docs/", "For users: models, data, the command line, performance; and this page"),
    ("dev/", "For developers: what was tried and what failed"),
    ("requirements/", "The lock: every package by its hash, without an address"),
    ("bootstrap.py", "The first command: install once, then start"),
)


def comment(path: Path) -> str:
    """The first sentence of a module's docstring."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = said.split("\n\n")[0].replace("\n", " ")
    return re.split(r"\.(?:\s|$)", first)[0]


def branch(folder: Path, depth: int) -> list[str]:
    indent = "  " * depth
    lines = [f"{indent}{folder.name}/".ljust(COLUMN) + "  " + comment(folder / "__init__.py")]
    inner = indent + "  "
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            lines.append(f"{inner}{path.name}".ljust(COLUMN) + "  " + comment(path))
    for below in sorted(path for path in folder.iterdir() if path.is_dir()):
        if (below / "__init__.py").exists():
            lines += branch(below, depth + 1)
        elif below.name == "migrations":
            lines.append(f"{inner}migrations/".ljust(COLUMN) + "  Alembic, from the first table on")
            lines.append(f"{inner}  env.py".ljust(COLUMN) + "  " + comment(below / "env.py"))
    return lines


def tree() -> str:
    lines = branch(ROOT / "fluencylab", 0) + [name.ljust(COLUMN) + "  " + said for name, said in BESIDE]
    return "\n".join(lines) + "\n"


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    fresh = BLOCK.sub(lambda found: found[1] + tree() + found[3], page)
    if "--check" in sys.argv:
        return 0 if fresh == page else 1
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
