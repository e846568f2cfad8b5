"""Prompts and documents come from files and pipes, as long as the form takes them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from documents.making import pdf
from odd_endpoint import Odd, odd
from pydantic import BaseModel

from fluencylab.cli.labs import checked
from fluencylab.cli.sources import filled, takes_files
from fluencylab.errors import BadInput
from fluencylab.instruments import instruments
from fluencylab.labs.retrieval.params import Params as Retrieval

from .conftest import ROOT, Ended

FIELDS = Retrieval.model_fields


@pytest.fixture
def endpoint(home: Path) -> Iterator[Odd]:
    """The model in use is an endpoint that keeps what it was asked."""
    with odd() as there:
        home.mkdir()
        entry = f'{{"slug": "m", "name": "M", "kind": "endpoint", "base_url": "{there.address}", "model": "m"}}'
        (home / "models.json").write_text(f'{{"current": "m", "models": [{entry}]}}', encoding="utf-8")
        yield there


def call(home: Path, *arguments: str, piped: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "FLUENCY_DATA": str(home)}
    given: dict[str, object] = {"stdin": subprocess.DEVNULL} if piped is None else {"input": piped}
    command = [sys.executable, "-m", "fluencylab.cli.main", "call", "--json", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=90, **given)  # type: ignore[call-overload, no-any-return]


def test_a_prompt_is_piped_in_or_stands_in_a_file(home: Path, endpoint: Odd, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_bytes("@ada: was heißt 退货?\n".encode("utf-16"))
    assert call(home, piped="Say 你好.\n".encode()).returncode == 0
    assert call(home, "--file", str(tmp_path / "prompt.txt")).returncode == 0
    assert call(home, f"@{tmp_path / 'prompt.txt'}").returncode == 0
    assert call(home, "@@ada", piped=b"ignored").returncode == 0
    assert call(home, "-", piped=b"Hello").returncode == 0
    asked = [body["messages"][-1]["content"] for body in endpoint.asked]
    assert asked == ["Say 你好.", "@ada: was heißt 退货?", "@ada: was heißt 退货?", "@ada", "Hello"]


def test_two_prompts_are_one_too_many(home: Path, endpoint: Odd, run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("Hi")
    ended = run("call", "Hello", "--file", str(tmp_path / "prompt.txt"))
    assert ended.code == 1 and ended.err.startswith("There are two prompts")


def test_documents_and_questions_come_from_files_of_a_million_letters(tmp_path: Path) -> None:
    long = "=== rules ===\n\n" + "Refunds take ten days. " * 40_000
    (tmp_path / "long.txt").write_text(long, encoding="utf-8")
    (tmp_path / "q.txt").write_text("How long do refunds take? | ten days\n")
    given = filled(FIELDS, {"documents": f"@{tmp_path / 'long.txt'}", "questions": f"@{tmp_path / 'q.txt'}"})
    assert given == {"documents": long.strip(), "questions": "How long do refunds take? | ten days"}
    params = Retrieval.model_validate(given)
    assert [one.title for one in params.corpus] == ["rules"]


def test_a_folder_of_documents_is_read_as_the_page_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["Returns take 30 days."]))
    (tmp_path / "b.txt").write_text("Refunds take ten days.")
    given = filled(FIELDS, {"documents": f"@{tmp_path}"})
    assert given["documents"] == "=== a.pdf ===\n\nReturns take 30 days.\n\n=== b.txt ===\n\nRefunds take ten days."


def test_a_list_is_one_in_each_line_of_its_file_and_commas_stay_in_them(tmp_path: Path) -> None:
    (tmp_path / "probes.txt").write_text("Pay now, please.\n\nPay later.\n")

    class Listed(BaseModel):
        probes: tuple[str, ...] = ()

    assert checked(Listed, {"probes": f"@{tmp_path / 'probes.txt'}"}).probes == ("Pay now, please.", "Pay later.")
    assert checked(Listed, {"probes": "one, two"}).probes == ("one", "two")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"documents": "@nowhere.txt"}, "--documents cannot be used: “nowhere.txt” cannot be opened: no such file"),
        ({"documents": "-", "questions": "-"}, "--documents and --questions both ask for what is piped in"),
    ],
)
def test_what_cannot_be_read_names_its_option(given: dict[str, str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        filled(FIELDS, given)


def test_every_long_text_of_every_lab_takes_a_file() -> None:
    long = {
        name: field
        for lab in instruments().values()
        for name, field in lab.Params.model_fields.items()
        if field.annotation is str and any(getattr(rule, "max_length", 0) > 200 for rule in field.metadata)
    }
    assert {"prompt", "documents", "questions", "data", "cases"} <= set(long) and all(map(takes_files, long.values()))
    assert not takes_files(instruments()["metrics"].Params.model_fields["positive"])
