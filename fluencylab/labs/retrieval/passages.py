"""Passages: the chunks that were found, as they go into the prompt, until the budget of tokens is spent.

budget 60:   How long you can return items: You can send items back …            31 tokens, whole
             Returning something you were given: You can return a │ present …    29 tokens, cut off at the bar
             …                                                                   nothing left
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.instruments.calls import messages
from fluencylab.instruments.chunks import Chunk
from fluencylab.instruments.token_window import TokenCounter, TokenSpan
from fluencylab.models.types import Message


class Passage(NamedTuple):
    """A chunk with what is written before it. `given`: the beginning of the chunk that fitted; `kept` of its `tokens` did.
    Nothing is sent of one that was cut off inside its label."""

    chunk: Chunk
    score: float
    title: str
    label: str
    given: str
    tokens: int
    kept: int

    @property
    def end(self) -> int:
        """Where in the document what was given ends."""
        return self.chunk.start + len(self.given)


async def fit(ruler: TokenCounter, found: Sequence[tuple[Chunk, float, str]], budget: int, titled: bool) -> list[Passage]:
    """Found chunks (with score and title), the best first, cut off where `budget` tokens are reached.

    They are not numbered: asked about “[1] …”, a small model answers “1”.
    """
    left = budget
    fitted = []
    for chunk, score, title in found:
        label = f"{title}: " if titled and title else ""
        block = await ruler.block("document", "user", label + chunk.text)
        kept = min(block.tokens, left)
        whole = kept == block.tokens
        given = chunk.text if whole else (await ruler.part(block, TokenSpan(0, kept)))[len(label) :]
        fitted.append(Passage(chunk, score, title, label, given, block.tokens, kept if given else 0))
        left -= kept
    return fitted


def text(passages: Sequence[Passage]) -> str:
    """What stands in the prompt."""
    return "\n".join(f"{one.label}{one.given}" for one in passages if one.given)


def prompt(instruction: str, given: Sequence[Passage], ask: str) -> tuple[Message, ...]:
    return messages(instruction, f"Text:\n{text(given)}\n\nQuestion: {ask}" if text(given) else f"Question: {ask}")
