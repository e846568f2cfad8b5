"""Write down what labs of other wheels may lean on, name by name, into tests/labs/interface.txt; a test holds the code to it.

    python tools/interface.py            write it
    python tools/interface.py --check    fail when something changed

A name that is new makes a new line: write the file anew. A line that changes or goes means that a lab somebody wrote may no longer work:
find another way, or raise INTERFACE in `fluencylab/labs/interface.py` and say in docs/writing-a-lab.md what such a lab has to change.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from fluencylab.labs.interface import INTERFACE, LEANS_ON

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "tests" / "labs" / "interface.txt"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def drawn() -> str:
    lines = [f"INTERFACE = {INTERFACE}"]
    for module, names in LEANS_ON.items():
        lines += ["", module, *(f"    {line}" for name in names for line in _of(module, name))]
    return "\n".join(lines) + "\n"


def _of(module: str, name: str) -> list[str]:
    """A name as its module defines it, or the one that it hands on. Raises LookupError where it does neither."""
    place = ROOT.joinpath(*module.split("."))
    if place.is_dir():
        if (place / f"{name}.py").exists():
            return [f"{name} (a module)"]
        place = place / "__init__"
    body = ast.parse(place.with_suffix(".py").read_text(encoding="utf-8")).body
    found = next((node for node in body if _named(node) == name), None)
    if found is None and (owner := _handed_on(body, name)):
        return _of(owner, name)
    if found is None:
        raise LookupError(f"{module} has no {name}")
    if isinstance(found, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, found.bases))
        return [f"class {name}({bases})", *(f"    {line}" for node in found.body for line in _member(node))]
    return [_signature(found) if isinstance(found, Function) else name if isinstance(found, ast.AnnAssign) else ast.unparse(found)]


def _handed_on(body: list[ast.stmt], name: str) -> str:
    """The module of a `from module import name as name`; empty where there is none."""
    handed = (node for node in body if isinstance(node, ast.ImportFrom) for alias in node.names if alias.name == alias.asname == name)
    return next((node.module or "" for node in handed), "")


def _named(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef | Function):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
    return target.id if isinstance(target, ast.Name) else ""


def _member(node: ast.stmt) -> Iterator[str]:
    name = _named(node)
    if not name or name.startswith("_") or name == "model_config":
        return
    if isinstance(node, ast.AnnAssign):
        yield f"{name}: {ast.unparse(node.annotation)}" + ("" if _required(node.value) else " = …")
    elif isinstance(node, Function):
        shown = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
        yield f"{name} -> {ast.unparse(node.returns) if node.returns else ''} (a property)" if shown else _signature(node)
    elif isinstance(node, ast.Assign):
        yield f"{name} = …"


def _required(value: ast.expr | None) -> bool:
    """No default, or pydantic's Field without one."""
    if not (isinstance(value, ast.Call) and ast.unparse(value.func) == "Field"):
        return value is None
    return not value.args and "default_factory" not in [given.arg for given in value.keywords]


def _signature(node: Function) -> str:
    """As it is written, without the values of defaults."""
    given = node.args
    given.defaults = [ast.Name("…") for _ in given.defaults]
    given.kw_defaults = [value and ast.Name("…") for value in given.kw_defaults]
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}{node.name}({ast.unparse(given)}){returns}"


if __name__ == "__main__":
    now = drawn()
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text(encoding="utf-8") == now else "What labs lean on has changed: see the docstring of tools/interface.py")
    FILE.write_text(now, encoding="utf-8")
