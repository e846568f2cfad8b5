"""The numbers in a memo's text that are neither bound to a measurement nor marked as an assumption.

    bare_numbers("It fails half of 20 calls.")                             "half of 20"
    bare_numbers("Version 3, of 29 November 2026, has a 7-day limit.")     nothing

A number is what a reader would take for a figure:

- digits of any script, with their sign, currency, decimals and unit: 71 %, $1,200, 3×, 20 to 30, 48 of 68; and ½, ¾, ⅓
- half, twice, double, triple, halved, tenfold; a third of, two thirds, three quarters; one in five
- two to ninety-nine, zero, a hundred, thousands, a dozen: "six calls", "twenty"

It is none where it names or places something:

- a date or a time: 29 November 2026, 2026-11-29, Nov 2026, in 2026, 14:30, 9 am, 24/7
- a name with a figure: version 3, versions 2 and 3, step 2, page 7, Q3, GPT-4, Q-4821, v2.1, ISO 27001, #12
- with a hyphen before a noun: 7-day, two-step, zero-shot; but 20-point, 5-percent, 3-fold and 10-second are figures
- an ordinal: first, 3rd, "a third option"; the figure that begins a heading or an item of a list; a footnote, [1]
- one, both, once: "one of them" measures nothing; but "one in five" does, and "one hundred"
- a part by its name: the other half, the first half, the held-back half, the two versions
- anything in a web address

Where the rules cannot tell it is a number: to bind it costs a moment, to let it pass costs the reader's trust.
"""

import re

Span = tuple[int, int]

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_LARGE = "(?:hundred|thousand|million|billion|dozen)s?"
_WORD = rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_UNITS)})|{'|'.join([*_UNITS[1:], *_TEENS, *_TENS])}|zero|{_LARGE})"
_PARTS = "(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twentieth|hundredth|thousandth)"
_COMPARED = "of|more|fewer|less|faster|slower|cheaper|longer|shorter|higher|lower|better|worse|as|off|up|down"
_AFTER_PART = rf"(?=\s+(?:{_COMPARED})\b|\s*(?:[.,;:!?)]|$))"
_NUMBER = re.compile(
    "|".join(
        (
            rf"\bone[\s-]+(?:in|out\s+of)[\s-]+(?:every\s+)?(?:{_WORD}|\d+)\b|\bone(?=\s+per\s?cent\b)",
            rf"\b(?:one|{_WORD})[\s-]{_PARTS}s?\b|\ban?\s+{_PARTS}\b{_AFTER_PART}|\b{_PARTS}s(?=\s+of\b)",
            r"\b(?:twice|thrice|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)|quadrupl(?:e[sd]?|ing)|halv(?:e[sd]?|ing)|half)\b",
            rf"\b(?:{_WORD}|\d+)[- ]?fold\b",
            rf"\b(?:(?:one|an?)\s+{_LARGE}|{_WORD}(?:\s+(?:and\s+)?{_WORD})*)\b",
            r"(?:(?<!\w)[-+−±≈~<>≤≥])?(?:[$€£¥]\s?)?(?:\d+(?:[.,'’]\d+|[ \u00a0\u202f]\d{3}(?!\d))*[½⅓⅔¼¾]?|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
            r"(?:\s?[%‰€£¥×]|\s?per\s?cent\b|[kKmMxsh]\b|bn\b|ms\b)?",
        )
    ),
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:to|of|in|out of|and|or|by|[-–−/×x])?\s*")
"""What stands between two numbers that are read as one: 20 to 30 %."""

