"""Is this text plausible? A score for a page: the share of its letters that stand in words no language has.

    Theamountof273.50eurosisdueon3June.   glued          the spaces are lost
    T h e  a m o u n t                    apart          each letter is a word
    Âåðíóòü òîâàð, Äú¿É                   wrong table    letters read by another language's table
    Ã¼ber, donâ€™t                        mended         UTF-8 read byte by byte: turned back, for it is sure
    \ufffd\ufffd\ufffd, (cid:12), /g106    unknown        a font that names shapes and no letters

The bounds were set on one half of real files and judged on the other (docs/documents.md, bench/plausible.py).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

BOUND = 0.1
"""From this score on a page is not plausible."""
FEWEST = 20
"""Letters: on less, nothing is said."""
MANY = 5
"""Different letters."""
FRENCH = re.compile(".\u00a0\u00bb")
EUROPEAN = re.compile("[\u0080-\u024f\u2010-\u2044\u20ac\u2122]+")
LONGEST = 26
"""Letters of a word that no language with spaces has often; German compounds and Finnish cases stay below, nearly all of them."""
TOKEN = re.compile(r"\S+")
UNKNOWN = re.compile("\\(cid:\\d+\\)|(?:/[A-Za-z]{1,3}\\d{1,5}){2,}|[\ufffd\ue000-\uf8ff\x80-\x9f\U000f0000-\U0010fffd]")
SPACELESS = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts that put no spaces between words, or few."""
ADDRESS = re.compile(r"://|www\.|@|\w/\w|\w\.\w+\.\w|_|\\|\w[=:;#&]\w|…|\.{3}|-{2}|(?:\w-){2}")
PIECES = re.compile(r"[^\W\d_]+")
WESTERN = re.compile("[\u00c0-\u00ff\u0152\u0153\u0160\u0161\u017d\u017e\u0178\u0192]")
ODD_WITHIN = re.compile(
    "[\u00a1-\u00a9\u00ab-\u00b9\u00bb-\u00bf\u00d7\u00f7\u0192\u02c6\u02dc\u2020-\u2022\u2030\u2039\u203a\u20ac\u2122\u201a\u201e]"
)
READ_BYTE_BY_BYTE = re.compile(
    "[\u00c2-\u00f4\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]{2,}"
)
"""Letters beside each other that are what Windows-1252 makes of bytes beyond ASCII."""


class Judgement(NamedTuple):
    """`score`: 0 to 1, the share of letters in words that are none. `kind`: what most of them have, "" where there is none."""

    score: float
    kind: str


def judged(text: str) -> Judgement:
    found: Counter[str] = Counter()
    letters = 0
    singles, words = 0, 0
    for token in TOKEN.findall(text):
        count = sum(map(str.isalpha, token)) or (1 if UNKNOWN.search(token) else 0)
        unknown = sum(len(part) for part in UNKNOWN.findall(token))
        letters += max(count, unknown)
        if unknown * 2 >= len(token):
            found["unknown"] += max(count, unknown)
            continue
        if count:
            words += 1
            singles += count == 1 and len(token) == 1 and not SPACELESS.search(token)
        if kind := _kind(token):
            found[kind] += count
    if letters < FEWEST:
        return Judgement(0.0, "")
    if words > 8 and singles > 0.6 * words:
        found["apart"] = round(letters * singles / words)
    kind, _ = found.most_common(1)[0] if found else ("", 0)
    return Judgement(min(1.0, found.total() / letters), kind)


def _kind(token: str) -> str:
    """What is wrong with a word, if anything is."""
    if token.isascii():
        return "glued" if _is_glued(token) else ""
    if SPACELESS.search(token):
        return ""
    if ODD_WITHIN.search(token.strip("«»‹›„“”‚‘’()[]¿¡.,;:!?*†‡§©®™°·•€£¥")) and WESTERN.search(token) and not re.search(r"\d", token):
        return "table"
    for piece in PIECES.findall(token):
        if len(piece) >= 3 and len(WESTERN.findall(piece)) >= 0.7 * len(piece):
            return "table"
    return "glued" if _is_glued(token) else ""


def _is_glued(token: str) -> bool:
    if len(token) <= LONGEST or ADDRESS.search(token):
        return False
    return sum(map(str.isalpha, token)) > LONGEST - 6


def mended(text: str) -> tuple[str, int]:
    """UTF-8 that was read byte by byte, turned back; and at how many places. Only what is right as UTF-8 to the last byte is touched:
    letters of Europe at once, others where they are many, for a French é with a space and » behind it is 頻 too."""
    runs = set(READ_BYTE_BY_BYTE.findall(text))
    turned = {run: whole for run in runs if (whole := _turned_back(run))}
    if not turned:
        return text, 0
    rare = {run for run, whole in turned.items() if not EUROPEAN.fullmatch(whole)}
    sure = len({letter for run in rare if not FRENCH.fullmatch(run) for letter in turned[run]}) >= MANY
    turned = {run: whole for run, whole in turned.items() if run not in rare or (sure and not FRENCH.fullmatch(run))}
    count = 0

    def back(found: re.Match[str]) -> str:
        nonlocal count
        count += found[0] in turned
        return turned.get(found[0], found[0])

    return READ_BYTE_BY_BYTE.sub(back, text), count


def _turned_back(run: str) -> str:
    try:
        return b"".join(map(_byte, run)).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return ""


def _byte(letter: str) -> bytes:
    """The byte that Windows-1252 shows so; those it does not name stand for themselves."""
    return letter.encode("latin-1") if letter < "\u0100" and letter not in "\u20ac" else letter.encode("cp1252")


def says_mended(count: int) -> str:
    """A note, or "" where nothing was."""
    places, were = ("place", "was") if count == 1 else ("places", "were")
    return f"{count:,} {places} {were} UTF-8 that somebody read byte by byte (Ã¼ for ü), and {were} turned back." if count else ""


SAID = {
    "unknown": ("many letters cannot be told: its fonts draw shapes and do not name them", "Have it recognised (OCR)"),
    "glued": ("many words are glued together or far too long, so a search will miss them", "Look at it, and put in the spaces"),
    "apart": ("the letters of many words stand apart, so a search will miss them", "Look at it, and take out the spaces"),
    "table": ("many words look as if they were read by the table of another language", "Save it anew as UTF-8, and choose that"),
}


def remarks(pages: Sequence[str], *, are_pages: bool = True) -> tuple[str, ...]:
    """A sentence for each kind of trouble, with the pages it is on. `pages` in their order, the first one is page 1."""
    where: dict[str, list[int]] = {}
    for number, page in enumerate(pages, start=1):
        judgement = judged(page)
        if judgement.score >= BOUND and (are_pages or judgement.kind != "apart"):  # only where letters have places
            where.setdefault(judgement.kind, []).append(number)
    return tuple(f"{_on(numbers) if are_pages else 'In it'} {SAID[kind][0]}. {SAID[kind][1]}." for kind, numbers in where.items())


def _on(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"On page {numbers[0]}"
    shown = [str(number) for number in numbers[:8]]
    if len(numbers) > 8:
        return f"On pages {', '.join(shown)} and {len(numbers) - 8:,} more"
    return f"On pages {', '.join(shown[:-1])} and {shown[-1]}"


def unknown_share(pages: Iterable[str]) -> float:
    """Of all letters of a document, those that no font names."""
    unknown = letters = 0
    for page in pages:
        lost = sum(len(part) for part in UNKNOWN.findall(page))
        unknown += lost
        letters += lost + sum(letter.isalpha() for letter in UNKNOWN.sub("", page))
    return unknown / letters if letters else 0.0
