"""A real lab in a process of its own, and a real browser in front of it, for tests marked `page`.

    @pytest.mark.page
    def test_it_opens(lab_server: Server, browser_page: Page) -> None:
        browser_page.goto(lab_server.url("/"))

`lab_server` is one server for the whole session, with the embedded model and a data folder of its own. `browser_page` fails its test
when the page reports an error, breaks its Content-Security-Policy or writes an error to the console.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

PATIENCE = 120
"""Seconds, and for the browser the same in milliseconds: a shared machine may be very busy. Nothing here measures time."""
expect.set_options(timeout=40_000)
LATE = int(os.environ.get("FLUENCY_TEST_LATE", "0"))
"""Milliseconds by which a script's questions and their answers come late at most, each by chance: so they arrive in any order.
Pages and their files come late too, by a quarter of it and at 250 kB a second: a page is seen, and clicked, while it still loads."""
LATE_FETCH = """{
    const quick = window.fetch;
    const wait = () => new Promise((done) => setTimeout(done, Math.random() * LATE));
    window.fetch = async (...asked) => {
        await wait();
        const answer = await quick(...asked);
        await wait();
        return answer;
    };
}"""


class Server:
    """`fluency` on a free port. `stop()` and `start()` again keep port and data; `kill()` is a power cut."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data, self._environment = data, environment
        self.command = [sys.executable, "-m", "fluencylab.cli.main"]
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self) -> "Server":
        self.data.mkdir(parents=True, exist_ok=True)
        given = os.environ | {"FLUENCY_DATA": str(self.data)} | self._environment
        command = [*self.command, "serve", "--no-browser", f"--port={self.port}"]
        with (self.data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=given, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.running:
            try:
                self.get("/model")
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start:\n" + (self.data / "server.log").read_text()[-2000:])

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    def send(self, what: int) -> None:
        if self._process and self.running:
            self._process.send_signal(what)

    def _end(self, how: signal.Signals) -> None:
        if self._process and self.running:
            self._process.send_signal(how)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url(path), timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str | list[str]) -> int:
        """As a program posts: no page, no browser. The status of the answer, after redirects."""
        request = urllib.request.Request(self.url(path), urllib.parse.urlencode(fields, doseq=True).encode(), {"Accept": "text/html"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code


def watch(page: Page, troubles: list[str]) -> None:
    """Note what no page of ours may do. What the browser itself says of a server that is down is not the page's fault."""
    page.on("pageerror", lambda error: troubles.append(f"error on {page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            troubles.append(f"console of {page.url}: {said.text}")
            if said.type in ("error", "warning") and "Failed to load resource" not in said.text
            else None
        ),
    )


@pytest.fixture(scope="session")
def lab_server(weights_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("lab") / "data").start()
    yield server
    server.stop()


Opener = Callable[..., Page]


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What pages did that no page may do: the test fails by it."""
    found: list[str] = []
    yield found
    if found:
        pytest.fail("\n".join(found))


def new_context(browser: Browser, width: int = 1280, height: int = 900, **options: Any) -> BrowserContext:
    context = browser.new_context(**{"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"} | options)
    context.set_default_timeout(PATIENCE * 1000)
    if LATE:
        context.add_init_script(LATE_FETCH.replace("LATE", str(LATE)))
    return context


def new_page(context: BrowserContext, troubles: list[str]) -> Page:
    page = context.new_page()
    if LATE:
        slow = {"offline": False, "latency": LATE / 4, "downloadThroughput": 250_000, "uploadThroughput": -1}
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    watch(page, troubles)
    return page


@pytest.fixture
def open_page(browser: Browser, troubles: list[str]) -> Iterator[Opener]:
    """`open_page(width=390, color_scheme="dark")`: a page of a browser that was never here; all are watched."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> Page:
        contexts.append(new_context(browser, **options))
        return new_page(contexts[-1], troubles)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def back_again(browser: Browser) -> Iterator[BrowserContext]:
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def browser_page(back_again: BrowserContext, troubles: list[str]) -> Iterator[Page]:
    """A page of a browser that was here before: it has our styles, scripts and fonts, and has forgotten everything else.

    A browser's clock is of all its pages: who moves it takes `open_page`.
    """
    yield new_page(back_again, troubles)
    for page in back_again.pages:
        if page.url.startswith("http"):
            told = {"origin": "/".join(page.url.split("/")[:3]), "storageTypes": "local_storage"}
            back_again.new_cdp_session(page).send("Storage.clearDataForOrigin", told)
        page.close()
    back_again.clear_cookies()
