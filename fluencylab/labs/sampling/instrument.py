"""Sampling: how a model chooses its words, and what temperature does to the choice.

A model gives every token in its vocabulary a probability, then one is drawn. Temperature T divides the log-probabilities
before the draw: below 1 the likeliest gain, above 1 the unlikely do, at 0 the likeliest always wins.

    "Suggest one name for a coffee shop."  at 0: 1 different answer of 12;  at 0.7: 12 of 12.

Three views on one prompt: `next` (the likeliest next tokens), `write` (a token at a time, with what else it could have
been) and `again` (the same prompt n times at each temperature).
"""

import json
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.errors import BadInput
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.sampling.distribution import Distribution
from fluencylab.models.types import Message, Model, ModelInfo, Request, Token
from fluencylab.stats import Measure, exactly, share, spread, wilson
from fluencylab.text import patterns
from fluencylab.text.written import percent

TITLE = "Token prediction and temperature"
WHOLE_VOCABULARY = 1_000_000
"""More than any vocabulary holds; the client asks for as many as the endpoint gives."""
HOTTEST = 2

# The filters: fields of `Params`, and of the sliders under the bars.
TOP_P: Any = Field(
    1.0,
    gt=0,
    le=1,
    title="Top-p",
    description="Keep the likeliest that together reach this share. 1 keeps all.",
    json_schema_extra={"slider": {"min": 0.05, "step": 0.01}},
)
TOP_K: Any = Field(
    0,
    ge=0,
    le=1000,
    title="Top-k",
    description="Keep this many of the likeliest. 0 keeps all.",
    json_schema_extra={"slider": {"max": 100, "step": 1}},
)
MIN_P: Any = Field(
    0.0,
    ge=0,
    le=1,
    title="Min-p",
    description="Keep what is at least this likely, measured against the likeliest. 0 keeps all.",
    json_schema_extra={"slider": {"max": 0.5, "step": 0.01}},
)


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    prompt: str = Field(
        "Suggest one name for a coffee shop.", min_length=1, max_length=20_000, title="Your prompt", description="What the model is asked"
    )
    system: str = Field(
        "",
        max_length=20_000,
        title="Instructions (system prompt)",
        description="Instructions put in front of it (the system prompt)",
    )
    prefix: str = Field(
        "",
        max_length=20_000,
        title="Start of the answer",
        description="The model goes on from here, as if these words were its own.",
    )
    parts: tuple[Literal["next", "write", "again"], ...] = Field(("next", "again"), description="Which views to measure")
    temperatures: tuple[float, ...] = Field(
        (0.0, 1.0), min_length=1, max_length=6, title="Temperatures", description=f"Up to six, from 0 to {HOTTEST}."
    )
    samples: int = Field(12, ge=1, le=50, title="Answers at each", description="Answers drawn at each temperature")
    max_tokens: int = Field(24, ge=1, le=512, title="Longest, in tokens", description="Longest answer, in tokens")
    pattern: str = Field(
        "",
        max_length=500,
        title="The pattern",
        description='What makes an answer valid: "json", or a regular expression it must contain',
    )
    top_p: float = TOP_P
    top_k: int = TOP_K
    min_p: float = MIN_P
    seed: int = Field(1, ge=0, le=2**31, description="The first seed; each further answer takes the next one")
    CALL: ClassVar = "write"
    """The name of the call whose tokens are shown as they come."""

    @field_validator("temperatures")
    @classmethod
    def _sensible(cls, given: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 <= t <= HOTTEST for t in given):
            raise ValueError(f"temperatures lie between 0 and {HOTTEST}")
        return tuple(dict.fromkeys(given))

    _patterns = field_validator("pattern")(patterns.checked)


def calls(params: Params) -> int:
    return ("next" in params.parts) + ("write" in params.parts) + ("again" in params.parts) * len(params.temperatures) * params.samples


