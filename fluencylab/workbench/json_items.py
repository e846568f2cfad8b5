"""JSON as it is met: one value, or one a line. What stands twice in an object, or is no number, is counted and told.

items('{"q": "Hi"}\\n{"q": "Bye"}\\n', "x.jsonl", Tally())     ("x.jsonl, line 1", {"q": "Hi"}), ("x.jsonl, line 2", {"q": "Bye"})
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fluencylab.documents.refusal import DEEP, Refused
from fluencylab.workbench.found import Tally, count
from fluencylab.workbench.values import numbered

NAMED = 5
"""Lines that a note names."""
LONGEST_NUMBER = 300
"""Figures; a longer number is kept as text."""
LISTS = ("data", "items", "rows", "examples", "cases", "observations", "traces", "spans", "conversations", "records", "results", "tests")
"""What the list is called that an export holds its rows in."""
NO_ROWS = ("resourceSpans", "resource_spans", "choices")
EXPORT = "Look for a comma, a quotation mark or a bracket that is missing there, or export it once more."


class Item(NamedTuple):
    place: str
    value: Any


class Items(NamedTuple):
    """`whole`: the value itself, where the file is one; None where it holds one a line."""

    items: list[Item]
    whole: Any
    notes: tuple[str, ...] = ()


def looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") and any(mark in text for mark in '"]')


def items(text: str, title: str, tally: Tally) -> Items:
    """The values of a JSON or JSONL file with their places. Raises Refused."""
    parse = _parser(tally)
    try:
        whole = parse(text)
    except RecursionError as error:
        raise Refused(DEEP, "Export it flatter: one object a line, with few objects within objects.") from error
    except json.JSONDecodeError as error:
        tally.clear()
        lines = list(_lines(text))
        if len(lines) < 2 or not lines[0][1].startswith(("{", "[")):
            said = f"cannot be read as JSON: it goes wrong in line {error.lineno:,} at character {error.colno:,}."
            raise Refused(said, EXPORT) from error
        return _each_line(lines, parse, title, error)
    listed = _listed(whole)
    if listed is None:
        return Items([Item(title, whole)], whole)
    return Items([Item(f"{title}, item {number:,}", one) for number, one in enumerate(listed, 1)], whole)


def _listed(whole: Any) -> list[Any] | None:
    """The rows of an export: the list itself, or the one that an object around it holds."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return None
    lists: dict[str, list[Any]] = {name: rows for name, rows in whole.items() if name not in NO_ROWS and _are_rows(rows)}
    if named := next((lists[name] for name in LISTS if name in lists), None):
        return named
    return next(iter(lists.values())) if len(lists) == 1 else _by_key(whole)


def _are_rows(value: Any) -> bool:
    """Objects, and not the messages of one conversation."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) and not row.keys() & {"role", "from"} for row in value)


def _by_key(whole: dict[str, Any]) -> list[Any] | None:
    """Objects that stand under their numbers or names, and have the same values: {"case 1": {"q": ...}, "case 2": {"q": ...}}."""
    inner = [one for one in whole.values() if isinstance(one, dict)]
    if len(inner) < 2 or len(inner) < len(whole) or not set.intersection(*map(set, inner)):
        return None
    return [{"id": name, **one} for name, one in whole.items()]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line that holds anything, with its number. Only a line's end parts them: other separators may stand in a string."""
    for number, line in enumerate(text.split("\n"), 1):
        if line := line.strip():
            yield number, line


def _each_line(lines: list[tuple[int, str]], parse: Callable[[str], Any], title: str, whole: json.JSONDecodeError) -> Items:
    found: list[Item] = []
    wrong: list[int] = []
    deep: list[int] = []
    for number, line in lines:
        try:
            found.append(Item(f"{title}, line {number:,}", parse(line)))
        except RecursionError:
            deep.append(number)
        except json.JSONDecodeError:
            wrong.append(number)
    if deep and not found:
        raise Refused(DEEP, "Export it flatter: one object a line, with few objects within objects.")
    if len(found) <= len(wrong):
        said = f"cannot be read as JSON: it goes wrong in line {whole.lineno:,} at character {whole.colno:,}."
        raise Refused(said, EXPORT)
    return Items(found, None, (*_unread(wrong, "no JSON"), *_unread(deep, "nested too deeply")))


def _unread(numbers: list[int], why: str) -> tuple[str, ...]:
    if not numbers:
        return ()
    places = ", ".join(f"{number:,}" for number in numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "")
    are = "is" if len(numbers) == 1 else "are"
    were = "was" if len(numbers) == 1 else "were"
    return (f"{count(len(numbers), 'line')} {are} {why} and {were} left out: {places}.",)


def _parser(tally: Tally) -> Callable[[str], Any]:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        if len(value) == len(found):
            return value
        value.clear()
        times = Counter[str]()
        for name, one in found:
            times[name] += 1
            value[name if times[name] == 1 else numbered(f"{name} ({times[name]})", value)] = one
        tally["twice"] += len(found) - len(times)
        return value

    def no_number(_name: str) -> None:
        tally["nan"] += 1

    def whole_number(figures: str) -> int | str:
        return int(figures) if len(figures) <= LONGEST_NUMBER else figures

    return json.JSONDecoder(object_pairs_hook=pairs, parse_constant=no_number, parse_int=whole_number, strict=False).decode
