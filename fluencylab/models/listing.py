"""What an endpoint answers when it is asked which models it has: their names, out of whatever it sent. Pure.

{"data": [{"id": "llama3.2:latest"}, …]}    OpenAI and most        {"models": [{"name": "…"}]}    a few        [{"id": "…"}]    others
"""

import json
import re
from typing import Any

MOST_BYTES = 8 << 20
MOST_NAMES = 2_000
"""More than any provider has; of a longer list the beginning is kept."""
LONGEST = 200
"""Characters of a name: a longer one is none."""


def names(body: bytes) -> list[str]:
    """Each once, in the order of the letters; [] where nothing of this kind was sent."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        return []
    rows = next((told[field] for field in ("data", "models") if isinstance(told.get(field), list)), []) if isinstance(told, dict) else told
    if not isinstance(rows, list):
        return []
    found = dict.fromkeys(name for row in rows if (name := _name(row)))
    return sorted(list(found)[:MOST_NAMES], key=str.casefold)


def _name(row: Any) -> str:
    """Without what cannot be seen or typed: such a name could not be asked for either."""
    told = next((row[field] for field in ("id", "name", "model") if isinstance(row.get(field), str)), "") if isinstance(row, dict) else row
    if (
        not isinstance(told, str)
        or not told.strip()
        or len(told) > LONGEST
        or re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", told)
    ):
        return ""
    return told.strip().encode("utf-8", "replace").decode()
