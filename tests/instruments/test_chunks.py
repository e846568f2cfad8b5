"""Chunks know their place in the text, and say together all that the document says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.instruments import helpcentre
from fluencylab.instruments.chunks import cut, sentences, spans, words
from fluencylab.instruments.search import Document

RETURNS = Document("returns", "Send items back within 30 days. Members have 60 days. Outlet items have 14 days, and partners decide.")


def test_a_chunk_is_its_stretch_of_the_text_and_ends_with_a_sentence_where_one_fits() -> None:
    first, second = cut(RETURNS, 10)
    assert (first.id, first.text) == ("returns#1", "Send items back within 30 days. Members have 60 days.")
    assert RETURNS.text[second.start : second.end] == second.text == "Outlet items have 14 days, and partners decide."
    assert cut(RETURNS, 4)[0].text == "Send items back within", "a sentence longer than a chunk is cut inside"


def test_an_overlap_says_the_last_words_again() -> None:
    chunks = cut(RETURNS, 12, 4)
    assert [one.text for one in chunks][1].startswith("Members have 60 days.")
    shared = [span for span in spans(RETURNS.text, chunks) if len(span.chunks) == 2]
    assert [(span.text, span.chunks) for span in shared] == [("Members have 60 days.", (1, 2))]


@settings(deadline=None)  # the first one reads all articles
@given(st.integers(5, 90), st.integers(0, 30), st.integers(0, 188))
def test_chunks_keep_to_their_size_lose_no_word_and_are_drawn_from_the_text_itself(size: int, overlap: int, which: int) -> None:
    document = helpcentre.documents()[which]
    chunks = cut(document, size, min(overlap, size - 1))
    assert all(words(one.text) <= size and document.text[one.start : one.end] == one.text for one in chunks)
    drawn = spans(document.text, chunks)
    assert "".join(span.text for span in drawn) == document.text
    assert all(span.chunks or not span.text.strip() for span in drawn)


def test_places_are_those_of_letters_and_not_of_bytes() -> None:
    document = Document("emoji", "Łódź costs €5 🚂. " * 6)
    assert all(document.text[one.start : one.end] == one.text for one in cut(document, 5, 2))


def test_sentences_end_with_their_mark_and_not_inside_a_number() -> None:
    text = "It costs €4.90. “Really?” Yes: from €50 it is free"
    assert [text[start:end] for start, end in sentences(text)] == ["It costs €4.90.", "“Really?”", "Yes: from €50 it is free"]
    table = "Item | Price\nLamp | €5\n\nA sentence that goes on\nin the next line. And one more"
    parts = ["Item | Price", "Lamp | €5", "A sentence that goes on\nin the next line.", "And one more"]
    assert [table[start:end] for start, end in sentences(table)] == parts


def test_a_text_without_spaces_is_cut_as_finely_as_any_other() -> None:
    text = "退货政策。您可以在收到商品后三十天内退货。退款将在十个工作日内退回。年度会员费为二十九元。"
    chunks = cut(Document("zh", text), 12)
    assert len(chunks) == 4 and all(words(one.text) <= 12 for one in chunks)
    assert [one.text[-1] for one in chunks] == ["。"] * 4, "at the end of a sentence where one fits"
