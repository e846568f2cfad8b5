"""`fluency serve` as a person meets it: an address at once, one lab for a data folder, an end that is an end."""

import contextlib
import http.client
import json
import re
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
import pytest
from lab_fixture import AGAIN, Endpoint

from .conftest import NOBODY, PATIENCE, Lab, free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="sends Ctrl-C as a signal")]
Start = Callable[..., Lab]


def get(address: str, path: str, host: str = "") -> tuple[int, str]:
    place = urlsplit(address)
    with contextlib.closing(http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)) as lab:
        lab.request("GET", path, headers={"Accept": "text/html", **({"Host": host} if host else {})})
        answer = lab.getresponse()
        return answer.status, answer.read().decode()


def engines(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "cache" / "engine").glob("*/engine.json"))


@pytest.mark.long
def test_a_lab_from_its_first_address_to_its_end(lab: Start, tmp_path: Path, weights: object) -> None:
    first = lab("--port", str(free_port()))
    address = first.address()
    assert "Your first call" in get(address, "/")[1]

    second = lab("--port", str(free_port()))
    assert second.line() == f"The lab is already open: {address}"
    assert second.process.wait(PATIENCE) == 0

    wait_until(lambda: bool(engines(tmp_path)))
    engine = psutil.Process(json.loads(engines(tmp_path)[0].read_text())["pid"])
    wait_until(lambda: 'data-state="ready"' in get(address, "/model/strip")[1])
    assert first.stop() < 5
    assert first.process.returncode == 0
    assert first.line() == ""
    assert first.line() == "Closed. What you did is kept."
    assert not (tmp_path / "data" / "serving.json").exists()
    wait_until(lambda: not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.long
def test_the_page_of_the_last_time_is_there_before_the_lab_is(lab: Start, tmp_path: Path) -> None:
    last = lab("--port", str(free_port()))
    _, page = get(last.address(), "/")
    last.stop()
    kept = tmp_path / "data" / "first-page.html"
    key, _, html = kept.read_bytes().partition(b"\n")
    assert re.sub(r'<div id="model-strip".*?</div>', "", html.decode(), flags=re.DOTALL) == re.sub(
        r'<div id="model-strip".*?</div>', "", page, flags=re.DOTALL
    )
    kept.write_bytes(key + b"\n<p>from the last time</p>")
    again = lab("--port", str(free_port()))
    address = again.address()
    assert get(address, "/") == (200, "<p>from the last time</p>")
    assert get(address, "/", host="evil.example")[0] == 421
    assert get(address, "/static/css/base.css")[0] == 200
    assert get(address, "/model")[0] == 200
    assert "Your first call" in get(address, "/")[1]


@pytest.mark.long
def test_the_page_of_the_last_time_is_not_shown_once_the_data_has_changed(lab: Start, tmp_path: Path) -> None:
    last = lab("--port", str(free_port()))
    get(last.address(), "/")
    last.stop()
    kept = tmp_path / "data" / "first-page.html"
    kept.write_bytes(kept.read_bytes().partition(b"\n")[0] + b"\n<p>from the last time</p>")
    (tmp_path / "data" / "models.json").write_text(NOBODY.replace('"Nobody"', '"Nobody else"'))
    assert "Your first call" in get(lab("--port", str(free_port())).address(), "/")[1]


def test_a_port_in_use_is_passed_over(lab: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        address = lab("--port", str(port)).address()
    assert urlsplit(address).port != port


def test_more_than_this_machine_gets_a_link_and_nobody_comes_in_without_it(lab: Start, tmp_path: Path) -> None:
    open_to_all = lab("--host", "0.0.0.0", "--port", str(free_port()))
    link = open_to_all.address()
    address, _, token = link.partition("/?token=")
    assert address.startswith("http://127.0.0.1:") and len(token) > 40
    said = [open_to_all.line()]
    while "FLUENCY_HOSTS=" not in said[-1]:
        said.append(open_to_all.line())
    assert all(token in line for line in said[:-2]), "other machines' addresses carry it, too"
    assert get(address, "/data")[0] == 401
    assert get(address.replace("127.0.0.1", "127.0.0.2"), "/data", host="localhost")[0] == 401
    assert get(address, f"/?token={token}")[0] == 303
    assert (tmp_path / "data" / "serving.json").stat().st_mode & 0o077 == 0, "it holds the link"
    assert lab("--host", "0.0.0.0").line() == f"The lab is already open: {link}"


def test_a_stepped_clock_opens_no_second_lab_on_one_folder(lab: Start, tmp_path: Path) -> None:
    """Which process wrote the note cannot be told by times: the system moves those of all processes when its clock is set."""
    first = lab("--port", str(free_port()))
    address = first.address()
    note = tmp_path / "data" / "serving.json"
    told = {name: value + 5 if isinstance(value, int | float) else value for name, value in json.loads(note.read_text()).items()}
    note.write_text(json.dumps(told))
    assert lab("--port", str(free_port())).line() == f"The lab is already open: {address}"
    first.process.kill()
    first.process.wait()
    assert lab("--port", str(free_port())).address(), "the note of one that was killed keeps nobody out"


@pytest.fixture
def slow(tmp_path: Path, lab: Start) -> Iterator[Endpoint]:
    """The model of `lab`: it answers one call, and makes the others wait."""
    endpoint = Endpoint()
    endpoint.gives = 1
    (tmp_path / "data" / "models.json").write_text(endpoint.listed(), encoding="utf-8")
    yield endpoint
    endpoint.close()


@pytest.mark.long
def test_an_open_event_stream_does_not_hold_up_the_end(lab: Start, slow: Endpoint) -> None:
    one = lab("--port", str(free_port()))
    place = urlsplit(one.address())
    with contextlib.closing(http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)) as page:
        asked = json.dumps({"instrument": "sampling", "params": AGAIN})
        page.request("POST", "/runs", asked, {"Content-Type": "application/json"})
        events = json.loads(page.getresponse().read())["events"]
        page.request("GET", events)
        with page.getresponse() as stream:
            stream.readline()
            wait_until(lambda: len(slow.asked) > 1)
            one.stop()
            with contextlib.suppress(http.client.IncompleteRead):
                assert b"event: end" not in stream.read(), "the lab closed only when the run had ended"


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_folder_that_is_not_yours_is_a_sentence(lab: Start, tmp_path: Path, mode: int) -> None:
    (tmp_path / "a-file").touch(mode)
    one = lab("--port", str(free_port()), FLUENCY_DATA=str(tmp_path / "a-file"))
    assert "cannot be made" in one.line()
    assert one.process.wait(PATIENCE) == 1
