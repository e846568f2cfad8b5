"""Notes are put under names: those that were ticked, and those that say just the name; what another tab said meanwhile breaks nothing."""

import re

from .conftest import Web
from .test_product import begun

NOTES = ("promises a day", "Promises a day.", "is rude", "says tomorrow")


async def read(web: Web) -> tuple[str, str]:
    """A product with four failing outputs, a note on each. Gives its address and the run."""
    place = await begun(web)
    text = "question,answer,label,note\n" + "\n".join(f"Where is {i}?,Tomorrow.,fail,{note}" for i, note in enumerate(NOTES))
    await web.post((await web.post(f"{place}/bring-in", text=text)).headers["location"])
    found = re.search(rf"{place}/read/([0-9a-f]+)", (await web.get(place)).text)
    assert found
    return place, found[1]


async def test_a_name_takes_the_ticked_notes_and_those_that_say_just_that(web: Web) -> None:
    place, run = await read(web)
    named = await web.post(f"{place}/modes/new", name="promises a day", **{f"tick-{run}-4": "yes"})
    page = (await web.get(named.headers["location"])).text
    assert "The failure mode is there. 3 notes stand under it." in page
    assert re.search(r'<h3 dir="auto">promises a day</h3>\s*<p class="hint">3 of 4 read', page)
    again = await web.post(f"{place}/modes/new", name="is rude", **{f"tick-{run}-4": "yes"})
    page = (await web.get(again.headers["location"])).text
    assert "2 notes stand under it." in page, "a note that is ticked goes from one name to another"


async def test_a_name_for_nothing_yet_says_what_to_do(web: Web) -> None:
    place, _ = await read(web)
    named = await web.post(f"{place}/modes/new", name="answers in French")
    assert "Tick the notes that belong under it." in (await web.get(named.headers["location"])).text


async def test_an_output_that_passes_by_now_stands_under_no_name_and_the_others_are_sorted(web: Web) -> None:
    place, run = await read(web)
    page = (await web.get((await web.post(f"{place}/modes/new", name="late")).headers["location"])).text
    mode = re.findall(r'value="([0-9a-f]{32})"', page)[0]
    await web.post(f"{place}/read/{run}/1", verdict="pass")
    sorted_late = {f"mode-{run}-1": "", f"mode-{run}-2": mode}
    assert (await web.post(f"{place}/modes", **sorted_late)).status_code == 303
    assert "1 of 4 read" in (await web.get(f"{place}/modes")).text
