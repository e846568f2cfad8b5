"""The embeddings lab on the real embedder: what it promises it measures, to what it is blind, and the same run twice is the same."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError
from scipy.stats import spearmanr

from fluencylab.curriculum import loader
from fluencylab.instruments import helpcentre
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.search import Document, hybrid, keyword, semantic
from fluencylab.labs.embeddings import distance, projection, searching
from fluencylab.labs.embeddings import instrument as embeddings
from fluencylab.labs.embeddings.params import METHODS, Params
from fluencylab.models import embedder
from fluencylab.models.embedder import open_embedder
from fluencylab.models.transport import library

DOCUMENTS = """Returns
You can send items back within 30 days.

Delivery
Parcels come within 3 to 5 working days.

Kettle QK-17
E3 means that there is lime on the sensor."""
QUESTIONS = """How long may I send items back? | 1
My package is late | 2
E3 | 3
Who painted the ceiling? |"""
WORDS = ["tea", "ink", "wool", "oak", "glass", "iron", "salt", "rain", "soap", "wax"]
TEXTS = "\n".join(f"{word} | Text number {i} is about {word}." for i in range(3) for word in WORDS)
OWN = {"texts": TEXTS, "documents": DOCUMENTS, "questions": QUESTIONS}


async def measured(**params: object) -> tuple[list[Step], Result]:
    model = await open_embedder()
    steps = [step async for step in embeddings.run(model, Params.model_validate(params))]
    return steps, embeddings.conclude(steps)


@pytest.mark.parametrize("projected", ["neighbours", "shadow"])
async def test_a_whole_run_gives_every_fact_it_promises(projected: str) -> None:
    params = Params.model_validate({**OWN, "parts": ["distance", "map", "search"], "projection": projected})
    steps, result = await measured(**params.model_dump())
    assert len(steps) == embeddings.calls(params)
    assert set(embeddings.fact_names(params)) == set(result.measures)
    assert all(m.low - 1e-9 <= m.value <= m.high + 1e-9 for m in result.measures.values())


async def test_texts_without_groups_and_questions_without_answers_promise_less() -> None:
    texts = "\n".join(f"A text about {word}." for word in WORDS)
    params = Params(parts=("map", "search"), texts=texts, documents=DOCUMENTS, questions="Who painted it? |")
    _, result = await measured(**params.model_dump())
    assert set(embeddings.fact_names(params)) == set(result.measures)
    assert "same_group" not in result.measures and "mrr@hybrid" not in result.measures


async def test_a_negation_is_nearer_than_a_paraphrase_and_another_topic_is_not() -> None:
    _, result = await measured(parts=["distance"])
    facts = result.facts()
    assert facts["negation_error"] >= 0.8 and facts["number_error"] >= 0.8 and facts["code_error"] >= 0.6
    assert facts["topic_error"] <= 0.3
    assert facts["similarity@1-3"] > 0.9 > facts["similarity@1-2"] > facts["similarity@1-4"]
    assert "20 of 20" in result.says


def test_ours_orders_200_labelled_pairs_much_as_the_original_does() -> None:
    """The figure that docs/models.md states; the original's similarities were written by tools/embedder.py."""
    triples, original = loader.triples(), loader.original_similarities()
    assert len(triples) == len(original) == 100
    text, same, other = (embedder.encode([getattr(one, name) for one in triples]) for name in ("text", "same", "other"))
    ours = [*(text * same).sum(1), *(text * other).sum(1)]
    assert spearmanr(ours, [pair[0] for pair in original] + [pair[1] for pair in original]).statistic > 0.74
    assert distance.original_errors() == {"negation": 15, "number": 17, "name": 4, "code": 17, "topic": 0}


async def test_a_run_taken_up_again_says_the_same_and_counts_nothing_twice() -> None:
    asked = {**OWN, "parts": ["map", "search"]}
    first, result = await measured(**asked)
    again, _ = await measured(**asked)
    assert first == again
    assert embeddings.conclude([*first[:3], *again]) == result


