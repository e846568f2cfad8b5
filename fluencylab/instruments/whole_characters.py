"""Tokens as a page draws them: what a reader sees as one character stays in one piece, and it is said of how many tokens.

drawn(["Hi ", "bytes:\\\\xf0\\\\x9f", "bytes:\\\\x8e", "bytes:\\\\x89"])     ->  [DrawnPiece("Hi ", 1), DrawnPiece("🎉", 3)]
drawn(["क", "्", "ष", "ि"])                                        ->  [DrawnPiece("क्षि", 4)]
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.models.types import BYTES, bytes_of
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


def is_part(token: str) -> bool:
    return token.startswith(BYTES)


def named(token: str) -> str:
    """A token as it is drawn by itself: its text, or ⟨E0 A4⟩, the bytes of a part of a character."""
    return f"⟨{bytes_of(token).hex(' ').upper()}⟩" if is_part(token) else token


def explained(tokens: Sequence[str]) -> str:
    """What parts of characters are, said of the first of them; "" where there are none."""
    first = next((token for token in tokens if is_part(token)), None)
    if first is None:
        return ""
    return f"{named(first)} is no whole character: {_becomes(bytes_of(first))} {WHY}"


WHY = "Most letters outside English take two to four bytes, and a token may hold only some of them; such a token is shown as its bytes."


def _becomes(raw: bytes) -> str:
    """What a part is a part of, as far as its bytes tell."""
    found = _completions(raw)
    if len(found) > MOST_COUNTED:
        return "what comes next makes it one of many thousands of characters, emoji among them."
    if not found:
        return "it goes on with a character that the token before it began."
    kinds = Counter(unicodedata.name(chr(point), "").partition(" ")[0].partition("-")[0] for point in found)
    kind, count = kinds.most_common(1)[0]
    script = SCRIPTS.get(kind, f"{kind.capitalize()} ") if count >= 0.8 * len(found) else ""
    return f"what comes next makes it one of {len(found):,} {script}characters."


MOST_COUNTED = 4096
SCRIPTS = {"": "", "CJK": "Chinese ", "HANGUL": "Korean ", "EGYPTIAN": "", "VARIATION": ""}


def _completions(raw: bytes) -> Sequence[int]:
    """Every character there is whose bytes end in the beginning that `raw` ends in; none where `raw` ends in no beginning."""
    begun = next((raw[i:] for i in reversed(range(len(raw))) if raw[i] >= 0xC2), b"")
    size = 2 if begun[:1] < b"\xe0" else 3 if begun[:1] < b"\xf0" else 4
    if not begun or begun[0] > 0xF4 or len(begun) >= size:
        return []
    open_bits = 6 * (size - len(begun))
    lead = begun[0] & (0xFF >> (size + 1))
    for byte in begun[1:]:
        lead = lead << 6 | byte & 0x3F
    points = range(lead << open_bits, min((lead + 1) << open_bits, 0x110000))
    least = {2: 0x80, 3: 0x800, 4: 0x10000}[size]
    if len(points) > MOST_COUNTED:
        return points
    return [point for point in points if point >= least and unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")]


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
