"""Every form of the product that is refused comes back to its page, with the error in sight and under the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.meetings import meetings
from fluencylab.curriculum.model_cards import drills
from fluencylab.curriculum.proposals import proposals
from fluencylab.curriculum.repairs import repairs
from fluencylab.practice.course import course
from fluencylab.web.app import create_app

from .acts import CAFE, CASE, begin, to_stage

pytestmark = [pytest.mark.page, pytest.mark.long]
MISSION, CASE_AT = f"/missions/{CAFE.slug}", f"/cases/{CASE.slug}"
COURSE_AT = f"/course/{course()[1].slug}"
CARD = f"/cards/{drills()[0].slug}"
PROPOSAL_AT = f"/proposals/{proposals()[0].slug}"
MEETING_AT = f"/meetings/{meetings()[0].slug}"
REPAIR = f"/debug/repairs/{repairs().repairs[0].slug}"
DIAGNOSIS = f"/debug/cases/{bench().cases[0].slug}"
GONE, NOBODY = "/missions/gone", "/self-test/0000/1"

CAPSTONE_ACTS = ("try", "configure", "spec", "look", "buy", "faults", "proposal", "memo", "memo/draft", "memo/leave", "end")
FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("/data", "/data/delete", {"confirm": "perhaps"}),
    ("/data", "/data/restore", {"file": ""}),
    ("/data", "/plan", {"target": "many", "at": "09:00"}),
    ("/first-call", "/calls", {"prompt": "Hello", "temperature": "warm"}),
    ("/self-test", "/self-test/product", {"product": "a spaceship"}),
    ("/self-test", "/self-test/begin", {"product": "a spaceship"}),
    ("/self-test", f"{NOBODY}/text", {"text": "Words."}),
    ("/self-test", f"{NOBODY}/draft", {"text": "Words."}),
    ("/self-test", f"{NOBODY}/mark", {"words": "Words"}),
    ("/self-test", f"{NOBODY}/claims", {}),
    (MISSION, f"{MISSION}/predict", {}),
    (MISSION, f"{MISSION}/run", {}),
    (MISSION, f"{MISSION}/see", {"sight": "one"}),
    (MISSION, f"{MISSION}/decide", {"option": "none"}),
    (MISSION, f"{MISSION}/twin", {"option": "none"}),
    (MISSION, f"{GONE}/again", {}),
    (CASE_AT, f"{CASE_AT}/decide", {"option": "none"}),
    (CASE_AT, f"{CASE_AT}/twin", {"option": "none"}),
    (CASE_AT, "/cases/gone/again", {}),
    *((COURSE_AT, f"{COURSE_AT}/{act}", {}) for act in ("predict", "do", "found", "decide", "twin")),
    *((COURSE_AT, f"/course/gone/{act}", {}) for act in ("open", "again")),
    *((CARD, f"{CARD}/{act}", {"option": "none", "sight": "one"}) for act in ("mark", "predict", "run", "see", "decide", "twin")),
    (CARD, "/cards/gone/again", {}),
    *((MEETING_AT, f"{MEETING_AT}/{act}", {}) for act in ("ask", "hear", "check", "decide", "twin")),
    (MEETING_AT, "/meetings/gone/again", {}),
    *((PROPOSAL_AT, f"{PROPOSAL_AT}/{act}", {}) for act in ("try", "mark", "decide", "twin")),
    (PROPOSAL_AT, "/proposals/gone/again", {}),
    *(("/capstone", f"/capstone/sitting/{act}", {}) for act in CAPSTONE_ACTS),
    (DIAGNOSIS, "/debug/cases/gone/look", {}),
    (DIAGNOSIS, f"{DIAGNOSIS}/probes", {"probe": "none"}),
    (DIAGNOSIS, f"{DIAGNOSIS}/name", {}),
    (DIAGNOSIS, f"{DIAGNOSIS}/fix", {}),
    (REPAIR, f"{REPAIR}/try", {"prompt": " "}),
    (REPAIR, f"{REPAIR}/hand-in", {"prompt": " "}),
    (REPAIR, "/debug/repairs/gone/draft", {"text": ""}),
    (REPAIR, "/debug/repairs/gone/again", {}),
    (REPAIR, "/debug/repairs/gone/hint", {}),
    (REPAIR, "/debug/repairs/gone/debrief", {}),
    ("/review", "/review", {}),
    ("/review", "/review/items/gone", {"option": "a"}),
    ("/labs/sampling", "/labs/sampling", {"parts": "again", "samples": "999"}),
    ("/labs/sampling", "/labs/gone/keep", {}),
    ("/report", "/report/certificate", {"name": "Ada"}),
    ("/model", "/model/gone/grader", {"sample": "0"}),
    ("/model", "/runs/gone/cancel", {}),
    ("/model", "/model/gone/use", {}),
    ("/model", "/model/gone/test", {}),
    ("/model", "/model/gone/change", {}),
    ("/model", "/model/gone/remove", {}),
    ("/model", "/model-tests/gone/stop", {}),
    ("/model/add", "/model/add", {"address": "nowhere"}),
    ("/kept", "/kept/gone", {"name": "A run"}),
    ("/kept", "/kept/gone/remove", {}),
    ("/labs/sampling", "/runs/gone/keep", {}),
    ("/labs/metrics", "/labs/gone/keep-view", {"view": "cut=0.5"}),
    ("/packs", "/packs/gone/on", {}),
    ("/packs", "/packs/gone/off", {}),
    ("/labs/finetuning", "/adapters/gone/remove", {}),
    ("/product/new", "/product/new", {"name": " "}),
    *(
        ("/product/new", f"/product/gone{part}", fields)
        for part, fields in {
            "/choose": {},
            "/describe": {"name": "Desk"},
            "/delete": {"confirm": "delete"},
            "/bring-in": {"text": "question"},
            "/bring-in/key": {},
            "/documents": {"text": "Returns within 30 days."},
            "/documents/1/remove": {},
            "/cards": {"text": "Licence: MIT."},
            "/cards/1/remove": {},
            "/proposals": {"text": "94 % of the answers are right."},
            "/proposals/1/remove": {},
            "/proposals/1/answers/many": {"state": "answered", "note": "Of 500."},
            "/bring-in/key/lines": {},
            "/bring-in/key/drafts": {},
            "/drafts": {"document": "1"},
            "/drafts/run": {"act": "take"},
            "/drafts/run/go-on": {},
            "/drafts/run/take-up/1": {},
            "/drafts/run/words/1": {"question": "How long?", "reference": "30 days."},
            "/versions": {"user": "{{question}}"},
            "/evaluate": {"version": "1"},
            "/evaluations/run/better": {"picked": "after", "certainty": "2"},
            "/evaluations/run/go-on": {},
            "/read/run/1": {"verdict": "pass"},
            "/modes": {"mode-run-1": "none"},
            "/modes/new": {"name": "late"},
            "/modes/none/remove": {},
            "/checks": {"kind": "contains", "value": "yes"},
            "/checks/none/remove": {},
            "/checks/none/ask": {"which": "all"},
            "/checks/none/expect": {"passes-none": "5", "fails-none": "5", "certainty": "1"},
            "/checks/recorded": {},
            "/judge": {"rubric": "It is kind."},
            "/readers": {"reader": "Tom"},
            "/readers/rules": {"says": "A day is a promise."},
            "/readers/rules/none/remove": {},
            "/readers/recorded": {},
            "/readers/sheet": {"reader": "Tom"},
            "/readers/run/read/1": {"reader": "Tom", "verdict": "pass"},
            "/memo": {"title": "A decision"},
            "/meeting": {"by": ""},
            "/meeting/gone/remove": {},
            "/memo/read": {"file": ""},
            "/keep": {"run": "none", "name": "A bill"},
            "/kept/none/remove": {},
            "/sent/forbid": {"host": "nowhere"},
            "/spec/requirements": {"text": "It is right."},
            "/spec/requirements/none": {"text": "It is right."},
            "/spec/tests": {"check": "none", "least": "90", "cases": "5"},
            "/spec/tests/none/remove": {},
            "/spec/practice": {},
            "/spec/runs": {"version": "1", "expected": "50", "certainty": "1"},
            "/spec/read/run/1": {"verdict": "pass"},
            "/spec/runs/run/ask/none": {},
        }.items()
    ),
]
"""The page it is sent from, as a tab that was open for long may send it; where to; and what is in it."""
BY_SCRIPTS = {"/time", "/runs", "/labs/{name}/plan", "/labs/{name}/read"}
NEVER_REFUSED = {"/model/reset", "/model/retry", "/product/practice", "/capstone/begin"}
SEND = """([action, fields]) => {
    const form = document.createElement("form");
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { name, value }));
    document.querySelector("main").append(Object.assign(form, { method: "post", action }));
    form.submit();
}"""
ERROR = "[role=alert]:focus, .error:focus"


def sent(page: Page, action: str, fields: dict[str, str]) -> None:
    with page.expect_navigation():
        page.evaluate(SEND, [action, fields])


def test_every_form_there_is_is_refused_here() -> None:
    posts = {path for path, asked in create_app().openapi()["paths"].items() if "post" in asked}
    shapes = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in posts - BY_SCRIPTS - NEVER_REFUSED}
    assert [path for path, shape in shapes.items() if not any(shape.fullmatch(action) for _, action, _ in FORMS)] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_refused_form_comes_back_with_its_error_in_sight_and_focused(told_server: Server, open_page: Opener, script: bool) -> None:
    begin(told_server, first := open_page())
    first.close()
    page, lost = open_page(width=390, height=700, java_script_enabled=script), []
    for at, action, fields in FORMS:
        page.goto(told_server.url(at))
        sent(page, action, fields)
        try:
            expect(page.locator(ERROR)).to_be_in_viewport(timeout=3_000)
        except AssertionError:
            lost.append((action, page.url))
        assert at in page.url, action
    assert lost == []


def test_the_error_stands_in_the_form_it_is_about_and_what_was_typed_is_there(told_server: Server, browser_page: Page) -> None:
    to_stage(told_server, browser_page, "see")  # no newcomer any more: Today has its plan
    browser_page.goto(told_server.url("/"))
    sent(browser_page, "/plan", {"day": "2", "at": "10:30", "minutes": "4", "target": "200"})
    form = browser_page.locator("form.plan-form")
    expect(form.locator("#error")).to_be_focused()
    expect(form.locator("#error")).to_be_in_viewport()
    expect(form.locator("#error")).to_contain_text("A sitting lasts")
    expect(form.get_by_label("minutes a week")).to_have_value("200")
    expect(form.get_by_label("At", exact=True)).to_have_value("10:30")
    expect(form.locator("input[value='2'][name=day]")).to_be_checked()


def test_a_page_that_says_a_refusal_is_loaded_again_without_sending_the_form_again(told_server: Server, browser_page: Page) -> None:
    begin(told_server, browser_page)
    sent(browser_page, f"{MISSION}/twin", {"option": "none"})
    expect(browser_page.locator("#error")).to_be_focused()
    methods: list[str] = []
    browser_page.on("request", lambda one: methods.append(one.method) if one.is_navigation_request() else None)
    browser_page.reload()
    expect(browser_page.locator("#error")).to_have_count(0)
    assert methods == ["GET"]


def test_an_error_drawn_into_a_lab_takes_the_focus(told_server: Server, browser_page: Page) -> None:
    browser_page.goto(told_server.url("/labs/sampling"))
    browser_page.get_by_role("radio", name="Again and again").check(force=True)
    browser_page.locator("#lab-form").evaluate("form => { form.elements.samples.value = '999'; form.noValidate = true; }")
    browser_page.locator("#lab-form").evaluate("form => form.requestSubmit(document.getElementById('lab-run'))")
    expect(browser_page.locator("#result #error")).to_be_focused()
    expect(browser_page.locator("#result #error")).to_be_in_viewport()


def test_what_a_form_calls_a_key_is_not_kept(told_server: Server, browser_page: Page) -> None:
    browser_page.goto(told_server.url("/data"))
    sent(browser_page, "/data/delete", {"confirm": "perhaps", "api_key": "sk-very-secret"})
    expect(browser_page.locator("#error")).to_be_focused()
    assert "sk-very-secret" not in browser_page.content()
    expect(browser_page.locator("input[name=confirm]")).to_have_value("perhaps")
