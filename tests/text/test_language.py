"""The language of a text, where it can be told."""

import pytest

from fluencylab.text.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The order Q-4733 will arrive on Monday.", "en"),
        ("Ihre Bestellung Q-4733 kommt am Montag.", "de"),
        ("Je ne sais pas où il est.", "fr"),
        ("Los pedidos tardan tres días.", "es"),
        ("A encomenda chega na segunda-feira.", "pt"),
        ("De bestelling komt maandag aan.", "nl"),
        ("Zamówienie dotrze w poniedziałek.", "pl"),
        ("礼品卡有效期为三年。", "zh"),
        ("मुझे नहीं पता कि वह कहाँ है।", "hi"),
        ("لا أعرف متى تصل الطلبية.", "ar"),
    ],
)
def test_a_sentence_is_told(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "OK", "Q-4821", "12.50", '{"total": 12}', "No"])
def test_what_could_be_in_any_language_is_in_none(text: str) -> None:
    assert language(text) is None
