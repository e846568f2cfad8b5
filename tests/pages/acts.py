"""What a reader does, step by step, on any page: by clicks, and only with what the page shows."""

import re
from collections.abc import Callable, Iterator, Mapping

from playwright.sync_api import Locator, Page, expect
from server_fixture import Server

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Mission

CONCEPT = track().concepts[0]
CAFE = CONCEPT.missions[0]
CASE = CONCEPT.cases[0]


def begin(server: Server, page: Page, exercise: Mission | Case = CAFE) -> None:
    """The exercise from its start, whatever an earlier test did to it."""
    kind = "missions" if isinstance(exercise, Mission) else "cases"
    assert server.post(f"/{kind}/{exercise.slug}/again") == 200
    page.goto(server.url(f"/{kind}/{exercise.slug}"))


def stage(page: Page, name: str) -> Locator:
    """Wait until the exercise has come to that stage."""
    article = page.locator(f"article[data-stage='{name}']")
    expect(article).to_be_attached()
    return article


def predict(page: Page, mission: Mission = CAFE, values: Mapping[str, float] = {}, sure: str = "fairly sure") -> None:
    for asked in mission.predict:
        page.locator(f"input[type=number][name='{asked.fact}']").fill(f"{values.get(asked.fact, asked.low):g}")
    page.get_by_text(sure, exact=True).click()
    page.get_by_role("button", name="Commit to this").click()
    stage(page, "run")


def run(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Run|Work it out)")).click()


def see(page: Page, text: str) -> None:
    page.locator("#see").get_by_text(text, exact=True).click()
    page.get_by_role("button", name="That is what I saw").click()
    stage(page, "decide")


def decide(page: Page, text: str, sure: str = "fairly sure") -> None:
    page.locator("#decide").get_by_text(text, exact=True).click()
    page.locator("#decide").get_by_text(sure, exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")


def decide_again(page: Page, text: str) -> None:
    page.locator("#twin").get_by_text(text, exact=True).click()
    page.get_by_role("button", name="Decide again").click()
    stage(page, "done")


def option(exercise: Mission | Case, best: bool, twin: bool = False) -> str:
    """The text of an option that is, or is not, the best one."""
    right = exercise.decide.twin.best if twin else exercise.decide.best
    return next(option.text for option in exercise.decide.options if (option.id == right) == best)


STAGES = ("predict", "run", "see", "decide", "twin", "done")


def to_stage(server: Server, page: Page, name: str, mission: Mission = CAFE) -> None:
    """A mission brought to a stage by its answers, right ones, on a model that is told what to say."""
    for now in stages(server, page, mission):
        if now == name:
            return


def stages(server: Server, page: Page, mission: Mission = CAFE) -> Iterator[str]:
    """The same, and it stops at each stage on the way."""
    acts: list[Callable[[], None]] = [
        lambda: begin(server, page, mission),
        lambda: predict(page, mission, mission.exemplar.accept),
        lambda: run(page),
        lambda: see(page, mission.seen.sights[1].text),
        lambda: decide(page, option(mission, best=True)),
        lambda: decide_again(page, option(mission, best=True, twin=True)),
    ]
    for act, name in zip(acts, STAGES, strict=True):
        act()
        stage(page, name)
        yield name


def argue(page: Page, case: Case = CASE) -> None:
    page.get_by_text(option(case, best=False), exact=True).click()
    for reason in case.reasons[:2]:
        page.get_by_text(reason.text, exact=True).click()
    page.get_by_text(case.flips[0].text, exact=True).click()
    page.get_by_text("not sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")


def unfold(place: Locator) -> None:
    """Open every fold of it."""
    shut = place.locator("details:not([open]) > summary")
    while shut.count():
        shut.first.click()


def sideways(page: Page) -> str:
    """What sticks out on the right, if anything does: of the page, or a table's title of the frame in which the table scrolls."""
    return str(
        page.evaluate("""() => {
        const wide = document.documentElement.clientWidth;
        const right = (e) => e.getBoundingClientRect().right;
        const titles = [...document.querySelectorAll(".table-scroll caption:not(.vh)")];
        const cut = titles.filter((e) => right(e) > right(e.closest(".table-scroll")) + 1);
        if (cut.length) return location.pathname + ", title cut: " + cut.map((e) => e.textContent.trim()).join("; ");
        if (document.documentElement.scrollWidth <= wide) return "";
        const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > wide + 1);
        return location.pathname + ": " + out.slice(0, 4).map((e) => e.tagName + "." + e.className).join(", ");
    }""")
    )
