"""Context windows: what fits into a call, what is lost when it does not, and whether what fits is found.

All that a call holds shares one window, counted in tokens: system prompt, history, documents, question, and room for the answer.

    293 tokens into a window of 200 that keeps 24 for the answer: refused; or the system prompt goes; or the first turns do.

Four parts: `tape` (one call to scale, and what each policy loses), `forgetting` (a fact in a chat that grows), `needle` (a number
hidden in a text) and `languages` (one notice in many languages and three vocabularies).
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from fluencylab.instruments.base import Asks, Result, Step
from fluencylab.labs.context import forgetting, languages, needle, tape
from fluencylab.labs.context.params import Params as Params
from fluencylab.models.types import Model, ModelInfo

TITLE = "Context windows and their limits"
PARTS = {"tape": tape, "forgetting": forgetting, "needle": needle, "languages": languages}
READS, WRITES = 400, 80
"""Tokens a second on two cores that others use too: for a guess of the time."""


def calls(params: Params) -> int:
    """Steps of a whole run. Two policies that leave the same call share its answer, so fewer may reach the model."""
    policies = len(params.policies)
    each = {
        "tape": 1 + policies + ("summary" in params.policies and params.ask),
        "forgetting": params.facts * params.turns * policies,
        "needle": params.trials * len(params.lengths) * len(params.positions),
        "languages": 1,
    }
    return sum(each[part] for part in params.parts)


def asks(params: Params) -> Asks:
    """A tape without a question, and the comparison of languages, only count tokens."""
    spoken = "forgetting" in params.parts or "needle" in params.parts or ("tape" in params.parts and params.ask)
    return "model" if spoken else "tokens"


def seconds(params: Params) -> float:
    """About how long: prompts are read far faster than answers are written, and what was read before is not read again."""
    ways = len([policy for policy in params.policies if policy != "error"])
    window = min(params.window or 1000, 4000)
    took = 0.3
    if "tape" in params.parts and params.ask:
        took += ways * (window / READS + params.room / WRITES)
    if "forgetting" in params.parts:
        took += params.facts * params.turns * (60 / READS + 12 / WRITES) + params.facts * ways * 2 * (window / READS + 24 / WRITES)
    if "needle" in params.parts:
        took += params.trials * sum(params.lengths) * (1 + (len(params.positions) - 1) / 2) / READS
        took += params.trials * len(params.lengths) * len(params.positions) * needle.ANSWER / WRITES
    return took


def fact_names(params: Params) -> list[str]:
    return [name for part in params.parts for name in PARTS[part].fact_names(params)]


def limits(card: ModelInfo) -> list[str]:
    found = [
        (not card.shows_inside, "Its tokens are counted by the nearest vocabulary the lab has: about right, not exact."),
        (not card.window, "Its own window is not known, so what lies beyond it cannot be told."),
    ]
    return [sentence for is_so, sentence in found if is_so]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    for part in params.parts:
        async with aclosing(PARTS[part].run(model, params)) as coming:
            async for step in coming:
                yield step


def conclude(steps: Iterable[Step]) -> Result:
    seen = list(steps)
    found = [part.measures(seen) for part in PARTS.values()]
    said = [tape.says(found[0], seen), forgetting.says(found[1]), needle.says(found[2]), languages.says(found[3])]
    return Result(measures={name: measure for one in found for name, measure in one.items()}, says=" ".join(one for one in said if one))
