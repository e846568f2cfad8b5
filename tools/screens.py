"""Pictures of every page in every state, from a real run on the embedded model: light, dark, and 390 px wide.

    python tools/screens.py                 all of them, to screens/, which git does not hold; those that docs show, to docs/screens/
    python tools/screens.py --to /tmp/look --only light --mission which-locker
    python tools/screens.py --to /tmp/look --learner hour --page /map --page /report    as a learner of tests/learners.py sees them

They are for looking at. A page that changed is looked at again before it is called done.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import learners  # noqa: E402
from conftest import chromium  # noqa: E402
from server_fixture import Server  # noqa: E402

from fluencylab.curriculum.loader import track  # noqa: E402
from fluencylab.curriculum.repairs import repairs  # noqa: E402
from fluencylab.models import catalogue, download  # noqa: E402

SHOWN = ROOT / "docs" / "screens"
"""Pictures that a page of docs or README shows; there are no others in it."""
REST = ROOT / "screens"

TALLEST = 1900
"""Pixels; what lies below is cut off, for a picture is to be looked at."""


OWN_WORDS = "It writes one word at a time from a list of probabilities. At higher temperature the answers become more accurate."


class Look(NamedTuple):
    width: int
    height: int
    scheme: str
    scale: float = 1


LOOKS = {"light": Look(1280, 900, "light", 0.75), "dark": Look(1280, 900, "dark", 0.45), "390": Look(390, 844, "light", 0.75)}


class Camera:
    """`folder`: where pictures go; without one each goes where it belongs."""

    def __init__(self, page: Page, server: Server, folder: Path | None, look: str) -> None:
        self.page, self.server, self.folder, self.look = page, server, folder, look

    def place(self, name: str) -> Path:
        shown = SHOWN / name
        file = self.folder / name if self.folder else shown if shown.exists() else REST / name
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def go(self, path: str) -> None:
        self.page.goto(self.server.url(path))

    def take(self, name: str, tallest: int = TALLEST, top: str = "") -> None:
        """The page from its top, or from the element `top`."""
        self.page.evaluate("scrollTo(0, 0)")
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_timeout(300)
        file = self.place(f"{name}-{self.look}.png")
        above = self.page.locator(top).bounding_box() if top else None
        y = max(0, above["y"] - 24) if above else 0
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        height = min(tallest, width * 7 // 2, self.page.evaluate("document.documentElement.scrollHeight") - y)
        self.page.screenshot(path=file, full_page=True, clip={"x": 0, "y": y, "width": width, "height": height})
        print(f"{file}  {file.stat().st_size // 1024} KB")


def newcomer(camera: Camera) -> None:
    page = camera.page
    camera.go("/")
    page.locator("#model-strip[data-state=ready]").wait_for()
    camera.take("first-call-before")
    page.locator("form[data-ask] button[type=submit]").click()
    page.locator(".after-call").wait_for()
    camera.take("first-call-after")


def concept(camera: Camera) -> None:
    camera.go("/concepts/tokens-and-temperature")
    camera.take("concept", 1600)


def mission(camera: Camera, slug: str) -> None:
    page = camera.page
    found = track().mission(slug)
    assert found is not None
    camera.server.post(f"/missions/{slug}/again")
    camera.go(f"/missions/{slug}")
    camera.take("mission-predict")
    for asked, value in zip(found[1].predict, (0.2, 0.5), strict=False):
        page.locator(f"[name='{asked.fact}']").fill(f"{round((asked.low + (asked.high - asked.low) * value) / asked.step) * asked.step:g}")
    page.locator("[name=certainty]").nth(1).check(force=True)
    page.get_by_role("button", name="Commit to this").click()
    page.locator("[data-run-form]").wait_for()
    page.locator("[data-run-form] button").click()
    page.locator(".answers li:not(.wait)").nth(4).wait_for()
    camera.take("mission-live")
    page.locator("#see").wait_for()
    camera.take("mission-compare")
    page.locator("#see .option input").first.check()
    page.locator("#see button[type=submit]").click()
    page.locator("#decide").wait_for()
    camera.take("mission-decide", 1400, top="#explain")
    page.locator("#decide .option input").first.check()
    page.locator("#decide [name=certainty]").nth(1).check(force=True)
    page.locator("#decide button[type=submit]").click()
    page.locator("#twin").wait_for()
    camera.take("mission-twin", top="#decide")
    page.locator("#twin .option input").nth(1).check()
    page.locator("#twin button[type=submit]").click()
    page.locator("#next").wait_for()
    camera.take("mission-done", top="#twin")


def case(camera: Camera) -> None:
    page, slug = camera.page, track().concepts[0].cases[0].slug
    camera.server.post(f"/cases/{slug}/again")
    camera.go(f"/cases/{slug}")
    camera.take("case-before", 1200)
    page.locator("[name=option]").first.check()
    for i in (0, 1):
        page.locator("[name=reason]").nth(i).check()
    page.locator("[name=flip]").first.check()
    page.locator("[name=certainty]").nth(1).check(force=True)
    page.locator("#answers button[type=submit]").click()
    page.locator("#twin").wait_for()
    page.locator("#twin .option input").nth(1).check()
    page.locator("#twin button[type=submit]").click()
    page.locator("#next").wait_for()
    camera.take("case-after", 1200)


def diagnosis(camera: Camera) -> None:
    """The bench, and one case from its bad answers to the fix."""
    page = camera.page
    camera.go("/debug")
    camera.take("debug", 1400)
    camera.go("/debug/cases/twice-as-fast")
    page.locator("#look form button").click()
    page.locator("[data-stage=probe]").wait_for()
    for probe in ("search", "tokens"):
        page.locator(f"button[name=probe][value={probe}]").click()
        page.locator(f".probe [data-status=done] >> nth={0 if probe == 'search' else 1}").wait_for()
    camera.take("diagnosis-probes")
    page.locator("input[name=cause][value=cut]").check()
    page.locator("input[name=evidence][value=tokens]").check()
    page.locator("[name=certainty]").nth(1).check(force=True)
    page.get_by_role("button", name="Name the cause").click()
    page.locator("#answer").wait_for()
    camera.take("diagnosis-answer", top="#answer")


def context(camera: Camera) -> None:
    """The tape with what each policy loses, and one notice in many languages."""
    page = camera.page
    camera.go("/labs/context")
    page.locator("label", has_text="languages").click()
    page.locator("#lab-run").click()
    page.locator("[data-run][data-status=done]").wait_for()
    camera.take("lab-context", top="#result")


def selftest(camera: Camera) -> None:
    """Question 1 with an answer in which something is found, contradicted, unsure and missing; then to the result, twice."""
    page = camera.page
    for sitting in range(2):
        camera.go("/self-test")
        if sitting == 0:
            camera.take("self-test-start", 1300)
        page.locator("input[name=product][value=agent]").check()
        page.locator("form.begin button").first.click()
        page.locator("textarea").fill(OWN_WORDS)
        if sitting == 0:
            page.locator(".draft-says", has_text="Saved").wait_for()
            camera.take("self-test-write")
        page.get_by_role("button", name="Hand in").click()
        page.locator("#read").wait_for()
        if sitting == 0:
            camera.take("self-test-read")
        page.get_by_role("link", name="Go on to true or false").click()
        for number in range(1, 8):
            for claim in page.locator(".claim").all():
                claim.get_by_text("true", exact=True).click()
                claim.get_by_text("fairly sure", exact=True).click()
            page.locator(".situation .option").nth(number % 3).click()
            page.locator(".situation").get_by_text("very sure", exact=True).click()
            if (sitting, number) == (0, 1):
                camera.take("self-test-claims")
            page.get_by_role("button", name="Answer all").click()
            page.locator("article[data-stage=answered]").wait_for()
            if (sitting, number) == (0, 1):
                camera.take("self-test-answers")
            page.locator("main .button-primary").click()
            if number < 7:
                page.get_by_role("button", name="I cannot answer").click()
    page.locator("#result").wait_for()
    camera.take("self-test-result", 2600)


def today(camera: Camera) -> None:
    camera.go("/")
    camera.take("today", 1400)


def lab(camera: Camera) -> None:
    page = camera.page
    camera.go("/labs/sampling")
    for view, ready in (("next", "#next-says"), ("step", "#step-out button.token"), ("again", "#again-out .chart svg")):
        camera.go(f"/labs/sampling#{view}")
        page.locator(f"#{view} [data-runs]").click()
        page.locator(ready).first.wait_for()
        if view == "step":
            page.locator("#step-out button.token").nth(2).click()
            page.locator("#opened").wait_for()
        camera.take(f"lab-{view}", 1200)


def cost(camera: Camera) -> None:
    page = camera.page
    camera.go("/concepts/cost-and-quality")
    camera.take("cost-concept", 1200)
    camera.go("/labs/cost?messages=12")
    page.locator("#lab-run").click()
    page.locator("#result .chart svg").first.wait_for()
    camera.take("cost-lab", 1900)
    camera.take("cost-bill", 1300, top="#bill")


def latency(camera: Camera) -> None:
    page = camera.page
    camera.go("/concepts/latency")
    camera.take("latency-concept", 1200)
    camera.go("/labs/latency?parts=call,prompt,answer,load&concurrency=1,4,12")
    page.locator("#lab-run").click()
    page.locator("#budget").wait_for()
    camera.take("latency-lab", 1900)
    camera.take("latency-budget", 1200, top="#budget")


def prompting(camera: Camera) -> None:
    page = camera.page
    camera.go("/concepts/system-and-user-prompts")
    camera.take("prompting-concept", 1200)
    for part in ("seen", "conflict", "guardrail", "form", "compare"):
        camera.go(f"/labs/prompting?parts={part}&samples=1")
        page.locator("#lab-run").click()
        page.locator("#result [data-status=done]").wait_for()
        camera.take(f"prompting-{part}", 2400)


def embeddings(camera: Camera) -> None:
    """Each of the three parts; on the map, the neighbours of one text."""
    page = camera.page
    camera.go("/concepts/embeddings-and-search")
    camera.take("embeddings-concept", 1200)
    for part in ("search", "distance", "map"):
        camera.go(f"/labs/embeddings?parts={part}")
        page.locator("#lab-run").click()
        page.locator("#result [data-status=done]").wait_for()
        page.locator("#lab-run:not([disabled])").wait_for()
        if part == "search":
            page.locator("#result .chart svg").first.wait_for()
        if part == "map":
            page.locator("#map-choose").select_option("40")
            page.locator(".to-near").first.wait_for(state="attached")
        camera.take(f"embeddings-{part}", 2400, top="#result")


def grounding(camera: Camera) -> None:
    """What is made up, what doubt is worth, which reasons hold, and the desk."""
    page = camera.page
    camera.go("/concepts/hallucination")
    camera.take("grounding-concept", 1200)
    for part, small in (("count", "questions=6"), ("know", "questions=8&again=1"), ("why", "notes=4")):
        camera.go(f"/labs/grounding?parts={part}&{small}")
        page.locator("#lab-run").click()
        page.locator("#result [data-status=done]").wait_for(timeout=240_000)
        camera.take(f"grounding-{part}", 2400, top="#result")
    camera.go("/labs/grounding?questions=6")
    page.locator("#lab-run").click()
    page.locator("#desk").wait_for(timeout=240_000)
    camera.take("grounding-desk", 1500, top="#desk")


def retrieval(camera: Camera) -> None:
    """The cuts on a text, then a run: where the questions failed, and one of them all the way."""
    page = camera.page
    camera.go("/concepts/rag-or-fine-tuning")
    camera.take("retrieval-concept", 1200)
    camera.go("/labs/retrieval?size=20&overlap=8&budget=60&answered=12&absent=3&doc=pick-up-point")
    camera.take("retrieval-cuts", 1300)
    page.locator("#lab-run").click()
    page.locator("#result [data-status=done]").wait_for(timeout=240_000)
    page.locator("#question").wait_for()
    camera.take("retrieval-run", 2400, top="#result")
    camera.take("retrieval-question", 1500, top="#question")


def training(camera: Camera) -> None:
    """A training as it goes and when it is done, and one question at every strength."""
    page = camera.page
    camera.go("/labs/finetuning?parts=train")
    page.locator("#lab-run").click()
    page.locator(".loss .disc").nth(9).wait_for(timeout=400_000)
    camera.take("training-live", 1100)
    page.locator("#result .onward a", has_text="Ask this model").wait_for(timeout=400_000)
    camera.take("training-done", 2400, top="#result")
    camera.go("/labs/finetuning?parts=ask&ask=How+long+is+a+gift+card+valid%3F")
    page.locator("#lab-run").click()
    page.locator("#result .onward").last.wait_for(timeout=400_000)
    camera.take("training-strength", 1500)


def duel(camera: Camera) -> None:
    """Four ways against four kinds of question, and the desk that argues from them."""
    page = camera.page
    camera.go("/labs/finetuning?parts=duel&questions=4")
    camera.take("duel-form", 1400)
    page.locator("#lab-run").click()
    page.locator("#desk").wait_for(timeout=400_000)
    camera.take("duel-matrix", 2400, top="#result")
    camera.take("duel-desk", 1300, top="#desk")


def metrics(camera: Camera) -> None:
    """Each of the three parts, and the line drawn for traffic in which few are to be found."""
    page = camera.page
    camera.go("/concepts/evaluation-metrics")
    camera.take("metrics-concept", 1200)
    for part in ("overlap", "judge", "confusion"):
        camera.go(f"/labs/metrics?parts={part}")
        page.locator("#lab-run").click()
        page.locator("#result [data-status=done]").wait_for()
        camera.take(f"metrics-{part}", 2400, top="#result")
    for name, value in {"threshold": "0.3", "base": "2", "miss": "50"}.items():
        page.locator(f"#guess-{name}").fill(value)
    camera.take("metrics-desk", 1700, top="#desk")
    page.locator("#pick-recall").check()
    page.locator("#twin-precision").wait_for()
    camera.take("metrics-which", 1300, top="#which")


def repair(camera: Camera) -> None:
    """As it is found, refused, failed, and mended."""
    first = repairs().repairs[0]
    here = f"/debug/repairs/{first.slug}"
    camera.page.request.post(camera.server.url(f"{here}/again"))
    camera.go(here)
    camera.take("repair-begin")
    prompts = {"failed": first.plausible[0].prompt, "mended": first.reference.prompt}
    for tries, (name, prompt) in enumerate(prompts.items(), start=1):
        camera.page.locator("textarea[name=prompt]").fill(prompt)
        camera.page.get_by_role("button", name="Hand in").click()
        camera.page.locator(f"#repair[data-tries='{tries}']").wait_for(timeout=300_000)
        camera.take(f"repair-{name}", tallest=2600, top="#editor")


def tools(camera: Camera) -> None:
    page = camera.page
    camera.go("/concepts/tool-use")
    camera.take("tools-concept", 1200)
    queries = {"trace": "parts=trace", "right": "parts=right&requests=8", "safe": "parts=safe&guards=none,own,confirm&honest=4"}
    for name, query in queries.items():
        camera.go(f"/labs/tools?{query}")
        page.locator("#lab-run").click()
        page.locator("#result [data-status=done]").wait_for()
        camera.take(f"tools-{name}", 2400)


def fluency_map(camera: Camera) -> None:
    """As it is after the scenes before it."""
    camera.go("/map")
    camera.take("map")
    camera.go(f"/map/{track().concepts[0].slug}/decisions")
    camera.take("map-cell", 1500)


def packs(camera: Camera) -> None:
    """The example, which comes while the lab is open and goes again."""
    fluency = [sys.executable, "-m", "fluencylab.cli.main", "packs"]
    environment = os.environ | {"FLUENCY_DATA": str(camera.server.data)}
    subprocess.run([*fluency, "add", str(ROOT / "examples" / "pack-kittiwake" / "fluency_pack_kittiwake")], env=environment, check=True)
    for name, path in (("packs", "/packs"), ("packs-concept", "/concepts/kittiwake.notices-that-fit"), ("packs-map", "/map")):
        camera.go(path)
        camera.take(name)
    camera.server.post("/packs/kittiwake/off")
    camera.go("/packs")
    camera.take("packs-off", 1100)
    subprocess.run([*fluency, "remove", "kittiwake"], env=environment, check=True)


def still(camera: Camera) -> None:
    for name, path in (("model", "/model"), ("error", "/missions/no-such-mission"), ("style", "/style")):
        camera.go(path)
        camera.take(name, 1100)


@contextlib.contextmanager
def opened(browser: Browser, look: Look) -> Iterator[Page]:
    size = {"width": look.width, "height": look.height}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=look.scheme,  # type: ignore[arg-type]
        device_scale_factor=look.scale,
        reduced_motion="reduce",
    )
    context.set_default_timeout(180_000)
    yield context.new_page()
    context.close()


LOOKED_AT = [
    "/",
    "/map",
    f"/map/{track().concepts[0].slug}/decisions",
    "/report",
    track().concepts[0].href,
    "/review",
    "/debug",
    "/self-test",
]
"""Pages that are other ones after an hour and after six weeks."""


def lived(name: str, data: Path, browser: Browser, to: Path, looks: dict[str, Look], pages: list[str]) -> None:
    """Pages as a learner of `tests/learners.py`, whose folder `data` is, sees them; nothing is done on them."""
    server = Server(data).start()
    try:
        for look, seen in looks.items():
            with opened(browser, seen) as page:
                camera = Camera(page, server, to, look)
                for path in pages:
                    camera.go(path)
                    camera.take(f"{name}-{path.strip('/').replace('/', '-') or 'today'}", tallest=4000)
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, help="a folder for all of them")
    parser.add_argument("--only", choices=list(LOOKS))
    known = ["newcomer", "concept", "mission", "case", "diagnosis", "selftest", "today", "lab"]
    known += ["context", "latency", "cost", "prompting", "tools", "embeddings", "retrieval", "training", "duel", "grounding", "metrics"]
    known += ["repair", "map", "packs", "still"]
    parser.add_argument("--scene", choices=known)
    parser.add_argument("--mission", default=track().concepts[0].missions[0].slug)
    parser.add_argument("--learner", choices=list(learners.LEARNERS), help="pages as this one sees them, in place of the scenes")
    parser.add_argument("--told", action="store_true", help="let a scripted model make the learner's runs: quicker")
    parser.add_argument("--page", action="append", help="with --learner: an address to look at, in place of all that change")
    asked = parser.parse_args()
    download.fetch(catalogue.find(catalogue.DEFAULT))
    scenes = {
        "newcomer": newcomer,
        "concept": concept,
        "mission": lambda c: mission(c, asked.mission),
        "case": case,
        "diagnosis": diagnosis,
        "selftest": selftest,
        "today": today,
        "lab": lab,
        "context": context,
        "latency": latency,
        "cost": cost,
        "prompting": prompting,
        "embeddings": embeddings,
        "retrieval": retrieval,
        "grounding": grounding,
        "training": training,
        "duel": duel,
        "metrics": metrics,
        "repair": repair,
        "tools": tools,
        "map": fluency_map,
        "packs": packs,
        "still": still,
    }
    root = sys.platform == "linux" and os.geteuid() == 0
    arguments = ["--disable-lcd-text", "--disable-dev-shm-usage", *(["--no-sandbox"] if root else [])]
    with tempfile.TemporaryDirectory() as folder:
        if asked.learner:
            learners.make(asked.learner, Path(folder) / "data", asked.told)  # before Playwright, which leaves a loop running
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
            if asked.learner:
                looks = {name: look for name, look in LOOKS.items() if asked.only in (None, name)}
                return lived(asked.learner, Path(folder) / "data", browser, asked.to or REST, looks, asked.page or LOOKED_AT)
            for name, look in LOOKS.items():
                if asked.only in (None, name):
                    server = Server(Path(folder) / name).start()
                    try:
                        with opened(browser, look) as page:
                            for scene, shoot in scenes.items():
                                if asked.scene in (None, scene):
                                    shoot(Camera(page, server, asked.to, name))
                    finally:
                        server.stop()
            browser.close()


if __name__ == "__main__":
    main()
