"""A long prompt is read once for all answers that are asked for together, and each has its own seed, words and numbers."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fluencylab.errors import ModelUnavailable
from fluencylab.models.client import Client
from fluencylab.models.one_reading import LONG, GatheredCall, OneReading
from fluencylab.models.types import Completion

from .conftest import ask

PROMPT = "x" * LONG


def body(seed: int, temperature: float = 0.7, text: str = PROMPT) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], "temperature": temperature, "seed": seed}


class Sent:
    """What was asked for as one: the seeds of each time. With a `gate` nothing is answered before it opens."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.seeds: list[list[int]] = []
        self.gate, self.ended = gate, 0
        self.began = asyncio.Event()

    async def send(self, calls: Sequence[GatheredCall]) -> None:
        self.seeds.append([call.seed for call in calls])
        self.began.set()
        try:
            if self.gate:
                await self.gate.wait()
        finally:
            self.ended += 1
        for call in calls:
            call.tell(Completion(text=f"{call.body['temperature']} {call.seed}"))


async def asked(reading: OneReading, seeds: Sequence[int], alike: int, **given: Any) -> list[str | None]:
    answers = await asyncio.gather(*(reading.answer(body(seed, **given), alike, None) for seed in seeds))
    return [answer.text if answer else None for answer in answers]


async def test_as_many_as_there_are_slots_go_as_one_call_and_the_rest_after_them() -> None:
    sent = Sent()
    reading = OneReading(sent.send, 8)
    mild, hot = await asyncio.gather(asked(reading, range(1, 13), 12), asked(reading, range(1, 13), 12, temperature=1.0))
    assert mild == [f"0.7 {seed}" for seed in range(1, 13)] and hot == [f"1.0 {seed}" for seed in range(1, 13)]
    assert sent.seeds == [[*range(1, 9)], [*range(9, 13)], [*range(1, 9)], [*range(9, 13)]]


async def test_a_short_prompt_is_asked_call_by_call() -> None:
    sent = Sent()
    assert await asked(OneReading(sent.send, 8), range(4), 4, text="Short?") == [None] * 4 and not sent.seeds


async def test_of_a_run_that_goes_on_only_what_is_left_is_asked() -> None:
    """Of the twelve that were announced the run remembers all but these; what stands alone goes for itself."""
    sent = Sent()
    assert await asked(OneReading(sent.send, 8), [3, 4, 9], 12) == ["0.7 3", "0.7 4", None]
    assert sent.seeds == [[3, 4]]


async def test_what_goes_wrong_is_told_to_each_and_the_next_are_asked_all_the_same() -> None:
    class Failing(Sent):
        async def send(self, calls: Sequence[GatheredCall]) -> None:
            await super().send(calls) if self.seeds else self.fail(calls)

        def fail(self, calls: Sequence[GatheredCall]) -> None:
            self.seeds.append([])
            raise ModelUnavailable("The engine ended.", "Try again.")

    reading = OneReading(Failing().send, 2)
    answers = await asyncio.gather(*(reading.answer(body(seed), 4, None) for seed in range(4)), return_exceptions=True)
    assert [isinstance(one, ModelUnavailable) for one in answers] == [True, True, False, False]


async def test_one_who_leaves_leaves_the_others_their_answers_and_the_last_one_ends_the_call() -> None:
    sent = Sent(asyncio.Event())
    reading = OneReading(sent.send, 8)
    calls = [asyncio.create_task(reading.answer(body(seed), 3, None)) for seed in range(3)]
    await sent.began.wait()
    calls[0].cancel()
    await asyncio.wait(calls[:1])
    assert sent.ended == 0
    for call in calls[1:]:
        call.cancel()
    await asyncio.wait(calls)
    await asyncio.sleep(0)
    assert sent.ended == 1 and not reading._prompts


async def test_the_engine_reads_a_fresh_long_prompt_once_for_three_answers(model: Client) -> None:
    prompt = "Suggest one name for a coffee shop at the harbour. " + "Guests like the quiet corner by the window. " * 10
    requests = [ask(prompt, temperature=0.8, max_tokens=3, seed=seed, top_logprobs=1, alike=3) for seed in (71, 72, 73)]
    answers = await asyncio.gather(*(model.complete(request) for request in requests))
    assert [answer.sent["seed"] for answer in answers] == [71, 72, 73] and not any("n" in answer.sent for answer in answers)
    for answer in answers:
        assert answer.text == "".join(token.text for token in answer.tokens)
        assert answer.usage.completion - len(answer.tokens) in (0, 1)  # the end of an answer counts, and has no text
        assert all(token.logprob is not None for token in answer.tokens)
    assert len({answer.timing.began for answer in answers}) == 1
