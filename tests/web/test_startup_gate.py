"""The page kept for the next start counts only on the day it was made, and while the same labs are installed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from guest_fixture import INSTRUMENT, Guests

from fluencylab import clock
from fluencylab.web.startup_gate import MATERIAL, STATIC, FirstPage, StartupGate
from fluencylab.web.static_folder import A_YEAR, ASK_EACH_TIME


def test_the_page_of_the_last_time_is_of_one_day(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "data").mkdir(parents=True)
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)
    FirstPage().keep(b"<h1>Today</h1>")
    assert FirstPage().read() == b"<h1>Today</h1>"
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=1))
    assert FirstPage().read() == b""


def test_the_page_of_the_last_time_names_no_lab_that_is_gone(home: Path, guests: Guests) -> None:
    (home / "data").mkdir(parents=True)
    guests.add("echo", {"instrument.py": INSTRUMENT})
    FirstPage().keep(b"<a href='/labs/echo'>")
    assert FirstPage().read()
    guests.without()
    assert FirstPage().read() == b""


async def test_files_are_kept_for_a_year_before_the_lab_is_open_where_the_page_of_the_last_time_links_them(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    link = "/static/v-0123456789ab/css/base.css"
    FirstPage().keep(f'<link rel="stylesheet" href="{link}">'.encode())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(StartupGate()), base_url="http://localhost:8700") as client:
        assert (await client.get(link)).headers["cache-control"] == ASK_EACH_TIME  # nobody has said yet what that version is
        assert link in (await client.get("/")).text
        assert (await client.get(link)).headers["cache-control"] == A_YEAR
        for address in ("/static/css/base.css", "/static/v-another/css/base.css"):
            answer = await client.get(address)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, ASK_EACH_TIME)


def test_the_page_of_the_last_time_is_forgotten_when_a_file_it_links_changes() -> None:
    endings = {file.suffix for file in STATIC[""].rglob("*") if file.is_file()}
    assert endings - {".txt"} <= set(MATERIAL)
