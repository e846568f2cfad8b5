"""What the retrieval lab is asked: which documents and questions, how they are cut, what is found, how much of it is given."""

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic.config import JsonDict

from fluencylab.documents import format
from fluencylab.instruments import helpcentre
from fluencylab.instruments.fields import FieldError
from fluencylab.instruments.search import Document, Method
from fluencylab.labs.retrieval import questions
from fluencylab.labs.retrieval.questions import Question

MORE: JsonDict = {"form": "more"}
INSTRUCTION = "Answer in a few words, copied from the text. If the text does not say, answer: I don't know."
MOST_DOCUMENTS, MOST_QUESTIONS = 2000, 300
SHORTEST, LONGEST, MOST_OVERLAP = 5, 400, 200
"""Of a chunk, in words."""


class Params(BaseModel):
    """An empty text stands for ours: Quillby's help centre, and `content/sets/rag-questions.toml`."""

    model_config = ConfigDict(frozen=True)

    documents: str = Field(
        "", max_length=1_000_000, title="Your documents", json_schema_extra={"form": "documents"},
        description="Each after a line “=== its title ===”; empty: the lab’s own help centre",
    )  # fmt: skip
    questions: str = Field(
        "", max_length=60_000, title="Your questions", json_schema_extra={"form": "document"},
        description="In each line: question | short answer; another way to say it | title of its document. Nothing after it: none",
    )  # fmt: skip
    size: int = Field(
        20, ge=SHORTEST, le=LONGEST, title="Chunk size, in words", description="At most; a chunk ends with a sentence where it can"
    )
    overlap: int = Field(0, ge=0, le=MOST_OVERLAP, title="Overlap, in words", description="Said again at the start of the next chunk")
    titled: bool = Field(True, title="Title on each chunk", description="Without it a chunk does not say what it is about")
    method: Method = Field(
        "hybrid", title="Search", description="How chunks are found",
        json_schema_extra={"labels": {"keyword": "by words", "semantic": "by meaning", "hybrid": "by both"}},
    )  # fmt: skip
    k: int = Field(3, ge=1, le=10, title="Chunks for each question", description="k: the best so many are taken")
    budget: int = Field(90, ge=10, le=4000, title="Tokens for them", description="What does not fit into the prompt is cut off")
    answered: int = Field(20, ge=1, le=200, title="Questions", description="Whose answer is in the documents")
    absent: int = Field(5, ge=0, le=100, title="Questions without an answer", description="In no document: to be declined")
    sizes: tuple[int, ...] = Field(
        (10, 20, 40, 80), max_length=6, title="Other chunk sizes", json_schema_extra=MORE,
        description="Searched with the same questions, without the model",
    )  # fmt: skip
    instruction: str = Field(INSTRUCTION, min_length=1, max_length=500, title="Instruction", json_schema_extra=MORE)
    max_tokens: int = Field(24, ge=4, le=300, title="Longest answer, in tokens", json_schema_extra=MORE)
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which questions are drawn", json_schema_extra=MORE)

    @field_validator("sizes")
    @classmethod
    def _sizes(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if any(not SHORTEST <= size <= LONGEST for size in given):
            raise ValueError(f"each chunk size must lie between {SHORTEST} and {LONGEST} words")
        return tuple(sorted(set(given)))

    @model_validator(mode="after")
    def _read(self) -> "Params":
        if self.overlap >= self.size:
            raise FieldError("overlap", "the overlap must be smaller than the chunk size")
        if self.documents.strip() and not self.questions.strip():
            raise FieldError("questions", "documents of your own need questions of your own: type some under “Your questions”")
        if not 1 <= len(self.corpus) <= MOST_DOCUMENTS:
            raise FieldError("documents", f"there must be 1 to {MOST_DOCUMENTS:,} documents, each with a text")
        if not 1 <= len(self.drawn) <= MOST_QUESTIONS:
            raise FieldError("questions", f"there must be 1 to {MOST_QUESTIONS} questions")
        return self

    @cached_property
    def corpus(self) -> tuple[Document, ...]:
        if not self.documents.strip():
            return helpcentre.documents()
        return tuple(Document(str(number), text, title) for number, (title, text) in enumerate(format.split(self.documents), start=1))

    @cached_property
    def drawn(self) -> list[Question]:
        known = questions.own(self.questions, self.corpus) if self.questions.strip() else questions.bundled()
        return questions.draw(known, self.answered, self.absent, self.seed)
