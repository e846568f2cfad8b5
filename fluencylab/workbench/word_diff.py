"""What changed between two texts, word by word.

changed("Be brief.", "Be very brief.")  ->  [both "Be ", after "very ", both "brief."]
"""

import re
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
    """Words, and the blanks between them: a word that ends the text and one that does not are the same."""
    return re.findall(r"\S+|\n|[^\S\n]+", text)
