"""What every check is: it looks at one output, and says whether that passes, and why; or that it cannot be told."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from fluencylab.workbench.output import Output


class Judged(NamedTuple):
    passed: bool | None
    """None: could not be told"""
    why: str


class CheckBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def judge(self, output: Output) -> Judged:
        raise NotImplementedError

    @property
    def said(self) -> str:
        """What it asks for, in a sentence."""
        raise NotImplementedError
