"""A lab on the learner's product: filled in from it, sent nowhere without being asked, kept on it, and cited in its memo."""

import asyncio
import json
import re
from html import unescape
from pathlib import Path

from lab_fixture import PATIENCE, Endpoint, until

from fluencylab.actions.workbench import evaluations, judges, kept_results, measures, products, sending
from fluencylab.store import product_queries

from .conftest import Web

ANSWERS = ("Monday", "Tuesday", "Friday")
TABLE = "question,reference,topic\n" + "".join(f"When does parcel {n} come?,{ANSWERS[n % 3]},t{n % 2}\n" for n in range(24))


async def begun(web: Web, prices: bool = True) -> str:
    place = str((await web.post("/product/new", name="Parcel desk")).headers["location"].split("/bring-in")[0])
    look = (await web.post(f"{place}/bring-in", text=TABLE)).headers["location"]
    assert (await web.post(look)).status_code == 303
    assert (await web.post(f"{place}/versions", system="You are a parcel desk.", user="{{question}}", reason="first")).status_code == 303
    if prices:
        await web.post(f"{place}/describe", name="Parcel desk", volume="50000", price_in="0.5", price_out="2")
    return place


async def elsewhere(web: Web, endpoint: Endpoint, home: Path) -> str:
    """The model in use is on a machine whose address is no loopback address. Gives its host."""
    host = endpoint.base_url.replace("127.0.0.1", "0.0.0.0").split("//")[1].split("/")[0]
    listed = json.loads(endpoint.listed())
    listed["models"][0]["base_url"] = f"http://{host}/v1"
    (home / "data" / "models.json").write_text(json.dumps(listed))
    return host


def fields(page: str, form: str) -> list[tuple[str, str]]:
    """What a browser would send of a form, as it stands: enough for hidden fields, boxes, text and ticks."""
    inside = page[page.index(form) :].split("</form>")[0]
    sent = []
    for tag in re.findall(r"<input[^>]*>", inside):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        ticks = said.get("type") in ("checkbox", "radio")
        if (ticks and " checked" not in tag) or said.get("type") == "file" or "name" not in said:
            continue
        sent.append((said["name"], unescape(said.get("value", "on" if ticks else ""))))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', inside, re.DOTALL):
        sent.append((name, unescape(text.removeprefix("\n"))))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        if chosen := re.search(r'value="([^"]*)"[^>]*selected', options):
            sent.append((name, unescape(chosen[1])))
    return sent


