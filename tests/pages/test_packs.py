"""A pack in the browser: met, worked through, switched off with one click and on again; as a folder, and as a wheel that is uninstalled."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pack_fixture import NAME
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.packs.files import gather
from fluencylab.packs.installed import judged
from fluencylab.packs.new import make

from . import acts
from .conftest import Told, use_told
from .test_everyone import eyes

pytestmark = pytest.mark.page
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pack-kittiwake"
INSIDE = "fluency_pack_kittiwake"


def command(server: Server, *arguments: str) -> None:
    """`fluency`, on the data folder of a lab that is open."""
    given = os.environ | {"FLUENCY_DATA": str(server.data)}
    said = subprocess.run([sys.executable, "-m", "fluencylab.cli.main", *arguments], env=given, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def unbroken(folder: Path) -> Path:
    """Every name and title as long as it may be, and without a place to break it."""
    for file in folder.rglob("*.toml"):
        text = file.read_text(encoding="utf-8")
        for field, most in (("title", 60), ("short", 40), ("author", 80), ("licence", 60), ("trade", 40)):
            text = re.sub(rf'^{field} = ".*?"', f'{field} = "{"W" * most}"', text, flags=re.MULTILINE)
        text = re.sub(r'^text = "[^"]{40}[^"]*"', f'text = "{"w" * 300}"', text, flags=re.MULTILINE)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pack_server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab of its own whose model is `told`, with the template as a pack."""
    server = Server(tmp_path_factory.mktemp("packs") / "data")
    use_told(server, _told[1])
    written = tmp_path_factory.mktemp("written")
    command(server, "packs", "add", str(make(NAME, written)))
    command(server, "packs", "add", str(unbroken(make("wide", written))))
    server.start()
    yield server
    _told[0].release()
    server.stop()


@pytest.mark.long
def test_every_page_of_a_pack_is_for_every_eye(pack_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page()
    found = []
    of_wide = ("/concepts/wide.many-answers", "/missions/wide.a-slogan-for-the-bakery", "/cases/wide.the-slogan-on-the-van")
    for path in ("/packs", f"/concepts/{NAME}.many-answers", "/map", f"/map/{NAME}.many-answers/decisions", *of_wide):
        page.goto(pack_server.url(path))
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        found += eyes(page, 320, 390, 821)
    assert not found, "\n".join(found)


def test_one_click_switches_a_pack_off_and_one_on_again(pack_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    page.goto(pack_server.url("/packs"))
    rail = page.locator("#rail")
    expect(rail.get_by_role("link", name="Many answers")).to_be_visible()
    page.locator(f"#{NAME}").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_visible()
    expect(rail.get_by_text("A pack of your own")).to_have_count(0)
    page.goto(pack_server.url(f"/concepts/{NAME}.many-answers"))
    expect(page.get_by_text("is switched off")).to_be_visible()
    page.goto(pack_server.url("/packs"))
    page.get_by_role("button", name="Switch on").click()
    expect(rail.get_by_role("link", name="Many answers")).to_be_visible()


def test_a_pack_that_comes_while_the_lab_is_open_is_met_at_once(
    pack_server: Server, told: Told, browser_page: Page, tmp_path: Path
) -> None:
    page = browser_page
    command(pack_server, "packs", "add", "--link", str(make("quay", tmp_path)))
    page.goto(pack_server.url("/"))
    expect(page.locator("#rail").get_by_role("link", name="Many answers")).to_have_count(2)
    command(pack_server, "packs", "remove", "quay")
    page.reload()
    expect(page.locator("#rail").get_by_role("link", name="Many answers")).to_have_count(1)


# As a wheel


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder into which the example was installed, as a wheel that was built from a copy of it."""
    copy, made, site = tmp_path / "copy", tmp_path / "made", tmp_path / "site"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    builds = [sys.executable, "-m", "build", "--wheel", "--no-isolation", f"--outdir={made}", str(copy)]
    said = subprocess.run(builds, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr[-2000:]
    (wheel,) = made.glob("*.whl")
    installs = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", f"--target={site}", str(wheel)]
    said = subprocess.run(installs, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr[-2000:]
    return site


def answers(server: Server) -> list[dict[str, Any]]:
    """Evidence of the pack, as the learner can take it along."""
    kept: list[dict[str, Any]] = json.loads(server.get("/data/export"))["tables"]["evidence"]
    return [row for row in kept if row["concept"].startswith("kittiwake.")]


@pytest.mark.long
def test_a_wheel_brings_a_concept_and_takes_it_away_and_what_was_shown_stays(
    site: Path, _told: tuple[Told, str], told: Told, open_page: Opener, tmp_path: Path
) -> None:
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    server = Server(tmp_path / "data", PYTHONPATH=path)
    use_told(server, _told[1])
    mission = next(one for one in judged(gather(site / INSIDE)).missions if one.slug.endswith("cut-at-sixteen"))
    server.start()
    page = open_page()
    try:
        page.goto(server.url("/packs"))
        expect(page.get_by_text("the Python package fluency-pack-kittiwake 1.0")).to_be_visible()
        page.locator("#rail").get_by_role("link", name="Notices that fit").click()
        expect(page.get_by_role("heading", name="Notices that fit: lengths, limits and what must be said")).to_be_visible()
        for title in (
            "Six words for the screen",
            "Cut at sixteen",
            "Forty minutes",
            "The bus that never came",
            "The alarm in three languages",
        ):
            expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()

        page.get_by_role("link", name=mission.title, exact=True).click()
        acts.predict(page, mission, mission.exemplar.accept)
        acts.run(page)
        acts.stage(page, "see")
        acts.see(page, mission.seen.sights[1].text)
        acts.decide(page, acts.option(mission, best=True))
        acts.decide_again(page, acts.option(mission, best=True, twin=True))
        shown = answers(server)
        assert {row["stage"] for row in shown} == {"predict", "compare", "see", "decide", "twin"}
        assert next(row for row in shown if row["stage"] == "see")["score"] == 1
        page.goto(server.url("/map/kittiwake.notices-that-fit/decisions"))
        expect(page.get_by_role("link", name="Cut at sixteen")).not_to_have_count(0)

        page.goto(server.url("/packs"))
        page.get_by_role("button", name="Switch off").click()
        expect(page.locator("#rail").get_by_text("Notices that fit")).to_have_count(0)
        assert answers(server) == shown
        expect(page.get_by_text(re.compile("answers of yours are kept, and count again"))).to_be_visible()
        page.get_by_role("button", name="Switch on").click()
        page.locator("#rail").get_by_role("link", name="Notices that fit").click()
        expect(page.locator("#missions li", has_text="Cut at sixteen")).to_contain_text("done")

        server.stop()
        shutil.rmtree(site)
        server.start()
        page.goto(server.url("/"))
        expect(page.get_by_text("Notices that fit")).to_have_count(0)
        for gone in ("/concepts/kittiwake.notices-that-fit", f"/missions/{mission.slug}", "/map/kittiwake.notices-that-fit/decisions"):
            page.goto(server.url(gone))
            expect(page.get_by_text("This belongs to a pack that is not here.")).to_be_visible()
        for other in ("/map", "/report", "/review", "/data"):
            page.goto(server.url(other))
            expect(page.get_by_text("Notices that fit")).to_have_count(0)
        page.goto(server.url("/packs"))
        expect(page.get_by_role("heading", name="Not here any more")).to_be_visible()
        assert answers(server) == shown
    finally:
        server.stop()
