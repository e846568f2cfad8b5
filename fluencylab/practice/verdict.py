"""What a grader says: a score, the answer it read, and why. What could not be graded is None, never zero."""

from pydantic import BaseModel, ConfigDict, Field

GRADER = "rules-1"
"""Name and version of the deterministic graders; raised when a rule changes, so that old evidence stays readable."""


class Verdict(BaseModel):
    model_config = ConfigDict(frozen=True)

    score: float | None = Field(description="0..1; None where it could not be graded")
    read: str = Field(description="The answer as the grader read it")
    why: str
    grader: str = GRADER

    @property
    def right(self) -> bool:
        return self.score == 1
