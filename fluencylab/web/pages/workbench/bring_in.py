"""Bring cases in: a file or pasted text, looked at before anything is kept. What was read, which column is what, what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.errors import LabError
from fluencylab.models import catalogue
from fluencylab.models.types import Message
from fluencylab.store.tables import Product
from fluencylab.text.written import shortened
from fluencylab.web.brought import Brought
from fluencylab.web.pages.options import SelectOption
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import CaseDraft, Role
from fluencylab.workbench.personal import found as personal_in
from fluencylab.workbench.template import variables

ROLES: Mapping[Role, str] = {
    "input": "goes in",
    "reference": "what a right answer says",
    "output": "what the product answered",
    "label": "pass or fail",
    "note": "a note on the answer",
    "tags": "tags",
    "must_not_break": "must not break",
    "held_back": "held back",
    "trace": "id of a trace",
    "ignore": "leave out",
}
"""What a column can be, in the order of the choice."""
KINDS = {
    "e-mail": ("e-mail address", "e-mail addresses"),
    "telephone": ("telephone number", "telephone numbers"),
    "card": ("card number", "card numbers"),
    "IBAN": ("bank account (IBAN)", "bank accounts (IBAN)"),
}
ROWS = 5
MANY = 10
"""Columns from which on those that are left out are folded away."""
WIDEST = 12
"""Columns shown of the table."""
CUT = 160
"""Characters shown of a value."""


@dataclass(frozen=True)
class BringInPage:
    """Context of `workbench/bring_in.html`. `cases`: how many there are already."""

    product: Product
    base: str
    cases: int
    done: str


class ColumnChoice(NamedTuple):
    name: str
    field: str
    role: Role
    samples: Sequence[str]
    filled: int


class Personal(NamedTuple):
    n: int
    what: str


@dataclass(frozen=True)
class LookPage:
    """Context of `workbench/look.html`. `sent_to`: where the cases will go once they are run."""

    product: Product
    base: str
    key: str
    says: str
    notes: Sequence[str]
    columns: list[ColumnChoice]
    left_out: list[ColumnChoice]
    """Of many columns those that were guessed to be of no use, folded away"""
    rows: list[list[str]]
    head: list[str]
    of: int
    roles: list[SelectOption]
    messages: Sequence[tuple[str, str]]
    prompt_trouble: LabError | None
    """Why the prompt that came with it cannot be kept as it stands"""
    personal: list[Personal]
    sent_to: str
    local: bool
    first: CaseDraft | None


def look_page(product: Product, key: str, brought: Brought) -> LookPage:
    found = brought.found
    roles = {column.name: column.role for column in found.columns}
    drafts = bring_in.drafts(found, roles)
    columns = [ColumnChoice(one.name, f"role-{i}", one.role, one.samples, one.filled) for i, one in enumerate(found.columns)]
    many = len(columns) > MANY
    shown = [column.name for column in found.columns][:WIDEST]
    model = catalogue.current()
    return LookPage(
        product=product,
        base=f"/product/{product.id}",
        key=key,
        says=found.says,
        notes=found.notes,
        columns=[one for one in columns if not (many and one.role == "ignore")],
        left_out=[one for one in columns if many and one.role == "ignore"],
        rows=[[shortened(row.get(name, ""), CUT) for name in shown] for row in found.rows[:ROWS]],
        head=shown,
        of=len(found.rows),
        roles=[SelectOption(role, says) for role, says in ROLES.items()],
        messages=found.messages,
        prompt_trouble=_prompt_trouble(found.messages),
        personal=_personal(drafts),
        sent_to=model.name,
        local=model.local,
        first=drafts[0] if drafts else None,
    )


def _prompt_trouble(messages: Sequence[tuple[str, str]]) -> LabError | None:
    try:
        variables([Message.model_validate({"role": role, "content": content}) for role, content in messages])
    except LabError as error:
        return error
    return None


def roles_of(brought: Brought, posted: Mapping[str, str]) -> dict[str, Role]:
    """What the learner made of each column; where nothing was said, what was guessed."""
    chosen: dict[str, Role] = {}
    for i, column in enumerate(brought.found.columns):
        said = posted.get(f"role-{i}", column.role)
        chosen[column.name] = next((role for role in ROLES if role == said), column.role)
    return chosen


def _personal(drafts: Sequence[CaseDraft]) -> list[Personal]:
    counts: dict[str, int] = {}
    for draft in drafts:
        for text in (*draft.inputs.values(), draft.reference, draft.output, draft.note):
            for span in personal_in(text):
                counts[span.kind] = counts.get(span.kind, 0) + 1
    return [Personal(n, KINDS[kind][n > 1] if kind in KINDS else kind) for kind, n in counts.items()]
