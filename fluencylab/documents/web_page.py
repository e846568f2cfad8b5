"""Markup as text to read: headings, lists and tables keep their shape, and what a browser would not show is left out.

<h2>Returns</h2><p>Within <s>14</s> 30 days.</p><ul><li>free</ul><script>…</script>
    -> ## Returns / Within ~~14~~ 30 days. / - free
"""

from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from fluencylab.documents.html_parts import write_out
from fluencylab.documents.html_tables import even_tables
from fluencylab.documents.html_tree import parsed
from fluencylab.documents.list_numbers import counted
from fluencylab.documents.page_styles import apply_styles

UNSEEN = [
    *(
        "script",
        "style",
        "head",
        "noscript",
        "iframe",
        "canvas",
        "audio",
        "video",
        "noframes",
        "noembed",
        "datalist",
        "area",
        "map",
        "param",
    ),
    *("desc", "metadata", "defs"),
]
"""`svg` and `object` are looked into: their words are shown."""
PLAIN = ["a", "b", "strong", "i", "em", "u", "ins", "sub", "sup", "code", "kbd", "samp", "img", "hr"]
"""Tags whose words stand as they are: no stars, no addresses."""
BLOCKS = {
    *(
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "details",
        "summary",
        "address",
        "form",
        "fieldset",
        "legend",
        "center",
        "figure",
        "hgroup",
    ),
    *("search", "dialog", "text", "button", "option", "optgroup", "frameset"),
}
"""Further tags that stand by themselves."""


class _Converter(MarkdownConverter):
    """It looks for a method `convert_<tag>`, and leaves words without one as they are."""

    def convert_del(self, _tag: Tag, text: str, parent_tags: Any) -> str:
        """Struck out, line by line: the marks do not reach over an empty line."""
        if "del" in parent_tags or "s" in parent_tags or "strike" in parent_tags:
            return text
        return "\n".join(_struck(line) for line in text.split("\n"))

    convert_s = convert_strike = convert_del

    def convert_li(self, tag: Tag, text: str, parent_tags: Any) -> str:
        mark = str(tag.get("data-mark", ""))
        if not mark:
            return str(MarkdownConverter.convert_li(self, tag, text, parent_tags))  # type: ignore[attr-defined]
        first, *rest = text.strip().split("\n")
        return "\n".join([f"{mark} {first}".rstrip(), *(f"{' ' * (len(mark) + 1)}{line}" if line else "" for line in rest)]) + "\n"

    def convert_pre(self, _tag: Tag, text: str, parent_tags: Any) -> str:
        return f"\n\n{text}\n\n"


def _struck(line: str) -> str:
    words = line.strip()
    if not words:
        return line
    start = line.index(words)
    return f"{line[:start]}~~{words}~~{line[start + len(words) :]}"


def _apart(_tag: Tag, text: str, parent_tags: Any) -> str:
    return f" {text.strip()} " if "_inline" in parent_tags else f"\n\n{text}\n\n"


for _block in BLOCKS:
    setattr(_Converter, f"convert_{_block}", staticmethod(_apart))
_converter = _Converter(
    heading_style="atx",
    bullets="-",
    strip=PLAIN,
    wrap=True,
    wrap_width=None,
    table_infer_header=True,
    escape_asterisks=False,
    escape_underscores=False,
)


def shown(markup: str) -> str:
    """What a reader would see of HTML, its title first."""
    page = parsed(markup)
    title = " ".join(page.title.get_text().split()) if page.title else ""
    apply_styles(page)
    _take_out(page)
    write_out(page)
    counted(page)
    even_tables(page)
    text = str(_converter.convert_soup(page))
    return text if not title or title in text[: len(title) + 50] else f"{title}\n\n{text}"


def _take_out(page: BeautifulSoup) -> None:
    for tag in page.find_all(_unseen):
        if not tag.decomposed:
            tag.decompose()


def _unseen(tag: Tag) -> bool:
    if tag.name in UNSEEN or tag.has_attr("hidden") or (tag.name == "title" and tag.find_parent("svg")):
        return True
    if tag.name == "dialog":
        return not tag.has_attr("open")
    return "katex-html" in str(tag.get("class", "")) or (tag.name == "input" and str(tag.get("type", "")).lower() == "hidden")
