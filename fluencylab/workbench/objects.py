"""Objects of JSON as a table: each a row, each of its values a column, also of objects within it."""

from collections.abc import Sequence

from fluencylab.workbench.building import built
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Row, Tally, count
from fluencylab.workbench.json_items import Item
from fluencylab.workbench.values import flat, text_of


def objects(items: Sequence[Item], title: str, tally: Tally, notes: Sequence[str] = (), kind: str = "jsonl") -> Found:
    """Raises Refused where nothing stands in any of them."""
    taken = Evenly[tuple[str, Row]]()
    for place, value in items:
        taken.add((place, flat(value) if isinstance(value, dict) else {"value": text_of(value)}))
    names = {name for _, row in taken.kept for name in row}
    says = f"A list of {count(len(items), 'row')} and {count(len(names), 'column')} ({title})."
    return built(kind, says, taken, tally, notes=notes)
