"""Keys that were typed, held in memory until this process ends: an entry names one by its ticket, which says nothing of the key.

Nothing of them is written down: not in the list of models, not in a page, a log or a backup.
"""

import re
import secrets
import unicodedata

from fluencylab.errors import BadInput

_QUOTES = " \"'`“”„‘’«»<>,;"
MOST_HELD = 50
_held: dict[str, str] = {}


def hold(typed: str) -> str:
    """Keep a key. Gives its ticket; the same key has one ticket. Raises BadInput for what can be none."""
    key = tidy(typed)
    if not key.isascii() or not key.isprintable() or not 1 <= len(key) <= 4096:
        raise BadInput("What was typed cannot be a key.", "Copy it again: it is one word of plain letters, digits and signs.")
    ticket = next((kept for kept, other in _held.items() if other == key), "") or secrets.token_hex(8)
    _held[ticket] = key
    while len(_held) > MOST_HELD:
        del _held[next(iter(_held))]
    return ticket


def get(ticket: str) -> str:
    """The key; "" where it is held no more, as after the lab was started again."""
    return _held.get(ticket, "")


def forget(ticket: str) -> None:
    _held.pop(ticket, None)


def tidy(typed: str) -> str:
    """A key without what was copied along with it: “Authorization: Bearer”, quotes, blanks, line breaks, signs without a shape."""
    key = "".join(sign for sign in typed if unicodedata.category(sign) not in ("Cf", "Cc", "Zs", "Zl", "Zp") or sign == " ").strip()
    key = re.sub(r"^(export\s+)?[A-Z][A-Z0-9_]*=(?=\S)", "", key.strip(_QUOTES))
    key = re.sub(r"^(authorization|x-api-key|api-key)\s*[:=]\s*", "", key.strip(_QUOTES), flags=re.IGNORECASE)
    key = re.sub(r"^bearer\s+", "", key.strip(_QUOTES), flags=re.IGNORECASE)
    return "".join(key.strip(_QUOTES).split())
