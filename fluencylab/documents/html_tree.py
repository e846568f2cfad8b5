"""Markup as a tree, as the HTML standard says: tags left open or closed in the wrong order end where a browser ends them."""

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from justhtml import Element, JustHTML, Node, Template, Text

DEEPEST = 200
"""Elements within each other; what lies deeper is taken up to here, as browsers do at 512. The words stay, in their order."""


def parsed(markup: str) -> BeautifulSoup:
    """The whole page, always with <html>, <head> and <body>; without comments, and without what waits in a <template>."""
    soup = BeautifulSoup("", "html.parser")
    waiting: list[tuple[Node, Tag, int]] = [(JustHTML(markup, sanitize=False).root, soup, 0)]
    while waiting:
        node, into, depth = waiting.pop()
        for child in node.children or ():
            if isinstance(child, Text):
                into.append(NavigableString(child.data or ""))
            elif isinstance(child, Element) and not isinstance(child, Template):
                tag = Tag(name=child.name, attrs={name: value or "" for name, value in child.attrs.items()})
                into.append(tag)
                if depth < DEEPEST:
                    waiting.append((child, tag, depth + 1))
                elif words := child.to_text(separator=" "):
                    tag.append(NavigableString(words))
    return soup
