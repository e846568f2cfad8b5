"""What an answer says on its surface: without capitals, double spaces and the quotes around it; and the numbers in it.

bare(" “Q-4821”. ")          "q-4821"
number("1,250 euros")        1250.0
number("40 of 50")           None: which of them?
"""

import re
import unicodedata

NUMBER = re.compile(r"(?:(?<![^\s(\[{\"'“‘„=:<>$€£¥])[-−])?\d+(?:[.,]\d+)*")
MARKS = " \t\n\"'“”‘’`*.!,;:"


def plain(text: str) -> str:
    """Without capitals, double spaces and differences that nobody sees."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def bare(text: str) -> str:
    """`plain`, without quotes and full stops around it."""
    return plain(text).strip(MARKS)


def numbers(text: str) -> list[float]:
    """Every number in it, in order. A sign counts where nothing stands before it: Q-4821 holds no number below nought."""
    return [_value(each) for each in NUMBER.findall(unicodedata.normalize("NFKC", text))]


def number(text: str) -> float | None:
    """The one number in a text; None where there is none, or more than one."""
    found = set(numbers(text))
    return found.pop() if len(found) == 1 else None


def _value(written: str) -> float:
    """1,250 and 1.250 are thousands; 12,5 and 12.5 are not, nor is 0.125."""
    digits = written.lstrip("-−")
    below = -1 if digits != written else 1
    if re.fullmatch(r"[1-9]\d{0,2}([.,]\d{3})+", digits):
        return below * float(re.sub(r"[.,]", "", digits))
    whole, _, rest = digits.replace(",", ".").rpartition(".")
    return below * (float(f"{whole.replace('.', '')}.{rest}") if whole else float(rest))
