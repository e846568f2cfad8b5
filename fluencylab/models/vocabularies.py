"""How many tokens a text is in vocabularies other than the model's own: counted here, nothing is fetched.

    await counts(["Namaste", "नमस्ते"], "o200k")      [2, 4]

Every model counts in its own vocabulary, so the same text has another length in each. Two that are published are bundled
(by `toktok-rs`, from OpenAI's tiktoken, MIT): o200k (GPT-4o and later) and cl100k (GPT-4, GPT-3.5). Others are not public or not here.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import toktok


class Vocabulary(NamedTuple):
    """`encoding`: what its makers call it. `tokens`: how many there are in it."""

    encoding: str
    title: str
    tokens: int


VOCABULARIES = {
    "o200k": Vocabulary("o200k_base", "o200k, of GPT-4o and later", 200_019),
    "cl100k": Vocabulary("cl100k_base", "cl100k, of GPT-4 and GPT-3.5", 100_277),
}
NEAREST = "o200k"
"""What an unknown tokenizer is estimated by."""


async def counts(texts: Sequence[str], name: str = NEAREST) -> list[int]:
    """Tokens of each text in one of VOCABULARIES. The first call loads it, which takes some seconds of one core."""
    return await asyncio.to_thread(toktok.batch_count, list(texts), VOCABULARIES[name].encoding, 1)


async def beginning(text: str, tokens: int, name: str = NEAREST) -> str:
    """As much of the start of a text as fits so many tokens, cut between characters."""
    cut, _ = await asyncio.to_thread(toktok.truncate, text, max(0, tokens), VOCABULARIES[name].encoding)
    return str(cut)
