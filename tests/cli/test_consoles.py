"""What is printed arrives whole on every console, and no name of a stranger steers one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fluencylab.cli import bars, show
from fluencylab.instruments.base import Result
from fluencylab.stats import exactly
from fluencylab.text.terminal import harmless

from .conftest import NOBODY, ROOT, Ended

WORDS = "Returns are free 😀 within 30 days → by post. 中文"


def into_a_file(home: Path, *arguments: str) -> str:
    """What a command writes into a file, where Python takes an older encoding for it, as it does on Windows."""
    environment = {**os.environ, "FLUENCY_DATA": str(home), "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "fluencylab.cli.main", *arguments], cwd=ROOT, env=environment, capture_output=True, check=True, timeout=90
    )
    return (ended.stdout + ended.stderr).decode("utf-8")


def test_files_and_pipes_get_utf8_whatever_the_console_has(home: Path, tmp_path: Path) -> None:
    (tmp_path / "smile.txt").write_text(WORDS, encoding="utf-8")
    assert WORDS in into_a_file(home, "read", str(tmp_path / "smile.txt"))
    assert "● smollm2-135m" in into_a_file(home, "models", "list")


def test_a_name_in_square_brackets_is_shown_as_it_is(run: Callable[..., Ended], home: Path) -> None:
    home.mkdir()
    (home / "models.json").write_text(NOBODY.replace('"Nobody"', '"A[/x]B [bold]C\\u001b[2J"'), encoding="utf-8")
    told = run("models", "list")
    assert told.code == 0 and "A[/x]B [bold]C" in told.out and "\x1b" not in told.out
    show.out.print(show.facts(Result(measures={"right@[/x]": exactly(1, 2)}), "sampling"))
    with bars.steps_bar("A[/x]B", 1) as advance:
        advance()


def test_joiners_stay_and_what_steers_a_terminal_goes() -> None:
    assert harmless("👩\u200d👧 می\u200cخواهم क्\u200dष\n") == "👩\u200d👧 می\u200cخواهم क्\u200dष\n"
    assert harmless("\x1b[31mred\x07 \u202egnp.exe \ud83d") == "[31mred gnp.exe "
