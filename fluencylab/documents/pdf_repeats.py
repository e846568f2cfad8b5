"""Lines that stand at the same place of many pages, as headers and footers do: read where they first stand, and not again."""

import re
from collections import defaultdict
from collections.abc import Sequence

from fluencylab.documents.pdf_lines import Line

PAGES = 3
"""So many at least, and"""
SHARE = 0.4
"""so many of all pages, or of those with even or with odd numbers."""
EDGE = 3
"""Lines at the top and at the bottom of a page that are looked at."""
FIGURES = re.compile(r"\d+|\b[ivxl]+\b", re.IGNORECASE)


def without_repeats(pages: Sequence[list[Line]]) -> tuple[list[list[Line]], int]:
    """The pages, each line of a margin once; and from how many pages something was left out. A line that only counts pages goes wholly."""
    where: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, lines in enumerate(pages):
        for line in {id(line): line for line in _edges(lines)}.values():
            where[_sign(line)].append(number)
    repeated = {sign: numbers for sign, numbers in where.items() if len(numbers) >= max(PAGES, SHARE / 2 * len(pages))}
    kept, touched = [], 0
    for number, lines in enumerate(pages):
        edges = {id(line) for line in _edges(lines)}
        left = [line for line in lines if id(line) not in edges or number == repeated.get(_sign(line), [number])[0]]
        touched += len(left) < len(lines)
        kept.append(left)
    return kept, touched


def _edges(lines: list[Line]) -> list[Line]:
    by_height = sorted((line for line in lines if not line.angle), key=lambda line: line.y)
    return by_height[:EDGE] + by_height[-EDGE:] if len(by_height) > 2 * EDGE else by_height


def _sign(line: Line) -> tuple[str, int]:
    """What makes two lines the same: their words without figures, and their height."""
    return FIGURES.sub("#", line.text.lower()), round(line.y / 3)
