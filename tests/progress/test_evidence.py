"""Evidence is appended, once for a stage, and never changed."""

import ast
import asyncio
from datetime import timedelta
from pathlib import Path

from lab_fixture import rows

from fluencylab import clock
from fluencylab.actions import cases, missions
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput
from fluencylab.progress.evidence import LONGEST, took
from fluencylab.store.engine import Store

PACKAGE = Path(__file__).resolve().parents[2] / "fluencylab"
FOUND = track().mission("twelve-names-for-one-cafe")
CASE = track().case("the-tavern-keeper")
assert FOUND and CASE


TAKEN_AWAY = {
    "drafts.py": ["drop"],
    "kept.py": ["let_go"], "reading.py": ["remove_mode"], "judging.py": ["remove_check"], "documents.py": ["remove"],
    "kept_texts.py": ["remove"],
    "kept_results.py": ["let_go"], "readers.py": ["write_rule", "remove_rule"], "sending.py": ["forbid"],
    "spec.py": ["reword", "remove_test"],
}  # fmt: skip
STATEMENTS = ("product_erase.py", "judge_queries.py", "leases.py")


def test_nothing_in_the_code_updates_or_deletes_rows() -> None:
    """Not by a statement, and not by a session, but for a draft once it was handed in, and what a learner takes away: a name of a run, a
    whole product, and what stands on one. The files that may say it in a statement know nothing of evidence."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        code = ast.parse(path.read_text(encoding="utf-8"))
        may = {*TAKEN_AWAY.get(path.name, ())}
        if path.name in STATEMENTS:
            wrong += [f"{path.name} knows of evidence"] if "Evidence" in path.read_text(encoding="utf-8") else []
            continue
        theirs = {line for node in ast.walk(code) if getattr(node, "name", "") in may for line in _lines(node)}
        for node in ast.walk(code):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
                wrong += [f"{path.name}: imports {alias.name}" for alias in node.names if alias.name in ("update", "delete")]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "delete":
                owner = ast.unparse(node.func.value)
                wrong += [f"{path.name}:{node.lineno}: {owner}.delete"] if "session" in owner and node.lineno not in theirs else []
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "evidence" in node.value.lower():
                said = node.value.upper()
                wrong += [f"{path.name}:{node.lineno}"] if said.startswith(("UPDATE ", "DELETE FROM ")) else []
    assert not wrong


def test_rows_are_erased_in_one_place_and_only_all_of_a_learners() -> None:
    """`store/portable.py` deletes everything of a learner at once; nobody else deletes, and none picks rows."""
    deleting = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and (node.attr == "__table__" or (node.attr == "delete" and path.parent.name == "store"))
    ]
    assert deleting == ["store/portable.py"]


def _lines(node: ast.AST) -> range:
    return range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)


def test_only_the_writer_makes_evidence() -> None:
    makers = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Evidence"
    ]
    assert makers == ["progress/evidence.py"]


async def test_two_tabs_predict_at_once_and_one_is_told(database: str) -> None:
    concept, mission = FOUND  # type: ignore[misc]
    async with Store() as store:
        learner = await the_learner(store)
        values = [{asked.fact: asked.low for asked in mission.predict}, {asked.fact: asked.high for asked in mission.predict}]
        tabs = [missions.predict(store, learner, concept, mission, value, 2) for value in values * 3]
        told = await asyncio.gather(*tabs, return_exceptions=True)
    assert [type(one) for one in told if one is not None] == [BadInput] * 5
    assert rows("SELECT COUNT(*) FROM evidence WHERE stage = 'predict'") == [(1,)]
    assert rows("SELECT COUNT(*) FROM attempts") == [(1,)]


async def test_two_tabs_argue_a_case_at_once_and_one_is_told(database: str) -> None:
    concept, case = CASE  # type: ignore[misc]
    reasons = [reason.id for reason in case.reasons[:2]]
    async with Store() as store:
        learner = await the_learner(store)
        tabs = [cases.argue(store, learner, concept, case, case.decide.best, reasons, case.flips[0].id, 2) for _ in range(4)]
        told = await asyncio.gather(*tabs, return_exceptions=True)
    assert [type(one) for one in told if one is not None] == [BadInput] * 3
    assert rows("SELECT COUNT(*) FROM evidence") == [(1,)]


def test_a_clock_that_was_set_back_gives_no_negative_seconds() -> None:
    now = clock.now()
    assert took(now - timedelta(seconds=5), now) == 5
    assert took(now - timedelta(days=2), now) == LONGEST
    assert took(now + timedelta(days=365), now) is None, "how long it took, nobody can tell"
