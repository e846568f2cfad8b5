"""The files of a pack, held as bytes: those that count and no other, within limits. Whoever wrote them is a stranger.

    files = gather(Path("harbour"))
    files.toml("pack.toml")["title"]     "Messages that fit"
    files.digest                         "5f0c81d2…", of every file that counts

What was judged is what is kept: `write` copies the bytes that were read, and asks the folder for nothing a second time.
"""

import contextlib
import hashlib
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fluencylab.errors import ContentError

LARGEST = 256_000
"""Bytes of one file. Our longest has 20,000."""
TOGETHER = 4_000_000
MOST = 500
"""Files and folders, those that do not count included."""
DEEPEST = 6
LONGEST = 6_000
"""Letters of one text in a TOML file."""
NESTED = 8
LARGEST_NUMBER = 1e12
BRACKETS = 100
"""In one text. Markdown tries each one as the beginning of a link."""
DOTS = 400
"""In one line. A key of ten thousand dotted parts is a bomb: what it costs to read grows with their square."""
COUNTS = re.compile(
    r"pack\.toml|verified\.json|(?:README|LICEN[CS]E)(?:\.md|\.txt)?"
    r"|concepts/[^/]+/(?:(?:concept|vocabulary|use|questions|variants)\.toml|(?:reading|beyond)\.md|(?:missions|cases)/[^/]+\.toml)"
)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]")
"""Signs that nobody sees, and that can make a text look like another one."""
SHAPE = "docs/writing-a-pack.md shows what a pack looks like; `fluency packs new NAME` makes one."


