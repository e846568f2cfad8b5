"""A sheet of questions to take along: why each is asked, how a good and a worrying answer sound, room for notes. As Markdown and Word."""

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
    """`title`: may hold what a learner wrote."""

    title: str
    questions: Sequence[SheetQuestion]


def to_markdown(sheet: Sheet) -> str:
    """Its notes can be written into it, and read back in: everything that the sheet itself says is known by how it begins."""
    parts = [f"# {harmless(sheet.title)}", ""]
    for one in sheet.questions:
        parts += [
            f"## {one.asks}",
            "",
            f"Why: {harmless(one.why)}",
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
        for said in (harmless(one.why), f"A good answer: {one.good}", f"A worrying answer: {one.worrying}", ROOM):
            document.add_paragraph(said)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
