"""What a version looks up before it answers: in which documents, by which words of a case, and how what was found stands in the prompt.

    Retrieval(documents=(1, 2), query="{{question}}", k=2)
    as_text([Passage(name="policy", text="Thirty days."), …], numbered=True)        "[1] policy: Thirty days.\\n\\n[2] …"

The search itself is `instruments/lookup.py`.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fluencylab.errors import BadInput
from fluencylab.text.numerals import counted
from fluencylab.workbench.output import Passage
from fluencylab.workbench.template import names

PASSAGES = "passages"
"""The variable that what was found is filled into."""
NOTHING = "(Nothing was found.)"
"""What it is filled with where nothing was."""
SHORTEST, LONGEST, MOST_OVERLAP, MOST_K = 10, 400, 200, 10
"""Of a chunk, in words; and how many of them are given."""
Method = Literal["keyword", "semantic", "hybrid"]
METHODS: dict[Method, str] = {"hybrid": "by words and by meaning", "keyword": "by words", "semantic": "by meaning"}


class Retrieval(BaseModel):
    """`skip`: so many of the best are passed over. No version that anybody wrote does that: it is how the wrong passage comes about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: tuple[int, ...] = Field(min_length=1, max_length=200, description="Their numbers in the product")
    query: str = Field("{{question}}", min_length=1, max_length=2_000, description="What is searched for, filled from each case")
    method: Method = Field("hybrid", description="How chunks are found")
    size: int = Field(120, ge=SHORTEST, le=LONGEST, description="Of a chunk, in words")
    overlap: int = Field(20, ge=0, le=MOST_OVERLAP, description="Words said again at the beginning of the next chunk")
    k: int = Field(3, ge=1, le=MOST_K, description="Chunks that are given to the model")
    numbered: bool = Field(False, description="Each with its number, [1], so that an answer can name it")
    skip: int = Field(0, ge=0, le=MOST_K)

    @field_validator("documents")
    @classmethod
    def _once(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(given)))

    @field_validator("query")
    @classmethod
    def _a_template(cls, given: str) -> str:
        try:
            found = names(given)
        except BadInput as error:
            raise ValueError(str(error.message)) from None
        if not found:
            raise ValueError("what is searched for holds no {{variable}}, so that every case would find the same")
        if PASSAGES in found:
            raise ValueError(f"what is searched for cannot hold {{{{{PASSAGES}}}}}, which is what is found")
        return given

    @model_validator(mode="after")
    def _smaller(self) -> "Retrieval":
        if self.overlap >= self.size:
            raise ValueError("the overlap must be smaller than the chunk")
        return self

    @property
    def says(self) -> str:
        """ "3 chunks of up to 120 words, found by words and by meaning in 2 documents" """
        chunks, documents = counted(self.k, "chunk"), counted(len(self.documents), "document")
        return f"{chunks} of up to {self.size} words, found {METHODS[self.method]} in {documents}"


def as_text(passages: Sequence[Passage], numbered: bool) -> str:
    """What stands in the place of {{passages}}. Without numbers unless they are wanted: a small model asked about "[1] …" answers "1"."""
    if not passages:
        return NOTHING
    marks = [f"[{place}] " if numbered else "" for place in range(1, len(passages) + 1)]
    return "\n\n".join(f"{mark}{one.name}: {one.text}" for mark, one in zip(marks, passages, strict=True))