class Files:
    """By their names within the pack, with slashes: "concepts/limits/reading.md". Equal when every byte is."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.contents = dict(sorted(contents.items()))
        whole = hashlib.sha256()
        for name, content in self.contents.items():
            whole.update(f"{name}\n{len(content)}\n".encode("utf-8", "surrogateescape") + content)
        self.digest = whole.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Files) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __contains__(self, name: str) -> bool:
        return name in self.contents

    def under(self, folder: str) -> list[str]:
        """Names of the files in a folder, without it."""
        return [name.removeprefix(f"{folder}/") for name in self.contents if name.startswith(f"{folder}/")]

    def text(self, name: str) -> str:
        """Raises ContentError where the file is missing, is no UTF-8, or holds signs that nobody sees."""
        if name not in self.contents:
            raise ContentError(f"{name} is missing.", f"Write it, or take its line out of pack.toml. {SHAPE}")
        try:
            said = self.contents[name].decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise ContentError(f"{name} is not UTF-8 text (byte {error.start}).", "Save it again as UTF-8.") from None
        if unseen := UNSEEN.search(said):
            line = said.count("\n", 0, unseen.start()) + 1
            raise ContentError(f"{name} holds a sign that nobody sees, U+{ord(unseen[0]):04X}, in line {line}.", "Take it out.")
        return said

    def toml(self, name: str) -> dict[str, Any]:
        said = self.text(name)
        if max(line.count(".") for line in said.split("\n")) > DOTS:
            raise ContentError(f"{name} has a line with more than {DOTS} full stops.", "Break that text into lines.")
        try:
            parsed = tomllib.loads(said)
        except RecursionError:
            raise ContentError(f"{name} is nested too deep to be read.", SHAPE) from None
        except ValueError as error:  # of TOML, and of numbers with thousands of digits
            raise ContentError(f"{name} is not valid TOML: {str(error)[:200]}.", "Mend that line and try again.") from None
        if wrong := _unreasonable(parsed):
            raise ContentError(f"{name}: {wrong}.", "Mend it and try again.")
        return parsed

    def write(self, folder: Path) -> None:
        for name, content in self.contents.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def _unreasonable(whole: dict[str, Any]) -> str:
    """What no honest file holds, as words; empty where there is nothing of it. However deep it is nested, this goes no deeper itself."""
    left: list[tuple[Any, int]] = [(whole, 0)]
    while left:
        value, depth = left.pop()
        if isinstance(value, dict | list):
            if depth > NESTED:
                return f"it is nested more than {NESTED} deep"
            left += [(inner, depth + 1) for inner in (value.values() if isinstance(value, dict) else value)]
            left += [(key, depth) for key in value] if isinstance(value, dict) else []
        elif isinstance(value, str):
            if len(value) > LONGEST:
                return f"one text has {len(value):,} letters, and {LONGEST:,} are the most"
            if value.count("[") > BRACKETS:
                return f"one text has more than {BRACKETS} opening brackets"
            if unseen := UNSEEN.search(value):
                return f"a text holds a sign that nobody sees, U+{ord(unseen[0]):04X}"
        elif isinstance(value, int | float) and (abs(value) > LARGEST_NUMBER or value != value):
            return "a number is not finite, or far too large"
    return ""


# From a folder


def gather(folder: Path) -> Files:
    """Every file that counts. Raises ContentError in a sentence: too many, too large, a link, something that is no file."""
    if folder.is_file():
        raise ContentError(f"{folder.name} is a file, and a pack is a folder.", "If it is an archive, unpack it first and name the folder.")
    if not folder.is_dir():
        raise ContentError(f"There is no folder {folder}.", "Name the folder that holds pack.toml.")
    if not (folder / "pack.toml").exists():
        raise ContentError(f"There is no pack.toml in {folder}.", f"Name the folder that holds it. {SHAPE}")
    contents: dict[str, bytes] = {}
    together = 0
    try:
        for name, place in _files(folder):
            content = _read(name, place)
            together += len(content)
            if together > TOGETHER:
                raise ContentError(f"The pack has more than {TOGETHER / 1e6:.0f} MB.", "A pack is text: take out what is none.")
            if COUNTS.fullmatch(name):
                contents[name] = content
    except OSError as error:
        raise ContentError(f"The pack in {folder} cannot be read: {error.strerror}.", "Check the folder's permissions.") from error
    return Files(contents)


def stamp(folder: Path) -> tuple[Any, ...]:
    """What changes when a file of the folder does; for folders that are watched while somebody writes in them."""
    found: list[Any] = []
    with contextlib.suppress(OSError, ContentError):
        found += [(name, (seen := place.lstat()).st_size, seen.st_mtime_ns) for name, place in _files(folder)]
    return tuple(sorted(found))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each plain file with its name. Hidden ones and Python's caches are no part of a pack, and are not looked at."""
    left, count = [(folder, "")], 0
    while left:
        here, before = left.pop()
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.name == "__pycache__":
                    continue
                count += 1
                if count > MOST:
                    raise ContentError(f"The folder holds more than {MOST} files.", "Put the pack into a folder of its own.")
                name = before + entry.name
                kind = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(kind) and name.count("/") < DEEPEST:
                    left.append((Path(entry.path), f"{name}/"))
                elif stat.S_ISREG(kind):
                    yield name, Path(entry.path)
                else:
                    _refuse(name, kind)


def _refuse(name: str, kind: int) -> None:
    what = "lies too deep" if stat.S_ISDIR(kind) else "is a link" if stat.S_ISLNK(kind) else "is no plain file"
    raise ContentError(f"{shown(name)} {what}, and a pack holds plain files alone.", "Take it out, or put a copy of the file there.")


def _read(name: str, place: Path) -> bytes:
    """A file that turned into something else since it was listed is not followed, and not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(place, flags), "rb") as file:
        seen = os.fstat(file.fileno())
        if not stat.S_ISREG(seen.st_mode):
            _refuse(name, seen.st_mode)
        if seen.st_size > LARGEST:
            size = f"{seen.st_size / 1e6:,.1f} MB"
            raise ContentError(
                f"{shown(name)} has {size}; a file of a pack has at most {LARGEST // 1000} kB.", "Take it out, or shorten it."
            )
        return file.read(LARGEST + 1)


def shown(name: str) -> str:
    """A name that a stranger gave, fit for a sentence."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:80]
