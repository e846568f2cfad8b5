"""A number of a spreadsheet as its cell shows it: 0.25 in the format `0 %` is "25%", 1234.5 in `#,##0.00 "€"` is "1,234.50 €".

Formats are those of Excel and OpenDocument: up to four sections parted by semicolons, for positive and negative numbers, zero and text.
What is not understood is shown as General, with all its digits, and never rounded.
"""

import datetime
import re

GENERAL = "General"
LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.')
"""Words in quotes, a sign behind a backslash, a currency with its place, a colour or condition, a space as wide as a letter, a filling."""
DIGITS = re.compile(r"(?:[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+),*(?:E[+-]0+)?")
MARK = "\ufdd0"
"""Where a literal was: no character that a format holds."""
LONGEST = 500
"""Letters of a format that are looked at."""
MOST_DECIMALS = 30


def shown_number(value: int | float, format: str) -> str:
    """Raises nothing: a format of nonsense is General."""
    sections = (format or GENERAL)[:LONGEST].split(";")
    section = sections[0]
    if value < 0 and len(sections) > 1 and sections[1].strip():
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2 and sections[2].strip():
        section = sections[2]
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(next((group for group in found.groups() if group), ""))
        return MARK

    bare = LITERAL.sub(keep, section)
    places = list(DIGITS.finditer(bare))
    if len(places) == 1 and "/" not in bare and "@" not in bare:
        place = places[0]
        percent = bare.count("%")
        number = _digits(value * 100**percent, place[0])
        written = bare[: place.start()] + number + bare[place.end() :]
    elif not places and not re.search(r"[A-Za-z@]", bare) and literals:
        written = bare  # a section of words alone: "none"
    else:
        return general(value)
    parts = written.split(MARK)
    whole = "".join(part + (literals[number] if number < len(literals) else "") for number, part in enumerate(parts))
    return " ".join(whole.split())


def _digits(value: int | float, pattern: str) -> str:
    mantissa, exponent, _ = pattern.partition("E")
    scale = len(mantissa) - len(mantissa.rstrip(","))
    whole, _, decimals = mantissa.rstrip(",").partition(".")
    count = min(len(decimals), MOST_DECIMALS)
    if exponent:
        return f"{value:.{count}E}"
    grouped = "," in whole
    text = f"{abs(value) / 1000**scale if scale else abs(value):{',' if grouped else ''}.{count}f}"
    before, point, after = text.partition(".")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        after = after.removesuffix("0")
    least = whole.count("0")
    if not grouped and len(before) < least <= MOST_DECIMALS:
        before = before.zfill(least)
    sign = "-" if value < 0 and text.strip("0.,") else ""
    return sign + before + (point + after if after else "")


def general(value: int | float) -> str:
    """All its digits, as far as a cell holds them: 15."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.15g}"


def shown_moment(value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta) -> str:
    """A day as 2024-05-31, with its hour where it has one; a stretch of time as hours and minutes."""
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds").removesuffix(":00")
    return value.isoformat("seconds").removesuffix(":00") if isinstance(value, datetime.time) else value.isoformat()
