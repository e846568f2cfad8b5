"""The page kept for the next start counts only on the day it was made, and while the same labs are installed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from guest_fixture import INSTRUMENT, Guests

from fluencylab import clock
from fluencylab.web.startup_gate import FirstPage


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
