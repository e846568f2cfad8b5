"""When are two words equal? Capitals, full width, ligatures and other forms of one letter do not count; letters do.

    fold("ＬＡＭＰ ﬁts ３０")     "lamp fits 30"             compatibility forms (NFKC) and capitals
    fold("İADE") == fold("iade"), fold("IŞIK") == fold("ışık")       the Turkish i, with its dot and without
    fold("الإِرجـاع")             "الارجاع"                  vowel marks, tatweel and the seats of hamza
    fold("३० दिन")                "30 दिन"                   figures of any script; vowel signs stay: दिन is not दान
    bare("Résumé")                "resume"                   and accents, where an accent is no letter of its own

The equalities of Arabic and Hindi are those of Lucene's normalizers (`ArabicNormalizer`, `PersianNormalizer`, `HindiNormalizer`).
"""

import unicodedata

from fluencylab.text.segmentation import pattern

_RAISED = r"(?<=\p{Nd})(?=[⁰¹²³⁴-⁹₀-₉])"
"""A raised figure behind a figure is a mark or a power, and no further figure of the number."""
_UNSEEN = r"[\p{Cf}ـ]"
_MARKS = r"(?<=[\p{Latin}\p{Greek}\p{Arabic}\p{Hebrew}][\p{Mn}]*)\p{Mn}"
_VOWEL_MARKS = r"(?<=[\p{Arabic}\p{Hebrew}][\p{Mn}]*)\p{Mn}"
_SAME = str.maketrans({"ı": "i", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ё": "е", "ँ": "ं", "़": None})


def fold(text: str) -> str:
    """The same text in the one form in which equal words are equal letter by letter."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", pattern(_RAISED).sub(" ", text)).casefold()
    return _recomposed(pattern(_UNSEEN).sub("", plain), _VOWEL_MARKS).translate(_SAME)


def bare(text: str) -> str:
    """`fold`, and no accents: é is e. A sign that makes another letter stays: й is not и, が is not か."""
    return fold(text) if text.isascii() else _recomposed(fold(text), _MARKS)


def _recomposed(text: str, without: str) -> str:
    """Taken apart, so that marks can be taken off, and put together again; every figure in ASCII."""
    apart = pattern(without).sub("", unicodedata.normalize("NFD", text).replace("i̇", "i"))
    return unicodedata.normalize("NFC", "".join(str(unicodedata.decimal(sign, sign)) for sign in apart))
