"""Cases drafted from a document without any model: questions that it asks and answers, its headings, its tables, its numbers and names.

    drafted("handbook.pdf", "# Returns\\n\\nYou can send things back within 30 days.")
        What does handbook.pdf say about “Returns”?                                             You can send things back within 30 days.
        What is missing in this sentence: “You can send things back within … .”                  30 days

The same text gives the same drafts. Each is to be looked at: accepted, changed or thrown away.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from fluencylab.text.segmentation import sentence_spans
from fluencylab.workbench.found import CaseDraft, Found
from fluencylab.workbench.sections import LISTED, Section, sections

MOST = 60
"""Drafts of one document; of each way as many, where there are so many."""
LONGEST_REFERENCE = 400
SENTENCE = range(30, 301)
"""Letters of a sentence in which something is left out."""
GAP = "…"
NUMBER = re.compile(
    r"(?<![\w.,/-])(?:[€$£¥]\s?)?\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?:\s?(?:%|[€$£¥]|(?:EUR|USD|GBP|CHF)\b))?"
    r"(?:\s(?:to|and|bis|und|à|et|a|y|e)\s\d+)?(?:\s(?!and\b|or\b|of\b|in\b|und\b|oder\b|et\b|y\b|e\b|o\b)[^\W\d_]{3,20})?(?![\w/-]|[.,]\d)"
)
"""A number with what it counts: 30 days, 4.90 €, 5 to 7 weeks."""
NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-ZÄÖÜÉÈÀÇÑ][\w’'-]+(?: (?:&|of|de|la|von|van|du)(?= [A-ZÄÖÜ]))? ?){2,5}(?<! )")
"""Two capitalised words or more within a sentence; one alone is too often a noun."""
EMPHASIS = re.compile(r"\*\*|__|`")
"""Of Markdown: it is no part of what is said."""
SPEAKER = re.compile(r"^[QFPDAR][:.)]\s+")
"""Q: and A: in front of questions and answers, also of other languages."""
COMMON = {
    "english": "the and of to is you that for with are not can",
    "german": "der die das und ist nicht sie mit für auf werden kann",
    "french": "le la les des et est vous pour dans une pas que",
    "spanish": "el los las que de en para una con por se puede",
    "italian": "il che di per una con non sono della gli è può",
    "portuguese": "o os que de em para uma com não são você pode",
    "dutch": "de het een en van is niet voor met dat zijn kunt",
}
"""Words by which a language is told; where none is, it is English that asks."""


class Phrases(NamedTuple):
    about: str
    cell: str
    missing: str


PHRASES = {
    "english": Phrases(
        "What does {title} say about “{heading}”?", "What is “{column}” for “{row}”?", "What is missing in this sentence: “{sentence}”"
    ),
    "german": Phrases(
        "Was steht in {title} über „{heading}“?", "Was ist „{column}“ bei „{row}“?", "Was fehlt in diesem Satz: „{sentence}“"
    ),
    "french": Phrases(
        "Que dit {title} au sujet de « {heading} » ?",
        "Que vaut « {column} » pour « {row} » ?",
        "Que manque-t-il dans cette phrase : « {sentence} »",
    ),
    "spanish": Phrases("¿Qué dice {title} sobre «{heading}»?", "¿Cuál es «{column}» de «{row}»?", "¿Qué falta en esta frase? «{sentence}»"),
    "italian": Phrases(
        "Che cosa dice {title} su «{heading}»?", "Qual è «{column}» per «{row}»?", "Che cosa manca in questa frase? «{sentence}»"
    ),
    "portuguese": Phrases("O que diz {title} sobre «{heading}»?", "Qual é «{column}» de «{row}»?", "O que falta nesta frase? «{sentence}»"),
    "dutch": Phrases(
        "Wat staat er in {title} over „{heading}”?", "Wat is „{column}” bij „{row}”?", "Wat ontbreekt in deze zin: „{sentence}”"
    ),
}


class Draft(NamedTuple):
    """`way`: what it was made from; a tag of the case."""

    way: str
    question: str
    reference: str
    place: str


def drafted_from(found: Found, most: int = MOST) -> tuple[CaseDraft, ...]:
    """Of every document that was found."""
    told = [drafted(place, row["text"], most) for place, row in zip(found.places, found.rows, strict=True) if "text" in row]
    return tuple(chain.from_iterable(told))


def drafted(title: str, text: str, most: int = MOST) -> tuple[CaseDraft, ...]:
    """Cases of one document, in turn by each of the five ways, none asked twice."""
    phrases = PHRASES[_language(text)]
    parts = sections(text)
    ways: tuple[Iterator[Draft], ...] = (
        _questions(parts),
        _headings(parts, title, phrases),
        _cells(parts, phrases),
        _gaps(parts, phrases, NUMBER, "number"),
    )
    ways = (*ways, _gaps(parts, phrases, NAME, "name"))
    drafts = list(filter(None, chain.from_iterable(zip_longest(*(islice(way, 2 * most) for way in ways)))))
    once = {draft.question: draft for draft in reversed(drafts)}
    kept = [draft for draft in drafts if once[draft.question] is draft][:most]
    return tuple(
        CaseDraft({"question": draft.question}, draft.reference, (f"from a {draft.way}",), False, _source(title, draft.place), "", None, "")
        for draft in kept
    )


def _source(title: str, heading: str) -> str:
    return f"{title}, “{heading}”" if heading else title


def _language(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text[:20_000].lower())
    share = {language: sum(word in common.split() for word in words) for language, common in COMMON.items()}
    best = max(share, key=lambda language: share[language])
    return best if share[best] * 20 > len(words) else "english"


def _questions(parts: Sequence[Section]) -> Iterator[Draft]:
    """What it asks itself, and what stands behind that; also a heading that asks."""
    for part in parts:
        if _asks(part.heading) and (answer := _start(part.paragraphs)):
            yield Draft("question", part.heading, answer, part.heading)
        for at, paragraph in enumerate(part.paragraphs):
            sentences = _sentences(paragraph)
            for number, sentence in enumerate(sentences):
                if not _asks(sentence):
                    continue
                answer = _start(chain([" ".join(_up_to_next(sentences, number + 1))], _up_to_next(part.paragraphs, at + 1)))
                if answer and not _asks(answer):
                    yield Draft("question", SPEAKER.sub("", sentence), SPEAKER.sub("", answer), part.heading)


def _up_to_next(texts: Sequence[str], start: int) -> Iterator[str]:
    """From here on up to one that asks again."""
    for at in range(start, len(texts)):
        if _asks(texts[at]):
            return
        yield texts[at]


def _asks(text: str) -> bool:
    return len(text) > 8 and text.rstrip()[-1] in "?？؟"


def _headings(parts: Sequence[Section], title: str, phrases: Phrases) -> Iterator[Draft]:
    for part in parts:
        answer = _start(part.paragraphs)
        if part.heading and not _asks(part.heading) and answer:
            yield Draft("heading", phrases.about.format(title=title, heading=part.heading), answer, part.heading)


def _cells(parts: Sequence[Section], phrases: Phrases) -> Iterator[Draft]:
    """Of each row the values beside its first, which names it. A name that stands over several rows names none."""
    for part in parts:
        first = [next(iter(row.values()), "") for row in part.rows]
        for row, name in zip(part.rows, first, strict=True):
            if first.count(name) == 1 and name:
                for column, value in list(row.items())[1:]:
                    if value and column:
                        yield Draft("table", phrases.cell.format(column=column, row=name), value, part.heading)


def _gaps(parts: Sequence[Section], phrases: Phrases, what: re.Pattern[str], way: str) -> Iterator[Draft]:
    """Sentences with one thing left out: the first number with what it counts, or the first name."""
    for part in parts:
        for sentence in chain.from_iterable(map(_sentences, part.paragraphs)):
            said = what.search(sentence, 1) if len(sentence) in SENTENCE and not _asks(sentence) else None
            if said and sentence.count(said[0]) == 1:
                left = f"{sentence[: said.start()].rstrip()} {GAP}{sentence[said.end() :]}"
                yield Draft(way, phrases.missing.format(sentence=left), said[0].strip(), part.heading)


def _sentences(paragraph: str) -> list[str]:
    """Without the marks of a list; a line of one is a sentence, and broken lines are joined."""
    lines = EMPHASIS.sub("", paragraph).split("\n")
    text = "\n".join(LISTED.sub("", line.strip()) for line in lines) if any(map(LISTED.match, lines)) else " ".join(map(str.strip, lines))
    return [text[start:end].strip() for start, end in sentence_spans(text) if text[start:end].strip()]


def _start(paragraphs: Iterable[str]) -> str:
    """As many sentences from the beginning as a reader takes in: at least one."""
    told = ""
    for sentence in chain.from_iterable(map(_sentences, filter(None, paragraphs))):
        if told and len(told) + len(sentence) >= LONGEST_REFERENCE:
            break
        told = f"{told} {sentence}".strip()
    return told if len(told) <= 3 * LONGEST_REFERENCE else f"{told[: 3 * LONGEST_REFERENCE].rstrip()}{GAP}"
