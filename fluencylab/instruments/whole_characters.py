"""Tokens as a page draws them: what a reader sees as one character stays in one piece, and it is said of how many tokens.

drawn(["Hi ", "bytes:\\\\xf0\\\\x9f", "bytes:\\\\x8e", "bytes:\\\\x89"])     ->  [DrawnPiece("Hi ", 1), DrawnPiece("🎉", 3)]
drawn(["क", "्", "ष", "ि"])                                        ->  [DrawnPiece("क्षि", 4)]
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.models.types import bytes_of
from fluencylab.text.segmentation import characters

HALF = "▪"
"""What is drawn of a character whose other half is not among the tokens."""


class DrawnPiece(NamedTuple):
    text: str
    tokens: int


def drawn(pieces: Sequence[str]) -> list[DrawnPiece]:
    """`pieces`: tokens as the tokenizer gives them, some of them parts of a character."""
    stretches = _decodable(pieces)
    texts = [_text(pieces[start:end]) for start, end in stretches]
    sizes = [end - start for start, end in stretches]
    return [DrawnPiece("".join(texts[start:end]), sum(sizes[start:end])) for start, end in groups(texts)]


def groups(texts: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where texts belong together, because a character reaches from one into the next."""
    borders, at = {0}, 0
    for character in characters("".join(texts)):
        at += len(character)
        borders.add(at)
    found: list[tuple[int, int]] = []
    start = at = 0
    for i, text in enumerate(texts, start=1):
        at += len(text)
        if at in borders:
            found.append((start, i))
            start = i
    return found


def _decodable(pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches of tokens that end where no byte goes on with a code point (10xxxxxx in UTF-8)."""
    raw = [bytes_of(piece) for piece in pieces]
    whole = b"".join(raw)
    found: list[tuple[int, int]] = []
    start = at = 0
    for i, one in enumerate(raw, start=1):
        at += len(one)
        if at == len(whole) or whole[at] & 0xC0 != 0x80:
            found.append((start, i))
            start = i
    return found


def _text(pieces: Sequence[str]) -> str:
    raw = b"".join(map(bytes_of, pieces))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(errors="ignore") + HALF
