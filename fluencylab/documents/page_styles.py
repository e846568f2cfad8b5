"""What the styles of a page say about its words, as far as meaning goes: what is not shown, what is struck out, what stands by itself.

<style>.old { text-decoration: line-through }</style> … <span class="old">100 euros</span>   -> <s>100 euros</s>
"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

LIFTED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*(super|sub)\b", re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*\{", re.IGNORECASE)
DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
HIDDEN = re.compile(r"(?:^|;)\s*visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
STRUCK = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
LOUD = re.compile(r"\.[\w-]+|#[\w-]+|:hover|:focus|:not|:target|::?before|::?after")
MOST_RULES = 3000
BY_ITSELF = {"block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-cell", "table-caption"}


def apply_styles(page: BeautifulSoup) -> None:
    """Takes out what is not shown, strikes out what is, and makes blocks of what stands by itself."""
    displays = _by_sheet(page)
    for tag in page.find_all(True):
        style = str(tag.get("style", ""))
        found = DISPLAY.search(style)
        display = found[1].lower() if found else displays.get(id(tag), "")
        if STRUCK.search(style):
            _strike(tag)
        if (lifted := LIFTED.search(style)) and tag.name not in ("sup", "sub", "td", "th"):
            tag.name = "sup" if lifted[1].lower() == "super" else "sub"
        if HIDDEN.search(style):
            display = "none"
        if display == "none":
            tag["hidden"] = ""
        elif display in BY_ITSELF and tag.name in ("span", "a", "b", "i", "em", "strong", "label", "small", "font"):
            tag.name = "div"


def _by_sheet(page: BeautifulSoup) -> dict[int, str]:
    """The `display` that the page's own sheets give, by id of the tag; of two rules, the one that names more or comes later."""
    displays: dict[int, tuple[int, str]] = {}
    for selector, body in _rules("\n".join(sheet.get_text() for sheet in page.find_all("style"))):
        found, struck = DISPLAY.search(body), STRUCK.search(body)
        lifted = LIFTED.search(body)
        if not found and not struck and not lifted:
            continue
        weight = len(LOUD.findall(selector))
        for tag in _selected(page, selector):
            if struck:
                _strike(tag)
            if lifted and tag.name == "span":
                tag.name = "sup" if lifted[1].lower() == "super" else "sub"
            if found and displays.get(id(tag), (0, ""))[0] <= weight:
                displays[id(tag)] = (weight, found[1].lower())
    return {tag: display for tag, (_, display) in displays.items()}


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies, of rules for every screen: those for print, for small screens and for what moves are left out."""
    rest = _without_blocks(COMMENT.sub("", sheet))
    for number, rule in enumerate(RULE.finditer(rest)):
        if number >= MOST_RULES:
            return
        for selector in rule[1].rpartition(";")[2].split(","):
            if selector.strip() and not re.search(r":(?:hover|focus|target|checked|active|before|after|:)", selector):
                yield selector.strip(), rule[2]


def _without_blocks(sheet: str) -> str:
    """Blocks within @-rules taken out, and the rules of @media screen opened."""
    kept, at = [], 0
    while (start := sheet.find("@", at)) >= 0:
        kept.append(sheet[at:start])
        opened, ended = sheet.find("{", start), sheet.find(";", start)
        if opened < 0 or 0 <= ended < opened:
            at = ended + 1 if ended >= 0 else len(sheet)
            continue
        if SCREEN.match(sheet, start):
            at = opened + 1
            continue
        depth, at = 1, opened + 1
        while depth and at < len(sheet):
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
    return "".join([*kept, sheet[at:]])


def _selected(page: BeautifulSoup, selector: str) -> list[Tag]:
    try:
        return list(page.select(selector))
    except (SelectorSyntaxError, NotImplementedError, ValueError):
        return []


def _strike(tag: Tag) -> None:
    """What a browser draws a line through: the words of the tag, whatever stands in it."""
    if tag.find_parent(["s", "strike", "del"]) is None and tag.contents and tag.name not in ("html", "body"):
        line = Tag(name="del")
        for child in list(tag.contents):
            line.append(child.extract())
        tag.append(line)
