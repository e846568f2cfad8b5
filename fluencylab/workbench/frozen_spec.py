"""A spec as it stood when it was tested: what was committed to, whatever becomes of its checks and cases afterwards."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from fluencylab.workbench.checks import read_check
from fluencylab.workbench.spec import AcceptanceTest

Part = Literal["open", "held back"]


class FrozenTest(BaseModel):
    """`rule`: its check, as `checks.py` reads it; `mode`: the failure mode that the check looks for."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(max_length=32)
    requirement: str = Field("", max_length=2_000)
    check_id: str = Field(max_length=32)
    check_name: str = Field(max_length=200)
    rule: dict[str, JsonValue]
    mode: str = Field("", max_length=32)
    least: int = Field(ge=1, le=100)
    part: Part
    cases: int = Field(ge=1)

    @property
    def test(self) -> AcceptanceTest:
        """Raises BadInput where its check cannot be read any more."""
        return AcceptanceTest(name=self.check_name, check=read_check(dict(self.rule)), least=self.least / 100, n=self.cases)


class FrozenSpec(BaseModel):
    """`open`, `held_back`: the cases it was run on, in the order in which tests take them."""

    model_config = ConfigDict(frozen=True)

    tests: tuple[FrozenTest, ...]
    open: tuple[int, ...] = ()
    held_back: tuple[int, ...] = ()

    def cases(self, part: Part, n: int) -> tuple[int, ...]:
        """The first n of a part."""
        return (self.open if part == "open" else self.held_back)[:n]