def fact_names(params: Params) -> list[str]:
    names = ["entropy", "p_top1"] if "next" in params.parts else []
    if "again" in params.parts:
        kinds = ["distinct", "top_share", "tokens"] + (["valid"] if params.pattern else [])
        names += [f"{kind}@{t:g}" for kind in kinds for t in params.temperatures]
    return names


def refusal(card: ModelInfo, params: Params) -> str:
    """The next token is drawn from probabilities: without them there is nothing to show."""
    lacking = "next" in params.parts and not card.abilities.logprobs
    return f"{card.name} does not give the probabilities of its tokens." if lacking else ""


def limits(card: ModelInfo) -> list[str]:
    can = card.abilities
    found = [
        (not can.logprobs, "The likeliest next tokens cannot be shown, and what is written carries no probabilities."),
        (can.temperature == "default", "Every temperature gives the same: only its own default is sent."),
        (not can.filters, "top_k and min_p change nothing."),
        (not can.continues, "Another word cannot be put in the place of one it wrote: it does not go on from a beginning."),
    ]
    return [sentence for is_so, sentence in found if is_so]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    if why := refusal(model.card, params):
        raise BadInput(why, "Choose a model that does: the page Model says what each can do, and so does “fluency models list”.")
    if "next" in params.parts:
        yield await _next(model, params)
    if "write" in params.parts:
        yield await _write(model, params)
    if "again" in params.parts:
        async with aclosing(_again(model, params)) as coming:
            async for step in coming:
                yield step


async def _next(model: Model, params: Params) -> Step:
    request = _request(params, temperature=0.0, max_tokens=1, top_logprobs=WHOLE_VOCABULARY)
    completion = await model.complete(request.model_copy(update={"top_p": 1.0, "top_k": 0, "min_p": 0.0}))
    if lost := missing("next", {"prefix": params.prefix}, completion, odds=True):
        return lost
    alternatives = completion.tokens[0].alternatives if completion.tokens else ()
    return Step(kind="next", data={"prefix": params.prefix, **Distribution.of(alternatives).model_dump()})


async def _write(model: Model, params: Params) -> Step:
    temperature = params.temperatures[0]
    request = _request(params, temperature=temperature, top_logprobs=10 if model.card.abilities.logprobs else 0, name=params.CALL)
    completion = await model.complete(request)
    if lost := missing("write", {"prefix": params.prefix, "temperature": temperature}, completion, odds=True):
        return lost
    return Step(
        kind="write",
        data={
            "prefix": params.prefix,
            "temperature": temperature,
            "tokens": [_written(token) for token in completion.tokens],
            "finish": completion.finish,
        },
    )


async def _again(model: Model, params: Params) -> AsyncGenerator[Step]:
    """Each answer is a step as soon as it is there.

    Answers that are drawn are asked for all at once: the engine's slots are their queue. At temperature 0 they are asked for one
    after another, for there the lab measures repetition itself: worked on together, calls share their arithmetic, sums are
    rounded in another order, and two nearly equal tokens can change places. (Hosted models do that to you: their 0 is not quite 0.)
    """

    async def one(temperature: float, i: int) -> Step:
        wanted = _request(params, temperature=temperature, seed=params.seed + i, name=call_name(temperature, i))
        wanted = wanted.model_copy(update={"alike": params.samples if temperature > 0 else 1})
        completion = await model.complete(wanted)
        about = {"temperature": temperature, "i": i, "seed": params.seed + i}
        if lost := missing("answer", about, completion):
            return lost
        data = {
            **about,
            "text": completion.text,
            "tokens": completion.usage.completion or len(completion.tokens),
            "finish": completion.finish,
            "valid": is_valid(completion.text, params.pattern),
            **thought(completion),
        }
        return Step(kind="answer", data=data)

    for temperature in params.temperatures:
        if temperature == 0:
            for i in range(params.samples):
                yield await one(temperature, i)
    async with as_completed_scope(one(t, i) for t in params.temperatures if t > 0 for i in range(params.samples)) as answers:
        for answer in answers:
            yield await answer


