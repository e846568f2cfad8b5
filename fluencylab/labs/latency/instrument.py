"""Latency: where the wait for an answer comes from, and which part of it a user sees.

A model first reads the whole prompt, then writes one token after another. The time to the first token (TTFT) is the way there, the queue
and the reading; the time to the last (TTLT) adds the writing: about TTFT + tokens ÷ tokens per second (TPS).

    60 tokens of prompt: first token after 0.5 s;  600 tokens: after 5.6 s;  both then write about 30 tokens a second.

Five parts: `call` (one call, taken apart), `prompt` (longer prompts), `answer` (longer answers), `load` (several calls at once) and
`cache` (the same beginning again, against a new one). Every prompt but those has a beginning of its own, so that none was read before.
The first call of all is not counted: it wakes the engine.
"""

import hashlib
import secrets
from collections.abc import AsyncGenerator, Iterable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.latency import wait_facts
from fluencylab.labs.latency.waits import READER
from fluencylab.models.types import Message, Model, ModelInfo, Request
from fluencylab.stats import Measure, exactly

TITLE = "Latency: TTFT, TPS, TTLT"
LABELS: dict[str, JsonValue] = {
    "call": "one call, taken apart",
    "prompt": "longer prompts",
    "answer": "longer answers",
    "load": "calls at once",
    "cache": "a beginning read before",
}
TOKENS_A_WORD = 1.14
"""Of HANDBOOK in the embedded model's vocabulary; what was really read is counted by the engine."""
AROUND = 45
"""Tokens of the prompt's own words and the signs around them."""
HANDBOOK = """\
The counter opens at nine and closes at six, and on Saturdays it closes at one. A parcel is kept for two weeks; after that it goes back \
to the person who sent it. Whoever comes for a parcel shows a card with a photograph, or brings a letter from the person it is for. A \
refund is paid within five working days, to the account the payment came from. A damaged parcel is opened at the counter, in front of \
the customer, and two pictures are taken. Food, plants and medicine are not kept overnight. A customer who is angry is offered a chair \
and the name of the manager. Complaints are answered in writing within three days, in the language in which they were written. The \
price list hangs beside the door and is changed on the first day of the month. Keys are counted in the evening by two people. When the \
scanner fails, numbers are written down by hand and entered before closing time. Nobody gives out an address over the telephone."""

