"""A product's texts in the forms that labs read: a table, a line each, short answers, labels; and the sentence on what was taken.

table(("text", "label"), [("Where is it?", "delivery")])     text,label
                                                             Where is it?,delivery
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from fluencylab.documents.format import block
from fluencylab.documents.table import separated
from fluencylab.text.phrases import plain
from fluencylab.workbench.declining import declines
from fluencylab.workbench.product_data import OpenCase, ProductData, ProductDocument

T = TypeVar("T")
SHORT_WORDS, SHORT_LETTERS = 6, 60
"""Of an answer that can be looked for as it stands; a longer one is said in other words by whoever is right."""
LONGEST_LABEL = 40
MOST_LABELS = 12
LONGEST_TEXT = 4_000
OTHER = "other"


class Labelled(NamedTuple):
    case: OpenCase
    label: str


def clean(text: str) -> str:
    """Without signs that no text has, and without blanks around it."""
    return "".join(letter for letter in text if letter in "\t\n" or (letter >= " " and not "\ud800" <= letter <= "\udfff")).strip()


def line(text: str) -> str:
    """On one line, where | parts what stands on it."""
    return " ".join(clean(text).split()).replace("|", "/")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Separated by commas. Where that could be mistaken, the first line says so, as Excel reads it."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerows([columns, *([clean(cell) for cell in row] for row in rows)])
    text = made.getvalue()
    return text if separated(text, "")[0] == "," else f"sep=,\n{text}"


def short(reference: str) -> str:
    """A reference that can be looked for word for word; "" for a longer one, and for one that says that there is no answer."""
    if declines(reference):
        return ""
    told = line(reference).rstrip(".").replace(";", ",")
    return told if plain(told) and len(told.split()) <= SHORT_WORDS and len(told) <= SHORT_LETTERS else ""


def evenly(some: Sequence[T], most: int) -> list[T]:
    """So many of them, in their order, spread over the whole."""
    count = min(most, len(some))
    return [some[(2 * i + 1) * len(some) // (2 * count)] for i in range(count)]


def with_text(product: ProductData, longest: int = LONGEST_TEXT) -> list[OpenCase]:
    """The cases whose text a lab can take: words, and not too many of them."""
    return [case for case in product.cases if len(clean(case.text)) <= longest and plain(case.text)]


def labelled(product: ProductData, least: int, most: int = MOST_LABELS) -> list[Labelled]:
    """Cases with one of a few labels: their references, if these repeat, else the first of their tags. [] where no two labels have enough.

    `least`: cases that a label needs. Of more than `most` labels the commonest are taken.
    """
    found = _by_label(product, least)
    kept = {label for label, _ in Counter(one.label.casefold() for one in found).most_common(most)}
    counted = Counter(one.label.casefold() for one in found)
    return [one for one in found if one.label.casefold() in kept and counted[one.label.casefold()] >= least]


def one_against_the_rest(product: ProductData, least: int) -> tuple[str, list[Labelled]]:
    """The label to find, and every case as that or as another: of two labels the rarer, of more the commonest. "" where there is none."""
    found = _by_label(product, least)
    counted = Counter(one.label for one in found).most_common()
    if not counted:
        return "", []
    if len(counted) == 2 and counted[-1][1] >= least:
        return counted[-1][0], found
    first = counted[0][0]
    if len(found) - counted[0][1] < least:
        return "", []
    rest = OTHER if first.casefold() != OTHER else "another"
    return first, [one if one.label == first else one._replace(label=rest) for one in found]


def _by_label(product: ProductData, least: int) -> list[Labelled]:
    """Every case that has a label, by the first spelling of it; [] where no two labels have `least` cases each."""
    cases = with_text(product)
    for labels in ([line(case.reference) for case in cases], [line(case.tags[0]) if case.tags else "" for case in cases]):
        fitting = [(case, label) for case, label in zip(cases, labels, strict=True) if 0 < len(label) <= LONGEST_LABEL]
        counted = Counter(label.casefold() for _, label in fitting)
        if sum(n >= least for n in counted.values()) > 1:
            called = {label.casefold(): label for _, label in reversed(fitting)}
            return [Labelled(case, called[label.casefold()]) for case, label in fitting]
    return []


def documents(product: ProductData, most: int) -> tuple[str, int]:
    """As labs read them, each under its title, and how many: as many as fit into so many letters."""
    text, count = "", 0
    for one in product.documents:
        longer = "\n\n".join([*([text] if text else []), block(one.title, clean(one.text))])
        if len(longer) <= most and clean(one.text):
            text, count = longer, count + 1
    return text, count


def holding(product: ProductData, answer: str) -> list[ProductDocument]:
    """The documents in which a short answer stands as it is."""
    told = re.compile(rf"(?<!\w){re.escape(plain(answer))}(?!\w)")
    return [one for one in product.documents if told.search(plain(one.text))]


# What was taken, in sentences


def from_cases(product: ProductData, n: int, what: str = "cases", lead: str = "") -> str:
    """Which of its cases; how many were left out, and that those held back always are. `lead`: what they are for, "To sort"."""
    of = len(product.cases)
    some = f"{'All' if n == of else f'{n:,} of'} its {of:,} open {what}" if of != 1 else f"Its one open {what.removesuffix('s')}"
    some = f"{lead}: {some[0].lower()}{some[1:]}" if lead else some
    return f"{some}. The {product.held_back:,} held back are never filled in." if product.held_back else f"{some}."


def from_prompt(product: ProductData) -> str:
    filled = f", filled from case {product.cases[0].number}" if product.cases else ""
    return f"The prompt of version {product.version}{filled}."


def from_documents(product: ProductData, n: int) -> str:
    of = len(product.documents)
    return f"{'All' if n == of else f'{n} of'} its {of} documents{'' if n == of else ', as many as fit'}." if of != 1 else "Its document."


def no_documents(product: ProductData) -> str:
    return f"{product.name} has no documents yet: bring them in under Your product, and they are filled in here."