def call_name(temperature: float, i: int) -> str:
    """Of answer number `i`, from 0, at this temperature."""
    return f"answer/{temperature}/{i}"


def _request(params: Params, temperature: float, **changes: Any) -> Request:
    messages = [Message(role="user", content=params.prompt)]
    if params.system:
        messages.insert(0, Message(role="system", content=params.system))
    if params.prefix:
        messages.append(Message(role="assistant", content=params.prefix))
    plain = Request(
        messages=tuple(messages),
        temperature=temperature,
        top_p=params.top_p,
        top_k=params.top_k,
        min_p=params.min_p,
        max_tokens=params.max_tokens,
        seed=params.seed,
    )
    return plain.model_copy(update=changes)


def _written(token: Token) -> dict[str, Any]:
    told = {"text": token.text, "logprob": token.logprob, "alternatives": [[a.text, a.logprob] for a in token.alternatives]}
    return told if token.whole else {**told, "whole": False}


def is_valid(text: str, pattern: str) -> bool | None:
    """Does the answer keep to the pattern? None where none was asked for."""
    if not pattern:
        return None
    if pattern != "json":
        return patterns.found(pattern, text)
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def conclude(steps: Iterable[Step]) -> Result:
    measures: dict[str, Measure] = {}
    answers: dict[float, list[dict[str, Any]]] = {}
    for step in steps:
        if step.kind == "next":
            measures |= _first_token(Distribution.model_validate(step.data))
        elif step.kind == "answer":
            answers.setdefault(step.data["temperature"], []).append(step.data)
    for temperature in sorted(answers):
        measures |= _answers(temperature, answers[temperature])
    return Result(measures=measures, says=_says(measures, answers))


def _first_token(distribution: Distribution) -> dict[str, Measure]:
    entropy, likeliest = distribution.entropy(), distribution.shares()[0]
    return {
        "entropy": exactly(entropy),
        "p_top1": exactly(likeliest),
    }


def _answers(temperature: float, answers: list[dict[str, Any]]) -> dict[str, Measure]:
    n, at = len(answers), f"@{temperature:g}"
    counts = Counter(answer["text"].strip() for answer in answers)
    commonest = counts.most_common(1)[0][1]
    lengths = [float(answer["tokens"]) for answer in answers]
    measures = {
        f"distinct{at}": _distinct(len(counts), n),
        f"top_share{at}": share(commonest, n),
        f"tokens{at}": spread(lengths),
    }
    judged = [answer["valid"] for answer in answers if answer["valid"] is not None]
    if judged:
        measures[f"valid{at}"] = share(sum(judged), len(judged))
    return measures


def _distinct(different: int, n: int) -> Measure:
    """How many different answers of n. The interval is Wilson's for "a further answer is a new one", seen n - 1 times."""
    low, high = wilson(different - 1, n - 1)
    return Measure(value=different, low=1 + low * (n - 1), high=1 + high * (n - 1), n=n)


def _how_many(different: int, n: int) -> str:
    if n == 1:
        return "there is one answer"
    if different == 1:
        return f"all {n} answers are the same"
    return f"all {n} answers are different" if different == n else f"{n} calls gave {different} different answers"


def _says(measures: dict[str, Measure], answers: dict[float, list[dict[str, Any]]]) -> str:
    parts: list[str] = []
    for temperature in sorted(answers):
        different, n = int(measures[f"distinct@{temperature:g}"].value), len(answers[temperature])
        parts.append(f"{'At' if parts else 'At temperature'} {temperature:g}, {_how_many(different, n)}.")
    if parts:
        return " ".join(parts)
    if "p_top1" in measures:
        return f"The likeliest first token has a probability of {percent(measures['p_top1'].value)}."
    return ""
