"""`fluency product cases` from the terminal: listed, drafted by a model and by code, taken and thrown away, and refused in sentences."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from odd_endpoint import Habits, odd

from .conftest import Ended

Run = Callable[..., Ended]
TEXT = "# Returns\n\nYou can send things back within 30 days of the day on which they came. Members have 60 days for the same.\n"


@pytest.fixture
def product(run: Run, tmp_path: Path) -> None:
    (tmp_path / "returns.md").write_text(TEXT, encoding="utf-8")
    assert run("product", "new", "Parcel desk").code == 0
    assert run("product", "documents", "--add", str(tmp_path / "returns.md")).code == 0


@pytest.fixture
def model(run: Run) -> Iterator[None]:
    """An endpoint in use that answers everything alike."""
    with odd(Habits()) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        run("models", "use", "m")
        yield


def test_a_model_drafts_and_a_person_decides(run: Run, product: None, model: None) -> None:
    plan = run("product", "cases", "draft", "--by", "model", "--look", "--json").json()
    assert (plan["calls"], plan["passages"], plan["local"]) == (1, 1, False) and "drafts" not in plan
    made = run("product", "cases", "draft", "--json").json()
    (draft,) = made["drafts"]
    assert made["status"] == "done" and not draft["held"] and draft["fault"]
    assert "fluency product cases drafts --take 1" in run("product", "cases", "drafts").out
    assert "has no question" in run("product", "cases", "drafts", "--take", "1").err or draft["question"]
    words = ("--question", "How long do members have?", "--reference", "60 days")
    changed = run("product", "cases", "drafts", "--change", "1", *words, "--json").json()
    assert changed["drafts"][0]["question"] == words[1] and changed["drafts"][0]["state"] == "changed"
    taken = run("product", "cases", "drafts", "--take", "1", "--json").json()
    assert taken["drafts"][0]["state"] == "taken" and taken["drafts"][0]["case"] == 1
    (case,) = run("product", "cases", "--json").json()
    assert (case["inputs"], case["reference"], case["tags"]) == ({"question": words[1]}, words[3], ["drafted by a model"])
    assert case["source"].endswith("passage 1") and words[1] in run("product", "cases").out
    assert run("product", "sent", "--json").json()["sent"][0]["texts"] == "1 passage of its documents"


def test_code_drafts_without_a_model(run: Run, product: None) -> None:
    found = run("product", "cases", "draft", "--by", "code", "--json").json()["drafts"]
    assert found and found[0]["question"] and run("product", "cases", "--json").json() == []
    assert run("product", "cases", "draft", "--by", "code", "--take", "1").code == 0
    assert [one["inputs"]["question"] for one in run("product", "cases", "--json").json()] == [found[0]["question"]]


def test_what_cannot_be_is_said(run: Run, product: None) -> None:
    assert "Say --by model, or --by code." in " ".join(run("product", "cases", "draft", "--by", "magic").err.split())
    assert "No model has drafted anything" in run("product", "cases", "drafts").err
    assert "There is no draft 99." in run("product", "cases", "draft", "--by", "code", "--take", "99").err
    assert "looked at first" in run("product", "cases", "draft", "--take", "1").err
    run("product", "new", "Empty")
    assert "no document yet" in run("product", "cases", "draft", "--by", "model", "--look").err
    assert "There is no such document." in run("product", "cases", "draft", "--by", "code").err
