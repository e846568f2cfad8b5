"""Twenty thousand requests written by hand and by chance to a real server: never an answer of 500 or above, and it lives on."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
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
LEFT_OUT = ("/events", "/data/delete")
"""A stream does not end by itself, and what was deleted would leave the rest nothing to meet."""


@pytest.fixture
def server(home: Path, endpoint: Endpoint) -> Iterator[Server]:
    server = Server(home / "data").start()
    yield server
    server.stop()


class Sender:
    def __init__(self, server: Server, seed: int, routes: list[tuple[str, str]], until: float, left: list[int]) -> None:
        self.server, self.some, self.routes, self.until, self.left = server, random.Random(seed), routes, until, left
        self.said: Counter[int] = Counter()
        self.troubles: list[str] = []

    def work(self) -> None:
        while time.monotonic() < self.until and self.left[0] > 0:
            self.left[0] -= 1
            self.send(*self.request())

    def odd(self) -> str:
        some = self.some.choice(ODD)
        return some if self.some.random() < 0.9 else some + self.some.choice(ODD)

    def request(self) -> tuple[str, str, dict[str, str], bytes]:
        method, path = self.some.choice(self.routes)
        if self.some.random() < 0.05:
            method = self.some.choice(("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "BREW"))
        parts = [self.odd() if part.startswith("{") else part for part in path.split("/")]
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


@pytest.mark.long
def test_no_request_breaks_it(server: Server) -> None:
    paths = json.loads(server.get("/openapi.json"))["paths"]
    routes = [(method.upper(), path) for path, methods in paths.items() for method in methods if not path.endswith(LEFT_OUT)]
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
