"""The bench's first page: by what the product does wrong, with what was tried; and what it was, only once it is done."""

import asyncio
import html
import re

import pytest
from lab_fixture import PATIENCE, Endpoint, rows

from fluencylab.actions import diagnosis, faults
from fluencylab.curriculum import proofs
from fluencylab.curriculum.bench_list import bench_list
from fluencylab.curriculum.repairs import repairs
from fluencylab.models import catalogue
from fluencylab.practice import faults as faulty
from fluencylab.practice.faults import ResolvedCase, resolve_case
from fluencylab.practice.kinds import DIAGNOSIS, REPAIR
from web.conftest import Web

EMBEDDED = catalogue.find(catalogue.DEFAULT).card().sha256
SLUG = "twice-as-fast"
_FOUND = resolve_case(SLUG)
assert _FOUND
CASE: ResolvedCase = _FOUND
WAS = bench_list().causes["cut"]


@pytest.fixture(autouse=True)
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on the embedded model, on which every case was measured."""
    measured = list(proofs.pages(EMBEDDED))
    monkeypatch.setattr(proofs, "pages", lambda sha256: measured)


async def bench_page(web: Web) -> str:
    return html.unescape((await web.get("/debug")).text)


def row(page: str, slug: str) -> str:
    """The row's words, without its markup."""
    listed = page.split('id="all"')[1]
    found = next(one for one in re.findall(r"<li[^>]*>.*?</li>", listed, re.S) if f"/{slug}" in one)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


async def test_the_list_is_by_what_is_wrong_with_the_next_one_on_top(web: Web) -> None:
    page = await bench_page(web)
    for group in bench_list().groups:
        assert group.title in page and group.says in page
        assert all(one.symptom in page for one in group.exercises)
    assert page.index('aria-label="Next"') < page.index("What does it do wrong?")
    assert page.count('<details class="bench-group"') == len(bench_list().groups) and page.count("open>\n    <summary") <= 1
    assert "Quillby, the help desk · about 6 minutes" in row(page, SLUG) and "easier" in row(page, SLUG)
    assert not any(cause in page for cause in bench_list().causes.values()), "no cause is told before its case is done"
    assert not any(one.was and one.was in page for group in bench_list().groups for one in group.exercises)


async def test_what_was_tried_stands_in_the_row_and_what_it_was_once_it_is_done(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda _: ["You can send items ", "back within"]
    learner, store, queue = web.lab.learner, web.lab.store, await web.lab.queue()
    await web.post(f"{DIAGNOSIS.href(SLUG)}/look")
    await ended(web)
    for one in faulty.probes(CASE):
        button = re.search(rf'<button[^>]*value="{one.slug}".*?</button>', (await web.get(DIAGNOSIS.href(SLUG))).text, re.S)
        assert one.other_model or (button and one.title in button[0] and f"costs {one.minutes} minutes" in button[0]), (
            "a button says its act"
        )
    for probe in ("search", "tokens"):
        await diagnosis.buy(store, queue, learner, CASE, probe)
    await ended(web)
    assert "The index was built on 1 November 2026." in (await web.get(DIAGNOSIS.href(SLUG))).text
    page = await bench_page(web)
    assert "begun 2 probes bought, 10 minutes" in row(page, SLUG) and WAS not in page
    assert f"{DIAGNOSIS.href(SLUG)}" in page.split('id="debug"')[1].split("</section>")[0], "what was begun is the next one"
    assert "Go on" in page
    await diagnosis.diagnose(store, learner, CASE, "cut", "tokens", 3)
    await diagnosis.ask_for(store, learner, CASE, CASE.fault.best)
    page = await bench_page(web)
    assert f"{CASE.case.title} : {WAS}" in row(page, SLUG)
    assert "done cause found; 10 minutes spent, an expert 5" in row(page, SLUG)
    named = html.unescape((await web.get(DIAGNOSIS.href(SLUG))).text)
    look, probes = (named[: named.index(f'id="{part}"')].rpartition("<summary>")[2] for part in ("look", "probes"))
    assert "One fault was in it." in look and "They took 10 minutes of an engineer’s time." in probes, "what is past is folded"
    await web.post(f"{DIAGNOSIS.href(SLUG)}/look")
    assert "done cause found" in row(await bench_page(web), SLUG), "a finished case stays finished while it is done again"


async def ended(web: Web) -> None:
    for _ in range(PATIENCE * 20):
        if not rows("SELECT id FROM runs WHERE status IN ('queued', 'running')"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("a run never ended")


async def test_a_model_on_which_nothing_was_measured_lists_the_repairs_and_says_why_the_cases_are_hidden(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "pages", lambda sha256: [])
    page = await bench_page(web)
    assert "29 more are hidden on this model" in page and faults.hidden(CASE) in page
    assert "Open the repair" in page


CLERK = repairs().repairs[0]


async def test_a_refused_prompt_comes_back_with_its_error_in_focus_over_its_box(web: Web) -> None:
    answer = await web.post(f"{REPAIR.href(CLERK.slug)}/hand-in", prompt="Write the number only.")
    page = html.unescape(answer.text)
    assert answer.status_code == 422 and "{message} is missing" in page
    error = page.index('id="field-prompt-error"')
    assert "autofocus" in page[error : error + 80] and page.index('id="editor"') < error < page.index("<textarea")
    assert "Write the number only." in page


async def test_what_was_handed_in_shows_its_verdict_first_and_the_task_folded(web: Web, endpoint: Endpoint) -> None:
    here = REPAIR.href(CLERK.slug)
    before = (await web.get(here)).text
    assert '<details class="disclosure" id="task"' not in before and 'id="task"' in before
    endpoint.says = lambda _: ["Dear ", "customer"]
    await web.post(f"{here}/hand-in", prompt=CLERK.plausible[0].prompt)
    await ended(web)
    page = html.unescape((await web.get(here)).text)
    assert '<details class="disclosure" id="task">' in page, "what is past is folded"
    assert page.index("It does not pass yet.") < page.index('id="task"') < page.index('id="editor"')
    assert 'href="#editor">Change the prompt, and hand it in again' in page
