"""The self-test over the wire: every step where it belongs, what is refused comes back with its words, and the result."""

import html
import re

from fluencylab.actions import selftest
from fluencylab.actions.selftest import Sitting
from fluencylab.curriculum.claim_topics import claim_topics
from fluencylab.curriculum.loader import track
from web.conftest import Web

OPEN = next(concept for concept in track().concepts if concept.selftest and concept.open)


async def begun(web: Web) -> str:
    answer = await web.post("/self-test/begin", product="support-bot", anew="true")
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def sitting(web: Web) -> Sitting:
    async with web.lab.store.read() as session:
        found = await selftest.latest_sitting(session, web.lab.learner)
    assert found
    return found


async def answer(web: Web, at: str, number: int, right: bool = True, certainty: int = 3) -> int:
    asked = (await sitting(web)).question(number)
    said = {f"claim-{claim.idea}": str(claim.true == right).lower() for claim in asked.claims}
    said |= {f"sure-{claim.idea}": str(certainty) for claim in asked.claims}
    picked = next(option.id for option in asked.options if (option.id == asked.application.best) == right)
    return (await web.post(f"{at}/{number}/claims", option=picked, certainty=str(certainty), **said)).status_code


async def whole(web: Web, wrong: tuple[int, ...] = ()) -> str:
    at = await begun(web)
    for number in range(1, 8):
        await web.post(f"{at}/{number}/text", cannot="true")
        assert await answer(web, at, number, number not in wrong) == 303
    return at


async def test_each_step_leads_to_where_the_question_stands(web: Web) -> None:
    at = await begun(web)
    assert (await web.get(at)).headers["location"] == f"{at}/1"
    assert (await web.get(f"{at}/1/claims")).headers["location"] == f"{at}/1", "no claims before there is a text"
    assert await answer(web, at, 1) == 422
    for wrong in (f"{at}/0", f"{at}/8", f"{at}/{10**30}", "/self-test/nothing/1"):
        assert (await web.get(wrong)).status_code == 404
    assert (await web.post(f"{at}/1/text", text="<b>It draws</b> each word by chance.")).status_code == 303
    read = (await web.get(f"{at}/1")).text
    assert "<b>It" not in read and "&lt;b&gt;" in read
    assert "author-marked; no independent human marks yet" in read
    assert "/concepts/" not in read, "nothing to look up"
    assert (await web.post(f"{at}/1/claims", **{"claim-draw": "perhaps", "sure-draw": "2"})).status_code == 422
    assert await answer(web, at, 1) == 303
    assert (await web.get(f"{at}/1/claims")).headers["location"] == f"{at}/1"
    assert await answer(web, at, 1) == 422, "a second tab cannot answer again"
    assert f'href="{at}/2"' in (await web.get(f"{at}/1")).text
    assert (await web.post(f"{at}/2/text", cannot="true")).headers["location"].startswith(f"{at}/2")
    assert (await web.get(f"{at}/2")).headers["location"] == f"{at}/2/claims", "there is nothing to read"


async def test_what_is_refused_comes_back_with_its_words(web: Web) -> None:
    at = await begun(web)
    long = "word " * 5000
    for text, says in ((long, "25,000 characters"), ("  ", "no answer to read yet")):
        refused = await web.post(f"{at}/1/text", text=text)
        assert refused.status_code == 422 and says in refused.text
        assert text.strip() in refused.text
    await web.post(f"{at}/2/text", text="يختار النموذج الكلمة التالية بالصدفة من قائمة")
    foreign = (await web.get(f"{at}/2")).text
    assert "The rules found none of the three ideas behind this question. Three are for you to judge." in foreign
    assert "The rules read English only" in foreign and foreign.count('name="words"') == 3
    await web.post(f"{at}/1/text", text="First tab: it draws each word by chance.")
    late = await web.post(f"{at}/1/text", text="Second tab, other words.")
    assert late.status_code == 422 and "already handed in" in late.text and "Second tab, other words." in late.text


async def test_a_script_is_told_what_is_kept_of_a_draft(web: Web) -> None:
    at = await begun(web)
    kept = await web.client.post(f"{at}/1/draft", data={"text": "one\r\ntwo\0"})
    assert kept.json() == {"saved": True, "text": "one\ntwo"}
    assert (await web.client.post(f"{at}/1/draft", data={"text": " "})).json() == {"saved": False, "text": "one\ntwo"}
    assert (await web.client.get(f"{at}/1/draft")).json() == {"text": "one\ntwo"}
    assert (await web.post(f"{at}/1/draft", text="", clear="true")).headers["location"] == f"{at}/1?draft=saved"
    assert (await web.client.get(f"{at}/1/draft")).json() == {"text": ""}


