"""Equal calls are made once: what earlier evaluations of the same product asked of the same model is not asked again.

    model = Earlier(model, journal, runs)
    await model.complete(request)       the answer of an earlier run, where it was asked there; else the model's

Equal is the same request to the same model: the same weights, by their hash, or the same name at the same address. And only where asking
again would not be another draw: at temperature 0, or where the model heeds the seed. A call that brought no answer is asked again.
"""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from fluencylab.models.types import Completion, Model, ModelInfo, ModelWrapper, Request, Token
from fluencylab.runs.journal import Journal
from fluencylab.store import run_rows
from fluencylab.store.engine import Store


class Earlier(ModelWrapper):
    """A Model. `runs`: those whose answers count, the latest first."""

    def __init__(self, model: Model, journal: Journal, runs: tuple[str, ...]) -> None:
        super().__init__(model)
        self._journal, self._runs = journal, runs

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        if self._runs and (request.temperature == 0 or self.card.abilities.seed):
            call = request.call_id(repetition)
            if (found := await self._journal.made_before(self._runs, call, request.key())) and found[0].state == "answered":
                self._journal.was_made(call, found[1])
                return found[0]
        return await super().complete(request, repetition=repetition, on_token=on_token)


async def same_model(store: Store, run_id: str, card: ModelInfo) -> tuple[str, ...]:
    """Earlier evaluations of the product whose evaluation a run is, on this very model; none where it is no evaluation."""
    async with store.read() as session:
        found = await run_rows.earlier_evaluations(session, run_id)
    return tuple(other for other, told in found if _identity(told) == (card.slug, card.kind, card.sha256, card.adapter_sha256, card.place))


def _identity(told: dict[str, Any]) -> tuple[str, ...] | None:
    try:
        card = ModelInfo.model_validate(told)
    except ValidationError:
        return None
    known = card.sha256 or card.place or card.kind == "scripted"
    return (card.slug, card.kind, card.sha256, card.adapter_sha256, card.place) if known else None
