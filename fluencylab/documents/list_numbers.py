"""The numbers of lists, as they are shown: 1. or a) or IV., from where they start, up or down.

<ol type="a" start="3"><li>…<li value="7">…   -> c. …  g. …
"""

import re

from bs4 import BeautifulSoup, Tag

SHAPES = {
    **{"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"},
    **{"lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter"},
    **{"lower-roman": "lowerRoman", "upper-roman": "upperRoman", "decimal-leading-zero": "decimalZero", "none": "none"},
}
ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v")),
    *((4, "iv"), (1, "i")),
)
STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(lower-\w+|upper-\w+|decimal-leading-zero|none)", re.IGNORECASE)


def numeral(number: int, shape: str) -> str:
    """A number in one of the shapes that Word names in its files (`w:numFmt`); what is not known is a plain number."""
    if shape in ("none", "bullet"):
        return ""
    if shape in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        return _cased(_roman(number), shape)
    if shape in ("lowerLetter", "upperLetter") and 0 < number < 1000:
        return _cased(chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1), shape)
    if shape == "decimalZero":
        return f"{number:02}"
    if shape == "ordinal":
        return f"{number}{'th' if 10 < number % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
    if shape == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if shape == "decimalEnclosedParen":
        return f"({number})"
    if shape == "numberInDash":
        return f"- {number} -"
    return str(number)


def _cased(letters: str, shape: str) -> str:
    return letters.upper() if shape.startswith("upper") else letters


def _roman(number: int) -> str:
    letters = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        letters += sign * count
    return letters


def counted(page: BeautifulSoup) -> None:
    """Writes the mark of each item of an ordered list beside it, as `data-mark`."""
    for items in page.find_all("ol"):
        found = STYLE.search(str(items.get("style", "")))
        shape = SHAPES.get(found[1].lower() if found else str(items.get("type", "1")), "decimal")
        lines = items.find_all("li", recursive=False)
        step = -1 if items.has_attr("reversed") else 1
        number = _whole(items.get("start"), len(lines) if step < 0 else 1)
        for item in lines:
            number = _whole(item.get("value"), number)
            item["data-mark"] = _mark(item, number, shape)
            number += step


def _mark(item: Tag, number: int, shape: str) -> str:
    written = numeral(number, SHAPES.get(str(item.get("type", "")), shape))
    return f"{written}." if written else "-"


def _whole(said: object, otherwise: int) -> int:
    words = str(said or "").strip()
    return int(words) if re.fullmatch(r"-?\d{1,9}", words, re.ASCII) else otherwise
