"""Is a text plausible: damaged texts are told from whole ones, and what is sure is mended."""

import pytest

from fluencylab.documents.plausible import BOUND, judged, mended, remarks
from fluencylab.documents.read import read

GOOD = {
    "en": "The amount of 273.50 euros is due on 3 June. Send it to our central office by Friday, please; see https://example.org/help/a_b?c=1.",
    "de": "Die Datenschutzgrundverordnung gilt auch für die Kraftfahrzeugversicherung größerer Räume über „zwölf“ Quadratmeter.",
    "fr": "« Où êtes-vous allés cet été ? » demanda l’élève à l’hôtel, déçu de n’être reçu qu’à Noël ; ça coûte 12 €.",
    "pt": "NÃO É POSSÍVEL A DEVOLUÇÃO após 30 dias; a informação está à disposição do órgão.",
    "cs": "Zboží můžete vrátit do třiceti dnů, pokud není poškozené; úhrada přijde příští týden.",
    "fi": "Asiakas voi palauttaa lämpöpumppuasennuksensa kolmenkymmenen päivän kuluessa ostopäivästä.",
    "ru": "Вернуть товар можно в течение тридцати дней.",
    "el": "Επιστροφή εντός τριάντα ημερών από την παραλαβή.",
    "ar": "يمكنك إعادة البضاعة خلال ثلاثين يوما من الشراء",
    "hi": "आप तीस दिनों के भीतर सामान वापस कर सकते हैं।",
    "zh": "您可以在三十天内退货,我们支付运费。收到货物后请检查包装是否完好。",
    "th": "คุณสามารถคืนสินค้าได้ภายในสามสิบวันโดยไม่มีค่าใช้จ่าย",
    "vi": "Bạn có thể trả lại hàng trong vòng ba mươi ngày kể từ khi nhận được.",
}


@pytest.mark.parametrize("language", GOOD)
def test_a_good_text_is_plausible_in_every_language(language: str) -> None:
    assert judged(GOOD[language]).score < BOUND
    assert mended(GOOD[language]) == (GOOD[language], 0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Paymentadvicefororderandbox twelve Theamountofeurosisdueontheday ofJune", "glued"),
        ("T h e a m o u n t i s d u e o n 3 J u n e a n d n o t l a t e r", "apart"),
        (GOOD["ru"].encode("cp1251").decode("cp1252"), "table"),
        (GOOD["ru"].encode("koi8-r").decode("latin-1"), "table"),
        (GOOD["el"].encode("iso-8859-7").decode("cp1252", "replace"), "table"),
        (GOOD["zh"].encode("gbk").decode("latin-1"), "table"),
        ("三十日以内に返品できます。送料は当店が負担いたします。".encode("euc-jp").decode("latin-1"), "table"),
        ("The \ufffd\ufffd\ufffd\ufffd of \ufffd\ufffd\ufffd\ufffd euros \ufffd\ufffd due", "unknown"),
        ("/g106/g118/g123/g101/g108/g107/g117/g101/g120 /g110/g122/g123/g120", "unknown"),
        ("(cid:12)(cid:14)(cid:15) and (cid:16)(cid:17)(cid:18)(cid:19)(cid:20) or (cid:12)(cid:14)(cid:15)", "unknown"),
    ],
)
def test_a_damaged_text_is_not(text: str, kind: str) -> None:
    found = judged(text)
    assert found.score >= BOUND
    assert found.kind == kind


def test_utf8_that_was_read_byte_by_byte_is_turned_back() -> None:
    for language in ("de", "fr", "pt", "cs", "ru", "zh"):
        broken = GOOD[language].encode().decode("latin-1")
        assert mended(broken)[0] == GOOD[language]
    assert mended("It donâ€™t cost â‚¬5") == ("It don’t cost €5", 2)
    assert mended("un é\u00a0» et") == ("un é\u00a0» et", 0)


def test_a_remark_names_the_pages() -> None:
    pages = [GOOD["en"], GOOD["ru"].encode("cp1251").decode("cp1252"), GOOD["de"], GOOD["ru"].encode("koi8-r").decode("latin-1")]
    assert remarks(pages)[0].startswith("On pages 2 and 4 many words look as if they were read by the table of another language.")


async def test_every_kind_of_file_is_judged() -> None:
    wrong = GOOD["ru"].encode("cp1251").decode("cp1252")
    found = await read("a.html", f"<!doctype html><meta charset=utf-8><p>{wrong}".encode())
    assert found.notes == (
        "In it many words look as if they were read by the table of another language. Save it anew as UTF-8, and choose that.",
    )
    turned = await read("a.md", "Die gröÃŸte MÃ¶glichkeit".encode())
    assert turned.text == "Die größte Möglichkeit"
