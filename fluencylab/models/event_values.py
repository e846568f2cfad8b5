"""What stands in an event of a stranger, read so that nothing of it can do harm: numbers are finite and in bounds, texts can be stored.

An event may hold anything that JSON can hold: `NaN`, half an emoji, a number with 5,000 digits, a list where a text belongs.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from fluencylab.models.types import Alternative, Token, Usage, part_of_character

NO_ANSWER = "its answer is not in the form of the OpenAI interface"
MOST_TOKENS = 10**9
LEAST_LOGPROB = -10_000.0
"""Some endpoints write -9999 for a token that cannot come."""


class NotAStream(Exception):
    """What came cannot be read as an answer; the message is a clause for a person."""


class EndpointError(Exception):
    """The endpoint reported an error inside its answer. `status`: as an HTTP status where it told one, else 0."""

    def __init__(self, said: object, status: int = 0) -> None:
        super().__init__(said)
        self.said, self.status = said, status


def event_of(payload: bytes) -> dict[str, Any]:
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        raise NotAStream(NO_ANSWER) from None
    if not isinstance(event, dict):
        raise NotAStream(NO_ANSWER)
    if error := event.get("error"):
        told = error if isinstance(error, dict) else {}
        codes = (code for name in ("code", "status", "status_code") if 400 <= (code := count(told.get(name))) < 600)
        raise EndpointError(error, next(codes, 0))
    return event


def clean(text: object, longest: int | None = None) -> str:
    """Text that can be encoded: two halves of an emoji are joined, and a half alone is marked as unreadable."""
    text = text if isinstance(text, str) else ""
    if longest is not None:
        text = text[:longest]
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number(value: object, low: float, high: float) -> float | None:
    """A finite number, moved into the bounds; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return float(min(max(value, low), high))


def count(value: object) -> int:
    """A number of tokens; 0 for what cannot be one. Some count in text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    return int(number(value, 0, MOST_TOKENS) or 0)


def finish(value: object) -> str:
    """Why an answer ended, in the endpoint's word: `stop`, `length` …; empty where it gives none that is a word."""
    word = value.strip().lower() if isinstance(value, str) else ""
    return word if re.fullmatch(r"[a-z0-9_. -]{1,40}", word) else ""


def timings(told: dict[str, Any]) -> dict[str, float]:
    found = {clean(name, 40): number(value, -1e12, 1e12) for name, value in list(told.items())[:40]}
    return {name: value for name, value in found.items() if value is not None}


def usage(told: dict[str, Any]) -> Usage:
    """Some count the thinking into what was written, some beside it; the total tells which."""
    prompt, written, whole = (count(told.get(name)) for name in ("prompt_tokens", "completion_tokens", "total_tokens"))
    thinking = max(_detail(told, "completion_tokens_details", "reasoning_tokens"), count(told.get("reasoning_tokens")))
    if thinking and (thinking > written or whole == prompt + written + thinking):
        written += thinking
    return Usage(prompt=prompt, completion=written, cached=_detail(told, "prompt_tokens_details", "cached_tokens"), thinking=thinking)


def _detail(told: dict[str, Any], group: str, name: str) -> int:
    details = told.get(group)
    return count(details.get(name)) if isinstance(details, dict) else 0


def token(item: object) -> Token:
    """`whole` compares with the alternatives: llama.cpp joins a character's pieces, and lists the last one alone there."""
    if not isinstance(item, dict):
        raise NotAStream(NO_ANSWER)
    rows = [row for row in _rows(item.get("top_logprobs")) if isinstance(row, dict)]
    own = item.get("id")
    mine = next((row for row in rows if row.get("id") == own), None) if own is not None else None
    whole = mine is None or mine.get("bytes") == item.get("bytes")
    return Token(clean(item.get("token")), logprob(item.get("logprob")), tuple(_alternatives(rows)), whole)


def _alternatives(rows: list[dict[str, Any]]) -> Iterator[Alternative]:
    """A whole vocabulary may come with each token: what is as it should be is taken at a glance."""
    for row in rows:
        text, chance = row.get("token"), row.get("logprob")
        if type(chance) is not float or not LEAST_LOGPROB <= chance <= 0.0:
            chance = logprob(chance)
        if type(text) is not str or not text or not text.isascii():
            text = _alternative(row)
        if chance is not None:
            yield Alternative(text, chance)


def logprob(value: object) -> float | None:
    """A natural logarithm of a probability; None for what cannot be one. A rounding may put it a little above 0."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0.01:
        return None
    return number(value, LEAST_LOGPROB, 0.0)


def raw_bytes(item: dict[str, Any]) -> bytes:
    """The bytes a token is told to have; empty where there are none, or none that can be."""
    told = item.get("bytes")
    if not isinstance(told, list) or len(told) > 10_000 or not all(type(byte) is int and 0 <= byte < 256 for byte in told):
        return b""
    return bytes(told)


def _alternative(row: dict[str, Any]) -> str:
    """Part of a character reads as its bytes, so that two different parts differ."""
    text = clean(row.get("token"))
    if (not text or "\ufffd" in text) and (raw := raw_bytes(row)) and not _is_text(raw):
        return part_of_character(raw)
    return text


def _is_text(raw: bytes) -> bool:
    try:
        return bool(raw.decode())
    except UnicodeDecodeError:
        return False


def _rows(told: object) -> Iterable[object]:
    return told if isinstance(told, list) else ()


def logprobs_of(choice: dict[str, Any]) -> list[object]:
    """What is told of each token; empty where nothing is. An answer in one piece tells of all its tokens."""
    told = choice.get("logprobs")
    rows = told.get("content") if isinstance(told, dict) else None
    if not isinstance(rows, list | None) or (told and not isinstance(told, dict)):
        raise NotAStream(NO_ANSWER)
    return rows or []


def text_of(content: object) -> str:
    """A text, or the texts of an answer that comes as parts (`[{"type": "text", "text": "…"}]`), its thinking left out."""
    return "".join(text for text, thought in _parts(content) if not thought)


def thought_of(delta: dict[str, Any]) -> str:
    """What an endpoint tells of the thinking, in whichever of the usual fields it does."""
    for name in ("reasoning_content", "reasoning", "thinking"):
        if (found := delta.get(name)) and isinstance(found, str | list):
            return found if isinstance(found, str) else "".join(text for text, _ in _parts(found))
    if isinstance(details := delta.get("reasoning_details"), list):
        return "".join(text for text, _ in _parts(details))
    return "".join(text for text, thought in _parts(delta.get("content")) if thought)


def _parts(content: object) -> list[tuple[str, bool]]:
    if isinstance(content, str):
        return [(content, False)]
    found = []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            found.append((part, False))
        elif isinstance(part, dict):
            kind = str(part.get("type") or "")
            thought = "thinking" in kind or "reasoning" in kind
            text = part.get("text") or part.get("thinking") or part.get("reasoning") or part.get("summary") or ""
            inner = text if isinstance(text, str) else "".join(one for one, _ in _parts(text)) if _flat(text) else ""
            found.append((inner, thought))
    return found


def _flat(parts: object) -> bool:
    """Parts within parts, one level deep: further down nobody means it."""
    return isinstance(parts, list) and all(isinstance(part, dict) and not isinstance(part.get("text"), list) for part in parts)
