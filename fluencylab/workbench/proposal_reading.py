"""What a proposal leaves to be asked: thirteen questions, each raised by a sentence, answered by one, or not touched at all. No grade.

    read("94 % of the answers are right.")[1]     ->  Reading(question=on how many, state="raised", quotes=(Quote(1, "94 % of ..."),))
    read("")[1].why                               ->  "Nothing on the page says how many cases its figures rest on."

A sentence raises a question where it claims something and lacks what the claim needs, in itself and in the sentences beside it. The rules
find words and numbers, not meaning, and read English.
"""

import re
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from fluencylab.text.language import language
from fluencylab.text.segmentation import sentence_spans
from fluencylab.workbench.proposal_questions import QUESTIONS, Question

State = Literal["raised", "silent", "said"]
MOST_QUOTES = 3
LONGEST_SENTENCE = 400
"""Letters of a sentence that are read and quoted; a longer one has lost its full stops."""
MOST_SENTENCES = 3_000
LANGUAGE_LETTERS, FEW_TOUCHED = 2_000, 4
WIDE = 50
"""Letters of a line from which on it may have been broken for its width."""
ABBREVIATED = (
    "e.g.",
    "i.e.",
    "cf.",
    "vs.",
    "approx.",
    "ca.",
    "no.",
    "fig.",
    "dr.",
    "mr.",
    "mrs.",
    "ms.",
    "st.",
    "incl.",
    "min.",
    "max.",
    "resp.",
)

_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*•+]\s+|\d{1,3}[.)]\s+|>+\s*|\|)")
_BARE = re.compile(r"[*_`|]+")


class Quote(NamedTuple):
    """`sentence`: its number on the page, from 1."""

    sentence: int
    text: str


class Reading(NamedTuple):
    """Of one question: how the page stands to it. `quotes`: of one that is raised the sentences that do; of one that is said, where."""

    question: Question
    state: State
    quotes: tuple[Quote, ...]

    @property
    def why(self) -> str:
        """In one line why it is to be asked; empty where the page speaks of it."""
        return {"raised": self.question.lacks, "silent": self.question.silent, "said": ""}[self.state]


@lru_cache(maxsize=32)
def read(text: str) -> tuple[Reading, ...]:
    """One for each question, in their order."""
    told = sentences(text)
    return tuple(_reading(one, told) for one in QUESTIONS)


def sentences(text: str) -> list[str]:
    """Of the page, in its order: a heading and a row of a table count as one each, broken lines are joined, marks of Markdown left out."""
    told, found = _plain(text), list[str]()
    for start, end in islice(sentence_spans(told), MOST_SENTENCES):
        one = " ".join(told[start:end].split())
        if found and found[-1].casefold().endswith(ABBREVIATED):
            found[-1] = f"{found[-1]} {one}"
        elif any(map(str.isalnum, one)):
            found.append(one)
    return [one if len(one) <= LONGEST_SENTENCE else one[: LONGEST_SENTENCE - 1].rstrip() + "…" for one in found]


def another_language(text: str) -> bool:
    """Is it surely not English, and did the rules find next to nothing? Then their silence says nothing."""
    touched = sum(one.state != "silent" for one in read(text))
    return touched <= FEW_TOUCHED and (language(text[:LANGUAGE_LETTERS]) or "en") != "en"


def _plain(text: str) -> str:
    """Lines that were broken for their width joined; without marks of Markdown. What begins a line of its own, begins one here."""
    told = list[str]()
    for raw in text.splitlines():
        line = _BARE.sub(" ", _MARKS.sub("", raw)).strip()
        if told and told[-1] and line and not _MARKS.match(raw) and len(told[-1]) > WIDE and told[-1][-1] not in ".!?:;|":
            told[-1] = f"{told[-1]} {line}"
        else:
            told.append(line)
    return "\n".join(told)


def _reading(question: Question, told: list[str]) -> Reading:
    """A sentence is settled by itself or by its neighbours; by any other where the question is of the whole page."""
    settled = [bool(question.settles.search(one)) for one in told]
    raised = [
        number
        for number, one in enumerate(told)
        if not any(settled if question.anywhere else settled[max(0, number - 1) : number + 2])
        and not one.endswith("?")
        and question.raises.search(one)
    ]
    state: State = "raised" if raised else "said" if any(settled) else "silent"
    numbers = raised or [number for number, is_so in enumerate(settled) if is_so]
    return Reading(question, state, tuple(Quote(number + 1, told[number]) for number in numbers[:MOST_QUOTES]))
