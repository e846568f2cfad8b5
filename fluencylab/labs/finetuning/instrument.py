"""Fine-tuning: a small adapter, trained on a dozen facts in a house style, and what it can do beside a prompt and RAG.

    What does express cost?                                     "With pleasure: Express costs €9.90. Yours, Quillby."      trained, right
    How much do I pay for delivery on the next working day?     "With pleasure: … €39. Yours, Quillby."                    reworded, wrong

Parts: `train` (a LoRA, its loss, and what it changed), `ask` (one question at seven strengths of an adapter),
`duel` (the same questions four ways). Whatever model is in use, what is measured is the embedded model with its adapter.
"""

import hashlib
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from types import ModuleType

from fluencylab.instruments.base import Result, Step
from fluencylab.labs.finetuning import duel, lora_scale, tuning
from fluencylab.labs.finetuning.params import PARTS, Params
from fluencylab.models import adapters, catalogue, download, open_model
from fluencylab.models.types import Model, ModelInfo
from fluencylab.stats import Measure

__all__ = ["TITLE", "Params", "calls", "card", "conclude", "fact_names", "run", "seconds", "subject"]

TITLE = "Fine-tuning, and the duel with RAG"
SECONDS = 0.4
"""A short answer by the embedded model on an idle machine; with passages about twice as long."""
STEP = "step"
"""What the button counts in place of calls: a step of a training, or a call."""
MODULES: dict[str, ModuleType] = {"train": tuning, "ask": lora_scale, "duel": duel}


def calls(params: Params) -> int:
    return sum(MODULES[part].calls(params) for part in PARTS if part in params.parts)


def seconds(params: Params) -> float:
    told: float = tuning.seconds(params) if "train" in params.parts else 0.0
    asked = sum(int(MODULES[part].calls(params)) for part in PARTS if part in params.parts and part != "train")
    return 3 + told + SECONDS * asked


def fact_names(params: Params) -> list[str]:
    return [name for part in PARTS if part in params.parts for name in MODULES[part].facts(params)]


async def subject(params: Params) -> Model:
    """The embedded model with the adapter beside it, whatever model is in use; to be trained, it is opened without one."""
    await download.fetched(catalogue.find(catalogue.DEFAULT))
    if params.parts == ("train",):
        return await open_model(catalogue.DEFAULT)
    return await adapters.open_tuned(adapters.find(params.adapter))


def card() -> ModelInfo:
    """What a proof stands on: the embedded weights and the bundled adapter."""
    weights, adapter = catalogue.find(catalogue.DEFAULT).card(), adapters.bundled()
    both = hashlib.sha256(f"{weights.sha256} {adapter.sha256}".encode()).hexdigest()
    return weights.model_copy(
        update={"name": f"{weights.name} with its adapter", "sha256": both, "adapter": adapter.name, "adapter_sha256": adapter.sha256}
    )


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    for part in (part for part in PARTS if part in params.parts):
        async with aclosing(_part(part, model, params)) as coming:
            async for step in coming:
                yield step


async def _part(part: str, model: Model, params: Params) -> AsyncGenerator[Step]:
    """All but the training have an adapter before they begin."""
    if part == "train":
        async with aclosing(tuning.run(model, params)) as coming:
            async for step in coming:
                yield step
        return
    adapter = adapters.find(params.adapter)
    async with adapters.tuned(model, adapter) as tuned, aclosing(MODULES[part].steps(tuned, params, adapter)) as coming:
        async for step in coming:
            yield step


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    measures: dict[str, Measure] = {}
    for part in PARTS:
        measures |= MODULES[part].measures(kept)
    return Result(measures=measures, says=" ".join(said for part in PARTS if (said := MODULES[part].says(measures))))
