"""Work that need not be done twice: what is made of content that never changes, and what is read from a file that has not changed."""

import os
import weakref
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
V = TypeVar("V")

FileMark = tuple[int, int, int, int]


def once(work: Callable[[T], V]) -> Callable[[T], V]:
    """`work(thing)`, worked out at the first call for each thing and kept for as long as the thing lives.

    By the object itself and not by what it is equal to: a copy with another word is another thing. For frozen things only. Two threads
    that ask at once may both work it out; they find the same.
    """
    known: dict[int, tuple[weakref.ref[T], V]] = {}

    @wraps(work)
    def kept(thing: T) -> V:
        key = id(thing)
        found = known.get(key)
        if found is not None and found[0]() is thing:
            return found[1]
        value = work(thing)
        known[key] = weakref.ref(thing, lambda ref: _forget(known, key, ref)), value
        return value

    return kept


def _forget(known: dict[int, tuple["weakref.ref[T]", V]], key: int, ref: "weakref.ref[T]") -> None:
    """Another thing may live at the same place by now: its value stays."""
    if key in known and known[key][0] is ref:
        del known[key]


def file_mark(file: Path | str) -> FileMark | None:
    """What changes when a file is written or another one takes its place, whichever process does it; None where there is no file.

    Raises OSError where it cannot be looked at for another reason.
    """
    try:
        seen = os.stat(file)
    except FileNotFoundError:
        return None
    return mark_of(seen)


def mark_of(seen: os.stat_result) -> FileMark:
    return seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino
