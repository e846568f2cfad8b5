"""Seven sittings of forty minutes through the whole product, by a product manager who is new to it, with a picture of each screen.

    python tools/sittings.py                        all seven, to screens/sittings/, which git does not hold
    python tools/sittings.py --to /tmp/sat --sitting 3 --look dark
    python tools/sittings.py --told                 a scripted model in place of the embedded one: quicker, where no answer is looked at

They are for looking at: at no moment may it be unclear what to do next. `acts.txt` beside the pictures says which primary acts each screen
shows; a screen without one, or with two, is marked there. What a sitting cannot find fails it, so they are walked before a release.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import learners  # noqa: E402
from conftest import chromium  # noqa: E402
from lab_fixture import Endpoint  # noqa: E402
from odd_endpoint import Habits, odd  # noqa: E402
from offered import OPEN, fill  # noqa: E402
from server_fixture import Server, watch  # noqa: E402

from fluencylab.curriculum.figures import figure_texts  # noqa: E402
from fluencylab.curriculum.loader import track  # noqa: E402
from fluencylab.curriculum.repairs import repairs  # noqa: E402
from tools.screens import LOOKS, opened  # noqa: E402

TALLEST = 3200
"""Pixels of a page that a picture shows; nobody looks at more of it at once."""
TERMS = "=== Returns ===\nYou can send items back within 30 days. Members of the club have 60 days. Outlet items have 14 days.\n\n" + (
    "=== Delivery ===\nStandard delivery costs €4.90 in the whole of the country and on its islands. Nothing is delivered on Sundays.\n"
)
ASKED = (
    "What does standard delivery cost? | 4.90 | Delivery\nHow long have members of the club? | 60 days | Returns\nWho founded the shop? |\n"
)
SAID = "It writes one word at a time from a list of probabilities. At higher temperature the answers become more accurate."


class Sitting:
    """One sitting: what is seen, in order, and which acts each screen offers as primary."""

    def __init__(self, number: int, page: Page, server: Server, folder: Path) -> None:
        self.number, self.page, self.server, self.folder, self.acts = number, page, server, folder, list[str]()

    def go(self, path: str) -> None:
        self.page.goto(self.server.url(path))

    def see(self, name: str) -> None:
        """A numbered picture from where the reader looks: the top, or the place a fragment or a focus brought them to."""
        page = self.page
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(400)
        shown = page.locator("main .button-primary:visible").all_inner_texts()
        mark = "" if len(shown) == 1 else "  <- none" if not shown else "  <- several"
        file = self.folder / f"{self.number}-{len(self.acts) + 1:02}-{name}.png"
        self.acts.append(f"{file.stem}: {' | '.join(text.strip() for text in shown)}{mark}")
        height = page.evaluate("document.documentElement.scrollHeight")
        width = page.evaluate("document.documentElement.clientWidth")
        page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(TALLEST, height)})

    def press(self, name: str) -> None:
        """The button or link that begins with these words."""
        said = re.compile(f"^{re.escape(name)}")
        main = self.page.locator("main")
        main.get_by_role("button", name=said).or_(main.get_by_role("link", name=said)).locator("visible=true").first.click()

    def on(self) -> None:
        """What the page offers as the one thing to do now."""
        self.page.locator("main .button-primary:visible").last.click()
        self.page.wait_for_load_state()

    def stage(self, name: str) -> None:
        self.page.locator(f"article[data-stage={name}]").wait_for(state="attached")

    def done(self) -> None:
        """Wait until the run of a lab has ended."""
        self.page.locator("#result [data-status=done]").first.wait_for(timeout=300_000)


# Parts that several sittings have


def mission(you: Sitting) -> None:
    page = you.page
    you.stage("predict")
    you.see("mission-predict")
    for field in page.locator("input[type=number]").all():
        low, high = (float(field.get_attribute(name) or 0) for name in ("min", "max"))
        step = float(field.get_attribute("step") or 1)
        field.fill(f"{low + round((high - low) * 0.4 / step) * step:g}")
    page.locator("[name=certainty]").nth(1).check(force=True)
    you.on()
    you.stage("run")
    you.see("mission-run")
    page.locator("[data-run-form] button").first.click()
    you.stage("see")
    you.see("mission-see")
    page.locator("#see .option input").first.check()
    you.on()
    you.stage("decide")
    you.see("mission-decide")
    page.locator("#decide .option input").first.check()
    page.locator("#decide [name=certainty]").nth(1).check(force=True)
    you.on()
    you.stage("twin")
    you.see("mission-twin")
    again(you)
    you.see("mission-done")


def again(you: Sitting) -> None:
    you.page.locator("#twin .option input").nth(1).check()
    you.page.locator("#twin button[type=submit]").click()
    you.stage("done")


def case(you: Sitting) -> None:
    page = you.page
    you.see("case")
    page.locator("[name=option]").first.check()
    for i in (0, 1):
        page.locator("[name=reason]").nth(i).check()
    page.locator("[name=flip]").first.check()
    page.locator("[name=certainty]").nth(1).check(force=True)
    page.locator("#answers button[type=submit]").click()
    you.stage("twin")
    you.see("case-twin")
    again(you)
    you.see("case-done")


def stages(you: Sitting, name: str, most: int = 25) -> None:
    """An exercise of any kind by what its page offers, with a picture of each stage."""
    page, seen = you.page, ""
    for _ in range(most * 4):
        stage = page.locator("article[data-stage]").first.get_attribute("data-stage") or ""
        if stage != seen and not page.locator("[data-run][data-status=running]").count():
            you.see(f"{name}-{stage}")
            seen = stage
        if stage == "done":
            return
        if page.locator(OPEN).count():
            fill(page)
            page.locator(f"{OPEN} .button-primary:visible").first.click()
        page.wait_for_timeout(500)
    raise RuntimeError(f"{name}: no end, {page.url}")


# The seven


def newcomer(you: Sitting) -> None:
    """First page, a call, the first mission whole, and what comes next."""
    page = you.page
    you.go("/")
    you.see("first-page")
    you.on()
    page.locator(".after-call").wait_for()
    you.see("after-the-call")
    you.on()
    mission(you)
    you.on()
    you.see("what-next")
    you.go("/")
    you.see("today")
    you.go("/map")
    you.see("map")


def self_test(you: Sitting) -> None:
    """Seven questions, the result, the first recommended concept with its figures, and a case."""
    page = you.page
    you.go("/self-test")
    you.see("start")
    page.locator("input[name=product][value=support-bot]").check()
    you.on()
    for number in range(1, 8):
        if number == 1:
            you.see("question")
            page.locator("textarea").fill(SAID)
            you.press("Hand in")
            page.locator("#read").wait_for()
            you.see("question-read")
            you.press("Go on to true or false")
        else:
            if number == 2:
                you.see("question-2")
            you.press("I cannot answer")
        page.locator(".claim").first.wait_for()
        for i, claim in enumerate(page.locator(".claim").all()):
            claim.get_by_text("true" if (i + number) % 3 else "false", exact=True).click()
            claim.get_by_text("fairly sure", exact=True).click()
        page.locator(".situation .option").nth(number % 3).click()
        page.locator(".situation").get_by_text("very sure", exact=True).click()
        if number == 1:
            you.see("claims")
        you.press("Answer all")
        you.stage("answered")
        if number in (1, 7):
            you.see("claims-answered")
        you.on()
    page.locator("#result").wait_for()
    you.see("result")
    you.on()
    you.see("first-recommended")
    priority = page.locator("[data-concept]").first.get_attribute("data-concept") or track().concepts[0].slug
    you.go(f"/concepts/{priority}")
    you.see("concept")
    if not figure_texts(priority):
        you.go(track().concepts[0].href)
        you.see("concept-with-figures")
    slider = page.locator("[role=slider]").first
    slider.wait_for()
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    you.see("concept-figure-moved")
    page.locator("#cases .exercise-list a").first.click()
    case(you)


def bench(you: Sitting) -> None:
    """The list, a diagnosis with two probes, and a repair: handed in badly, then well."""
    page = you.page
    you.go("/debug")
    you.see("debug")
    you.go("/debug/cases/twice-as-fast")
    you.see("diagnosis")
    page.locator("#look form button").click()
    you.stage("probe")
    you.see("diagnosis-looked")
    for i, probe in enumerate(("search", "tokens")):
        page.locator(f"button[name=probe][value={probe}]").click()
        page.locator(".probe [data-status=done]").nth(i).wait_for()
    you.see("diagnosis-probes")
    page.locator("input[name=cause][value=cut]").check()
    page.locator("input[name=evidence][value=tokens]").check()
    page.locator("[name=certainty]").nth(1).check(force=True)
    you.press("Name the cause")
    you.stage("fix")
    you.see("diagnosis-fix")
    page.locator("input[name=fix]").first.check()
    you.press("Ask for this")
    you.stage("done")
    you.see("diagnosis-done")
    found = repairs().repairs[0]
    you.go(f"/debug/repairs/{found.slug}")
    you.see("repair")
    for tries, (name, prompt) in enumerate({"failed": found.plausible[0].prompt, "mended": found.reference.prompt}.items(), start=1):
        page.locator("textarea[name=prompt]").fill(prompt)
        you.press("Hand in")
        page.locator(f"#repair[data-tries='{tries}']").wait_for(timeout=300_000)
        you.see(f"repair-{name}")
    you.go("/debug")
    you.see("debug-after")


def labs(you: Sitting) -> None:
    """One's own document in the RAG lab, a bill, a run kept and compared and taken along; a model added, tested, used and removed."""
    page = you.page
    you.go("/labs/retrieval")
    you.see("rag")
    you.go("/labs/retrieval?size=10&k=1&budget=200&answered=5&absent=5&sizes=")
    page.locator("summary", has_text="Your own documents").click()
    page.locator("#field-documents").fill(TERMS)
    page.locator("#field-questions").fill(ASKED)
    page.locator("#lab-run").click()
    you.done()
    you.see("rag-own")
    you.go("/labs/cost?messages=12")
    you.see("cost")
    page.locator("#lab-run").click()
    you.done()
    page.locator("#bill").wait_for()
    you.see("cost-bill")
    page.locator("#keep-form > summary").click()
    page.fill("#keep-name", "Twelve messages")
    page.fill("#keep-note", "Ask Ana whether twelve is usual.")
    you.press("Keep this run")
    page.locator(".kept-note").wait_for()
    you.see("kept")
    you.go("/labs/cost?messages=30")
    page.locator("#lab-run").click()
    you.done()
    you.press("Compare with another run")
    you.see("compare-with")
    page.locator(".compare-choices a").first.click()
    you.see("compared")
    you.go("/kept")
    you.see("kept-runs")
    page.get_by_role("link", name="Twelve messages", exact=True).click()
    page.locator("#take-along > summary").click()
    you.see("take-along")
    with page.expect_download():
        page.get_by_role("link", name="Measures").click()
    with odd(Habits(models=("small:1b", "large:9b"))) as there:
        a_model(you, there.address)


