"""To look at a page changes nothing: whoever only reads has shown nothing, and no verdict waits for a reader."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lab_fixture import PATIENCE, Endpoint, empty_database, endpoint, home, rows, until
from old_fixture import in_the_middle, leave, shown
from sqlalchemy import LargeBinary, create_engine, text

from fluencylab.actions import capstone
from fluencylab.actions.model_tests import ModelTest
from fluencylab.actions.workbench import documents, drafting, kept_texts, memos, practice, practice_recorded, practice_spec, spec_runs
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.meetings import meetings
from fluencylab.curriculum.model_cards import drills
from fluencylab.curriculum.proposals import proposals
from fluencylab.curriculum.repairs import repairs
from fluencylab.models import catalogue
from fluencylab.models.standby import Standby
from fluencylab.practice.course import course
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.store.engine import database_url
from fluencylab.store.tables import Base
from fluencylab.web.brought import Brought
from fluencylab.web.lab_pages import lab_pages
from fluencylab.workbench import bring_in

from .conftest import HTML, Web, opened

__all__ = ["empty_database", "endpoint", "home"]
CHANGING: set[str] = set()
"""Tables that a look may change. There is none: no page counts its visits."""
LIVE = {"lab.sqlite", "lab.sqlite-wal", "lab.sqlite-shm", "queue.sqlite", "queue.sqlite-wal", "queue.sqlite-shm"}
"""Files that a database keeps by itself; what is in them is compared row by row."""
OF_A_SITTING = ("/self-test/{sitting}", "/self-test/{sitting}/{number}", "/self-test/{sitting}/{number}/claims")


@pytest.fixture
async def lived_in(empty_database: str, endpoint: Endpoint, home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Web]:
    """A lab opened on a folder in which a learner has done everything; the run that was in its middle has come to its end."""
    monkeypatch.setattr(Standby, "keep", lambda self: asyncio.sleep(PATIENCE))
    leave()
    models = home / "data" / "models.json"
    address = {one["base_url"] for one in shown()["files"]["models.json"]["models"]}
    models.write_text(models.read_text().replace(address.pop(), endpoint.base_url))
    async with opened() as web:
        for _ in range(PATIENCE * 20):
            if not rows("SELECT id FROM runs WHERE status IN ('queued', 'running')"):
                break
            await asyncio.sleep(0.05)
        await a_product(web)
        yield web


async def a_product(web: Web) -> None:
    """The practice product, with a memo; and a table that was brought in and is looked at."""
    made = await practice.begin(web.lab.store, web.lab.learner)
    await documents.add(
        web.lab.store, web.lab.learner, made, [documents.pasted("The practice opens at nine and closes at six.", "opening hours")]
    )
    card, page = documents.pasted("Licence: MIT. 8,192 tokens of context.", "a model"), documents.pasted("94 % are right.", "a draft")
    await kept_texts.add(web.lab.store, web.lab.learner, made, kept_texts.CARDS, [card])
    await kept_texts.add(web.lab.store, web.lab.learner, made, kept_texts.PROPOSALS, [page])
    await capstone.begin(web.lab.store, web.lab.learner)
    await memos.keep(web.lab.store, web.lab.learner, made, "A decision", {"decision": "We keep it as it is."})
    await practice_recorded.record_readers(web.lab.store, web.lab.learner, made)
    await practice_recorded.record_judge(web.lab.store, web.lab.learner, made)
    await practice_spec.begin(web.lab.store, web.lab.learner, made)
    tested = await spec_runs.start(web.lab.store, await web.lab.queue(), web.lab.learner, made, 3, 1, 60, 2)
    await until(lambda: bool(rows("SELECT id FROM runs WHERE id = :run AND status = 'done'", run=tested)))
    drafted = await drafting.start(web.lab.store, await web.lab.queue(), web.lab.learner, made)
    await until(lambda: bool(rows("SELECT id FROM runs WHERE id = :run AND status = 'done'", run=drafted)))
    web.lab.brought._kept["seen"] = Brought(made, "cases.csv", bring_in.read("cases.csv", b"question,answer\nWhere?,Here.\nWhen?,Soon.\n"))


def without_verdicts(folder: Path) -> None:
    """As if runs had ended and nobody had judged them: where a page would do it, it would do it now."""
    engine = create_engine(database_url())
    unseen = "SELECT id FROM attempts WHERE exercise = 'the-price-of-no'"
    with engine.begin() as connection:
        gone = connection.execute(text(f"DELETE FROM evidence WHERE stage = 'repair' OR stage = 'compare' AND attempt_id IN ({unseen})"))
    engine.dispose()
    assert gone.rowcount == 5
    (folder / "graders.json").unlink()


def stored() -> dict[str, list[Any]]:
    """Every row of every table."""
    found = {}
    for table in Base.metadata.sorted_tables:
        names = ", ".join(column.name for column in table.columns if not isinstance(column.type, LargeBinary))
        found[table.name] = sorted(map(str, rows(f"SELECT {names} FROM {table.name}")))
    return found


def files(folder: Path) -> dict[str, str]:
    kept = [path for path in folder.rglob("*") if path.is_file() and path.name not in LIVE]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def ids(query: str) -> list[str]:
    return [str(row[0]) for row in rows(query)]


def addresses() -> dict[str, list[str]]:
    """For each address that can be read, everything a learner who did everything can read there."""
    sittings = ids("SELECT id FROM attempts WHERE exercise = 'self-test'")
    runs = ids("SELECT MIN(id) FROM runs GROUP BY instrument, status, model")
    ended = ids("SELECT MIN(id) FROM runs WHERE status IN ('done', 'failed', 'cancelled') GROUP BY instrument")
    concepts = [concept.slug for concept in track().concepts]
    attempted = set(ids("SELECT exercise FROM attempts"))
    values: dict[str, list[dict[str, str]]] = {
        "/concepts/{slug}": [{"slug": slug} for slug in concepts],
        "/missions/{slug}": [{"slug": m.slug} for concept in track().concepts for m in concept.missions if m.slug in attempted],
        "/cases/{slug}": [{"slug": case.slug} for concept in track().concepts for case in concept.cases if case.slug in attempted],
        "/course/{slug}": [{"slug": one.slug} for one in course()],
        "/cards/{slug}": [{"slug": one.slug} for one in drills()],
        "/meetings/{slug}": [{"slug": one.slug} for one in meetings()],
        "/proposals/{slug}": [{"slug": one.slug} for one in proposals()],
        "/labs/{name}": [{"name": name} for concept in track().concepts for name in concept.labs if name in lab_pages()],
        "/debug/cases/{slug}": [{"slug": one.slug} for one in bench().cases if f"debug/{one.slug}" in attempted],
        "/debug/repairs/{slug}": [{"slug": one.slug} for one in repairs().repairs],
        "/capstone/sitting/{ordinal}": [{"ordinal": n} for n in ids("SELECT ordinal FROM capstone_sittings")],
        "/debug/repairs/{slug}/draft": [{"slug": one.slug} for one in repairs().repairs[:4]],
        "/runs/{run_id}": [{"run_id": run} for run in runs],
        "/runs/{run_id}/events": [{"run_id": run} for run in runs[:3]],
        "/runs/{run_id}/sheet": [{"run_id": run} for run in runs],
        **{
            f"/runs/{{run_id}}/{file}": [{"run_id": run} for run in ended]
            for file in ("measures.csv", "answers.csv", "run.xlsx", "note.md")
        },
        "/self-test/{sitting}/{number}/draft": [{"sitting": sitting, "number": "4"} for sitting in sittings],
        "/map/{concept}/{capability}": [{"concept": slug, "capability": kind} for slug in concepts for kind in CAPABILITIES],
        "/review/items/{attempt_id}": [{"attempt_id": id} for id in ids("SELECT id FROM attempts WHERE exercise LIKE 'review/%'")],
        **{f"/model/{{slug}}/{page}": [{"slug": slug} for slug in ("told", "other")] for page in ("grader", "change", "remove")},
        **{f"/model-tests/{{id}}{part}": [{"id": "seen"}] for part in ("", "/findings", "/form")},
    }
    values |= of_products()
    values |= {
        f"{place}/result": values[place]
        for place in (
            "/missions/{slug}",
            "/cases/{slug}",
            "/course/{slug}",
            "/cards/{slug}",
            "/meetings/{slug}",
            "/proposals/{slug}",
            "/debug/cases/{slug}",
            "/debug/repairs/{slug}",
        )
    }
    values |= {place: [{"sitting": sitting, "number": str(n)} for sitting in sittings for n in range(1, 8)] for place in OF_A_SITTING}
    pairs = rows("SELECT MIN(id), MAX(id) FROM runs WHERE status = 'done' GROUP BY instrument HAVING COUNT(*) > 1")
    asked = {
        "/compare": [f"/compare?a={a}{b}" for a, other in pairs for b in ("", f"&b={other}")],
        "/kept": ["/kept", "/kept?q=temperature"],
        "/product/{product_id}/readers/{run_id}/read": [
            f"/product/{product}/readers/{run}/read?reader=Tom" for product, run in rows("SELECT product_id, run_id FROM evaluations")
        ],
    }
    return {place: [place.format(**one) for one in many] for place, many in values.items()} | asked


def of_products() -> dict[str, list[dict[str, str]]]:
    every = [{"product_id": id} for id in ids("SELECT id FROM products")]
    parts = (
        "",
        "/bring-in",
        "/drafts",
        "/documents",
        "/cards",
        "/versions",
        "/evaluate",
        "/modes",
        "/checks",
        "/judge",
        "/readers",
        "/readers/labels.csv",
        "/compare",
        "/memo",
        "/memo/read",
        "/sent",
        "/memo/memo.md",
        "/memo/memo.docx",
        "/meeting",
        "/meeting/sheet.md",
        "/meeting/sheet.docx",
        "/proposals",
        "/spec",
        "/spec/power",
        "/hand-over",
        "/hand-over/bundle.zip",
    )
    documents = [{"product_id": product, "number": str(n)} for product, n in rows("SELECT product_id, number FROM product_documents")]
    cards = [{"product_id": product, "number": str(n)} for product, n in rows("SELECT product_id, number FROM product_cards")]
    asked = [{"product_id": product, "number": str(n)} for product, n in rows("SELECT product_id, number FROM product_proposals")]
    runs = [{"product_id": product, "run_id": run} for product, run in rows("SELECT product_id, run_id FROM evaluations")]
    tested = [{"product_id": product, "run_id": run} for product, run in rows("SELECT product_id, run_id FROM spec_runs")]
    judging = [{"product_id": product, "run_id": run} for product, run in rows("SELECT product_id, run_id FROM judge_runs")]
    drafted = [{"product_id": product, "run_id": run} for product, run in rows("SELECT product_id, run_id FROM draft_runs")]
    return (
        {f"/product/{{product_id}}{part}": every for part in parts}
        | {f"/product/{{product_id}}/{part}/{{run_id}}": runs for part in ("evaluations", "read")}
        | {f"/product/{{product_id}}/spec/{part}/{{run_id}}": tested for part in ("runs", "read")}
        | {"/product/{product_id}/judging/{run_id}": judging}
        | {"/product/{product_id}/drafts/{run_id}": drafted}
        | {"/product/{product_id}/documents/{number}": documents}
        | {"/product/{product_id}/cards/{number}": cards}
        | {f"/product/{{product_id}}/proposals/{{number}}{part}": asked for part in ("", "/questions.md", "/questions.docx")}
        | {"/product/{product_id}/bring-in/{key}": [one | {"key": "seen"} for one in every]}
    )


@pytest.mark.long
async def test_to_read_every_page_changes_nothing(lived_in: Web, home: Path) -> None:
    known = addresses()
    lived_in.lab.tests._tests["seen"] = ModelTest("seen", catalogue.find("told"), "add", "stopped")
    readable = [path for path, how in lived_in.app.openapi()["paths"].items() if "get" in how]
    assert [path for path in readable if "{" in path and not known.get(path)] == [], "an address that this test does not know how to read"
    without_verdicts(home / "data")
    before, data = stored(), files(home / "data")
    for path in readable:
        for address in known.get(path, [path]):
            for accept in (HTML, {"Accept": "application/json"}) if path == "/runs/{run_id}" else (HTML,):
                answer = await lived_in.client.get(address, headers=accept)
                assert answer.status_code in (200, 303), (address, answer.status_code, answer.text[:300])
    after = stored()
    assert {name for name in before if before[name] != after[name]} <= CHANGING
    assert files(home / "data") == data


@pytest.mark.long
async def test_a_run_that_an_update_found_in_its_middle_goes_on_and_asks_nothing_twice(lived_in: Web, endpoint: Endpoint) -> None:
    """Of its six answers the older version had three; it kept its calls under other names."""
    (left,) = [run for run in ids("SELECT id FROM runs WHERE status = 'done'") if run in in_the_middle()]
    steps = [
        json.loads(data) if isinstance(data, str) else data for (data,) in rows("SELECT data FROM steps WHERE run_id = :run", run=left)
    ]
    assert sorted(one["i"] for one in steps) == list(range(6))
    assert sum("novel" in str(one["messages"]) for one in endpoint.asked) == 3
