"""Packs over the wire: met where the ten are met, switched with one post, gone without a trace; and never more than text."""

import asyncio
import json
import re
import tomllib
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pack_fixture import CASE, CONCEPT, MISSION, NAME, PackFolder

from fluencylab import clock
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Proved, own_book, record
from fluencylab.models import catalogue
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import add, find, remove
from fluencylab.practice.exercises import content_hash
from fluencylab.web.startup_gate import FirstPage

from .conftest import Web

SLUG = f"{NAME}.many-answers"
PLACES = [
    f"/concepts/{SLUG}",
    f"/missions/{NAME}.a-slogan-for-the-bakery",
    f"/cases/{NAME}.the-slogan-on-the-van",
    f"/map/{SLUG}/decisions",
]
EVERYWHERE = ["/", "/map", "/report", "/review", "/packs", "/data", "/debug", "/self-test", "/model", "/concepts/hallucination"]


async def work(web: Web) -> None:
    """The pack's mission and its case, from end to end."""
    found = full_track().mission(f"{NAME}.a-slogan-for-the-bakery")
    argued = full_track().case(f"{NAME}.the-slogan-on-the-van")
    assert found and argued
    mission, case = found[1], argued[1]
    here = f"/missions/{mission.slug}"
    assert (await web.post(f"{here}/predict", **{"distinct@0": 1, "distinct@1": 8, "certainty": 2})).status_code == 303
    assert (await web.post(f"{here}/run")).status_code == 303
    for _ in range(400):
        if 'data-stage="see"' in (await web.get(here)).text:
            break
        await asyncio.sleep(0.05)
    assert (await web.post(f"{here}/see", sight=1)).status_code == 303
    assert (await web.post(f"{here}/decide", option=mission.decide.best, certainty=2)).status_code == 303
    assert (await web.post(f"{here}/twin", option=mission.decide.twin.best)).status_code == 303
    reasons = [reason.id for reason in case.reasons if reason.carries]
    given = {"option": case.decide.best, "reason": reasons, "flip": case.flips[0].id, "certainty": 3}
    assert (await web.post(f"/cases/{case.slug}/decide", **given)).status_code == 303


def rail(page: str) -> str:
    return page[page.index('<nav id="rail"') : page.index("</nav>", page.index('<nav id="rail"'))]


async def test_a_pack_is_met_where_the_ten_are(web: Web, folder: PackFolder) -> None:
    add(folder.path)
    await work(web)
    for path in [*PLACES, *EVERYWHERE]:
        answer = await web.get(path)
        assert answer.status_code == 200, path
        assert "A pack of your own" in rail(answer.text) and f"/concepts/{SLUG}" in rail(answer.text), path
        assert rail(answer.text).index("Ten concepts") < rail(answer.text).index("A pack of your own")
    concept = (await web.get(PLACES[0])).text
    assert "a pack by Your name" in concept and "of 10" not in concept and "One prompt, many answers" in concept
    whole = (await web.get("/map")).text
    assert "counted apart" in whole and whole.count('<a class="cell') == 33 and "Nothing is known of you yet" in whole
    mission = (await web.get(PLACES[1])).text
    assert 'data-stage="done"' in mission and f"/cases/{NAME}.the-slogan-on-the-van" in mission, "whoever works in a pack goes on in it"
    assert "Bayesian logistic model of 3 cells" in (await web.get(PLACES[3])).text
    report = (await web.get("/report")).text
    assert "In the pack A pack of your own" in report and "in no certificate" in report


async def test_one_post_switches_it_off_and_what_was_shown_is_told_as_kept(web: Web, folder: PackFolder) -> None:
    add(folder.path)
    await work(web)
    assert (await web.post(f"/packs/{NAME}/off")).headers["location"] == "/packs"
    for path in EVERYWHERE:
        answer = await web.get(path)
        assert answer.status_code == 200 and SLUG not in answer.text, path
        assert "A pack of your own" not in rail(answer.text), path
    for path in PLACES:
        answer = await web.get(path)
        assert answer.status_code == 404 and "is switched off" in answer.text and "is kept" in answer.text, path
    assert "answers in the pack “A pack of your own” are kept" in (await web.get("/map")).text
    assert "Kept, and not counted while its pack is not on" in (await web.get("/report")).text
    assert "which is not on here" in (await web.get("/data")).text
    page = (await web.get("/packs")).text
    assert "Switch on" in page and "count again once it is on" in page
    await web.post(f"/packs/{NAME}/on")
    for path in PLACES:
        assert (await web.get(path)).status_code == 200, path


