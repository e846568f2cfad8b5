"""Rows with their places become what was found: each with every column, each value such as can be kept, and a role for each column."""

from collections.abc import Mapping, Sequence

from fluencylab.documents.refusal import Refused
from fluencylab.workbench.column_roles import columns_of
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally
from fluencylab.workbench.values import even, kept

MOST_COLUMNS = 200
Placed = tuple[str, Row]


def built(
    kind: str,
    says: str,
    taken: Evenly[Placed],
    tally: Tally,
    *,
    what: str = "row",
    roles: Mapping[str, Role] | None = None,
    messages: Sequence[tuple[str, str]] = (),
    notes: Sequence[str] = (),
) -> Found:
    """Raises Refused where no row is left that holds anything."""
    held = [(place, row) for place, row in taken.kept if any(value.strip() for value in row.values())]
    tally["empty"] += len(taken.kept) - len(held)
    if not held and not messages:
        raise Refused("holds no rows with anything in them.", "Look at it in another program; choose the file the cases are in.")
    rows, narrowed = _narrowed(even([row for _, row in held]))
    clean = tuple({kept(name, Tally()): kept(value, tally) for name, value in row.items()} for row in rows)
    columns = columns_of(clean, roles or {})
    told = (*notes, *taken.notes(what), *narrowed, *tally.notes())
    return Found(kind, says, columns, clean, tuple(place for place, _ in held), tuple(messages), told)


def _narrowed(rows: Sequence[Row]) -> tuple[Sequence[Row], tuple[str, ...]]:
    names = list(rows[0]) if rows else []
    if len(names) <= MOST_COLUMNS:
        return rows, ()
    left = names[:MOST_COLUMNS]
    said = f"Of {len(names):,} columns the first {MOST_COLUMNS} were taken; the others, from “{names[MOST_COLUMNS]}” on, were left out."
    return [{name: row[name] for name in left} for row in rows], (said,)
