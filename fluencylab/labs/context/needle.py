"""A needle in a haystack: a number is hidden at p % of n tokens, and asked for. Is it found, and how long does the first token take?

Step `needle`: one text, one place, one question. `read`: tokens the engine had to read anew; the rest it had read for the call before.
"""

import random
import re
from collections.abc import AsyncGenerator, Iterable
from typing import NamedTuple

from fluencylab.errors import BadInput
from fluencylab.instruments.base import Step
from fluencylab.instruments.missing import missing, thought
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.context.forgetting import fact
from fluencylab.labs.context.params import Params, bundled
from fluencylab.labs.context.tape import usage
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import Measure, mean, percentile, share

ANSWER = 14
"""Tokens of an answer."""
ENOUGH = 60
"""Fewer tokens read anew say little about how long reading takes."""


class Needle(NamedTuple):
    sentence: str
    question: str
    answer: str


def needle(params: Params, trial: int) -> Needle:
    """The learner's own, or one of ours: each trial hides another thing with another number."""
    if not params.needle.strip():
        thing, number = fact(params.seed, trial)
        return Needle(f"My {thing} is number {number}.", f"What is the number of my {thing}?", number)
    if not params.needle_question.strip() or not params.needle_answer.strip():
        raise BadInput("Your needle has no question or no answer yet.", "Say what is asked about it, and which words count as found.")
    return Needle(params.needle.strip(), params.needle_question.strip(), params.needle_answer.strip())


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    """Deep places first: a text that begins like the one before it is not read again from its start."""
    ruler = TokenCounter(model)
    longest = max(params.lengths)
    if model.card.window and longest + ANSWER + 60 > model.card.window:
        raise BadInput(f"{longest:,} tokens do not fit the model's window of {model.card.window:,}.", "Hide it in a shorter text.")
    sentences = _sentences(params.haystack) or bundled()["filler"]
    sizes = [(await ruler.cut(f" {one}")).tokens for one in sentences]
    for trial in range(params.trials):
        hidden = needle(params, trial)
        for length in sorted(params.lengths):
            hay = _hay(sentences, sizes, length, random.Random(f"{params.seed}/{trial}").randrange(len(sentences)))
            for position in sorted(params.positions, reverse=True):
                yield await _try(model, params, hidden, hay, trial, length, position)


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"(?<=[.!?。！？।])\s+|\n+", text) if one.strip()]


def _hay(sentences: list[str], sizes: list[int], length: int, first: int) -> list[str]:
    """Sentences from `first` on, round and round, until they have about `length` tokens."""
    hay: list[str] = []
    total = 0
    while total < length:
        i = (first + len(hay)) % len(sentences)
        hay.append(sentences[i])
        total += max(1, sizes[i])
    return hay


async def _try(model: Model, params: Params, hidden: Needle, hay: list[str], trial: int, length: int, position: int) -> Step:
    at = round(len(hay) * position / 100)
    text = " ".join([*hay[:at], hidden.sentence, *hay[at:]])
    messages = (Message(role="user", content=f"{text}\n\n{hidden.question}"),)
    completion = await model.complete(Request(messages=messages, temperature=0, max_tokens=ANSWER, seed=params.seed))
    if lost := missing("needle", {"trial": trial, "length": length, "position": position}, completion):
        return lost
    used = usage(completion)
    return Step(
        kind="needle",
        data={
            "trial": trial,
            "length": length,
            "position": position,
            "found": re.search(rf"(?<!\w){re.escape(hidden.answer)}(?!\w)", completion.text, re.IGNORECASE) is not None,
            "needle": hidden.sentence,
            "text": completion.text.strip(),
            "ttft_ms": completion.timing.ttft_ms,
            "read": used["prompt"] - used["cached"],
            "usage": used,
            **thought(completion),
        },
    )


# What it adds up to


def fact_names(params: Params) -> list[str]:
    places = [f"recall@{position}" for position in params.positions]
    cells = [f"recall@{length}@{position}" for length in params.lengths for position in params.positions]
    return ["recall", *places, *cells, "ttft_per_1000_tokens"]


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    """`recall@position` over all lengths, `recall@length@position` for each cell; the wait is per 1,000 tokens read anew, in ms."""
    seen = [step.data for step in steps if step.kind == "needle"]
    if not seen:
        return {}
    found = {"recall": share(sum(one["found"] for one in seen), len(seen))}
    for position in dict.fromkeys(one["position"] for one in seen):
        there = [one["found"] for one in seen if one["position"] == position]
        found[f"recall@{position}"] = share(sum(there), len(there))
    for length, position in dict.fromkeys((one["length"], one["position"]) for one in seen):
        cell = [one["found"] for one in seen if (one["length"], one["position"]) == (length, position)]
        found[f"recall@{length}@{position}"] = share(sum(cell), len(cell))
    waits = [one["ttft_ms"] / one["read"] * 1000 for one in seen if one["read"] >= ENOUGH]
    if waits:
        low, high = percentile(waits, 0.025), percentile(waits, 0.975)
        found["ttft_per_1000_tokens"] = Measure(value=mean(waits), low=low, high=high, n=len(waits))
    return found


def says(found: dict[str, Measure]) -> str:
    if "recall" not in found:
        return ""
    every = found["recall"]
    return f"The hidden number was found {every.told} times."
