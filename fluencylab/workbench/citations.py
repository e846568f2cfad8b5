"""Does an answer name what it was given to answer from, and nothing else?

Read as a source: a number in brackets, [1], [2, 3] or 【1】, counted from the first passage; and the name of a passage.
"""

import re
from collections.abc import Sequence

from fluencylab.text import phrases, surface
from fluencylab.text.segmentation import count_words
from fluencylab.workbench.output import Passage

QUOTE = 5
"""Words from which something in quotation marks is taken for a quotation."""
_MARK = re.compile(r"[\[【]\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*(?:†[^】\]]*)?[\]】]")
_QUOTED = re.compile(r"“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|\"([^\"\n]+)\"")


def cited(text: str, passages: Sequence[Passage], quotes: bool = False) -> tuple[bool | None, str]:
    """Whether it does, and why; None where it was given nothing."""
    if not passages:
        return None, "It was given no passages, so there is nothing to name."
    numbers = [number for mark in _MARK.findall(text) for number in _numbered(mark)]
    strange = next((number for number in numbers if not 1 <= number <= len(passages)), None)
    if strange is not None:
        return False, f"It names [{strange}], and was given {_count(len(passages))}."
    named = {passages[number - 1].name for number in numbers} | {each.name for each in passages if phrases.says(text, each.name)}
    if not named:
        return False, f"It names no source; it was given {_count(len(passages))}."
    if quotes and (invented := _invented(text, passages)):
        return False, f"It quotes “{invented[:80]}”, which stands in no passage."
    return True, f"It names {len(named)} of {_count(len(passages))}."


def _numbered(mark: str) -> list[int]:
    """1-3 is 1, 2, 3."""
    found: list[int] = []
    for part in re.split(r"\s*[,;]\s*", mark):
        ends = [int(end) for end in re.split(r"\s*[–-]\s*", part)]
        found += range(ends[0], ends[-1] + 1) if len(ends) == 2 and ends[0] <= ends[1] else ends
    return found


def _invented(text: str, passages: Sequence[Passage]) -> str:
    said = [surface.plain(passage.text) for passage in passages]
    quoted = ("".join(found) for found in _QUOTED.findall(text))
    return next((one for one in quoted if count_words(one) >= QUOTE and not any(surface.bare(one) in each for each in said)), "")


def _count(passages: int) -> str:
    return "1 passage" if passages == 1 else f"{passages} passages"
