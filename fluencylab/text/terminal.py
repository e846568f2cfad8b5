"""What a stranger wrote, without what could steer a terminal. Joiners stay: without them Persian, Hindi and many emoji fall apart."""

import unicodedata

TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of what follows, also of what others wrote there."""
_DROPPED = ("Cc", "Cs")
NO_XML = frozenset("\ufffe\uffff")
"""Signs that no file of XML may hold: a Word document or a workbook with one in it does not open."""


def harmless(text: str, instead: str = "") -> str:
    """Line ends and tabs stay. `instead`: what stands for a sign that is dropped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in "\n\t" or _shown(sign) else instead for sign in text)


def _shown(sign: str) -> bool:
    return sign not in TURNS and sign not in NO_XML and unicodedata.category(sign) not in _DROPPED


def is_one_line(text: str) -> bool:
    """Nothing in it that a line of text cannot show."""
    return harmless(text) == text and not {"\n", "\t"} & set(text)
