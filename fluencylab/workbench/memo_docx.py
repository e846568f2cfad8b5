"""A memo as a Word document: its sections as headings, its claims with a number in brackets, and what each rests on at the end.

The learner's Markdown is read by `markdown-it` and written by `python-docx`, paragraph by paragraph. Nothing in it is more than text, nor
is anything that a model said.
"""

import importlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from fluencylab.text.terminal import harmless
from fluencylab.workbench.memo import HEADINGS, Assumption, Claim, Measurements, Memo, pieces, shown
from fluencylab.workbench.memo_markdown import MEASUREMENTS, ready

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Around the number of a claim or an assumption while Markdown is read. Nobody's text keeps them."""
_DEEPEST = 3
_MONOSPACE = "Consolas"
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_docx(memo: Memo, measures: Measurements, at: datetime, draft: bool = False) -> bytes:
    """`at`: when it was written. Raises BadInput with the first refusal, unless it is a draft."""
    ready(memo, measures, draft)
    document = importlib.import_module("docx").Document()
    document.core_properties.title = harmless(memo.title)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = at.replace(tzinfo=None)
    document.add_heading(harmless(memo.title), level=0)
    numbers = {id: place for place, id in enumerate(memo.claims, start=1)}
    for section, heading in HEADINGS.items():
        document.add_heading(heading, level=1)
        _Section(document, memo, measures, numbers).write(memo.text(section))
    if numbers:
        document.add_heading(MEASUREMENTS, level=1)
    for id, number in numbers.items():
        document.add_paragraph(f"[{number}] {_told(id, measures)}")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _told(id: str, measures: Measurements) -> str:
    return harmless(measures[id].told) if id in measures else f"{id}: no longer measured."


class _Section:
    """One section's Markdown, token by token."""

    def __init__(self, document: Any, memo: Memo, measures: Measurements, numbers: dict[str, int]) -> None:
        self.document, self.memo, self.measures, self.numbers = document, memo, measures, numbers
        self.tags: list[Claim | Assumption] = []
        self.lists: list[int] = []
        """Of each list that is open, the number of its next item; 0 where it has dots"""
        self.quoted = 0
        self.marker = ""

    def write(self, text: str) -> None:
        plain = harmless(text).replace(_OPEN, "").replace(_CLOSE, "")
        tokens = _markdown.parse("".join(self._placed(piece) for piece in pieces(plain)))
        rows: list[list[Sequence[Token]]] = []
        for before, token in zip([None, *tokens], tokens, strict=False):
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self.lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0)
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.marker = f"{self.lists[-1]}.\t" if self.lists[-1] else "•\t"
                    self.lists[-1] += bool(self.lists[-1])
                case "blockquote_open" | "blockquote_close":
                    self.quoted += 1 if token.nesting > 0 else -1
                case "table_open":
                    rows = []
                case "tr_open":
                    rows.append([])
                case "table_close":
                    self._table(rows)
                case "inline" if before is not None and before.type in ("th_open", "td_open"):
                    rows[-1].append(token.children or [])
                case "inline":
                    heading = before is not None and before.type == "heading_open"
                    self._inline(self.document.add_heading(level=2) if heading else self._paragraph(), token.children or [])
                case "fence" | "code_block":
                    self._run(self._paragraph(), token.content.rstrip("\n"), frozenset({"code"}))

    def _placed(self, piece: str | Claim | Assumption) -> str:
        if isinstance(piece, str):
            return piece
        self.tags.append(piece)
        return f"{_OPEN}{len(self.tags) - 1}{_CLOSE}"

    def _paragraph(self) -> Any:
        depth = min(len(self.lists), _DEEPEST)
        style = f"List Continue{f' {depth}' if depth > 1 else ''}" if depth else "Quote" if self.quoted else "Normal"
        paragraph = self.document.add_paragraph(self.marker, style=style)
        self.marker = ""
        return paragraph

    def _table(self, rows: list[list[Sequence[Token]]]) -> None:
        table = self.document.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
        for row in rows:
            for cell, children in zip(table.add_row().cells, row, strict=False):
                self._inline(cell.paragraphs[0], children)

    def _inline(self, paragraph: Any, children: Sequence[Token]) -> None:
        styles: list[str] = []
        links: list[str] = []
        for token in children:
            match token.type:
                case "strong_open" | "em_open":
                    styles.append(token.type.removesuffix("_open"))
                case "strong_close" | "em_close":
                    styles.pop()
                case "link_open":
                    links.append(str(token.attrGet("href") or ""))
                case "link_close":
                    self._run(paragraph, f" ({links.pop()})", frozenset(styles))
                case "softbreak":
                    self._run(paragraph, " ", frozenset(styles))
                case "hardbreak":
                    paragraph.add_run().add_break()
                case "code_inline":
                    self._run(paragraph, token.content, frozenset({*styles, "code"}))
                case _:
                    self._run(paragraph, token.content, frozenset(styles))

    def _run(self, paragraph: Any, text: str, styles: frozenset[str]) -> None:
        """A stretch of text in one style, its claims and assumptions among it."""
        for place, part in enumerate(text.replace(_CLOSE, _OPEN).split(_OPEN)):
            tag = self.tags[int(part)] if place % 2 else None
            words = part if tag is None else self._said(tag)
            run = paragraph.add_run(words)
            run.bold, run.italic = "strong" in styles or None, "em" in styles or isinstance(tag, Assumption) or None
            if "code" in styles:
                run.font.name = _MONOSPACE
            if isinstance(tag, Claim):
                paragraph.add_run(f" [{self.numbers[tag.id]}]").font.superscript = True

    def _said(self, tag: Claim | Assumption) -> str:
        return shown(tag, self.memo, self.measures) if isinstance(tag, Claim) else f"{tag.text.strip()} (assumption, {tag.whose})"
