"""`fluency runs`: what was run is found again, kept, compared and written into files, in the words of the pages."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from fluencylab import clock
from fluencylab.actions.runs import the_learner
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Run, Step

from .conftest import Ended

Say = Callable[..., Ended]


@pytest.fixture
def two_runs(home: Path) -> tuple[str, str]:
    async def made() -> None:
        async with Store() as store:
            learner = await the_learner(store)
            for run_id, temperature, texts in (("aa1", 0.2, ["=same"] * 12), ("bb2", 1.0, [f"other {i}" for i in range(12)])):
                params = {"parts": ["again"], "temperatures": [temperature], "samples": 12, "prompt": "Name a café."}
                now = clock.now()
                run = Run(
                    id=run_id,
                    learner_id=learner,
                    instrument="sampling",
                    params=params,
                    model="told",
                    status="done",
                    planned=12,
                    created=now,
                    ended=now,
                )
                async with store.begin() as session:
                    session.add(run)
                    await session.flush()
                    for seq, text in enumerate(texts, start=1):
                        data = {
                            "temperature": temperature,
                            "i": seq,
                            "seed": seq,
                            "text": text,
                            "tokens": 2,
                            "finish": "stop",
                            "valid": None,
                        }
                        session.add(Step(run_id=run_id, seq=seq, kind="answer", data=data, made=now))

    migrate()
    asyncio.run(made())
    return "aa1", "bb2"


def test_a_run_is_listed_shown_and_kept(run: Say, two_runs: tuple[str, str]) -> None:
    assert [row["id"] for row in run("runs", "list", "--json").json()] == ["bb2", "aa1"]
    assert run("runs", "list", "--kept", "--json").json() == []
    assert run("runs", "keep", "aa", "Two [bold]", "--note", "For Monday").out.strip() == "Kept as Two [bold]."
    [row] = run("runs", "list", "--words", "monday", "--json").json()
    assert (row["id"], row["name"], row["note"]) == ("aa1", "Two [bold]", "For Monday")
    assert "Two [bold]" in run("runs", "list").out
    shown = run("runs", "show", "aa1", "--json").json()
    assert shown["measures"]["top_share@0.2"]["n"] == 12 and shown["name"] == "Two [bold]"
    assert "Two [bold]" in run("runs", "show", "aa1").out


def test_two_runs_are_compared_in_the_words_of_the_page(run: Say, two_runs: tuple[str, str]) -> None:
    found = run("runs", "compare", *two_runs, "--json").json()
    assert found["says"] == "Temperatures 0.2 against 1; all else equal."
    [top] = [one for one in found["measures"] if one["label"].startswith("share of the commonest answer")]
    assert top["says"].startswith("Probably lower in B, by") and top["high"] < 0
    assert "Temperatures 0.2 against 1" in run("runs", "compare", *two_runs).out


def test_a_run_is_written_into_files_with_no_formula_in_them(run: Say, two_runs: tuple[str, str], tmp_path: Path) -> None:
    for name, more in (("run.xlsx", ()), ("measures.csv", ()), ("answers.csv", ("--answers",)), ("note.md", ()), ("run.json", ())):
        assert run("runs", "export", "aa1", "--to", str(tmp_path / name), *more).code == 0
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert "=same" in [cell.value for cell in book["answers"]["F"]] + [cell.value for row in book["answers"].iter_rows() for cell in row]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert "'=same" in (tmp_path / "answers.csv").read_text() and "top_share@0.2,1.0," in (tmp_path / "measures.csv").read_text()
    assert "| share of the commonest answer at temperature 0.2 | 100 % |" in (tmp_path / "note.md").read_text()


def test_what_cannot_be_done_is_said(run: Say, two_runs: tuple[str, str], tmp_path: Path) -> None:
    assert "no such run" in run("runs", "show", "zz").err
    assert "end" in run("runs", "export", "aa1", "--to", str(tmp_path / "run.pdf")).err.lower()
    assert "needs a name" in run("runs", "keep", "aa1", " ").err
