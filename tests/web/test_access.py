"""Who may ask, how much, and what is on every answer."""

import html
from collections.abc import AsyncIterator
from itertools import product
from urllib.parse import urlencode

import httpx2
import pytest

from fluencylab.instruments import instruments
from fluencylab.settings import settings
from fluencylab.web.access import POLICY, allowed_host
from fluencylab.web.form import kind
from fluencylab.web.post_limits import LONGEST, longest
from web.conftest import Web

OURS = ["localhost", "localhost:8700", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:8700", "127.9.9.9", "[::1]", "[::1]:8700", "localhost."]
STRANGE = [
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:8700",
    "10.0.0.1",
    "0.0.0.0",
    "[::]",
    "[::1",
    "]",
    "[",
    "2130706433",
    "0x7f.1",
    "localhost@evil.example",
    "::1",
    "[fe80::1%25lo]",
    "*",
    "a" * 300,
    "localhost evil.example",
    "\x7f",
]


@pytest.mark.parametrize("host", OURS)
def test_this_machine_may_be_asked_by_any_of_its_own_names(host: str) -> None:
    assert allowed_host(host)


@pytest.mark.parametrize("host", STRANGE)
def test_another_name_may_not_even_when_it_points_here(host: str) -> None:
    """DNS rebinding: a strange site's name resolves to 127.0.0.1, and its page reads what the lab answers."""
    assert not allowed_host(host)


def test_further_names_are_allowed_by_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_HOSTS", " Class.Example , lab.local")
    settings.cache_clear()
    assert allowed_host("class.example:8700") and allowed_host("LAB.local")
    assert not allowed_host("evil.class.example")
    monkeypatch.undo()
    settings.cache_clear()
    assert not allowed_host("class.example")


async def test_a_strange_host_gets_a_refusal_with_a_way_out(web: Web) -> None:
    for path, host in (("/", "evil.example"), ("/static/css/look.css", "[::1"), ("/runs/x/events", "")):
        answer = await web.client.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "FLUENCY_HOSTS" in answer.text
        assert answer.headers["content-security-policy"] == POLICY


ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://[::1"},
    {"Origin": "http://localhost:8700.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost:8700@evil.example"},
    {"Origin": "https://localhost:8700"},
    {"Origin": "ftp://localhost:8700"},
]
HERE: list[dict[str, str]] = [{}, {"Origin": "http://localhost:8700"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]


async def test_a_post_from_another_site_changes_nothing(web: Web) -> None:
    for method, headers in product(("POST", "PUT", "DELETE", "PATCH"), ELSEWHERE):
        answer = await web.client.request(method, "/runs", headers=headers, json={"instrument": "call"})
        assert answer.status_code == 403, headers
        assert answer.headers["content-security-policy"] == POLICY


async def test_a_server_in_front_that_speaks_tls_may_post_by_its_allowed_name(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_HOSTS", "lab.example.org")
    settings.cache_clear()
    headers = {"Host": "lab.example.org", "Origin": "https://lab.example.org"}
    assert (await web.client.post("/model/retry", headers=headers)).status_code == 303
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("referer", "leads"),
    [
        ("http://localhost:8700/labs/sampling?run=1", "/labs/sampling?run=1"),
        ("http://localhost:8700//evil.example/x", "/evil.example/x"),
        ("http://localhost:8700/\\evil.example", "/evil.example"),
        ("http://localhost:8700///evil.example", "/evil.example"),
        ("http://evil.example/", "/model"),
        ("http://localhost:8700@evil.example/", "/model"),
        ("http://[::1", "/model"),
        ("javascript://localhost:8700/%0aalert(1)", "/model"),
        ("", "/model"),
    ],
)
async def test_the_way_back_never_leads_to_another_machine(web: Web, referer: str, leads: str) -> None:
    answer = await web.client.post("/model/retry", headers={"Referer": referer})
    assert (answer.status_code, answer.headers["location"]) == (303, leads)


async def test_a_post_from_a_page_of_ours_or_from_a_program_is_taken(web: Web) -> None:
    for headers in HERE:
        assert (await web.client.post("/model/retry", headers=headers)).status_code == 303, headers


async def test_the_ipv6_address_of_this_machine_is_a_page_of_ours_too(web: Web) -> None:
    headers = {"Host": "[::1]:8700", "Origin": "http://[::1]:8700"}
    assert (await web.client.post("/model/retry", headers=headers)).status_code == 303


PAGES = [
    "/",
    "/concepts/tokens-and-temperature",
    "/missions/twelve-names-for-one-cafe",
    "/cases/the-tavern-keeper",
    "/labs/sampling",
    "/data",
    "/self-test",
    "/report",
    "/model",
    "/style",
    "/model/strip",
]
WRONG = [
    ("GET", "/nothing", 404),
    ("GET", "/runs/nothing", 404),
    ("GET", "/runs/nothing/events", 404),
    ("GET", "/runs/%00", 404),
    ("GET", "/missions/nothing", 404),
    ("GET", "/cases/nothing", 404),
    ("GET", "/self-test/nothing", 404),
    ("GET", "/self-test/%00/1", 404),
    ("POST", "/self-test/nothing/1/text", 404),
    ("POST", "/self-test/nothing/1/draft", 404),
    ("GET", "/labs/nothing", 404),
    ("GET", "/concepts/nothing", 404),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/static/%2e%2e/app.py", 404),
    ("DELETE", "/", 405),
    ("POST", "/model", 405),
    ("PUT", "/runs", 405),
    ("POST", "/runs", 422),
    ("POST", "/missions/which-locker/predict", 422),
    ("POST", "/missions/which-locker/see", 404),
    ("POST", "/cases/the-tavern-keeper/twin", 422),
    ("POST", "/calls", 422),
    ("POST", "/data/restore", 422),
    ("POST", "/data/delete", 422),
    ("POST", "/report/certificate", 422),
    ("GET", "/model/nothing/grader", 404),
    ("POST", "/model/nothing/grader", 404),
]


async def test_every_answer_carries_the_policy(web: Web) -> None:
    answers = [await web.get(path) for path in PAGES]
    assert [answer.status_code for answer in answers] == [200] * len(PAGES)
    answers += [await web.client.request(method, path) for method, path, _ in WRONG]
    answers += [await web.get("/openapi.json"), await web.get("/static/js/page.js")]
    for answer in answers:
        assert answer.headers["content-security-policy"] == POLICY, answer.url
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY and "http:" not in POLICY and "https:" not in POLICY


async def test_what_cannot_be_done_is_said_to_a_person_and_to_a_program(web: Web) -> None:
    for method, path, status in WRONG:
        to_program = await web.client.request(method, path)
        assert to_program.status_code == status, path
        said = to_program.json()
        assert said["message"] and said["fix"]
        to_person = await web.client.request(method, path, headers={"Accept": "text/html,application/xhtml+xml"})
        assert to_person.status_code == status
        assert to_person.headers["content-type"].startswith("text/html")
        assert said["fix"] in html.unescape(to_person.text)
        assert "Traceback" not in to_program.text + to_person.text


async def test_what_nobody_foresaw_is_a_sentence_with_the_policy_and_no_trace(web: Web) -> None:
    @web.app.get("/breaks")  # type: ignore[untyped-decorator]
    async def breaks() -> None:
        raise ZeroDivisionError("secret detail")

    for headers in ({}, {"Accept": "text/html"}):
        answer = await web.client.get("/breaks", headers=headers)
        assert answer.status_code == 500
        assert "did not foresee" in answer.text
        assert "secret" not in answer.text and "ZeroDivision" not in answer.text
        assert answer.headers["content-security-policy"] == POLICY


# How much


async def test_a_post_that_says_it_is_too_long_is_not_read_at_all(web: Web) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(50):
            read += 1
            yield b"x" * 1_000_000

    answer = await web.client.post(
        "/calls", content=body(), headers={"Content-Length": "50000000", "Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert f"{LONGEST:,}" in answer.text
    assert answer.headers["content-security-policy"] == POLICY


async def test_a_post_that_does_not_say_how_long_it_is_is_read_no_further_than_its_form_allows(web: Web) -> None:
    for sent_as in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"):
        for path in ("/calls", "/runs", "/labs/sampling", "/missions/which-locker/predict"):
            await endless(web, path, sent_as)
    await endless(web, "/runs", "application/json")


async def endless(web: Web, path: str, kind: str) -> None:
    """Straight into the application, which is handed one piece after another."""
    given = 0
    answers = []

    async def receive() -> dict[str, object]:
        nonlocal given
        given += 100_000
        start = b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\n' if given == 100_000 and "multipart" in kind else b""
        return {"type": "http.request", "body": start + b"x" * 100_000, "more_body": given < 50_000_000}

    async def send(message: dict[str, object]) -> None:
        answers.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", kind.encode()), (b"transfer-encoding", b"chunked")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "scheme": "http",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "http_version": "1.1",
        "asgi": {"version": "3.0"},
    }
    await web.app(scope, receive, send)
    assert answers[0]["status"] == 413
    assert given <= longest(path) + 100_000
    assert f"{longest(path):,}" in str(answers[1]["body"])


async def test_a_prompt_of_twenty_thousand_arabic_letters_is_taken(web: Web) -> None:
    prompt = "م" * 20_000
    answer = await web.post("/calls", prompt=prompt)
    assert answer.status_code == 303
    run_id = httpx2.URL(answer.headers["location"]).params["run"]
    assert (await web.client.get(f"/runs/{run_id}")).status_code == 200
    page = await web.get(f"/?run={run_id}")
    assert page.status_code == 200 and prompt in page.text
    assert (await web.post("/calls", prompt=prompt + "م")).status_code == 422


@pytest.mark.parametrize("name", instruments())
def test_a_lab_takes_as_much_as_its_form_promises(name: str) -> None:
    promised = {
        field: next((rule.max_length for rule in info.metadata if hasattr(rule, "max_length")), 0)
        for field, info in instruments()[name].Params.model_fields.items()
        if kind(info) in ("line", "area", "document", "documents")
    }
    body = urlencode({field: "🎉" * letters for field, letters in promised.items()})
    assert len(body) <= longest(f"/labs/{name}") == longest(f"/labs/{name}/plan")