async def test_a_pack_that_is_gone_leaves_its_evidence_and_nothing_else(web: Web, folder: PackFolder) -> None:
    add(folder.path)
    await work(web)
    remove(NAME)
    for path in EVERYWHERE:
        assert (await web.get(path)).status_code == 200, path
    for path in PLACES:
        answer = await web.get(path)
        assert answer.status_code == 404 and "a pack that is not here" in answer.text, path
    page = (await web.get("/packs")).text
    assert "Not here any more" in page and NAME in page
    for path in ("/review/items.csv", "/review/anki.txt"):
        answer = await web.get(path)
        assert answer.status_code == 200 and NAME not in answer.text


async def test_a_hidden_pack_says_why_and_everything_else_works(web: Web, folder: PackFolder) -> None:
    add(folder.path, link=True)
    folder.change(MISSION, "samples = 8", "samples = 8000")
    page = (await web.get("/packs")).text
    assert "This pack is hidden." in page and "samples" in page
    for path in EVERYWHERE:
        answer = await web.get(path)
        assert answer.status_code == 200 and SLUG not in answer.text, path
    assert "is hidden" in (await web.get(PLACES[0])).text


async def test_there_is_a_way_to_the_packs_and_a_word_where_there_are_none(web: Web, home: Path) -> None:
    page = (await web.get("/model")).text
    assert '<a href="/packs">Packs</a>' in page
    assert "There is no pack here yet." in (await web.get("/packs")).text
    answer = await web.post("/packs/nobody/on")
    assert answer.status_code == 404 and "There is no pack named nobody." in answer.text


async def test_further_exercises_stand_on_the_page_of_our_concept(web: Web, folder: PackFolder) -> None:
    folder.write("pack.toml", (folder.path / "pack.toml").read_text() + '\n[[further]]\nconcept = "hallucination"\ncases = ["one-more"]\n')
    case = (folder.path / CASE).read_text().replace("the-slogan-on-the-van", "one-more").replace("The slogan on the van", "One more case")
    folder.write("concepts/hallucination/cases/one-more.toml", case)
    add(folder.path)
    page = (await web.get("/concepts/hallucination")).text
    assert f'id="pack-{NAME}"' in page and f"/cases/{NAME}.one-more" in page and f'<a href="#pack-{NAME}">' in page
    assert (await web.get(f"/concepts/{NAME}.hallucination")).headers["location"] == f"/concepts/hallucination#pack-{NAME}"
    assert f"/concepts/hallucination#pack-{NAME}" in (await web.get(f"/cases/{NAME}.one-more")).text
    assert "Hallucination, further" in (await web.get(f"/map/{NAME}.hallucination/decisions")).text
    assert "concept 5 of 10" in page or "of 10</li>" in page
    await web.post(f"/packs/{NAME}/off")
    assert f"pack-{NAME}" not in (await web.get("/concepts/hallucination")).text


async def test_what_an_author_proved_is_told_as_the_authors_and_our_own_check_comes_first(web: Web, folder: PackFolder) -> None:
    pack, sha256 = folder.read(), catalogue.current().card().sha256
    (mission,) = pack.missions
    proof = {sha256: {"model": "Told", "missions": {mission.slug: [mission.slug, content_hash(mission), 9, 10, ""]}}}
    folder.write("verified.json", json.dumps(proof))
    add(folder.path)
    assert "verified by its author on this model: 9/10" in (await web.get(PLACES[0])).text
    assert "1 proved on it by its author" in (await web.get("/packs")).text
    tried = Proved(mission.slug, content_hash(mission), 2, 10, "“distinct@0 <= 2” did not hold")
    record(sha256, "Told", {"missions": [tried]}, own_book())
    page = (await web.get(PLACES[0])).text
    assert "It proved itself in only 2 of 10 runs on this model" in page and f"/missions/{mission.slug}" not in page
    assert "1 hidden, for it does not hold on your model" in (await web.get("/packs")).text


async def test_a_proof_of_other_words_or_of_another_model_counts_for_nothing(web: Web, folder: PackFolder) -> None:
    (mission,) = folder.read().missions
    sha256 = catalogue.current().card().sha256
    rows = {sha256: "0" * 16, "f" * 64: content_hash(mission)}
    folder.write(
        "verified.json",
        json.dumps({sha: {"model": "x", "missions": {mission.slug: [mission.slug, words, 10, 10, ""]}} for sha, words in rows.items()}),
    )
    add(folder.path)
    assert "verified" not in (await web.get(PLACES[0])).text and "1 not yet tried on your model" in (await web.get("/packs")).text


