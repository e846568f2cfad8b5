"""What a version answered to one case: the words, how they ended, and what they took."""

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.models.types import LENGTHS


class Passage(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    text: str


class Output(BaseModel):
    """`None` is not measured, and never nought."""

    model_config = ConfigDict(frozen=True)

    text: str = ""
    finish: str = Field("", description="Why it ended: stop, length, …")
    seconds: float | None = Field(None, description="From the call to its last token")
    tokens_in: int | None = None
    tokens_out: int | None = None
    money: float | None = Field(None, description="In US dollars")
    passages: tuple[Passage, ...] = Field((), description="What retrieval gave it to answer from, in the order it was given")
    error: str = Field("", description="Why there is no answer, where there is none")

    @property
    def cut_off(self) -> bool:
        """Did the output limit end it?"""
        return self.finish in LENGTHS
