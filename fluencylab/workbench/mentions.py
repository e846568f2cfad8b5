"""Does an answer name what the right answer names: its figures, its hours, its names? A reference in prose is no use to `equals`.

named("Offers Tuesday 10 November 09:40, says reception confirms.")     {"tuesday", "10", "november", "9:40"}
mentions("Dr Amiri has 9:40 open.", "Offers Tuesday 10 November 09:40") (1, 4)
"""

import re

from fluencylab.text.segmentation import sentence_spans

_FIGURE = re.compile(r"\d+(?:[:.,]\d+)*")
_NAME = re.compile(r"[^\W\d_][\w’'-]*")


def named(reference: str) -> frozenset[str]:
    """The figures of a text, and the words in it that are written large where no sentence begins."""
    begins = {start for start, _ in sentence_spans(reference)}
    words = {
        match[0].casefold()
        for match in _NAME.finditer(reference)
        if match[0][0].isupper() and match.start() not in begins and len(match[0]) > 2
    }
    return frozenset(_figures(reference) | words)


def mentions(text: str, reference: str) -> tuple[int, int]:
    """How many of the things that the reference names stand in the text, and how many there are."""
    wanted = named(reference)
    there = _figures(text) | {word.casefold() for word in _NAME.findall(text)}
    return len(wanted & there), len(wanted)


def _figures(text: str) -> set[str]:
    """As they are compared: 09:40 is 9:40."""
    return {figure.lstrip("0") or "0" for figure in _FIGURE.findall(text)}
