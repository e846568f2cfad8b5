"""What was said in a meeting: notes line by line, and which of the claims have a number. Pure.

    lines("- 94 % of 700 are right\n- It is very fast")     two lines, of which the second claims something without a number
    mark("94 % of 700 are right", "Tomasz")                 [[a:94 % of 700 are right|said by Tomasz, not measured]]

The mark is that of an assumption in a memo: its owner is whoever said it, and that nothing of it was measured is said with it.
"""

import re
from typing import NamedTuple

from fluencylab.workbench.bare_numbers import bare_numbers

MOST_LINES, LONGEST_LINE = 100, 400
_POINT = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_SHEET = re.compile(r"^\s*(?:#|\*\*|_{3,}|A good answer:|A worrying answer:|Why:)")


class Line(NamedTuple):
    """A line of the notes. `numbered`: has it a number, so that it can be asked for and cited?"""

    text: str
    numbered: bool


def lines(notes: str) -> list[Line]:
    """Without empty ones, and without what the sheet itself had printed: its headings, its good and worrying answers."""
    written = (_POINT.sub("", line).strip() for line in re.split(r"[\r\n]+", notes) if not _SHEET.match(line))
    kept = [text for text in written if text and not text.endswith("?")]
    return [Line(text[:LONGEST_LINE], bool(bare_numbers(text))) for text in kept[:MOST_LINES]]


def mark(text: str, by: str) -> str:
    """As it is written in a memo. Signs that would end the mark are left out."""
    said, who = (" ".join(re.sub(r"[\[\]|]", " ", one).split()) for one in (text, by))
    return f"[[a:{said}|said by {who or 'somebody'}, not measured]]"
