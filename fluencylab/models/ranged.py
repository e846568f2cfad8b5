"""One large file over HTTP, gone on with: what an earlier try left is kept, and only the rest is asked for.

part holds 40 MB of 98     GET … Range: bytes=40000000-     206: the rest is written behind it; 200: all of it, from the beginning
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20
_PATIENCE = 60
"""Seconds without a byte."""


class NoAnswer(Exception):
    """Nobody answered, or said no. The file is as it was."""


class HungUp(Exception):
    """The answer ended before the file did. What came is in it."""


def complete(address: str, part: Path, size: int, progress: Callable[[int], None]) -> None:
    """Bring `part` up to `size` bytes; a part that is longer is begun anew. Raises NoAnswer, HungUp, or OSError of the disk.

    Whether these are the right bytes is for the caller to see. More than `size` is not read: the file is then one chunk too long at most.
    """
    have = part.stat().st_size if part.exists() else 0
    if have == size:
        return
    start = have if have < size else 0
    with _answer(address, start) as answer:
        start = _begins(answer, start)
        with part.open("r+b" if start else "wb") as out:
            _write(answer, out, start, size, progress)


def _write(answer: http.client.HTTPResponse, out: IO[bytes], start: int, size: int, progress: Callable[[int], None]) -> None:
    # At its place, not appended: a pip that outlived us may still be writing the same bytes into the same file.
    out.seek(start)
    while out.tell() <= size and (chunk := _read(answer)):
        out.write(chunk)
        progress(min(out.tell(), size))
    if out.tell() < size:
        raise HungUp(f"{out.tell():,} of {size:,} bytes came")


def _answer(address: str, start: int) -> http.client.HTTPResponse:
    try:
        request = urllib.request.Request(address, headers={"Range": f"bytes={start}-"} if start else {})
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_PATIENCE)
    except urllib.error.HTTPError as error:
        error.close()
        if start and error.code == 416:  # the file there is shorter than what we have of it
            return _answer(address, 0)
        raise NoAnswer(f"it answered {error.code}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoAnswer(type(error).__name__) from error
    return answer


def _begins(answer: http.client.HTTPResponse, asked: int) -> int:
    """The place of its first byte in the file: what was asked for, or 0 of one that does not give parts."""
    if answer.status != 206:
        return 0
    if not answer.headers.get("Content-Range", "").startswith(f"bytes {asked}-"):
        raise NoAnswer("it gives another part than was asked for")
    return asked


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise HungUp(type(error).__name__) from error
