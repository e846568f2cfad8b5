"""Which words are equal, and which are not."""

import pytest

from fluencylab.text.folding import bare, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＬＡＭＰ", "lamp"), ("ﬁts", "fits"), ("Straße", "STRASSE"), ("İADE", "iade"), ("IŞIK", "ışık"), ("ｶｰﾄﾞ", "カード"),
        ("الإِرجـاع", "الارجاع"), ("كتابٌ", "كتاب"), ("يک", "یك"), ("क्‍ष", "क्ष"), ("३०", "30"), ("٣٠", "30"), ("क़लम", "क़लम"),
        ("cafe\u0301", "café"), ("ещё", "еще"), ("ВОЗВРАТ", "возврат"),
    ],
)  # fmt: skip
def test_equal_words_are_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("दिन", "दान"), ("が", "か"), ("мой", "мои"), ("ปี", "ปา"), ("가", "나"), ("50¹", "501"), ("10⁶", "106")]
)
def test_other_letters_and_raised_figures_make_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other) and bare(one) != bare(other)


def test_accents_do_not_count_where_they_make_no_letter() -> None:
    assert bare("Résumé à la carte, Ǘ") == "resume a la carte, u"
    assert fold("Résumé") == "résumé"
