"""Templates: the one environment, its filters, and how text of ours and of the model becomes a page.

Everything is escaped. Markdown of ours and of packs goes through nh3; what a model wrote is never Markdown and never markup.
"""

import dataclasses
import logging
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import nh3
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup

from fluencylab import labs
from fluencylab.documents.kinds import ENDINGS
from fluencylab.documents.read import LARGEST, MOST_FILES
from fluencylab.errors import LabError
from fluencylab.instruments.durations import roughly
from fluencylab.labs.guard import in_words
from fluencylab.labs.lab import Lab
from fluencylab.text.written import day
from fluencylab.web import refusal, units
from fluencylab.web.page_basis import left_out
from fluencylab.web.static_files import lab_file, static

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
MAY_BE_KEPT = "no-cache, private"
"""A browser may keep the page, and asks each time whether it is still true (`kept_pages.py`)."""
_markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "replacements", "smartquotes"])


class Shown(Protocol):
    """A dataclass: what a template is given."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


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
        loader=_loader(list(labs.found().labs.values())),
        autoescape=select_autoescape(["html"], default=True),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters |= {"markdown": markdown, "inline": inline, "neat": neat, "day": day, "roughly": roughly}
    limits = {"bytes": LARGEST, "files": MOST_FILES, "endings": ",".join(f".{ending}" for ending in ENDINGS)}
    made.globals |= {"static": static, "lab_file": lab_file, "file_limits": limits, "not_drawn": None}
    return made


@cache
def without_guests() -> Environment:
    """The same without the templates of installed labs: what is shown where one of them fails."""
    return environment().overlay(loader=_loader([lab for lab in labs.found().labs.values() if not lab.wheel]))


def _loader(some: Sequence[Lab]) -> BaseLoader:
    """`labs/<lab>/sheet.html` is templates/sheet.html in the lab's folder."""
    theirs = {lab.name: FileSystemLoader(lab.folder / "templates") for lab in some}
    return ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader({"labs": PrefixLoader(theirs)})])


def page(request: Request, template: str | Sequence[str], *shown: Shown, status: int = 200) -> HTMLResponse:
    """`shown`: dataclasses. What they are called in the template are the names of their fields, and no other name is there."""
    names = [template] if isinstance(template, str) else template
    given = {field.name: getattr(one, field.name) for one in shown for field in dataclasses.fields(one)} | {"request": request}
    try:
        html = environment().select_template(names).render(given)
    except Exception as error:
        if not any(lab.wheel for lab in labs.found().labs.values()):
            raise
        html = without_guests().select_template(names).render(given | {"not_drawn": _not_drawn(error)})
    if refused := refusal.refused(request):
        html = refusal.placed(html, refused.action, environment().get_template("components/refused.html").render(refused=refused))
    kept = status == 200 and request.method == "GET" and not left_out(request.url.path, request.url.query)
    return HTMLResponse(units.held(html), status, headers={"Cache-Control": MAY_BE_KEPT if kept else "no-store"})


def _not_drawn(error: Exception) -> LabError:
    """What to say on a page that could only be drawn without the templates of installed labs."""
    log.warning("a template of an installed lab failed", exc_info=error)
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    guests = [lab for lab in labs.found().labs.values() if lab.wheel]
    guilty = next((lab for file in reversed(files) for lab in guests if Path(file).is_relative_to(lab.folder)), None)
    whose = f"The lab “{guilty.name}”, which came with {guilty.wheel}," if guilty else "An installed lab"
    return LabError(f"{whose} could not draw its part of this page ({in_words(error)}).", "What was measured is shown without it.")
