"""A Model for a run of many calls: one that the endpoint refuses, or breaks off, is a call without an answer and not the end of the run.

An endpoint that refuses everything is told at once, in its own words: the run ends when its first few calls are refused and none answered.
"""

from collections.abc import Callable

from fluencylab.errors import AnswerCutOff, CallRefused
from fluencylab.models.types import Completion, Model, ModelWrapper, Request, Token

PATIENCE = 3


class Tolerant(ModelWrapper):
    """`calls`: how many the run will make; it ends with the endpoint's words when all of them, or three, were refused from the start."""

    def __init__(self, model: Model, calls: int) -> None:
        super().__init__(model)
        self.patience = max(1, min(PATIENCE, calls))
        self.answered = False
        self.refused = 0

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        try:
            completion = await super().complete(request, repetition=repetition, on_token=on_token)
        except (CallRefused, AnswerCutOff) as error:
            self.refused += 1
            if not self.answered and self.refused >= self.patience:
                raise
            state = error.state if isinstance(error, CallRefused) else "cut off"
            finish = {"filtered": "content_filter", "refused": "refusal"}.get(state, state)
            return Completion(text="", finish=finish, said=error.message)
        self.answered = True
        return completion
