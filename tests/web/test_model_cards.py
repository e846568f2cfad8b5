"""The pages of the model cards: what each step shows and keeps to itself, where a learner finds them, and cards of one's own."""

import pytest

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.model_cards import CardDrill, drills

from .conftest import Web

SPEAKING = next(one for one in drills() if one.slug == "a-vector-for-a-page")


async def marked(web: Web, drill: CardDrill) -> str:
    href = f"/cards/{drill.slug}"
    fields = {"silent": drill.ask, "line": list(drill.decisive)}
    answer = await web.client.post(f"{href}/mark", data=fields, headers={"Accept": "text/html"})
    assert answer.headers["location"] == f"{href}#marked", answer.text[:300]
    return href


@pytest.mark.parametrize("drill", drills(), ids=lambda one: one.slug)
async def test_before_it_is_marked_a_card_shows_its_lines_and_nothing_that_answers(web: Web, drill: CardDrill) -> None:
    page = (await web.get(f"/cards/{drill.slug}")).text
    assert 'data-stage="mark"' in page and page.partition("<article")[2].count('type="checkbox"') == len(drill.card.lines)
    assert not any(one.why in page for one in drill.card.lines) and not any(one.answer in page for one in drill.questions)
    assert not any(one.text in page for one in drill.decide.options) and drill.edit.text not in page
    assert ("invented" in page) == drill.card.invented


@pytest.mark.parametrize("drill", drills(), ids=lambda one: one.slug)
async def test_once_marked_it_is_answered_and_the_prediction_is_open(web: Web, drill: CardDrill) -> None:
    page = (await web.get(await marked(web, drill))).text
    assert 'data-stage="predict"' in page and "Commit to this" in page and drill.edit.text not in page
    assert ("It is silent, and you ask for the right thing" in page) == drill.silent
    assert page.count("You marked it.") == len(drill.decisive)
    assert not any(one.text in page for one in drill.decide.options)


async def test_steps_come_in_their_order_and_are_refused_before(web: Web) -> None:
    href = f"/cards/{SPEAKING.slug}"
    for act in ("predict", "run", "see", "decide", "twin"):
        answer = await web.post(
            f"{href}/{act}", **{**{one.fact: "300" for one in SPEAKING.predict}, "certainty": 2, "option": "page", "sight": 0}
        )
        assert answer.status_code in (404, 422), act
    await marked(web, SPEAKING)
    again = await web.client.post(f"{href}/mark", data={"silent": "", "line": ["input"]}, headers={"Accept": "text/html"})
    assert again.status_code == 422


async def test_they_are_listed_with_where_one_stands_and_on_the_page_of_their_concept(web: Web) -> None:
    await marked(web, SPEAKING)
    page = (await web.get("/cards")).text
    assert [f'href="/cards/{one.slug}"' in page for one in drills()] == [True] * 12
    assert "say what you expect" in page and page.count("<em>not begun</em>") == 11
    concept = (await web.get(f"/concepts/{SPEAKING.concept}")).text
    assert 'href="/cards">All of them' in concept and f'href="/cards/{SPEAKING.slug}"' in concept and 'id="model-cards"' in concept
    cell = (await web.get(f"/map/{SPEAKING.concept}/{SPEAKING.capability}")).text
    assert "the lines you marked" in cell
    assert (await web.get("/cards/gone")).status_code == 404
    assert all(track().concept(one.concept) for one in drills())


async def test_a_card_of_ones_own_is_read_kept_cited_and_taken_away(web: Web) -> None:
    base = (await web.post("/product/new", name="Desk")).headers["location"].partition("/bring-in")[0]
    text = "# Nimbus 7B\nlicense: apache-2.0\nContext length: 32,768 tokens\nAccuracy 92 %\n<script>alert(1)</script>"
    place = (await web.post(f"{base}/cards", text=text, name="Nimbus")).headers["location"]
    page = (await web.get(place)).text
    assert "Context length: 32,768 tokens" in page and "line 3" in page and "<script>alert" not in page
    assert "It gives a result without how many examples it rests on." in page
    assert page.count('class="card-ask"') == 8, "two of ten are said whole"
    assert "[[a:Context length: 32,768 tokens|said by the card Nimbus, not measured]]" in page
    assert (await web.post(f"{base}/cards", text=text, name="Again")).headers["location"] == place, "the same text is one card"
    listed = (await web.get(f"{base}/cards")).text
    assert "Nimbus" in listed and "Says 2 of 10 things" in listed
    assert "Read its card" in (await web.get(base)).text
    assert (await web.post(f"{base}/cards", text=" ")).status_code == 422
    await web.post(f"{place}/remove")
    assert (await web.get(place)).status_code == 404
