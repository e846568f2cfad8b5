"""Labs of strangers on pages: a whole page each, a sentence where one fails, and every other page as ever."""

import html
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from guest_fixture import CHART, INSTRUMENT, Guests
from lab_fixture import Endpoint

from fluencylab.store import queries, time_queries
from fluencylab.web.static_files import static
from web.conftest import Web, opened

PAGE = """
from dataclasses import dataclass
from fluencylab.web.lab_page import LabPage, Prompt


@dataclass(frozen=True)
class Parts:
    loud: str


class Page(LabPage):
    lede = "Echoes, <b>counted</b>."

    def parts(self, params, steps):
        return Parts(loud=params.text.upper())

    def own(self, asked, drawn):
        return Parts(loud="own")


PAGE = Page("echo")
"""
SHEET = "<p class='own-sheet'>{{ parts.loud }} of {{ sheet.steps|length }}</p>{% include 'sheets/groups.html' %}"
LAB = "{% extends 'lab.html' %}{% block lab_below %}<p class='own-page'>{{ own.loud }}</p>{% endblock %}"
WHOLE = {
    "instrument.py": INSTRUMENT,
    "chart.py": CHART,
    "page.py": PAGE,
    "templates/sheet.html": SHEET,
    "templates/lab.html": LAB,
    "static/lab.css": ".own-sheet { color: inherit }",
    "static/lab.js": "document.title = 'echo';",
    "static/more.js": "export function wire() {}",
}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ELSEWHERE = (
    "/",
    "/model",
    "/packs",
    "/map",
    "/report",
    "/data",
    "/review",
    "/debug",
    "/self-test",
    "/labs/sampling",
    "/concepts/tokens-and-temperature",
)


@pytest.fixture
async def web(guests: Guests, endpoint: Endpoint) -> AsyncIterator[Web]:
    guests.add("echo", WHOLE, wheel="guest-echo")
    async with opened() as web:
        yield web


