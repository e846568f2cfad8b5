"""What a lab of another wheel may lean on is kept: by name, by signature, in the docs; and the example leans on nothing else."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fluencylab.labs.interface import LEANS_ON
from fluencylab.web.guest_page import GuestPage
from fluencylab.web.lab_page import LabPage

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "lab-order" / "fluency_lab_order"


def test_every_name_is_there() -> None:
    for module, names in LEANS_ON.items():
        found = importlib.import_module(module)
        assert [name for name in names if not hasattr(found, name)] == [], module


def test_no_name_has_changed_without_a_decision() -> None:
    """When this fails, the docstring of tools/interface.py says what to do."""
    said = subprocess.run([sys.executable, "tools/interface.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


def test_the_guide_names_every_module() -> None:
    guide = (ROOT / "docs" / "writing-a-lab.md").read_text(encoding="utf-8")
    assert [module for module in LEANS_ON if f"`{module}`" not in guide] == []
    assert {name for names in LEANS_ON.values() for name in names if f"`{name}`" not in guide} == set()


def test_whatever_is_asked_of_a_page_is_asked_behind_its_guard() -> None:
    asked = {name for name, _ in inspect.getmembers(LabPage, inspect.isfunction) if not name.startswith("_")} - {"values"}
    assert asked <= set(vars(GuestPage))


def leaning(source: str) -> Iterator[str]:
    """Every name of the lab that a file imports and that is no part of the interface."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "fluencylab":
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name not in LEANS_ON.get(node.module or "", ()))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "fluencylab")


def test_the_example_leans_on_nothing_else() -> None:
    files = sorted(EXAMPLE.rglob("*.py"))
    assert len(files) >= 4
    assert [f"{file.name}: {name}" for file in files for name in leaning(file.read_text(encoding="utf-8"))] == []


def test_the_test_of_what_is_leaned_on_notices() -> None:
    assert list(leaning("from fluencylab.instruments.base import Step, signature")) == ["fluencylab.instruments.base.signature"]
    assert list(leaning("from fluencylab.store.tables import Run")) == ["fluencylab.store.tables.Run"]
    assert list(leaning("import fluencylab.web.app")) == ["fluencylab.web.app"]
    assert list(leaning("def f():\n    from fluencylab import settings")) == ["fluencylab.settings"]
    assert list(leaning("from fluencylab.charts import rates\nimport json")) == []


def test_the_example_names_the_version_it_was_written_for() -> None:
    assert re.search(r"^INTERFACE = \d+$", (EXAMPLE / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