_MONTH = (
    "(?-i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20)\d\d\b"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?(?:\s*(?:[-–]|to|and)\s*\d{1,2}(?:st|nd|rd|th)?)?"
_NUMBERED = (
    "(?:version|release|model|step|section|chapter|page|case|figure|table|question|option|phase|tier|level|appendix|ticket|item|row|column"
    "|line|article|day|week|sprint|iteration|variant|prompt|slide|rule|scenario|mission|number|no\\.|v|ISO|RFC|GPT|Llama|Claude|Opus|Sonnet|Haiku"
    "|Gemini|Gemma|Mistral|Qwen|Phi|Grok|DeepSeek|Python|Windows)"
)
_OF_A_YEAR = "(?:roadmap|plan|budget|report|season|edition|survey|audit|conference|election|strategy|target|goals)s?"
_SHARE = r"\s*(?:%|per\s?cent|×)"
_FIGURE_UNIT = "per|percent|in|half|point|points|fold|times|second|seconds|millisecond|milliseconds|euro|dollar|pound|cent|to"
_NO_NUMBER = [
    re.compile(each, re.IGNORECASE | re.MULTILINE)
    for each in (
        r"https?://\S+|www\.\S+|(?<![^\s@])[^\s@]++@[^\s@]+",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}\s+(?:{_YEAR}|{_DAY}\b(?!{_SHARE}|\s+[a-z]+s\b)(?:,?\s+{_YEAR})?)",
        r"\b(?:19|20)\d\d-\d{1,2}(?:-\d{1,2})?(?:T\d\d:\d\d\S*)?\b|\b\d{1,2}([./])\d{1,2}\1(?:19|20)?\d\d\b",
        rf"\bbetween {_YEAR} and {_YEAR}|\b(?:in|from|since|season) {_YEAR}\s?[-–/]\s?\d\d(?:\d\d)?\b",
        rf"\b(?:in|since|until|till|by|from|during|before|after|early|late|mid|spring|summer|autumn|winter|Q[1-4]|(?:end|start|middle) of)"
        rf"[\s-]{_YEAR}(?!{_SHARE}|\s+[a-z]+s\b|\s+(?:to|of|out)\b)",
        rf"\b(?:the|our|this|a)\s+{_YEAR}\s+{_OF_A_YEAR}\b",
        r"\b\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m\b)?|\b\d{1,2}\s?[ap]\.?m\b\.?|\b24/7\b",
        rf"\b{_NUMBERED}\s+(?:one|{_WORD})\b(?!\s+(?:of|per\s?cent)\b)",
        rf"\b{_NUMBERED}s\s+\d+(?:,\s*\d+)*\s*(?:and|or|to|&|[-–])\s*\d+\b(?!{_SHARE})",
        rf"\b{_NUMBERED}\s+\d+(?:\.\d+)*[a-z]?\b(?!{_SHARE}|[.,]\d|\s+(?:to|of|out)\s+\d+\b(?!{_SHARE}))|(?<!\w)#\d+\b",
        r"(?<![\w-])(?!(?:EUR|USD|GBP|CHF|JPY)\d)(?=[^\W\d_])(?=[\w-]*\d)[\w-]++(?:\.\w++)*+(?!\s?%)",
        rf"\b(?:\d+|{_WORD}|one|half|double|triple|quarter)(?:[-‑](?!(?:{_FIGURE_UNIT}|{'|'.join(_UNITS)}|{_PARTS}s?)\b)[^\W\d_]+)+",
        r"\bdouble[- ](?:check|click|quote|space|bill|edged)\w*",
        r"\b\d+(?:st|nd|rd|th)\b",
        r"\[\^?\d+\]",
        r"^[ \t]*#{1,6}[ \t]+\d+(?:\.\d+)*[.):]?(?=\s)|^[ \t>]*\d{1,3}[.)](?=\s)",
        r"\b(?:other|first|second|back|open|better|latter|this|that|which|each|either|both|two|the)\s+hal(?:f|ves)\b(?!\s+(?:of|the|as|a)\b)",
        r"\b(?:first|second|other|latter|held-back|open|better)\s+half\b",
        r"\b(?:the|these|those|our|both)\s+two\s+(?:versions|models|prompts|readers|options|halves|sides)\b",
    )
]
_TAGGED = re.compile(r"\[\[[am]:.*?\]\]")


def bare_numbers(text: str) -> list[Span]:
    """Where each stands, in order. What belongs together is one: 48 of 68, 20 to 30 %."""
    hidden = _hidden(text, _TAGGED)
    for pattern in _NO_NUMBER:
        hidden = _hidden(hidden, pattern)
    spans: list[Span] = []
    for match in _NUMBER.finditer(hidden):
        if spans and _JOINED.fullmatch(hidden[spans[-1][1] : match.start()]):
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans


def _hidden(text: str, pattern: re.Pattern[str]) -> str:
    """The text with what the pattern finds blotted out, and everything else in its place."""
    return pattern.sub(lambda match: "\x00" * len(match.group()), text)
