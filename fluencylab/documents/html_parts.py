"""Parts of a page that say something without words of their own: raised figures, equations, forms, small print over letters."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from fluencylab.documents.equations import MathNode, typed
from fluencylab.documents.raised import lowered, raised

NOTE = re.compile(r"foot-?note|note-?ref|endnote|reference|\bfn\b|cite", re.IGNORECASE)
BUTTONS = {"submit", "reset", "button"}
UNSAID = {"hidden", "password", "file", "image", "color"}


def write_out(page: BeautifulSoup) -> None:
    """Puts into words what the marks of a page say."""
    for equation in page.find_all("math"):
        equation.replace_with(NavigableString(f" {_equation(equation)} "))
    for reading in page.find_all("rt"):
        if not (reading.parent and reading.parent.find("rp")):
            reading.insert(0, "(")
            reading.append(")")
    _figures(page)
    for control in page.find_all(["input", "textarea", "select"]):
        control.replace_with(NavigableString(_value(control)))


def _equation(tag: Tag) -> str:
    """As its author typed it (TeX), else put on a line."""
    source = tag.find("annotation", attrs={"encoding": re.compile("tex", re.IGNORECASE)})
    said = str(tag.get("alttext") or (source.get_text() if source else "")).strip()
    return " ".join((said or typed(_node(tag))).split())


def _node(tag: Tag) -> MathNode:
    parts = tuple(_node(part) for part in tag.find_all(True, recursive=False))
    return MathNode(tag.name, "" if parts else tag.get_text(), parts)


def _figures(page: BeautifulSoup) -> None:
    notes = {" ".join(tag.get_text().split()) for tag in page.find_all("sup") if _begins(tag)}
    for tag in page.find_all(["sup", "sub"]):
        mark = tag.get_text()
        if tag.find(["sup", "sub"]):
            tag.unwrap()
            continue
        before, after = _before(tag), _after(tag)
        if tag.name == "sub":
            shown = lowered(before, mark, after=after)
        elif _begins(tag):
            shown = f"[{mark.strip(' []()')}]" if re.fullmatch(r"\s*[\[(]?\w{1,3}[\])]?\s*", mark) else mark
        else:
            link = tag.find("a") or tag.find_parent("a")
            linked = bool(link and str(link.get("href", "")).startswith("#"))
            named = NOTE.search(f"{tag.get('class', '')} {tag.get('id', '')} {tag.get('role', '')} {link.get('role', '') if link else ''}")
            known = " ".join(mark.split()) in notes and not (before.endswith(("10", "²")) and mark.strip() != "1")
            shown = raised(before, mark, note=linked or bool(named) or known, after=after)
        spaced = shown if not mark[:1].isspace() or shown[:1].isspace() else f" {shown}"
        tag.replace_with(NavigableString(spaced + (" " if mark[-1:].isspace() or _glued(shown, after) else "")))


def _glued(shown: str, after: str) -> bool:
    return shown.endswith("]") and after[:1].isalnum()


def _begins(tag: Tag) -> bool:
    """Does a raised figure stand first in its paragraph, as it does before the text of a note?"""
    return not _before(tag).strip()


def _before(tag: Tag) -> str:
    """What stands before it in its own block, up to 40 letters."""
    words = ""
    for node in tag.previous_elements:
        if isinstance(node, NavigableString):
            words = str(node) + words
        elif isinstance(node, Tag) and node.name not in INLINE:
            break
        if len(words) > 40:
            break
    return words


def _after(tag: Tag) -> str:
    last = tag
    while last.contents and isinstance(last.contents[-1], Tag):
        last = last.contents[-1]
    following = (last.contents[-1] if last.contents else last).next_element
    return str(following) if isinstance(following, NavigableString) and type(following) is NavigableString else ""


INLINE = {
    *(
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "del",
        "ins",
    ),
    *("samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "big"),
}


def _value(control: Tag) -> str:
    """What a reader sees of a control: the words in it, a tick, what is chosen."""
    if control.name == "textarea":
        return f" {control.get_text()} "
    if control.name == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return f" {', '.join(' '.join((option.get_text() or str(option.get('label', ''))).split()) for option in chosen)} "
    kind = str(control.get("type", "text")).lower()
    if kind in ("checkbox", "radio"):
        return "[x] " if control.has_attr("checked") else "[ ] "
    return "" if kind in UNSAID else f" {control.get('value', '')} "
