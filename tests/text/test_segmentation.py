"""Words, sentences and characters in every script: what a reader of it would count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.text.segmentation import characters, count_words, pieces, sentence_spans, unspaced, word_spans, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Q-4733 costs €29.50, don't ask.", ["Q-4733", "costs", "€29.50", "don't", "ask"]),
        ("礼品卡有效期为三年。", ["礼品", "卡", "有效期", "为", "三年"]),
        ("カードは3年間使えます。", ["カード", "は", "3", "年間", "使", "え", "ます"]),
        ("คืนสินค้าภายใน 30 วัน", ["คืน", "สินค้า", "ภายใน", "30", "วัน"]),
        ("ສິນຄ້າສາມາດສົ່ງຄືນໄດ້", ["ສິນຄ້າ", "ສາມາດ", "ສົ່ງ", "ຄືນ", "ໄດ້"]),
        ("ទំនិញអាចប្រគល់វិញបាន", ["ទំនិញ", "អាច", "ប្រគល់", "វិញ", "បាន"]),
        ("सेवा तीस दिनों में", ["सेवा", "तीस", "दिनों", "में"]),
        ("الشحن مجانيّ", ["الشحن", "مجانيّ"]),
        ("반품은 30일 이내", ["반품은", "30일", "이내"]),
        ("Rückgabefrist: dreißig Tage", ["Rückgabefrist", "dreißig", "Tage"]),
    ],
)
def test_words_of_each_script(text: str, found: list[str]) -> None:
    assert words(text) == found
    assert [text[start:end] for start, end in word_spans(text)] == found


def test_the_size_of_a_text_is_its_words_where_no_space_parts_them_too() -> None:
    assert count_words("Send it back – within 30 days.") == 7, "as anybody counts between spaces"
    assert count_words("礼品卡有效期为三年。") == 5
    assert count_words("看 the card 🎁 。") == 5
    assert not unspaced("Łódź €5 🚂") and unspaced("Łódź 中")


def test_sentences_end_with_the_mark_of_their_script() -> None:
    text = "退货政策。您可以退货！好吗？Hello there. वापसी है। कल आना। متى؟ غدا.\nИдёт дальше\nв строке."
    parts = ["退货政策。", "您可以退货！", "好吗？", "Hello there.", "वापसी है।", "कल आना।", "متى؟", "غدا.", "Идёт дальше\nв строке."]
    assert [text[start:end] for start, end in sentence_spans(text)] == parts


def test_a_character_is_what_a_reader_sees_as_one() -> None:
    assert characters("é👩‍👩‍👧क्षि\r\n🇩🇪") == ["é", "👩‍👩‍👧", "क्षि", "\r\n", "🇩🇪"]
    assert pieces("十三年礼品") == ["十三", "年", "礼", "品"], "a number stays whole"


@given(st.text())
def test_nothing_is_lost_and_every_word_stands_where_it_is_said_to(text: str) -> None:
    assert "".join(characters(text)) == text
    assert [text[start:end] for start, end in word_spans(text)] == words(text)
    assert count_words(text) >= len(text.split())
