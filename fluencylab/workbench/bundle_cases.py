"""The cases of a hand-off bundle, `cases.jsonl`, read back as they were: {"case": 1, "inputs": {...}, "held_back": true, ...}"""

from collections.abc import Sequence
from typing import Any

from fluencylab.workbench.building import built
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.json_items import Item
from fluencylab.workbench.values import numbered, object_in, text_of

KIND = "cases"
OWN_INPUTS = "cases with inputs of their own"
"""Where cases differ in what goes in: there an input that is empty is none."""
FURTHER: dict[str, Role] = {"reference": "reference", "tags": "tags", "must_not_break": "must_not_break", "held_back": "held_back"}


def is_case(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("case"), int) and isinstance(value.get("inputs"), dict) and "held_back" in value


def cases(items: Sequence[Item], title: str, tally: Tally) -> Found:
    """Raises Refused where nothing is in them."""
    taken = Evenly[tuple[str, Row]]()
    roles: dict[str, Role] = {}
    given = [Item(place, value) for place, value in items if is_case(value)]
    names = list(dict.fromkeys(str(name) for _, value in given for name in value["inputs"]))
    roles.update(dict.fromkeys(names, "input"))
    called = {name: numbered(name, roles) for name in FURTHER}
    roles.update({called[name]: role for name, role in FURTHER.items()})
    for place, value in given:
        row = {str(name): text_of(text) for name, text in value["inputs"].items()}
        row |= {called[name]: _said(name, value.get(name)) for name in FURTHER}
        taken.add((text_of(value.get("source")) or place, row))
    alike = all({str(name) for name in value["inputs"]} == set(names) for _, value in given)
    left = len(items) - len(given)
    said = f"{count(left, 'line')} that {'is' if left == 1 else 'are'} no case {'was' if left == 1 else 'were'} left out."
    notes = (said,) if left else ()
    says = f"{count(len(given), 'case')} of a hand-off bundle ({title})."
    return built(KIND if alike else OWN_INPUTS, says, taken, tally, what="case", roles=roles, notes=notes)


def _said(name: str, value: Any) -> str:
    return "\n".join(map(text_of, value)) if name == "tags" and isinstance(value, list) else text_of(value)


def inputs_of(row: dict[str, Any]) -> dict[str, str]:
    """Of a case within another file."""
    return {str(name): text_of(text) for name, text in object_in(row.get("inputs")).items()}
