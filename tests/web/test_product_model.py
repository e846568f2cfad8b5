"""A stronger model for a product, added on the page: its key is in no file, its price is that of what it answered."""

from html import unescape
from pathlib import Path

from odd_endpoint import Odd, odd

from fluencylab.actions.workbench import measures, prices, products
from fluencylab.models import catalogue
from web.conftest import Web
from web.test_model_page import CAREFUL, KEY, added, web
from web.test_on_product import begun, ended

__all__ = ["web"]


async def evaluated(web: Web, place: str) -> str:
    asked = {"version": "1", "part": "open", "draws": "1", "expected": "70", "certainty": "2"}
    started = await web.post(f"{place}/evaluate", **asked)
    assert started.status_code == 303, started.text
    run = str(started.headers["location"].rsplit("/", 1)[1])
    await ended(web, run)
    return run


async def with_a_model(web: Web, there: Odd) -> str:
    """The product, after a model with a typed key and typed prices was added and used. Gives its place."""
    place = await begun(web)
    test = await added(web, there, key_from="memory", key=KEY, price_in="3", price_out="15")
    assert test.status == "done"
    assert (await web.post("/model/small/use")).status_code == 303
    return place


async def test_a_typed_key_is_in_no_file_whatever_was_done_with_it(web: Web, home: Path) -> None:
    with odd(CAREFUL) as there:
        place = await with_a_model(web, there)
        await evaluated(web, place)
        backup = await web.client.get("/data/export")
        await web.get(f"{place}/sent")
    files = [file for file in (home / "data").rglob("*") if file.is_file()]
    assert any(file.suffix == ".db" or b"SQLite" in file.read_bytes()[:16] for file in files), "the database is among them"
    assert [file.name for file in files if KEY.encode() in file.read_bytes()] == []
    assert backup.status_code == 200 and "product_sent" in backup.text and KEY not in backup.text
    assert catalogue.find("small").key_held not in ("", KEY)


async def test_what_was_answered_costs_what_the_model_asks_for_and_a_later_price_changes_nothing(web: Web) -> None:
    with odd(CAREFUL) as there:
        place = await with_a_model(web, there)
        product = place.rsplit("/", 1)[1]
        run = await evaluated(web, place)
        changed = {
            "address": there.address,
            "key_from": "memory",
            "act": "keep",
            "typed_model": "small",
            "price_in": "30",
            "price_out": "150",
        }
        await web.post("/model/small/change", **changed)
    async with web.lab.store.read() as session:
        owner = await products.owned(session, web.lab.learner, product)
        told = await prices.of_runs(session, owner, [run])
        found = await measures.measures(session, owner)
    assert told[run] == prices.Prices(3.0, 15.0, "small")
    cost = next((one for id, one in found.items() if id.startswith("cost:")), None)
    assert cost and "$3 for a million tokens in, $15 out, the price of small." in cost.conditions
    assert "$3 for a million" in unescape((await web.get(f"{place}/memo")).text)


async def test_answers_without_a_price_of_their_own_cost_what_the_product_says(web: Web) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    async with web.lab.store.read() as session:
        owner = await products.owned(session, web.lab.learner, product)
        assert (await prices.of_runs(session, owner, ["gone"]))["gone"] == prices.Prices(0.5, 2.0)
