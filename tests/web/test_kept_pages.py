"""A kept page is never shown once it is no longer true: each thing a page rests on is changed, and every page looked at afterwards."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import hostile
import pytest
from lab_fixture import PATIENCE, Endpoint, empty_database, endpoint, home, until
from pack_fixture import NAME, PackFolder
from sqlalchemy import create_engine, text

from fluencylab import clock
from fluencylab.curriculum import proofs
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Proved
from fluencylab.models import catalogue, download
from fluencylab.models.engine import EngineState
from fluencylab.models.standby import Standby
from fluencylab.packs.installed import add, switch
from fluencylab.practice.exercises import content_hash
from fluencylab.runs.live import LIVE
from fluencylab.settings import settings
from fluencylab.store.engine import database_url
from fluencylab.web import kept_pages, page_basis
from fluencylab.web.kept_pages import KeptPages
from fluencylab.web.pages.fluency_map import map_page
from fluencylab.web.routes import fluency_map as fluency_map_route

from .conftest import Web
from .test_reads import addresses, lived_in

__all__ = ["empty_database", "endpoint", "home", "lived_in"]
NO_PAGE = {
    "/runs/{run_id}/events",  # a stream
    "/data/export", "/plan.ics", "/review/items.csv", "/review/anki.txt",  # files
    *(f"/runs/{{run_id}}/{file}" for file in ("measures.csv", "answers.csv", "run.xlsx", "note.md")),
    "/product/{product_id}/memo/memo.md", "/product/{product_id}/memo/memo.docx", "/product/{product_id}/readers/labels.csv",
    "/product/{product_id}/hand-over/bundle.zip", "/product/{product_id}/meeting/sheet.md", "/product/{product_id}/meeting/sheet.docx",
    "/product/{product_id}/proposals/{number}/questions.md", "/product/{product_id}/proposals/{number}/questions.docx",
    "/product/{product_id}/spec/power",  # a part of a page, for a script
    "/self-test/{sitting}/{number}/draft", "/debug/repairs/{slug}/draft", "/capstone/sitting/memo/draft",  # for a script
}  # fmt: skip
"""Addresses that answer with something else than a page: nothing of them is kept."""


def test_pages_of_the_models_and_refusals_are_left_out_by_name() -> None:
    kept = ("/", "/model/strip", "/models", "/map")
    left = ("/model", "/model/add", "/model/told/grader", "/model/strip/remove", "/model-tests/abc", "/model-tests/abc/form")
    assert not any(page_basis.left_out(path, "") for path in kept)
    assert all(page_basis.left_out(path, "") for path in left)
    assert page_basis.left_out("/map", "older=2&refused=abc")


@pytest.fixture(autouse=True)
def a_long_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not turn in the middle of a test: the clock stands, until a test moves it."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each address was drawn."""
    counted: Counter[str] = Counter()
    draw = KeptPages._draw

    async def counting(self: KeptPages, scope: Any, *given: Any, **named: Any) -> Any:
        counted[scope["path"]] += 1
        return await draw(self, scope, *given, **named)

    monkeypatch.setattr(KeptPages, "_draw", counting)
    return counted


