"""The parts of a version over the wire: its model, what it looks up and its schema are kept, shown, compared and refused in sentences."""

import asyncio
import json
import re

import pytest
from lab_fixture import PATIENCE, Endpoint

from fluencylab.models import catalogue
from fluencylab.models.types import ModelCapabilities

from .conftest import Web
from .test_product import begun

FORM = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
LOOKS_UP = {"document": "1", "query": "{{question}}", "method": "keyword", "k": "2", "size": "60", "overlap": "10"}


async def with_documents(web: Web) -> str:
    place = await begun(web, "question\nHow long may I send it back?\n")
    for text, name in (("Send it back within 30 days.", "policy <May>"), ("Nothing comes on Sundays.", "handbook")):
        await web.post(f"{place}/documents", text=text, name=name)
    return place


async def finished(web: Web, evaluation: str) -> str:
    """The id of its run, once that has ended well."""
    run = evaluation.rpartition("/")[2]
    for _ in range(PATIENCE * 20):
        if (await web.client.get(f"/runs/{run}")).json()["status"] == "done":
            return run
        await asyncio.sleep(0.05)
    raise AssertionError("the run never ended")


async def test_a_version_shows_and_keeps_every_part_and_says_which_of_them_changed(web: Web) -> None:
    place = await with_documents(web)
    assert (await web.post(f"{place}/versions", user="{{question}}")).status_code == 303
    told = {"system": "From the text:\n{{passages}}", "user": "{{question}}", "reason": "looks it up", "json_schema": json.dumps(FORM)}
    assert (await web.post(f"{place}/versions", **told, **LOOKS_UP, temperature="0.5", numbered="yes")).status_code == 303
    page = (await web.get(f"{place}/versions")).text
    assert re.findall(r'<span class="prompt-who">([a-z ]+)</span>', page)[:4] == ["system", "settings", "looks things up", "schema"]
    assert "2 chunks of up to 60 words, found by words in 1 document" in page and "policy &lt;May&gt;" in page
    assert re.search(r'value="1" checked', page) and not re.search(r'value="2" checked', page)
    await web.post(f"{place}/versions", system="Be brief.", user="{{question}}", reason="without")
    assert "Documents: it looks nothing up" in (await web.get(f"{place}/versions")).text
    assert "Documents: 2 chunks" in (await web.get(f"{place}/versions?begin=2")).text


async def test_a_document_whose_questions_are_kept_can_be_kept_too(web: Web) -> None:
    place = await begun(web)
    page = b"<h1>Returns</h1><p>You can send things back within 30 days of delivery. Members have 60 days for it.</p>"
    sent = await web.client.post(f"{place}/bring-in", files={"file": ("returns.html", page, "text/html")})
    look = sent.headers["location"]
    assert "Keep the document, too" in (await web.get(look)).text
    ticked = {"keep-0": "yes", "question-0": "How long?", "reference-0": "30 days", "document": "yes"}
    assert (await web.post(look, **ticked)).status_code == 303
    assert "returns.html" in (await web.get(f"{place}/documents")).text
    assert "within 30 days" in (await web.get(f"{place}/documents/1")).text


async def test_what_is_found_is_shown_to_who_reads_the_output_as_text_and_nothing_else(web: Web) -> None:
    place = await begun(web, "question\nHow long may I send it back?\n")
    await web.post(f"{place}/documents", text="<b>Thirty</b> days to send it back.", name="policy")
    await web.post(f"{place}/versions", system="{{passages}}", user="{{question}}", **LOOKS_UP)
    page = (await web.get(f"{place}/evaluate?version=1")).text
    assert "what is found for them in 1 document" in page and "over the network" in page
    sent = await web.post(f"{place}/evaluate", version="1", part="all", draws="1", expected="50", certainty="1")
    run = await finished(web, sent.headers["location"])
    page = (await web.get(f"{place}/read/{run}")).text
    assert "What it found" in page and "&lt;b&gt;Thirty&lt;/b&gt; days" in page and "<b>Thirty" not in page
    assert "given 2 chunks of up to 60 words, found by words in 1 document" in (await web.get(sent.headers["location"])).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"json_schema": "{"}, "The schema is not JSON"),
        ({"json_schema": '{"type": "nonsense"}'}, "the schema: this is no JSON schema"),
        ({"model": "gone"}, "no model “gone”"),
        ({"document": "7", "query": "{{question}}", "system": "{{passages}}"}, "no document 7"),
        ({"document": "1", "query": "{{question}}"}, "no message says where what it finds stands"),
        ({"document": "1", "query": "refunds", "system": "{{passages}}"}, "what it looks up: what is searched for holds no"),
        ({"document": "1", "query": "{{question}}", "k": "99", "system": "{{passages}}"}, "what it looks up: it must be at most 10"),
    ],
)
async def test_a_part_that_cannot_be_is_refused_by_its_name(web: Web, fields: dict[str, str], says: str) -> None:
    place = await with_documents(web)
    answer = await web.post(f"{place}/versions", user="{{question}}", reason="x", **fields)
    assert answer.status_code in (400, 422) and says in answer.text


async def test_tools_are_typed_with_what_they_answer_and_shown_as_they_were_called(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web, "question\nWhere is Q-1?\n")
    listed = json.dumps([{"name": "track", "description": "Where it is", "parameters": {"properties": {"order": {"type": "string"}}}}])
    told = {
        "user": "{{question}}",
        "tools": listed,
        "tool_results": "# track\r\norder,where\r\nQ-1,<b>Oslo</b>",
        "turns": "# User\r\nHi.\r\n# Assistant\r\nHello.",
    }
    assert (await web.post(f"{place}/versions", **told)).status_code == 303
    page = (await web.get(f"{place}/versions")).text
    assert "Examples: 2 turns that show how to answer" in page and "# Assistant" in page
    assert "Tools: track" in page and "may call track" in page and "&lt;b&gt;Oslo" in page
    refused = (await web.get(f"{place}/evaluate?version=1")).text
    assert "cannot be held to a form, so version 1 cannot call its tools there" in refused
    catalogue.add(
        catalogue.endpoint(endpoint.base_url, "held").model_copy(update={"abilities": ModelCapabilities(json_schema=True, seed=True)})
    )
    endpoint.says = lambda body: [
        '{"answer": "In Oslo."}' if len(body["messages"]) > 4 else '{"tool": "track", "arguments": {"order": "Q-1"}}'
    ]
    await web.post(f"{place}/versions", **told, model="held", reason="on another")
    sent = await web.post(f"{place}/evaluate", version="2", part="all", draws="1", expected="50", certainty="1")
    run = await finished(web, sent.headers["location"])
    page = (await web.get(f"{place}/read/{run}")).text
    assert "What it called" in page and "&lt;b&gt;Oslo&lt;/b&gt;" in page and "<b>Oslo" not in page and "In Oslo." in page


async def test_a_long_document_in_any_script_can_be_pasted(web: Web) -> None:
    place = await begun(web)
    told = "возврат в течение тридцати дней. " * 21_000
    answer = await web.client.post(f"{place}/documents", files={"text": (None, told), "files": ("", b"")}, headers={"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].endswith("done=added"), answer.text[:500]
    assert "further letters are searched" in (await web.get(f"{place}/documents/1")).text
    too_long = await web.client.post(f"{place}/documents", files={"text": (None, "x" * 1_000_001)}, headers={"Accept": "text/html"})
    assert too_long.status_code == 422 and "a document may have 1,000,000" in too_long.text
