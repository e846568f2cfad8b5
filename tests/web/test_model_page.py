"""The page of models: an endpoint is added, tested, used, changed and removed; a key is never shown; a hostile endpoint does no harm."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import httpx2
import keyring
import pytest
from keyring.backend import KeyringBackend
from lab_fixture import Endpoint, until
from odd_endpoint import Habits, Odd, odd

from fluencylab import models
from fluencylab.actions import endpoints
from fluencylab.actions.model_tests import ModelTest
from fluencylab.models import catalogue, held_keys, keys, whereabouts
from fluencylab.models.findings import STAGES, findings
from fluencylab.models.transport import Limits
from fluencylab.models.types import ModelCapabilities
from fluencylab.settings import settings
from fluencylab.web import invitation
from web.conftest import Web, opened

KEY = "sk-live-0123456789abcdefghij"
PLAIN = Habits(models=("small", "large"))
CAREFUL = Habits(models=("small",), key=("Authorization", f"Bearer {KEY}"))
HOSTILE = ("<script>alert(1)</script>", "\x1b[2Jclear", "a" * 500, "‮evil", "good", "{{ 7*7 }}", "'\"><img src=x onerror=y>")


@pytest.fixture
async def web(tables: None) -> AsyncIterator[Web]:
    async with opened() as web:
        yield web


def form(there: Odd | str, **fields: str) -> dict[str, str]:
    address = there if isinstance(there, str) else there.address
    return {"address": address, "key_from": "none", "act": "keep", "typed_model": "small", **fields}


async def ended(web: Web, answer: httpx2.Response) -> ModelTest:
    """The test that a post began, at its end."""
    assert answer.status_code == 303, answer.text
    test = web.lab.tests.get(answer.headers["location"].rpartition("/")[2])
    await until(lambda: test.status != "running")
    return test


async def added(web: Web, there: Odd, **fields: str) -> ModelTest:
    return await ended(web, await web.post("/model/add", **form(there, **fields)))


async def at_its_end(web: Web, started: httpx2.Response) -> dict[str, Any]:
    """A run that a post began: its events end with it."""
    run = f"/runs/{started.json()['id']}"
    await web.client.get(f"{run}/events")
    told: dict[str, Any] = (await web.client.get(run)).json()
    return told


def error_at(page: str, name: str) -> str:
    """What is said at a field, as a person reads it."""
    found = re.search(rf'id="field-{name}-error".*?<span>(.*?)</span>', page, re.DOTALL)
    return html.unescape(found[1]) if found else ""


# From the form to the list


async def test_a_model_is_added_tested_used_and_removed(web: Web) -> None:
    with odd(PLAIN) as there:
        looked = await web.post("/model/add", **form(there, act="look", typed_model=""))
        assert looked.status_code == 200 and "It has 2 models." in looked.text and 'value="large"' in looked.text
        test = await added(web, there)
        assert (test.status, test.error) == ("done", None)
        page = (await web.get(f"/model-tests/{test.id}")).text
        assert "small is tested" in page and "Use this one" in page
        listed = (await web.get("/model")).text
        assert "It answers at 127.0.0.1" in listed and "a server on this machine" in listed
        assert (await web.post("/model/small/use")).headers["location"].startswith("/model?done=used")
        assert catalogue.current().slug == "small"
        run_id = await web.run(instrument="call", params={"prompt": "Hi"})
        assert (await web.client.get(f"/runs/{run_id}")).json()["status"] == "done"
        asked = (await web.get("/model/small/remove")).text
        assert "1 run made on it" in asked and "answers from then on" in asked
        assert (await web.post("/model/small/remove")).status_code == 303
    assert catalogue.current().slug == catalogue.DEFAULT and [one.slug for one in catalogue.models()] == [catalogue.DEFAULT]
    assert "small" in (await web.get(f"/runs/{run_id}")).text, "what was measured on it names it still"


async def test_every_finding_is_told_as_it_comes_and_the_terminal_says_the_same(web: Web) -> None:
    seen: list[list[str]] = []
    with odd(PLAIN) as there:
        answer = await web.post("/model/add", **form(there))
        test = web.lab.tests.get(answer.headers["location"].rpartition("/")[2])
        while test.status == "running":
            part = (await web.get(f"/model-tests/{test.id}/findings")).text
            seen.append(re.findall(r"<b>(.*?)</b>", part))
            await asyncio.sleep(0.005)
        final = (await web.get(f"/model-tests/{test.id}")).text
    assert all(before == after[: len(before)] for before, after in pairwise(seen)), "nothing that was said is taken back"
    assert len({len(one) for one in seen}) > 2
    for one in findings(catalogue.find("small").abilities):
        assert html.escape(one.says, quote=False) in final.replace("&#39;", "'")


async def test_a_test_that_is_stopped_adds_nothing(web: Web) -> None:
    with odd(Habits(models=("small",), busy=((429, {"Retry-After": "30"}, "slow down"),) * 9)) as there:
        answer = await web.post("/model/add", **form(there))
        test = web.lab.tests.get(answer.headers["location"].rpartition("/")[2])
        await until(lambda: bool(there.asked))
        assert "Stop" in (await web.get(f"/model-tests/{test.id}")).text
        await web.post(f"/model-tests/{test.id}/stop")
    page = (await web.get(f"/model-tests/{test.id}")).text
    assert test.status == "stopped" and "Nothing was added." in page and "Back to the form" in page
    assert [one.slug for one in catalogue.models()] == [catalogue.DEFAULT]
    assert there.address in (await web.get(f"/model-tests/{test.id}/form")).text


async def test_a_second_tab_that_adds_the_same_sees_the_same_test(web: Web) -> None:
    with odd(PLAIN) as there:
        first, second = await asyncio.gather(*(web.post("/model/add", **form(there)) for _ in range(2)))
        assert first.headers["location"] == second.headers["location"]
        await ended(web, first)
        third = await web.post("/model/add", **form(there))
    assert third.status_code == 422 and error_at(third.text, "name").startswith("There is already a model named small")


async def test_a_model_removed_while_it_is_tested_does_not_come_back(web: Web) -> None:
    with odd(PLAIN) as there:
        await added(web, there)
        going = await web.post("/model/small/test")
        await web.post("/model/small/remove")
        test = await ended(web, going)
    assert test.status in ("stopped", "failed") and [one.slug for one in catalogue.models()] == [catalogue.DEFAULT]


async def test_removing_a_model_stops_what_runs_on_it(web: Web, endpoint: Endpoint) -> None:
    endpoint.delay = 0.5
    started = await web.client.post("/runs", json={"instrument": "sampling", "params": {"parts": ["again"], "samples": 12}})
    slug = catalogue.current().slug
    assert "under way on it: stopped first" in (await web.get(f"/model/{slug}/remove")).text
    await web.post(f"/model/{slug}/remove")
    assert (await at_its_end(web, started))["status"] == "cancelled"


async def test_a_run_under_way_stays_with_its_model_when_another_is_chosen(web: Web, endpoint: Endpoint) -> None:
    slug = catalogue.current().slug
    started = await web.client.post("/runs", json={"instrument": "call", "params": {"prompt": "Hi"}})
    with odd(PLAIN) as there:
        await added(web, there)
        await web.post("/model/small/use")
        run = await at_its_end(web, started)
    assert run["status"] == "done" and catalogue.find(slug).name in (await web.get(f"/runs/{run['id']}")).text


# What goes where


async def test_another_machine_is_told_of_before_the_first_call(web: Web, attempts: list[str]) -> None:
    page = await web.post("/model/add", **form("https://models.example/v1", act="look"))
    said = whereabouts.consent("https://models.example/v1")
    assert page.status_code == 422 and html.unescape(page.text).count(said) == 1 and "go to models.example" in said
    assert "models.example is not this machine" in error_at(page.text, "consent")
    wrong = await web.post("/model/add", **form("https://models.example/v1", consent="other.example"))
    assert error_at(wrong.text, "consent"), "a tick is for one host"
    assert not attempts and not web.lab.tests._tests


async def test_what_it_costs_is_told_where_a_price_is_known(web: Web) -> None:
    with odd(PLAIN) as there:
        test = await added(web, there, price_in="1000", price_out="2,5")
        assert re.fullmatch(r"\d+ calls, [\d,]+ tokens read and [\d,]+ written: (\$\d+\.\d\d|less than a cent)\.", test.took)
        assert "A million tokens cost $1000 read and $2.5 written" in (await web.get("/model")).text


# Keys


async def in_all_files() -> bytes:
    return b"".join(file.read_bytes() for file in settings().data.rglob("*") if file.is_file())


async def test_a_key_that_is_typed_is_used_and_never_shown_or_kept(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with odd(CAREFUL) as there:
        looked = await web.post("/model/add", **form(there, act="look", key_from="memory", key=f"Bearer {KEY}", typed_model=""))
        assert looked.status_code == 200 and "It has 1 model." in looked.text and KEY not in looked.text
        (ticket,) = re.findall(r'name="ticket" value="(\w+)"', looked.text)
        test = await added(web, there, key_from="memory", ticket=ticket)
        assert test.status == "done", test.error
        pages = [(await web.get(path)).text for path in ("/model", f"/model-tests/{test.id}", "/model/small/change", "/data/export")]
        assert not any(KEY in page for page in pages) and "in the memory of the lab" in html.unescape(pages[0])
        await web.post("/model/small/remove")
    assert KEY.encode() not in await in_all_files() and KEY not in caplog.text
    assert not held_keys.get(ticket), "removed with the model"


async def test_a_wrong_key_is_said_at_its_field_and_not_repeated(web: Web) -> None:
    with odd(CAREFUL) as there:
        looked = await web.post("/model/add", **form(there, act="look", key_from="memory", key="sk-wrong-9876543210zyxwvu"))
    assert "refused the key (401)" in error_at(looked.text, "key_from") and "9876543210" not in looked.text


async def test_a_key_in_the_wrong_field_is_not_shown_again(web: Web) -> None:
    for key in (KEY, "gsk_abcDEF0123456789"):
        page = await web.post("/model/add", **form("http://127.0.0.1:9/v1", key_from="variable", key_env=key))
        assert "named, never typed here" in error_at(page.text, "key_env") and key not in page.text
        page = await web.post("/model/add", **form(key))
        assert error_at(page.text, "address") and key not in page.text
        page = await web.post("/model/add", **form(f"https://host.example/v1?key={key}"))
        assert error_at(page.text, "address") and key not in page.text
    assert KEY.encode() not in await in_all_files()


async def test_a_key_of_the_environment_is_read_there(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    with odd(CAREFUL) as there:
        missing = await web.post("/model/add", **form(there, key_from="variable", key_env="CAREFUL_KEY"))
        assert "finds nothing in the variable CAREFUL_KEY" in error_at(missing.text, "key_env")
        monkeypatch.setenv("CAREFUL_KEY", KEY)
        test = await added(web, there, key_from="variable", key_env="CAREFUL_KEY")
    assert test.status == "done" and catalogue.find("small").key_env == "CAREFUL_KEY"


class Drawer(KeyringBackend):
    """A keyring of a test."""

    priority = 9

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


async def test_a_key_goes_into_the_systems_keyring_and_out_of_it_again(web: Web) -> None:
    before, drawer = keyring.get_keyring(), Drawer()
    keyring.set_keyring(drawer)
    try:
        with odd(CAREFUL) as there:
            test = await added(web, there, key_from="keyring", key=KEY, keyring="careful")
            assert test.status == "done" and drawer.kept == {(keys.SERVICE, "careful"): KEY}
            assert "Also delete its key" in (await web.get("/model/small/remove")).text
            await web.post("/model/small/remove", key_too="yes")
    finally:
        keyring.set_keyring(before)
    assert not drawer.kept


async def test_a_system_without_a_keyring_says_so_and_offers_another_way(web: Web) -> None:
    assert keys.NO_KEYRING in html.unescape((await web.get("/model/add")).text)
    with odd(CAREFUL) as there:
        page = await web.post("/model/add", **form(there, key_from="keyring", key=KEY, keyring="careful"))
    assert keys.NO_KEYRING in error_at(page.text, "key_from") and KEY not in page.text and not there.asked


async def test_a_key_in_memory_is_asked_for_again_after_a_new_start(web: Web) -> None:
    with odd(CAREFUL) as there:
        await added(web, there, key_from="memory", key=KEY)
        held_keys.forget(catalogue.find("small").key_held)  # as a new process has it
        assert "type it again under “Change”" in html.unescape((await web.get("/model")).text)
        again = await ended(web, await web.post("/model/small/test"))
        assert again.error and "Type it again on the page Model" in again.error.fix
        changed = await web.post("/model/small/change", **form(there, key_from="memory", key=KEY))
        assert (await ended(web, changed)).status == "done"


# Changed


async def test_another_address_is_tested_before_it_takes_the_place_of_the_old_one(web: Web) -> None:
    with odd(PLAIN) as there, odd(PLAIN) as other:
        await added(web, there)
        gone = await ended(web, await web.post("/model/small/change", **form("http://127.0.0.1:9/v1")))
        assert gone.status == "failed" and catalogue.find("small").base_url == there.address
        assert (await ended(web, await web.post("/model/small/change", **form(other)))).status == "done"
        assert catalogue.find("small").base_url == other.address
        before = len(other.asked)
        kept = await web.post("/model/small/change", **form(other, price_in="3"))
        assert kept.headers["location"].startswith("/model?done=changed") and len(other.asked) == before, "a price needs no test"
    assert catalogue.find("small").price_in == 3


async def test_a_model_inside_the_lab_has_no_address_to_change(web: Web) -> None:
    assert (await web.get(f"/model/{catalogue.DEFAULT}/change")).status_code == 404


# An endpoint that means no good


async def test_names_of_a_hostile_list_are_text(web: Web) -> None:
    with odd(Habits(models=HOSTILE)) as there:
        page = (await web.post("/model/add", **form(there, act="look", typed_model=""))).text
    assert "<script>alert" not in page and "<img src=x" not in page and "\x1b" not in page and "‮" not in page and "a" * 400 not in page
    assert "&lt;script&gt;" in page and 'value="good"' in page and "{{ 7*7 }}" in html.unescape(page)


async def test_ten_thousand_names_are_listed_as_far_as_a_person_reads(web: Web) -> None:
    with odd(Habits(models=tuple(f"model-{n:05}" for n in range(10_000)))) as there:
        page = (await web.post("/model/add", **form(there, act="look"))).text
    assert page.count("<option") == endpoints.MOST_SHOWN + 1 and "any other can be typed" in page and len(page) < 200_000


@pytest.mark.parametrize(
    "body", [b"x" * (9 << 20), b"[" * 100_000, b'{"data": 7}', b"null", b'{"data": [{"id": 7}, null, [], {"id": "\xff"}]}', b"\x00"]
)
async def test_a_list_that_is_none_is_said_in_words(web: Web, body: bytes) -> None:
    with odd(Habits(list_body=body)) as there:
        page = await web.post("/model/add", **form(there, act="look"))
    assert page.status_code == 200 and "does not say which models it has" in page.text


async def test_a_list_elsewhere_is_not_followed(web: Web) -> None:
    with odd(Habits(elsewhere="https://evil.example/models", key=("Authorization", f"Bearer {KEY}"))) as there:
        page = await web.post("/model/add", **form(there, act="look", key_from="memory", key=KEY))
    assert "points to another address" in error_at(page.text, "address") and KEY not in page.text


async def test_an_endpoint_that_never_answers_is_left(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "LOOKING", Limits(silence=0.2, whole=0.4, patience=0))
    with odd(Habits(silent=True)) as there:
        page = await web.post("/model/add", **form(there, act="look"))
    assert "stopped answering" in error_at(page.text, "address")


async def test_nobody_at_an_address_is_said_at_the_address(web: Web) -> None:
    page = await web.post("/model/add", **form("http://127.0.0.1:9/v1", act="look"))
    assert "does not answer at http://127.0.0.1:9/v1" in error_at(page.text, "address") and 'id="field-address"' in page.text
    unnamed = await web.post("/model/add", **form("http://127.0.0.1:9/v1", act="look") | {"typed_model": ""})
    assert "The endpoint does not answer at" in error_at(unnamed.text, "address"), "it was called “any”"


async def test_each_fault_of_a_form_is_at_its_field_and_what_was_typed_stays(web: Web) -> None:
    page = (await web.post("/model/add", **form("nonsense here", price_in="much", window="-3", typed_model="", name="Mine"))).text
    assert all(error_at(page, name) for name in ("address", "price_in", "window", "typed_model"))
    assert 'value="much"' in page and 'value="Mine"' in page and "field-address" in re.findall(r"<[^>]*autofocus[^>]*>", page)[0]


# What is touched, and who may


async def test_what_a_model_touches_is_named_with_links(web: Web) -> None:
    with odd(Habits(models=("small",), temperature="default")) as there:
        await added(web, there)
    page = html.unescape((await web.get("/model")).text)
    assert "The likeliest next tokens cannot be shown" in page and 'href="/labs/sampling"' in page
    assert "Temperature was not in force: this model takes only its default." in page and 'href="/missions/' in page
    assert "diagnoses not shown on it" in page and "3 missions cannot be run on it" in page and 'href="/debug/cases/' in page


async def test_a_model_for_embeddings_alone_is_added_and_cannot_be_used_to_answer(web: Web) -> None:
    with odd(Habits(texts=8, needs_length=True, roles=())) as there:
        test = await added(web, there)
        assert test.status == "done" and not test.entry.abilities.writes
        assert "Go to the lab of embeddings" in (await web.get(f"/model-tests/{test.id}")).text
        assert (await web.post("/model/small/use")).status_code == 422
    assert "Another embedder" in (await web.get("/model")).text


def test_a_file_that_nobody_tested_says_so() -> None:
    told = findings(ModelCapabilities(), [stage for stage in STAGES if stage != "tools"])
    assert [one.says for one in told if one.about == "Tools"] == ["Not tested yet."]


@pytest.mark.long
@pytest.mark.parametrize("path", ["/model/add", "/model/small/change", "/model/small/remove"])
async def test_with_other_machines_around_keys_and_addresses_are_their_owners(
    tables: None, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("FLUENCY_HOST", "192.0.2.7")
    settings.cache_clear()
    async with opened() as web:
        catalogue.add(catalogue.endpoint("http://127.0.0.1:9/v1", "small"))
        for peer, status in (("192.0.2.9", 403), ("127.0.0.1", 200)):
            transport = httpx2.ASGITransport(web.app, raise_app_exceptions=False, client=(peer, 5000))
            told = {"Authorization": f"Bearer {invitation.token()}", "Accept": "text/html", "Host": "192.0.2.7:8700"}
            async with httpx2.AsyncClient(transport=transport, base_url="http://192.0.2.7:8700", headers=told) as client:
                assert (await client.get(path)).status_code == status, peer
                if status == 403:
                    assert (await client.post(path, data=form("http://127.0.0.1:9/v1"))).status_code == 403
                    assert "Change" not in (await client.get("/model")).text
    settings.cache_clear()
