"""Bytes become letters: each encoding that files are met in, in a sentence of its language; and what is only signs."""

import pytest

from fluencylab.documents.plain import decoded
from fluencylab.documents.refusal import Refused

POLISH = "Miasto;Ulica;Cena\r\nŁódź;Święty Marcin;25 zł\r\nKraków;Gęsia;4 zł\r\n"
CZECH = "Zboží můžete vrátit do třiceti dnů. Příští týden doručujeme zdarma."
HUNGARIAN = "A terméket harminc napon belül küldheti vissza. Az ügyfélszolgálat hétfőtől elérhető."
TURKISH = "İade süresi otuz gündür. Müşteri ürünü ücretsiz gönderir. Bu şehirde teslimat iki gün sürer."
RUSSIAN = "Вернуть товар можно в течение тридцати дней. Доставка бесплатна."
UKRAINIAN = "Повернути товар можна протягом тридцяти днів. Її доставка безкоштовна."
GREEK = "Μπορείτε να επιστρέψετε το προϊόν εντός τριάντα ημερών."
HEBREW = "אפשר להחזיר את המוצר תוך שלושים יום. המשלוח חינם."
ARABIC = "شحن مجاني إلى كل المدن. يمكنك إرجاع المنتج خلال ثلاثين يوما."
LITHUANIAN = "Prekę galite grąžinti per trisdešimt dienų. Pristatymas į namus nemokamas."
THAI = "คุณสามารถคืนสินค้าได้ภายในสามสิบวัน จัดส่งฟรีทุกจังหวัด"
JAPANESE = "返品は30日以内にできます。送料は無料です。"
CHINESE = "您可以在三十天内退货。全国免费送货。"
TAIWANESE = "您可以在三十天內退貨。全國免費送貨。"
KOREAN = "30일 이내에 반품할 수 있습니다. 배송은 무료입니다."
FRENCH = "Les élèves ont été reçus à l’école. Le prix est de 30 €."
PORTUGUESE = "A devolução é possível até trinta dias após a recepção."

IN_ENCODINGS = [
    *((POLISH, "cp1250"), (POLISH, "iso8859-2"), (CZECH, "cp1250"), (CZECH, "iso8859-2"), (HUNGARIAN, "cp1250"), (HUNGARIAN, "iso8859-2")),
    *((TURKISH, "cp1254"), (TURKISH, "iso8859-9"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "iso8859-5"), (RUSSIAN, "cp866")),
    *((UKRAINIAN, "cp1251"), (UKRAINIAN, "koi8-u"), (GREEK, "cp1253"), (GREEK, "iso8859-7"), (HEBREW, "cp1255"), (HEBREW, "iso8859-8")),
    *((ARABIC, "cp1256"), (ARABIC, "iso8859-6"), (LITHUANIAN, "cp1257"), (THAI, "cp874"), (FRENCH, "cp1252"), (PORTUGUESE, "iso8859-1")),
    *((JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"), (CHINESE, "gbk"), (CHINESE, "gb18030"), (TAIWANESE, "big5")),
    *((KOREAN, "euc_kr"), (CHINESE, "utf-16-le"), (KOREAN, "utf-16-be"), (RUSSIAN, "utf-16"), (ARABIC, "utf-8-sig")),
]


@pytest.mark.parametrize(("text", "encoding"), IN_ENCODINGS, ids=[f"{text[:8]}-{encoding}" for text, encoding in IN_ENCODINGS])
def test_it_is_read_by_the_encoding_it_is_in(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding))[0] == text


FEW_LETTERS = [
    *(("Łódź", "cp1250"), ("KRAKÓW;ŁÓDŹ", "cp1250"), ("Café 5", "cp1252"), ("name,city\nJosé,Málaga", "cp1252"), ("Größe: 5", "cp1252")),
    *(("naïve", "cp1252"), ("Año,España", "cp1252"), ("Его и её", "koi8-r"), ("返品", "shift_jis"), ("HTTPSの設定", "euc_jp")),
]
SIGNS = [
    *("Item,Price\r\nDesk lamp,£25\r\nVoucher,€10\r\n", "Our “thirty-day” promise – what it means\r\n• We’ll pay the postage."),
    *("20 °C ± 2 µm", "© 2024 Example®", "¼ cup, 5 m³", "Costs ¥500 … or 3 ½ £"),
]


@pytest.mark.parametrize(("text", "encoding"), FEW_LETTERS)
def test_a_few_letters_are_enough_where_one_reading_is_likelier(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding))[0] == text


@pytest.mark.parametrize("text", SIGNS)
def test_what_holds_signs_and_no_letters_is_windows_1252(text: str) -> None:
    found, notes = decoded(text.encode("cp1252"))
    assert found == text
    assert notes[0].startswith("It is not in UTF-8; it was read as Windows-1252 (Western Europe). Look at characters such as ")


def test_a_note_says_what_would_fit_nearly_as_well() -> None:
    found, (note,) = decoded("naïve".encode("cp1252"))
    assert found == "naïve"
    assert note.endswith("Look at characters such as ï. They would fit Windows-1257 (Baltic) nearly as well.")


def test_a_letter_far_down_a_long_file_is_found() -> None:
    text = "Returns take thirty days.\n" * 20_000 + POLISH
    assert decoded(text.encode("cp1250"))[0] == text


def test_bytes_that_no_encoding_makes_sense_of_are_refused() -> None:
    with pytest.raises(Refused, match="an encoding that cannot be told"):
        decoded(bytes(range(32, 256)) * 3)
