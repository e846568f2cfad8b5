"""Choosing and adding models, the doctor, and the check of the content."""

from collections.abc import Callable
from pathlib import Path

from fluencylab.models.findings import abilities
from fluencylab.models.types import ModelCapabilities

from .conftest import Ended

Run = Callable[..., Ended]


def test_the_list_says_in_words_what_a_model_can_do(run: Run) -> None:
    told = run("models", "list").out
    assert "It can give the probabilities of its tokens (up to 49,152 alternatives)" in told
    assert "It cannot call tools or turn texts into embeddings." in told
    assert abilities(ModelCapabilities()).startswith("It cannot give the probabilities of its tokens, keep to")


def test_the_list_for_a_program_says_which_is_in_use(run: Run) -> None:
    [model] = run("models", "list", "--json").json()
    assert (model["slug"], model["in_use"]) == ("smollm2-135m", True)


def test_a_model_is_added_from_one_place(run: Run) -> None:
    assert "one of --file, --endpoint, --hub" in run("models", "add").err
    assert run("models", "add", "--hub", "a/b", "--endpoint", "http://127.0.0.1:1/v1").code == 1


def test_a_key_given_instead_of_its_name_is_refused_and_not_shown(run: Run) -> None:
    ended = run("models", "add", "--endpoint", "http://127.0.0.1:1/v1", "--model", "m", "--key-env", "sk-secret")
    assert ended.code == 1
    assert "sk-secret" not in ended.out + ended.err


def test_an_unknown_model_names_those_there_are(run: Run) -> None:
    ended = run("models", "use", "gpt-9")
    assert ended.code == 1
    assert "smollm2-135m" in ended.err


def test_the_doctor_says_what_to_do(no_model: Path, run: Run) -> None:
    ended = run("doctor", "--json")
    findings = {finding["name"]: finding for finding in ended.json()}
    assert ended.code == 1
    assert findings["data"]["found"] == str(no_model)
    assert findings["model"]["fix"] == "Fetch it: fluency models fetch"
    assert findings["database"]["ok"]
    assert "Fetch it" in run("doctor").out


def test_the_content_resolves(run: Run) -> None:
    ended = run("check", "--json")
    assert ended.json()["problems"] == []
    assert ended.code == 0
