"""A call that brought no answer: no instrument measures anything from it, and each says how many there were."""

from itertools import cycle
from typing import Any

import pytest

from fluencylab.errors import AnswerCutOff, CallRefused, ModelRefused
from fluencylab.instruments import instruments
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.missing import concluded, parted
from fluencylab.models.scripted import Scripted
from fluencylab.models.tolerant import Tolerant
from fluencylab.models.types import Completion, Message, ModelCapabilities, ModelInfo, Request, Token, Usage

THOUGHT = "The question is which of the two is meant."
MISSING = {
    "length": Completion(text="", thinking=THOUGHT, finish="length", usage=Usage(prompt=5, completion=9, thinking=9)),
    "empty": Completion(text="\n", finish="stop"),
    "filtered": Completion(text="I would", finish="content_filter", tokens=(Token("I would", -0.1),)),
    "refused": Completion(text="", finish="refusal", said="That is not allowed here."),
    "cut off": Completion(text="The answer is", finish="cut off", tokens=(Token("The answer is", -0.1),)),
}
RUNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("call", {}),
    ("sampling", {"parts": ["next", "write", "again"], "samples": 3, "pattern": "json"}),
    ("grounding", {"parts": ["count", "know", "why"], "questions": 4, "again": 1, "notes": 2}),
    ("cost", {"strategies": ["zero", "few", "vote"], "messages": 6}),
    ("retrieval", {"answered": 3, "absent": 1}),
    ("latency", {"parts": ["call", "prompt", "answer", "load", "cache"], "repetitions": 1, "concurrency": [1, 2]}),
    ("metrics", {"parts": ["judge", "confusion", "overlap"]}),
    ("context", {"parts": ["tape", "forgetting", "needle"], "turns": 3, "trials": 1}),
    ("prompting", {"parts": ["conflict", "guardrail", "form", "compare"], "samples": 1}),
    ("tools", {"parts": ["trace", "right", "safe"], "requests": 4, "honest": 2}),
    ("assistant", {}),
    ("grader", {"sample": 2}),
)
"""Every instrument that asks a language model over an endpoint; a fine-tune is asked on this machine alone."""
WITHOUT_ANSWERS = {
    "retrieval": ("hit@3@",),
    "metrics": ("bleu", "fooled", "rouge_l"),
    "context": ("tokens", "fits", "dropped_tokens", "resent_tokens", "kept@"),
}
"""What is measured without asking anybody."""


def endpoint(*said: Completion, logprobs: bool = False) -> Scripted:
    """A model at an endpoint that says these in turn."""
    turns = cycle(said)
    can = ModelCapabilities(json_schema=True, seed=True, logprobs=logprobs, top_logprobs=20 * logprobs)
    return Scripted(lambda *_: next(turns), card=ModelInfo(slug="told", name="Told", kind="endpoint", window=4096, abilities=can))


async def ran(name: str, settings: dict[str, Any], model: Scripted) -> tuple[list[Step], Result]:
    lab = instruments()[name]
    if "next" in settings.get("parts", ()) and not model.card.abilities.logprobs:
        settings = {**settings, "parts": ["write", "again"]}
    steps = [step async for step in lab.run(model, lab.Params.model_validate(settings))]
    return steps, concluded(lab, steps)


@pytest.mark.long
@pytest.mark.parametrize("state", MISSING)
@pytest.mark.parametrize(("name", "settings"), RUNS, ids=[name for name, _ in RUNS])
async def test_no_instrument_measures_anything_from_it(name: str, settings: dict[str, Any], state: str) -> None:
    for logprobs in (True, False) if state == "length" else (False,):
        steps, result = await ran(name, settings, endpoint(MISSING[state], logprobs=logprobs))
        allowed = WITHOUT_ANSWERS.get(name, ())
        assert [fact for fact in result.measures if not allowed or not fact.startswith(allowed)] == []
        assert "brought no answer" in result.says.split(".")[0], result.says
        lost = [step.data for step in parted(steps)[1]]
        if name != "call":
            assert lost and {data["state"] for data in lost} == {state}
            assert all(data["of"] for data in lost)
        if state == "length":
            assert "still thinking" in result.says and "billed all the same" in result.says


async def test_a_few_are_said_last_and_many_first() -> None:
    good = Completion(text="Blue.", tokens=(Token("Blue.", -0.2),), usage=Usage(prompt=9, completion=2), finish="stop")
    settings = {"parts": ["again"], "temperatures": [1.0], "samples": 20}
    _, few = await ran("sampling", settings, endpoint(MISSING["empty"], *[good] * 19))
    _, many = await ran("sampling", settings, endpoint(MISSING["empty"], MISSING["refused"], good))
    assert few.says.startswith("At temperature 1") and few.says.endswith(
        "1 of 20 calls brought no answer: ended without a word. Nothing is measured from it."
    )
    assert few.measures["distinct@1"].n == 19
    assert many.says.startswith(
        "14 of 20 calls brought no answer: ended without a word (7), refused by the endpoint (7). Nothing is measured from them."
    )
    assert many.measures["distinct@1"].n == 6


# One call that is refused is not the end of a run


HELLO = Request(messages=(Message(role="user", content="Hello"),))


def refusing(*errors: Exception | None) -> Scripted:
    turns = iter(errors)

    def say(*_: Any) -> str:
        if error := next(turns):
            raise error
        return "Hello."

    return Scripted(say)


async def test_a_refused_call_and_one_that_broke_off_are_calls_without_an_answer() -> None:
    filtered = CallRefused("The endpoint's content filter refused this.", state="filtered")
    model = Tolerant(refusing(CallRefused("Too long."), AnswerCutOff("It broke off."), None, *[filtered] * 5), 8)
    found = [await model.complete(HELLO) for _ in range(8)]
    assert [one.state for one in found] == ["refused", "cut off", "answered", *["filtered"] * 5]
    assert found[0].said == "Too long."


async def test_an_endpoint_that_refuses_everything_ends_the_run_with_its_words() -> None:
    model = Tolerant(refusing(*[CallRefused("Unknown parameter: seed.")] * 3), 100)
    await model.complete(HELLO)
    await model.complete(HELLO)
    with pytest.raises(CallRefused, match="Unknown parameter"):
        await model.complete(HELLO)
    with pytest.raises(CallRefused):
        await Tolerant(refusing(CallRefused("No.")), 1).complete(HELLO)
    with pytest.raises(ModelRefused, match="key"):
        await Tolerant(refusing(ModelRefused("The key is refused.")), 9).complete(HELLO)
