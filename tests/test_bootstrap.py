"""The first command: it says what is missing, installs once, and the second time it starts at once."""

import ast
import hashlib
import importlib.util
import itertools
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
here_only_posix = pytest.mark.skipif(os.name == "nt", reason="the imitated .venv is a POSIX one")


def load(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", folder / "bootstrap.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like a fresh clone, with nothing installed; its name has a blank."""
    place = tmp_path / "the lab"
    (place / "requirements").mkdir(parents=True)
    for name in ("bootstrap.py", "pyproject.toml", "requirements/app.txt", "requirements/test.txt", "requirements/finetune.txt"):
        shutil.copyfile(ROOT / name, place / name)
    return place


@pytest.fixture
def installed(folder: Path) -> Path:
    """The same after a first start: a real .venv, with a lab in it that only tells how it was called."""
    venv = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    (package,) = venv.glob("lib/*/site-packages")
    (package / "fluencylab").mkdir()
    (package / "fluencylab" / "__init__.py").write_text("")
    fluency = venv / "bin" / "fluency"
    fluency.write_text('#!/bin/sh\necho "called with: $*"\n')
    fluency.chmod(0o755)
    stamp = {"app": digest(folder / "requirements/app.txt"), "project": digest(folder / "pyproject.toml"), "place": str(venv.resolve())}
    (venv / "installed.json").write_text(json.dumps({**stamp, "python": "{}.{}".format(*sys.version_info[:2])}))
    return folder


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "bootstrap.py", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def reason(folder: Path) -> str:
    module = load(folder)
    return str(module.why_rebuild(module.installed(), module.working()))


def test_an_older_python_can_read_the_file() -> None:
    ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_only_the_standard_library_is_imported() -> None:
    code = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(code) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(code) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


def test_an_older_python_is_told_so_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = load(folder)
    monkeypatch.setattr(module, "OLDEST", (4, 0))
    assert module.main([]) == 1
    assert "needs Python 3.11 or newer; this is 3." in capsys.readouterr().err
    assert not (folder / ".venv").exists()


def test_an_unknown_option_ends_before_anything_is_installed(folder: Path) -> None:
    said = run(folder, "--prot", "9000")
    assert said.returncode == 2
    assert "--prot" in said.stderr
    assert not (folder / ".venv").exists()


@here_only_posix
def test_a_second_start_installs_nothing(installed: Path) -> None:
    said = run(installed, "--no-browser", "--port", "9000", "--host", "0.0.0.0")
    assert said.stdout == "called with: serve --no-browser --port=9000 --host=0.0.0.0\n"
    assert said.stderr == ""
    assert not (installed / ".venv" / "install.log").exists()


@here_only_posix
def test_a_working_environment_is_kept(installed: Path) -> None:
    assert reason(installed) == ""


@here_only_posix
def test_a_moved_folder_gets_a_new_environment(installed: Path) -> None:
    moved = installed.with_name("elsewhere")
    installed.rename(moved)
    assert "was moved" in reason(moved)


@here_only_posix
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda venv: (venv / "bin" / "python").unlink(), "does not run any more"),
        (lambda venv: (venv / "bin" / "fluency").unlink(), "is damaged"),
        (lambda venv: shutil.rmtree(next(venv.glob("lib/*/site-packages/fluencylab"))), "is damaged"),
        (lambda venv: (venv / "installed.json").unlink(), "was never finished"),
        (lambda venv: (venv / "installed.json").write_text("{"), "was never finished"),
    ],
    ids=["no python", "no command", "no lab", "no stamp and no pip", "broken stamp and no pip"],
)
def test_a_broken_environment_is_made_again_with_a_sentence(installed: Path, damage: Callable[[Path], Any], sentence: str) -> None:
    damage(installed / ".venv")
    assert sentence in reason(installed)


@here_only_posix
def test_another_python_in_the_environment_makes_it_again(installed: Path) -> None:
    stamp = installed / ".venv" / "installed.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": "3.10"}))
    assert "is now" in reason(installed)


@here_only_posix
@pytest.mark.parametrize(
    ("change", "steps"),
    [
        ("requirements/app.txt", ["requirements/app.txt", "the lab"]),
        ("pyproject.toml", ["the lab"]),
        ("requirements/test.txt", []),
    ],
)
def test_a_change_installs_only_what_it_touches(installed: Path, monkeypatch: pytest.MonkeyPatch, change: str, steps: list[str]) -> None:
    with (installed / change).open("a") as file:
        file.write("# changed\n")
    module = load(installed)
    done: list[str] = []
    monkeypatch.setattr(module, "install_packages", done.append)
    monkeypatch.setattr(module, "install_lab", lambda: done.append("the lab"))
    module.prepare("app")
    assert done == steps
    module.prepare("app")
    assert done == steps, "a second start installs nothing"


@here_only_posix
def test_an_interrupted_installation_goes_on(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (installed / "requirements" / "app.txt").write_text("")
    module = load(installed)

    def interrupted(lock: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "install_packages", interrupted)
    assert module.main([]) == 130
    assert module.installed() == {}, "a half-done change must not look finished"


@pytest.mark.parametrize(
    ("said", "sentence", "step"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full", "Make 1 GB"),
        ("OSError: [WinError 112] There is not enough space on the disk", "disk is full", "Make 1 GB"),
        (
            "The virtual environment was not created successfully because ensurepip is not\navailable.  On Debian/Ubuntu systems, you need",
            "without its venv module",
            "sudo apt install python3.",
        ),
        ("/usr/bin/python3: No module named venv", "without its venv module", "sudo apt install"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions",
            "was refused",
            "Run this again",
        ),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n"
            "ERROR: No matching distribution found for aiosqlite==0.22.1",
            "does not answer",
            "Check the network",
        ),
        ("ERROR: No matching distribution found for xllamacpp==2026.10.11549", "no ready-made xllamacpp for Python", "Try with Python"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: 'x'", "could not be written", "is yours"),
        ("something nobody has seen", "did not succeed", "last lines"),
    ],
)
def test_what_pip_says_becomes_a_sentence_with_the_next_step(folder: Path, said: str, sentence: str, step: str) -> None:
    told = str(load(folder).explained(said))
    assert sentence in told
    assert step in told
    assert str(Path(".venv", "install.log")) in told or "disk" in sentence


def test_the_checks_go_on_after_a_failure_and_end_with_pytest(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = load(folder)
    called: list[str] = []

    def fails(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        called.append(command[2])
        return subprocess.CompletedProcess(command, int(command[2] == "mypy"))

    monkeypatch.setattr(module.subprocess, "run", fails)
    monkeypatch.delenv("FLUENCY_MODEL_FILE", raising=False)
    assert module.check(["-k", "sampling"]) == 1
    assert called == ["ruff", "ruff", "tools.check_scripts", "mypy", "fluencylab.cli.main", "pytest"]
    assert "Failed: mypy." in capsys.readouterr().err


def succeeding(called: list[list[str]]) -> "Callable[..., subprocess.CompletedProcess[str]]":
    """In place of `subprocess.run`: notes what follows `python -m`, and succeeds."""

    def run(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        called.append(command[2:])
        return subprocess.CompletedProcess(command, 0)

    return run


def test_the_shape_of_the_code_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(folder)
    called: list[list[str]] = []
    monkeypatch.setattr(module.subprocess, "run", succeeding(called))
    assert module.check(["-k", "sampling"]) == 0
    assert ["ruff", "format", "--check", "."] in called


def test_coverage_measures_what_pytest_is_told_to_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(folder)
    called: list[list[str]] = []
    monkeypatch.setattr(module, "prepare", lambda lock: called.append([lock]))
    monkeypatch.setattr(module.subprocess, "run", succeeding(called))
    assert module.main(["coverage", "-k", "sampling"]) == 0
    assert called[0] == ["test"]
    assert ["coverage", "run", "-m", "pytest", "-k", "sampling"] in called
    assert called[-1] == ["coverage", "report"]


def test_with_nothing_for_pytest_mypy_and_four_parts_of_the_tests_run_side_by_side(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = load(folder)
    beside: dict[str, list[str]] = {}
    monkeypatch.setattr(module.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0))
    monkeypatch.setattr(module, "together", lambda commands: beside.update(commands) or ["mypy"])
    assert module.check([]) == 1
    *parts, mypy = (command[2:] for command in beside.values())
    assert {part[0] for part in parts} == {"pytest"} and mypy == ["mypy"]
    for page, engine, long, web in itertools.product((True, False), repeat=4):
        asked = [eval(part[-1], {"page": page, "engine": engine, "long": long, "web": web}) for part in parts]
        assert sum(asked) == (not long), "every test that is not long is in one part, and in no other"
    pages = beside[module.PAGES]
    assert "--cache-clear" in pages and f"cache_dir={module.PAGES_CACHE}" in pages, "what failed in it now, and nowhere else"


FLAKY = """
import os, pathlib

def test_holds():
    with open(pathlib.Path("asked.txt"), "a") as file:
        print("holds", file=file)

def test_misses_a_moment():
    first = not pathlib.Path("seen.txt").exists()
    pathlib.Path("seen.txt").write_text("")
    assert not first

def test_is_wrong():
    assert not pathlib.Path("wrong.txt").exists()

def test_ends_the_process():
    if pathlib.Path("dies.txt").exists():
        os._exit(1)
"""


def flaky(part: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A bootstrap with one part of all the tests, FLAKY; a real pytest asks them, with nothing beside."""
    (folder / "tests").mkdir()
    mark = "import pytest\npytestmark = pytest.mark.page\n" if part == "pages" else ""
    (folder / "tests" / "test_flaky.py").write_text(mark + FLAKY, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["page", "long"]\n', encoding="utf-8")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    module = load(folder)
    together, run = module.together, subprocess.run

    def only_pytest(command: list[str], **how: Any) -> "subprocess.CompletedProcess[bytes]":
        return run(command, **how) if "pytest" in command else subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(module, "script", lambda _: sys.executable)
    monkeypatch.setattr(module, "together", lambda commands: together({part: commands[part]}))
    monkeypatch.setattr(module.subprocess, "run", only_pytest)
    return module


@pytest.mark.parametrize(("what", "fails"), [("", False), ("wrong.txt", True), ("dies.txt", True)])
def test_a_page_test_that_failed_is_asked_once_more_alone(
    what: str, fails: bool, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """One that holds the second time is forgiven and named, one that fails twice or never comes to its end is not."""
    module = flaky("pages", folder, monkeypatch)
    if what:
        (folder / what).touch()
    assert module.check([]) == fails
    said = capfd.readouterr()
    assert ("Failed: pages." in said.err) == fails
    assert "assert not first" in said.out or what == "dies.txt"
    assert (folder / "asked.txt").read_text(encoding="utf-8") == "holds\n", "what held is not asked again"
    noted = folder / "asked-twice.txt"
    assert noted.exists() == (not fails)
    if not fails:
        assert noted.read_text(encoding="utf-8").split(" ", 1)[1] == "tests/test_flaky.py::test_misses_a_moment\n"
        assert said.out.endswith(f"{noted.read_text(encoding='utf-8')}They stand in {noted}; delete the file when they are mended.\n")
        module.check(["-k", "nothing"])
        assert noted.read_text(encoding="utf-8") in capfd.readouterr().out, "who runs the tests next reads it, too"


def test_what_failed_among_the_other_tests_has_failed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert flaky("all other tests", folder, monkeypatch).check([]) == 1
    said = capfd.readouterr()
    assert "Failed: all other tests." in said.err
    assert said.out.count("test session starts") == 1
    assert not (folder / "asked-twice.txt").exists()


def test_programs_side_by_side_are_shown_whole_one_after_another(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first waits for a word the second has written: were they not run together, this would never end."""
    waits = "import pathlib, time\nwhile not pathlib.Path('word').exists(): time.sleep(0.05)\nprint('first')"
    writes = "import pathlib\npathlib.Path('word').write_text('')\nprint('second')\nraise SystemExit(3)"
    module = load(folder)
    assert module.together({"one": [sys.executable, "-c", waits], "two": [sys.executable, "-c", writes]}) == ["two"]
    assert capsys.readouterr().out.splitlines() == ["── one", "first", "── two", "second"]


def test_ruff_and_mypy_look_at_everything_we_wrote() -> None:
    checked = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["files"])
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".") and any(path.rglob("*.py"))}
    assert folders - {"build", "dist", "node_modules"} <= checked


# Fine-tuning, an extra


PIP = """
import json, pathlib, sys
said = sys.argv[1:]
with open(pathlib.Path(__file__).with_name("said.txt"), "a") as file:
    print(*said, file=file)
for word in said:
    if word.startswith("--report="):
        names = pathlib.Path(__file__).with_name("brings.txt").read_text().split()
        plan = {"install": [{"metadata": {"name": name}} for name in names]}
        pathlib.Path(word.partition("=")[2]).write_text(json.dumps(plan))
"""


@pytest.fixture
def pip(installed: Path) -> Path:
    """A pip that installs nothing: it notes what it is asked in said.txt, and torch brings what stands in brings.txt."""
    (package,) = (installed / ".venv").glob("lib/*/site-packages")
    (package / "pip").mkdir()
    (package / "pip" / "__init__.py").write_text("")
    (package / "pip" / "__main__.py").write_text(PIP)
    (package / "pip" / "brings.txt").write_text("torch sympy")
    return package / "pip"


def asked(pip: Path) -> list[str]:
    return (pip / "said.txt").read_text().splitlines() if (pip / "said.txt").exists() else []


@here_only_posix
def test_fine_tuning_is_added_once_what_is_locked_first_and_torch_last(installed: Path, pip: Path) -> None:
    assert "Fine-tuning is installed" in run(installed, "finetune").stdout
    first, locked, torch = asked(pip)
    assert "--dry-run" in first
    assert "--require-hashes" in locked and "--no-deps" in locked and locked.endswith("requirements/finetune.txt")
    assert torch.endswith(" torch==2.13.0")
    assert run(installed, "finetune").returncode == 0
    assert len(asked(pip)) == 3, "a second time nothing is asked"
    assert reason(installed) == ""


@here_only_posix
def test_gigabytes_for_a_graphics_card_are_taken_only_when_asked_for(installed: Path, pip: Path) -> None:
    (pip / "brings.txt").write_text("torch nvidia-cublas nvidia-cudnn-cu13 triton")
    said = run(installed, "finetune")
    assert said.returncode == 1
    assert "pip would fetch 2 packages for NVIDIA's cards" in said.stderr and "docs/fine-tuning.md" in said.stderr
    assert len(asked(pip)) == 1 and run(installed).stdout.startswith("called with: serve")
    assert run(installed, "finetune", "--with-cuda").returncode == 0
    assert asked(pip)[-1].endswith(" torch==2.13.0")
