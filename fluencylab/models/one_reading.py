"""Several answers to one long prompt, which the engine reads once.

Eight slots read a fresh prompt eight times. Asked for eight answers in one call (`n`), llama.cpp reads it in one slot and lends what it
read to the others; each answer has a seed of its own, the first one's and those that follow it. Only that one slot still knows the prompt
afterwards, so what is left to ask goes as one call again, after it: two at once, and one of them would read anew.

    together    calls that differ by their seeds alone, and say so (`Request.alike`): as many as there are slots go as one call
    afterwards  the next so many; at another temperature, for instance
    short       a prompt that is quickly read is asked call by call: slots that are free are then used at once
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fluencylab.models import event_values as values
from fluencylab.models.stream import Answer
from fluencylab.models.types import Completion, Token

GATHER = 0.2
"""Seconds after the last call in which a further one of those that were announced may come. Of a run that goes on, some never do."""
LONG = 400
"""Letters of a prompt from which reading it eight times costs more than slots that wait for one another."""
Told = Callable[[Token], None] | None


class GatheredCall:
    """One of the calls, of so many `alike`. `answer` becomes None where it is to be asked for alone."""

    def __init__(self, body: dict[str, Any], alike: int, on_token: Told) -> None:
        self.body, self.alike, self.on_token = body, alike, on_token
        self.seed = int(body["seed"])
        self.kind = json.dumps({name: value for name, value in body.items() if name != "seed"})
        self.answer: asyncio.Future[Completion | None] = asyncio.get_running_loop().create_future()

    def tell(self, answer: Completion | None) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


SendTogether = Callable[[Sequence[GatheredCall]], Awaitable[None]]
"""Asks for the answers as one, and tells each to its call."""


class OneReading:
    """Of one client."""

    def __init__(self, send: SendTogether, slots: int) -> None:
        self._send, self._slots = send, slots
        self._prompts: dict[tuple[int, str], _Prompt] = {}

    async def answer(self, body: dict[str, Any], alike: int, on_token: Told) -> Completion | None:
        """None: this call is to be made by itself."""
        if sum(len(message["content"]) for message in body["messages"]) < LONG:
            return None
        key = id(asyncio.get_running_loop()), json.dumps([body["messages"], body.get("lora")])
        prompt = self._prompts.get(key)
        if prompt is None:
            prompt = self._prompts[key] = _Prompt(self._send, self._slots)
        prompt.calls += 1
        try:
            return await prompt.answer(GatheredCall(body, alike, on_token))
        finally:
            prompt.calls -= 1
            if not prompt.calls:
                prompt.leave()
                del self._prompts[key]


class _Prompt:
    """One prompt for as long as somebody waits for an answer to it."""

    def __init__(self, send: SendTogether, slots: int) -> None:
        self.calls = 0
        self._send, self._slots = send, slots
        self._waiting: list[GatheredCall] = []
        self._came = asyncio.Event()
        self._taken: Counter[str] = Counter()
        self._task = asyncio.create_task(self._work())

    async def answer(self, call: GatheredCall) -> Completion | None:
        self._waiting.append(call)
        self._came.set()
        try:
            return await call.answer
        finally:
            if call in self._waiting:
                self._waiting.remove(call)

    def leave(self) -> None:
        """Nobody waits any more: what is still being written is not wanted."""
        self._task.cancel()

    async def _work(self) -> None:
        while True:
            together = await self._gathered()
            self._waiting = [one for one in self._waiting if one not in together]
            self._taken[together[0].kind] += len(together)
            if len(together) == 1:
                together[0].tell(None)
                continue
            try:
                await self._send(together)
            except Exception as error:
                for one in together:
                    one.fail(error)

    async def _gathered(self) -> list[GatheredCall]:
        """The first that waits and those like it, once all that were announced are there or no more come."""
        while True:
            together = self._in_a_row()
            if together and len(together) >= min(self._slots, together[0].alike - self._taken[together[0].kind]):
                return together
            self._came.clear()
            try:
                async with asyncio.timeout(GATHER if together else None):
                    await self._came.wait()
            except TimeoutError:
                if together := self._in_a_row():
                    return together

    def _in_a_row(self) -> list[GatheredCall]:
        """With seeds that follow one another, from the lowest on."""
        if not self._waiting:
            return []
        first = self._waiting[0]
        alike = {one.seed: one for one in self._waiting if one.kind == first.kind}
        low = first.seed
        while low - 1 in alike:
            low -= 1
        found = [alike[low]]
        while len(found) < self._slots and low + len(found) in alike:
            found.append(alike[low + len(found)])
        return found


class Answers:
    """What `Answer` is to one call, to several: the events of each go to the answer that its number names."""

    def __init__(self, answers: Sequence[Answer], whole: Callable[[int], None]) -> None:
        """`whole`: called with the number of an answer as soon as it has come to its end."""
        self._answers, self._whole = answers, whole
        self._number = 0
        self.done, self.finish = False, ""

    @property
    def begun(self) -> bool:
        return any(one.begun for one in self._answers)

    def take(self, payload: bytes) -> None:
        if payload == b"[DONE]":
            self.done = True
        else:
            self.take_event(values.event_of(payload))

    def take_event(self, event: dict[str, Any]) -> None:
        """Usage and timings of an answer come after its last word, without its number."""
        choices = event.get("choices")
        last = not choices
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            number = choices[0].get("index")
            self._number = number if isinstance(number, int) and 0 <= number < len(self._answers) else 0
        answer = self._answers[self._number]
        answer.take_event(event)
        if last and answer.finish:
            self._whole(self._number)
