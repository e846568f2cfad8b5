"""`fluency debug show` and `try` on a repair, with a model that says what it is told."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_fixture import Endpoint

from fluencylab.curriculum.repairs import repairs
from fluencylab.settings import settings

from .conftest import Ended

Run = Callable[..., Ended]
CLERK = repairs().repairs[0]


@pytest.fixture
def told(home: Path) -> Iterator[Endpoint]:
    endpoint = Endpoint()
    endpoint.says = lambda body: [body["messages"][-1]["content"].split("|")[-1]]
    home.mkdir(parents=True, exist_ok=True)
    (home / "models.json").write_text(endpoint.listed())
    settings.cache_clear()
    yield endpoint
    endpoint.close()


def written(folder: Path, prompt: str) -> str:
    file = folder / "prompt.txt"
    file.write_text(prompt, encoding="utf-8")
    return str(file)


def test_show_tells_all_but_the_hidden_cases(run: Run) -> None:
    shown = run("debug", "show", CLERK.slug, "--json")
    assert shown.json()["hidden"] == len(CLERK.hidden) and shown.json()["prompt"] == CLERK.prompt
    assert not any(case.text in shown.out for case in CLERK.hidden)
    assert CLERK.wanted in run("debug", "show", CLERK.slug).out


def test_try_judges_a_prompt_and_ends_as_a_program_expects(run: Run, told: Endpoint, tmp_path: Path) -> None:
    failed = run("debug", "try", CLERK.slug, "--prompt-file", written(tmp_path, "Only the number. {message}|Dear customer"), "--json")
    judged = failed.json()
    assert failed.code == 1 and not judged["passed"] and (judged["right"], judged["of"]) == (0, 28)
    assert judged["rate"]["low"] == 0 < judged["rate"]["high"] and judged["failures"][0]["times"] == 28
    assert judged["conditions"]["model"] == "Told"
    assert not any(case.text in failed.out for case in CLERK.hidden)


def test_what_cannot_be_judged_is_two_lines_and_asks_nobody(run: Run, told: Endpoint, tmp_path: Path) -> None:
    pasted = "\n".join(case.text for case in CLERK.hidden) + "{message}"
    (tmp_path / "large.txt").write_bytes(b"x" * 50_000_000)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff\xfe")
    for file in (written(tmp_path, pasted), str(tmp_path / "large.txt"), str(tmp_path / "picture.png"), str(tmp_path / "none.txt")):
        refused = run("debug", "try", CLERK.slug, "--prompt-file", file)
        assert refused.code == 1 and len(refused.err.strip().splitlines()) == 2 and "Traceback" not in refused.err
    assert run("debug", "try", CLERK.slug).code == 1
    assert not told.asked
