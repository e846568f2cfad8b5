"""A model that says what it is told, for tests and for the demo without a model.

Scripted(["Paris", "Lyon"])                      these answers in turn, then from the start again
Scripted(lambda request, repetition: "…")        or a function of the call; it may raise
Scripted([[Token("Pa", -0.1), Token("ris", -0.2)]])    with chosen log-probabilities
"""

import asyncio
import re
from collections.abc import Callable, Sequence

from fluencylab.errors import ModelUnavailable
from fluencylab.models.types import Completion, Message, ModelCapabilities, ModelInfo, Request, Timing, Token, Usage, VocabularyToken

Said = str | Sequence[Token] | Completion
Script = Sequence[Said] | Callable[[Request, int], Said]

ABILITIES = ModelCapabilities(
    logprobs=True, top_logprobs=49_152, json_schema=True, usage_in_stream=True, continues=True, filters=True, seed=True
)


class Scripted:
    """A Model. `calls` lists what it was asked, in order; `delay` seconds pass before each token."""

    def __init__(self, script: Script, *, card: ModelInfo | None = None, delay: float = 0) -> None:
        self.script = script
        self.delay = delay
        self.calls: list[tuple[Request, int]] = []
        self.card_ = card or ModelInfo(slug="scripted", name="A script", kind="scripted", window=8192, abilities=ABILITIES)

    @property
    def card(self) -> ModelInfo:
        return self.card_

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        turn = len(self.calls)
        self.calls.append((request, repetition))
        said = self.script(request, repetition) if callable(self.script) else self.script[turn % len(self.script)]
        completion = said if isinstance(said, Completion) else _completion(request, said)
        for token in completion.tokens:
            await asyncio.sleep(self.delay)
            if on_token:
                on_token(token)
        return completion

    async def tokenize(self, text: str) -> list[VocabularyToken]:
        """A word, with the space before it, is a token."""
        if not self.card.shows_inside:
            raise ModelUnavailable(f"{self.card.name} does not show its inside.", "Choose the embedded model for this.")
        return [VocabularyToken(len(word), word) for word in _words(text)]

    async def render(self, messages: tuple[Message, ...]) -> str:
        """A token before each message, which names its role, and one that asks for the answer."""
        await self.tokenize("")
        return " ".join([f"<{message.role}> {message.content}" for message in messages] + ["<assistant>"])


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


def _completion(request: Request, said: str | Sequence[Token]) -> Completion:
    told = [Token(piece, -0.5) for piece in _words(said)] if isinstance(said, str) else list(said)
    tokens = tuple(told[: request.max_tokens])
    prompt = sum(len(message.content.split()) for message in request.messages)
    return Completion(
        text="".join(token.text for token in tokens),
        tokens=tokens,
        usage=Usage(prompt=prompt, completion=len(tokens)),
        finish="stop" if len(tokens) == len(told) else "length",
        timing=Timing(ttft_ms=10, ttlt_ms=10 + 10 * len(tokens), tps=100),
        sent={"messages": [message.plain() for message in request.messages], "max_tokens": request.max_tokens},
    )
