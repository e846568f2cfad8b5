"""Your data over the wire: a download, a large upload, a word that must be typed."""

import json

from fluencylab import clock
from fluencylab.actions import archive
from web.conftest import HTML, Web


async def test_what_is_downloaded_can_be_uploaded_again(web: Web) -> None:
    await web.run(instrument="call")
    got = await web.get("/data/export")
    assert got.headers["content-disposition"].startswith('attachment; filename="fluency-lab-')
    assert "1</b> run" in (await web.get("/data")).text
    assert (await web.post("/data/delete", confirm="yes")).status_code == 422
    assert (await web.post("/data/delete", confirm=" Delete ")).status_code == 303
    page = (await web.get("/data?done=deleted")).text
    assert "There is nothing yet" in page and "as on its first day" in page
    answer = await web.client.post("/data/restore", files={"file": ("me.json", got.content)}, headers=HTML)
    assert answer.status_code == 303
    assert json.loads((await web.get("/data/export")).content)["tables"] == json.loads(got.content)["tables"]
    again = await web.client.post("/data/restore", files={"file": ("me.json", got.content)}, headers=HTML)
    assert again.status_code == 422 and "There is work here already" in again.text
    replaced = await web.client.post("/data/restore", files={"file": ("me.json", got.content)}, data={"replace": "yes"})
    assert replaced.status_code == 303


async def test_a_file_of_fifty_megabytes_is_taken_and_a_hundred_refused(web: Web) -> None:
    now = clock.now()
    draft = {"learner_id": "you", "text": "x" * 100_000, "saved": now.isoformat()}
    drafts = [draft | {"name": f"draft {i}"} for i in range(500)]
    whole = archive.seal({"learners": [{"id": "you", "created": now.isoformat()}], "drafts": drafts}, now)
    assert len(whole) > 50_000_000
    answer = await web.client.post("/data/restore", files={"file": ("big.json", whole)})
    assert answer.status_code == 303, answer.text
    assert "<b>500</b> drafts" in (await web.get("/data")).text
    headers = {"Content-Length": "100000001", "Content-Type": "multipart/form-data; boundary=b"}
    answer = await web.client.post("/data/restore", content=b"", headers=headers)
    assert answer.status_code == 413 and "100,000,000 bytes" in answer.text


async def test_what_is_no_backup_gets_a_sentence(web: Web) -> None:
    for content in (b"", b"{}", b"[" * 50_000, b"\0" * 100, b'{"format": "fluency-lab"}'):
        answer = await web.client.post("/data/restore", files={"file": ("a.json", content)}, headers=HTML)
        assert answer.status_code == 422 and "Traceback" not in answer.text
    answer = await web.client.post("/data/restore", data={"file": "no file at all"})
    assert answer.status_code == 422
