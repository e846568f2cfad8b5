"""The file of a learner: everything they did as one JSON, with a version and a checksum. `docs/data.md` describes it.

    {"format": "fluency-lab", "version": 1, "made": "2026-11-23T12:00:00+00:00", "lab": "0.1.0", "schema": "0004",
     "tables": {"learners": [{...}], "runs": [...], ...}, "packs": {"harbour": "Messages that fit 1.0, by Ada"}, "sha256": "..."}

`packs` says which packs some of the evidence comes from. The packs themselves are not in it: they belong to their authors.

The checksum is of the canonical JSON of all the rest: it finds what was damaged or cut off, whoever damaged it meant no harm.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from fluencylab import __version__
from fluencylab.errors import BadInput
from fluencylab.packs.files import shown
from fluencylab.store import moved
from fluencylab.store.migrate import head

FORMAT = "fluency-lab"
VERSION = 1
LARGEST = 100_000_000
"""Bytes of a file."""
MOST_VALUES = 6_000_000
"""Numbers, texts, lists and objects in a file, about: each takes up to 200 bytes of memory, however few it takes in the file."""
ANOTHER = "Choose a file that “fluency backup” or the page Your data has made."


class Archive(NamedTuple):
    """`tables`: as they are kept now, whatever the schema it was made in."""

    made: datetime
    lab: str
    tables: dict[str, Any]
    packs: dict[str, str]
    """Name -> title, version and author, as the file tells it."""


def seal(tables: dict[str, Any], made: datetime, packs: dict[str, str] | None = None) -> bytes:
    """The file. Works on the processor for a second at 50 MB: call it from a thread."""
    whole = {"format": FORMAT, "version": VERSION, "made": made.isoformat(), "lab": __version__, "schema": head(), "tables": tables}
    whole |= {"packs": packs} if packs else {}
    return json.dumps(whole | {"sha256": _checksum(whole)}, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _checksum(whole: dict[str, Any]) -> str:
    """Of the canonical JSON, row by row: as one text it would take several times the file's memory."""
    digest = hashlib.sha256()
    for piece in _canonical(whole, 3):
        digest.update(piece.encode())
    return digest.hexdigest()


def _canonical(value: Any, levels: int) -> Iterator[str]:
    """Keys sorted, no blanks, ASCII; in pieces down to so many levels: the file, its tables, their rows."""
    if levels and isinstance(value, dict):
        for number, name in enumerate(sorted(value)):
            yield f"{',' if number else '{'}{json.dumps(name)}:"
            yield from _canonical(value[name], levels - 1)
        yield "}" if value else "{}"
    elif levels and isinstance(value, list):
        for number, inner in enumerate(value):
            yield "," if number else "["
            yield from _canonical(inner, levels - 1)
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, sort_keys=True, separators=(",", ":"))


def unseal(content: bytes) -> Archive:
    """What a file holds. Raises BadInput where it is not whole, not ours, too much, or of a newer lab. Call it from a thread."""
    if len(content) > LARGEST or sum(content.count(sign) for sign in (b"[", b"{", b",")) > MOST_VALUES:
        raise BadInput(
            f"This file holds more than a lab restores: at most {LARGEST:,} bytes and {MOST_VALUES:,} values.", "Choose another file."
        )
    try:
        return _unsealed(content)
    except RecursionError:
        raise BadInput("This is not a backup: things in it lie too deep in one another.", ANOTHER) from None


def _unsealed(content: bytes) -> Archive:
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        raise BadInput("This is not a backup, or it is damaged: it cannot be read as JSON.", ANOTHER) from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise BadInput("This is not a backup of Fluency Lab.", ANOTHER)
    version, schema = whole.get("version"), whole.get("schema")
    if not isinstance(version, int) or isinstance(version, bool) or not isinstance(schema, str):
        raise BadInput("The backup does not say which version it is of.", ANOTHER)
    if version > VERSION or schema > head():
        raise BadInput(f"This backup was made by a newer Fluency Lab ({str(whole.get('lab'))[:20]}).", "Update this lab, then restore it.")
    if whole.pop("sha256", None) != _checksum(whole):
        raise BadInput("The backup is damaged: its checksum does not fit what is in it.", "Nothing was changed. Use another copy of it.")
    try:
        made = datetime.fromisoformat(whole["made"])
        tables = moved.upgraded(schema, dict(whole["tables"]))
    except (KeyError, TypeError, ValueError):
        raise BadInput("The backup lacks its date or its tables.", ANOTHER) from None
    packs = whole.get("packs")
    named = {shown(str(name)): shown(str(said)) for name, said in packs.items()} if isinstance(packs, dict) else {}
    return Archive(made, str(whole.get("lab", "")), tables, named)
