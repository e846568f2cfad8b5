"""What a learner brings of their own product: a file or a paste becomes rows with named columns, or a prompt, and then cases.

    found = await read_apart("cases.xlsx", data)
    found.says                                "A table of 30 rows and 4 columns (cases.xlsx, sheet Questions)."
    drafts(found, roles_of(found))[0]         CaseDraft(inputs={"question": "..."}, reference="...", source="cases.xlsx, row 2", ...)

Which of the forms it is in is told by `recognise.py`.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

from fluencylab.documents.apart import Limits, TooLarge, TooSlow, answered
from fluencylab.documents.read import checked_name
from fluencylab.documents.refusal import AS_TEXT, BROKE, DEEP, SMALLER, TOO_MUCH, Refused
from fluencylab.errors import BadInput
from fluencylab.workbench.bundle_cases import OWN_INPUTS
from fluencylab.workbench.found import CaseDraft, Column, Found, Role
from fluencylab.workbench.labels import is_ticked, label_of
from fluencylab.workbench.recognise import of_bytes
from fluencylab.workbench.tables import list_of_lines
from fluencylab.workbench.values import variable

__all__ = ["CaseDraft", "Column", "Found", "Role", "by_line", "drafts", "read", "read_apart", "roles_of"]

LARGEST = 64_000_000
"""Bytes of one file."""
SECONDS, MEMORY = 60, 1_500_000_000
"""Of the processor's time, and bytes: what the largest file needs, and half as much again."""
CHILD = ("-P", "-m", "fluencylab.workbench.reading_child")
_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def read_apart(name: str, source: bytes | Path) -> Found:
    """`read`, in a process of its own with little time and memory; the loop goes on meanwhile. Raises BadInput."""
    title = checked_name(name)
    _within_size(title, _size(title, source))
    async with _at_once.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1)):
        try:
            told = await answered(CHILD, {"name": title}, source, Limits(SECONDS, MEMORY, 6 * LARGEST))
        except TooSlow:
            raise BadInput(f"“{title}” could not be read within {SECONDS} seconds of work.", SMALLER) from None
        except TooLarge:
            raise BadInput(f"“{title}” {TOO_MUCH}", SMALLER) from None
    return await asyncio.to_thread(_found, title, told)


def read(name: str, data: bytes) -> Found:
    """What a file holds. Raises BadInput: what is wrong with it, and what to do next."""
    title = checked_name(name)
    _within_size(title, len(data))
    try:
        return of_bytes(title, data)
    except Refused as refused:
        raise BadInput(f"“{title}” {refused.message}", refused.fix) from refused
    except RecursionError as error:
        raise BadInput(f"“{title}” {DEEP}", AS_TEXT) from error


def by_line(title: str, found: Found) -> Found:
    """What was taken for a document, with each of its lines as a case. Raises BadInput where no line holds anything."""
    try:
        return list_of_lines("\n".join(row.get("text", "") for row in found.rows), title)
    except Refused as refused:
        raise BadInput(f"“{title}” {refused.message}", refused.fix) from refused


def roles_of(found: Found) -> dict[str, Role]:
    """The roles as they were guessed."""
    return {column.name: column.role for column in found.columns}


def drafts(found: Found, roles: Mapping[str, Role]) -> tuple[CaseDraft, ...]:
    """A case for each row, by the role of each column; of several columns with one role the values follow each other. Raises BadInput."""
    if found.rows and not {"input", "output"} & {roles.get(name) for name in found.rows[0]}:
        raise BadInput("No column is what your product was asked.", 'Choose the role "input" for at least one column.')
    names = _variables([name for name in (found.rows[0] if found.rows else ()) if roles.get(name) == "input"])
    return tuple(_draft(row, place, roles, names, found.kind == OWN_INPUTS) for row, place in zip(found.rows, found.places, strict=True))


def _draft(row: Mapping[str, str], place: str, roles: Mapping[str, Role], names: Mapping[str, str], own: bool) -> CaseDraft:
    """`own`: each case has inputs of its own, and one that is empty is none."""

    def values(role: Role) -> list[tuple[str, str]]:
        return [(name, text) for name, text in row.items() if roles.get(name) == role and text.strip()]

    said = [(name, text, label_of(text)) for name, text in values("label")]
    label = next((verdict for _, _, verdict in said if verdict is not None), None)
    first = next((name for name, _, verdict in said if verdict is not None), None)
    unsaid = [f"{name}: {text}" for name, text, _ in said if name != first]
    trace = [f"trace {text}" if "trace" in name.lower() else f"{name} {text}" for name, text in values("trace") if text not in place]
    return CaseDraft(
        inputs={names[name]: text for name, text in row.items() if name in names and (text or not own)},
        reference="\n\n".join(text for _, text in values("reference")),
        tags=tuple(dict.fromkeys(tag for _, text in values("tags") for one in re.split(r"[,;|\n]", text) if (tag := one.strip()))),
        must_not_break=any(is_ticked(text) for _, text in values("must_not_break")),
        source=", ".join([place, *trace]),
        output="\n\n".join(text for _, text in values("output")),
        label=label,
        note="\n".join([*(text for _, text in values("note")), *unsaid]),
        held_back=next((is_ticked(text) for _, text in values("held_back")), None),
    )


def _variables(names: list[str]) -> dict[str, str]:
    """Columns as names of variables: "Customer question" is {{Customer_question}}."""
    found: dict[str, str] = {}
    for name in names:
        word = variable(name)
        times, fresh = 1, word
        while fresh in found.values():
            times += 1
            fresh = f"{word}_{times}"
        found[name] = fresh
    return found


def _size(title: str, source: bytes | Path) -> int:
    if isinstance(source, bytes):
        return len(source)
    try:
        return source.stat().st_size
    except OSError as error:
        raise BadInput(f"“{title}” cannot be opened: {error.strerror or error}.", "Choose it again.") from error


def _within_size(title: str, size: int) -> None:
    if size > LARGEST:
        said = f"“{title}” has {size / 1e6:,.0f} MB; a file of cases may have {LARGEST / 1e6:.0f} MB."
        raise BadInput(said, "Export a shorter time or fewer columns, or split it, and choose that.")


def _found(title: str, told: bytes) -> Found:
    """What the reading process wrote, line by line, so that other threads have their turn."""
    try:
        first, *lines = told.split(b"\n")
        head = json.loads(first)
        if "message" in head:
            raise BadInput(f"“{title}” {head['message']}", head["fix"])
        columns = tuple(Column(name, role, tuple(samples), filled) for name, role, samples, filled in head["columns"])
        names = [column.name for column in columns]
        placed = [json.loads(line) for line in lines[: head["rows"]]]
        rows = tuple(dict(zip(names, values, strict=True)) for _, values in placed)
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"“{title}” {BROKE}", AS_TEXT) from error
    messages = tuple((role, text) for role, text in head["messages"])
    return Found(
        head["kind"], head["says"], columns, rows, tuple(place for place, _ in placed), messages, tuple(head["notes"]), head["settings"]
    )
