"""A file that stands in for a field: text as it is, a sheet of a workbook as separated values, any other document as its words.

cases.xlsx   ->  text,label                      terms.pdf  ->  You can send things back within 30 days. …
                 Where is my parcel?,delivery
"""

import asyncio
import hashlib
from collections import OrderedDict

from starlette.datastructures import UploadFile

from fluencylab.documents import read as reading
from fluencylab.workbench import bring_in
from fluencylab.workbench.found import Found
from fluencylab.workbench.lab_texts import table

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TABLES = (*WORKBOOKS, ".csv", ".tsv", ".tab")
"""Endings of what is read as a table; where it is text in UTF-8 it is taken as it is."""
HELD = 8
_held: OrderedDict[str, str] = OrderedDict()
"""The last few that were read: the button asks at every change what the form would run, and sends the file along."""


async def text_of(file: UploadFile) -> str:
    """Raises BadInput for what is none of these."""
    name, content = file.filename or "", await file.read()
    if len(content) > reading.LARGEST:
        raise reading.too_large(reading.checked_name(name), len(content))
    if (plain := _plain(content)) is not None:
        return plain
    key = hashlib.sha256(name.encode("utf-8", "replace") + b"\0" + content).hexdigest()
    if key not in _held:
        _held[key] = await _read(name, content)
        while len(_held) > HELD:
            _held.popitem(last=False)
    return _held[key]


def _plain(content: bytes) -> str | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n")


async def _read(name: str, content: bytes) -> str:
    if name.lower().endswith(TABLES):
        return await asyncio.to_thread(_separated, await bring_in.read_apart(name, content))
    return "\n\n".join(one.text for one in (await reading.read_file(name, content)).documents)


def _separated(found: Found) -> str:
    names = [column.name for column in found.columns]
    return table(names, [[row.get(name, "") for name in names] for row in found.rows])
