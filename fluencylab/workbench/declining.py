"""Does an answer to a customer say that it does not know, or cannot tell? By who says what, in English; by set phrases elsewhere.

    declines("I'm sorry, I don't have that information.")               True
    declines("I'm sorry for the delay. If you don't have the slip, ...")  False

`text.phrases` counts every apology and every “don't have”, which is right for a short answer to a question of fact. A product's answer
to a customer apologises, and says what customers need not have: of ten that were called declining in the practice product, three were.
"""

import re

from fluencylab.text import phrases

_WE = r"(?:i|we)"
_NOT = (
    r"(?:do not|don t|cannot|can not|can t|could not|couldn t|(?:am|m|are|re) not able to|(?:am|m|are|re) unable to|was(?: not|n t) able to"
    r"|were(?: not|n t) able to|have no way to)"
)
_KNOW = r"(?:know|tell|say|answer|find|see|determine|verify|help (?:you )?with (?:that|this|it))"
_SOURCE = (
    r"(?:text|documents?|passages?|context|policy|policies|page|article|sources?|records?|excerpts?|notes?|files?"
    r"|information(?: (?:provided|given|i have|available))?)"
)
_ABOUT_IT = r"(?:information|details?|data|access|records?|answer|figures?|numbers?|dates?|knowledge|rules?|mention|idea|way of knowing)"
PATTERN = "|".join(
    (
        rf"\b{_WE} (?:\w+ )?{_NOT} (?:\w+ )?{_KNOW}\b(?! why not)",
        rf"\b{_WE} (?:\w+ )?(?:do not|don t) (?:\w+ )?have (?:that|this|their|any|enough|the|its|it)? ?(?:\w+ ){{0,2}}{_ABOUT_IT}\b",
        rf"\b{_WE} (?:\w+ )?(?:do not|don t) (?:\w+ )?have (?:that|their|it) (?:\w+ )?(?:here|in front of me|to hand|so)\b",
        rf"\b{_WE} have (?:no {_ABOUT_IT}|nothing (?:about|on))\b",
        r"\b(?:i m|i am|we re|we are) not (?:\w+ )?(?:sure|certain|aware)\b",
        rf"\bthere (?:is|are|s) no {_ABOUT_IT}\b",
        rf"\bnot (?:mentioned|specified|stated|given|provided|covered|listed) (?:in|by) (?:the|my|this|our) {_SOURCE}\b",
        rf"\b{_SOURCE} (?:does not|doesn t|do not|don t) (?:say|mention|specify|state|include|contain|cover|tell|give)\b",
        rf"\bnot in (?:the|my|this|our) {_SOURCE}\b",
        r"\b(?:it|that|this) (?:is|s) (?:unknown|unclear|not clear|not known)\b",
        r"\b(?:cannot|can not|can t|could not) be (?:answered|determined)\b",
    )
)
_DECLINES = re.compile(PATTERN)


def declines(text: str) -> bool:
    """Somewhere in it; what else it answers does not matter. Where `language` is not English, a no is no answer."""
    return _DECLINES.search(phrases.plain(text)) is not None or phrases.declines_elsewhere(text)
