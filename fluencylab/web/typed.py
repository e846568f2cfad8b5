"""Numbers as they were typed into a form, or put there by whoever wrote the request: None for what is none."""

import math
import re

from fluencylab.errors import BadInput


def whole(typed: str) -> int | None:
    """Of at most nine figures, without a sign."""
    return int(typed) if re.fullmatch(r"\s*[0-9]{1,9}\s*", typed) else None


def percent(typed: str) -> int | None:
    """ "70", "70.4" and "70 %" are 70."""
    found = re.fullmatch(r"\s*([0-9]{1,3})([.,][0-9]{0,9})?\s*%?\s*", typed)
    return int(found[1]) if found else None


def amount(typed: str) -> float | None:
    """ "50 000", "50,000" and "0,15"; empty is 0."""
    plain = re.sub(r"[\s\u202f']", "", typed)
    comma = plain.count(",") == 1 and "." not in plain and len(plain.rpartition(",")[2]) != 3
    try:
        found = float(plain.replace(",", "." if comma else "") or 0)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def number(typed: str, label: str) -> float:
    """What was foretold under this label: "12", "0,15", "40 %". Raises BadInput for what is no number."""
    value = amount(typed.strip().removesuffix("%")) if typed.strip() else None
    if value is None:
        raise BadInput(f"“{label}” needs a number.", "Move the diamond or type a number.")
    return value
