"""The retrieval instrument on a model that says what it is told: each failure is put where it happened, and every rate can be counted."""

import pytest
from pydantic import ValidationError

from fluencylab import stats
from fluencylab.charts import drawing_of
from fluencylab.instruments import answer_match, helpcentre
from fluencylab.instruments.base import Step
from fluencylab.labs.retrieval import failure_stage, questions, tracing
from fluencylab.labs.retrieval import instrument as retrieval
from fluencylab.labs.retrieval.chart import sizes
from fluencylab.labs.retrieval.page import PAGE, borders
from fluencylab.labs.retrieval.params import Params
from fluencylab.models.client import Client
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Request

BOOK = """=== Returns ===
You can send items back within 30 days. Members of the club have 60 days. Outlet items have 14 days.

=== Delivery ===
Standard delivery costs €4.90. Large items are brought by two people for €39. Nothing is delivered on Sundays.

=== Gift cards ===
A gift card is valid for 3 years from the day on which it was bought in the shop or online by you.
"""
ASKED = """What does standard delivery cost? | 4.90 | Delivery
How long have members of the club? | 60 days
How long is a gift card valid, from the day it was bought? | 3 years
Is it worth anything after 2 of them, the delivery of large items aside? | 3 years | Gift cards
Who founded the shop? |
"""


def reader(request: Request, repetition: int) -> str:
    """Copies the first number of the text that it was given, and never declines."""
    asked = request.messages[-1].content
    told = asked.partition("Question:")[0]
    return next((f"It is {word.strip('.')}." for word in told.split() if any(letter.isdigit() for letter in word)), "It is 7.")


async def steps(model: Scripted, **params: object) -> list[Step]:
    asked = Params.model_validate({"documents": BOOK, "questions": ASKED, "sizes": (), "answered": 9, "absent": 9, **params})
    return [step async for step in retrieval.run(model, asked)]


def by_question(observed: list[Step]) -> dict[str, dict[str, object]]:
    return {step.data["ask"][:12]: step.data for step in observed if step.kind == "question"}


# Our questions


def test_each_answer_stands_in_its_articles_and_what_no_article_answers_is_in_none() -> None:
    bodies = {one.id: one for one in helpcentre.documents()}
    ours = questions.bundled()
    known = [one for one in ours if one.answers]
    assert (len(ours), len(known), len({one.ask for one in ours})) == (91, 75, 91)
    for one in known:
        assert one.documents, one.ask
        for identity in one.documents:
            assert failure_stage.states(bodies[identity].text, one), f"{one.ask}: {identity}"
    for one, never in questions.absent():
        assert never and not one.documents, one.ask
        for document in bodies.values():
            assert not any(answer_match.says(document.whole, word) for word in never), f"{one.ask}: {document.id}"


def test_questions_of_ones_own_name_a_document_or_none() -> None:
    read = Params(documents=BOOK, questions=ASKED)
    assert sorted(one.documents for one in read.drawn) == [(), (), (), ("2",), ("3",)]
    assert [one.answers for one in read.drawn if one.ask.startswith("Who")] == [()]
    with pytest.raises(ValidationError, match="no document has that title"):
        Params(documents=BOOK, questions="What? | 5 | Prices")
    with pytest.raises(ValidationError, match="need questions of your own"):
        Params(documents=BOOK)
    with pytest.raises(ValidationError, match="smaller than the chunk size"):
        Params(size=20, overlap=20)


# Where it failed


async def test_what_was_given_and_used_is_right_and_traced_to_its_passage() -> None:
    observed = by_question(await steps(Scripted(reader), size=5, k=1, method="keyword"))
    price = observed["What does st"]
    assert (price["text"], price["right"], price["place"], price["sources"], price["supported"]) == ("It is €4.90.", True, None, (0,), True)
    assert "Delivery: Standard delivery costs €4.90." in str(price["prompt"]) and price["hit"] and price["given"]


@pytest.mark.parametrize(
    ("params", "ask", "place", "cutter"),
    [
        ({"k": 3}, "Who founded ", "not_in_documents", None),
        ({"k": 1, "size": 40, "titled": False, "method": "keyword"}, "Is it worth ", "not_retrieved", None),
        ({"k": 1, "size": 40, "budget": 10}, "How long hav", "cut_off", "budget"),
        ({"k": 1, "size": 7, "method": "keyword"}, "How long is ", "cut_off", "border"),
        ({"k": 1, "size": 40}, "How long hav", "not_used", None),
    ],
)
async def test_a_failure_is_put_where_it_happened(params: dict[str, object], ask: str, place: str, cutter: str | None) -> None:
    told = by_question(await steps(Scripted(["It is 7."]), **params))[ask]
    assert (told["place"], told["cutter"]) == (place, cutter), told["found"]


async def test_the_budget_is_kept_to_the_token_and_the_rest_is_not_sent() -> None:
    model = Scripted(reader)
    observed = await steps(model, size=40, k=3, budget=12)
    for step in observed:
        if step.kind == "question":
            assert 1 < sum(one["kept"] for one in step.data["found"]) <= 12
            assert all(one["kept"] == 0 for one in step.data["found"] if not one["given"])
            assert [one["given"] == one["text"] for one in step.data["found"]] == [False] * 3
    assert all("Outlet" not in request.messages[-1].content for request, _ in model.calls)


