"""A number and its unit stay on one line: the space between them is narrow and no line breaks at it, as in “22 %” and “583 ms”.

    held("<p>22 % of 583 ms</p>")

What somebody typed, what a model wrote, code and attributes stay as they are, sign by sign: they are sent and copied again.
"""

import re

SPACE = "\u202f"
_UNITS = "%|ms|s|MB|GB"
_AS_IT_IS = r"<(textarea|script|style|pre|code|option)\b.*?</\1>|<[^>]*\bclass=\"[^\"]*\b(?:voice-model|prompt)\b[^>]*>[^<]*"
_FOUND = re.compile(rf"{_AS_IT_IS}|(?<=\d) (?=(?:{_UNITS})(?![\w%])[^<>]*<)", re.DOTALL)


def held(html: str) -> str:
    return _FOUND.sub(lambda found: SPACE if found[0] == " " else found[0], html)
