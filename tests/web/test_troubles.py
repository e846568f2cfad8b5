"""What is wrong around the lab is said on a page, with what can be done about it there; and what can be gone on with is."""

import os
import sqlite3
from pathlib import Path

import pytest
from lab_fixture import Endpoint, until

from fluencylab.store.sqlite_file import damage
from fluencylab.web import app_state
from web.conftest import HTML, Web, opened

BROKEN = ["{bad", "", "[]", '{"models": 7}', "\x00" * 9, '{"current": "x", "models": [{"slug": "a"}]}', "[" * 5000]


@pytest.mark.parametrize("said", BROKEN)
async def test_a_broken_list_of_models_is_a_page_with_a_way_on(web: Web, home: Path, said: str) -> None:
    models = home / "data" / "models.json"
    models.write_text(said)
    for path in ("/", "/map", "/model", "/data", "/labs/sampling"):
        page = await web.get(path)
        assert page.status_code == 500 and "The list of your models" in page.text and str(models) in page.text, path
        assert 'action="/model/reset"' in page.text
    answer = await web.client.post("/model/reset", headers=HTML)
    assert answer.status_code == 303
    assert (await web.get("/")).status_code == 200
    (kept,) = (home / "data").glob("models-*.broken.json")
    assert kept.read_text() == said


async def test_a_list_that_can_be_read_is_not_set_aside(web: Web, home: Path) -> None:
    before = (home / "data" / "models.json").read_text()
    await web.client.post("/model/reset")
    assert (home / "data" / "models.json").read_text() == before


async def test_a_model_nobody_knows_is_not_found(web: Web) -> None:
    assert (await web.get("/model/nobody/grader")).status_code == 404


async def test_a_damaged_queue_is_set_aside_and_runs_go_on(tables: None, endpoint: Endpoint, home: Path) -> None:
    file = home / "data" / "queue.sqlite"
    file.write_bytes(os.urandom(100_000))
    assert damage(file)
    async with opened() as web:
        await until(lambda: web.lab._opening.done())
        run_id = await web.run(instrument="call")
        assert (await web.client.get(f"/runs/{run_id}")).json()["status"] == "done"
    assert file.with_name("queue.sqlite.damaged").exists()
    assert not damage(file)


async def test_a_queue_that_cannot_open_holds_up_no_run_and_opens_once_it_can(
    tables: None, endpoint: Endpoint, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_state, "AGAIN", 0.05)
    file = home / "data" / "queue.sqlite"
    for part in (home / "data").glob("queue.sqlite*"):
        part.unlink()
    file.mkdir()
    async with opened() as web:
        first = await web.run(instrument="call")
        assert (await web.client.get(f"/runs/{first}")).json()["status"] == "done"
        assert not web.lab._opening.done()
        file.rmdir()
        await until(lambda: web.lab._opening.done())
        again = await web.run(instrument="call")
        assert (await web.client.get(f"/runs/{again}")).json()["status"] == "done"
    with sqlite3.connect(file) as queue:
        assert queue.execute("SELECT COUNT(*) FROM workflow_status").fetchone() == (1,)
    queue.close()
