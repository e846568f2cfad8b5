"""A model that remembers: a resumed run makes none of its earlier calls again.

model = Recorded(await open_model(), memory)
await model.complete(request, repetition=3)      asked for the first time: the real model, then memory.put
await model.complete(request, repetition=3)      ever after: from memory, token for token
"""

import json
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from fluencylab.models.types import Alternative, Completion, Model, ModelWrapper, Request, Timing, Token, ToolCall, Usage


class Memory(Protocol):
    """Where calls are kept: each under its id, with its request's key. Under another key it is another call, and counts as not kept."""

    async def get(self, call: str, key: str) -> Completion | None: ...

    async def put(self, call: str, key: str, completion: Completion) -> None: ...


class Recorded(ModelWrapper):
    """A Model. Two tasks that make the same new call at once both make it: give them different repetitions."""

    def __init__(self, model: Model, memory: Memory) -> None:
        super().__init__(model)
        self.memory = memory

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        call, key = request.call_id(repetition), request.key()
        if remembered := await self.memory.get(call, key):
            if on_token:
                for token in remembered.tokens:
                    on_token(token)
            return remembered
        completion = await self.model.complete(request, repetition=repetition, on_token=on_token)
        await self.memory.put(call, key, completion)
        return completion


def pack(completion: Completion) -> bytes:
    """A completion as bytes: compact JSON, lightly compressed. A whole vocabulary of alternatives takes about 50 ms."""
    plain = [
        completion.text,
        [[token.text, token.logprob, _split(token.alternatives), token.whole] for token in completion.tokens],
        completion.usage.model_dump(),
        completion.finish,
        completion.timing.model_dump(),
        completion.sent,
        [call.model_dump() for call in completion.tool_calls],
        completion.thinking,
        completion.said,
    ]
    return zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 1)


def unpack(packed: bytes) -> Completion:
    """The inverse of `pack`. Built without validation: it was valid when it was packed."""
    text, tokens, usage, finish, timing, sent, *later = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
    later += [[], "", ""][len(later) :]  # what was packed before there was such a thing
    calls, thinking, said = later
    return Completion.model_construct(
        text=text,
        tokens=tuple(Token(t, logprob, _joined(alternatives), whole) for t, logprob, alternatives, whole in tokens),
        usage=Usage(**usage),
        finish=finish,
        timing=Timing(**timing),
        sent=sent,
        tool_calls=tuple(ToolCall(**call) for call in calls),
        thinking=thinking,
        said=said,
    )


def _split(alternatives: tuple[Alternative, ...]) -> list[Any]:
    """Two columns compress and parse better than pairs."""
    return [[a.text for a in alternatives], [a.logprob for a in alternatives]]


def _joined(columns: list[Any]) -> tuple[Alternative, ...]:
    return tuple(map(Alternative, *columns))
