"""Where other machines may ask, everybody needs the link that the terminal shows. On 127.0.0.1 nobody does."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from fluencylab.settings import settings
from fluencylab.web import invitation
from fluencylab.web.access import allowed_host
from fluencylab.web.startup_gate import ask
from web.conftest import Web

HERE, THERE = "192.168.1.10", "192.168.1.99"


@pytest.fixture
async def open_to_all(web: Web, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Web]:
    """The lab as another machine reaches it, at an address of ours."""
    monkeypatch.setenv("FLUENCY_HOST", "0.0.0.0")
    settings.cache_clear()
    transport = httpx2.ASGITransport(web.app, raise_app_exceptions=False, client=(THERE, 50000))
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{HERE}:8700") as client:
        yield Web(web.app, client)
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/data/export"), ("POST", "/data/delete"), ("GET", "/static/css/base.css")]
)
async def test_without_the_link_nobody_gets_in(open_to_all: Web, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Cookie": f"fluency-8700={'x' * 43}"}, {"Cookie": "fluency-8700="}):
        answer = await open_to_all.client.request(method, path, headers=headers)
        assert answer.status_code == 401 and "?token=" in answer.text, headers
        assert invitation.token() not in answer.text + str(answer.headers)
    wrong = await open_to_all.client.request(method, path + "?token=" + invitation.token()[:-1])
    assert wrong.status_code == 401


async def test_the_link_opens_the_lab_and_the_browser_keeps_a_cookie(open_to_all: Web) -> None:
    opened = await open_to_all.get(f"/map?token={invitation.token()}&x=1")
    assert (opened.status_code, opened.headers["location"]) == (303, "/map?x=1")
    assert "HttpOnly" in opened.headers["set-cookie"] and "SameSite=Lax" in opened.headers["set-cookie"]
    assert (await open_to_all.get("/data")).status_code == 200
    assert (await open_to_all.client.post("/model/retry", headers={"Origin": f"http://{HERE}:8700"})).status_code == 303
    assert (await open_to_all.client.post("/model/retry", headers={"Origin": "https://evil.example"})).status_code == 403


async def test_a_program_shows_the_token_as_a_header(open_to_all: Web) -> None:
    headers = {"Authorization": f"Bearer {invitation.token()}"}
    assert (await open_to_all.client.get("/data/export", headers=headers)).status_code == 200


async def test_this_machine_needs_the_link_too_for_a_server_in_front_asks_from_here(open_to_all: Web, web: Web) -> None:
    assert (await web.get("/data")).status_code == 401
    assert b"Today" in await ask(web.app, "/"), "the page that is kept for the next start"


async def test_on_this_machine_alone_no_link_is_needed(web: Web) -> None:
    assert not invitation.needed()
    assert (await web.get("/data")).status_code == 200


async def test_the_link_never_leads_to_another_machine(open_to_all: Web) -> None:
    for path in ("//evil.example/x", "/\\evil.example", "///evil.example"):
        answer = await open_to_all.client.get(f"http://{HERE}:8700{path}?token={invitation.token()}")
        place = answer.headers["location"]
        assert place.startswith("/") and not place.startswith(("//", "/\\")), place


def test_localhost_is_this_machine_only_for_who_asks_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert allowed_host("localhost:8700", peer="127.0.0.1") and allowed_host("[::1]", peer="::1")
    for host in ("localhost", "127.0.0.1:8700", "[::1]"):
        assert not allowed_host(host, peer=THERE)
        assert not allowed_host(host, peer=""), "one that has hung up by now may not ask either"
    assert not allowed_host(HERE, peer=THERE, reached=HERE), "it does not listen there"
    monkeypatch.setenv("FLUENCY_HOST", "0.0.0.0")
    settings.cache_clear()
    assert allowed_host(f"{HERE}:8700", peer=THERE, reached=HERE)
    assert not allowed_host("192.168.1.11", peer=THERE, reached=HERE)
    assert not allowed_host("evil.example", peer=THERE, reached=HERE), "a name has to be allowed"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::", "192.168.1.10", "my-machine", "10.0.0.1", "::ffff:10.0.0.1"])
def test_every_address_but_loopback_is_open_to_others(host: str) -> None:
    assert not invitation.is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9", "::ffff:127.0.0.1"])
def test_loopback_is_not(host: str) -> None:
    assert invitation.is_loopback(host)
