"""Cells of a table that a spreadsheet would take for a formula, made text by an apostrophe in front; and read back.

harmless_cell("=HYPERLINK(…)")     "'=HYPERLINK(…)"
told_cell("'=HYPERLINK(…)")        "=HYPERLINK(…)"
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless_cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def told_cell(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
