"""`fluency read`: the text on standard output, how it was read beside it, and 1 when a file was refused."""

from collections.abc import Callable
from pathlib import Path

from documents.making import pdf
from documents.making_office import mail

from fluencylab.cli.show import conditions

from .conftest import Ended


def test_files_are_printed_one_after_another_and_a_refused_one_is_told(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "handbook.pdf").write_bytes(pdf(["Returns take 30 days.", ""]))
    (tmp_path / "tool.pdf").write_bytes(b"MZ")
    ended = run("read", *(str(tmp_path / name) for name in ("handbook.pdf", "tool.pdf", "nowhere.txt")))
    assert ended.out == "=== handbook.pdf ===\n\nReturns take 30 days.\n"
    assert "handbook.pdf: 2 pages, 4 words. 1 of 2 pages holds no text: it is a picture." in ended.err
    assert "“tool.pdf” is a program" in ended.err and "no such file" in ended.err
    assert ended.code == 1


def test_a_document_is_not_printed_among_the_conditions() -> None:
    params = {"documents": "word " * 1000, "k": 3}
    signed = {"params": params, "sha256": "", "model": "m", "steps": 1, "version": "0", "instrument": "retrieval"}
    assert conditions(signed) == "m · retrieval · 1 steps · documents of 5,000 characters, k 3 · fluencylab 0"


def test_a_program_gets_titles_and_texts(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,price\nlamp,5\n")
    ended = run("read", str(tmp_path / "a.csv"), "--json")
    told = {"title": "a.csv", "text": "name: lamp\nprice: 5", "kind": "csv", "size": "1 row, 2 columns", "notes": []}
    assert (ended.code, ended.json()) == (0, [told])


def test_each_document_of_a_mail_has_its_heading_and_its_line(run: Callable[..., Ended], tmp_path: Path) -> None:
    attached = {"terms.csv": b"item;days\nlamp;30\n", "photo.png": b"\x89PNG\r\n", "tool.exe": b"MZ"}
    (tmp_path / "order.eml").write_bytes(mail("See the terms.", attached))
    ended = run("read", str(tmp_path / "order.eml"))
    assert ended.code == 0
    assert "=== order.eml ===\n\nSubject: Café order" in ended.out
    assert "\n\n=== order.eml: terms.csv ===\n\nitem: lamp\ndays: 30\n" in ended.out
    assert "order.eml: 2 documents. Not read: “photo.png” is a picture; “tool.exe” is a program." in " ".join(ended.err.split())
    assert "order.eml: terms.csv: 1 row, 2 columns, 4 words." in ended.err
