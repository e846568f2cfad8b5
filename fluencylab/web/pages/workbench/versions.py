"""The prompt of a product in its versions: the latest to change, and what each changed of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import products, versions
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductVersion
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.workbench.version import Piece, Version, changed

FIRST_USER = "{{question}}"


class VersionRow(NamedTuple):
    """A version in the list. `pieces`: what its instructions changed of the one before; none for the first."""

    number: int
    reason: str
    made: str
    settings: str
    content: Version
    parts: list[tuple[str, list[Piece]]]


@dataclass(frozen=True)
class VersionsPage:
    """Context of `workbench/versions.html`. The form begins with the latest version, or with `number`."""

    product: Product
    base: str
    rows: list[VersionRow]
    system: str
    user: str
    temperature: float
    max_tokens: int
    columns: list[str]
    """What cases have, to be named in {{braces}}"""
    held_back_spent: int


async def versions_page(state: AppState, product_id: str, begin_with: int | None) -> VersionsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.versions(session, product_id)
        cases = await product_queries.inputs(session, product_id, held_back=False)
        spent = {one.version for one, _ in await product_queries.evaluations(session, product_id) if one.part == "held back"}
        start = await versions.content_of(session, product_id, begin_with or rows[-1].number) if rows else None
    columns = list(dict.fromkeys(name for _, inputs in cases for name in inputs))
    first = "{{" + columns[0] + "}}" if columns else FIRST_USER
    return VersionsPage(
        product=product,
        base=f"/product/{product_id}",
        rows=_rows(rows),
        system=start.part("system") if start else "",
        user=start.part("user") if start else first,
        temperature=start.temperature if start else 0.0,
        max_tokens=start.max_tokens if start else 200,
        columns=columns,
        held_back_spent=len(spent),
    )


def _rows(rows: Sequence[ProductVersion]) -> list[VersionRow]:
    found: list[VersionRow] = []
    before: Version | None = None
    for row in rows:
        content = Version.model_validate(row.content)
        found.append(VersionRow(row.number, row.reason, moment(row.made), _settings(content), content, _parts(before, content)))
        before = content
    return found[::-1]


def _settings(content: Version) -> str:
    return f"temperature {content.temperature:g} · at most {content.max_tokens} tokens"


def _parts(before: Version | None, after: Version) -> list[tuple[str, list[Piece]]]:
    if before is None:
        return []
    return [
        (role, changed(before.part(role), after.part(role)))
        for role in ("system", "user", "assistant")
        if before.part(role) != after.part(role)
    ]
