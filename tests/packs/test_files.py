"""What a folder may hold: plain text files, few and small. Anything else is refused with one sentence, before it is read."""

import os
import sys
from pathlib import Path

import pytest
from pack_fixture import CONCEPT, MISSION, PackFolder

from fluencylab.errors import ContentError
from fluencylab.packs import files
from fluencylab.packs.files import gather


def refused(folder: Path, says: str) -> None:
    with pytest.raises(ContentError, match=says) as error:
        gather(folder)
    assert error.value.fix and "\n" not in str(error.value)


def test_only_the_files_that_count_are_taken(folder: PackFolder) -> None:
    before = gather(folder.path)
    folder.write("notes.txt", "for myself")
    folder.write(".git/objects/ab/cd", b"\0" * 10_000_000)
    folder.write("__pycache__/x.pyc", b"\0")
    assert gather(folder.path) == before and "pack.toml" in before and "notes.txt" not in before
    folder.change("pack.toml", "0.1", "0.2")
    assert gather(folder.path) != before


def test_what_is_written_is_what_was_read(folder: PackFolder, tmp_path: Path) -> None:
    read = gather(folder.path)
    folder.change("pack.toml", "0.1", "0.2")
    read.write(tmp_path / "copy")
    assert gather(tmp_path / "copy") == read


def test_a_file_of_fifty_megabytes_is_refused_unread(folder: PackFolder) -> None:
    with (folder.path / f"{CONCEPT}/reading.md").open("wb") as file:
        file.truncate(50_000_000)
    refused(folder.path, r"reading\.md has 50\.0 MB; a file of a pack has at most 256 kB")


def test_many_files_that_are_large_together_are_refused(folder: PackFolder) -> None:
    for number in range(20):
        folder.write(f"{CONCEPT}/missions/m{number}.toml", b"#" * 250_000)
    refused(folder.path, "more than 4 MB")


def test_too_many_files_are_refused(folder: PackFolder) -> None:
    for number in range(files.MOST):
        folder.write(f"pictures/{number}.txt", "x")
    refused(folder.path, "more than 500 files")


def test_folders_without_end_are_refused(folder: PackFolder) -> None:
    folder.write("a/" * 20 + "x.txt", "x")
    refused(folder.path, "lies too deep")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_is_refused_wherever_it_leads(folder: PackFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text("key = 1")
    (folder.path / MISSION).unlink()
    (folder.path / MISSION).symlink_to(secret)
    refused(folder.path, r"a-slogan-for-the-bakery\.toml is a link")
    (folder.path / MISSION).unlink()
    (folder.path / "concepts/elsewhere").symlink_to(tmp_path)
    refused(folder.path, "concepts/elsewhere is a link")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes of that kind")
def test_what_is_no_file_is_not_waited_for(folder: PackFolder) -> None:
    (folder.path / MISSION).unlink()
    os.mkfifo(folder.path / MISSION)
    refused(folder.path, "is no plain file")


def test_an_archive_is_no_folder(folder: PackFolder, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(b"PK\3\4")
    refused(tmp_path / "pack.zip", "is a file, and a pack is a folder")
    refused(tmp_path / "nowhere", "There is no folder")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "There is no pack.toml")


NESTED = {
    "lists": "x = " + "[" * 100_000,
    "tables": "x = " + "{a=" * 30_000,
    "headers": "[" + ".".join("a" * 300) + "]\n",
    "dots": "a" + ".a" * 100_000 + " = 1",
}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (NESTED["lists"], "nested too deep|not valid TOML"),
        (NESTED["tables"], "nested too deep|not valid TOML"),
        (NESTED["headers"], "nested more than"),
        (NESTED["dots"], "a line with more than 400 full stops"),
        ("x = inf", "a number is not finite, or far too large"),
        ("x = nan", "a number is not finite, or far too large"),
        ("x = 1e999", "a number is not finite, or far too large"),
        ("x = " + "9" * 5_000, "not valid TOML"),
        ("x = 0x" + "f" * 50_000, "a number is not finite, or far too large"),
        ("x = 1_000_000_000_000_000", "a number is not finite, or far too large"),
        ('x = "' + "long " * 10_000 + '"', "one text has 50,000 letters"),
        ('x = "' + "[" * 200 + '"', "more than 100 opening brackets"),
        ('x = "\\u001b[2J"', r"a sign that nobody sees, U\+001B"),
        ('x = "\\u0000"', r"a sign that nobody sees, U\+0000"),
        ('x = "safe \\u202e gpj.exe"', r"a sign that nobody sees, U\+202E"),
        ('x = "a\u200bb"', r"a sign that nobody sees, U\+200B, in line 1"),
        ("x = = 1", "not valid TOML"),
        (b"x = '\xff\xfe'", "is not UTF-8 text"),
    ],
    ids=lambda value: None if isinstance(value, bytes) or len(value) > 40 else value,
)
def test_a_file_that_no_honest_author_writes_is_refused(folder: PackFolder, content: str | bytes, says: str) -> None:
    folder.write(MISSION, content)
    with pytest.raises(ContentError, match=says) as error:
        gather(folder.path).toml(MISSION)
    assert MISSION in error.value.message and error.value.fix and len(str(error.value)) < 600


def test_what_an_editor_on_windows_writes_is_read(folder: PackFolder) -> None:
    text = (folder.path / MISSION).read_text(encoding="utf-8")
    folder.write(MISSION, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert folder.read().missions[0].title == "A slogan for the bakery"
