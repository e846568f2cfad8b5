"""Numbers that a capstone's memo may hold: those that were measured there, in all the forms in which one writes them. Pure.

    unmeasured("It answers 19 of 24, or 79 %.", known)      ->  []
    unmeasured("It saves 40 % of the calls.", known)        ->  ["40 %"]

A number is what `workbench/bare_numbers` takes for one. It is known where it is one of the figures, whole; a pair joined by "to" or "and"
is known where both are. Digits and small words are alike: two, 2.
"""

import re
from collections.abc import Iterable, Sequence

from fluencylab.workbench.bare_numbers import bare_numbers

_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORD = re.compile(rf"\b({'|'.join(_SMALL)})\b")
_JOINED = re.compile(r"to|and|or|by|[-–−]")


def written(text: str) -> list[str]:
    """The numbers of a text, as they stand in it."""
    return [text[start:end] for start, end in bare_numbers(text)]


def canon(number: str) -> str:
    """The same for every way of writing it: "19 out of 24", "19 of 24"  ->  "19of24"; "~79.2 per cent"  ->  "79%"."""
    plain = re.sub(r"\s", " ", number.lower()).replace("out of", "of")
    plain = re.sub(r"per\s?cent", "%", plain)
    plain = _WORD.sub(lambda match: str(_SMALL.index(match[1])), plain)
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    plain = re.sub(r"\d+\.\d+(?=\s?%)", lambda match: f"{float(match[0]):.0f}", plain)
    return re.sub(r"[\s~≈≤≥<>+$€£¥]", "", plain)


def known(texts: Iterable[str]) -> set[str]:
    """The numbers of these texts, to be looked up."""
    return {canon(number) for text in texts for number in written(text)}


def cited(words: str, figures: Sequence[Sequence[str]]) -> int:
    """How many of the figures stand in a text, in whichever of their forms."""
    there = {each for number in written(words) for part in _joined(canon(number)) for each in (part, *_share_of(part))}
    return sum(bool(known(forms) & there) for forms in figures)


def unmeasured(words: str, allowed: set[str]) -> list[str]:
    """The numbers of a text that are none of these."""
    return [number for number in written(words) if not _is_known(canon(number), allowed)]


def _is_known(number: str, allowed: set[str]) -> bool:
    return number in allowed or all(part in allowed or set(_share_of(part) or "?") <= allowed for part in _joined(number))


def _joined(number: str) -> list[str]:
    """ "62 to 90 %" is 62 % and 90 %."""
    parts = [part for part in _JOINED.split(number) if part]
    unit = "%" if parts and parts[-1].endswith("%") else ""
    return [part if part.endswith("%") or "of" in part else part + unit for part in parts]


def _share_of(part: str) -> tuple[str, ...]:
    """ "79 % of 24" is 79 %, and 24; "12 of 24" is one figure."""
    share, _, whole = part.partition("of")
    return (share, whole) if share.endswith("%") and whole else ()
