"""A command imports what it needs: a lab in the terminal has no database, a list of commands has no command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

WEB = {"fastapi", "starlette", "dbos", "alembic"}
HEAVY = WEB | {"openai", "numpy", "scipy", "yaml", "chardet", "docx"}
TELL = """
import sys
from fluencylab.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def loaded(home: Path, *words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    asked = [sys.executable, "-c", TELL, *words]
    ended = subprocess.run(asked, env=os.environ | {"FLUENCY_DATA": str(home)}, capture_output=True, text=True, check=True)
    return set(ended.stderr.splitlines())


def test_a_lab_in_the_terminal_imports_no_database() -> None:
    asked = "import sys, fluencylab.cli.labs; sys.exit(int(any(name in sys.modules for name in ('sqlalchemy', 'fastapi', 'dbos'))))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_the_list_of_commands_imports_none_of_them(tmp_path: Path) -> None:
    ours = {name for name in loaded(tmp_path, "--help") if name.startswith("fluencylab.")}
    assert {name for name in ours if name.startswith("fluencylab.cli.")} == {"fluencylab.cli.main"}
    assert not {name.split(".")[1] for name in ours} & {"instruments", "curriculum", "practice", "actions", "web", "labs"}


@pytest.mark.parametrize("words", [("product", "run", "--help"), ("lab", "run", "sampling", "--help"), ("call", "--help")], ids=" ".join)
def test_a_commands_options_are_told_without_the_web_and_without_what_others_need(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert not loaded(tmp_path, *words) & HEAVY


def test_a_list_of_products_imports_no_web_no_other_database_and_no_lab(tmp_path: Path) -> None:
    loaded(tmp_path, "product", "new", "Refund assistant")  # makes the database, for which Alembic is needed
    found = loaded(tmp_path, "product", "list")
    assert "sqlalchemy" in found
    assert not found & HEAVY
    assert not {name for name in found if name.startswith(("sqlalchemy.dialects.postgresql", "fluencylab.labs.sampling", "fluencylab.web"))}
