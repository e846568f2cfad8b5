"""What the embeddings lab can be asked, and how a learner's own texts, documents and questions are read."""

import re
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fluencylab.curriculum.schema import HelpQuestion
from fluencylab.documents import format
from fluencylab.instruments import helpcentre
from fluencylab.instruments.fields import FieldError
from fluencylab.instruments.search import Document, Method, Pieces

Part = Literal["distance", "map", "search"]
PARTS: tuple[Part, ...] = ("distance", "map", "search")
METHODS: tuple[Method, ...] = ("keyword", "semantic", "hybrid")
KINDS = ("same words", "reworded", "exact", "negation", "unanswerable")
MOST_SENTENCES, MOST_TEXTS, MOST_DOCUMENTS, MOST_QUESTIONS = 12, 400, 2000, 300
HEADED = re.compile(r"(?m)^=== .+ ===[ \t]*\r?$")
"""A line that begins a document, as files are added to the box."""
SENTENCES = """The parcel has arrived.
The package is here.
The parcel has not arrived.
The invoice is overdue.
Order Q-4733 is late.
Order Q-4373 is late."""


class Labelled(NamedTuple):
    text: str
    label: str


class LabelledQuestion(NamedTuple):
    """A question, and the ids of the documents that answer it: none where none does."""

    text: str
    kind: str
    answers: tuple[str, ...]


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    parts: tuple[Part, ...] = Field(("search",), description="What to measure")
    sentences: str = Field(
        SENTENCES, max_length=6000, title="Sentences", description=f"Two to {MOST_SENTENCES}, one in each line; each is compared with each"
    )
    texts: str = Field(
        "", max_length=400_000, title="Texts for the map", json_schema_extra={"form": "document"},
        description="One in each line, “group | text” if they have groups; empty: the lab’s own articles",
    )  # fmt: skip
    projection: Literal["neighbours", "shadow"] = Field(
        "neighbours", title="Projection", description="How 256 dimensions become two",
        json_schema_extra={"labels": {"neighbours": "keep neighbours together (t-SNE)", "shadow": "the widest shadow (PCA)"}},
    )  # fmt: skip
    documents: str = Field(
        "", max_length=1_000_000, title="Documents", json_schema_extra={"form": "documents"},
        description="A title in a line, its text below it, an empty line between two, or each after “=== its title ===”; empty: the lab’s",
    )  # fmt: skip
    questions: str = Field(
        "", max_length=60_000, title="Questions", json_schema_extra={"form": "document"},
        description="One in each line, then “|” and the numbers of the documents that answer it: How do I pay? | 2, 7",
    )  # fmt: skip
    k: int = Field(3, ge=1, le=10, title="How many results count", description="A document is found when it is among the first k")
    pieces: Pieces = Field(
        "whole", title="One vector for", description="What is embedded of a document",
        json_schema_extra={"labels": {"whole": "the whole document", "sentences": "each sentence, with its title"}},
    )  # fmt: skip
    embedder: str = Field(
        "", max_length=80, title="Embedder", json_schema_extra={"form": "more"},
        description="An endpoint you added that makes embeddings, by its short name; empty: the one in the lab",
    )  # fmt: skip

    @field_validator("sentences")
    @classmethod
    def _a_few(cls, given: str) -> str:
        if not 2 <= len(_lines(given)) <= MOST_SENTENCES:
            raise ValueError(f"it needs 2 to {MOST_SENTENCES} different sentences, one in each line")
        return given

    @field_validator("texts")
    @classmethod
    def _enough(cls, given: str) -> str:
        if given.strip() and not 10 <= len(_lines(given)) <= MOST_TEXTS:
            raise ValueError(f"a map needs 10 to {MOST_TEXTS} different texts, one in each line")
        return given

    @model_validator(mode="after")
    def _read(self) -> "Params":
        if self.documents.strip() and not self.questions.strip():
            raise FieldError("questions", "documents of your own need questions of your own: type some under “Questions”")
        if self.questions.strip() and not self.documents.strip():
            raise FieldError("documents", "questions of your own need documents of your own: paste some under “Documents”")
        if not 1 <= len(self.corpus) <= MOST_DOCUMENTS:
            raise FieldError("documents", f"there must be 1 to {MOST_DOCUMENTS:,} documents")
        if not 1 <= len(self.asked) <= MOST_QUESTIONS:
            raise FieldError("questions", f"there must be 1 to {MOST_QUESTIONS} questions")
        return self

    @cached_property
    def sentence_lines(self) -> list[str]:
        return _lines(self.sentences)

    @cached_property
    def points(self) -> list[Labelled]:
        """The texts of the map with their groups, "" where they have none."""
        if not self.texts.strip():
            return [Labelled(f"{one.title}. {one.body}", one.section) for one in helpcentre.articles()]
        return [_labelled(line) for line in _lines(self.texts)]

    @cached_property
    def corpus(self) -> list[Document]:
        if not self.documents.strip():
            return list(helpcentre.documents())
        if HEADED.search(self.documents):
            return [
                Document(str(at), " ".join(text.split()), title) for at, (title, text) in enumerate(format.split(self.documents), start=1)
            ]
        blocks = [block.strip() for block in re.split(r"\n\s*\n", self.documents.replace("\r\n", "\n")) if block.strip()]
        return [_document(number, block) for number, block in enumerate(blocks, start=1)]

    @cached_property
    def asked(self) -> list[LabelledQuestion]:
        if not self.questions.strip():
            return [_of_ours(one) for one in helpcentre.questions()]
        return [_question(line, len(self.corpus)) for line in _lines(self.questions)]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def _labelled(line: str) -> Labelled:
    label, bar, text = line.partition(" | ")
    return Labelled(text.strip(), label.strip()[:40]) if bar and text.strip() else Labelled(line, "")


def _document(number: int, block: str) -> Document:
    title, _, text = block.partition("\n")
    return Document(str(number), " ".join(text.split()), title.strip()) if text.strip() else Document(str(number), title.strip())


def _of_ours(one: HelpQuestion) -> LabelledQuestion:
    return LabelledQuestion(one.text, one.kind, one.articles)


def _question(line: str, documents: int) -> LabelledQuestion:
    text, bar, told = line.rpartition("|")
    numbers = [part.strip() for part in told.split(",") if part.strip()] if bar else []
    if not bar or not text.strip():
        raise ValueError(f"“{line[:60]}” needs “|” and the number of the document that answers it, or nothing after it where none does")
    for number in numbers:
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= documents):
            raise ValueError(f"“{line[:60]}” names document {number[:20]}; the documents have the numbers 1 to {documents}")
    return LabelledQuestion(text.strip(), "" if numbers else "unanswerable", tuple(str(int(number)) for number in numbers))