async def test_on_the_help_centre_each_of_two_finds_what_the_other_does_not() -> None:
    _, result = await measured(parts=["search"])
    facts = result.facts()
    assert facts["only@keyword"] > 0 < facts["only@semantic"]
    assert facts["recall@10@hybrid"] >= max(facts["recall@10@keyword"], facts["recall@10@semantic"])
    assert facts["recall@3@keyword@exact"] == 1 > facts["recall@1@semantic"]
    assert facts["empty@semantic"] == 0


async def test_own_documents_are_numbered_and_a_question_may_have_no_answer() -> None:
    steps, result = await measured(parts=["search"], documents=DOCUMENTS, questions=QUESTIONS, k=1)
    rows = searching.rows(steps)
    assert [row.answers for row in rows] == [["1"], ["2"], ["3"], []]
    assert rows[2].ranks == dict.fromkeys(METHODS, 1)
    assert rows[3].hits["keyword"] == 0 and rows[3].hits["semantic"] == 3
    assert result.facts()["empty@keyword"] == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sentences": "only one"}, "2 to 12"),
        ({"texts": "a\nb"}, "10 to 400"),
        ({"documents": DOCUMENTS}, "questions of your own"),
        ({"questions": QUESTIONS}, "documents of your own"),
        ({"documents": DOCUMENTS, "questions": "How? | 4"}, "numbers 1 to 3"),
        ({"documents": DOCUMENTS, "questions": "How? | ²"}, "numbers 1 to 3"),
        ({"documents": DOCUMENTS, "questions": "How?"}, "needs “|”"),
        ({"documents": "a\n\n" * 2001, "questions": "How? | 1"}, "2,000 documents"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says.replace("|", r"\|")):
        Params.model_validate(given)


# Search and maps, by hand


def letters(texts: Any) -> Any:
    """An embedder for tests: how often a, b and c stand in a text."""
    numpy = library("numpy")
    rows = numpy.array([[text.lower().count(letter) for letter in "abc"] for text in texts], dtype=numpy.float32)
    return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1)


def test_a_document_is_as_near_as_its_nearest_sentence() -> None:
    documents = [Document("mixed", "aaa. bbb. ccc."), Document("half", "ab. ab.")]
    assert [hit.id for hit in semantic(documents, letters, "sentences").search("b")] == ["mixed", "half"]
    assert [hit.id for hit in semantic(documents, letters, "whole").search("b")] == ["half", "mixed"]
    assert Document("x", "One. Two.", "Title").pieces("sentences") == ["Title", "Title. One.", "Title. Two."]


def test_fusion_joins_ranks_and_not_scores() -> None:
    documents = [Document(name, text) for name, text in (("one", "zebra a"), ("two", "zebra zebra b"), ("three", "b b b"))]
    words, vectors = keyword(documents), semantic(documents, letters, "whole")
    assert [hit.id for hit in words.search("zebra b")] == ["two", "three", "one"]
    joined = hybrid(words, vectors).search("zebra b")
    assert joined[0].id == "two" and joined[0].score == pytest.approx(2 / 11, abs=1e-5)
    assert len({hit.id for hit in joined}) == 3


def test_a_map_keeps_two_groups_apart_and_counts_what_it_loses() -> None:
    numpy = library("numpy")
    rng = numpy.random.default_rng(1)
    rows = numpy.concatenate([rng.normal(0, 0.1, (15, 20)), rng.normal(3, 0.1, (15, 20))])
    for placed in (projection.tsne(rows), projection.pca(rows)[0]):
        near = projection.on_the_map(placed, 5)
        assert all((near[:15] < 15).all(1)) and all((near[15:] >= 15).all(1))
    flat, spread = projection.pca(numpy.array([[0.0, 0, 5], [1, 0, 5], [0, 2, 5], [1, 2, 5]]))
    assert spread == pytest.approx(1)
    assert projection.on_the_map(flat, 1)[0].tolist() == [1]


def test_nothing_heavy_is_imported_before_the_lab_is_used() -> None:
    code = "import sys, fluencylab.instruments; print([n for n in ('numpy', 'bm25s', 'model2vec', 'Stemmer') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_bundled_questions_are_enough_and_of_every_kind() -> None:
    asked = helpcentre.questions()
    assert len(helpcentre.articles()) >= 150 and len(asked) >= 80
    assert {one.kind for one in asked} == {"same words", "reworded", "exact", "negation", "unanswerable"}
    assert len({one.text for one in asked}) == len(asked)