def a_model(you: Sitting, address: str) -> None:
    page = you.page
    you.go("/model")
    you.see("model")
    you.press("Add a model")
    you.see("model-add")
    page.get_by_label("Its address").fill(address)
    you.press("Look what is there")
    page.get_by_text("It has 2 models.").wait_for()
    page.get_by_label("small:1b").check()
    you.see("model-found")
    you.press("Test it, and add it")
    page.get_by_role("button", name="Use this one").wait_for()
    you.see("model-tested")
    you.press("Use this one")
    page.get_by_text("answers from now on.").wait_for()
    you.see("model-used")
    page.locator(".model-used").get_by_role("link", name="Remove").click()
    you.see("model-remove")
    you.press("Remove it")
    you.see("model-removed")


def weeks(you: Sitting) -> None:
    """Six weeks on: what is due, the map and a cell, the report, the plan and one's data."""
    page = you.page
    you.go("/")
    you.see("today")
    you.go("/review")
    you.see("review")
    you.on()
    for number in range(8):
        if not page.locator("input[name=option]").count():
            break
        if number < 2:
            you.see("review-item")
        page.locator("input[name=option]").nth(number % 2).check()
        page.get_by_text("fairly sure", exact=True).click()
        you.press("Answer")
        you.stage("answered")
        if number < 2:
            you.see("review-answered")
        you.on()
    you.see("review-ended")
    you.go("/map")
    you.see("map")
    page.locator("table.map td a").first.click()
    you.see("cell")
    you.go("/report")
    you.see("report")
    you.go("/")
    page.locator(".week summary").first.click()
    you.see("plan")
    you.go("/data")
    you.see("data")


