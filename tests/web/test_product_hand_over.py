"""The page Hand it over, and the folder that it gives."""

import io
import re
import zipfile

from .conftest import Web
from .test_product import TABLE, begun


async def with_a_prompt(web: Web) -> str:
    place = await begun(web, TABLE)
    assert (
        await web.post(f"{place}/versions", system="Be <b>brief</b>.", user="{{question}}", reason="the <i>live</i> one")
    ).status_code == 303
    return place


async def test_without_a_prompt_the_page_says_what_is_lacking(web: Web) -> None:
    place = await begun(web, TABLE)
    page = (await web.get(f"{place}/hand-over")).text
    assert "no prompt to hand on yet" in page and f'href="{place}/versions"' in page
    refused = await web.get(f"{place}/hand-over/bundle.zip")
    assert refused.status_code == 422 and "no prompt to hand on yet" in refused.text


async def test_the_page_says_what_is_inside_and_what_is_missing(web: Web) -> None:
    place = await with_a_prompt(web)
    page = (await web.get(f"{place}/hand-over")).text
    for said in ("What is inside", "cases.jsonl", "promptfooconfig.yaml", "task.py", "There is no memo", "There is no check"):
        assert said in page
    assert len(re.findall("button-primary", page)) == 1
    assert "<b>brief" not in page and "<i>live" not in page


async def test_the_folder_is_a_zip_of_a_plain_name(web: Web) -> None:
    place = await with_a_prompt(web)
    page = (await web.get(f"{place}/hand-over")).text
    link = re.search(rf'href="({place}/hand-over/bundle\.zip\?version=1)"', page)
    assert link
    answer = await web.get(link[1])
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="parcel-b-desk-b-bundle.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "parcel-b-desk-b-bundle/README.md" in archive.namelist()
        assert b"<b>desk" not in archive.read("parcel-b-desk-b-bundle/report.html")


async def test_it_is_the_last_step_of_the_way(web: Web) -> None:
    place = await with_a_prompt(web)
    assert re.findall(r'<li class="way-[a-z]+"[^>]*>\s*<a href="([^"]+)"', (await web.get(place)).text)[-1] == f"{place}/hand-over"


async def test_a_version_that_is_not_there_is_refused(web: Web) -> None:
    place = await with_a_prompt(web)
    for part in ("hand-over", "hand-over/bundle.zip"):
        answer = await web.get(f"{place}/{part}?version=99999999999999999999")
        assert answer.status_code == 404 and "no version" in answer.text, part
    assert (await web.get(f"{place}/hand-over?version=one")).status_code in (400, 422)


async def test_nobody_gets_the_folder_of_a_product_that_is_not_there(web: Web) -> None:
    assert (await web.get("/product/gone/hand-over")).status_code == 404
    assert (await web.get("/product/gone/hand-over/bundle.zip")).status_code == 404
