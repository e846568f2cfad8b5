"""Does an answer say what it should? In every script, and never by half a word or half a number."""

import pytest

from fluencylab.instruments import answer_language
from fluencylab.instruments.answer_language import foreign
from fluencylab.instruments.answer_match import alike, backed, declines, plain, says
from fluencylab.labs.grounding import fact_questions
from fluencylab.labs.retrieval import failure_stage
from fluencylab.labs.retrieval.questions import Question


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("礼品卡有效期为三年。", "三年"), ("有効期限は３年です。", "3年"), ("คืนได้ภายใน ๓๐ วัน", "30 วัน"), ("यह ३० दिन में आता है।", "30 दिन"),
        ("التوصيلُ مجّانيّ", "مجاني"), ("İade 30 gündür", "iade 30 gün­dür"), ("Die Rückgabefrist beträgt 30 Tage.", "30 TAGE"),
        ("Crème brûlée", "creme brulee"), ("配送は無料です", "無料"),
    ],
)  # fmt: skip
def test_an_answer_is_found(text: str, answer: str) -> None:
    assert says(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("礼品卡有效期为十三年。", "三年"), ("期限は13年です。", "3年"), ("यह ३० दान है।", "30 दिन"), ("かき", "がき"), ("50¹ euros", "501"),
        ("мой", "мои"), ("Rückgabefrist", "Frist"), ("", "三年"),
    ],
)  # fmt: skip
def test_another_word_or_a_part_of_a_number_is_not_it(text: str, answer: str) -> None:
    assert not says(text, answer)


def test_plain_keeps_english_as_it_was_and_parts_what_has_no_spaces() -> None:
    assert plain("It's €4.90 – “café”") == "it s 4 90 cafe"
    assert plain("礼品卡：十三年") == "礼 品 卡 十三 年"


def test_two_answers_in_a_script_without_spaces_are_compared_by_their_words() -> None:
    assert alike("礼品卡有效期三年", "礼品卡的有效期为三年", "")
    assert not alike("期限は3年です", "期限は5年です", "")
    assert backed("有效期三年", "礼品卡有效期为三年。", "礼品卡多久？")
    assert not backed("永远有效", "礼品卡可以退货。", "礼品卡多久？")


@pytest.mark.parametrize(
    "text", ["我不知道。", "Das weiß ich nicht.", "Не знаю, извините.", "分かりません。", "لا أعرف", "ไม่ทราบครับ", "I'm not sure."]
)
def test_set_phrases_of_many_languages_say_that_it_does_not_know(text: str) -> None:
    assert declines(text)


def test_where_the_rules_know_too_little_they_say_so() -> None:
    assert (
        foreign("礼品卡有效期为三年。")
        and foreign("Die Karte ist mit dem Konto von heute an gültig.")
        and foreign("Карта действует три года.")
    )
    assert not foreign("The card is valid for three years.") and not foreign("30 days") and not foreign("El Paso") and not foreign("")
    assert fact_questions.judged("Карта действует три года.", fact_questions.Thing("q", (), "", "", "book", False)) == "unread"
    assert failure_stage.right("Карта действует три года.", Question("q", ()), []) is None
    assert failure_stage.right("Не знаю.", Question("q", ()), []) is True
    assert answer_language.says(0, 4) == "" and answer_language.says(1, 4).startswith("1 of 4 answers is not counted")
