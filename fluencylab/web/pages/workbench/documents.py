"""The documents of a product: what was read of each, which versions look things up in it, and the text of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import documents, products
from fluencylab.models import catalogue
from fluencylab.store import product_queries
from fluencylab.store.tables import Product
from fluencylab.text.numerals import counted
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState

SHOWN = 30_000
"""Letters of a document on its page."""
DONE = {"added": "The documents are kept.", "there": "That text was here already: nothing was added.", "removed": "The document is gone."}


class DocumentRow(NamedTuple):
    number: int
    name: str
    source: str
    made: str
    href: str
    used_by: str
    """Which versions look things up in it; empty for none"""


@dataclass(frozen=True)
class DocumentsPage:
    """Context of `workbench/documents.html`. `sent_to`: what reads a passage that was found."""

    product: Product
    base: str
    rows: list[DocumentRow]
    sent_to: str
    local: bool
    done: str


@dataclass(frozen=True)
class DocumentPage:
    """Context of `workbench/document.html`. `rest`: letters that are not shown."""

    product: Product
    base: str
    row: DocumentRow
    text: str
    rest: int
    sha256: str


async def documents_page(state: AppState, product_id: str, done: str) -> DocumentsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        lines = await product_queries.document_lines(session, product_id)
        using = documents.users(await product_queries.versions(session, product_id))
    base, model = f"/product/{product_id}", catalogue.current()
    rows = [_row(base, line, using.get(line.number, ())) for line in lines]
    return DocumentsPage(product, base, rows, model.name, model.local, DONE.get(done, ""))


async def document_page(state: AppState, product_id: str, number: int) -> DocumentPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        found = await documents.one(session, product_id, number)
        using = documents.users(await product_queries.versions(session, product_id))
    base = f"/product/{product_id}"
    line = product_queries.DocumentLine(found.number, found.name, len(found.text), found.sha256, found.source, found.made)
    row = _row(base, line, using.get(number, ()))
    return DocumentPage(product, base, row, found.text[:SHOWN], max(0, len(found.text) - SHOWN), found.sha256)


def _row(base: str, line: product_queries.DocumentLine, using: Sequence[int]) -> DocumentRow:
    read = line.source.removeprefix(f"{line.name}: ") or counted(line.letters, "letter")
    used = "" if not using else f"version{'' if len(using) == 1 else 's'} {', '.join(map(str, using))}"
    return DocumentRow(line.number, line.name, read, moment(line.made), f"{base}/documents/{line.number}", used)
