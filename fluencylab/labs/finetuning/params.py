"""What the fine-tuning lab is asked: which part of it, in which ways the questions are answered, and with which adapter."""

from functools import cached_property
from typing import Literal, get_args

from pydantic import Field, field_validator, model_validator
from pydantic.config import JsonDict

from fluencylab.documents import format
from fluencylab.instruments import helpcentre
from fluencylab.instruments.fields import FieldError, at_least_one, field_at_fault
from fluencylab.instruments.search import Document
from fluencylab.labs.finetuning import questions
from fluencylab.labs.finetuning.lora_scale import AskParams
from fluencylab.labs.finetuning.questions import KINDS, DuelQuestion, Kind
from fluencylab.labs.finetuning.tuning import TrainParams

Part = Literal["train", "ask", "duel"]
PARTS: tuple[Part, ...] = get_args(Part)
Way = Literal["prompt", "examples", "rag", "fine-tuned", "both"]
WAYS: tuple[Way, ...] = get_args(Way)
READS = ("rag", "both")
"""The ways that look things up."""
NAMES: dict[str, str] = {
    "prompt": "prompt only",
    "examples": "prompt and two examples",
    "rag": "RAG",
    "fine-tuned": "fine-tuned",
    "both": "both",
}
MORE: JsonDict = {"form": "more"}


class Params(TrainParams, AskParams):
    """The fields of all parts. An empty text stands for ours: Quillby's help centre, and `content/sets/tuning.toml`."""

    parts: tuple[Part, ...] = Field(("duel",), min_length=1, title="What to measure")
    adapter: str = Field("", max_length=64, title="Adapter", description="The beginning of its SHA-256; empty: the one in the package")
    ways: tuple[Way, ...] = Field(("prompt", "rag", "fine-tuned", "both"), min_length=1, title="Ways to answer")
    kinds: tuple[Kind, ...] = Field(KINDS, min_length=1, title="Kinds of question")
    questions: int = Field(6, ge=1, le=40, title="Questions of each kind", description="Each is one call for each way")
    unrelated: int = Field(4, ge=0, le=10, title="Unrelated questions", description="Asked without the adapter and with it: two calls each")
    passages: int = Field(2, ge=1, le=6, title="Passages", description="Found for each question, and given to RAG and to both")
    strength: float = Field(1.0, ge=0, le=2, allow_inf_nan=False, title="Strength of the adapter", description="0 is the base model")
    data: str = Field(
        "", max_length=60_000, title="Your own questions", json_schema_extra={"form": "document"},
        description="In each line: question | short answers, parted by ; | seen, reworded, new or changed | the old answer, if it changed",
    )  # fmt: skip
    documents: str = Field(
        "", max_length=1_000_000, title="Your documents", json_schema_extra={"form": "documents"},
        description="Each after a line “=== its title ===”; empty: the lab’s own help centre",
    )  # fmt: skip
    instruction: str = Field(
        "You answer customers of Quillby in one short sentence.",
        min_length=1, max_length=500, title="Instruction", json_schema_extra=MORE, description="For the prompt, with the style after it",
    )  # fmt: skip
    reading: str = Field(
        "Answer from the text alone, in one short sentence.",
        min_length=1, max_length=500, title="Instruction of RAG", json_schema_extra=MORE, description="Given with the passages",
    )  # fmt: skip
    opening: str = Field("With pleasure:", max_length=60, title="House style: an answer begins with", json_schema_extra=MORE)
    closing: str = Field("Yours, Quillby.", max_length=60, title="House style: it ends with", json_schema_extra=MORE)
    max_tokens: int = Field(32, ge=4, le=200, title="Longest answer, in tokens", json_schema_extra=MORE)
    seed: int = Field(1, ge=0, le=2**31, title="Seed", description="Which questions are drawn", json_schema_extra=MORE)

    _chosen = field_validator("parts", "ways", "kinds", mode="before")(at_least_one)

    @model_validator(mode="after")
    def _readable(self) -> "Params":
        if self.documents.strip() and not self.data.strip():
            raise FieldError("data", "documents of your own need questions of your own: type some under “Your own questions”")
        with field_at_fault("data"):
            drawn = self.drawn
        if not drawn:
            raise FieldError("kinds", "none of your questions is of a kind that was chosen")
        if len(self.own) > 2000:
            raise FieldError("documents", "there can be 2,000 documents at most")
        return self

    @cached_property
    def drawn(self) -> tuple[DuelQuestion, ...]:
        """The questions of this run, kind after kind, each with a number of its own."""
        known = questions.own(self.data) if self.data.strip() else questions.bundled()
        return questions.draw(known, self.kinds, self.questions, self.seed)

    @cached_property
    def own(self) -> tuple[Document, ...]:
        found = format.split(self.documents) if self.documents.strip() else []
        return tuple(Document(str(number), text, title) for number, (title, text) in enumerate(found, start=1))

    def corpus(self, changed: bool) -> tuple[Document, ...]:
        """What is searched. The help centre is changed by the night: then its newer articles stand in the places of the old ones."""
        if self.own:
            return self.own
        return questions.changed(helpcentre.documents()) if changed else helpcentre.documents()

    @property
    def style(self) -> str:
        """What the prompt says of the house style."""
        told = [f"Begin with “{self.opening}”"] if self.opening else []
        told += [f"end with “{self.closing}”"] if self.closing else []
        return " and ".join(told)[:1].upper() + " and ".join(told)[1:] + "." * bool(told)

    def styled(self, text: str) -> bool:
        """The house style, checked by code: it begins and ends as the house does."""
        return text.strip().startswith(self.opening) and text.strip().endswith(self.closing)