async def told(web: Web, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status, (path, answer.text[:600])
    return html.unescape(answer.text)


async def nothing_else_fails(web: Web) -> None:
    for path in ELSEWHERE:
        assert "has a fault" not in await told(web, path), path


async def test_a_lab_without_a_concept_is_a_whole_lab(web: Web) -> None:
    page = await told(web, "/labs/echo")
    assert "<title>The lab: The echo of a text" in page and ">Run 3 calls, about 1\u202fs" in page
    assert 'data-spent="apply" data-concept=""' in page
    assert '<li><a href="/packs#labs">Installed labs</a></li><li>the lab</li>' in page
    assert "Echoes, &lt;b&gt;counted&lt;/b&gt;." in (await web.get("/labs/echo")).text
    assert 'href="/labs/echo" aria-current="page"' in page, "the rail leads to it"
    assert 'href="/labs/echo"' in await told(web, "/map")
    assert (await web.client.post("/labs/echo/plan", data={"text": "a", "times": "5"})).json()["says"] == "Run 5 calls, about 1 s"
    wrong = await web.client.post("/labs/echo/plan", data={"text": "a", "times": "0"})
    assert wrong.status_code == 422 and wrong.json()["message"].startswith("“times” cannot be used")
    spent = await web.client.post("/time", data={"concept": "", "kind": "apply", "seconds": "5"})
    assert spent.status_code < 300, spent.text
    async with web.lab.store.read() as session:
        assert [(kind, seconds > 0) for _, kind, seconds in await time_queries.time_since(session, web.lab.learner, LONG_AGO)] == [
            ("apply", True)
        ]


async def test_its_run_its_template_its_chart_and_its_files(web: Web) -> None:
    started = await web.post("/labs/echo", text="say it", times="2")
    assert started.status_code == 303
    run = started.headers["location"].partition("run=")[2].partition("#")[0]
    await until_ended(web, run)
    page = await told(web, f"/labs/echo?run={run}")
    assert "<p class='own-sheet'>SAY IT of 2</p>" in page and "<p class='own-page'>own</p>" in page
    assert "One bar." in page and "Echoes" in page and ">12 letters came back" not in page
    for file in ("lab.css", "lab.js", "more.js"):
        assert (await web.client.get(f"/static/labs/echo/{file}")).status_code == 200
    assert f'href="{static("labs/echo/lab.css")}"' in page and f'src="{static("labs/echo/lab.js")}"' in page
    assert "own-sheet" in await told(web, f"/runs/{run}") and "own-sheet" in await told(web, f"/runs/{run}/sheet")
    assert (await web.client.get(f"/runs/{run}")).json()["facts"] == {"letters": 12}


async def until_ended(web: Web, run: str) -> None:
    while (await web.client.get(f"/runs/{run}")).json()["status"] not in ("done", "failed", "cancelled"):
        pass


async def test_a_list_of_packs_that_cannot_be_read_does_not_keep_the_labs_from_being_listed(web: Web, home: Path) -> None:
    (home / "data" / "packs.json").write_text("not a list")
    page = await told(web, "/packs")
    assert "cannot be read. Correct it or delete it." in page and "guest-echo 0.1" in page


async def test_what_is_installed_is_listed_with_what_it_may(web: Web, guests: Guests) -> None:
    page = await told(web, "/packs")
    assert '<a href="/labs/echo">The echo of a text</a> guest-echo 0.1' in page
    assert "each runs with your rights" in page
    guests.add("other", {"instrument.py": INSTRUMENT}, interface="9", wheel="<b>odd")
    page = (await web.get("/packs")).text
    assert "The lab “other” of &lt;b&gt;odd 0.1 is hidden: It was written for version 9" in page
    hidden = await told(web, "/labs/other", 404)
    assert "is hidden: It was written for version 9" in hidden
    assert "There is no such lab." in await told(web, "/labs/call", 404)


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        (
            "instrument.py",
            f"{INSTRUMENT}\n\ndef conclude(steps):\n    return len(steps) and 1 / 0",
            "it failed in conclude (ZeroDivisionError",
        ),
        ("instrument.py", f"{INSTRUMENT}\n\ndef conclude(steps):\n    import sys\n    sys.exit()", "it failed in conclude (SystemExit)"),
        ("chart.py", f"{CHART}\n\ndef charts(result):\n    return result.no", "it failed in charts (AttributeError: 'Result' object"),
        ("chart.py", f"{CHART}\n\ndef groups(params, steps):\n    return [7]", "groups gave a int, not a Group"),
        ("page.py", PAGE.replace("params.text.upper()", "params.nothing"), "it failed in parts of its page (AttributeError"),
        ("page.py", PAGE.replace('loud="own"', "quiet=1"), "it failed in own of its page (TypeError"),
        ("page.py", f"{PAGE}\nPAGE.conditions = lambda params: 'no list'", "conditions of its page gave a str, not a list"),
        ("templates/sheet.html", "{{ parts.nothing.at_all }}", "could not draw its part of this page (UndefinedError"),
        ("templates/sheet.html", "{% if %}", "could not draw its part of this page (TemplateSyntaxError"),
        ("templates/lab.html", "{% extends 'lab.html' %}{% block lab_below %}{{ 1 / 0 }}{% endblock %}", "(ZeroDivisionError"),
        ("templates/lab.html", "{% extends 'nowhere.html' %}", "(TemplateNotFound: nowhere.html)"),
    ],
)
async def test_what_fails_is_a_sentence_on_its_own_page(guests: Guests, endpoint: Endpoint, file: str, text: str, says: str) -> None:
    guests.add("echo", {**WHOLE, file: text}, wheel="guest-echo")
    async with opened() as web:
        run = await web.run(instrument="echo", params={"text": "abc", "times": 2})
        page = await told(web, f"/labs/echo?run={run}")
        assert says in page and "echo" in page and "abc" in page
        times = re.search(r'name="times"[^>]*\bvalue="(\d+)"', page)
        assert times and page.count(says) <= 2 and f">Run {times[1]} calls, about 1\u202fs" in page
        for path in (f"/runs/{run}", f"/runs/{run}/sheet"):
            assert "abc" in await told(web, path)
        shown = (await web.client.get(f"/runs/{run}")).json()
        assert [step["text"] for step in shown["steps"]] == ["abc", "abc"]
        await nothing_else_fails(web)


async def test_a_form_that_cannot_be_drawn_is_drawn_plainly(guests: Guests, endpoint: Endpoint) -> None:
    guests.add("echo", {**WHOLE, "page.py": f"{PAGE}\nPAGE.form = lambda asked: 1 / 0"}, wheel="guest-echo")
    async with opened() as web:
        page = await told(web, "/labs/echo")
        assert "it failed in form of its page (ZeroDivisionError" in page and 'name="text"' in page
        await nothing_else_fails(web)


@pytest.mark.long
@pytest.mark.parametrize("method", ["params", "place", "keeps"])
async def test_a_post_that_fails_is_a_sentence_too(guests: Guests, endpoint: Endpoint, method: str) -> None:
    guests.add("echo", {**WHOLE, "page.py": f"{PAGE}\nPAGE.{method} = lambda *_: 1 / 0"}, wheel="guest-echo")
    async with opened() as web:
        answer = await web.post("/labs/echo", text="abc", times="2")
        assert f"it failed in {method} of its page" in html.unescape(answer.text)
        await nothing_else_fails(web)


async def test_calls_without_end_are_refused_before_anything_runs(web: Web) -> None:
    answer = await web.post("/labs/echo", text="abc", times="999999999")
    assert answer.status_code == 500 and "makes 999999999 calls, and a run makes 0 to 10,000" in html.unescape(answer.text)
    async with web.lab.store.read() as session:
        assert not await queries.unfinished_runs(session)


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 * 7 }}[/b]"


