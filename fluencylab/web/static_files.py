"""The styles, scripts, fonts and pictures of the pages, ours and every lab's, and their one version: a hash of what is in all of them.

A page links `static("css/base.css")`. One file that changes gives all of them another address: they are few and small, and nobody has to
know which of them imports which. The version is that of this process, as its code, its templates and its content are.
"""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.routing import Router

from fluencylab import labs
from fluencylab.memo import file_mark
from fluencylab.web.static_folder import Marks, static_folders

OURS = Path(__file__).parent / "static"


@dataclass(frozen=True)
class StaticFiles:
    version: str
    names: frozenset[str]
    marks: Marks


@cache
def lab_static() -> dict[str, Path]:
    """The folder of each lab's own styles and scripts, where it has one; it is served as `/static/labs/<lab>/`."""
    folders = {name: lab.folder / "static" for name, lab in labs.found().labs.items()}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


@cache
def static_files() -> StaticFiles:
    """Every file, read once."""
    digest, names, marks = hashlib.blake2b(digest_size=6), set(), {}
    for front, folder in sorted(_folders().items()):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{front}/{file.relative_to(folder).as_posix()}".removeprefix("/")
            marks[os.path.realpath(file)] = file_mark(file)  # before it is read: what is written meanwhile is not what was read
            content = file.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
            names.add(name)
    return StaticFiles(digest.hexdigest(), frozenset(names), marks)


def static(name: str) -> str:
    """The address of a file for a template: `static("css/base.css")`, `static("labs/order/lab.css")`."""
    files = static_files()
    if name not in files.names:
        raise LookupError(f"there is no static file “{name}”")
    return f"/static/v-{files.version}/{name}"


def lab_file(kind: str, lab: str) -> str:
    """The address of a lab's own style or script, static/lab.css or static/lab.js in its folder; "" where it has none."""
    name = f"labs/{lab}/lab.{kind}"
    return static(name) if name in static_files().names else ""


def served() -> Router:
    """What answers below /static."""
    files = static_files()
    return static_folders(_folders(), files.version, files.marks)


def _folders() -> dict[str, Path]:
    """By what stands in front of the names of their files."""
    return {"": OURS} | {f"/labs/{name}": folder for name, folder in lab_static().items()}