async def test_declining_is_right_only_where_there_is_nothing_to_find() -> None:
    observed = await steps(Scripted(["I don't know."]), k=3, size=40, budget=200)
    facts = retrieval.conclude(observed).facts()
    assert (facts["declined@absent"], facts["declined@answered"], facts["correct"]) == (1, 1, 0.2)
    assert facts["failed@not_used"] == 0.8 and facts["unsupported"] == 0


async def test_every_promised_fact_is_measured_and_the_places_add_up() -> None:
    params = Params(documents=BOOK, questions=ASKED, size=12, k=1, sizes=(5, 12))
    model = Scripted(reader)
    observed = [step async for step in retrieval.run(model, params)]
    result = retrieval.conclude(observed)
    facts = result.facts()
    assert set(retrieval.fact_names(params)) == set(facts)
    assert len(model.calls) == retrieval.calls(params) == 5
    assert facts["correct"] + sum(facts[f"failed@{place}"] for place in failure_stage.FAILURE_STAGES) == pytest.approx(1)
    assert facts["hit@1"] == facts["hit@1@12"] >= facts["given"] >= facts["given"] * facts["used"]
    assert result.says.startswith("Of 5 questions") and len(drawing_of("retrieval").charts(result)) == 2
    assert retrieval.conclude([*observed, *observed]) == result, "a step told twice counts once"


INVENTED = (
    "0 were right. Of the 2 others 1 failed before the model: cut off; "
    "1 asked for what is in no document, and the model answered all the same."
)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (["It is 7."], INVENTED),
        (["I don't know."], "1 was right. The other failed before the model: cut off."),
    ],
)
async def test_the_sentence_says_where_it_was_lost(script: list[str], says: str) -> None:
    two = "How long have members of the club? | 60 days\nWho founded the shop? |"
    assert retrieval.conclude(await steps(Scripted(script), questions=two, size=40, k=1, budget=10)).says == f"Of 2 questions {says}"


def test_a_yes_and_a_no_that_no_passage_holds_are_both_without_support_however_they_are_numbered() -> None:
    passages = ["1. Members have 60 days.", "No parcel is sent on Sundays."]
    for answer in ("1. The answer is yes.", "The answer is no.", "Yes.", "- No.", "1) The answer is No."):
        assert not tracing.trace(answer, passages, "Can I pay later?").supported, answer
    assert tracing.trace("1. No, members have 60 days.", passages, "Can I pay later?").supported
    assert not tracing.trace("2. It takes 3 days.", passages, "Can I pay later?").supported, "a number of its own is a claim"


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("Report a late parcel. It is free.", "Report a", "1 border goes through a sentence."),
        ("Report a\nlate parcel", "Report a", "1 border goes through a sentence."),
        ("It is free. Report a parcel.", "It is free.", "Every border lies between two sentences."),
        ("Delivery times\nParcels take 3 days.", "Delivery times", "Every border lies at the end of a sentence or of a line."),
        ("免费。请报告。", "免费。", "Every border lies between two sentences."),
        ("One text.", "", ""),
    ],
)
def test_what_the_borders_cut_is_said_as_it_is(text: str, at: str, says: str) -> None:
    assert borders(text, [len(at)] if at else []) == says


def test_nothing_asked_says_nothing() -> None:
    assert retrieval.conclude([]).says == "" and not drawing_of("retrieval").charts(retrieval.conclude([]))


# Sources


def test_an_answer_is_traced_by_the_words_and_numbers_it_shares() -> None:
    passages = ["Members have 60 days.", "Standard delivery costs €4.90 and takes 3 days.", ""]
    told = tracing.trace("Delivery costs €4.90.", passages, "What do I pay?")
    assert (told.sources, told.supported) == ((1,), True)
    assert [piece for piece, shared in tracing.marked(passages[1], told.shared) if shared] == ["delivery", "costs", "4.90"]
    assert not tracing.trace("It costs €7.", passages, "What do I pay?").supported


async def test_the_real_model_reads_what_lies_in_front_of_it(model: Client) -> None:
    params = Params(answered=4, absent=0, k=1, size=20, method="keyword", sizes=(), seed=3)
    observed = [step async for step in retrieval.run(model, params)]
    rows = retrieval.asked(observed)
    assert len(rows) == 4 and all(row["prompt"].startswith("<|im_start|>system") for row in rows)
    assert all(sum(one["kept"] for one in row["found"]) <= params.budget for row in rows)


def test_sizes_that_find_the_same_are_not_told_as_better_and_worse() -> None:
    """“Over chunks of 10 words finds 1 of 1, over chunks of 10 words 1.”"""
    same = sizes({f"hit@3@{size}": stats.share(1, 1) for size in (10, 20)})
    other = sizes({"hit@3@10": stats.share(0, 1), "hit@3@20": stats.share(1, 1)})
    assert same and same.sentence == "With chunks of each of these sizes the same search finds 1 of 1."
    assert other and other.sentence == "The same search over chunks of 20 words finds 1 of 1, over chunks of 10 words 0."


def test_one_document_and_one_question_are_said_as_one() -> None:
    told = PAGE.conditions(Params(documents="=== A ===\nLamps may be returned within 45 days.", questions="How long? | 45 days"))
    assert told[0].startswith("1 document in chunks") and "1 question with an answer, 0 without" in told