def as_sent(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def ended(web: Web, run: str) -> None:
    for _ in range(PATIENCE * 20):
        if (await web.client.get(f"/runs/{run}")).json()["status"] in ("done", "failed", "cancelled"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the run never ended")


async def test_without_a_product_no_lab_speaks_of_one(web: Web) -> None:
    assert "on-product" not in (await web.get("/labs/cost")).text


async def test_a_lab_says_what_it_took_and_never_shows_what_is_held_back(web: Web) -> None:
    place = await begun(web)
    bare = (await web.get("/labs/cost")).text
    assert "Fill in from" in bare and "When does parcel" not in bare
    page = unescape((await web.get(f"/labs/cost?product={place.rsplit('/', 1)[1]}")).text)
    assert "All its 12 open messages. The 12 held back are never filled in." in page
    assert "Its prices, $0.5 for a million tokens read and $2 written." in page and 'name="price_in" value="0.5"' in page
    async with web.lab.store.read() as session:
        held = [row.inputs["question"] for row in await product_queries.cases(session, place.rsplit("/", 1)[1], held_back=True)]
        open_ = [row.inputs["question"] for row in await product_queries.cases(session, place.rsplit("/", 1)[1], held_back=False)]
    for lab in (
        "sampling",
        "context",
        "prompting",
        "embeddings",
        "latency",
        "cost",
        "metrics",
        "tools",
        "finetuning",
    ):
        shown = unescape((await web.get(f"/labs/{lab}?product={place.rsplit('/', 1)[1]}")).text)
        assert not [text for text in held if text in shown], lab
        assert [text for text in open_ if text in shown], lab


async def test_a_run_on_the_product_goes_on_with_it_and_leaves_a_line(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    page = (await web.get(f"/labs/sampling?product={product}")).text
    form = as_sent(fields(page, 'id="lab-form"')) | {"parts": ["again"], "samples": ["2"], "temperatures": ["0"]}
    assert form["product"] == [product] and "consent" not in form
    answer = await web.client.post("/labs/sampling", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303, unescape(answer.text)
    run = re.search(r"run=([0-9a-f]+)", answer.headers["location"])
    assert run
    await ended(web, run[1])
    assert endpoint.asked and "When does parcel" in json.dumps(endpoint.asked[0])
    after = (await web.get(answer.headers["location"])).text
    assert "On your product" in after and f'name="product" value="{product}"' in after
    sent = unescape((await web.get(f"{place}/sent")).text)
    assert "127.0.0.1" in sent and "on this machine" in sent and "1 case and the prompt of version 1" in sent
    assert "Nothing of it went to another machine" in sent


async def test_nothing_goes_to_another_machine_before_it_is_said_yes_to_and_it_is_asked_once(
    web: Web, endpoint: Endpoint, home: Path
) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    host = await elsewhere(web, endpoint, home)
    asked = unescape((await web.get(f"{place}/evaluate")).text)
    assert f"They may go to {host}" in asked and "The prompt, the cases and the documents of Parcel desk" in asked
    run = {"version": "1", "part": "open", "draws": "1", "expected": "70", "certainty": "2"}
    refused = await web.client.post(f"{place}/evaluate", data=run, headers={"Accept": "application/json"})
    assert refused.status_code == 422 and "is not this machine" in refused.json()["message"]
    other = await web.client.post(f"{place}/evaluate", data=run | {"consent": "api.example.com"}, headers={"Accept": "application/json"})
    assert other.status_code == 422
    assert endpoint.asked == []
    async with web.lab.store.read() as session:
        assert await product_queries.sent_count(session, product) == 0 and not await product_queries.runs_of(session, product)
    started = await web.post(f"{place}/evaluate", **run, consent=host)
    assert started.status_code == 303, started.text
    await ended(web, started.headers["location"].rsplit("/", 1)[1])
    assert len(endpoint.asked) == 12
    assert "They may go to" not in (await web.get(f"{place}/evaluate")).text
    sent = unescape((await web.get(f"{place}/sent")).text)
    assert host in sent and "12 cases and the prompt of version 1" in sent and "1 of them went to another machine" in sent
    lab = (await web.get(f"/labs/sampling?product={product}")).text
    assert "They may go to" not in lab
    assert (await web.post(f"{place}/sent/forbid", host=host)).status_code == 303
    assert f"They may go to {host}" in (await web.get(f"/labs/sampling?product={product}")).text
    gone = await web.client.post(f"{place}/sent/forbid", data={"host": host}, headers={"Accept": "application/json"})
    assert gone.status_code == 404


async def test_a_lab_is_asked_too_and_what_was_typed_stays(web: Web, endpoint: Endpoint, home: Path) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    host = await elsewhere(web, endpoint, home)
    form = {"product": product, "prompt": "When does parcel 3 come? Say it kindly.", "parts": "again", "samples": "1", "temperatures": "0"}
    page = await web.client.post("/labs/sampling", data=form, headers={"Accept": "text/html"})
    told = unescape(page.text)
    assert page.status_code == 422 and "Nothing was sent" in told and "Say it kindly." in told and f"They may go to {host}" in told
    assert endpoint.asked == []
    answer = await web.client.post("/labs/sampling", data=form | {"consent": host}, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    own = {name: value for name, value in form.items() if name != "product"}
    assert (await web.client.post("/labs/sampling", data=own, headers={"Accept": "text/html"})).status_code == 303


async def test_a_lab_that_asks_no_model_sends_nothing_whatever_model_is_in_use(web: Web, endpoint: Endpoint, home: Path) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    await elsewhere(web, endpoint, home)
    form = {"product": product, "parts": "distance", "sentences": "When does parcel 3 come?\nWhere is it?"}
    answer = await web.client.post("/labs/embeddings", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303, unescape(answer.text)
    assert "this machine, inside the lab" in (await web.get(f"{place}/sent")).text and endpoint.asked == []


async def test_a_run_is_kept_on_the_product_and_its_memo_turns_stale_with_the_next_version(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    run = await web.run(
        instrument="sampling", params={"prompt": "Hi", "parts": ["again"], "samples": 3, "temperatures": [0.7], "max_tokens": 4}
    )
    page = unescape((await web.get(f"/labs/sampling?run={run}")).text)
    assert "Keep on Parcel desk" in page and 'value="distinct@0.7" checked' in page
    kept = await web.post(f"/product/{product}/keep", run=run, name="How varied it is", measure=["distinct@0.7", "tokens@0.7"])
    assert kept.status_code == 303 and kept.headers["location"].endswith("#keep")
    shown = unescape((await web.get(place)).text)
    assert "How varied it is" in shown and "2 numbers" in shown and "Not filled in from this product" in shown
    async with web.lab.store.read() as session:
        owner = await products.owned(session, web.lab.learner, product)
        before = {id: one for id, one in (await measures.measures(session, owner)).items() if id.startswith("kept:")}
    assert [one.name.endswith("(How varied it is)") for one in before.values()] == [True, True]
    id = next(iter(before))
    assert (await web.post(f"{place}/memo", title="Vary", decision=f"It varies by [[m:{id}]].")).status_code == 303
    assert "Accept the new figure" not in (await web.get(f"{place}/memo")).text
    assert before[id].shown in unescape((await web.get(f"{place}/memo/read")).text)
    await web.post(f"{place}/versions", system="You are a kind parcel desk.", user="{{question}}", reason="kinder")
    assert "Accept the new figure" in (await web.get(f"{place}/memo")).text
    async with web.lab.store.read() as session:
        owner = await products.owned(session, web.lab.learner, product)
        after = (await measures.measures(session, owner))[id]
    assert after.digest != before[id].digest and after.conditions.endswith("Version 2 has come since.")
    assert after.measure == before[id].measure
    assert "A version has come since it was kept" in unescape((await web.get(place)).text)
    again = await web.post(f"/product/{product}/keep", run=run, name="Only one", measure="distinct@0.7")
    assert again.status_code == 303
    async with web.lab.store.read() as session:
        (row,) = await product_queries.kept(session, product)
    assert (row.name, list(row.numbers), row.latest) == ("Only one", ["distinct@0.7"], 2)
    assert (await web.post(f"{place}/kept/{row.id}/remove")).status_code == 303
    assert "Only one" not in (await web.get(place)).text


async def test_a_run_that_was_filled_in_says_so_in_its_conditions(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    page = (await web.get(f"/labs/sampling?product={product}")).text
    form = as_sent(fields(page, 'id="lab-form"')) | {"parts": ["again"], "samples": ["2"], "temperatures": ["0"]}
    answer = await web.client.post("/labs/sampling", data=form, headers={"Accept": "text/html"})
    run = answer.headers["location"].split("run=")[1].split("#")[0]
    await ended(web, run)
    await kept_results.keep_run(web.lab.store, web.lab.learner, product, run, "On ours")
    async with web.lab.store.read() as session:
        (row,) = await product_queries.kept(session, product)
    assert row.version == 1 and "Filled in from version 1 and up to 1 open case." in row.conditions


async def test_a_bill_is_kept_with_what_it_assumes(web: Web) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    page = (await web.get(f"/labs/cost?product={product}")).text
    assert 'name="b_price_in" min="0" step="any" value="0.5"' in page
    form = as_sent(fields(page, 'id="keep-worked-bill"'))
    assert form["worked"] == ["bill"] and form["lab"] == ["cost"]
    view = "b_users=50000&b_messages=1&b_read=400&b_written=50&b_price_in=0.5&b_price_out=2&b_again=0"
    kept = await web.client.post(f"{place}/keep", data=form | {"view": view, "name": "March"}, headers={"Accept": "text/html"})
    assert kept.status_code == 303, kept.text
    async with web.lab.store.read() as session:
        found = await kept_results.measurements(session, await products.owned(session, web.lab.learner, product))
    month = next(one for one in found if one.name == "What a month costs (March)")
    assert month.unit == "dollars" and abs(month.measure.value - 50_000 * (400 * 0.5 + 50 * 2) / 1e6) < 1e-9
    assert month.measure.low < month.measure.value < month.measure.high
    assert "Assumed: active users a month 50,000" in month.conditions and month.shown.endswith("assumed)")
    nothing = await web.client.post(
        f"{place}/keep", data={"lab": "sampling", "worked": "bill", "view": "", "name": "x"}, headers={"Accept": "application/json"}
    )
    assert nothing.status_code == 422 and "worked out nothing" in nothing.json()["message"]
    assert (await web.get(f"/labs/cost?{view}")).status_code == 200


async def test_a_deleted_product_takes_all_of_it_along(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    run = await evaluations.start(web.lab.store, await web.lab.queue(), web.lab.learner, product, 1, "open", 1, 70, 2)
    await ended(web, run)
    async with web.lab.store.begin() as session:
        await sending.allow(session, await products.owned(session, web.lab.learner, product), "api.example.com")
    other = await web.run(
        instrument="sampling", params={"prompt": "Hi", "parts": ["again"], "samples": 2, "temperatures": [0.7], "max_tokens": 4}
    )
    await kept_results.keep_run(web.lab.store, web.lab.learner, product, other, "Kept")
    assert (await web.post(f"{place}/delete", confirm="delete")).status_code == 303
    async with web.lab.store.read() as session:
        assert not await product_queries.kept(session, product) and not await product_queries.hosts(session, product)
        assert await product_queries.sent_count(session, product) == 0
    assert (await web.get(f"/labs/cost?product={product}")).status_code == 404
    assert (await web.get(f"/labs/sampling?run={other}")).status_code == 200


async def test_a_run_does_not_go_on_where_the_yes_was_taken_back(web: Web, endpoint: Endpoint, home: Path) -> None:
    place = await begun(web)
    host = await elsewhere(web, endpoint, home)
    endpoint.gives = 3
    asked = {"version": "1", "part": "open", "draws": "1", "expected": "70", "certainty": "2"}
    started = await web.post(f"{place}/evaluate", **asked, consent=host)
    run = started.headers["location"].rsplit("/", 1)[1]
    await until(lambda: len(endpoint.asked) >= 3)
    await web.post(f"/runs/{run}/cancel")
    await ended(web, run)
    endpoint.gives = None
    assert (await web.post(f"{place}/sent/forbid", host=host)).status_code == 303
    before = len(endpoint.asked)
    refused = await web.client.post(f"{place}/evaluations/{run}/go-on", headers={"Accept": "application/json"})
    assert refused.status_code == 422 and f"would go to {host}" in refused.json()["message"]
    assert len(endpoint.asked) == before
    async with web.lab.store.begin() as session:
        await sending.allow(session, await products.owned(session, web.lab.learner, place.rsplit("/", 1)[1]), host)
    assert (await web.client.post(f"{place}/evaluations/{run}/go-on", headers={"Accept": "application/json"})).status_code in (200, 303)


async def test_a_judge_on_another_machine_is_asked_only_once_that_was_said(web: Web, endpoint: Endpoint, home: Path) -> None:
    place = await begun(web)
    product = place.rsplit("/", 1)[1]
    run = await evaluations.start(web.lab.store, await web.lab.queue(), web.lab.learner, product, 1, "open", 1, 70, 2)
    await ended(web, run)
    check = await judges.add_judge(web.lab.store, web.lab.learner, product, "It must name a day.", name="A day")
    host = await elsewhere(web, endpoint, home)
    before = len(endpoint.asked)
    assert f"They may go to {host}" in unescape((await web.get(f"{place}/checks")).text)
    refused = await web.client.post(f"{place}/checks/{check}/ask", data={"which": "all"}, headers={"Accept": "application/json"})
    assert refused.status_code == 422 and "Nothing was sent" in refused.json()["message"] and len(endpoint.asked) == before
    asked = await web.client.post(f"{place}/checks/{check}/ask", data={"which": "all", "consent": host}, headers={"Accept": "text/html"})
    assert asked.status_code == 303, asked.text
    await ended(web, asked.headers["location"].rsplit("/", 1)[1])
    assert len(endpoint.asked) > before and "The judge “A day”" in unescape((await web.get(f"{place}/sent")).text)