def kinds(you: Sitting) -> None:
    """What one finds under Practice: a card, a meeting and a proposal, and an hour on a product that no exercise speaks of."""
    page = you.page
    you.go("/practice")
    you.see("practice")
    for kind in ("cards", "meetings", "proposals"):
        you.go(f"/{kind}")
        you.see(kind)
        page.locator(f"main a[href^='/{kind}/']").first.click()
        stages(you, kind)
    you.go("/course")
    you.see("course")
    you.go("/capstone")
    you.see("capstone")
    you.press("Begin the 60 minutes")
    page.locator("#capstone").wait_for()
    for part in ("configure", "spec", "faults", "proposal"):
        page.locator(f"#capstone[data-stage={part}]").wait_for()
        you.see(f"capstone-{part}")
        if part == "spec":
            page.locator("input[name=test]").first.check()
            you.press("Hand the tests in")
        else:
            you.press("Go on without this part")
    page.locator("#capstone[data-stage=memo]").wait_for()
    you.see("capstone-memo")
    you.press("Go on without this part")
    page.locator("#capstone[data-stage=done]").wait_for()
    you.see("capstone-done")
    you.go("/report")
    you.see("report-after")


def product(you: Sitting) -> None:
    """One's own product: cases brought in, a prompt, a run, outputs read, what goes wrong named, a memo, a card and a proposal."""
    page = you.page
    you.go("/product")
    you.see("product")
    you.go("/product/new")
    you.see("product-new")
    page.get_by_label("What is it called?").fill("Parcel desk")
    you.press("Begin, and bring in cases")
    you.see("bring-in")
    page.locator("textarea[name=text]").fill("question\n" + "\n".join(f"Where is my parcel number {n}?" for n in range(1, 13)))
    you.press("Look at it")
    you.see("bring-in-looked")
    you.press("Keep 12 cases")
    you.see("way-1")
    you.on()
    page.get_by_label("Instructions").fill("You answer customers of a parcel service.")
    page.get_by_label("What a customer sends").fill("{{question}}")
    you.see("version")
    you.press("Keep as version 1")
    you.see("evaluate")
    page.locator("input[type=number][name=expected]").fill("80")
    page.get_by_text("fairly sure", exact=True).click()
    you.press("Run ")
    read = page.get_by_role("link", name="Read what came out")
    read.wait_for(timeout=300_000)
    you.see("evaluated")
    read.click()
    you.see("read")
    for number in range(6):
        page.locator(".read-progress").get_by_text(re.compile(rf"\b{number} read")).wait_for()
        page.wait_for_load_state()
        if number % 2:
            page.keyboard.press("n")
            page.keyboard.type("makes something up")
        page.keyboard.press("Control+Enter" if number % 2 else "p")
    page.get_by_text("You have read all").wait_for()
    you.see("read-all")
    page.get_by_role("link", name="Name what goes wrong").click()
    you.see("modes")
    place = page.url.partition("/modes")[0].removeprefix(you.server.url("").rstrip("/"))
    for name in ("checks", "spec", "cards", "proposals", "meeting", "memo", "hand-over"):
        you.go(f"{place}/{name}")
        you.see(f"product-{name}")
    you.go(place)
    you.see("way-2")


