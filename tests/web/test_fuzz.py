"""Twenty thousand requests written by hand and by chance to a real server: never an answer of 500 or above, and it lives on."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, urlencode

import pytest
from lab_fixture import PATIENCE, Endpoint
from server_fixture import Server

REQUESTS, MINUTES = 20_000, 4
"""As many as there is time for; a machine that is busy with other things makes fewer."""
WORKERS = 6
ODD = (
    "", "0", "-1", "1", "9" * 40, "1e309", "NaN", "null", "true", "[]", "{}", "a" * 5000, "\x00", "\n", "%00", "..", "../../etc/passwd",
    "<script>", "'; DROP TABLE runs; --", "{{7*7}}", "${7*7}", "\u202e", "👩‍👩‍👧‍👦", "\ud83d", "مرحبا", "٣", "2999-12-31", "latency",
    "which-locker", "smollm2-135m", "the-tavern-keeper", "text", "apply", "delete",
)  # fmt: skip
HEADERS = (
    ("Accept", "text/html"), ("Accept", "*/*;q=nonsense"), ("Last-Event-ID", "1"), ("Last-Event-ID", "x"), ("Referer", "http://[::1"),
    ("Origin", "http://localhost"), ("Range", "bytes=5-1"), ("If-None-Match", "*"), ("Cookie", "a=b; ;;="), ("Content-Type", "x"),
    ("Accept-Language", "\u00e4"), ("Content-Type", "multipart/form-data"), ("Authorization", "Bearer"), ("X-Forwarded-For", "1.1.1.1"),
)  # fmt: skip
LEFT_OUT = ("/events", "/data/delete", "/product/{product_id}/delete")
"""A stream does not end by itself, and what was deleted would leave the rest nothing to meet."""


@pytest.fixture
def server(home: Path, endpoint: Endpoint) -> Iterator[Server]:
    server = Server(home / "data").start()
    yield server
    server.stop()


class Sender:
    known: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Place in an address -> what is there."""

    def __init__(self, server: Server, seed: int, routes: list[tuple[str, str]], until: float, left: list[int]) -> None:
        self.server, self.some, self.routes, self.until, self.left = server, random.Random(seed), routes, until, left
        self.said: Counter[int] = Counter()
        self.troubles: list[str] = []

    def work(self) -> None:
        while time.monotonic() < self.until and self.left[0] > 0:
            self.left[0] -= 1
            self.send(*self.request())

    def part(self, name: str) -> str:
        """For a place in an address: more often than not one that is there."""
        there = self.known.get(name, ())
        return self.some.choice(there) if there and self.some.random() < 0.8 else self.odd()

    def odd(self) -> str:
        some = self.some.choice(ODD)
        return some if self.some.random() < 0.9 else some + self.some.choice(ODD)

    def request(self) -> tuple[str, str, dict[str, str], bytes]:
        method, path = self.some.choice(self.routes)
        if self.some.random() < 0.05:
            method = self.some.choice(("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "BREW"))
        parts = [self.part(part) if part.startswith("{") else part for part in path.split("/")]
        address = "/".join(quote(part.encode("utf-8", "surrogatepass"), safe="") for part in parts) or "/"
        if self.some.random() < 0.3:
            fields = [(self.some.choice(("run", "prompt", "done", "anew", "seed", "k")), self.odd()) for _ in range(3)]
            address += "?" + urlencode(fields, errors="surrogatepass")
        headers = dict(self.some.sample(HEADERS, self.some.randrange(3)))
        body = b"" if method in ("GET", "HEAD") else self.body(headers)
        return method, address, {name: value.encode("utf-8").decode("latin-1") for name, value in headers.items()}, body

    def body(self, headers: dict[str, str]) -> bytes:
        names = (
            "prompt",
            "text",
            "at",
            "target",
            "minutes",
            "day",
            "kind",
            "seconds",
            "concept",
            "certainty",
            "params",
            "instrument",
            "picked",
            "user",
            "system",
            "reason",
            "temperature",
            "max_tokens",
            "version",
            "part",
            "draws",
            "expected",
            "verdict",
            "note",
            "mode",
            "value",
            "name",
            "volume",
            "price_in",
            "decision",
        )
        given = {self.some.choice(names): self.odd() for _ in range(self.some.randrange(5))}
        match self.some.randrange(4):
            case 0:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                return urlencode(given, errors="surrogatepass").encode()
            case 1:
                headers["Content-Type"] = "application/json"
                return json.dumps(given).encode()
            case 2:
                headers["Content-Type"] = "multipart/form-data; boundary=b"
                said = self.odd().encode("utf-8", "surrogatepass")
                return b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + said + b"\r\n--b--\r\n"
        return self.some.randbytes(self.some.randrange(200))

    def send(self, method: str, address: str, headers: dict[str, str], body: bytes) -> None:
        lab = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        try:
            lab.request(method, address, body or None, headers)
            answer = lab.getresponse()
            said = answer.read()
            self.said[answer.status] += 1
            if answer.status >= 500:
                self.troubles.append(f"{answer.status} {method} {address[:300]} {headers} {body[:300]!r}: {said[:200]!r}")
        except (http.client.HTTPException, ConnectionError) as error:
            self.said[0] += 1
            if len(self.troubles) < 20 and not self.server.running:
                self.troubles.append(f"{error!r} {method} {address[:300]}")
        finally:
            lab.close()


def with_a_product(server: Server) -> dict[str, tuple[str, ...]]:
    """One with cases, a version and answers that were labelled, so that what is posted finds something."""
    sent = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)

    def post(path: str, **fields: str) -> str:
        sent.request("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        answer = sent.getresponse()
        answer.read()
        return answer.getheader("location") or ""

    product = post("/product/new", name="Desk").split("/")[2]
    rows = "\n".join(f"Where is parcel {n}?,It is {n}.,{'pass' if n % 2 else 'fail'}" for n in range(12))
    post(post(f"/product/{product}/bring-in", text=f"question,answer,label\n{rows}\n"))
    post(f"/product/{product}/versions", user="{{question}}")
    post(f"/product/{product}/checks", kind="contains", value="It is")
    run = server.get(f"/product/{product}").split(f"/product/{product}/read/")[1][:32]
    sent.close()
    return {"{product_id}": (product,), "{run_id}": (run,), "{seq}": ("1", "2")}


@pytest.mark.long
def test_no_request_breaks_it(server: Server) -> None:
    paths = json.loads(server.get("/openapi.json"))["paths"]
    routes = [(method.upper(), path) for path, methods in paths.items() for method in methods if not path.endswith(LEFT_OUT)]
    Sender.known = with_a_product(server)
    until, left = time.monotonic() + MINUTES * 60, [REQUESTS]
    senders = [Sender(server, seed, routes, until, left) for seed in range(WORKERS)]
    threads = [threading.Thread(target=one.work) for one in senders]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    said = sum((one.said for one in senders), Counter[int]())
    assert not (troubles := [trouble for one in senders for trouble in one.troubles]), "\n".join(troubles[:20])
    assert server.running and "Today" in server.get("/")
    assert said[200] > 50 and sum(count for status, count in said.items() if status >= 400) > 500, said
    print(f"{sum(said.values())} requests: {dict(said)}")
