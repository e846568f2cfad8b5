"""Folders of styles, scripts, fonts and pictures, as they are sent: under their version for a year, else until they change.

    /static/v-<version>/css/base.css    what pages link: kept for a year, and not asked for again
    /static/v-<another>/css/base.css    asked for by a page of before an update: the file of now, asked for each time
    /static/css/base.css                by its name alone: the same

The version (`static_files.py`) is one for all of them, and stands in front: a script that imports `./dom.js` and a style with
`url("../vendor/…")` stay within it. Imports little: the startup gate sends files while the lab is still being opened.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles

from fluencylab.memo import FileMark, mark_of

A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
"""A browser keeps the file and asks each time whether it is still the same."""
Marks = Mapping[str, FileMark | None]
"""By the real path of a file: what it was like when the version was made of it."""


def static_folders(folders: Mapping[str, Path], version: str = "", marks: Marks | None = None) -> Router:
    """Serves the folders, by what stands in front of the name of a file. Without a version nothing is kept for a year.

    `marks`: only a file that is still as it was then is; another may not be kept under a version that says something else of it.
    """
    keeping: dict[str, StaticFolder] = {}
    deepest_first = sorted(folders.items(), reverse=True)
    if version:
        keeping |= {f"/v-{version}{front}": StaticFolder(folder, A_YEAR, marks) for front, folder in deepest_first}
    keeping |= {f"/v-{{another}}{front}": StaticFolder(folder) for front, folder in deepest_first}
    keeping |= {front: StaticFolder(folder) for front, folder in deepest_first}
    return Router([Mount(front, folder) for front, folder in keeping.items()])


def version_in(page: bytes) -> str:
    """The version that a page was drawn with; "" where it links no file."""
    found = re.search(rb"/static/v-([0-9a-f]+)/", page)
    return found[1].decode() if found else ""


class StaticFolder(StaticFiles):
    """One folder, and how long a browser may keep its files without asking."""

    def __init__(self, folder: Path, keep: str = ASK_EACH_TIME, marks: Marks | None = None) -> None:
        super().__init__(directory=folder)
        self._keep, self._marks = keep, marks

    def file_response(self, full_path: str | os.PathLike[str], stat_result: os.stat_result, *given: Any, **named: Any) -> Response:
        response = super().file_response(full_path, stat_result, *given, **named)
        same = self._marks is None or self._marks.get(str(full_path)) == mark_of(stat_result)
        response.headers["Cache-Control"] = self._keep if same else ASK_EACH_TIME
        return response
