"""Quillby's assistant on a model that says what it is told: what goes into a call, and what a probe shows of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from fluencylab.instruments import assistant
from fluencylab.instruments.assistant import Params
from fluencylab.instruments.base import Step
from fluencylab.models.client import Client
from fluencylab.models.scripted import Scripted

RETURNS = {"question": "Within how many days can I send items back?", "good": r"\b30\b"}
TALK = ("customer: I bought a lamp of green glass.", "assistant: Thank you.")


async def run(model: Any, **settings: Any) -> list[Step]:
    return [step async for step in assistant.run(model, Params.model_validate(RETURNS | settings))]


async def test_the_best_sentence_of_the_help_centre_stands_in_the_system_prompt() -> None:
    model = Scripted(["Within 30 days.", "Within 14 days."])
    steps = await run(model, samples=2, history=TALK, temperature=0)
    messages = model.calls[0][0].messages
    assert "within 30 days of the day they arrived" in messages[0].content
    assert [message.role for message in messages] == ["system", "user", "assistant", "user"]
    result = assistant.conclude(steps)
    assert result.facts()["right"] == 0.5
    assert result.says == "1 of 2 answers is right."


async def test_a_window_that_is_too_small_drops_the_oldest_first_and_says_nothing() -> None:
    model = Scripted(["Hello."])
    steps = await run(model, history=TALK, window=30, look="tokens")
    assert [message.role for message in model.calls[0][0].messages] == ["user", "assistant", "user"]
    assert [row["who"] for row in steps[1].data["rows"]] == ["user", "assistant", "user"]


async def test_a_search_asked_with_the_whole_chat_finds_another_sentence() -> None:
    plus = ("customer: I am thinking of becoming a member of Quillby Plus.", "assistant: Thank you.")
    (question,) = await run(Scripted(["-"]), look="search", history=plus)
    (chat,) = await run(Scripted(["-"]), look="search", history=plus, query="chat")
    assert question.data["hits"][0]["id"] == "return-period/1"
    assert chat.data["hits"][0]["id"] != "return-period/1"
    assert chat.data["query"].startswith("I am thinking")


async def test_an_old_index_holds_old_words() -> None:
    old = ("return-period/1 | How long you can return items. You can send items back within 7 days.",)
    (found,) = await run(Scripted(["-"]), look="search", held=old, indexed="2025-01-01")
    assert "within 7 days" in found.data["hits"][0]["text"]
    assert found.data["indexed"] < found.data["hits"][0]["updated"]


async def test_a_document_by_hand_takes_the_place_of_the_search() -> None:
    model = Scripted(["30 days."])
    await run(model, given="store-credit/3", samples=1)
    assert "valid for 2 years" in model.calls[0][0].messages[0].content


async def test_without_the_template_the_model_reads_plain_text() -> None:
    model = Scripted(["-"])
    (step,) = await run(model, look="prompt", template=False)
    assert step.data["text"].endswith(RETURNS["question"])
    assert "<user>" not in step.data["text"]
    (step,) = await run(model, look="prompt")
    assert "<user>" in step.data["text"]
    await run(model, samples=1, template=False)
    assert model.calls[-1][0].template is False


async def test_marks_of_a_judge_beside_those_of_a_rule() -> None:
    said = ("Within 30 days.", "Within 90 days.")
    judged = await run(Scripted(['"yes"']), marking=said, look="rule", temperature=0)
    assert assistant.conclude(judged).says == "1 of 2 marks is right."
    shown = await run(Scripted(['"yes"']), marking=said, temperature=0)
    assert assistant.conclude(shown).says == "2 of 2 answers were marked right."
    silent = Scripted(['"yes"'])
    ruled = await run(silent, marking=said, marker="rule")
    assert assistant.conclude(ruled).facts()["right"] == 1
    assert not silent.calls


@pytest.mark.parametrize("wrong", [{"good": "("}, {"history": ["Hello"]}, {"held": ["no bar"]}, {"arguments": "[1]"}, {"temperature": 3}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(RETURNS | wrong)


def test_calls_and_facts_are_known_beforehand() -> None:
    assert assistant.calls(Params.model_validate(RETURNS | {"look": "search"})) == 0
    assert assistant.calls(Params.model_validate(RETURNS | {"look": "tokens"})) == 1
    assert assistant.calls(Params.model_validate(RETURNS | {"samples": 3})) == 3
    assert "right" in assistant.fact_names(Params.model_validate(RETURNS))


async def test_on_the_real_engine_a_limit_cuts_and_a_missing_template_is_missing(model: Client) -> None:
    cut = await run(model, look="tokens", max_tokens=5)
    assert cut[1].data["finish"] == "length"
    assert cut[1].data["written"] == 5
    (bare,) = await run(model, look="prompt", template=False)
    (whole,) = await run(model, look="prompt")
    assert "<|im_start|>" in whole.data["text"]
    assert "<|im_start|>" not in bare.data["text"]
    plain = await run(model, samples=1, template=False, max_tokens=4)
    assert plain[0].data["usage"]["prompt"] < whole.data["prompt_tokens"]
