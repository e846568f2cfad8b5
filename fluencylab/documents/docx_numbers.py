"""The numbers of headings and clauses, as Word shows them: it keeps no number in a file, only how to count.

lvlText "%1.%2", formats decimal and lowerLetter, third clause of the second heading   -> 2.c
"""

import re
from typing import NamedTuple
from xml.etree import ElementTree as Tree

from fluencylab.documents.docx_styles import Styles, W, value
from fluencylab.documents.list_numbers import numeral

DEEPEST = 9


class Numbered(NamedTuple):
    """What stands before a paragraph. `label`: "2.c", or "" for a bullet."""

    label: str
    number: str
    level: int


class Level(NamedTuple):
    shape: str
    text: str
    start: int
    restart: int | None
    """The level after which it begins anew, counted from 1; 0: never; None: after each higher one."""
    legal: bool
    style: str


class Numbering:
    """Counts through a document from its beginning; ask once for each paragraph, in their order."""

    def __init__(self, sheet: Tree.Element | None, styles: Styles) -> None:
        self._styles = styles
        empty = Tree.Element("none") if sheet is None else sheet
        self._abstract = {value(one, "abstractNumId"): one for one in empty.findall(f"{W}abstractNum")}
        self._numbers = {value(one, "numId"): one for one in empty.findall(f"{W}num")}
        self._levels: dict[str, dict[int, Level]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._latest: dict[str, str] = {}
        """Of each abstract numbering, the list that counted last."""

    def of(self, paragraph: Tree.Element) -> Numbered | None:
        number, depth = self._named(paragraph)
        levels = self._levels_of(number)
        if depth not in levels:
            return None
        level = levels[depth]
        if level.shape == "bullet":
            return Numbered("", number, depth)
        counts = self._counts_of(number, depth)
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [one for one in counts if one > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart != 0 and (restart is None or depth < restart):
                del counts[deeper]
        return Numbered(self._label(levels, counts, depth), number, depth)

    def _counts_of(self, number: str, depth: int) -> dict[int, int]:
        """Each list counts by itself. One that begins below its first level goes on under the list with the same abstract numbering."""
        kind = value(self._numbers[number].find(f"{W}abstractNumId"))
        if number not in self._counts:
            before = self._counts.get(self._latest.get(kind, ""), {})
            self._counts[number] = {} if depth == 0 else {level: count for level, count in before.items() if level < depth}
        self._latest[kind] = number
        return self._counts[number]

    def _label(self, levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
        def figure(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            level = levels.get(place)
            if level is None or place > depth:
                return ""
            return numeral(counts.get(place, level.start), "decimal" if levels[depth].legal and level.shape != "none" else level.shape)

        return re.sub(r"%([1-9])", figure, levels[depth].text).strip()

    def _named(self, paragraph: Tree.Element) -> tuple[str, int]:
        """The list and the level of a paragraph, by itself or by its style; "" for none."""
        number, depth = _properties(paragraph.find(f"{W}pPr/{W}numPr"))
        style = self._styles.of_paragraph(paragraph)
        for based in self._styles.chain(style):
            if number and depth is not None:
                break
            by_style, at = _properties(based.find(f"{W}pPr/{W}numPr"))
            if by_style and not number:
                number = by_style
                linked = (place for place, level in self._levels_of(number).items() if level.style == value(based, "styleId"))
                depth = next(linked, at) if depth is None else depth
            elif depth is None:
                depth = at
        return number, depth or 0

    def _levels_of(self, number: str) -> dict[int, Level]:
        if number not in self._levels:
            self._levels[number] = self._read(number, set())
        return self._levels[number]

    def _read(self, number: str, seen: set[str]) -> dict[int, Level]:
        instance = self._numbers.get(number)
        if instance is None or number in seen:
            return {}
        kind = self._abstract.get(value(instance.find(f"{W}abstractNumId")))
        if kind is None:
            return {}
        link = value(kind.find(f"{W}numStyleLink"))
        if link:
            named = next((style.find(f"{W}pPr/{W}numPr") for style in self._styles.chain(link)), None)
            levels = self._read(_properties(named)[0], {*seen, number})
        else:
            levels = {_whole(value(one, "ilvl"), 0): _level(one) for one in kind.findall(f"{W}lvl")}
        for override in instance.findall(f"{W}lvlOverride"):
            place = _whole(value(override, "ilvl"), 0)
            if (whole := override.find(f"{W}lvl")) is not None:
                levels[place] = _level(whole)
            if place in levels and (start := override.find(f"{W}startOverride")) is not None:
                levels[place] = levels[place]._replace(start=_whole(value(start), 1))
        return levels


def _properties(numbers: Tree.Element | None) -> tuple[str, int | None]:
    if numbers is None:
        return "", None
    depth = value(numbers.find(f"{W}ilvl"))
    return value(numbers.find(f"{W}numId")), min(_whole(depth, 0), DEEPEST) if depth else None


def _level(one: Tree.Element) -> Level:
    shape = next((found for form in one.iter(f"{W}numFmt") if (found := value(form)) != "custom"), "decimal")
    restart = one.find(f"{W}lvlRestart")
    legal = one.find(f"{W}isLgl")
    return Level(
        shape,
        value(one.find(f"{W}lvlText")),
        _whole(value(one.find(f"{W}start")), 0 if one.find(f"{W}start") is None else 1),
        None if restart is None else _whole(value(restart), 0),
        legal is not None and value(legal) not in ("0", "false"),
        value(one.find(f"{W}pStyle")),
    )


def _whole(said: str, otherwise: int) -> int:
    return int(said) if re.fullmatch(r"\d{1,6}", said, re.ASCII) else otherwise
