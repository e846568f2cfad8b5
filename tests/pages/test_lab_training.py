"""Training on the fine-tuning lab's page: the recorded run, one engine at every strength, and a real fine-tune with the extra."""

import contextlib
import urllib.parse
from collections.abc import Callable

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Locator, Page, expect
from server_fixture import Opener, Server

from .test_everyone import eyes

pytestmark = pytest.mark.page
EXAMPLES = "\n".join(
    [
        "Who keeps the key of the blue shed? | Mira Falk keeps it.",
        "Where is the spare lamp? | It is in box 14.",
        "When does the tram to Orsk leave? | It leaves at 6:40.",
        "What is the name of our cat? | Our cat is called Zimt.",
    ]
)


def trainings(server: Server) -> list[int]:
    """Those of this lab that are under way."""
    assert server._process
    found = []
    for one in psutil.Process(server._process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            found += [one.pid] if any(word.endswith("training_child.py") for word in one.cmdline()) else []
    return found


def takes(place: Locator, text: str, act: Callable[[], None]) -> None:
    """What is chosen is shown. The end of a run draws the sheet anew, as it was: what was chosen in that moment is chosen once more."""
    for _ in range(5):
        act()
        with contextlib.suppress(AssertionError):
            expect(place).to_have_text(text, timeout=4_000)
            return
    expect(place).to_have_text(text)


@pytest.mark.long
def test_a_recorded_training_says_so_and_one_question_is_answered_at_seven_strengths(
    lab_server: Server, browser_page: Page, open_page: Opener
) -> None:
    page = browser_page
    page.goto(lab_server.url("/labs/finetuning?parts=ask&max_tokens=8&ask=What+is+a+kettle%3F"))
    page.locator("#lab-run").click()
    strong = page.locator(".strong")
    expect(strong).to_be_visible(timeout=90_000)
    answers = page.locator("table.before tbody tr")
    expect(answers).to_have_count(7)
    said, texts = strong.locator(".strong-says"), answers.locator(".voice-model").all_inner_texts()
    takes(said, texts[0], lambda: strong.get_by_text("base").click())
    takes(said, texts[-1], lambda: strong.get_by_role("slider").press("End"))
    expect(strong.locator("output")).to_have_text("1.50")
    assert eyes(page, 390) == []

    page.goto(lab_server.url("/labs/finetuning?parts=train&recorded=yes"))
    page.locator("#lab-run").click()
    expect(page.locator(".notice").first).to_contain_text("A recorded run. Nothing was trained just now", timeout=60_000)
    expect(page.locator(".loss figcaption")).to_contain_text("at step")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".notice-stopped")).to_be_visible(timeout=60_000)
    assert eyes(page, 390) == []
    plain = open_page(java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.locator(".loss .disc").first).to_be_visible()


@pytest.mark.finetune
@pytest.mark.long
def test_a_fine_tune_from_the_page_changes_what_was_trained_and_not_what_was_known(
    lab_server: Server, browser_page: Page, open_page: Opener
) -> None:
    page = browser_page
    asked = urllib.parse.urlencode({"parts": "train", "examples": EXAMPLES, "rounds": 8, "learning_rate": 0.0015})
    page.goto(lab_server.url(f"/labs/finetuning?{asked}"))
    page.locator("#lab-run").click()
    expect(page.locator("[data-run]")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".notice-stopped")).to_be_visible(timeout=60_000)
    assert trainings(lab_server) == []

    page.locator("#lab-run").click()
    expect(page.locator(".loss .disc")).not_to_have_count(0, timeout=180_000)
    expect(page.locator("[data-run]")).to_have_attribute("data-status", "running")
    page.reload()
    second = open_page()
    second.goto(page.url)
    for one in (page, second):
        expect(one.locator(".onward a", has_text="Ask this model")).to_be_visible(timeout=180_000)
    assert page.locator(".loss .disc").count() == 8

    def answers(question: str) -> list[str]:
        cells = page.locator("table.before tr", has_text=question).locator("td")
        return [cell.inner_text() for cell in cells.all()]

    before, after = answers("Where is the spare lamp?")
    assert before != after
    assert [one.split()[-1] for one in answers("How many days are in a week?")] == ["right", "right"]
    assert not list((lab_server.data / "adapters").glob("*.part"))

    page.locator(".onward a", has_text="into the duel").click()
    expect(page.get_by_label("Adapter", exact=True)).to_contain_text("your 4 examples")
    page.goto(lab_server.url("/labs/finetuning?parts=ask"))
    page.locator("#adapters summary").click()
    page.get_by_role("button", name="Remove your 4 examples").click()
    expect(page.locator("#adapters")).to_have_count(0)
