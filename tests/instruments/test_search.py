"""Keyword search over the help centre: words are met by their stem, codes exactly, and the same question gives the same hits."""

from fluencylab.instruments import helpcentre
from fluencylab.instruments.search import Document, keyword, words


def test_words_are_compared_by_their_stem_and_codes_also_whole() -> None:
    assert words("You returned it; she returns a pen") == ["return", "she", "return", "pen"]
    assert words("Where is Q-4733?") == ["q", "4733", "q-4733"]
    assert words("the of and") == []


def test_a_question_in_the_articles_words_finds_it_first() -> None:
    index = keyword(helpcentre.documents())
    assert index.search("How long does standard delivery take?")[0].id == "standard-delivery"
    assert index.search("an order number like Q-4733", k=1)[0].id == "order-number"


def test_what_shares_no_word_is_not_found() -> None:
    index = keyword([Document("a", "Parcels come by post."), Document("b", "Refunds go to the bank card.")])
    assert index.search("zebra") == []
    assert [hit.id for hit in index.search("refund zebra", k=5)] == ["b"]
    assert keyword([]).search("refund") == []


def test_equals_keep_the_order_of_the_documents() -> None:
    index = keyword([Document(name, "the same words") for name in ("one", "two", "three")])
    assert [hit.id for hit in index.search("same", k=2)] == ["one", "two"]
