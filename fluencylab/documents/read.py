"""Read a file that somebody chose: in a process of its own, with limits, of which nothing is left behind.

    read = await read("handbook.pdf", data)
    read.text     "Returns\\n\\nYou can send things back within 30 days. ..."
    read.says     "handbook.pdf: 14 pages, 5,210 words. 2 of 14 pages hold no text: they are pictures."

A parser is fed by strangers. It gets no network, no files, little memory and little time (`reading_child.py`), and is watched from outside
(`apart.py`).
"""

import asyncio
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ValidationError

from fluencylab.documents.apart import Limits, TooLarge, TooSlow, answered
from fluencylab.documents.format import ReadDocument, ReadFile, plain_title
from fluencylab.documents.refusal import AS_TEXT, BROKE, SMALLER, TOO_MUCH
from fluencylab.errors import BadInput

LARGEST = 20_000_000
"""Bytes of one file."""
MOST_LETTERS = 1_000_000
"""Letters of one document, and of all that are in a box together."""
MOST_FILES = 50
"""At once."""
SECONDS = 20
"""Of the processor's time: how long that takes depends on what else the machine does."""
MEMORY = 700_000_000
"""Bytes. Linux counts the address space, of which Python and its libraries take about a quarter; elsewhere what lies in memory."""
LONGEST_NAME = 200
CHILD = ("-P", "-m", "fluencylab.documents.reading_child")
_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class _Document(BaseModel):
    name: str
    kind: str
    text: str
    size: str
    notes: tuple[str, ...]


class _Answer(BaseModel):
    documents: tuple[_Document, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    fix: str = ""


async def read(name: str, data: bytes) -> ReadDocument:
    """What a file says that is one document, or the first of those in it. Raises BadInput."""
    return (await read_file(name, data)).documents[0]


async def read_file(name: str, data: bytes) -> ReadFile:
    """What a file says, document by document. Raises BadInput: what is wrong with it, and what to do next."""
    title = checked_name(name)
    if len(data) > LARGEST:
        raise too_large(title, len(data))
    async with _at_once.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(2)):
        told = await _asked(title, data)
    if told.message:
        raise BadInput(f"“{title}” {told.message}", told.fix)
    documents = tuple(ReadDocument(plain_title(one.name), one.text, one.kind, one.size, one.notes) for one in told.documents)
    return ReadFile(title, documents, told.notes)


def checked_name(name: str) -> str:
    """The name as a title. Raises BadInput for what no file is called."""
    title = plain_title("".join(letter if letter.isprintable() else " " for letter in name))
    if len(name) > LONGEST_NAME:
        fix = f"Give the file a name of at most {LONGEST_NAME} letters, and choose it again."
        raise BadInput(f"The name “{title[:40]}…” has {len(name):,} letters.", fix)
    if any(mark in name for mark in "/\\\0") or name in (".", ".."):
        raise BadInput(f"“{title}” is a path and not the name of a file.", "Choose the file itself.")
    return title


def too_large(title: str, size: int) -> BadInput:
    said = f"“{title}” has {size / 1e6:,.0f} MB; a file may have {LARGEST / 1e6:.0f} MB."
    return BadInput(said, "Split it, or save it without its pictures, and choose that.")


def too_many(count: int) -> BadInput:
    return BadInput(f"{count:,} files at once are too many; {MOST_FILES} are read.", "Choose fewer. Nothing was read.")


async def _asked(name: str, data: bytes) -> _Answer:
    limits = Limits(SECONDS, MEMORY, 12 * MOST_LETTERS)  # a letter is at most six bytes of JSON, or twelve beyond the first plane
    try:
        return _Answer.model_validate_json(await answered(CHILD, {"name": name, "letters": MOST_LETTERS}, data, limits))
    except TooSlow:
        return _Answer(message=f"could not be read within {SECONDS} seconds of work.", fix=SMALLER)
    except TooLarge:
        return _Answer(message=TOO_MUCH, fix=SMALLER)
    except ValidationError:
        return _Answer(message=BROKE, fix=AS_TEXT)