SITTINGS: list[Callable[[Sitting], None]] = [newcomer, self_test, bench, labs, weeks, kinds, product]


def sit(number: int, folder: Path, look: str, told: bool, lived: Path | None) -> list[str]:
    """One of them from its begin to its end. Gives the acts of each screen, and what no page may do, if one did."""
    troubles = list[str]()
    folder.mkdir(parents=True, exist_ok=True)
    root = sys.platform == "linux" and os.geteuid() == 0
    arguments = ["--disable-lcd-text", "--disable-dev-shm-usage", *(["--no-sandbox"] if root else [])]
    with tempfile.TemporaryDirectory() as home:
        data = Path(home) / "data"
        if number == 5:
            data = lived or data
            if not data.exists():
                learners.make("weeks", data, told)
        with sync_playwright() as playwright:
            scripted = Endpoint() if told and number != 5 else None
            if scripted:
                scripted.says = learners.follows
                data.mkdir()
                (data / "models.json").write_text(learners.as_embedded(scripted.listed()))
            server = Server(data).start()
            browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
            try:
                with opened(browser, LOOKS[look]) as page:
                    watch(page, troubles)
                    page.set_default_timeout(60_000)
                    you = Sitting(number, page, server, folder)
                    try:
                        SITTINGS[number - 1](you)
                    finally:
                        (folder / f"{number}-acts.txt").write_text("\n".join([*you.acts, *troubles, ""]))
            finally:
                browser.close()
                server.stop()
                if scripted:
                    scripted.close()
    return [*you.acts, *troubles]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "screens" / "sittings", help="a folder for the pictures")
    parser.add_argument("--sitting", type=int, choices=range(1, len(SITTINGS) + 1), help="only this one")
    parser.add_argument("--look", choices=list(LOOKS), default="light")
    parser.add_argument("--told", action="store_true", help="let a scripted model answer: quicker")
    parser.add_argument("--lived", type=Path, help="for the fifth: the data folder of a learner made by tests/learners.py weeks")
    asked = parser.parse_args()
    for number in [asked.sitting] if asked.sitting else range(1, len(SITTINGS) + 1):
        print("\n".join(sit(number, asked.to, asked.look, asked.told, asked.lived)), flush=True)


if __name__ == "__main__":
    main()
