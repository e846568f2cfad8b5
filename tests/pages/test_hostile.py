"""What a model writes is text, whatever it writes; and no page of ours is torn by it."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import begin, predict, run, sideways, stage
from .conftest import Told

pytestmark = pytest.mark.page
LONG = "Donaudampfschifffahrt" * 100
ANSWERS = {
    "image": "<img src=x onerror=\"document.title='owned'\">",
    "script": "</script><script>document.title='owned'</script>",
    "closing": "</li></ol></div></main>\"'><h1 id=owned>",
    "attribute": "\" onmouseover=\"document.title='owned'\" autofocus onfocus=\"document.title='owned'",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} &lt;b&gt;",
    "markdown": "# Head\n\n**bold** [link](javascript:alert(1)) ![](https://example.org/x.png) `code`",
    "right-to-left": "abc \u202e gnp.exe \u2066 \u200f שלום",
    "null": "a\u0000b\u0007c\ufffe",
    "emoji": "👩‍👩‍👧‍👦" * 20,
    "combining": "Z" + "\u0351\u0323" * 200,
    "long": LONG,
}


@pytest.mark.parametrize("said", ANSWERS.values(), ids=ANSWERS.keys())
def test_in_a_call_while_it_is_written_and_after(told_server: Server, told: Told, open_page: Opener, said: str) -> None:
    page = open_page(width=360)
    told.say = lambda _: [said, " end."]
    told.hold()
    page.goto(told_server.url("/first-call"))
    page.get_by_role("button", name="Run").first.click()
    answer = page.locator(".answer.writing")
    expect(answer).to_contain_text(said[:3])
    assert answer.evaluate("e => e.children.length") == 0
    assert not sideways(page)
    told.release()
    expect(page.locator(".answer:not(.writing)")).to_contain_text("end.")
    page.reload()
    assert page.locator(".answer").evaluate("e => e.children.length") == 0
    assert not sideways(page)
    assert page.title() != "owned"
    assert page.locator("#owned").count() == 0
    if said == ANSWERS["image"]:
        expect(page.locator(".answer")).to_have_text(said + " end.")


@pytest.mark.parametrize("name", ["image", "closing", "attribute", "long", "combining"])
def test_in_a_mission(told_server: Server, told: Told, open_page: Opener, name: str) -> None:
    page = open_page(width=360)
    told.say = lambda _: [ANSWERS[name], " end."]
    begin(told_server, page)
    predict(page)
    told.hold(after=3)
    run(page)
    expect(page.get_by_text("3 of 24 calls")).to_be_visible()
    assert not sideways(page)
    told.release()
    stage(page, "see")
    assert page.title() != "owned"
    assert page.locator("#owned, main img, main script").count() == 0
    assert not sideways(page)


def test_an_answer_without_a_word_is_said_to_be_one(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = lambda _: []
    browser_page.goto(told_server.url("/first-call"))
    browser_page.get_by_role("button", name="Run").first.click()
    expect(browser_page.get_by_text("The call brought no answer: ended without a word.")).to_be_visible()
    begin(told_server, browser_page)
    predict(browser_page)
    run(browser_page)
    stage(browser_page, "see")
    expect(browser_page.get_by_text("24 of 24 calls brought no answer: ended without a word.").first).to_be_visible()


def test_a_hostile_prompt_is_text_too(told_server: Server, told: Told, browser_page: Page) -> None:
    prompt = '</textarea><script>document.title="owned"</script>'
    browser_page.goto(told_server.url("/first-call"))
    browser_page.get_by_label("What should the model write?").fill(prompt)
    browser_page.get_by_role("button", name="Run").first.click()
    expect(browser_page).to_have_url(re.compile("run="))
    browser_page.reload()
    expect(browser_page.get_by_label("What should the model write?")).to_have_value(prompt)
    assert browser_page.title() != "owned"
