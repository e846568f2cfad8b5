"""Words cut at the end of a line, made whole again where that is sure.

After a confirm-
ation by mail        -> After a confirmation / by mail
a well-
known name           -> a well-known / name: the hyphen is the author's
"""

import re
from collections import Counter
from collections.abc import Sequence

HYPHENS = "-\u00ad\u2010"
CUT = re.compile(rf"([^\W\d_]+(?:[-\u2010][^\W\d_]+)*)[{HYPHENS}]$")
"""A word with a hyphen, at the end of a line."""
GOES_ON = re.compile(r"([^\W\d_]+)((?:[-\u2010]\w+)*[^\s\w]*)(?:\s+|$)")
WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
JOINED_FIRST = {
    "well",
    "self",
    "non",
    "ex",
    "anti",
    "semi",
    "half",
    "high",
    "low",
    "long",
    "short",
    "all",
    "e",
    "co",
    "cross",
    "multi",
    "so",
    "vice",
}
"""First parts that often keep their hyphen."""
AND = {"and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of", "bzw", "och", "og", "eller", "to"}
"""`Vor- und Nachteile`: the hyphen stands for the rest of a word."""


def mended(lines: Sequence[str], shortest: int = 0) -> list[str]:
    """The lines of a document, each cut word whole at the end of the line it began on, also over an empty line between two pages.

    `shortest`: letters of a line that may have been broken for want of room."""
    known = _vocabulary(lines)
    rest = list(lines)
    emptied = set()
    for number, line in enumerate(rest):
        after = _next(rest, number)
        found = CUT.search(line.rstrip()) if after and len(line) >= shortest else None
        begun = GOES_ON.match(rest[after].lstrip()) if found and after else None
        if found and begun and after and (whole := _whole(found[1], begun[1], line.rstrip()[-1], known)):
            rest[number] = line.rstrip()[: found.start()] + whole + begun[2]
            rest[after] = rest[after].lstrip()[begun.end() :]
            if not rest[after].strip():
                emptied.add(after)
    return [line for number, line in enumerate(rest) if number not in emptied]


def _next(lines: Sequence[str], number: int) -> int:
    """The next line with words, at most one empty line further; 0 where there is none."""
    return next((after for after in (number + 1, number + 2) if after < len(lines) and lines[after].strip()), 0)


def _vocabulary(lines: Sequence[str]) -> Counter[str]:
    """How often each word stands in the document, the two halves of those that are cut not counted."""
    known = Counter(word.lower() for line in lines for word in WORD.findall(line))
    for number, line in enumerate(lines):
        after = _next(lines, number)
        found = CUT.search(line.rstrip()) if after else None
        begun = GOES_ON.match(lines[after].lstrip()) if found else None
        if found and begun:
            known.subtract([found[1].lower(), begun[1].lower()])
    return known


def _whole(first: str, second: str, hyphen: str, known: Counter[str]) -> str:
    """The word, with its hyphen or without; "" where the two do not belong together."""
    if hyphen == "\u00ad":
        return first + second
    if second.lower() in AND or (first.isupper() and len(first) > 1 and not second.isupper()):
        return ""
    tail = re.split("[-\u2010]", first)[-1]
    glued, tied = (tail + second).lower(), f"{tail}-{second}".lower()
    if known[glued] != known[tied]:
        return first + second if known[glued] > known[tied] else f"{first}-{second}"
    if second[0].isupper() and not first.isupper():  # a name or a compound: Rhine-Westphalia
        return f"{first}-{second}"
    if tail.lower() in JOINED_FIRST or (known[tail.lower()] > 0 and known[second.lower()] > 0 and min(len(tail), len(second)) > 3):
        return f"{first}-{second}"
    return first + second
