"""Long texts of a command from files and pipes: an argument holds only so much, on Linux 128 KiB, on Windows far less.

--documents @handbook.pdf      the text of a file, read as the page reads it: PDF, DOCX, web page, table, text, ZIP
--documents @articles/         of every file in a folder, by name
--questions @questions.txt     the words of a file
--prompt -                     what comes through the pipe
--prompt @@Ada                 a text that begins with an @
"""

import asyncio
import os
import stat
import sys
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from fluencylab.documents import format
from fluencylab.documents.plain import decoded
from fluencylab.documents.read import LARGEST, MOST_FILES, read_file, too_large, too_many
from fluencylab.documents.refusal import Refused
from fluencylab.errors import BadInput

LONG = 200
"""Letters up to which a text is typed: the fields of the page that are one line."""
PIPE = "-"
FILE = "@"
HELP = "the text, @FILE, or - for what is piped in"


def takes_files(field: FieldInfo) -> bool:
    """Is it a text that can be longer than a line, or a list of such?"""
    if typing.get_origin(field.annotation) is tuple:
        return typing.get_args(field.annotation)[0] is str
    most = next((rule.max_length for rule in field.metadata if getattr(rule, "max_length", None)), 0)
    return field.annotation is str and most > LONG


def filled(fields: Mapping[str, FieldInfo], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with the texts in place of the files it names. Raises BadInput that names the option."""
    found = dict(given)
    piped = [name for name, field in fields.items() if takes_files(field) and given.get(name) == PIPE]
    if len(piped) > 1:
        raise BadInput(f"{_option(piped[0])} and {_option(piped[1])} both ask for what is piped in.", "Give one of them as @FILE.")
    for name, field in fields.items():
        value = given.get(name)
        if not (takes_files(field) and isinstance(value, str) and (value == PIPE or value.startswith(FILE))):
            continue
        if value.startswith(FILE * 2):
            found[name] = value.removeprefix(FILE)
            continue
        try:
            text = _text(value, _is_documents(field))
        except BadInput as error:
            begins = "" if value == PIPE else " A text that begins with @ is written with two: @@."
            raise BadInput(f"{_option(name)} cannot be used: {error.message[:1].lower()}{error.message[1:]}", error.fix + begins) from None
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        found[name] = lines if typing.get_origin(field.annotation) is tuple else text
    return found


def piped() -> str:
    """What is piped in; "" where nothing is: a terminal, or no input at all."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return ""
    return _piped() if stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode) else ""


def literal(text: str) -> str:
    """The same text as it has to be given, so that it is not taken for the name of a file."""
    return f"{FILE}{text}" if text.startswith(FILE) else text


def file_text(path: Path) -> str:
    """The words of a file, in whatever encoding. Raises BadInput."""
    return _words(path.name, file_bytes(path))


def file_bytes(path: Path) -> bytes:
    try:
        if (size := path.stat().st_size) > LARGEST:
            raise too_large(path.name, size)
        return path.read_bytes()
    except OSError as error:
        why = (error.strerror or "it is not there").lower()
        raise BadInput(f"“{path}” cannot be opened: {why}.", "Look at its name, and at where you are.") from error


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _is_documents(field: FieldInfo) -> bool:
    extra = field.json_schema_extra
    return isinstance(extra, dict) and "documents" in str(extra.get("form", "")).split()


def _text(value: str, documents: bool) -> str:
    if value == PIPE:
        return _piped()
    path = Path(value.removeprefix(FILE)).expanduser()
    if documents:
        files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        return asyncio.run(_documents(files))
    return file_text(path)


async def _documents(paths: Iterable[Path]) -> str:
    """As a box of the page holds them. A text that has its headings already stays as it is."""
    blocks = []
    files = list(paths)
    if len(files) > MOST_FILES:
        raise too_many(len(files))
    for path in files:
        data = await asyncio.to_thread(file_bytes, path)
        read = await read_file(path.name, data)
        own = read.documents[0].text if len(read.documents) == 1 and read.documents[0].kind == "text" else ""
        headed = [title for title, _ in format.split(own) if title != format.UNTITLED]
        blocks.append(own if headed else format.joined(read.documents))
    return "\n\n".join(blocks)


def _piped() -> str:
    data = sys.stdin.buffer.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_large("what is piped in", len(data))
    return _words("what is piped in", data)


def _words(name: str, data: bytes) -> str:
    try:
        text, _ = decoded(data)
    except Refused as refused:
        raise BadInput(f"“{name}” {refused.message}", refused.fix) from None
    return text.removesuffix("\n")
