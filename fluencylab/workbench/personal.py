"""What in a text belongs to a person: e-mail addresses, telephone numbers, card numbers and IBANs, by their form and check digits.

    masked("Write to ann@shop.example or call +44 1632 960 983.")      "Write to [e-mail 1] or call [telephone 1]."

Card numbers keep Luhn's sum and a length of their brand, IBANs the remainder 1 by 97 (ISO 13616) and the length of their country. A
telephone number has no check digit, so it is told by how it is written and by the words before it; order numbers, dates, prices, versions
and addresses of machines are none. Names, streets and what somebody tells of themselves are not found: nothing here replaces a look.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from fluencylab.workbench.found import CaseDraft

Kind = Literal["e-mail", "telephone", "card", "IBAN"]


class Span(NamedTuple):
    """From `start` up to `end`, which is not part of it."""

    kind: Kind
    start: int
    end: int


Names = dict[tuple[Kind, str], str]
"""The names that stand for what was found: of one address the same wherever it stands."""

EMAIL = re.compile(
    r"(?<![\w.+%-])[\w+%-]+(?:\.[\w+%-]+)*(?:@| ?[\[(](?:at|AT|ät)[\])] ?)"
    r"(?:[^\W_](?:[\w-]*[^\W_])?(?:\.| ?[\[(](?:dot|punkt)[\])] ?))+[^\W\d_]{2,24}(?!\w)"
)
NO_EMAIL = re.compile(r"git@|.*@\dx\.(?:png|jpe?g|webp|svg|gif)$", re.IGNORECASE)
"""How a repository is named, and a picture for a screen with more points."""

DIGIT_GROUPS = re.compile(r"(?<![\w.,+/-])\d(?:[ \u00a0\u202f-]?\d){12,18}(?![\w]|[.,/-]\d)")
BRANDS = (
    ("4", (13, 16, 19)),
    ("5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),
    ("3[47]", (15,)),
    ("6011|65|64[4-9]|62", (16, 17, 18, 19)),
    ("35(?:2[89]|[3-8])", (16, 17, 18, 19)),
    ("30[0-5]|3[689]", (14,)),
    ("50|5[6-9]|63|67", (16, 18, 19)),
)
"""Visa, Mastercard, American Express, Discover and UnionPay, JCB, Diners, Maestro: how a number begins, and how long it is."""

IBAN_START = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?=[ \u00a0-]?[A-Z0-9])", re.IGNORECASE)
IBAN_LENGTHS = {
    **{"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22},
    **{"CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22},
    **{"GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30},
    **{"KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27},
    **{"MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31},
    **{"SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20},
}
"""Characters, by country, as the SWIFT registry has them."""

NUMBER = re.compile(r"(?<![\w#@.,:/$€£¥%+*=-])(?:\+|\(\+?)?\d(?:[ \u00a0\u202f.()/–-]{0,3}\d){5,16}(?![\w%$€£¥]|[.,:/-]\d| ?[%$€£¥°])")
BEFORE = 32
"""Letters before a number that say what it is."""
CALL = r"""
    tel t[ée]l[ée]?phone telefon\w* tel[ée]fono phone mobile? mobil cell cellulare handy\w* fax call ring dial text\sme
    whats\s?app hotline rufnummer ruf rufen portable appele[zr]? m[óo]vil celular ll[aá]m\w+ chiam\w+ telefone telem[óo]vel
    telefoon\w* gsm sms телефон\w* тел звон\w+
    (?:my|our|meine|unsere|mon|mi|il\smio)\s(?:\w+\s)?(?:number|nummer|num[ée]ro|número)"""
CALL_ELSEWHERE = "電話 电话 手机 手機 携帯 전화 휴대폰 هاتف جوال फ़ोन मोबाइल"
NO_CALL = r"""
    orders? bestell\w* auftrag\w* rechnung\w* invoice tracking sendung\w* paket\w* parcel shipment ticket case fall vorgang\w*
    customer kunden\w* account konto\w* contract vertrag\w* policy article artikel\w* item product sku ean gtin upc isbn issn
    serial seriennummer imei ref reference referenz code pin batch lot version build port commande facture colis suivi pedido
    factura env[ií]o ordine fattura spedizione encomenda zam[oó]wieni\w+ заказ\w* timestamp unix epoch population steps bytes
    hash zip plz postcode"""
NO_CALL_ELSEWHERE = "注文 订单 訂單"
NUMBERED = "id nr no num number nummer"
"""Words before a number that make it one of a telephone, or of something else; and those that stand before both."""
DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})(?:\b|[ T].*)|(?:19|20)\d\d ?[–/-] ?(?:19|20)\d\d"
)
VERSION = re.compile(r"(?!0\d)\d{1,3}(?:\.\d{1,3}){2,}")
THOUSANDS = re.compile(r"\+?\d{1,3}(?:[. \u00a0\u202f]\d{3})+")
RANGE = re.compile(r"(\d+) ?[–-] ?\d+")
WRITTEN = re.compile(
    r"\+?1?[ .-]?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}|"  # North America
    r"\(0?\d{1,5}\)[ -]?\d[\d -]{4,}\d|"  # the area in brackets
    r"[6-9]\d{4} \d{5}|1[3-9]\d[ -]\d{4}[ -]\d{4}|"  # mobile numbers of India and China
    r"0[1-9]\d{0,4}[ ./–-]{1,3}\d[\d ./–-]{3,}\d|0[1-9](?:[ .]\d\d){4}|0[1-9]\d{8,9}"  # with the nought before an area
)
"""Numbers that are telephone numbers by the way they are written, without a word that says so."""


def _before(words: str, elsewhere: str = "") -> re.Pattern[str]:
    """One of the words, and nearly nothing between it and a number. `elsewhere`: of scripts without spaces."""
    further = "".join(f"|{word}" for word in elsewhere.split())
    return re.compile(rf"(?:\b(?:{'|'.join(words.split())})\b{further})[^\d\n]{{0,18}}$", re.IGNORECASE)


CALLS, OTHERS, EITHER = _before(CALL, CALL_ELSEWHERE), _before(NO_CALL, NO_CALL_ELSEWHERE), _before(NUMBERED)


def found(text: str) -> tuple[Span, ...]:
    """In the order in which they stand; none lies in another."""
    taken: list[Span] = []
    for find in (_emails, _ibans, _cards, _telephones):
        taken += [span for span in find(text) if not any(span.start < other.end and other.start < span.end for other in taken)]
    return tuple(sorted(taken, key=lambda span: span.start))


def masked(text: str, names: Names | None = None) -> str:
    """The text with a name for each: [e-mail 1]. `names`: those given already, to which new ones are added."""
    names = {} if names is None else names
    pieces: list[str] = []
    at = 0
    for kind, start, end in found(text):
        key = (kind, _plain(kind, text[start:end]))
        if key not in names:
            names[key] = f"[{kind} {sum(other == kind for other, _ in names) + 1}]"
        pieces += [text[at:start], names[key]]
        at = end
    return "".join([*pieces, text[at:]])


def masked_case(draft: CaseDraft) -> CaseDraft:
    """Every text of a case, with the same name for the same address in all of them."""
    names: Names = {}
    inputs = {name: masked(text, names) for name, text in draft.inputs.items()}
    reference, output, note = (masked(text, names) for text in (draft.reference, draft.output, draft.note))
    tags = tuple(masked(tag, names) for tag in draft.tags)
    return draft._replace(inputs=inputs, reference=reference, tags=tags, source=masked(draft.source, names), output=output, note=note)


def _plain(kind: Kind, text: str) -> str:
    """The same for two ways of writing one thing."""
    if kind == "e-mail":
        return text.lower()
    bare = re.sub(r"\(0\)|\W", "", text).upper()
    return bare.removeprefix("00") if kind == "telephone" else bare


def _emails(text: str) -> Iterator[Span]:
    for match in EMAIL.finditer(text) if "@" in text or "at" in text.lower() or "ät" in text else ():
        if not NO_EMAIL.match(match[0]):
            yield Span("e-mail", *match.span())


def _ibans(text: str) -> Iterator[Span]:
    for match in IBAN_START.finditer(text):
        length = IBAN_LENGTHS.get(match[0][:2].upper(), 0)
        whole = re.compile(rf"[A-Z]{{2}}\d\d(?:[ \u00a0-]?[A-Z0-9]){{{length - 4}}}(?![^\W_])", re.IGNORECASE).match(text, match.start())
        if length and whole and _remainder(re.sub(r"\W", "", whole[0]).upper()) == 1:
            yield Span("IBAN", *whole.span())


def _remainder(iban: str) -> int:
    """By 97, of the number that stands for it: the first four at its end, and letters from 10 for A."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def _cards(text: str) -> Iterator[Span]:
    for match in DIGIT_GROUPS.finditer(text):
        figures = re.sub(r"\D", "", match[0])
        brand = any(re.match(begins, figures) and len(figures) in lengths for begins, lengths in BRANDS)
        if brand and _luhn(figures) and len(set(figures)) > 1 and not OTHERS.search(text[max(0, match.start() - BEFORE) : match.start()]):
            yield Span("card", *match.span())


def _luhn(figures: str) -> bool:
    doubled = [int(figure) * (2 if at % 2 else 1) for at, figure in enumerate(reversed(figures))]
    return sum(sum(divmod(figure, 10)) for figure in doubled) % 10 == 0


def _telephones(text: str) -> Iterator[Span]:
    for match in NUMBER.finditer(text):
        if _is_telephone(text, match.start(), match[0]):
            yield Span("telephone", *match.span())


def _is_telephone(text: str, start: int, number: str) -> bool:
    figures = re.sub(r"\D", "", number.replace("(0)", ""))
    if not 6 <= len(figures) <= 15 or DATE.fullmatch(number) or VERSION.fullmatch(number) or number.count("(") != number.count(")"):
        return False
    before = text[max(0, start - BEFORE) : start]
    call, other = CALLS.search(before), OTHERS.search(before)
    if call and (not other or other.start() < call.start()):
        return True
    if other or EITHER.search(before) or (RANGE.fullmatch(number) and not number.startswith("0")):
        return False
    if number.lstrip("(").startswith(("+", "00")):
        return len(figures) >= (9 if THOUSANDS.fullmatch(number) else 8) and figures.strip("0") != "" and not figures.startswith("000")
    return WRITTEN.fullmatch(number) is not None
