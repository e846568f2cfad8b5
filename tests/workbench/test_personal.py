"""What belongs to a person is found in more than 60 texts, and in as many others, full of numbers, nothing is."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.workbench.found import CaseDraft
from fluencylab.workbench.personal import found, masked, masked_case

HOLDS = """\
Write to <ann@shop.example>.
Mail me at <ann.o-brien+lamps@mail.shop.co.uk>, please
<ANN@SHOP.EXAMPLE> is mine
Contact: <jürgen@müller-lampen.de>
mailto:<info@shop.example>?subject=x
“<a_b@shop.museum>”
<ann [at] shop [dot] example>
<ann(at)shop.example> wrote
two: <a@b.example>, <c@d.example>
email=<ann%tag@shop.example>;
Ask <张伟@例子.中国> about it
(<x@y.io>)
I am <123456@shop.example>
<ann@shop.example>.
Card <4111 1111 1111 1111> was refused
paid with <4242424242424242> yesterday
MC <5555-5555-5555-4444>
Amex <3782 822463 10005>
My card is <6011111111111117>
JCB <3530111333300000>.
Diners <30569309025904>, valid
Visa <4222222222222>
<2223003122003222> is a new Mastercard
IBAN <DE89 3704 0044 0532 0130 00>
iban: <gb29nwbk60161331926819>
<FR14 2004 1010 0505 0001 3M02 606> please
Send it to <NL91ABNA0417164300>.
<CH93 0076 2011 6238 5295 7> at once
<NO93 8601 1117 947> OK
<PL61 1090 1014 0000 0712 1981 2874>
<ES91 2100 0418 4502 0005 1332>
<BE68 5390 0754 7034> and more words
konto <AT61 1904 3002 3457 3201>
Call <+44 1632 960983>
<+1 (415) 555-0132> is mine
Ring <+49 (0)30 901820> now
<+49 171 1234567>, after six
<+33 6 12 34 56 78> merci
<+91 98765 43210>
<+86 138 1234 5678>
<+7 (495) 123-45-67>
<0049 30 901820>
<00441632960983> is the shop
Tel.: <030 / 901820>
Telefon <0171 1234567>
My number is <01632 960 983>
<06 12 34 56 78>, c'est moi
<06.12.34.56.78>
<(415) 555-0132>
<415-555-0132> before noon
<415.555.2671>
<(11) 98765-4321>
<98765 43210> is my mobile
<03-1234-5678>
<138-1234-5678>
phone number: <612 345 678>
Handy: <01711234567>
<01711234567> geht immer
téléphone <01 23 45 67 89>
teléfono <912 345 678>
电话 <13812345678>
call me on <555-0132>
fax <12 34 56 78>
order lost, call <030 1234567>
<+4930901820>""".splitlines()

HOLDS_NOTHING = """\
Order 4733 has not arrived
order no. 0301234567 please
Bestellnummer 0171-1234567-89
Bestellung 030 1234567
Invoice 2026-000123456
Tracking 1234 5678 9012 3456
tracking number 4111111111111111
ISBN 978-3-16-148410-0
EAN 4006381333931
IMEI 490154203237518
It costs 1.234.567,89 €
It costs 1,234,567.89
€ 1 234 567 a year
$1,000,000.00
12 345 678 people live there
1 000 000 000 rows
+20 000 000 users this year
On 12.05.2026 at 10:30
On 2026-05-12T10:30:00Z
2026-05-12 10:30:00
from 2019-2024
2010–2015
12/05/2026 or 05-12-2026
01.02.2026
version 12.4.1.20260512
v2.10.3
Chrome 141.0.7390.55
at 192.168.100.200
10.0.0.1:8080
port 8080-8090
between 100000-200000
pages 1200-1350
0.123456789
3.14159265358979
1.5e-10
99.99 % of 123456
id 550e8400-e29b-41d4-a716-446655440000
sha 4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d
build 20261129123456
unix 1700000000
at 1700000000123
2147483647
4111 1111 1111 1112
1234 5678 9012 3456
0000 0000 0000 0000
5555 5555 5555 4445
DE89 3704 0044 0532 0130 01
GB12 IS NO ACCOUNT AT ALL OF ANY BANK
XX00 1234 5678 9012 3456
AB12 CD34
npm i left-pad@1.3.0
logo@2x.png
git@github.com:shop/lamps
@ann said so
a@b
meet me @ 5.30 pm
look at shop.example
48.8566, 2.3522
5 x 10 x 15 cm
10-20-30
7 8 9 10 11 12
1-2-3-4-5-6-7
SKU-0301234567
#0301234567
ticket 00123456
customer 10023456
PLZ 10115 12345
1600 x 900, 60 Hz, 2560 x 1440
90210-1234
scores 10 20 30 40 50
http://shop.example/item/0301234567
call about order 030 1234567
Please call me, my parcel 123456789 is lost
€4.90, €14.90 and €24.90
3 of 10 failed, 30 %
05:45:12""".splitlines()


def marked(text: str) -> str:
    for span in reversed(found(text)):
        text = f"{text[: span.start]}<{text[span.start : span.end]}>{text[span.end :]}"
    return text


def test_there_are_more_than_a_hundred_texts() -> None:
    assert len(HOLDS) > 60 and len(HOLDS_NOTHING) > 60


@pytest.mark.parametrize("text", HOLDS)
def test_what_belongs_to_a_person_is_found(text: str) -> None:
    assert marked(text.replace("<", "").replace(">", "")) == text


@pytest.mark.parametrize("text", HOLDS_NOTHING)
def test_what_does_not_is_left(text: str) -> None:
    assert marked(text) == text


def test_the_same_address_has_the_same_name_however_it_is_written() -> None:
    text = "Ann@shop.example, bob@shop.example, ann@SHOP.example; +44 1632 960983 or 0044 1632-960983"
    assert masked(text) == "[e-mail 1], [e-mail 2], [e-mail 1]; [telephone 1] or [telephone 1]"


def test_a_case_is_masked_as_one() -> None:
    draft = CaseDraft(
        {"input": "I am ann@shop.example"}, "Ask bob@shop.example", ("bob@shop.example",), False, "row 2", "Hi ann@shop.example", None, ""
    )
    told = masked_case(draft)
    assert told.inputs == {"input": "I am [e-mail 1]"}
    assert (told.reference, told.output, told.tags, told.source) == ("Ask [e-mail 2]", "Hi [e-mail 1]", ("[e-mail 2]",), "row 2")


def test_what_is_masked_holds_nothing_more() -> None:
    for text in HOLDS:
        assert not found(masked(text.replace("<", "").replace(">", "")))


def test_a_changed_figure_of_a_card_or_an_iban_is_noticed() -> None:
    """Luhn's sum and the remainder by 97 notice each single change."""
    for number in ("4111111111111111", "DE89370400440532013000"):
        for at in range(len(number)):
            if number[at].isdigit():
                for other in set("0123456789") - {number[at]}:
                    changed = number[:at] + other + number[at + 1 :]
                    assert not any(span.kind in ("card", "IBAN") for span in found(changed)), changed


def test_few_random_order_numbers_are_taken_for_cards_or_telephones() -> None:
    """Of numbers without a word before them: one in ten of sixteen figures keeps Luhn's sum, and few begin like a card."""
    chance = random.Random(7)
    numbers = [str(chance.randrange(10**9, 10**16)) for _ in range(2_000)]
    assert sum(bool(found(f"It is {number} here")) for number in numbers) < 60


@given(st.text(alphabet=st.sampled_from("0123456789 +-().@/abDE\n"), max_size=300))
def test_any_text_is_read(text: str) -> None:
    spans = found(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    masked(text)


def test_long_runs_of_figures_and_signs_do_not_slow_it_down() -> None:
    for text in ("1" * 200_000, "1 " * 100_000, "a@" * 100_000, "a." * 100_000, "+1-(2)" * 40_000, "DE89 " * 40_000, "x@y." * 50_000):
        assert isinstance(found(text), tuple)
