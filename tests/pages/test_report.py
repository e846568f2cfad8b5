"""The report and the page Your data, as a reader meets them: first empty, then with work in it, on paper, narrow, and deleted again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.actions import archive
from fluencylab.curriculum.loader import track
from fluencylab.progress.certificate import verify

from .acts import sideways
from .conftest import Told, use_told
from .test_everyone import violations

pytestmark = pytest.mark.page
CONCEPT = track().concepts[0]
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab in which nothing was done; each test leaves it empty or fills it first."""
    server = Server(tmp_path_factory.mktemp("report") / "data")
    use_told(server, _told[1])
    server.start()
    yield server
    server.stop()


def worked() -> bytes:
    """A learner with one solid cell, an emerging one, and some time."""
    learner = {"id": "you", "created": (NOW - timedelta(days=20)).isoformat(), "product": "support-bot"}
    attempts, evidence = [], []
    for i in range(14):
        made = (NOW - timedelta(minutes=100 - i)).isoformat()
        attempts.append({"id": f"a{i}", "learner_id": "you", "exercise": f"task-{i}", "seed": 1, "created": made})
        right, capability = i < 13, "decisions" if i < 12 else "vocabulary"
        shown: dict[str, Any] = {"concept": CONCEPT.slug, "capability": capability, "stage": "decide", "grader": "rules-1"}
        shown |= {"score": float(right), "certainty": 3, "marks": 3 if right else -6, "seconds": 60.0, "made": made}
        shown |= {"answer": {"picked": "a"}, "exercise": f"task-{i}", "conditions": {"name": "Told 1B", "sha256": ""}}
        evidence.append({"id": f"e{i}", "learner_id": "you", "attempt_id": f"a{i}"} | shown)
    time = [{"id": "t", "learner_id": "you", "concept": CONCEPT.slug, "kind": "read", "seconds": 4000.0, "made": NOW.isoformat()}]
    return archive.seal({"learners": [learner], "attempts": attempts, "evidence": evidence, "time_spent": time}, NOW)


def bring_back(server: Server, page: Page, content: bytes) -> None:
    page.goto(server.url("/data"))
    page.get_by_label("The file", exact=True).set_input_files({"name": "me.json", "mimeType": "application/json", "buffer": content})
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Your work is back")).to_be_visible()


def test_from_nothing_to_a_report_and_to_nothing_again(server: Server, open_page: Opener) -> None:
    page = open_page(accept_downloads=True)
    page.goto(server.url("/report"))
    expect(page.get_by_text("There is nothing to report yet.")).to_be_visible()
    found = violations(page)
    bring_back(server, page, worked())
    found += violations(page)

    page.goto(server.url("/report"))
    expect(page.locator(".says")).to_contain_text("in 2 of the map’s 30 cells, 13 of them right. 1 is solid")
    expect(page.locator(".report-map .right-of").first).to_have_text("1 of 2 right")
    expect(page.get_by_role("link", name=f"{CONCEPT.title}, decisions: solid")).to_have_attribute("href", f"/map/{CONCEPT.slug}/decisions")
    expect(page.get_by_text("1 h 07 min reading")).to_be_visible()
    for kept in ("Nobody watched", "No evidence, or too little"):
        expect(page.get_by_text(kept)).to_be_visible()
    page.get_by_label("The name on it").fill("Ada Okafor")
    page.get_by_role("button", name="Put the name").click()
    expect(page.locator("h1")).to_contain_text("Ada Okafor")
    with page.expect_download() as certificate:
        page.get_by_role("button", name="Download the certificate").click()
    token = Path(certificate.value.path()).read_text()
    assert verify(token, datetime.now(UTC)).ok
    page.reload()
    expect(page.get_by_text(verify(token, NOW).fingerprint)).to_be_visible()
    found += violations(page)

    page.goto(server.url("/data"))
    with page.expect_download() as everything:
        page.get_by_role("link", name="Download everything").click()
    tables = json.loads(Path(everything.value.path()).read_text())["tables"]
    assert len(tables["evidence"]) == 14
    page.get_by_label("Type “delete” to confirm").fill("delete")
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("The lab is as on its first day.")).to_be_visible()
    page.goto(server.url("/report"))
    expect(page.get_by_text("There is nothing to report yet.")).to_be_visible()
    assert not found, "\n".join(found)


@pytest.mark.long
def test_the_report_is_readable_narrow_dark_and_on_paper(server: Server, open_page: Opener) -> None:
    page = open_page(color_scheme="dark")
    bring_back(server, page, worked())
    found = []
    for path in ("/report", "/data"):
        page.goto(server.url(path))
        found += violations(page)
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert not sideways(page), (path, width)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not found, "\n".join(found)
    page.goto(server.url("/report"))
    page.emulate_media(media="print")
    for gone in (".side", ".report-acts", ".foot"):
        expect(page.locator(gone)).to_be_hidden()
    for kept in (".says", ".report-map", ".report-certified", ".report-not"):
        expect(page.locator(kept)).to_be_visible()
    assert page.pdf()[:4] == b"%PDF"


@pytest.mark.long
def test_a_model_is_tested_as_a_grader_and_told_why_it_may_not(server: Server, open_page: Opener) -> None:
    """`told` writes names of cafés: no reading can be used."""
    page = open_page(color_scheme="dark")
    page.goto(server.url("/model"))
    page.get_by_role("link", name="Told 1B").click()
    found = violations(page)
    page.get_by_role("button", name="Try a sample of 20").click()
    expect(page.get_by_text("It may not help to grade: it fails on agreement, coverage")).to_be_visible()
    expect(page.get_by_role("row", name="coverage")).to_contain_text("0 % (0 % to 16 %, n = 20)")
    found += violations(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert not sideways(page)
    assert not found, "\n".join(found)
