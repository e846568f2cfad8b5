"""What a model writes is text, whatever it writes; and no page of ours is torn by it."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import begin, predict, run, sideways, stage
from .conftest import Told

pytestmark = [pytest.mark.page, pytest.mark.long]
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


def test_in_a_call_while_it_is_written_and_after(told_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page(width=360)
    for name, said in ANSWERS.items():
        told.say = lambda _, said=said: [said, " end."]  # type: ignore[misc]
        told.hold()
        page.goto(told_server.url("/first-call"))
        page.locator("form[data-ask] button[type=submit]").click()
        answer = page.locator(".answer.writing")
        expect(answer).to_contain_text(said[:3])
        assert answer.evaluate("e => e.children.length") == 0, name
        assert not sideways(page), name
        told.release()
        expect(page.locator(".answer:not(.writing)")).to_contain_text("end.")
        page.reload()
        assert page.locator(".answer").evaluate("e => e.children.length") == 0, name
        assert not sideways(page), name
        assert page.title() != "owned", name
        assert page.locator("#owned").count() == 0, name
        if name == "image":
            expect(page.locator(".answer")).to_have_text(said + " end.")


def test_in_a_mission(told_server: Server, told: Told, open_page: Opener) -> None:
    """Every one of them in turn, the widest while it runs."""
    page, turn = open_page(width=360), cycle((ANSWERS["long"], *ANSWERS.values()))
    told.say = lambda _: [next(turn), " end."]
    begin(told_server, page)
    predict(page)
    told.hold(after=3)
    run(page)
    expect(page.get_by_text("3 of 24 calls")).to_be_visible()
    assert not sideways(page)
    told.release()
    stage(page, "see")
    expect(page.locator("main")).to_contain_text(ANSWERS["image"])
    assert page.title() != "owned"
    assert page.locator("#owned, main img, main script").count() == 0
    assert not sideways(page)


def test_an_answer_without_a_word_is_said_to_be_one(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = lambda _: []
    browser_page.goto(told_server.url("/first-call"))
    browser_page.locator("form[data-ask] button[type=submit]").click()
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
    browser_page.locator("form[data-ask] button[type=submit]").click()
    expect(browser_page).to_have_url(re.compile("run="))
    browser_page.reload()
    expect(browser_page.get_by_label("What should the model write?")).to_have_value(prompt)
    assert browser_page.title() != "owned"
