"""How a day, a moment, a share and a text that is too long are written, wherever a reader meets one.

day(when)          3 November 2026
moment(when)       3 November 2026, 14:05 UTC
percent(0.821)     82 %
"""

from datetime import date, datetime


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    return f"{day(when)}, {when:%H:%M} UTC"


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def quoted(name: str) -> str:
    """In quotation marks; those that stand in it become single ones: “It holds ‘order number’”."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"


def shortened(text: str, most: int) -> str:
    """Its beginning, of so many characters at most, with … where something is left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
