"""The words of a figure: plain text in which some words are strong, some are the model's own, and some can be changed by the reader.

    f"At {dial('temperature')} the model takes {model('date')} {strong('every time')}."

Such text is a plain string: the marks in it are letters that Unicode keeps for private use, so whatever a model wrote may stand in it.
"""

import re

from markupsafe import Markup, escape

STRONG, MODEL, DIAL, END = "\ue001", "\ue002", "\ue003", "\ue000"
_MARKED = re.compile(f"([{STRONG}{MODEL}{DIAL}])([^{END}]*){END}")
_DIALS = re.compile(f"{DIAL}([^{END}]*){END}")


def strong(words: object) -> str:
    return f"{STRONG}{words}{END}"


def model(words: str) -> str:
    """What a model wrote or reads: set in its own face."""
    return f"{MODEL}{words}{END}"


def dial(name: str) -> str:
    """The value of a control, in the sentence: the reader can take hold of it there."""
    return f"{DIAL}{name}{END}"


def dials(said: str) -> list[str]:
    """The controls that stand in a sentence, in their order."""
    return _DIALS.findall(said)


def pieces(said: str) -> list[str]:
    """What stands before, between and after the dials of a sentence: one piece more than it has dials."""
    return _DIALS.split(said)[::2]


def plain(said: str, shown: dict[str, str]) -> str:
    """As a voice would say it. `shown`: what each dial shows."""
    return _MARKED.sub(lambda found: shown[found[2]] if found[1] == DIAL else f"“{found[2]}”" if found[1] == MODEL else found[2], said)


def html(said: str) -> Markup:
    """Words without dials, as they stand on the page; `explore.js` makes the same of the same text."""
    kinds = {STRONG: "strong", MODEL: "code"}
    parts = _MARKED.split(said)
    made = [escape(parts[0])]
    for mark, words, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        made += [Markup("<{0}>{1}</{0}>").format(kinds[mark], words), escape(after)]
    return Markup("").join(made)
