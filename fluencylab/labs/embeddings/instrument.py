"""Embeddings: what texts as vectors find, what they confuse, and how search by words, by meaning and by both compares.

An embedder turns a text into a few hundred numbers, so that texts used alike lie close together. Close is not the same:

    "The parcel has arrived."   "The parcel has not arrived."   0.96        "The package is here."   0.60

Three parts: `distance` (sentences against each other, and 100 labelled triples), `map` (a few hundred texts in two dimensions, and what
that hides) and `search` (keyword, semantic, hybrid on the same labelled questions). Each has a module of its own beside this one. No
language model is called: what is measured is the embedder, and its card stands in the conditions.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from functools import partial
from types import ModuleType

from fluencylab.instruments.base import Result, Step
from fluencylab.labs.embeddings import distance, searching, textmap
from fluencylab.labs.embeddings.params import PARTS, Params
from fluencylab.models.embedder import Embedder, Encode, open_embedder, own_card
from fluencylab.models.types import Model, ModelInfo
from fluencylab.stats import Measure

__all__ = ["TITLE", "Params", "calls", "card", "conclude", "fact_names", "read_by", "run", "seconds", "subject"]

TITLE = "Embeddings and semantic search"
STEP = "step"
"""What the button counts in place of calls."""
MODULES: dict[str, ModuleType] = {"distance": distance, "map": textmap, "search": searching}


def calls(params: Params) -> int:
    """Steps; none of them is a call of a language model."""
    return sum(MODULES[part].steps(params) for part in PARTS if part in params.parts)


def seconds(params: Params) -> float:
    return 1 + calls(params) / 60 + len(params.corpus) / 1000


def fact_names(params: Params) -> list[str]:
    named = {"distance": distance.facts, "map": textmap.facts, "search": searching.facts}
    return [name for part in PARTS if part in params.parts for name in named[part](params)]


async def subject(params: Params) -> Embedder:
    """What is measured instead of the language model in use."""
    return await open_embedder(params.embedder)


def read_by(params: Params) -> str:
    """The endpoint that makes the embeddings, and so reads the texts; "" where the one in the lab does."""
    return params.embedder


def card() -> ModelInfo:
    return own_card()


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    """Every step in a thread: numpy does not wait, and the page must not either."""
    embedder = model if isinstance(model, Embedder) else await subject(params)
    encode = await embedder.ready([text for part in PARTS if part in params.parts for text in MODULES[part].texts(params)])
    for part in PARTS:
        if part in params.parts:
            for work in await asyncio.to_thread(WORK[part], params, encode):
                yield await asyncio.to_thread(work)


Work = Callable[[], Step]


def _distance(params: Params, encode: Encode) -> list[Work]:
    return [partial(distance.matrix, params, encode), *(partial(distance.triples, encode, kind) for kind in distance.KINDS)]


def _map(params: Params, encode: Encode) -> list[Work]:
    return [partial(textmap.draw, params, encode)]


def _search(params: Params, encode: Encode) -> list[Work]:
    built = searching.indexes(params, encode)
    return [partial(searching.ask, params, built, number) for number in range(len(params.asked))]


WORK = {"distance": _distance, "map": _map, "search": _search}


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    measures: dict[str, Measure] = {}
    for part in PARTS:
        measures |= MODULES[part].measures(kept)
    told = [distance.says(measures), textmap.says(measures), searching.says(measures, searching.cut(kept))]
    return Result(measures=measures, says=" ".join(sentence for sentence in told if sentence))
