"""Letters that are not in Unicode: which of the older encodings bytes are in, told by what they say in it.

b"\\xa3\\xf3d\\x9f"  -> "Łódź", Windows-1250 (Central Europe)        b"Desk lamp,\\xa325"  -> "Desk lamp,£25", Windows-1252

`chardet` weighs encodings against each other by how often letters stand side by side in 40 languages. What it cannot know is added here: a
price list holds signs and no letters, a word is written in one script, and most short files come from Western Europe.
"""

import re
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from typing import NamedTuple

WESTERN = "cp1252"
ENCODINGS = {
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp874": "Windows-874 (Thai)",
    "iso8859-2": "ISO-8859-2 (Central Europe)",
    "iso8859-5": "ISO-8859-5 (Cyrillic)",
    "iso8859-6": "ISO-8859-6 (Arabic)",
    "iso8859-7": "ISO-8859-7 (Greek)",
    "iso8859-8": "ISO-8859-8 (Hebrew)",
    "iso8859-9": "ISO-8859-9 (Turkish)",
    "koi8-r": "KOI8-R (Cyrillic)",
    "koi8-u": "KOI8-U (Cyrillic)",
    "cp866": "CP866 (Cyrillic)",
    "cp932": "Shift-JIS (Japanese)",
    "shift_jis_2004": "Shift-JIS (Japanese)",
    "euc_jis_2004": "EUC-JP (Japanese)",
    "gb18030": "GBK (Chinese)",
    "big5hkscs": "Big5 (Chinese)",
    "cp949": "EUC-KR (Korean)",
    "euc_kr": "EUC-KR (Korean)",
}
"""What files are met in, by the names that chardet and Python share. Those of old Macs, DOS and mainframes are not among them: others are
taken for them more often than they are met."""
EVIDENCE = 200_000
"""Bytes that are weighed."""
CLOSE = 0.85
"""From here on another encoding fits nearly as well: of short texts above it 8 % were read wrongly, below it 1 % (dev/LOG.md)."""
FEW = 2
"""So few letters beyond ASCII prove little: Windows-1252 then goes before what fits a little better."""
A_LITTLE = 0.7
SIGNS = frozenset("ªº\u00b5")
"""Letters for Unicode, signs for a reader: ordinals and the micro sign."""
LETTERS_ELSEWHERE = frozenset("¡£¥¦©ª«¬®¯±²³\u00b5¶¹º»¼½¾¿")
"""Signs of Windows-1252 in whose place another table has a letter."""

WITHIN = re.compile(r"[^\W\d_][¡£¥¦©±²³¹¼¾¿][^\W\d_]")
FRAMES = re.compile("[\u2500-\u259f]")
SAMPLE = 20_000
IDEOGRAPHS = re.compile("[\u3040-\u9fff\uac00-\ud7af]")


class Reading(NamedTuple):
    """Text as one encoding has it. `fit`: how well its letters go together, compared with other readings of the same bytes."""

    text: str
    name: str
    fit: float