# Never more than text

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)> {{7919*7907}} {% raw %} [a](javascript:alert(4)) "
    "[b](http://example.org) [c](/data/export) ![d](http://example.org/p.png) ![e](/model) <a href='data:text/html,x'>f</a>"
)
SHORT = "<b onclick=x>\"'&"


class Read(HTMLParser):
    """What of a page could act: scripts, handlers, addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        states = "data-states" in given and given.get("type") == "application/json"  # of a figure of ours: data, which no browser runs
        if tag == "script" and not states and not (given.get("src") or "").startswith("/static/"):
            self.acts.append(f"script {given}")
        if tag in ("img", "iframe", "object", "embed", "base", "style") or "style" in given:
            self.acts.append(f"{tag} {given}")
        self.acts += [f"{name} on {tag}" for name in given if name.startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            address = given.get(name) or ""
            self.links.add(address)
            if ":" in address and not address.startswith("http://example.org"):
                self.acts.append(f"{name}={address}")


def hostile(value: Any, key: str = "") -> Any:
    """Every text of a file replaced, but those by which parts find each other and those that are bounded or looked up."""
    kept = {"slug", "id", "best", "fact", "holds", "proof", "labs", "missions", "cases", "instrument", "params", "capability", "name"}
    if isinstance(value, dict):
        return {name: inner if name in kept else hostile(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, key) for inner in value]
    if not isinstance(value, str):
        return value
    if key == "term":
        return f"<i>{value}</i>"
    short = key in {"title", "short", "author", "version", "licence", "trade", "unit", "label", "ask"}
    return f"{SHORT}{len(value)}" if short else HOSTILE[: 290 if key in ("text", "question") else None]


def written(value: Any) -> str:
    """A file's content as TOML: JSON's texts and numbers are TOML's, and tables are written inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value) if isinstance(value, str | int | float | bool) else str(value)


async def test_what_a_pack_says_is_text_on_every_page(web: Web, folder: PackFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in folder.path.rglob("*.toml"):
        found = hostile(tomllib.loads(file.read_text()))
        file.write_text("\n".join(f"{json.dumps(name)} = {written(inner)}" for name, inner in found.items()))
    folder.write(f"{CONCEPT}/reading.md", HOSTILE + "\n\n# Title\n\n<div style='x'>\n\n" + HOSTILE)
    folder.write(f"{CONCEPT}/beyond.md", HOSTILE)
    add(folder.path)
    await work(web)
    seen = ""
    for path in [*PLACES, *EVERYWHERE, f"/map/{SLUG}/vocabulary"]:
        answer = await web.get(path)
        assert answer.status_code == 200, path
        read = Read()
        read.feed(answer.text)
        assert read.acts == [], path
        assert not read.links & {"/data/export"} - ({"/data/export"} if path == "/data" else set()), path
        assert "62615533" not in answer.text, path
        seen += answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen and "&lt;b onclick=x&gt;" in seen, "it stands there, as text"
    assert 'href="http://example.org"' in seen
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    item = (await web.post("/review")).headers["location"]
    asked = (await web.get(item)).text
    words, picked = (re.search(rf'name="{name}" value="([^"]+)"', asked) for name in ("item", "option"))
    assert words and picked
    assert (await web.post(item, item=words[1], option=picked[1], certainty=1)).status_code == 303
    for page in (asked, (await web.get(item)).text, (await web.get("/review")).text):
        read = Read()
        read.feed(page)
        assert read.acts == [] and "&lt;" in page
    await web.post(f"/packs/{NAME}/off")
    for path in EVERYWHERE:
        read = Read()
        read.feed((await web.get(path)).text)
        assert read.acts == [], path


# The first page


async def test_the_page_that_is_kept_for_the_next_start_is_of_these_packs(web: Web, folder: PackFolder) -> None:
    FirstPage().keep(b"<h1>Today</h1>")
    add(folder.path)
    assert FirstPage().read() == b"", "the rail is another one now"
    FirstPage().keep(b"<h1>Today</h1>")
    assert FirstPage().read() == b"<h1>Today</h1>"
    await web.post(f"/packs/{NAME}/off")
    assert FirstPage().read() == b"" and find(NAME)


def test_the_ten_are_ten_whatever_packs_there_are(home: Path, folder: PackFolder) -> None:
    add(folder.path)
    assert len(track().concepts) == 10 and len(full_track().concepts) == 11