async def test_markup_in_all_its_strings_is_text(guests: Guests, endpoint: Endpoint) -> None:
    text = INSTRUMENT.replace("The echo of a text", HOSTILE).replace("Your text", HOSTILE).replace("What is said again", HOSTILE)
    text = text.replace("letters came back.", HOSTILE).replace('"Hello"', repr(HOSTILE)).replace("Echo: say again", f"Echo: {HOSTILE}")
    text = text.replace('"letters": exactly', f"{HOSTILE!r}: exactly").replace('kind="echo"', f"kind={HOSTILE!r}")
    chart = CHART.replace("One bar.", HOSTILE).replace("Letters", HOSTILE).replace("Echoes", HOSTILE).replace('"bar"', repr(HOSTILE))
    page = PAGE.replace("Echoes, <b>counted</b>.", HOSTILE)
    page += f"\nfrom fluencylab.web.lab_page import Try\nPage.tries = (Try({HOSTILE!r}, {{'text': {HOSTILE!r}}}),)"
    page += (
        f"\nPage.prompts = lambda self, params: [Prompt({HOSTILE!r}, {HOSTILE!r})]\nPage.conditions = lambda self, params: [{HOSTILE!r}]"
    )
    guests.add("echo", {"instrument.py": text, "chart.py": chart, "page.py": page}, wheel="guest-echo")
    async with opened() as web:
        run = await web.run(instrument="echo", params={"text": HOSTILE, "times": 2})
        shutil.rmtree(guests.folder / "guest_echo" / "static", ignore_errors=True)
        for path in ("/packs", "/map", f"/labs/echo?run={run}", f"/runs/{run}", f"/runs/{run}/sheet"):
            answer = await web.get(path)
            assert answer.status_code == 200, answer.text
            assert "<img src=x" not in answer.text and "<script>alert" not in answer.text and "49[/b]" not in answer.text, path
        guests.without()
        gone = await web.get(f"/runs/{run}")
        assert gone.status_code == 200 and "&lt;img src=x" in gone.text and "<img src=x" not in gone.text


async def test_a_lab_that_is_gone_leaves_its_runs_readable(web: Web, guests: Guests) -> None:
    run = await web.run(instrument="echo", params={"text": "kept words", "times": 2})
    before = (await web.client.get(f"/runs/{run}")).json()
    guests.without()
    page = await told(web, f"/runs/{run}")
    assert "This run was made with the lab “echo”, which is not here." in page
    assert page.count("kept words") == 2
    told_ = (await web.client.get(f"/runs/{run}")).json()
    assert told_["steps"] == before["steps"] and told_["facts"] == {} and "which is not here" in told_["trouble"]
    assert "kept words" in (await web.client.get(f"/runs/{run}/events")).text
    assert "What was measured with a lab that is gone is kept." in await told(web, f"/labs/echo?run={run}", 404)
    again = await web.client.post("/runs", json={"instrument": "echo", "params": {}})
    assert again.status_code == 404 and again.json()["message"] == "There is no lab called “echo”."
    assert "echo" not in await told(web, "/map")
    await nothing_else_fails(web)
    export = await web.client.get("/data/export")
    assert export.status_code == 200 and run in export.text
    restored = await web.client.post("/data/restore", files={"file": ("b.json", export.content)}, data={"replace": "yes"})
    assert restored.status_code < 400, restored.text
    assert "kept words" in await told(web, f"/runs/{run}")
    guests.add("echo", WHOLE, wheel="guest-echo")
    assert "KEPT WORDS of 2" in await told(web, f"/runs/{run}")


async def test_settings_that_no_longer_fit_are_a_sentence(web: Web, guests: Guests) -> None:
    run = await web.run(instrument="echo", params={"text": "kept words", "times": 2})
    guests.without()
    guests.add("echo", {**WHOLE, "instrument.py": INSTRUMENT.replace("max_length=400", "max_length=5")}, wheel="guest-echo")
    page = await told(web, f"/labs/echo?run={run}")
    assert "The lab “echo” has changed: the settings of this run no longer fit it." in page
    assert "kept words" in page


async def test_a_lab_with_nothing_but_its_instrument_is_whole(guests: Guests, endpoint: Endpoint) -> None:
    guests.add("echo", {"instrument.py": INSTRUMENT})
    async with opened() as web:
        run = await web.run(instrument="echo", params={"text": "abc", "times": 2})
        page = await told(web, f"/labs/echo?run={run}")
        assert "6 letters came back." in page and "Say again what was said, and count its letters." in page
        assert (await web.client.get("/static/labs/echo/lab.js")).status_code == 404
