"""Assistant: Quillby's support assistant, small and whole, to look into while it answers.

A customer's question is searched for in the help centre; what is found goes into the system prompt; earlier turns, a window and sampling
settings stand around it. Any of these can be wrong, and the answer alone seldom says which.

    "Within how many days can I send items back?"   30 days: 6 of 6 answers;   with last year's index, 14 days: 6 of 6
"""

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from fluencylab.instruments import assistant_parts as parts
from fluencylab.instruments.assistant_params import Params
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import CallSpec, run_calls
from fluencylab.instruments.verdict_reading import read_verdict
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import Measure, exactly, share, spread
from fluencylab.text.patterns import found

TITLE = "Quillby's support assistant"
MARK: dict[str, Any] = {"json_schema": {"enum": ["yes", "no"]}, "max_tokens": 4}
__all__ = ["TITLE", "Params", "calls", "conclude", "fact_names", "run", "seconds"]


def calls(params: Params) -> int:
    if params.look in ("answers", "rule"):
        return len(params.marking) * (params.marker == "model") or params.samples * (not params.marking)
    return 0 if params.look in ("prompt", "search") else 1


def seconds(params: Params) -> float:
    """Reading about 150 tokens of prompt takes as long as writing 40."""
    return calls(params) * (0.4 + params.max_tokens / 60)


def fact_names(params: Params) -> list[str]:
    if params.look in ("answers", "rule"):
        return ["right", "different", "tokens"] if params.good or params.bad else ["different", "tokens"]
    return ["prompt_tokens"] if params.look in ("prompt", "tokens", "trace") else []


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    if params.look == "search":
        yield await parts.searched(params)
        return
    if params.marking and params.marker == "rule":
        for step in _ruled(params):
            yield step
        return
    asked = await parts.asked(model, params)
    if params.look == "prompt":
        yield await parts.read(model, params, asked)
    elif params.look in ("answers", "rule"):
        async with aclosing(run_calls(model, list(_asks(params, asked.messages)))) as coming:
            async for step in coming:
                yield step
    else:
        async with aclosing(run_calls(model, list(_asks(params, asked.messages))[:1])) as coming:
            async for step in coming:
                yield Step(kind="one", data=step.data)
                yield await (parts.counted if params.look == "tokens" else parts.traced)(model, params, asked, step.data)


def _ruled(params: Params) -> Iterable[Step]:
    """Marks given by code: no call is made."""
    for i, said in enumerate(params.marking):
        mark = {"text": "yes" if is_right(params, said) else "no", "right": True, "usage": {"completion": 0}}
        yield Step(kind="answer", data={"i": i, "marked": said, "look": params.look, **mark})


def _asks(params: Params, messages: Sequence[Message]) -> Iterable[CallSpec]:
    for i, said in enumerate(params.marking):
        asked = _request(params, parts.marking(params, messages, said), i)
        about = {"i": i, "marked": said, "look": params.look}
        yield CallSpec("answer", about, asked.model_copy(update=MARK), partial(_marked, params, said))
    for i in range(0 if params.marking else params.samples):
        yield CallSpec("answer", {"i": i}, _request(params, messages, i), lambda text: {"right": is_right(params, text)})


def call_name(i: int) -> str:
    """Of its answer number `i`, from 0."""
    return f"answer/{i}"


def _request(params: Params, messages: Sequence[Message], i: int) -> Request:
    return Request(
        messages=tuple(messages),
        temperature=params.temperature,
        max_tokens=params.max_tokens,
        seed=params.seed + i,
        json_schema=params.schema_object,
        template=params.template,
        name=call_name(i),
    )


def is_right(params: Params, text: str) -> bool | None:
    """Does code find in the answer what is right, and nothing that is wrong? None where it was not told what is."""
    if not params.good and not params.bad:
        return None
    good = not params.good or found(params.good, text)
    return good and not (params.bad and found(params.bad, text))


def _marked(params: Params, said: str, mark: str) -> dict[str, Any]:
    return {"right": marks_well(params, said, mark)}


def marks_well(params: Params, said: str, mark: str) -> bool:
    """A mark is right when it says of an answer what code says of it."""
    return yes(mark) == bool(is_right(params, said))


def yes(mark: str) -> bool:
    return read_verdict(mark, ("yes", "no")) == "yes"


def conclude(steps: Iterable[Step]) -> Result:
    steps = list(steps)
    measures: dict[str, Measure] = {}
    answers = [step.data for step in steps if step.kind == "answer"]
    if answers:
        judged = [one["right"] for one in answers if one["right"] is not None]
        different = len(Counter(one["text"].strip() for one in answers))
        written = [float(one["usage"]["completion"]) for one in answers]
        measures["different"] = exactly(different, len(answers))
        measures["tokens"] = spread(written)
        if judged:
            measures["right"] = share(sum(judged), len(judged))
    for step in steps:
        if "prompt_tokens" in step.data:
            read = step.data["prompt_tokens"]
            measures["prompt_tokens"] = exactly(read)
    return Result(measures=measures, says=_says(steps, measures))


def _says(steps: Sequence[Step], measures: dict[str, Measure]) -> str:
    if "right" in measures:
        n = measures["right"].n
        hits = round(measures["right"].value * n)
        marks = [step.data for step in steps if "marked" in step.data]
        if any(one["look"] != "rule" for one in marks):
            passed = sum(yes(one["text"]) for one in marks)
            return f"{passed} of {len(marks)} answers {'was' if passed == 1 else 'were'} marked right."
        return f"{hits} of {n} {'marks' if marks else 'answers'} {'is' if hits == 1 else 'are'} right."
    if "prompt_tokens" in measures:
        return f"The model reads {measures['prompt_tokens'].value:.0f} tokens."
    return ""
