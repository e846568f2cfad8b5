"""Cells of a table that a spreadsheet would take for a formula, made text by an apostrophe in front; and read back.

harmless_cell("=HYPERLINK(…)")     "'=HYPERLINK(…)"
told_cell("'=HYPERLINK(…)")        "=HYPERLINK(…)"
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a text for a formula by, also behind blanks."""


def harmless_cell(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


def told_cell(text: str) -> str:
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def is_formula(text: str) -> bool:
    return text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
