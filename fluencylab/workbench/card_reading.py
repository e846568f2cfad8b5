"""What a model's card says on ten things a product needs, found by rules, each with the line quoted; and what to ask where it says nothing.

    read("license: apache-2.0")[0]     ->  Reading(thing=licence, state="said", quotes=(Quote(1, "license: apache-2.0"),))
    read("")[0].question               ->  "Under which licence ...?"

The rules find words and numbers, not meaning: a line is quoted so that a person can see what it says. "Partly" is a line that lacks
what makes it usable, as a score without the number of examples.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from fluencylab.workbench.said import mark

State = Literal["said", "partly", "silent"]
MOST_QUOTES = 3
LONGEST_QUOTE = 280
HEADING = re.compile(r"^\s*(?:#{1,6}\s+(?P<hash>.+?)\s*#*|\*\*(?P<bold>[^*]{2,60})\*\*:?)\s*$")
EMPTY = re.compile(
    r"more information needed|to be (?:added|announced|determined)|\bT\.?B\.?[AD]\b|\bunknown\b"
    r"|not (?:specified|stated|disclosed|provided)",
    re.IGNORECASE,
)
NUMBER = r"\d[\d,.\s\u00a0]*\d|\d"
LANGUAGE = (
    r"english|french|german|spanish|portuguese|italian|dutch|polish|czech|hindi|arabic|chinese|japanese|korean|thai|turkish|russian|"
    r"ukrainian|vietnamese|indonesian|swahili|bengali|multilingual"
)


class Thing(NamedTuple):
    """`says`: a line that speaks of it. `heads`: a heading whose first lines do. `whole`: what else a line must have to be usable;
    `lacks`: what is missing of it without that. `question`: to whoever makes the model."""

    slug: str
    title: str
    says: re.Pattern[str]
    heads: re.Pattern[str] | None
    whole: re.Pattern[str] | None
    lacks: str
    question: str


class Quote(NamedTuple):
    """`line`: its number, from 1."""

    line: int
    text: str


class Reading(NamedTuple):
    """Of one thing: what the card says of it. `question`: empty where it says all that is looked for."""

    thing: Thing
    state: State
    quotes: tuple[Quote, ...]

    @property
    def question(self) -> str:
        return "" if self.state == "said" else self.thing.question

    @property
    def lacks(self) -> str:
        return self.thing.lacks if self.state == "partly" else ""


def _thing(slug: str, title: str, says: str, question: str, heads: str = "", whole: str = "", lacks: str = "") -> Thing:
    made = [re.compile(one, re.IGNORECASE) if one else None for one in (says, heads, whole)]
    assert made[0] is not None
    return Thing(slug, title, made[0], made[1], made[2], lacks, question)


THINGS: tuple[Thing, ...] = (
    _thing(
        "licence",
        "Licence",
        r"licen[cs]e\w*\b.{0,80}(?:apache|\bmit\b|\bbsd\b|gpl|\bcc[- ]|open\s?rail|llama|gemma|commercial|community|proprietary|terms)"
        r"|^\W*licen[cs]e\W*:\W*\w+|terms of (?:use|service)",
        "Under which licence may we use it, in which countries, and for commercial use?",
        heads=r"^licen[cs]",
    ),
    _thing(
        "languages",
        "Languages",
        rf"languages?\b.{{0,120}}(?:{LANGUAGE})|(?:{LANGUAGE})\b.{{0,80}}(?:languages?|supported|only)|^\W*languages?\W*:\W*\w+"
        r"|(?:primarily|mainly|in) english",
        "Which languages was it trained on, and in which of them was it tested, with which result?",
        heads=r"languages?",
    ),
    _thing(
        "window",
        "Context window",
        rf"(?:context|window|sequence|input|max\w*)[^.]{{0,60}}?(?:{NUMBER})\s?(?:k|m)?\b(?:[^.]{{0,20}}(?:tokens?|pieces))?"
        rf"|(?:{NUMBER})\s?(?:k|m)?[ -]?(?:tokens?|word pieces)\b.{{0,40}}(?:context|window|truncat|maximum|limit)"
        rf"|(?:{NUMBER})\s?(?:k|m)?[ -](?:context|window)",
        "How many tokens fit into one call, the answer included?",
        heads=r"context|window",
    ),
    _thing(
        "training",
        "Training data and cutoff",
        r"train\w*\b.{0,120}(?:tokens?|data|corpus|pairs|hours|images|conversations)|(?:knowledge|data) cut-?off|data freshness",
        "What was it trained on, and until which month does its knowledge reach?",
        heads=r"training data|data ?sets?",
        whole=r"cut-?off|until|freshness|up to (?:\w+ )?20\d\d|(?:19|20)\d\d",
        lacks="It names no month at which its knowledge ends.",
    ),
    _thing(
        "evaluation",
        "Evaluation",
        r"(?:accuracy|f1|score\w*|benchmark\w*|mmlu|ifeval|gsm8k|recall|precision|bleu|rouge|error rate|evaluat\w+|\bmteb\b)\b.{0,120}\d",
        "Which test was it, with how many examples, who marked them, and were any of them in the training?",
        heads=r"evaluation|benchmarks?|results|performance",
        whole=rf"\bn\s?=\s?\d|\b(?:of|on|with|over|from)\s+(?:the\s+)?(?:{NUMBER})\s+(?:\w+\s+){{0,2}}(?:examples?|questions?|tickets?|samples?|items?|"
        r"cases|messages|prompts|documents|calls|pairs|people|conversations|sentences|images|requests)",
        lacks="It gives a result without how many examples it rests on.",
    ),
    _thing(
        "safety",
        "Safety",
        r"\bsafety\b|harmful|red[- ]team|guardrail|refus\w+|toxic|moderation|safeguards?|child(?:ren)?\b|\bbias(?:es)?\b",
        "What harm was tested, for which people, with how many attempts, and what was found?",
        heads=r"safety|risks?|bias|responsib",
    ),
    _thing(
        "privacy",
        "Where it runs, and privacy",
        r"privacy|personal data|\bgdpr\b|retain\w*|retention|kept for|not (?:be )?(?:used for training|trained on)"
        r"|data cent(?:er|re)s?|on[- ]premis|"
        r"on[- ]device|run\w* locally|self-hosted|hosted in|\bregions?\b",
        "Where does it run, what is kept of our calls, for how long, and who may read it?",
        heads=r"privacy|data (?:use|protection|handling)",
    ),
    _thing(
        "price",
        "Price and latency",
        r"(?:[$€£]\s?\d|\bpric(?:e|es|ing)\b|per (?:million|1m|thousand) tokens|latency|tokens?(?: per |/)s(?:ec)?"
        r"|time to first token|\bttft\b|"
        r"\d\s?(?:ms|milliseconds)\b|\bfast(?:est)?\b)",
        "What does a call of our length cost, and what is the 95th percentile of its time to first token?",
        heads=r"pric(?:e|ing)|latency|speed",
        whole=r"\d",
        lacks="It gives no number.",
    ),
    _thing(
        "limits",
        "Known limits",
        r"limitations?\b|out[- ]of[- ]scope|may (?:produce|generate|be |not |hallucinate|include|state)|not (?:intended"
        r"|suitable|designed|recommended)|"
        r"should not be used|recommend against|known issues?",
        "What is it known to do badly, and what should it not be used for?",
        heads=r"limit|out[- ]of[- ]scope|known issues|caveats",
    ),
    _thing(
        "versions",
        "Versions and their end",
        r"deprecat\w+|end[- ]of[- ]life|sunset|retire[ds]?\b|changelog|snapshot|static model|releas\w+\b.{0,30}\b20\d\d"
        r"|version\b.{0,20}\d|pinned",
        "Which exact version is this, how long does it stay, and how long before its end are we told?",
        heads=r"version|release|deprecation|changelog",
        whole=r"deprecat|end[- ]of[- ]life|sunset|retire|until|notice|static|pinned|snapshot",
        lacks="It does not say how long this version stays.",
    ),
)


def read(text: str) -> list[Reading]:
    """One for each thing, in their order."""
    lines = list(_lines(text))
    return [_reading(thing, lines) for thing in THINGS]


class _Line(NamedTuple):
    number: int
    text: str
    heading: str


def _lines(text: str) -> Iterator[_Line]:
    """Lines with words in them, each under its heading; of a long line its sentences, of a table each cell with the name of its column."""
    heading, columns = "", list[str]()
    for number, raw in enumerate(text.splitlines(), start=1):
        if found := HEADING.match(raw):
            heading = (found["hash"] or found["bold"]).strip()
            continue
        cells = [one.strip() for one in raw.strip().strip("|").split("|")] if raw.strip().startswith("|") else []
        if cells and not columns:
            columns = cells
        told = [f"{name}: {cell}" for name, cell in zip(columns, cells, strict=False) if name and cell] if cells != columns else []
        columns = columns if cells else []
        for part in told or [raw]:
            yield from (_Line(number, one, heading) for one in _sentences(part))


def _sentences(text: str) -> list[str]:
    bare = re.sub(r"\s+", " ", re.sub(r"[*_`>#|]+", " ", text)).strip()
    if not re.search(r"\w", bare) or EMPTY.search(bare):
        return []
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", bare) if len(bare) > LONGEST_QUOTE else [bare]


def _reading(thing: Thing, lines: list[_Line]) -> Reading:
    found = [one for one in lines if thing.says.search(one.text)]
    if not found and thing.heads:
        found = [one for one in lines if one.heading and thing.heads.search(one.heading)]
    if not found:
        return Reading(thing, "silent", ())
    if thing.whole:
        found.sort(key=lambda one: not thing.whole.search(one.text) if thing.whole else False)
    quotes = tuple(Quote(one.number, _short(one.text)) for one in found[:MOST_QUOTES])
    if thing.whole and not any(thing.whole.search(one.text) for one in found):
        return Reading(thing, "partly", quotes)
    return Reading(thing, "said", quotes)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"


def citation(card: str, quote: Quote) -> str:
    """What is written into a memo: an assumption whose owner is the card."""
    return mark(quote.text, f"the card {card}")
