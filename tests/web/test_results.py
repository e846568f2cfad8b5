"""What was finished stays finished, its answers keep their letters, and every exercise ends with what it changed."""

import asyncio
import html
import re
from typing import Any

from lab_fixture import PATIENCE, Endpoint, rows

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import repairs
from fluencylab.practice.kinds import REPAIR
from fluencylab.web.pages.decision import PAIR
from web.conftest import Web
from web.test_selftest import whole

CONCEPT = track().concepts[0]
CASE = CONCEPT.cases[0]
AT = f"/cases/{CASE.slug}"
BEST, TWIN = CASE.decide.best, CASE.decide.twin.best
CLERK = repairs().repairs[0]
MEND = REPAIR.href(CLERK.slug)
GOOD, BAD = CLERK.reference.prompt, CLERK.plausible[0].prompt
LETTER = re.compile(
    r'option-letter"[^>]*>([A-H])</span>\s*<(?:p|span) class="option-text">(.*?)\s*(?:(?:&ensp;)?<span class="yours">.*?)?</(?:p|span)>',
    re.S,
)


async def argue(web: Web, picked: str = BEST) -> None:
    carry = [one.id for one in CASE.reasons if one.carries]
    flip = next(one.id for one in CASE.flips if one.flips)
    answer = await web.post(f"{AT}/decide", option=picked, reason=carry, flip=flip, certainty="2")
    assert answer.status_code == 303, answer.text


async def finish(web: Web, picked: str = BEST, again: str = TWIN) -> str:
    await argue(web, picked)
    assert (await web.post(f"{AT}/twin", option=again)).status_code == 303
    return (await web.get(AT)).text


def letters(html: str, part: str) -> dict[str, str]:
    """The letter of each option in one section of a page."""
    section = html[html.index(f'id="{part}"') :]
    return {text.strip(): letter for letter, text in LETTER.findall(section[: section.index("</section>")])}


async def test_an_option_keeps_its_letter_from_question_to_answer(web: Web) -> None:
    for _ in range(3):
        asked = letters((await web.get(AT)).text, "answers")
        await argue(web)
        page = (await web.get(AT)).text
        assert len(asked) == len(CASE.decide.options)
        assert letters(page, "answers") == letters(page, "twin") == asked
        await web.post(f"{AT}/twin", option=TWIN)
        assert letters((await web.get(AT)).text, "twin") == asked
        await web.post(f"{AT}/again")


async def test_what_would_change_it_is_answered_only_after_the_twin(web: Web) -> None:
    await argue(web)
    answers = [" ".join(one.answer.split())[:30] for one in CASE.flips]
    asked = " ".join((await web.get(AT)).text.split())
    assert not any(answer in asked for answer in answers)
    await web.post(f"{AT}/twin", option=TWIN)
    told = " ".join((await web.get(AT)).text.split())
    assert all(answer.split("’")[0].split("'")[0] in told for answer in answers)


async def test_what_a_pair_counts_for_is_said_where_the_twin_is_answered(web: Web) -> None:
    wrong = next(one.id for one in CASE.decide.options if one.id not in (BEST, TWIN))
    for picked, again in ((BEST, TWIN), (BEST, wrong), (wrong, TWIN), (wrong, wrong)):
        assert PAIR[picked == BEST, again == TWIN] in await finish(web, picked, again)
        await web.post(f"{AT}/again")


async def test_a_new_try_that_is_left_does_not_undo_what_was_done(web: Web) -> None:
    await finish(web)
    await web.post(f"{AT}/again")
    left = (await web.get(AT)).text
    assert 'data-stage="decide"' in left and f'href="{AT}/result"' in left and "Your result of" in left
    listed = (await web.get(CONCEPT.href)).text
    assert re.search(rf'href="{AT}/result">.*?<em>done</em>', listed, re.S)
    result = (await web.get(f"{AT}/result")).text
    assert 'data-stage="done"' in result and "Go on with your new try" in result
    await finish(web, picked=TWIN)
    assert f'href="{AT}/result"' not in (await web.get(AT)).text


async def test_without_a_result_its_address_is_the_exercise(web: Web) -> None:
    assert 'data-stage="decide"' in (await web.get(f"{AT}/result")).text


async def test_an_exercise_ends_with_what_it_changed_in_words(web: Web) -> None:
    page = await finish(web)
    changed = page[page.index('id="changed"') :].split("</section>")[0]
    assert f"{CONCEPT.short}, decisions: 2 of 2 right now." in changed
    assert "In this exercise" not in changed, "what the map counts now came from this exercise alone: said once"
    assert "%" not in changed
    await web.post(f"{AT}/again")
    assert 'id="changed"' not in (await web.get(f"{AT}/result")).text
    again = await finish(web)
    assert "You had met its tasks before, so they count little." in again


def follows(body: dict[str, Any]) -> list[str]:
    """The order number of the last message, if a reply was shown before; else a letter."""
    shown = any(message["role"] == "assistant" for message in body["messages"])
    found = re.search(r"Q-\d{4}", body["messages"][-1]["content"])
    return [found[0]] if shown and found else ["Dear ", "customer"]


async def hand_in(web: Web, prompt: str) -> str:
    assert (await web.post(f"{MEND}/hand-in", prompt=prompt)).status_code == 303
    for _ in range(PATIENCE * 20):
        if not rows("SELECT id FROM runs WHERE status IN ('queued', 'running')"):
            break
        await asyncio.sleep(0.05)
    return html.unescape((await web.get(MEND)).text)


def changed_in(page: str) -> str:
    return page[page.index('id="changed"') :].split("</section>")[0] if 'id="changed"' in page else ""


async def test_a_repair_keeps_its_result_and_the_bench_leads_to_it(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = follows
    assert 'id="editor"' in (await web.get(f"{MEND}/result")).text, "without a result its address is the exercise"
    passed = await hand_in(web, GOOD)
    assert f'href="{MEND}/result"' not in passed, "the latest is the result"
    assert f'href="{MEND}/result"' in (await web.get("/debug")).text
    after = await hand_in(web, BAD)
    assert f'href="{MEND}/result"' in after and "Your result of" in after
    result = html.unescape((await web.get(f"{MEND}/result")).text)
    assert 'data-passed="yes"' in result and "You mended it" in result and 'id="editor"' not in result
    assert GOOD.split("\n")[0] in result.split('id="mended"')[1].split("</section>")[0]
    assert "Go on with your new try" in result and not changed_in(result)


async def test_a_repair_ends_with_what_it_changed_in_words(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = follows
    assert not changed_in(await hand_in(web, BAD)), "it has not ended"
    told = changed_in(await hand_in(web, GOOD))
    assert "debugging: 1 of 1 right now, 0 of 1 before." in told and "%" not in told


async def test_the_self_test_ends_with_what_it_changed_in_one_line(web: Web) -> None:
    at = await whole(web, wrong=(2,))
    told = changed_in((await web.get(at)).text)
    assert "The map has something new in" in told and told.count("<p>") == 1
    await whole(web)
    assert not changed_in((await web.get(at)).text), "an earlier sitting says nothing of today's map"
