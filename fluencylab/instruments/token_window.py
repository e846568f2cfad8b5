"""A context window as blocks of tokens, and four ways to deal with more than it holds.

system 20 · history 31 27 33 · document 150 · question 12      into a window of 200 that keeps 40 for the answer

error      nothing is sent, and the sender is told both counts
drop       whole messages go, the oldest first: so the system prompt goes first of all; then the front of what is left
keep       the system prompt and the question stay; old turns go, then the end of the document
summary    as keep, but a model writes what went away in a few words, and these take its place
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from fluencylab.models import vocabularies
from fluencylab.models.types import Message, Model, bytes_of

Policy = Literal["error", "drop", "keep", "summary"]
Kind = Literal["system", "history", "document", "question"]
KINDS: tuple[Kind, ...] = ("system", "history", "document", "question")
CHAT_FRAME, CHAT_TAIL = 4, 3
"""What OpenAI's chat format adds to each message and at the end (its Cookbook, "How to count tokens with tiktoken"): for estimates."""


class Block(BaseModel):
    """One piece of a call. Document and question travel in one message, the last; every other block is a message of its own."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    role: Literal["system", "user", "assistant"]
    text: str
    tokens: int


class TokenSpan(NamedTuple):
    """The tokens of a block that stay: from `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def tokens(self) -> int:
        return self.end - self.start


class Frame(NamedTuple):
    """What the chat template adds: to each message, and at the end to ask for the answer."""

    each: int
    tail: int


def cost(blocks: Sequence[Block], kept: Sequence[TokenSpan], frame: Frame) -> int:
    """Tokens of a call made of what is kept."""
    last = any(part.tokens for block, part in zip(blocks, kept, strict=True) if block.kind in ("document", "question"))
    alone = sum(bool(part.tokens) for block, part in zip(blocks, kept, strict=True) if block.kind in ("system", "history"))
    return sum(part.tokens for part in kept) + frame.each * (alone + last) + frame.tail


def fit(blocks: Sequence[Block], budget: int, policy: Policy, frame: Frame, spare: int = 0) -> list[TokenSpan] | None:
    """What stays of each block so that at most `budget` tokens are sent; None where the policy cannot do it.

    `spare`: tokens put aside for a summary, if one is needed.
    """
    kept = [TokenSpan(0, block.tokens) for block in blocks]
    if cost(blocks, kept, frame) <= budget:
        return kept
    if policy == "error":
        return None
    fixed = () if policy == "drop" else ("system", "question")
    goal = budget - (spare + frame.each if policy == "summary" else 0)
    for i, block in enumerate(blocks):
        if block.kind in ("system", "history") and block.kind not in fixed and cost(blocks, kept, frame) > goal:
            kept[i] = TokenSpan(0, 0)
    for i, block in enumerate(blocks):
        over = cost(blocks, kept, frame) - goal
        if over > 0 and block.kind in ("document", "question") and block.kind not in fixed:
            kept[i] = TokenSpan(min(over, block.tokens), block.tokens) if policy == "drop" else TokenSpan(0, max(0, block.tokens - over))
    return kept if cost(blocks, kept, frame) <= goal and any(part.tokens for part in kept) else None


class Cut(NamedTuple):
    """A text in tokens. `pieces` is empty where the tokenizer is not shown: then `tokens` is an estimate."""

    tokens: int
    pieces: tuple[str, ...] = ()


class TokenCounter:
    """Counts as the model does, or, where its tokenizer is not shown, as the nearest vocabulary we have: `exact` says which."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.exact = model.card.shows_inside
        self._cuts: dict[str, Cut] = {}

    async def cut(self, text: str) -> Cut:
        if not text:
            return Cut(0)
        if text not in self._cuts:
            if self.exact:
                pieces = tuple(piece.text for piece in await self.model.tokenize(text))
                self._cuts[text] = Cut(len(pieces), pieces)
            else:
                self._cuts[text] = Cut((await vocabularies.counts([text]))[0])
        return self._cuts[text]

    async def block(self, kind: Kind, role: Literal["system", "user", "assistant"], text: str) -> Block:
        return Block(kind=kind, role=role, text=text, tokens=(await self.cut(text)).tokens)

    async def total(self, messages: Sequence[Message]) -> int:
        """Tokens of a whole call, its chat template included."""
        if self.exact:
            return len(await self.model.tokenize(await self.model.render(tuple(messages))))
        return sum(await vocabularies.counts([one.content for one in messages])) + CHAT_FRAME * len(messages) + CHAT_TAIL

    async def frame(self) -> Frame:
        """Measured on a call of two messages and one of three."""
        if not self.exact:
            return Frame(CHAT_FRAME, CHAT_TAIL)
        two = (Message(role="system", content="x"), Message(role="user", content="x"))
        four = (*two, Message(role="assistant", content="x"), Message(role="user", content="x"))
        one = (await self.cut("x")).tokens
        short, long = await self.total(two), await self.total(four)
        each = (long - short) // 2 - one
        return Frame(each, short - 2 * (each + one))

    async def part(self, block: Block, kept: TokenSpan) -> str:
        """The text of the tokens that stay."""
        if kept.tokens in (0, block.tokens):
            return block.text if kept.tokens else ""
        if self.exact:
            return joined((await self.cut(block.text)).pieces[kept.start : kept.end])
        if kept.start == 0:
            return await vocabularies.beginning(block.text, kept.end)
        return block.text[len(block.text) * kept.start // block.tokens :]

    async def messages(self, blocks: Sequence[Block], kept: Sequence[TokenSpan], summary: str = "") -> list[Message]:
        """The call that is sent: what stays, and a summary behind the system prompt."""
        told = [(block, await self.part(block, part)) for block, part in zip(blocks, kept, strict=True)]
        messages = [Message(role=block.role, content=text) for block, text in told if block.kind in ("system", "history") and text]
        last = "\n\n".join(text for block, text in told if block.kind in ("document", "question") and text)
        if summary:
            note = f"Earlier in this conversation: {summary}"
            if messages and messages[0].role == "system":
                messages[0] = Message(role="system", content=f"{messages[0].content}\n\n{note}")
            else:
                messages.insert(0, Message(role="system", content=note))
        return [*messages, Message(role="user", content=last)] if last else messages


def joined(pieces: Sequence[str]) -> str:
    """The text of some tokens; half a character at an edge is left out."""
    raw = b"".join(map(bytes_of, pieces))
    return raw.decode("utf-8", "ignore")
