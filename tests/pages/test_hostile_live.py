"""What a model writes is text while its run is watched, too: no script of ours makes an element of it, in any lab there is."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import hostile
import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from fluencylab import clock
from fluencylab.instruments import instruments
from fluencylab.instruments.base import Step as Observation
from fluencylab.store.tables import Learner, Run, Step

pytestmark = [pytest.mark.page, pytest.mark.long]
OWNED = "document.querySelectorAll('owned-one, .owned, [onerror], [onclick], [data-owned]').length + (document.title == 'owned')"


class Running:
    """A run in the database of a lab: the rest of its steps come when they are told to."""

    def __init__(self, server: Server, name: str, given: dict[str, Any], made: Sequence[Observation]) -> None:
        self.engine = create_engine(f"sqlite:///{server.data / 'lab.sqlite'}")
        with closing(Session(self.engine)) as session, session.begin():
            learner = session.scalars(select(Learner.id)).one()
            run, steps = hostile.rows(name, given, made, learner, status="running")
            self.id, self.seen, self.made = run.id, len(steps), made
            session.add(run)
            session.flush()
            session.add_all(steps)

    def end(self) -> None:
        now = clock.now()
        rest = enumerate(self.made[self.seen :], start=self.seen + 1)
        with closing(Session(self.engine)) as session, session.begin():
            session.add_all(Step(run_id=self.id, seq=seq, kind=one.kind, data=one.data, made=now) for seq, one in rest)
            run = session.get_one(Run, self.id)
            run.status, run.ended = "done", now
        self.engine.dispose()


def seen_live(server: Server, page: Page, name: str, run: Running) -> str:
    """All that a reader sees of it, from its first half to its end."""
    address = hostile.addresses(name, run.id)[-1]
    page.goto(server.url(address.removesuffix("/sheet")))
    sheet = page.locator(f"#main [data-run='{run.id}']").first
    expect(sheet).to_have_attribute("data-status", "running")
    before = page.locator("#main").inner_text()
    assert page.evaluate(OWNED) == 0
    run.end()
    expect(sheet).to_have_attribute("data-status", "done")
    assert page.evaluate(OWNED) == 0
    return before + page.locator("#main").inner_text()


@pytest.mark.parametrize("name", instruments())
def test_while_it_is_watched_and_after(told_server: Server, browser_page: Page, name: str) -> None:
    read = ""
    for given in hostile.views(name):
        with ThreadPoolExecutor() as elsewhere:  # Playwright's own loop runs in this thread
            made = elsewhere.submit(lambda given: asyncio.run(hostile.steps(name, given)), given).result()
        read += seen_live(told_server, browser_page, name, Running(told_server, name, given, made))
    assert "<owned-one>" in read


@pytest.mark.parametrize("name", instruments())
def test_five_hundred_payloads_on_one_page(told_server: Server, browser_page: Page, name: str) -> None:
    """Sixty in each answer of a run that is watched."""
    answer = hostile.Payloads(60)
    for given in hostile.views(name):
        with ThreadPoolExecutor() as elsewhere:
            work = elsewhere.submit(lambda given: asyncio.run(hostile.steps(name, given, answer)), given)
            made = work.result()
        seen_live(told_server, browser_page, name, Running(told_server, name, given, made))


def test_of_the_test_elements_that_became_real_are_counted(page: Page) -> None:
    page.set_content(hostile.SAID)
    assert page.evaluate(OWNED) > 4
