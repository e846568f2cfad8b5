"""Ask an endpoint what it can do: a few tiny calls, once, when it is added.

    smollm2-135m   logprobs yes (49,152)  json schema yes  usage in stream yes  continues yes  filters yes  seed yes  tools no

One after another: answers written side by side differ in the last bits, and then no longer repeat themselves. Only the first call must
succeed, or, where the endpoint makes embeddings and no text, the one for those. Each further one adds a single wish: refused, or not
heeded, it counts as "cannot". What an endpoint can do must not hang on a die: what is looked at is greedy or seeded, and a call that is
lost on its way is made once more.
"""

import json
from typing import Any

from fluencylab.errors import LabError, ModelRefused, ModelUnavailable
from fluencylab.models.client import Client
from fluencylab.models.types import Completion, ModelCapabilities

_HELLO = [{"role": "user", "content": "Say hello."}]
_COUNT = [{"role": "user", "content": "Count from 1 to 12."}, {"role": "assistant", "content": "1, 2, 3, 4, 5, 6,"}]
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
_SCHEMA = {"type": "object", "properties": {"probe": {"const": "heeded"}}, "required": ["probe"], "additionalProperties": False}
_WIDTHS = (50_000, 100, 20, 5)
"""How many alternatives to ask for, until one is granted: engines of one's own give all, vLLM 20, some only 5."""


async def probe(client: Client) -> ModelCapabilities:
    """What the model behind `client` can do. Raises what the plainest call raises: then it cannot be used at all."""
    ask = _Asker(client)
    try:
        await ask.plain()
    except ModelRefused:
        if await ask.embeddings():
            return ModelCapabilities(writes=False, embeddings=True)
        raise
    logprobs = await ask.most_logprobs()
    return ModelCapabilities(
        logprobs=logprobs > 0,
        top_logprobs=logprobs,
        usage_in_stream=await ask.usage(),
        json_schema=await ask.schema(),
        filters=await ask.filters(),
        seed=await ask.seed(),
        continues=await ask.continues(),
        tools=await ask.tools(),
        embeddings=await ask.embeddings(),
    )


class _Asker:
    def __init__(self, client: Client) -> None:
        self.client = client
        self.model = client.entry.slug if client.entry.local else client.entry.model

    async def plain(self, messages: list[dict[str, Any]] = _HELLO, max_tokens: int = 4, **wish: Any) -> Completion:
        body = {"model": self.model, "messages": messages, "stream": True, "max_tokens": max_tokens, **wish}
        return await self.client.send(body)

    async def try_it(self, **wish: Any) -> Completion | None:
        for _ in range(2):
            try:
                return await self.plain(**wish)
            except ModelUnavailable:
                continue
            except LabError:
                return None
        return None

    async def embeddings(self) -> bool:
        try:
            return len(await self.client.embed(["hello"])) == 1
        except LabError:
            return False

    async def most_logprobs(self) -> int:
        for width in _WIDTHS:
            answer = await self.try_it(max_tokens=1, temperature=0, logprobs=True, top_logprobs=width)
            if answer and answer.tokens and answer.tokens[0].logprob is not None:
                return len(answer.tokens[0].alternatives)
        return 0

    async def usage(self) -> bool:
        answer = await self.try_it(stream_options={"include_usage": True})
        return bool(answer and answer.usage.prompt)

    async def schema(self) -> bool:
        wish = {"type": "json_schema", "json_schema": {"name": "probe", "strict": True, "schema": _SCHEMA}}
        answer = await self.try_it(max_tokens=64, temperature=0, response_format=wish)  # drawn by chance, blanks may fill it all
        try:
            return bool(answer and json.loads(answer.text) == {"probe": "heeded"})
        except ValueError:
            return False

    async def filters(self) -> bool:
        """At a high temperature answers differ; with only the likeliest token left by top_k, or by min_p, they do not."""
        hot: list[dict[str, Any]] = [{"temperature": 2.0, "max_tokens": 6, "seed": seed} for seed in (1, 2)]
        return (
            not await self._same(hot)
            and await self._same([{**wish, "top_k": 1} for wish in hot])
            and await self._same([{**wish, "min_p": 1.0} for wish in hot])
        )

    async def seed(self) -> bool:
        hot: dict[str, Any] = {"temperature": 1.5, "max_tokens": 6}
        return await self._same([{**hot, "seed": 7}, {**hot, "seed": 7}]) and not await self._same(
            [{**hot, "seed": seed} for seed in (1, 2, 3)]
        )

    async def _same(self, wishes: list[dict[str, Any]]) -> bool:
        answers = [await self.try_it(**wish) for wish in wishes]
        return None not in answers and len({answer.text for answer in answers if answer}) == 1

    async def continues(self) -> bool:
        answer = await self.try_it(messages=_COUNT, max_tokens=6, temperature=0)
        return bool(answer and answer.text.strip().startswith("7"))

    async def tools(self) -> bool:
        wish = {"tools": [_TOOL], "tool_choice": "required"}
        answer = await self.try_it(
            messages=[{"role": "user", "content": "What is the weather in Paris?"}], max_tokens=64, temperature=0, **wish
        )
        return bool(answer and answer.finish == "tool_calls")
