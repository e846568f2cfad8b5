"""The pages of the proposals: what each step shows and keeps to itself, and where a learner finds them."""

from html import unescape

import pytest
from httpx2 import Response

from fluencylab.curriculum.proposals import Proposal, proposals, why_nots

from .conftest import Web

OF = next(one for one in proposals() if one.flaws)


def text(answer: Response) -> str:
    return unescape(answer.text)


async def marked(web: Web, of: Proposal) -> str:
    href = f"/proposals/{of.slug}"
    fields = {"objects": "no" if of.sound else "yes", "objection": [f"{id}:{why}" for id, why in of.flaws.items()]}
    answer = await web.client.post(f"{href}/mark", data=fields, headers={"Accept": "text/html"})
    assert answer.headers["location"] == f"{href}#marked", answer.text[:300]
    return href


@pytest.mark.parametrize("of", proposals(), ids=lambda one: one.slug)
async def test_before_it_is_marked_a_page_shows_its_sentences_and_nothing_that_answers(web: Web, of: Proposal) -> None:
    page = text(await web.get(f"/proposals/{of.slug}"))
    assert 'data-stage="mark"' in page and page.count("<select") == len(of.sentences)
    assert page.count('value="">It holds') == len(of.sentences) and all(why_nots()[one] in page for one in of.reasons)
    hidden = [*(one.why for one in of.sentences), *(one.text for one in of.edits), *(one.text for one in of.decide.options)]
    assert not any(one in page for one in [*hidden, *(one.means for one in of.experiments)])


@pytest.mark.parametrize("of", proposals(), ids=lambda one: one.slug)
async def test_once_marked_it_is_answered_and_the_decision_is_open(web: Web, of: Proposal) -> None:
    page = text(await web.get(await marked(web, of)))
    assert 'data-stage="decide"' in page and "You read it as it should be read" in page
    assert all(one.text in page for one in of.decide.options) and not any(one.text in page for one in of.edits)
    assert page.count('aria-label="found"') == len(of.flaws)


async def test_what_was_missed_and_what_holds_is_told_and_the_next_draft_comes_after_the_decision(web: Web) -> None:
    href = f"/proposals/{OF.slug}"
    holds = next(one for one in OF.sentences if not one.reason)
    first = next(iter(OF.flaws))
    other = next(one for one in OF.reasons if one != OF.flaws[first])
    await web.post(f"{href}/mark", objects="yes", objection=[f"{first}:{other}", f"{holds.id}:{OF.reasons[0]}", ""])
    page = " ".join(text(await web.get(href)).split())
    assert "Rightly marked, for another reason" in page and "It holds. You said:" in page and page.count("Not marked.") == len(OF.flaws) - 1
    await web.post(f"{href}/decide", option=OF.decide.best, certainty=2)
    page = text(await web.get(href))
    assert all(f"<ins>{one.text}</ins>" in page for one in OF.edits)
    await web.post(f"{href}/twin", option=OF.decide.twin.best)
    page = text(await web.get(href))
    assert "Both decisions are right" in page and "Judge this one again" in page
    assert (await web.get(f"{href}/result")).status_code == 200


async def test_steps_are_refused_before_their_time_and_what_is_no_answer_is_said(web: Web) -> None:
    href = f"/proposals/{OF.slug}"
    for act in ("decide", "twin", "mark"):
        assert (await web.post(f"{href}/{act}", option=OF.decide.best, certainty=2)).status_code == 422, act
    for wrong in ("none:none", f"{OF.sentences[0].id}:", ":"):
        assert (await web.post(f"{href}/mark", objects="yes", objection=[wrong])).status_code == 422, wrong
    assert (await web.post(f"{href}/try", mission="none")).status_code == 404
    assert (await web.get("/proposals/gone")).status_code == 404


async def test_they_are_listed_with_where_one_stands_and_on_the_page_of_their_concept(web: Web) -> None:
    await marked(web, OF)
    page = text(await web.get("/proposals"))
    assert all(f'href="/proposals/{one.slug}"' in page for one in proposals())
    assert "to be decided" in page and page.count("<em>not begun</em>") == len(proposals()) - 1
    concept = text(await web.get(f"/concepts/{OF.concept}"))
    assert f'href="/proposals/{OF.slug}"' in concept and 'id="proposals"' in concept
    assert "the sentences you marked" in text(await web.get(f"/map/{OF.concept}/{OF.capability}"))
