"""What changed between two texts, word by word.

changed("Be brief.", "Be very brief.")  ->  [both "Be ", after "very ", both "brief."]
"""

from difflib import SequenceMatcher
from typing import NamedTuple


class Piece(NamedTuple):
    """Words that stand in one version or in both. `where`: both, before, after."""

    where: str
    text: str


def changed(before: str, after: str) -> list[Piece]:
    """A diff by words.

    changed("Be brief.", "Be very brief.")  ->  [both "Be ", after "very ", both "brief."]
    """
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("both", "".join(old[i:j])))
            continue
        found += [Piece(where, "".join(words)) for where, words in (("before", old[i:j]), ("after", new[k:m])) if words]
    return found


def _words(text: str) -> list[str]:
    """Each word with the blanks behind it."""
    words: list[str] = []
    for piece in text.splitlines(keepends=True):
        rest = piece
        while rest:
            end = next((i for i, letter in enumerate(rest) if letter.isspace()), len(rest))
            end = next((i for i in range(end, len(rest)) if not rest[i].isspace()), len(rest))
            words.append(rest[:end])
            rest = rest[end:]
    return words
