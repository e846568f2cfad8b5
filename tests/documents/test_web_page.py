"""Web pages: what their marks mean is kept, and their letters are those that they name."""

import pytest

from fluencylab.documents.page_charset import decoded_page
from fluencylab.documents.read import read
from fluencylab.documents.web_page import shown


def page(body: str, head: str = "") -> str:
    return shown(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("The fee is 50<sup>1</sup> euros; 10<sup>6</sup> users.", "The fee is 50 [1] euros; 10^6 users."),
        ("A word<sup>3</sup> with a note, and more<sup><a href='#n'>12</a></sup>.", "A word [3] with a note, and more [12]."),
        ("1.5×10<sup>−3</sup> of 20 m<sup>2</sup>, x<sup>n+1</sup>", "1.5×10^−3 of 20 m^2, x^(n+1)"),
        ("all files<sup>NEW</sup>", "all files NEW"),
        ("the 2<sup>nd</sup> of the XIX<sup>e</sup>, by Acme<sup>TM</sup>*", "the 2nd of the XIXe, by Acme™*"),
        ("50<span style='vertical-align: super'>1</span> euros", "50 [1] euros"),
        ("CO<sub>2</sub>, H<sub>2</sub>O, x<sub>i</sub>", "CO2, H2O, x_i"),
        ("Price: <s>100 euros</s> 80 euros", "Price: ~~100 euros~~ 80 euros"),
        ("within <del>14</del><ins>30</ins> days, <strike>not</strike> free", "within ~~14~~30 days, ~~not~~ free"),
        ("<span style='text-decoration: line-through red'>old</span> new", "~~old~~ new"),
        ("<del><p>one</p><p>two</p></del>", "~~one~~\n\n~~two~~"),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>+</mo><msup><mi>x</mi><mn>2</mn></msup></math>", "1/2 + x^2"),
        ("<math alttext='E=mc^2'><mi>E</mi></math>", "E=mc^2"),
        ("<ol type=a start=3><li>one<li value=7>two</ol>", "c. one\ng. two"),
        ("<ol reversed style='list-style-type: upper-roman'><li>one<li>two</ol>", "II. one\nI. two"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>", "漢字(かんじ)"),
        ("<details><summary>More</summary>inside</details><dialog>not open</dialog><p hidden>no", "More\n\ninside"),
        ("Name <input value=Kim><input type=hidden value=secret>", "Name  Kim"),
        ("<input type=checkbox checked>yes <input type=radio>no", "[x] yes [ ] no"),
        ("Size <select><option>S<option selected>M</select><textarea>blue</textarea>", "Size  M  blue"),
    ],
)
def test_what_a_mark_means_is_kept(markup: str, text: str) -> None:
    assert page(markup).strip() == text


def test_a_merged_cell_stands_wherever_it_holds() -> None:
    rows = "<tr><th rowspan=2>Plan<th colspan=2>Price<tr><th>Month<th>Year<tr><td rowspan=2>Basic<td>1<td>2<tr><td>3<td>4"
    last = "<tr><td colspan=3>With tax"
    assert page(f"<table>{rows}{last}</table>").split("\n") == [
        "| Plan | Price | Price |",
        "| --- | --- | --- |",
        "| Plan | Month | Year |",
        "| Basic | 1 | 2 |",
        "| Basic | 3 | 4 |",
        "| With tax |  |  |",
    ]


def test_a_table_that_only_places_words_is_none() -> None:
    assert page("<table><tr><td><h2>Returns</h2><p>Free</p><tr><td>Soon</table>") == "## Returns\n\nFree\n\nSoon"


def test_styles_hide_and_strike_out() -> None:
    sheet = "<style>.old{text-decoration:line-through} @media print{.p{display:none}} .tab{display:none} .tab.on{display:block}</style>"
    body = "<p>a <b class=old>100</b> 80 <i class=p>c</i><p class=tab>no</p><p class='tab on'>yes</p>"
    assert page(body, sheet) == "a ~~100~~ 80 c\n\nyes"


def test_a_head_that_is_not_closed_takes_no_words_away() -> None:
    assert shown("<!doctype html><html><head><title>Returns</title><body><h1>How</h1><p>Send it.") == "Returns\n\n# How\n\nSend it."
    assert shown("<title>Returns</title><p>Send it.<p>We pay.") == "Returns\n\nSend it.\n\nWe pay."
    assert shown("<table><tr><td>a<b>c</table>d</b>e").split() == ["ac", "de"]


@pytest.mark.parametrize(
    ("label", "codec", "words"),
    [
        ("windows-1251", "cp1251", "Вернуть товар можно в течение тридцати дней."),
        ("koi8-r", "koi8-r", "Вернуть товар можно"),
        ("gb2312", "gbk", "您可以在三十天内退货。"),
        ("big5", "big5", "您可以在三十天內退貨。"),
        ("Shift_JIS", "cp932", "三十日以内に返品できます。①"),
        ("euc-jp", "euc-jp", "三十日以内に返品できます。"),
        ("iso-2022-jp", "iso2022_jp", "三十日以内に返品できます。"),
        ("euc-kr", "cp949", "삼십일 이내에 반품할 수 있습니다."),
        ("iso-8859-1", "cp1252", "The lamp costs £25 – “new”."),
        ("iso-8859-2", "iso-8859-2", "Zboží můžete vrátit do třiceti dnů."),
        ("iso-8859-7", "iso-8859-7", "Επιστροφή εντός τριάντα ημερών."),
        ("windows-1256", "cp1256", "شحن مجاني إلى كل المدن"),
        ("tis-620", "cp874", "คืนสินค้าได้ภายในสามสิบวัน"),
    ],
)
@pytest.mark.parametrize("meta", ['<meta charset="{}">', '<META http-equiv=Content-Type content="text/html; charset={}">'])
def test_a_page_is_read_by_the_encoding_it_names(meta: str, label: str, codec: str, words: str) -> None:
    found = decoded_page(f"<html><head>{meta.format(label)}</head><body><p>{words}".encode(codec))
    assert found is not None
    assert found[0].endswith(words)
    assert found[1] == ()


async def test_a_wrong_name_is_no_name() -> None:
    unicode = await read("a.html", '<html><meta charset="iso-8859-1"><p>Zwölf größere Räume'.encode())
    assert unicode.text == "Zwölf größere Räume"
    assert unicode.notes == ("It says that it is in windows-1252, but its bytes are UTF-8; it was read as UTF-8.",)
    assert (await read("b.html", b'<html><meta charset="no-such"><p>plain')).text == "plain"
    russian = await read("c.html", '<?xml version="1.0" encoding="windows-1251"?><html><body><p>Возврат'.encode("cp1251"))
    assert russian.text == "Возврат"


def test_what_lies_very_deep_is_read_like_the_rest() -> None:
    assert page("<div>" * 5000 + "deep" + "</div>" * 5000 + "after").split() == ["deep", "after"]
