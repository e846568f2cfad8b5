"""Where a question to a RAG system failed: four places, told apart by rules and not by a model.

    not_in_documents    no document holds the answer
    not_retrieved       none of the k chunks touches the sentence that holds it
    cut_off             a chunk touches it, and the sentence does not stand whole in the prompt: the budget or a chunk's border cut it
    not_used            it stood whole in the prompt, and the answer is wrong all the same

The first of the four that holds is named. A question that no document answers is right when the model declines, and only then.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from fluencylab.instruments import answer_match
from fluencylab.instruments.answer_language import foreign
from fluencylab.instruments.chunks import Chunk, sentences
from fluencylab.instruments.search import Document
from fluencylab.labs.retrieval.passages import Passage
from fluencylab.labs.retrieval.questions import Question

FailureStage = Literal["not_in_documents", "not_retrieved", "cut_off", "not_used"]
FAILURE_STAGES: tuple[FailureStage, ...] = ("not_in_documents", "not_retrieved", "cut_off", "not_used")
Cutter = Literal["budget", "border"]


class AnswerSpan(NamedTuple):
    """A sentence that holds the answer."""

    document: str
    start: int
    end: int
    text: str

    def inside(self, start: int, end: int) -> str:
        """What of the sentence lies between two places of its document."""
        return self.text[max(start, self.start) - self.start : max(0, min(end, self.end) - self.start)] if start < self.end else ""


class DocumentSentences(NamedTuple):
    """A document with its sentences, and what `answer_match.plain` makes of each: a long one is read once and asked often."""

    whole: AnswerSpan
    sentences: list[AnswerSpan]
    plain: list[str]


def read(documents: Sequence[Document]) -> list[DocumentSentences]:
    found = []
    for one in documents:
        parts = [AnswerSpan(one.id, start, end, one.text[start:end]) for start, end in sentences(one.text)]
        found.append(
            DocumentSentences(
                AnswerSpan(one.id, 0, len(one.text), one.text), parts, [f" {answer_match.plain(part.text)} " for part in parts]
            )
        )
    return found


def evidence(question: Question, documents: Sequence[DocumentSentences]) -> list[AnswerSpan]:
    """Every sentence of the documents it names, or of all where it names none, in which an answer stands as whole words."""
    wanted = [f" {answer_match.plain(answer)} " for answer in question.answers]
    found = []
    for document in documents if wanted else ():
        if document.whole.document in question.documents or not question.documents:
            held = [one for one, plain in zip(document.sentences, document.plain, strict=True) if any(answer in plain for answer in wanted)]
            across = " ".join(plain.strip() for plain in document.plain)
            found += held or ([document.whole] if any(answer in f" {across} " for answer in wanted) else [])
    return found


def states(text: str, question: Question) -> bool:
    """Does one of its answers stand in the text?"""
    return any(answer_match.says(text, answer) for answer in question.answers)


def right(text: str, question: Question, held: Sequence[AnswerSpan]) -> bool | None:
    """None where that hangs on whether it declines, and its language cannot be read."""
    return states(text, question) if held else states(text, question) or declined(text)


def declined(text: str) -> bool | None:
    return answer_match.declines(text) or (None if foreign(text) else False)


def touches(chunk: Chunk, held: Sequence[AnswerSpan]) -> bool:
    return any(one.document == chunk.document and chunk.start < one.end and one.start < chunk.end for one in held)


def holds(document: str, start: int, end: int, question: Question, held: Sequence[AnswerSpan]) -> bool:
    """Does this stretch of a document hold an answer, within a sentence that does?"""
    return any(one.document == document and states(one.inside(start, end), question) for one in held)


def failure_stage(passages: Sequence[Passage], held: Sequence[AnswerSpan]) -> tuple[FailureStage, Cutter | None]:
    """Of a question that went wrong; with `cut_off` also what cut it."""
    if not held:
        return "not_in_documents", None
    if not any(touches(one.chunk, held) for one in passages):
        return "not_retrieved", None
    if _whole(passages, held, given=True):
        return "not_used", None
    return "cut_off", "budget" if _whole(passages, held, given=False) else "border"


def _whole(passages: Sequence[Passage], held: Sequence[AnswerSpan], given: bool) -> bool:
    reached = [(one.chunk.document, one.chunk.start, one.end if given else one.chunk.end) for one in passages]
    return any(one.document == where and start <= one.start and one.end <= end for where, start, end in reached for one in held)
