"""A command imports what it needs: a lab in the terminal has no database."""

import subprocess
import sys


def test_a_lab_in_the_terminal_imports_no_database() -> None:
    asked = "import sys, fluencylab.cli.labs; sys.exit(int(any(name in sys.modules for name in ('sqlalchemy', 'fastapi', 'dbos'))))"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
