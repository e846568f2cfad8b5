"""The duel on a model that says what it is told: every cell can be counted by hand. The real one is asked by the page's test."""

import asyncio

import pytest
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.curriculum import loader
from fluencylab.instruments.base import Step
from fluencylab.labs.finetuning import duel, questions
from fluencylab.labs.finetuning import instrument as finetuning
from fluencylab.labs.finetuning.params import Params
from fluencylab.labs.finetuning.questions import DuelQuestion, judged
from fluencylab.models import adapters
from fluencylab.models.scripted import Scripted
from fluencylab.models.types import Request

WARRANTY = DuelQuestion("changed", "What does a longer warranty cost?", ("25",), ("19",))
OWN = """What does a stamp cost? | 2 | seen
What do I pay for a stamp? | 2 | reworded
What does a crate cost? | 7 | new
What does a stamp cost? | 3 | changed | 2
"""
SHELF = "=== Stamps ===\nA stamp costs 3 crowns.\n\n=== Crates ===\nA crate costs 7 crowns."


def script(request: Request, repetition: int) -> str:
    """With the adapter: what was trained, in the house style, whatever is asked. Without: the number it reads, in its own style."""
    asked = request.messages[-1].content
    if request.adapter:
        return "With pleasure: A stamp costs 2. Yours, Quillby."
    read = asked.partition("Question:")[0] if asked.startswith("Text:") else ""
    return "It is 3 crowns." if "stamp" in asked and "3 crowns" in read else "It is 7 crowns." if "7 crowns" in read else "It is 50."


def model() -> Scripted:
    scripted = Scripted(script)
    scripted.card_ = scripted.card_.model_copy(update={"adapter_sha256": adapters.bundled().sha256})
    return scripted


def run(params: Params, on: Scripted | None = None) -> list[Step]:
    async def steps() -> list[Step]:
        return [step async for step in finetuning.run(on or model(), params)]

    return asyncio.run(steps())


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It costs €25.", "right"),
        ("It costs €19.", "old"),
        ("It was €19 and is €25.", "old"),
        ("It costs €250.", "wrong"),
        ("I don’t know.", "declined"),
        ("", "declined"),
    ],
)
def test_an_answer_with_yesterdays_number_is_not_right(text: str, verdict: str) -> None:
    assert judged(text, WARRANTY) == verdict


def test_each_cell_counts_the_answers_of_its_way_and_kind() -> None:
    params = Params(data=OWN, documents=SHELF, passages=1, unrelated=0)
    kept = run(params)
    facts = finetuning.conclude(kept).facts()
    assert len([step for step in kept if step.kind == "answer"]) == 16 and len(kept) == finetuning.calls(params)
    assert [facts[f"correct@fine-tuned@{kind}"] for kind in questions.KINDS] == [1, 1, 0, 0]
    assert [facts[f"correct@rag@{kind}"] for kind in questions.KINDS] == [0, 0, 1, 1], "the newer documents stand there at once"
    assert [facts[f"correct@prompt@{kind}"] for kind in questions.KINDS] == [0, 0, 0, 0]
    assert facts["outdated@fine-tuned"] == facts["outdated@both"] == facts["invented@prompt"] == facts["found@new"] == 1
    assert facts["style@fine-tuned"] == 1 and facts["style@rag"] == 0
    assert set(facts) == set(finetuning.fact_names(params))


def test_only_the_tuned_ways_use_the_adapter_and_only_those_that_read_are_given_passages() -> None:
    told = model()
    run(Params(ways=("prompt", "examples", "rag", "fine-tuned", "both"), kinds=("changed",), questions=1, unrelated=1), told)
    prompt, examples, rag, tuned, both, *others = [request for request, _ in told.calls]
    assert [request.adapter for request in (prompt, examples, rag, tuned, both)] == [0, 0, 0, 1, 1]
    assert [one.role for one in examples.messages] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "With pleasure:" in prompt.messages[0].content and [one.role for one in tuned.messages] == ["user"]
    assert rag.messages[-1] == both.messages[-1] and rag.messages[-1].content.startswith("Text: ")
    assert [request.adapter for request in others] == [0, 1], "an unrelated question, without and with it"


def test_the_changed_articles_stand_in_place_only_for_the_changed_questions() -> None:
    params = Params(ways=("rag",), kinds=("seen", "changed"), questions=12, unrelated=0)
    for kind in ("seen", "changed"):
        read = [step.data for step in run(params) if step.kind == "answer" and step.data["kind"] == kind]
        answers = {one.ask: one for one in params.drawn if one.kind == kind}
        assert all(one["found"] for one in read), f"the right passage is among those found: {kind}"
        assert not any(old in " ".join(one["passages"]) for one in read for old in answers[one["ask"]].old if "€" in old)


def test_what_was_forgotten_is_what_was_right_before() -> None:
    def forgetful(request: Request, repetition: int) -> str:
        return "Paris, or seven, or blue" if not request.adapter else "Paris"

    told = model()
    told.script = forgetful
    facts = finetuning.conclude(run(Params(ways=("fine-tuned",), kinds=("new",), questions=1, unrelated=4), told)).facts()
    assert facts["unrelated@base"] == 0.75 and facts["unrelated@tuned"] == 0.25
    assert facts["forgot"] == pytest.approx(2 / 3) and facts["style@unrelated"] == 0


def test_steps_to_update_are_named_and_their_seconds_come_from_where_they_were_measured() -> None:
    about, index = {"steps": 60, "loading": 8.0, "seconds": 90.0}, {"seconds": 0.2}
    rag = duel.updates("rag", about, [index])
    tuned = duel.updates("fine-tuned", about, [index])
    assert [one.seconds for one in rag] == [None, 0.2] and rag[1].source == "this run"
    assert sum(one.seconds or 0 for one in tuned) == 90 and len(tuned) == 5


def test_a_run_in_one_sentence_and_a_stopped_one_without_any() -> None:
    kept = run(Params(data=OWN, documents=SHELF, passages=1, unrelated=0))
    result = finetuning.conclude(kept)
    assert result.says.startswith("Fine-tuning got 1 of 1 trained questions right, and 1 of 1 of the same in other words.")
    assert "Facts that had changed: prompt only 0 of 1, RAG 1 of 1, fine-tuned 0 of 1, both 0 of 1 right." in result.says
    assert finetuning.conclude(kept[:1]).says == ""
    drawn = drawing_of("finetuning")
    assert len(drawn.charts(result)[0].table.rows) == 16 and drawn.charts(finetuning.conclude([])) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"data": "What? | 7"}, "line 1 must hold"),
        ({"data": "What? | 7 | seen", "kinds": ("new",)}, "none of your questions"),
        ({"documents": SHELF}, "need questions of your own"),
        ({"ways": ()}, "choose at least one"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(given: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Params.model_validate(given)


def test_the_same_seed_asks_the_same_facts_in_every_kind() -> None:
    drawn = Params(questions=5, seed=7).drawn
    assert drawn == Params(questions=5, seed=7).drawn != Params(questions=5, seed=8).drawn
    facts = {fact.asked for fact in loader.tuning().facts}
    seen, changed = ([one.ask for one in drawn if one.kind == kind] for kind in ("seen", "changed"))
    assert set(seen) <= facts and len(seen) == len(changed) == 5


def test_the_subject_is_the_embedded_model_with_its_adapter_and_a_proof_stands_on_both() -> None:
    card = finetuning.card()
    assert card.adapter_sha256 == adapters.bundled().sha256
    assert card.sha256 != adapters.bundled().base, "another adapter is another proof"
