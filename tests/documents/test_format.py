"""Several documents in one box of text, and taken apart again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.documents.format import ReadDocument, block, joined, plain_title, split

LETTERS = st.text(alphabet="aé=\n \tشحن🚚.-", max_size=60)


def test_documents_come_back_with_their_titles() -> None:
    two = [ReadDocument("handbook.pdf", "Returns\n\nWithin 30 days.", "pdf"), ReadDocument("أسعار.csv", "lamp: €5 🚚", "csv")]
    text = joined(two)
    assert text == "=== handbook.pdf ===\n\nReturns\n\nWithin 30 days.\n\n=== أسعار.csv ===\n\nlamp: €5 🚚"
    assert split(text) == [(one.title, one.text) for one in two]


@given(st.lists(st.tuples(st.text(max_size=30), LETTERS | st.text(max_size=80)), max_size=4))
@settings(max_examples=200, deadline=None)
def test_what_is_joined_can_be_split(documents: list[tuple[str, str]]) -> None:
    once = split(joined(ReadDocument(title, text, "text") for title, text in documents))
    assert split(joined(ReadDocument(title, text, "text") for title, text in once)) == once
    assert len(once) <= len(documents)


@pytest.mark.parametrize("line", ["=== not a title ===", " === moved in ===", "===  two  ===  ", "=== ===", "======"])
def test_a_line_that_looks_like_a_heading_stays_in_its_document(line: str) -> None:
    text = f"before\n{line}\nafter"
    assert split(block("a.md", text)) == [("a.md", text)]


def test_pasted_text_needs_no_heading_and_an_empty_document_is_none() -> None:
    assert split("Returns take a week.\n") == [("Untitled", "Returns take a week.")]
    assert split("loose\r\n=== a ===\r\n\r\n=== b ===\r\nb") == [("Untitled", "loose"), ("b", "b")]
    assert split(" \n\n") == []


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert plain_title(" a\nb\t c ") == "a b c"
    assert len(plain_title("x" * 10_000)) == 120
    assert plain_title("\n") == "Untitled"


def test_what_was_read_is_said_in_a_line() -> None:
    read = ReadDocument("handbook.pdf", "one two", "pdf", "14 pages", ("2 of 14 pages hold no text: they are pictures.",))
    assert read.says == "handbook.pdf: 14 pages, 2 words. 2 of 14 pages hold no text: they are pictures."
