"""Words and lines out of letters at places: gaps become spaces, small raised figures stay apart, a stroke through words strikes them out.

The order is that in which they were drawn, which is nearly always the order in which they are read.
"""

import re
import statistics
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from fluencylab.documents.pdf_letters import Drawing, Letter, Stroke
from fluencylab.documents.raised import lowered, raised

SAME_LINE = 0.12
"""Of the letter's size: base lines so near to each other are one."""
APART = 0.15
"""Of the letter's size: from this gap on, two words. A space is usually 0.25 wide; kerning stays under 0.1."""
APART_WIDE = 0.5
"""The same between letters that fill a square each, as Chinese ones do."""
WIDEST_SET = 0.6
"""Of the letter's size: headings set their letters apart up to here; beyond, each letter stands for itself, as over columns."""
BACK = 0.6
"""Of the letter's size: what begins further back is a new line."""
SMALL = 0.86
LONGEST_MARK = 12
"""Letters: what is raised and longer is no mark."""
CELL = 2.0
"""Points."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


class Line(NamedTuple):
    """`x` to `end`, at the height `y`, in points along its own direction."""

    text: str
    x: float
    end: float
    y: float
    size: float
    angle: int


class _Piece(NamedTuple):
    """A letter and how it stands: 1 raised, -1 lowered, 0 on the line."""

    letter: Letter
    level: int


def lines(drawing: Drawing) -> list[Line]:
    strokes = sorted(drawing.strokes, key=lambda stroke: stroke.y)
    heights = [stroke.y for stroke in strokes]
    found = []
    for pieces in _gathered(_once(drawing.letters)):
        base = _base(pieces)
        first, last = bisect_left(heights, base.y + 0.12 * base.size), bisect_left(heights, base.y + 0.55 * base.size)
        text = _written(pieces, base, strokes[first:last] if not base.angle else ())
        if text.strip():
            start, end = min(piece.letter.x for piece in pieces), max(piece.letter.end for piece in pieces)
            found.append(Line(text.strip(), start, end, base.y, base.size, base.angle))
    return found


def _once(letters: Sequence[Letter]) -> Iterator[Letter]:
    """Without those drawn again at the same place, which only makes them bold."""
    seen: dict[tuple[str, int, int], Letter] = {}
    for letter in letters:
        if letter.text.isspace():
            yield letter
            continue
        column, row = int(letter.x / CELL), int(letter.y / CELL)
        around = (seen.get((letter.text, column + across, row + up)) for across in (0, -1, 1) for up in (0, -1, 1))
        if not any(other and _same_place(letter, other) for other in around):
            yield letter
        seen[letter.text, column, row] = letter


def _same_place(one: Letter, other: Letter) -> bool:
    near = 0.12 * min(one.size, other.size)
    return abs(one.x - other.x) < near and abs(one.y - other.y) < near and one.angle == other.angle


def _gathered(letters: Iterator[Letter]) -> Iterator[list[_Piece]]:
    """The letters of each line."""
    line: list[_Piece] = []
    for letter in letters:
        level = _level(line, letter)
        if level is None:
            if line:
                yield line
            line, level = [], 0
        elif level == 2:  # what stood before was a raised mark in front of the line
            line, level = [piece._replace(level=1) for piece in line], 0
        line.append(_Piece(letter, level))
    if line:
        yield line


def _level(line: Sequence[_Piece], letter: Letter) -> int | None:
    """How a letter goes on with a line; None where it begins a new one; 2 where the line so far was only a raised mark."""
    if not line:
        return None
    last = line[-1].letter
    base = _base(line)
    if letter.angle != base.angle or not 0.3 < letter.size / max(base.size, 0.01) < 3.5:
        return None
    em = max(letter.size, base.size)
    up = letter.y - base.y
    gap = letter.x - last.end
    if RIGHT_TO_LEFT.search(letter.text + last.text) and gap < -BACK * em:
        gap = last.x - letter.end
    if abs(up) <= SAME_LINE * em:
        return 0 if gap > -BACK * em else None
    near = -0.45 * em < gap < 0.35 * em
    if near and abs(up) < 0.3 * em and letter.size >= SMALL * base.size and letter.text.isalpha():
        return 0  # the E of TeX
    if not near or (last.text.isspace() and abs(up) > 0.5 * em):
        return None
    marks = sum(piece.level != 0 for piece in line[-LONGEST_MARK:])
    if letter.size < SMALL * base.size and -0.45 * em < up < 0.75 * em and marks < LONGEST_MARK:
        return 1 if up > 0 else -1
    if 0.15 * em < up < 0.6 * em and letter.text.strip().isdigit() and letter.size <= base.size and marks < 4:
        return 1
    only_mark = len(line) <= 4 and base.size < SMALL * letter.size and -0.75 * em < up < -0.15 * em
    return 2 if only_mark else None


def _base(line: Sequence[_Piece]) -> Letter:
    return next((piece.letter for piece in reversed(line) if not piece.level), line[-1].letter)


def _written(pieces: Sequence[_Piece], base: Letter, strokes: Sequence[Stroke]) -> str:
    """The text of a line, its marks and its strokes."""
    if any(RIGHT_TO_LEFT.search(piece.letter.text) for piece in pieces):
        pieces = _as_read(pieces)
    struck = [_is_struck(piece.letter, strokes) for piece in pieces]
    if strokes and not _covers(pieces, struck, strokes, base):
        struck = [False] * len(pieces)
    words = _spaced(pieces)
    text, at = "", 0
    while at < len(pieces):
        until = at
        while until < len(pieces) and (pieces[until].level, struck[until]) == (pieces[at].level, struck[at]):
            until += 1
        part = "".join(words[at:until])
        if pieces[at].level:
            after = "".join(words[until : until + 2])
            part = _mark(text, part, after, pieces[at].level)
        text += _struck(part) if struck[at] else part
        at = until
    return text


def _mark(before: str, part: str, after: str, level: int) -> str:
    space = " " if part[:1].isspace() else ""
    mark = part.strip()
    if not before.strip() and level > 0:
        shown = f"[{mark}]" if re.fullmatch(r"[\w*†‡§]{1,3}", mark) else mark
        return shown if after[:1].isspace() else f"{shown} "
    if mark.isupper() and before[-1:].isalpha() and after[:1].isalpha():
        return mark  # the A of LaTeX
    shown = raised(before, mark, after=after) if level > 0 else lowered(before, mark, after=after)
    trail = " " if part[-1:].isspace() or (shown.endswith("]") and after[:1].isalnum()) else ""
    return f"{space if not shown.startswith(' ') else ''}{shown}{trail}"


def _struck(part: str) -> str:
    words = part.strip()
    return part.replace(words, f"~~{words}~~", 1) if words else part


def _is_struck(letter: Letter, strokes: Sequence[Stroke]) -> bool:
    middle = (letter.x + letter.end) / 2
    return any(stroke.x - 0.5 <= middle <= stroke.end + 0.5 for stroke in strokes)


def _covers(pieces: Sequence[_Piece], struck: Sequence[bool], strokes: Sequence[Stroke], base: Letter) -> bool:
    """A stroke that goes far beyond the words belongs to a table or a frame."""
    hit = [piece.letter for piece, is_struck in zip(pieces, struck, strict=True) if is_struck]
    if not hit:
        return False
    left, right = min(letter.x for letter in hit) - base.size, max(letter.end for letter in hit) + base.size
    return all(stroke.x >= left and stroke.end <= right for stroke in strokes if any(_is_struck(letter, [stroke]) for letter in hit))


def _spaced(pieces: Sequence[_Piece]) -> list[str]:
    """Each letter, with a space before it where there is a gap that is none between two letters of a word."""
    gaps = [_gap(before.letter, after.letter) for before, after in pairwise(pieces)]
    within = [
        gap for gap, (one, other) in zip(gaps, pairwise(pieces), strict=True) if one.letter.text.isalnum() and other.letter.text.isalnum()
    ]
    usual = statistics.median(within) if len(within) > 6 else 0.0
    spread = usual if 0.1 < usual < WIDEST_SET else 0.0
    words = [pieces[0].letter.text] if pieces else []
    for gap, (before, after) in zip(gaps, pairwise(pieces), strict=True):
        one, other = before.letter.text, after.letter.text
        least = APART_WIDE if WIDE.search(one[-1:]) and WIDE.search(other[:1]) else APART
        if after.level and not before.level:
            least += 0.1
        apart = gap > least + spread and not one[-1:].isspace() and not other[:1].isspace()
        words.append(f" {other}" if apart else other)
    return words


def _gap(before: Letter, after: Letter) -> float:
    """In sizes of the letters. Without a width it is taken to be half as wide as high; backwards from right to left."""
    size = min(before.size, after.size) or 1
    end = before.end if before.end > before.x else before.x + before.size / 2
    gap = after.x - end
    if gap < -size and RIGHT_TO_LEFT.search(before.text + after.text):
        gap = before.x - after.end
    return gap / size


def _as_read(pieces: Sequence[_Piece]) -> list[_Piece]:
    """A line that holds letters from right to left, in the order of reading. Numbers and Latin words within stay as they are."""
    ordered = sorted(pieces, key=lambda piece: piece.letter.x)
    runs: list[list[_Piece]] = []
    backwards = True
    for piece in ordered:
        text = piece.letter.text
        before = backwards
        if re.search(r"[^\W_]", text):  # signs and spaces go with what stands before them
            backwards = bool(RIGHT_TO_LEFT.search(text)) and not text.isdigit()
        if not runs or backwards != before:
            runs.append([])
        runs[-1].append(piece)
    turned = [run[::-1] if RIGHT_TO_LEFT.search("".join(piece.letter.text for piece in run)) else run for run in runs]
    right = sum(bool(RIGHT_TO_LEFT.search(piece.letter.text)) for piece in ordered) * 3 >= len(ordered)
    return [piece for run in (reversed(turned) if right else turned) for piece in run]