async def test_the_result_orders_what_is_not_firm_and_says_where_to_go(web: Web) -> None:
    test = OPEN.selftest
    assert test is not None
    first = await whole(web, wrong=(test.number,))
    page = html.unescape((await web.get(first)).text)
    assert f"Learn this first: {OPEN.short}" in page
    missions = [mission.slug for mission in OPEN.missions]
    primary = re.findall(r'class="button button-primary" href="([^"]+)"', page)
    assert len(primary) == 1 and primary[0].removeprefix("/missions/") in missions
    assert "Before and after" not in page
    second = await whole(web)
    page = html.unescape((await web.get(second)).text)
    assert "Nothing here was left open" in page
    assert f"{len(test.ideas) + 1} items are right that were wrong, and 0 the other way round." in page
    assert page.count("button-primary") == 1
    assert (await web.get(f"{second}?before=nonsense")).status_code == 200
    assert "See the result" in (await web.get("/self-test")).text
    sat = second.rpartition("/")[2]
    assert (await web.post("/self-test/product", product="search", back=sat)).headers["location"] == second
    assert (await web.post("/self-test/product", product="search", back="//elsewhere")).headers["location"] == "/self-test"
    assert (await web.post("/self-test/product", product="nonsense")).status_code == 422


WRONG = "It picks each word by chance. At higher temperature the answers become more accurate. At temperature 0 it is never wrong."


async def test_no_page_tells_the_answer_before_the_claims_are_judged(web: Web) -> None:
    at = await begun(web)
    await web.post(f"{at}/1/text", text=WRONG)
    asked = (await sitting(web)).question(1)
    read = (await sitting(web)).shown["1.text"].answer["read"]["ideas"]
    assert {"found", "contradicted", "not_found"} <= {one["verdict"] for one in read}
    unsure = next((one["idea"] for one in read if one["verdict"] == "unsure"), "")
    if unsure:
        await web.post(f"{at}/1/mark", idea=unsure, words="by chance")
    answers = [idea.says for idea in asked.question.ideas] + [one["correction"] for one in read if one["correction"]]
    for path in (f"{at}/1", f"{at}/1/claims"):
        page = html.unescape((await web.get(path)).text)
        assert not [words for words in answers if words in page], path
    assert "What comes now counts in full." in html.unescape((await web.get(f"{at}/1")).text)
    await answer(web, at, 1)
    page = html.unescape((await web.get(f"{at}/1")).text)
    assert all(words in page for words in answers)


async def test_words_that_are_marked_show_no_answer_either(web: Web) -> None:
    at = await begun(web)
    await web.post(f"{at}/1/text", text="Temperature. It makes a list of probabilities, and a word.")
    read = (await sitting(web)).shown["1.text"].answer["read"]["ideas"]
    unsure = next(one["idea"] for one in read if one["verdict"] == "unsure")
    await web.post(f"{at}/1/mark", idea=unsure, words="a word")
    page = html.unescape((await web.get(f"{at}/1")).text)
    assert "Marked by you" in page
    assert not [idea.says for idea in (await sitting(web)).question(1).question.ideas if idea.says in page]


async def test_how_good_the_reader_is_stands_in_words_and_kappa_behind_a_fold(web: Web) -> None:
    at = await begun(web)
    await web.post(f"{at}/1/text", text=WRONG)
    page = html.unescape((await web.get(f"{at}/1")).text)
    before, fold = page.split("The reader, measured")[0], page.split("The reader, measured")[1]
    assert "kappa" not in before and "kappa" in fold
    assert re.search(
        r"Of 100 wrong answers they let (about \d+|none) pass, at most about \d+\. Of 100 right ones they pass \d+, fail ", before
    )
    assert re.search(r"Of 100 answers, about \d+ are left to you\.", before)
    assert "a true sentence, then its opposite" in fold


async def test_each_claim_says_what_it_is_about(web: Web) -> None:
    at = await begun(web)
    for number in range(1, 8):
        await web.post(f"{at}/{number}/text", cannot="true")
        asked = (await sitting(web)).question(number)
        page = html.unescape((await web.get(f"{at}/{number}/claims")).text)
        about = re.findall(r'<p class="claim-about">(.*?)</p>', page)
        assert about == [claim_topics()[asked.concept][claim.idea] for claim in asked.claims] and all(about)
        await answer(web, at, number)
