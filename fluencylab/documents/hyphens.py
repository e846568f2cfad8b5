"""Words cut at the end of a line, made whole again where that is sure.

After a confirm-
ation by mail        -> After a confirmation / by mail
a well-
known name           -> a well-known / name: the hyphen is the author's
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

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


def mended(lines: Sequence[str]) -> list[str]:
    """The lines of a document, each cut word whole at the end of the line it began on."""
    known = _vocabulary(lines)
    out: list[str] = []
    rest = list(lines)
    for number, line in enumerate(rest):
        found = CUT.search(line.rstrip()) if number + 1 < len(rest) else None
        begun = GOES_ON.match(rest[number + 1].lstrip()) if found else None
        if found and begun and (whole := _whole(found[1], begun[1], line.rstrip()[-1], known)):
            line = line.rstrip()[: found.start()] + whole + begun[2]
            rest[number + 1] = rest[number + 1].lstrip()[begun.end() :]
        out.append(line)
    return [line for number, line in enumerate(out) if line.strip() or not lines[number].strip()]


def _vocabulary(lines: Sequence[str]) -> Counter[str]:
    """How often each word stands in the document, the two halves of those that are cut not counted."""
    known = Counter(word.lower() for line in lines for word in WORD.findall(line))
    for line, after in pairwise(lines):
        found = CUT.search(line.rstrip())
        begun = GOES_ON.match(after.lstrip()) if found else None
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
