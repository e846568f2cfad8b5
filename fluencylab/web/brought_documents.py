"""Documents of a form: files, each read in a process of its own, and a text that was pasted, with the other fields beside them."""

from fastapi import Request
from starlette.datastructures import UploadFile

from fluencylab.actions.workbench import documents
from fluencylab.documents import read as reading
from fluencylab.documents.format import ReadDocument
from fluencylab.web.form import LONGEST_FIELD


async def brought(request: Request) -> tuple[list[ReadDocument], dict[str, str]]:
    """Of `files`, and of `text` under `name`. Raises BadInput where one cannot be read, and where there is nothing to read."""
    found = list[ReadDocument]()
    async with request.form(max_part_size=LONGEST_FIELD) as posted:
        chosen = [file for file in posted.getlist("files") if isinstance(file, UploadFile) and file.filename]
        if len(chosen) > reading.MOST_FILES:
            raise reading.too_many(len(chosen))
        for file in chosen:
            found += (await reading.read_file(file.filename or "", await file.read())).documents
        typed = {name: value for name, value in posted.items() if isinstance(value, str)}
    if typed.get("text", "").strip() or not found:
        found.append(documents.pasted(typed.get("text", ""), typed.get("name", "")))
    return found, typed
