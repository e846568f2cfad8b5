"""The parts of a version over the wire: its model, what it looks up and its schema are kept, shown, compared and refused in sentences."""

import json
import re

from .conftest import Web
from .test_product import begun

FORM = {"type": "object", "properties": {"days": {"type": "integer"}}, "required": ["days"]}
LOOKS_UP = {"document": "1", "query": "{{question}}", "method": "keyword", "k": "2", "size": "60", "overlap": "10"}


async def with_documents(web: Web) -> str:
    place = await begun(web, "question\nHow long may I send it back?\n")
    for text, name in (("Send it back within 30 days.", "policy <May>"), ("Nothing comes on Sundays.", "handbook")):
        await web.post(f"{place}/documents", text=text, name=name)
    return place


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
