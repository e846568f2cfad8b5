"""A document's text in its parts: what stands under each heading, as paragraphs, and its tables as rows.

# Returns                                         Section("Returns", ("You can send things back within 30 days.",), ())
You can send things back within 30 days.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MARKED = re.compile(r"#{1,6}\s+(.+?)\s*#*")
LISTED = re.compile(r"^(?:[-*•–]|\d+[.)])\s+")
PAIR = re.compile(r"([^:|\n]{1,60}): (\S.*)")
"""A value under its name, as tables are written out line by line."""
LONGEST_HEADING = 70
RULE = re.compile(r"[\s|:-]+")


class Section(NamedTuple):
    """`heading`: "" before the first. `rows`: of its tables, each the values by the names of their columns."""

    heading: str
    paragraphs: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def sections(text: str) -> list[Section]:
    found: list[Section] = []
    heading, blocks = "", list[str]()
    for block, is_heading in _blocks(text):
        if is_heading:
            found += _section(heading, blocks)
            heading, blocks = block, []
        else:
            blocks.append(block)
    return [*found, *_section(heading, blocks)]


def _section(heading: str, blocks: Sequence[str]) -> list[Section]:
    paragraphs, rows = list[str](), list[dict[str, str]]()
    for block in blocks:
        told = _rows(block)
        if told:
            rows += told
        else:
            paragraphs.append(block)
    return [Section(heading, tuple(paragraphs), tuple(rows))] if heading or blocks else []


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Paragraphs and headings in their order; a heading is marked, or a short line by itself above a longer paragraph."""
    parts = [part.strip("\n") for part in re.split(r"\n\s*\n|\n(?=#{1,6} )|(?<=\n)(?=#{1,6} )", text) if part.strip()]
    for at, part in enumerate(parts):
        first, _, rest = part.partition("\n")
        if marked := MARKED.fullmatch(first.strip()):
            yield marked[1], True
            if rest.strip():
                yield rest, False
        elif at + 1 < len(parts) and _is_heading(part, parts[at + 1]):
            yield part.strip(), True
        else:
            yield part, False


def _is_heading(part: str, following: str) -> bool:
    line = part.strip()
    alone = "\n" not in line and 2 < len(line) <= LONGEST_HEADING and line[-1] not in ".!,;:" and not LISTED.match(line)
    return alone and any(map(str.isalpha, line)) and not PAIR.match(line) and line[0] not in "|“\"'" and len(following) > len(line)


def _rows(block: str) -> list[dict[str, str]]:
    lines = [line.strip() for line in block.split("\n")]
    if len(lines) > 2 and all(line.startswith("|") and line.endswith("|") for line in lines):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not RULE.fullmatch(line)]
        return [dict(zip(cells[0], row, strict=False)) for row in cells[1:]]
    pairs = [PAIR.fullmatch(line) for line in lines]
    if len(lines) > 1 and all(pairs):
        return [{pair[1].strip(): pair[2].strip() for pair in pairs if pair}]
    return []
