"""Vectors out of the answer of `/v1/embeddings`: lists of numbers or base64, in whatever order. Pure."""

import base64
import json
import math
import re
import struct
from collections.abc import Sequence

from fluencylab.errors import ModelRefused

_MOST_DIMENSIONS = 1 << 15
_NUMBER = 28
"""Bytes of a number, written out."""


def most_bytes(texts: Sequence[str]) -> int:
    """No honest answer is longer."""
    return (1 << 20) + len(texts) * _MOST_DIMENSIONS * _NUMBER


def read(body: bytes, count: int, name: str) -> list[list[float]]:
    """One vector for each text, in the order of the texts. Raises ModelRefused for what cannot be read as such."""
    try:
        answer = json.loads(body)
        rows = answer["data"] if isinstance(answer, dict) else answer
        places = [int(row.get("index", place)) for place, row in enumerate(rows)]
        found = [_vector(row["embedding"]) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError, struct.error):
        raise unreadable(name) from None
    if sorted(places) != list(range(count)):
        places = list(range(len(rows)))  # some give every row the index 0
    if len(found) != count or len({len(one) for one in found}) != 1 or not found[0]:
        raise unreadable(name)
    return [vector for _, vector in sorted(zip(places, found, strict=True), key=lambda pair: pair[0])]


def _vector(told: object) -> list[float]:
    if isinstance(told, str):
        raw = base64.b64decode(told, validate=True)
        told = list(struct.unpack(f"<{len(raw) // 4}f", raw))
    if isinstance(told, list) and len(told) == 1 and isinstance(told[0], list):
        told = told[0]
    if not isinstance(told, list) or len(told) > _MOST_DIMENSIONS:
        raise ValueError("no vector")
    numbers = [float(one) for one in told]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("no finite numbers")
    return numbers


def unreadable(name: str) -> ModelRefused:
    return ModelRefused(f"{name} gave no embeddings that can be read.", "Does this model make embeddings, or only text?")


def fewer(words: str, sent: int) -> int:
    """How many texts to send after a refusal of so many: as many as it names, else half."""
    named = [int(number) for number in re.findall(r"(?<![\w.<])\d{1,4}(?!\w|\.\d|>)", words)]
    fitting = [number for number in named if 1 <= number < sent]
    return max(fitting) if fitting else sent // 2
