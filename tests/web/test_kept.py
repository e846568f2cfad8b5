"""Kept runs over the wire: kept, found, changed, taken along; what a model or a person wrote is text in each of them."""

import csv
import io
import re

import openpyxl
from lab_fixture import AGAIN, Endpoint

from fluencylab import clock
from fluencylab.store.tables import Run, Step
from web.conftest import HTML, Web

HOSTILE = '=HYPERLINK("http://evil.example","x") <script>alert(1)</script>'


async def test_a_run_is_kept_found_changed_and_removed_without_a_script(web: Web) -> None:
    run_id = await web.run(instrument="sampling", params=AGAIN)
    assert "Keep this run" in (await web.get(f"/runs/{run_id}")).text
    assert "Nothing is kept yet" in (await web.get("/kept")).text
    answer = await web.post(f"/runs/{run_id}/keep", name="Two temperatures", note="For Monday")
    assert answer.status_code == 303 and answer.headers["location"] == f"/runs/{run_id}#keep"
    page = (await web.get("/kept?q=monday")).text
    assert "Two temperatures" in page and "1 of 1 kept run" in page
    assert "Nothing that you kept fits" in (await web.get("/kept?q=tuesday")).text
    assert "Two temperatures" in (await web.get("/labs/sampling")).text
    kept_id = re.findall(r'id="kept-(\w+)"', page)[0]
    assert (await web.post(f"/kept/{kept_id}", name="Another", note="")).status_code == 303
    assert "Another" in (await web.get(f"/runs/{run_id}")).text
    assert (await web.post(f"/kept/{kept_id}/remove")).status_code == 303
    assert "Nothing is kept yet" in (await web.get("/kept")).text
    assert (await web.get(f"/runs/{run_id}")).status_code == 200


async def test_markup_and_formulas_in_answers_notes_and_names_are_text_in_every_form(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: [HOSTILE]
    run_id = await web.run(instrument="sampling", params=AGAIN)
    await web.post(f"/runs/{run_id}/keep", name=HOSTILE, note=HOSTILE)
    for path in (f"/runs/{run_id}", "/kept", f"/labs/sampling?run={run_id}", "/labs/sampling"):
        assert "<script>alert" not in (await web.get(path)).text, path
    rows = list(csv.reader(io.StringIO((await web.get(f"/runs/{run_id}/answers.csv")).text.lstrip("\ufeff"))))
    at = rows[0].index("text")
    assert len(rows) == 25 and all(row[at] == f"'{HOSTILE}" for row in rows[1:])
    book = openpyxl.load_workbook(io.BytesIO((await web.get(f"/runs/{run_id}/run.xlsx")).content))
    assert book.sheetnames == ["result", "measures", "answers", "conditions"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"] and HOSTILE in [cell.value for cell in cells]
    note = (await web.get(f"/runs/{run_id}/note.md")).text
    assert "<script>" not in note and "\\<script\\>" in note and f"http://localhost:8700/runs/{run_id}" in note


async def test_measures_go_out_with_their_intervals(web: Web) -> None:
    run_id = await web.run(instrument="sampling", params=AGAIN)
    rows = list(csv.DictReader(io.StringIO((await web.get(f"/runs/{run_id}/measures.csv")).text.lstrip("\ufeff"))))
    [top] = [row for row in rows if row["measure"] == "top_share@0.7"]
    assert top["n"] == "12" and float(top["low"]) < float(top["value"]) < float(top["high"]) and top["interval"] == "95 % interval"


async def test_ten_thousand_answers_go_out_whole_and_the_page_lists_none_of_its_runs_by_reading_them(web: Web) -> None:
    now = clock.now()
    async with web.lab.store.begin() as session:
        session.add(Run(id="big", learner_id=web.lab.learner, instrument="call", params={}, model="told", status="done", planned=10_000,
                        created=now, started=now, ended=now, card=None))  # fmt: skip
        await session.flush()
        session.add_all(Step(run_id="big", seq=i, kind="call", data={"text": f"answer {i}"}, made=now) for i in range(1, 10_001))
    async with web.client.stream("GET", "/runs/big/answers.csv", headers=HTML) as answer:
        pieces = [piece async for piece in answer.aiter_text()]
    text = "".join(pieces)
    assert text.count("\r\n") == 10_001 and text.rstrip().endswith("answer 10000")


async def test_what_is_under_way_or_is_not_there_is_said(web: Web, endpoint: Endpoint) -> None:
    endpoint.gives = 0
    run_id = (await web.client.post("/runs", json={"instrument": "sampling", "params": AGAIN})).json()["id"]
    for act in ("measures.csv", "run.xlsx", "note.md"):
        answer = await web.get(f"/runs/{run_id}/{act}")
        assert answer.status_code == 422 and "under way" in answer.text
    endpoint.gives = None
    assert (await web.get("/runs/nobody/answers.csv")).status_code == 404
    assert (await web.post("/kept/nobody/remove")).status_code == 404
