"""A sheet for a meeting: the questions of a concept, how a good and a worrying answer sound, room for notes. As Markdown, and as Word."""

import importlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fluencylab.text.terminal import harmless

ROOM = "_" * 60


class SheetQuestion(NamedTuple):
    asks: str
    why: str
    good: str
    worrying: str


class Sheet(NamedTuple):
    """`product`: its name, as a learner wrote it."""

    product: str
    concept: str
    questions: Sequence[SheetQuestion]

    @property
    def title(self) -> str:
        return f"{self.product}: a meeting about {self.concept[0].lower()}{self.concept[1:]}"


def to_markdown(sheet: Sheet) -> str:
    """Its notes can be written into it, and read back in: everything that the sheet itself says is known by how it begins."""
    parts = [f"# {harmless(sheet.title)}", ""]
    for one in sheet.questions:
        parts += [
            f"## {one.asks}",
            "",
            f"Why: {one.why}",
            "",
            f"A good answer: {one.good}",
            "",
            f"A worrying answer: {one.worrying}",
            "",
            ROOM,
            "",
        ]
    return "\n".join(parts)


def to_docx(sheet: Sheet, at: datetime) -> bytes:
    document = importlib.import_module("docx").Document()
    document.core_properties.title = harmless(sheet.title)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = at.replace(tzinfo=None)
    document.add_heading(harmless(sheet.title), level=0)
    for one in sheet.questions:
        document.add_heading(one.asks, level=2)
        for said in (one.why, f"A good answer: {one.good}", f"A worrying answer: {one.worrying}", ROOM):
            document.add_paragraph(said)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
