"""Markup as text to read: headings, lists and tables keep their shape, and what a browser would not show is left out.

<h2>Returns</h2><p>Within <b>30</b> days.</p><ul><li>free</ul><script>…</script>
    -> ## Returns / Within 30 days. / - free
"""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from markdownify import MarkdownConverter

UNSEEN = {"script", "style", "template", "noscript", "head", "svg", "math", "object", "iframe", "canvas", "audio", "video", "noframes"}
CONTROLS = {"select", "datalist", "textarea", "button", "input"}
PLAIN = ["a", "b", "strong", "i", "em", "u", "s", "del", "ins", "sub", "sup", "code", "kbd", "samp", "img", "hr"]
"""Tags whose words stand as they are: no stars, no addresses."""
BLOCKS = {"header", "footer", "main", "aside", "nav", "details", "summary", "address", "form", "fieldset", "pre"}
"""Further tags that stand by themselves."""
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
ROW = ("td", "th", "tr")
ENDS = {"li": ("li",), "td": ROW[:2], "th": ROW[:2], "tr": ROW, "p": ("p",), "dt": ("dt", "dd"), "dd": ("dt", "dd")}
"""What a tag ends by beginning, where it was left open."""


class _Converter(MarkdownConverter):
    """It looks for a method `convert_<tag>`, and leaves words without one as they are."""


def _apart(_tag: Tag, text: str, parent_tags: Any) -> str:
    return f"\n\n{text}\n\n"


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
    soup = BeautifulSoup(markup, "html.parser")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    for tag in soup.find_all(_unseen):
        if not tag.decomposed:
            tag.decompose()
    for aside in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        aside.extract()
    for tag in soup.find_all(list(ENDS)):
        while tag.parent and tag.parent.name in ENDS[tag.name]:
            tag.parent.insert_after(tag)
    text = str(_converter.convert_soup(soup))
    return text if not title or title in text[: len(title) + 50] else f"{title}\n\n{text}"


def _unseen(tag: Tag) -> bool:
    return tag.name in UNSEEN | CONTROLS or tag.has_attr("hidden") or bool(HIDDEN.search(str(tag.get("style", ""))))
