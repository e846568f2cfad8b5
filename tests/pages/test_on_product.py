"""A lab on one's own product in the browser: filled in, run, kept, cited in the memo; by hand, without a script, for every eye."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import unfold
from .conftest import Told
from .test_everyone import eyes
from .test_lab_cost import sorts
from .test_product import NARROW, a_product

pytestmark = pytest.mark.page
PROMPT = "You sort the messages of a parcel service."
TABLE = "question,reference\n" + "".join(f"{'parcel' if n % 2 else 'money'} {n}?,{'delivery' if n % 2 else 'billing'}\n" for n in range(40))


def begun(server: Server, page: Page) -> str:
    """A product whose cases have one of two labels, with prices. Gives its address."""
    made = a_product(server, page, TABLE, PROMPT)
    told: dict[str, str | float | bool] = {"name": "Parcel desk", "volume": "20000", "price_in": "0.5", "price_out": "2"}
    assert page.request.post(f"{made}/describe", form=told).ok
    return made


def filled(page: Page) -> None:
    head = page.locator(".on-product")
    expect(head).to_contain_text("Filled in from Parcel desk.")
    expect(head).to_contain_text("All its 20 open messages. The 20 held back are never filled in.")
    expect(page.locator("#field-data")).to_have_value(re.compile("^text,label\n"))


@pytest.mark.long
def test_a_lab_is_filled_in_run_kept_and_cited(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = sorts
    made = begun(told_server, page)
    page.goto(told_server.url("/labs/cost"))
    page.get_by_role("link", name="Fill in from Parcel desk").click()
    filled(page)
    for name in ("schema", "context", "odds", "more"):
        page.locator(f"[name=strategies][value={name}]").uncheck()
    page.locator("#field-price_in").scroll_into_view_if_needed()
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("Few-shot got most right")
    keep = page.locator("#keep-on-form")
    page.wait_for_load_state("networkidle")  # the result as it is at the end has come
    unfold(page.locator("#keep"))
    keep.get_by_label("Name").fill("Sorting in March")
    for box in keep.get_by_role("checkbox").all()[2:]:
        box.uncheck()
    keep.get_by_role("button", name="Keep on Parcel desk").click()
    expect(page.locator("#keep-on-form summary")).to_have_text("Kept on Parcel desk")
    page.goto(made)
    kept = page.locator(".kept-list > li")
    expect(kept).to_have_count(1)
    unfold(kept)
    expect(kept).to_contain_text("Filled in from version 1 and up to 20 open cases.")
    expect(kept.locator(".kept-numbers dt")).to_have_count(2)
    page.goto(f"{made}/memo")
    expect(page.locator("main")).to_contain_text("(Sorting in March)")
    page.goto(f"{made}/sent")
    expect(page.get_by_role("row", name=re.compile("Inference cost against quality"))).to_contain_text(
        "20 cases and the prompt of version 1"
    )
    page.goto(made)
    page.get_by_role("button", name="Take it off: Sorting in March").click()
    expect(page.locator(".kept-list")).to_have_count(0)


def test_the_bill_that_is_kept_is_the_one_that_was_moved(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    made = begun(told_server, page)
    page.goto(told_server.url(f"/labs/cost?product={made.rsplit('/', 1)[1]}"))
    filled(page)
    expect(page.locator("#b-users")).to_have_value("20000")
    page.locator("#b-users").fill("40000")
    unfold(page.locator("#result"))
    page.locator("#keep-worked-bill").get_by_role("button", name="Keep on Parcel desk").click()
    expect(page.locator(".kept-list")).to_contain_text("A month costs")
    unfold(page.locator(".kept-list"))
    expect(page.locator(".kept-list")).to_contain_text("active users a month 40,000")
    page.locator(".kept-head a").click()
    expect(page.locator("#b-users")).to_have_value("40000")


@pytest.mark.long
def test_it_works_without_a_script(told_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    told.say = sorts
    made = begun(told_server, page)
    page.goto(told_server.url("/labs/cost"))
    page.get_by_role("link", name="Fill in from Parcel desk").click()
    filled(page)
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("got most right", timeout=90_000)
    expect(page.locator(".on-product")).to_contain_text("On your product: Parcel desk")
    page.locator("#keep-on-form summary").click()
    page.locator("#keep-on-form").get_by_role("button", name="Keep on Parcel desk").click()
    page.goto(made)
    expect(page.locator(".kept-list > li")).to_have_count(1)


@pytest.mark.long
def test_every_eye_can_read_what_is_filled_in_kept_and_sent(told_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page(width=NARROW, height=800)
    told.say = sorts
    made = begun(told_server, page)
    run = page.request.post(
        told_server.url("/runs"),
        data={"instrument": "sampling", "params": {"parts": ["again"], "samples": 2, "temperatures": [0], "prompt": "Hi"}},
    ).json()["id"]
    page.goto(told_server.url(f"/labs/sampling?run={run}"))
    expect(page.locator("#keep-on-form")).to_be_visible()
    assert page.request.post(f"{made}/keep", form={"run": run, "name": "A result"}).ok
    for place in (
        made,
        f"{made}/sent",
        told_server.url(f"/labs/cost?product={made.rsplit('/', 1)[1]}"),
        told_server.url(f"/labs/sampling?run={run}"),
    ):
        page.goto(place)
        unfold(page.locator("main"))
        assert eyes(page, NARROW, 1280) == [], place
