"""`fluency product spec` from the terminal: sentences, tests, the spec tested on broken products, and refusals in sentences."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from odd_endpoint import Habits, odd

from .conftest import Ended

Run = Callable[..., Ended]
TOWNS = ("Oslo", "Bern", "Rome", "Lima")
CASES = "question,reference\n" + "".join(f"Where is parcel {n} to {TOWNS[n % 4]}?,It goes to {TOWNS[n % 4]}.\n" for n in range(30))
PROMPT = "# System\n\nYou answer for a parcel desk. Ask for the order number.\n\n# User\n\n{{question}}\n"


@pytest.fixture
def product(run: Run, tmp_path: Path) -> None:
    """Thirty cases, a prompt and a check."""
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    (tmp_path / "prompt.md").write_text(PROMPT, encoding="utf-8")
    assert run("product", "new", "Parcel desk").code == 0
    assert run("product", "import", str(tmp_path / "cases.csv")).code == 0
    assert run("product", "versions", "--add", str(tmp_path / "prompt.md"), "--reason", "live").code == 0
    assert run("product", "checks", "add", "words", "40", "--name", "short").code == 0


@pytest.fixture
def model(run: Run) -> Iterator[None]:
    """An endpoint in use that answers everything alike."""
    with odd(Habits()) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        run("models", "use", "m")
        yield


def add(run: Run, *more: str) -> Any:
    arguments = ("--check", "short", "--least", "80", "--cases", "12", *more)
    return run("product", "spec", "add", "It is mostly short.", *arguments, "--json").json()


def test_a_spec_is_written_and_what_is_vague_in_it_is_asked_about(run: Run, product: None) -> None:
    said = run("product", "spec", "add", "It is mostly short.").out
    assert "No test stands beside it" in said and "mostly: In how many of 100 cases, at least?" in said
    (sentence,) = add(run)
    (test,) = sentence["tests"]
    assert (test["check"], test["least"], test["cases"], test["part"]) == ("short", 80, 12, "held back")
    told = run("product", "spec", "list").out
    assert "“short”, in at least 80 % of 12 cases, held back" in " ".join(told.split()) and "short: How many words" in told
    assert run("product", "spec", "list", "--json").json()[0]["vague"]["mostly"].startswith("In how many")
    assert run("product", "spec", "remove", test["id"][:8], "--json").json() == {"removed": test["id"]}
    assert run("product", "spec", "list", "--json").json()[0]["tests"] == []
    run("product", "spec", "remove", "it is mostly SHORT.")
    assert run("product", "spec", "list", "--json").json() == []


def test_it_is_tested_and_says_what_came_of_it(run: Run, product: None, model: None) -> None:
    add(run)
    plan = run("product", "spec", "run", "--expect", "50", "--draws", "2", "--plan", "--json").json()
    assert plan["calls"] == 12 * (2 + len(plan["faults"])) and "half the input" in plan["faults"] and plan["made_once"] >= 12
    done = run("product", "spec", "run", "--expect", "50", "--draws", "2", "--json").json()
    assert (done["status"], done["expected"]) == ("done", 50) and [one["name"] for one in done["mutants"]] == plan["faults"]
    assert all(one["worse"] is None for one in done["mutants"]) and "No mutant is known to be worse" in done["says"]
    assert done["false_alarms"]["n"] == 2
    run("product", "checks", "add", "mentions", "1", "--name", "names the town")
    again = run("product", "spec", "result", "--json").json()
    assert again["by"] == ["names the town"] and all(one["worse"] is False for one in again["mutants"]), "it answers everything alike"
    told = run("product", "spec", "result", "--now").out
    assert re.search("half the input: does not count", told) and "You expected it to stop 50 %" in told


def test_what_so_many_cases_see(run: Run, home: Path) -> None:
    found = run("product", "spec", "power", "20", "--healthy", "80", "--json").json()
    assert (found["wanted"], found["drop"]) == (13, 0.27) and "127 for 10 points" in found["takes"]
    assert "the bar can be 13 of 20" in " ".join(run("product", "spec", "power", "20", "--healthy", "80").out.split())


def test_the_practice_product_has_a_spec_to_begin_with(run: Run, home: Path) -> None:
    run("product", "new", "--practice")
    spec = run("product", "spec", "practice", "--json").json()
    assert len(spec) == 3 and spec[-1]["tests"] == [] and sum(len(one["tests"]) for one in spec) == 2


REFUSED: dict[tuple[str, ...], str] = {
    ("run", "--expect", "50"): "no test in the spec",
    ("result",): "was not tested yet",
    ("add", "It is short.", "--check", "short"): "A test takes a check, a share and a number",
    ("add", "It is short.", "--check", "long", "--least", "9", "--cases", "2"): "No check is called “long”",
    ("add", "It is short.", "--check", "short", "--least", "9", "--cases", "99"): "from 1 to 15",
    ("add", " "): "A requirement is a sentence",
    ("remove", "nothing"): "No sentence and no one test",
    ("practice",): "Only the practice product",
}


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(run: Run, product: None, model: None) -> None:
    for arguments, says in REFUSED.items():
        ended = run("product", "spec", *arguments)
        assert (ended.code, ended.out) == (1, ""), arguments
        assert says in ended.err.replace("\n", " ") and "Traceback" not in ended.err, arguments


def test_the_judges_of_a_spec_are_asked_about_what_was_answered(run: Run, product: None, model: None) -> None:
    assert "not tested yet" in run("product", "spec", "ask").err.replace("\n", " ")
    add(run)
    run("product", "spec", "run", "--expect", "50", "--draws", "1")
    assert run("product", "spec", "ask", "--json").json() == [], "there is no judge in it"
    assert "There is no judge in the spec" in run("product", "spec", "ask").out
