"""Raised and lowered letters on one line: a figure stays apart from the mark behind it.

50<sup>1</sup> euros  -> 50 [1] euros      10<sup>6</sup> users -> 10^6 users
2<sup>nd</sup> floor  -> 2nd floor         H<sub>2</sub>O       -> H2O
"""

import re

ORDINALS = {"st", "nd", "rd", "th", "er", "re", "e", "ème", "ere", "ère", "nde", "o", "a", "os", "as", "º", "ª", "te", "de", "ste", "me"}
"""Behind a figure: 1st, 2e, 3o."""
SIGNS = {"TM": "™", "SM": "℠", "R": "®", "(R)": "®"}
ORDINAL = re.compile(r"\d+|[IVXLCDM]{2,}|[Nn]")
UNITS = {"m", "mm", "cm", "dm", "km", "ft", "in", "yd", "mi", "s", "kg", "µm", "nm", "μm", "px", "hm"}
MARK = re.compile(r"[\[(]?([*∗†‡§¶#]+|\d{1,3}(?:\s?[,;–-]\s?(?:\d{1,3}|[*∗†‡]))*[*∗†‡]?|[a-z]|[ivx]+)[\])]?", re.IGNORECASE)
"""What stands behind a word to send its reader to a note."""


def raised(before: str, mark: str, *, note: bool = False, after: str = "") -> str:
    """What to write for a raised `mark` behind `before`. `note`: it is known to belong to a note."""
    mark = " ".join(mark.split())
    base = re.search(r"[^\W\d_]+$|[\d.,]*\d$", before)
    last = base[0] if base else ""
    if not mark or set(mark) <= set("*∗†‡§¶®™℠°′″'’,.;:"):
        return mark
    if mark in SIGNS and not note:
        return SIGNS[mark]
    found = MARK.fullmatch(mark)
    if note or (found and not _power(last, mark)):
        if not found:
            return f" [{mark.strip('[]')}]"
        if mark.lower() in ORDINALS and ORDINAL.fullmatch(last) and not note:
            return mark
        return f"{' ' if before and not before[-1:].isspace() else ''}[{found[1]}]"
    if mark.isalpha() and len(mark) > 1 and (last.isalpha() or mark.lower() in ORDINALS):
        return mark if mark.islower() and len(mark) < 5 else f" {mark}"  # 2nd, Mme; else a word that only stands higher
    return _tied("^", mark, after) if before.strip() else mark


def lowered(before: str, mark: str, *, after: str = "") -> str:
    """What to write for a lowered `mark`: chemists' figures as they are typed (CO2), else with a sign (x_i, log_10 5)."""
    mark = " ".join(mark.split())
    if not mark:
        return ""
    element = re.search(r"(?:^|[^a-z])(?:[A-Z][a-z]?|\))$", before)
    if element and mark.isdigit() and not after[:1].isdigit():
        return mark
    return _tied("_", mark, after) if before.strip() else mark


def _tied(sign: str, mark: str, after: str) -> str:
    plain = re.fullmatch(r"[-+−]?\w+(?:[.,]\d+)?", mark) and not (after[:1].isalnum() and not re.match(r"\s", after))
    return f"{sign}{mark}" if plain else f"{sign}({mark})"


def _power(last: str, mark: str) -> bool:
    """Is it a power, and no note? 10^6, 2^10, m^2, x^n are; a price or a word with a small figure behind it is not."""
    if last.isdigit():
        return (last in ("10", "2") and mark.isalnum()) or (mark in ("2", "3") and len(last) <= 2)
    if mark.isdigit():
        return last in UNITS or len(last) == 1
    return len(last) == 1 and len(mark) == 1
