"""Every lab in every view on the learner's product: neither form nor result speaks of the invented shop that the labs bring along."""

import re
from html import unescape

import pytest
from lab_fixture import Endpoint

from fluencylab.actions.workbench import documents
from fluencylab.instruments import on_product
from fluencylab.labs import found
from fluencylab.web.lab_page import ViewsPage
from fluencylab.web.lab_pages import lab_pages

from .conftest import Web
from .test_on_product import as_sent, ended, fields

pytestmark = pytest.mark.long
SHOP = "Quillby"
LABS = sorted(name for name in found().labs if on_product.can_fill(name))
ANSWERS = ("Monday", "Tuesday", "Friday")
TOPICS, MARKS = ("complaint", "delivery"), ("fail", "pass")
DAYS = "\n\n".join(f"Parcel {n} comes on {ANSWERS[n % 3]}." for n in range(40))
HANDBOOK = f"# Days\n\n{DAYS}\n\n# Hours\n\nThe counter opens at nine and closes at noon, but for the days before a feast."
HEAD = "question,reference,topic,answer,label"
ROWS = [f"When does parcel {n} come?,{ANSWERS[n % 3]},{TOPICS[n % 2]},It comes on {ANSWERS[n % 2]}.,{MARKS[n % 5 > 0]}" for n in range(40)]
ROWS += [f"Who owns parcel {n}?,We do not know that.,other,Nobody does.,fail" for n in range(20)]


async def begun(web: Web) -> str:
    place = str((await web.post("/product/new", name="Parcel desk")).headers["location"].split("/bring-in")[0])
    look = (await web.post(f"{place}/bring-in", text="\n".join([HEAD, *ROWS]))).headers["location"]
    assert (await web.post(look)).status_code == 303
    for system in ("You are a parcel desk.", "You are a parcel desk. Answer with one word."):
        assert (await web.post(f"{place}/versions", system=system, user="{{question}}", reason="next")).status_code == 303
    await web.post(f"{place}/describe", name="Parcel desk", volume="50000", price_in="0.5", price_out="2")
    product = place.rsplit("/", 1)[1]
    await documents.add(web.lab.store, web.lab.learner, product, [documents.pasted(HANDBOOK, "Handbook")])
    return product


def views(lab: str) -> list[str]:
    page = lab_pages()[lab]
    return [str(view) for view in page.views] if isinstance(page, ViewsPage) else [""]


def read(page: str) -> str:
    """What somebody reads of a page that is about the product: not what stands in the boxes of a form, which they may change."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return unescape(re.sub(r"<textarea.*?</textarea>|<input[^>]*>", "", main, flags=re.DOTALL))


def spoken(page: str) -> list[str]:
    """The sentences that name the shop."""
    return sorted(set(re.findall(rf"[^.<>\"]*{SHOP}[^.<>\"]*", read(page))))


@pytest.mark.parametrize(("lab", "view"), [(lab, view) for lab in LABS for view in views(lab)])
async def test_no_lab_speaks_of_the_shop_beside_the_learners_own_texts(web: Web, endpoint: Endpoint, lab: str, view: str) -> None:
    product = await begun(web)
    part = f"&parts={view}" if view else ""
    page = (await web.get(f"/labs/{lab}?product={product}{part}")).text
    form = as_sent(fields(page, 'id="lab-form"')) | ({"parts": [view]} if view else {})
    answer = await web.client.post(f"/labs/{lab}", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303, unescape(answer.text).partition('id="error"')[2][:400]
    run = answer.headers["location"].split("run=")[1].split("#")[0].split("&")[0]
    await ended(web, run)
    after = (await web.get(answer.headers["location"])).text
    assert spoken(page) == spoken(after) == []
