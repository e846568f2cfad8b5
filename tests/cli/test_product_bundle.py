"""`fluency product bundle`: a folder or a zip, and a sentence for what is missing or in the way."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ended
from .test_product import answered, product  # noqa: F401 (fixtures)

Run = Callable[..., Ended]


@pytest.fixture
def prompted(run: Run, answered: Path) -> Path:  # noqa: F811
    (answered / "prompt.md").write_text("# System\n\nBe brief.\n\n# User\n\n{{question}}\n", encoding="utf-8")
    assert run("product", "versions", "--add", str(answered / "prompt.md"), "--reason", "live").code == 0
    assert run("product", "checks", "add", "contains", "order number").code == 0
    return answered


def test_a_folder_with_everything_in_it(run: Run, prompted: Path) -> None:
    told = run("product", "bundle", "--out", str(prompted / "review"), "--json").json()
    assert told["versions"] == [1] and told["keys_taken_out"] == 0
    assert {name: (prompted / "review" / name).stat().st_size for name in told["files"]} == told["files"]
    assert any("no memo" in says for says in told["missing"])


def test_the_code_in_it_judges_what_was_recorded_alike_without_the_lab(run: Run, prompted: Path) -> None:
    run("product", "bundle", "--out", str(prompted / "review"))
    said = subprocess.run([sys.executable, "-I", "checks/checks.py"], cwd=prompted / "review", capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "12 verdicts, 0 of them other than recorded.\n"), said.stderr
    rule = prompted / "review" / "checks.json"
    rule.write_text(rule.read_text(encoding="utf-8").replace("order number", "invoice"), encoding="utf-8")
    said = subprocess.run([sys.executable, "-I", "checks/checks.py"], cwd=prompted / "review", capture_output=True, text=True, check=False)
    assert said.returncode == 1 and "8 of them other than recorded" in said.stdout


def test_its_tests_pass(run: Run, prompted: Path) -> None:
    run("product", "bundle", "--out", str(prompted / "review"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", ".", "test_product.py"]
    said = subprocess.run(command, cwd=prompted / "review", capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "1 passed, 2 skipped" in said.stdout, said.stdout


def test_a_zip_by_its_name(run: Run, prompted: Path) -> None:
    said = run("product", "bundle", "Parcel desk", "--out", str(prompted / "review.zip"))
    assert said.code == 0 and "Begin with its README.md" in said.out
    with zipfile.ZipFile(prompted / "review.zip") as archive:
        assert "parcel-desk-bundle/cases.jsonl" in archive.namelist()
        cases = archive.read("parcel-desk-bundle/cases.jsonl").decode().splitlines()
    assert [json.loads(one)["case"] for one in cases] == list(range(1, 13))


def test_a_folder_that_holds_something_is_left_alone(run: Run, prompted: Path) -> None:
    said = run("product", "bundle", "--out", str(prompted))
    assert said.code != 0 and "is there already, and is not empty" in said.err


def test_without_a_prompt_it_says_what_to_do(run: Run, answered: Path) -> None:  # noqa: F811
    said = run("product", "bundle", "--out", str(answered / "review"))
    assert said.code != 0 and "no prompt to hand on yet" in said.err and not (answered / "review").exists()