def decoded_legacy(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The text, and a note that says what it was taken for. None where no encoding gives text."""
    if only_signs := _only_signs(data):
        return only_signs, (_note(WESTERN, only_signs),)
    readings = _readings(data)
    if not readings:
        return None
    best = _likeliest(readings)
    rival = next((other for other in readings if other.text != best.text and other.fit > CLOSE * best.fit), None)
    doubt = f" They would fit {ENCODINGS[rival.name]} nearly as well." if rival else ""
    return data.decode(best.name, errors="replace"), (_note(best.name, best.text) + doubt,)


def _note(name: str, text: str) -> str:
    """With up to three of the letters that it holds and ASCII does not: “ł, ó, ź”."""
    beyond = list(dict.fromkeys([*_beyond_ascii(text), *re.findall(r"[^\x00-\xa0]", text)]))[:3]
    look = f" Look at characters such as {', '.join(beyond)}." if beyond else ""
    return f"It is not in UTF-8; it was read as {ENCODINGS[name]}.{look}"


def _only_signs(data: bytes) -> str:
    """The text as Windows-1252 where that makes signs (£, €, “) of all beyond ASCII, and of none that may be a letter; else ""."""
    try:
        text = data.decode(WESTERN)
    except UnicodeDecodeError:
        return ""
    beyond = [(found[0], found.start()) for found in re.finditer(r"[^\x00-\x7f]", text)]
    clear = all(_is_sign(letter) and not (letter in LETTERS_ELSEWHERE and _in_a_word(text, at)) for letter, at in beyond)
    return text if clear and not _controls(text) else ""


def _is_sign(letter: str) -> bool:
    return not letter.isalpha() or letter in SIGNS


def _in_a_word(text: str, at: int) -> bool:
    """“by³” and “ma³a” are Polish in another table; “m³” is none."""
    before, after = text[max(0, at - 2) : at], text[at + 1 : at + 3]
    beside = (before, after, before[-1:] + after[:1])
    return any(len(letters) == 2 and letters.isalpha() for letters in beside)


def _readings(data: bytes) -> list[Reading]:
    """What the bytes may say, the best first."""
    evidence = data
    if len(data) > EVIDENCE:  # of a long file the lines that hold anything but ASCII
        evidence = b"".join(line for line in data.splitlines(keepends=True) if not line.isascii())[:EVIDENCE]
    chardet = import_module("chardet")  # most texts are in UTF-8, and a command that reads none waits for nothing
    found = chardet.detect_all(evidence, ignore_threshold=True, include_encodings=ENCODINGS, compat_names=False)
    names = {one["encoding"]: one["confidence"] for one in found if one["encoding"] in ENCODINGS}
    readings = [Reading(evidence.decode(name, errors="replace"), name, fit) for name, fit in names.items() if name]
    return [one for one in readings if _is_text(one.text)]


def _likeliest(readings: list[Reading]) -> Reading:
    """The best; of those that say the same, and where there is little to go by, Windows-1252."""
    best = readings[0]
    western = next((one for one in readings if one.name == WESTERN), None)
    few = sum(1 for _ in _beyond_ascii(best.text)) <= FEW
    return western if western and (western.text == best.text or (few and western.fit > A_LITTLE * best.fit)) else best


def _is_text(text: str) -> bool:
    """Only letters that exist, no sign within a word, no noise, and few words that mix Latin letters with others, or are one of those."""
    if _controls(text) or "\ufffd" in text[:-2] or WITHIN.search(text) or _is_noise(text[:SAMPLE]):  # the last letter may be cut in two
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", text) if any(map(_is_foreign, word))]
    odd = [word for word in words if len(word) == 1 or any(letter.isascii() for letter in word)]
    latin = len(re.findall("[A-Za-z]", text))
    if latin <= 2 * len(IDEOGRAPHS.findall(text)):  # “HTTPSの設定” has no spaces
        return True
    return len(odd) * 2 <= len(words)


def _is_noise(text: str) -> bool:
    """Capitals behind small letters again and again, or as many pieces of frames as letters."""
    letters = sum(map(str.isalpha, text))
    turns = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    return turns * 8 > letters or len(FRAMES.findall(text)) * 4 > letters


def _controls(text: str) -> bool:
    return any(letter not in "\n\r\t\f" and unicodedata.category(letter) in ("Cc", "Cn", "Co") for letter in text)


def _is_foreign(letter: str) -> bool:
    """A letter of another script than the Latin one."""
    return letter > "\x7f" and letter.isalpha() and letter not in SIGNS and not unicodedata.name(letter, "").startswith("LATIN")


def _beyond_ascii(text: str) -> Iterator[str]:
    return (letter for letter in text if letter > "\x7f" and letter.isalpha() and letter not in SIGNS)
