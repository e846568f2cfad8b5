"""What somebody presses who only does what a page offers: every question of the step that is open gets an answer."""

from playwright.sync_api import Page

from fluencylab.curriculum.repairs import repairs

MARKS = 2
"""Of several, so many are marked: a case wants two reasons."""
LAST = ("objects",)
"""Of these questions the last option is taken: that there is no objection asks for no mark."""
OPEN = "main form:visible:has(.button-primary:visible)"


def fill(page: Page) -> None:
    """Every question of the step that is open gets an answer: the first option, the lowest number, two marks of several."""
    form = page.locator(OPEN).first
    for name in form.evaluate("f => [...new Set([...f.querySelectorAll('input[type=radio]')].map((e) => e.name))]"):
        group = form.locator(f"input[type=radio][name='{name}']")
        if not group.locator("visible=true").count() or group.evaluate_all("all => all.some((e) => e.checked)"):
            continue
        shown = group.locator("visible=true")
        (shown.last if name in LAST else shown.first).check(force=True)
    for number in form.locator("input[type=number]:visible").all():
        if not number.input_value():
            number.fill(number.get_attribute("min") or "0")
    for choice in form.locator("select[required]:visible").all():
        if not choice.input_value():
            choice.select_option(index=1)
    for name in form.evaluate("f => [...new Set([...f.querySelectorAll('input[type=checkbox]')].map((e) => e.name))]"):
        boxes = form.locator(f"input[type=checkbox][name='{name}']").locator("visible=true")
        if boxes.count() and not boxes.evaluate_all("all => all.some((e) => e.checked)"):
            for box in boxes.all()[:MARKS]:
                box.check(force=True)


def reference(page: Page, slug: str) -> None:
    """Of a repair: the prompt that mends it, written where the original stands."""
    found = repairs().get(slug)
    if found and page.locator("textarea:visible").count():
        page.locator("textarea:visible").first.fill(found.reference.prompt.strip())