def pages(web: Web, every: bool = False) -> list[str]:
    """An address of each page there is; with `every`, all that a learner who did everything can read."""
    known, found = addresses(), []
    for path, how in web.app.openapi()["paths"].items():
        if "get" in how and path not in NO_PAGE and not page_basis.left_out(path, ""):
            places = known.get(path, [path])
            found += places if every else [places[len(places) // 2]]
    return found


async def anew(web: Web, address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """As it is drawn with nothing kept."""

    async def nothing(lab: Any) -> None:
        return None

    with monkeypatch.context() as patch:
        patch.setattr(page_basis, "basis", nothing)
        return (await web.get(address)).text


class Looker:
    """Who has looked at every page, and looks again after something has changed: what is shown is what is true."""

    def __init__(self, web: Web, monkeypatch: pytest.MonkeyPatch, every: bool = False) -> None:
        self._web, self._monkeypatch, self._addresses = web, monkeypatch, pages(web, every)
        self._known: dict[str, tuple[str, str]] = {}

    async def look(self, after: str) -> set[str]:
        """The addresses whose page has changed."""
        changed = set()
        for address in self._addresses:
            etag, text = self._known.get(address, ("", ""))
            answer = await self._web.get(address, **{"If-None-Match": etag})
            if answer.status_code not in (200, 304):
                self._known.pop(address, None)
                continue
            shown = text if answer.status_code == 304 else answer.text
            assert shown == await anew(self._web, address, self._monkeypatch), f"{address} after {after}"
            assert answer.headers["cache-control"] == "no-cache, private", address
            changed |= {address} if shown != text else set()
            self._known[address] = answer.headers["etag"], shown
        assert len(self._known) >= 15
        return changed


@pytest.mark.long
@pytest.mark.parametrize("empty_database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_whatever_a_page_rests_on_is_changed_and_the_page_says_so(
    lived_in: Web, home: Path, folder: PackFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one lab, one after the other: what is stored, the files, the packs, the model, the clock."""
    looker = Looker(lived_in, monkeypatch)
    await looker.look("the start")
    assert await looker.look("nothing") == set()

    assert (await lived_in.post("/plan", target=45, day=2, at="09:30", minutes=20)).status_code == 303
    assert "/" in await looker.look("a plan")
    case = track().concepts[5].cases[0]
    reasons = [reason.id for reason in case.reasons if reason.carries]
    given = {"option": case.decide.best, "reason": reasons, "flip": case.flips[0].id, "certainty": 3}
    await lived_in.post(f"/cases/{case.slug}/again")
    assert (await lived_in.post(f"/cases/{case.slug}/decide", **given)).status_code == 303
    assert (await lived_in.post(f"/cases/{case.slug}/twin", option=case.decide.twin.best)).status_code == 303
    assert "/map" in await looker.look("a case that was argued")
    write("UPDATE learners SET target_minutes = 333")
    assert "/" in await looker.look("a row that another process wrote")

    mission = track().concepts[5].missions[0]
    failed = Proved(mission.slug, content_hash(mission), 1, 10, "the numbers were elsewhere")
    proofs.record(catalogue.current().sha256, "Told", {"missions": [failed]}, proofs.own_book())
    assert f"/concepts/{track().concepts[5].slug}" in await looker.look("a check beside the open lab")
    file = home / "data" / "models.json"
    told = json.loads(file.read_text())
    told["models"].append({**told["models"][0], "slug": "third", "name": "A third one"})
    file.write_text(json.dumps(told))
    await looker.look("a model that was added in an editor")
    catalogue.use("other")
    assert "/" in await looker.look("another model in use")
    add(folder.path)
    assert {"/", "/packs"} <= await looker.look("a pack that was added")
    switch(NAME, False)
    assert {"/", "/packs"} <= await looker.look("a pack that was switched off")

    for phase in ("fetching", "broken"):
        now = EngineState(phase=phase, done=1, total=9, message="It is broken.", fix="Mend it.")
        monkeypatch.setattr(Standby, "state", lambda self, now=now: now)
        assert {"/", "/model/strip"} <= await looker.look(f"a model that is {phase}")
    for later in (timedelta(minutes=1), timedelta(days=90)):
        then = clock.now() + later
        monkeypatch.setattr(clock, "now", lambda then=then: then)
        changed = await looker.look(f"{later}")
    assert {"/", "/review"} <= changed

    assert (await lived_in.post("/data/delete", confirm="delete")).status_code == 303
    assert {"/", "/map", "/report", "/data"} <= await looker.look("everything was deleted")


@pytest.mark.long
async def test_what_the_learner_does_is_on_all_there_is_to_read(lived_in: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    looker = Looker(lived_in, monkeypatch, every=True)
    await looker.look("the start")
    assert (await lived_in.post("/self-test/product", product="search")).status_code == 303
    assert await looker.look("another kind of product")


def write(query: str) -> None:
    """As another process would."""
    engine = create_engine(database_url())
    with engine.begin() as connection:
        connection.execute(text(query))
    engine.dispose()


async def test_whatever_lies_in_the_data_folder_is_looked_at(
    web: Web, home: Path, drawn: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Graders, adapters, the key of certificates; the weights of other models; the settings."""
    changes: dict[str, Callable[[], object]] = {}
    for name in ("graders.json", "adapters/one.json", "certificate.key", "packs/a/b.toml"):
        changes[name] = partial(put, home / "data" / name)
    changes["weights"] = partial(monkeypatch.setattr, download, "locate", lambda entry: Path("/somewhere"))
    changes["settings"] = settings.cache_clear
    monkeypatch.setenv("FLUENCY_PARALLEL_RUNS", "7")
    for name, change in changes.items():
        await web.get("/packs")
        before = drawn["/packs"]
        change()
        await web.get("/packs")
        await web.get("/packs")
        assert drawn["/packs"] == before + 1, name


def put(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{}")


# What happens meanwhile


async def test_while_a_run_is_worked_on_no_page_is_kept(web: Web, endpoint: Endpoint, drawn: Counter[str]) -> None:
    endpoint.gives = 0
    asked = {"parts": ["again"], "temperatures": [0.7], "samples": 2, "max_tokens": 8, "prompt": "Name a café."}
    assert (await web.client.post("/runs", json={"instrument": "sampling", "params": asked})).status_code == 201
    await until(lambda: LIVE.busy)
    before = drawn["/map"]
    await web.get("/map")
    await web.get("/map")
    assert drawn["/map"] == before + 2
    endpoint.gives = None
    await until(lambda: not LIVE.busy)
    await web.get("/map")
    before = drawn["/map"]
    await web.get("/map")
    assert drawn["/map"] == before


async def test_a_page_that_was_written_to_while_it_was_drawn_is_not_kept(web: Web, drawn: Counter[str]) -> None:
    def writing(*given: Any) -> Any:
        write("UPDATE learners SET target_minutes = target_minutes + 1")
        return map_page(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fluency_map_route, "map_page", writing)
        await web.get("/map")
    before = drawn["/map"]
    await web.get("/map")
    assert drawn["/map"] == before + 1


async def test_who_asks_for_a_page_that_is_being_drawn_gets_the_same_one(web: Web, drawn: Counter[str]) -> None:
    answers = await asyncio.gather(*(web.get("/map") for _ in range(50)))
    assert len({answer.text for answer in answers}) == 1 and drawn["/map"] == 1


async def test_who_asks_in_one_turn_of_the_loop_shares_a_look_and_who_asks_after_a_change_looks_again(
    web: Web, drawn: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await web.get("/")
    looks, look = 0, page_basis.basis

    async def counted(lab: Any) -> Any:
        nonlocal looks
        looks += 1
        return await look(lab)

    monkeypatch.setattr(page_basis, "basis", counted)
    await asyncio.gather(*(web.get("/") for _ in range(50)))
    assert looks == 1 and drawn["/"] == 1
    write("UPDATE learners SET target_minutes = 444")
    await web.get("/")
    assert drawn["/"] == 2


async def test_nobody_waits_for_the_end_of_a_stream_and_no_stream_takes_a_place(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of one that is asked for as a page is; more of them than places."""
    monkeypatch.setattr(LIVE.__class__, "busy", False)
    made, going = await hostile.steps("sampling", hostile.views("sampling")[0]), asyncio.Event()
    run, _ = hostile.rows("sampling", hostile.views("sampling")[0], made, web.lab.learner, status="running")
    async with web.lab.store.begin() as session:
        session.add(run)
    began = 0

    async def watch() -> None:
        nonlocal began

        async def send(message: Any) -> None:
            nonlocal began
            began += message["type"] == "http.response.start"
            if began == 2 * kept_pages.AT_ONCE:
                going.set()

        scope = {"type": "http", "method": "GET", "path": f"/runs/{run.id}/events", "raw_path": b"", "query_string": b"", "root_path": ""}
        scope |= {"scheme": "http", "http_version": "1.1", "headers": [(b"host", b"localhost"), (b"accept", b"text/html")]}
        await web.app({**scope, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "asgi": {"version": "3.0"}}, forever, send)

    async def forever() -> Any:
        await asyncio.Event().wait()

    watching = [asyncio.create_task(watch()) for _ in range(2 * kept_pages.AT_ONCE)]
    async with asyncio.timeout(PATIENCE):
        await going.wait()
    assert (await web.get("/packs")).status_code == 200
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def test_no_more_pages_are_drawn_at_a_time_than_the_database_serves(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    now = most = 0
    reading = web.lab.store.one_reading

    @asynccontextmanager
    async def counted() -> AsyncIterator[Any]:
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        async with reading() as one:
            yield one
        now -= 1

    monkeypatch.setattr(web.lab.store, "one_reading", counted)
    answers = await asyncio.gather(*(web.get(f"/labs/sampling?parts={number}") for number in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert most == kept_pages.AT_ONCE


async def test_a_page_that_fails_is_told_to_everybody_and_kept_for_nobody(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any) -> Any:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(fluency_map_route, "map_page", fails)
        answers = await asyncio.gather(*(web.get("/map") for _ in range(5)))
        assert all(answer.status_code >= 500 and answer.headers["cache-control"] == "no-store" for answer in answers)
    assert (await web.get("/map")).status_code == 200


async def test_what_is_kept_has_an_end(web: Web, drawn: Counter[str]) -> None:
    """However many addresses somebody thinks of."""
    for number in range(kept_pages.MOST + 1):
        await web.get(f"/model/strip?{number}")
    before = drawn["/model/strip"]
    await web.get(f"/model/strip?{kept_pages.MOST}")
    assert drawn["/model/strip"] == before
    await web.get("/model/strip?0")
    assert drawn["/model/strip"] == before + 1


async def test_styles_and_scripts_are_compressed_and_streams_are_not(web: Web, endpoint: Endpoint) -> None:
    for file in ("css/base.css", "js/page.js", "vendor/vega.min.js"):
        answer = await web.get(f"/static/{file}", **{"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding", file
        assert (await web.get(f"/static/{file}", **{"Accept-Encoding": "identity"})).content == answer.content
    run = await web.run(instrument="sampling", params={"parts": ["again"], "samples": 2, "max_tokens": 8, "prompt": "Name a café."})
    events = await web.get(f"/runs/{run}/events", **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in events.headers and "event: end" in events.text


async def test_a_page_is_compressed_for_who_takes_it_and_is_the_same_page(web: Web) -> None:
    plain = await web.get("/map", **{"Accept-Encoding": "identity"})
    zipped = await web.get("/map", **{"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers and zipped.headers["content-encoding"] == "gzip"
    assert plain.text == zipped.text and plain.headers["etag"] == zipped.headers["etag"]
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert int(zipped.headers["content-length"]) < len(plain.content) / 3