Part = Literal["call", "prompt", "answer", "load", "cache"]
PARTS: tuple[Part, ...] = ("call", "prompt", "answer", "load", "cache")


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    prompt: str = Field(
        "Write a long, friendly letter to a customer whose parcel is late.",
        min_length=1,
        max_length=20_000,
        title="Your prompt",
        description="What the model is asked. Its wording hardly matters here; its length does",
    )
    parts: tuple[Part, ...] = Field(
        PARTS,
        min_length=1,
        title="What to measure",
        description="Each part looks at one cause of waiting",
        json_schema_extra={"labels": LABELS},
    )
    prompt_tokens: tuple[int, ...] = Field(
        (60, 200, 600), min_length=1, max_length=5, title="Prompt lengths", description="In tokens, for “longer prompts”"
    )
    answer_tokens: tuple[int, ...] = Field(
        (8, 24, 72), min_length=1, max_length=5, title="Answer lengths", description="In tokens, for “longer answers”"
    )
    concurrency: tuple[int, ...] = Field((1, 4, 12), min_length=1, max_length=5, title="Calls at once", description="How many in each wave")
    max_tokens: int = Field(24, ge=2, le=512, title="Longest answer", description="In tokens, where the answer’s length is not what varies")
    cache_tokens: int = Field(
        300,
        ge=50,
        le=30_000,
        title="Shared beginning",
        description="In tokens, for “a beginning read before”",
        json_schema_extra={"form": "more"},
    )
    repetitions: int = Field(2, ge=1, le=20, title="Repetitions", description="How often each length is measured")
    document: str = Field(
        "",
        max_length=400_000,
        title="What makes prompts long",
        description="Text put before your prompt, repeated or cut to each length. Empty takes a page of a shop’s handbook",
        json_schema_extra={"form": "more documents"},
    )
    temperature: float = Field(0.8, ge=0, le=2, description="It has no part in the wait", json_schema_extra={"form": "more"})
    seed: int = Field(1, ge=0, le=2**31, description="Of the first answer", json_schema_extra={"form": "more"})
    salt: int = Field(
        0,
        ge=0,
        le=10**9,
        validate_default=True,
        description="Stands at the start of each prompt, so that none was read before; 0 draws one",
        json_schema_extra={"form": "hidden"},
    )

    @field_validator("prompt_tokens", "answer_tokens", "concurrency")
    @classmethod
    def _sensible(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= one <= 100_000 for one in given):
            raise ValueError("each of these is a whole number from 1 on")
        return tuple(sorted(set(given)))

    @field_validator("answer_tokens")
    @classmethod
    def _written(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 2 <= one <= 2048 for one in given):
            raise ValueError("an answer has 2 to 2,048 tokens here")
        return given

    @field_validator("concurrency")
    @classmethod
    def _few(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if max(given) > 64:
            raise ValueError("at most 64 calls at once")
        return given

    @field_validator("salt")
    @classmethod
    def _drawn(cls, given: int) -> int:
        return given or secrets.randbelow(10**6) + 1


class TimedCall(NamedTuple):
    """One call to make. `warm`: its beginning is the one of the other warm ones, and its own mark stands at the end."""

    part: Part | Literal["warm"]
    at: int
    i: int
    read: int
    write: int
    wave: int = 0
    warm: bool = False


def waves(params: Params) -> list[list[TimedCall]]:
    """All calls in order; those in one wave are made at once. Lengths take turns, so that a busy minute hits all of them."""
    found: list[list[TimedCall]] = [[TimedCall("warm", 1, 0, 0, 2)]]
    few, times = params.max_tokens, range(params.repetitions)
    if "call" in params.parts:
        found += [[TimedCall("call", 1, i, 0, few)] for i in times]
    if "prompt" in params.parts:
        found += [[TimedCall("prompt", n, i, n, few)] for i in times for n in params.prompt_tokens]
    if "answer" in params.parts:
        found += [[TimedCall("answer", n, i, 0, n)] for i in times for n in params.answer_tokens]
    if "load" in params.parts:
        for c in params.concurrency:
            for wave in range(-(-params.repetitions // c)):
                found.append([TimedCall("load", c, wave * c + k, 0, few, wave) for k in range(c)])
    if "cache" in params.parts:
        for i in range(-1, params.repetitions):
            cold, warm = (TimedCall("cache", int(warm), i, params.cache_tokens, few, warm=warm) for warm in (False, True))
            found += [[warm]] if i < 0 else [[cold], [warm]]
    return found


def calls(params: Params) -> int:
    return sum(map(len, waves(params)))


def seconds(params: Params) -> float:
    """On two idle cores: 0.1 s a call, 400 tokens read and 90 written a second. Beside other work three times as long."""
    asked = [one for wave in waves(params) for one in wave]
    return sum(0.1 + (AROUND if one.warm and one.i >= 0 else max(one.read, AROUND)) / 400 + one.write / 90 for one in asked)


def fact_names(params: Params) -> list[str]:
    names: list[str] = ["ttft_ms", "tps", "ttlt_ms", "blank_share", "reader_times"] if "call" in params.parts else []
    if "prompt" in params.parts:
        names += [f"{kind}@{n}" for n in params.prompt_tokens for kind in ("ttft_ms", "reading_share")]
        names += ["ttft_growth", "tps_kept", "prefill_per_1000"]
    if "answer" in params.parts:
        names += [f"{kind}@{n}" for n in params.answer_tokens for kind in ("ttlt_ms", "blank_share")]
        names += ["ttlt_growth", "ttft_kept", "rule_error"]
    if "load" in params.parts:
        names += [f"{kind}@{c}" for c in params.concurrency for kind in ("p50_ttft", "p95_ttft", "speed_share", "served_soon")]
        names += ["p95_growth", "throughput_gain"]
    return names + (["cached_share@start", "cached_share@end", "cache_gain"] if "cache" in params.parts else [])


def limits(card: ModelInfo) -> list[str]:
    found = [
        (not card.abilities.streams, "The wait for the first token and the writing cannot be told apart."),
        (not card.shows_inside, "The queue and the reading are one wait, unless its server tells how long it read."),
    ]
    return [sentence for is_so, sentence in found if is_so]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    for wave in waves(params):
        async with as_completed_scope(_one(model, params, asked) for asked in wave) as answers:
            for answer in answers:
                yield await answer


async def _one(model: Model, params: Params, call: TimedCall) -> Step:
    completion = await model.complete(request(params, call))
    about = {"part": call.part, "at": call.at, "i": call.i, "wave": call.wave}
    if lost := missing("timed", about, completion):
        return lost
    data: dict[str, Any] = {
        **about,
        "usage": completion.usage.model_dump(),
        "timing": completion.timing.model_dump(exclude={"arrivals"}),
        "finish": completion.finish,
    }
    if call.part == "call" and call.i == 0:
        pieces = [[token.text, ms] for token, ms in zip(completion.tokens, completion.timing.arrivals, strict=False)]
        data |= {"text": completion.text, "pieces": pieces, **thought(completion)}
    return Step(kind="timed", data=data)


def request(params: Params, call: TimedCall) -> Request:
    mark, shared = _mark(params.salt, *call[:3]), _mark(params.salt, call.part)
    text = lengthened(params.document or HANDBOOK, call.read - AROUND) + params.prompt
    said = [Message(role="system", content=f"{shared if call.warm else mark}. You write for a small shop.")]
    said.append(Message(role="user", content=f"{text} ({mark})" if call.warm else text))
    seed = params.seed + 100 * call.wave + call.i + 1
    return Request(messages=tuple(said), temperature=params.temperature, max_tokens=call.write, seed=seed)


def _mark(*of: object) -> str:
    """Eight letters that differ from the first on, or the prompts would share a beginning."""
    return hashlib.sha256(repr(of).encode()).hexdigest()[:8]


def lengthened(text: str, tokens: int) -> str:
    """About that many tokens of the text, from its start, and again from its start."""
    words, wanted = text.split(), round(max(0, tokens) / TOKENS_A_WORD)
    if not words or not wanted:
        return ""
    return " ".join((words * (wanted // len(words) + 1))[:wanted]) + "\n\n"


# What it adds up to


def conclude(steps: Iterable[Step]) -> Result:
    timed = [step.data for step in steps if step.kind == "timed"]
    found = wait_facts.samples(timed)
    measures: dict[str, Measure] = {}
    for part, facts in wait_facts.FACTS.items():
        if there := [one for one in found if one.part == part]:
            measures |= facts(there)
    words = next((len(data["text"].split()) for data in timed if "text" in data), 0)
    first = next((one for one in found if one.part == "call"), None)
    if words and first and first.ttlt > first.ttft:
        times = words / ((first.ttlt - first.ttft) / 60_000) / READER
        measures["reader_times"] = exactly(times)
    return Result(measures=measures, says=" ".join(wait_facts.says(measures).values()))
