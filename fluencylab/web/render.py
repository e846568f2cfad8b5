"""Templates: the one environment, its filters, and how text of ours and of the model becomes a page.

Everything is escaped. Markdown of ours and of packs goes through nh3; what a model wrote is never Markdown and never markup.
"""

from functools import cache
from pathlib import Path
from typing import Any

import nh3
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from fluencylab import labs
from fluencylab.documents.read import LARGEST, MOST_FILES

HERE = Path(__file__).parent
_markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "replacements", "smartquotes"])


@cache
def markdown(text: str, under: int = 0) -> Markup:
    """Our own prose as HTML; `under` is the level of the heading it stands under."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + under)}"
    return Markup(_clean(_markdown.renderer.render(tokens, _markdown.options, {})))


@cache
def inline(text: str) -> Markup:
    """A single line of our own prose: bold and italics, no paragraph around it."""
    return Markup(_clean(_markdown.renderInline(text)))


def _clean(html: str) -> str:
    """What a pack says stands here too: a picture asks for an address by itself, a link within the lab acts in the reader's name."""
    return nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, url_schemes={"http", "https"}, url_relative="deny")


def neat(number: float) -> float | int:
    """3.0 as 3: what a form shows and sends."""
    return int(number) if number == int(number) else number


@cache
def environment() -> Environment:
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader({"labs": PrefixLoader(_lab_templates())})]),
        autoescape=select_autoescape(["html"], default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"markdown": markdown, "inline": inline, "neat": neat}
    made.globals |= {"own": own, "file_limits": {"bytes": LARGEST, "files": MOST_FILES}}
    return made


def _lab_templates() -> dict[str, BaseLoader]:
    """`labs/<lab>/sheet.html` is templates/sheet.html in the lab's folder."""
    return {name: FileSystemLoader(lab.folder / "templates") for name, lab in labs.found().labs.items()}


@cache
def lab_static() -> dict[str, Path]:
    """The folder of each lab's own styles and scripts, where it has one; it is served as `/static/labs/<lab>/`."""
    folders = {name: lab.folder / "static" for name, lab in labs.found().labs.items()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


@cache
def own(kind: str, lab: str) -> str:
    """The address of a lab's own style or script, static/lab.css or static/lab.js in its folder; "" where it has none."""
    folder = lab_static().get(lab)
    return f"/static/labs/{lab}/lab.{kind}" if folder and (folder / f"lab.{kind}").is_file() else ""


def page(request: Request, template: str | list[str], context: dict[str, Any], status: int = 200) -> HTMLResponse:
    html = environment().select_template([template] if isinstance(template, str) else template).render(request=request, **context)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})
