"""Cases drafted from a document: each is accepted, changed or thrown away by a person before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.documents.format import ReadDocument, plain_title
from fluencylab.documents.kinds import ending
from fluencylab.errors import BadInput
from fluencylab.store.tables import Product
from fluencylab.web.brought import Brought
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.drafting import drafted_from
from fluencylab.workbench.found import Found

PLAIN = ("", "txt", "text", "md", "markdown")
MOST_LINES, LONGEST_LINE = 2_000, 400
QUESTION = "question"
"""The variable that a drafted case has."""


class DraftRow(NamedTuple):
    number: int
    question: str
    reference: str
    source: str
    way: str


@dataclass(frozen=True)
class DraftsPage:
    """Context of `workbench/drafts.html`."""

    product: Product
    base: str
    key: str
    says: str
    notes: tuple[str, ...]
    rows: list[DraftRow]
    lines: int
    """Lines that could be cases as they stand; 0 of a text that is no list"""
    is_list: bool
    """Rather a list than a document: it gives fewer questions than it has lines"""


def drafts_page(product: Product, key: str, brought: Brought) -> DraftsPage:
    rows = [_row(number, draft) for number, draft in enumerate(drafted_from(brought.found))]
    lines, found = _lines(brought), brought.found
    return DraftsPage(product, f"/product/{product.id}", key, found.says, found.notes, rows, lines, is_list=lines > 2 * len(rows))


def _lines(brought: Brought) -> int:
    """Of one plain text whose lines are no longer than what people ask."""
    if len(brought.found.rows) != 1 or ending(brought.name) not in PLAIN:
        return 0
    lines = [line for line in brought.found.rows[0].get("text", "").split("\n") if line.strip()]
    return len(lines) if len(lines) <= MOST_LINES and max(map(len, lines), default=0) <= LONGEST_LINE else 0


def _row(number: int, draft: CaseDraft) -> DraftRow:
    return DraftRow(number, next(iter(draft.inputs.values()), ""), draft.reference, draft.source, ", ".join(draft.tags))


def documents_in(found: Found) -> list[ReadDocument]:
    """What the file holds, for a version to look things up in."""
    return [
        ReadDocument(plain_title(place), row["text"], found.kind)
        for place, row in zip(found.places, found.rows, strict=True)
        if "text" in row
    ]


def accepted(brought: Brought, posted: Mapping[str, str]) -> list[CaseDraft]:
    """Those that were ticked, as they were changed. Raises BadInput where none was."""
    kept = [
        draft._replace(
            inputs={QUESTION: posted.get(f"question-{number}", "").strip()}, reference=posted.get(f"reference-{number}", "").strip()
        )
        for number, draft in enumerate(drafted_from(brought.found))
        if posted.get(f"keep-{number}") and posted.get(f"question-{number}", "").strip()
    ]
    if not kept:
        raise BadInput("No question was chosen.", "Tick those that a customer might ask; change their words as you like.")
    return kept
