"""The page of a meeting: what each step shows and keeps to itself, and where a learner finds it."""

from html import unescape

import pytest

from fluencylab.curriculum.meetings import NOTHING, Meeting, meetings
from fluencylab.practice import meetings as rules

from .conftest import Web

OF = next(one for one in meetings() if one.slug == "under-a-second")
LIVE = next(one for one in meetings() if one.check)


async def words(web: Web, href: str) -> str:
    """A page as it is read."""
    return unescape((await web.get(href)).text).replace("\u00a0", " ").replace("\u202f", " ")


async def heard(web: Web, of: Meeting, rounds: int = 3) -> str:
    href = f"/meetings/{of.slug}"
    for each in of.rounds[:rounds]:
        asked = min(each.asks, key=lambda one: one.minutes)
        assert (await web.post(f"{href}/ask", ask=asked.id)).headers["location"] == f"{href}#answer-head"
        assert (await web.post(f"{href}/hear", hears=asked.hears, lacks=asked.lacks)).headers["location"] == f"{href}#heard"
    return href


@pytest.mark.parametrize("of", meetings(), ids=lambda one: one.slug)
async def test_before_a_question_no_answer_stands_on_the_page_and_before_the_verdict_no_why(web: Web, of: Meeting) -> None:
    href = f"/meetings/{of.slug}"
    page = await words(web, href)
    every = [one for each in of.rounds for one in each.asks]
    assert of.opens[:40] in page and page.count('name="ask"') == 5
    assert not any(one.says[:40] in page or one.why[:40] in page for one in every)
    assert of.decide.question not in page
    first = of.rounds[0].asks[0]
    await web.post(f"{href}/ask", ask=first.id)
    page = await words(web, href)
    assert first.says[:40] in page and first.why[:40] not in page and first.learned[:40] not in page
    assert page.count('name="hears"') == 3 and page.count('name="lacks"') == 6
    await web.post(f"{href}/hear", hears=first.hears, lacks=first.lacks)
    page = await words(web, href)
    assert first.why[:40] in page and "You heard it." in page


async def test_words_that_ask_nothing_are_answered_and_cost_no_time(web: Web) -> None:
    href = f"/meetings/{OF.slug}"
    assert (await web.post(f"{href}/ask", ask="own", own="<b>Lunch?</b>")).headers["location"] == f"{href}#ask-head"
    page = await words(web, href)
    assert "I am not sure that I follow" in page and f"{OF.clock} of {OF.clock} minutes left" in page
    assert "&lt;b&gt;Lunch?" in (await web.get(href)).text
    assert (await web.post(f"{href}/ask", ask="own", own="")).status_code == 422


async def test_the_notes_write_themselves_and_what_was_never_asked_is_told_after_the_decision(web: Web) -> None:
    href = await heard(web, OF)
    page = await words(web, href)
    assert "Never asked" in page and OF.decide.question in page and "what you would have heard" not in page
    assert OF.rounds[0].asks[0].says[:40] not in page, "it was not asked"
    await web.post(f"{href}/decide", option=OF.decide.best, certainty=2)
    page = await words(web, href)
    assert "One fact changes" in page and "what you would have heard" not in page
    await web.post(f"{href}/twin", option=OF.decide.twin.best)
    page = await words(web, href)
    assert 'data-stage="done"' in page and "what you would have heard" in page and OF.rounds[0].asks[0].says[:40] in page
    assert "What changed" in page and "Both decisions are right" in page
    await web.post(f"{href}/again")
    assert 'data-stage="1.heard"' in await words(web, href)
    assert 'data-stage="done"' in (await web.get(f"{href}/result")).text


async def test_a_question_that_no_longer_fits_is_shut_and_says_so(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fluencylab.web.routes.meeting.find_meeting", lambda slug: OF.model_copy(update={"clock": 14}))
    href = f"/meetings/{OF.slug}"
    page = await words(web, href)
    assert "no time left" in page and "disabled" in page
    assert page.count('type="radio" name="ask"') == 5


async def test_the_claim_can_be_tried_at_the_table_once_something_was_asked(web: Web) -> None:
    href = f"/meetings/{LIVE.slug}"
    assert LIVE.check and "Try it here" not in await words(web, href)
    await heard(web, LIVE, 1)
    page = await words(web, href)
    assert "Try it here" in page and LIVE.check.title in page and LIVE.check.means[:30] not in page
    assert (await web.post(f"{href}/check")).headers["location"] == f"{href}#check-head"
    used = rules.spent(LIVE, [], True)
    assert used == LIVE.check.minutes


async def test_its_concept_lists_it_and_the_map_tells_it(web: Web) -> None:
    href = await heard(web, OF, 1)
    page = (await web.get(f"/concepts/{OF.concept}")).text
    section = page.partition('id="meetings"')[2].partition("</section>")[0]
    assert f'href="{href}"' in section and "at the second question" in section
    cell = (await web.get(f"/map/{OF.concept}/{OF.capability}")).text
    assert "an answer you heard" in cell
    assert OF.title in (await web.get("/")).text


async def test_a_meeting_that_is_not_there_is_said_to_be_gone(web: Web) -> None:
    answer = await web.get("/meetings/gone")
    assert answer.status_code == 404 and "no such meeting" in answer.text
    assert NOTHING not in {fact for of in meetings() for fact in of.facts}


async def test_all_of_them_stand_on_one_page_with_whom_one_meets(web: Web) -> None:
    page = await words(web, "/meetings")
    for one in meetings():
        assert f'href="/meetings/{one.slug}"' in page and f"{one.engineer.name}, {one.engineer.role}" in page, one.slug
    assert page.count("<em>not begun</em>") == len(meetings())
    assert 'href="/meetings">All of them' in (await web.get(f"/concepts/{meetings()[0].concept}")).text
