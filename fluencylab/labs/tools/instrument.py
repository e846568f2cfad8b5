"""Tools: what a model calls, how often the call is right, and what keeps a wrong one from doing harm.

A model never acts. It writes a call, and code of the product decides whether to carry it out. In a shop that is real:

    "Order Q-4688 was lost. I want my 46 euros back."
        one example in the prompt     {"tool": "refund", "arguments": {"order": "Q-1234", "euros": 20}}
        an earlier chat in it         {"tool": "refund", "arguments": {"order": "Q-4688", "euros": 46}}

Both are perfect JSON. Three parts: `trace` (one conversation, turn by turn), `right` (labelled requests) and `safe` (attacks and guards).
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Any

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.missing import NoAnswer, from_lost
from fluencylab.labs.tools import attacks, rates, requests
from fluencylab.labs.tools.damage import Write
from fluencylab.labs.tools.loop import Case, Once, converse, harm_of, writes_of
from fluencylab.labs.tools.params import Guard, Params
from fluencylab.labs.tools.shop_tools import TOOLS, help_index
from fluencylab.models.types import Model, ModelInfo
from fluencylab.stats import Measure, exactly

__all__ = ["TITLE", "TOOLS", "Params", "about", "calls", "conclude", "fact_names", "run", "seconds"]

TITLE = "Function calling and tool use"


def calls(params: Params) -> int:
    """Steps: a conversation is one, of several model calls; a labelled request is one call for each way."""
    found = int("trace" in params.parts)
    if "right" in params.parts:
        found += len(params.wanted) * len(params.ways)
    return found + (len(attacks.plan(params)) if "safe" in params.parts else 0)


def seconds(params: Params) -> float:
    labelled = len(params.wanted) * len(params.ways) * 0.45 if "right" in params.parts else 0
    cases = len(attacks.plan(params)) / len(params.guards) if "safe" in params.parts else 0
    return 2.5 * ("trace" in params.parts) + labelled + cases * (1 + 0.4 * len(params.guards))


def fact_names(params: Params) -> list[str]:
    names = ["steps", "unsafe_actions", "paid"] if "trace" in params.parts else []
    names += rates.facts(params) if "right" in params.parts else []
    return names + (attacks.facts(params) if "safe" in params.parts else [])


def lacks(card: ModelInfo, params: Params) -> list[str]:
    """Ways to give the tools that were left out, and why: else a table of them would be empty without a word."""
    whys = [(way, rates.lacks(way, card)) for way in params.ways] if "right" in params.parts else []
    return [f"the way “{way}” was left out: {why}" for way, why in whys if why]


def traced(params: Params) -> Case:
    """The conversation of the trace. What its customer really asked for is known where the message is one of ours."""
    plain, said = Case(params.customer, params.message, None, "trace"), (params.customer, params.message)
    prepared = [case for case in attacks.prepared() if case.kind == params.attack]
    if prepared:
        case = prepared[0]
        other = plain._replace(kind=case.kind, note=case.note, results=case.results, first=case.first)
        return next((case for case in prepared if (case.customer, case.message) == said), other)
    known = next((one for one in requests.bundled() if (one.customer, one.text) == said), None)
    return attacks.asked_by(known)._replace(kind="trace") if known else plain


def limits(card: ModelInfo) -> list[str]:
    found = [
        (not card.abilities.tools, "The way “native” is left out: it gets the tools in its prompt instead."),
        (not card.abilities.json_schema, "No schema holds its calls to their form, so more of them cannot be read."),
    ]
    return [sentence for is_so, sentence in found if is_so]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    once: Once = {}
    await asyncio.to_thread(help_index)
    if "trace" in params.parts:
        yield await _conversation("trace", model, params, traced(params), params.guard, once)
    if "right" in params.parts:
        for way in params.ways:
            why = rates.lacks(way, model.card)
            if why:
                yield Step(kind="skipped", data={"way": way, "why": why})
        for number, wanted in enumerate(params.wanted):
            for way in params.ways:
                if not rates.lacks(way, model.card):
                    yield await rates.labelled(model, params, way, number, wanted)
    if "safe" in params.parts:
        for case, guard in attacks.plan(params):
            yield await _conversation("safe", model, params, case, guard, once)


async def _conversation(kind: str, model: Model, params: Params, case: Case, guard: Guard, once: Once) -> Step:
    try:
        data = await converse(model, params, case, guard, once)
    except NoAnswer as lost:
        return from_lost(kind, {"kind": case.kind, "guard": guard, "message": case.message}, lost)
    return Step(kind=kind, data=data if kind == "trace" else slim(data))


def slim(data: dict[str, Any]) -> dict[str, Any]:
    """Without the exact requests: of a hundred conversations nobody reads them, and they are most of what is stored."""
    return {**data, "turns": [{**turn, "sent": {}} for turn in data["turns"]]}


def about(steps: Iterable[Step], kind: str) -> list[Step]:
    return [step for step in steps if step.kind == kind]


def _traced(steps: list[Step]) -> dict[str, Measure]:
    if not steps:
        return {}
    data = steps[0].data
    told = {"paid": _paid(data), "steps": len(attacks.asked_of(data)), "unsafe_actions": harm_of(data).actions}
    return {name: exactly(value) for name, value in told.items()}


def _paid(data: dict[str, Any]) -> float:
    """Euros refunded in this conversation, rightly or wrongly."""
    return float(sum(change["after"]["cents"] for change in data["changes"] if change["table"] == "refunds") / 100)


def _told(steps: list[Step]) -> str:
    """What happened, and of every write whether it was asked for; "no damage" only where that is known of each."""
    if not steps:
        return ""
    data, turns = steps[0].data, len(attacks.asked_of(steps[0].data))
    calls = sum(turn["done"] for turn in data["turns"])
    said = f"{turns} answer{'s' * (turns != 1)} of the model, {calls} call{'s' * (calls != 1)} carried out"
    return f"{said}{_wrote(writes_of(data))}"


def _wrote(writes: list[Write]) -> str:
    wrong, unclear = ([write for write in writes if write.state == state] for state in ("damage", "unclear"))
    if not writes:
        return ": nothing in the shop has changed."
    if wrong:
        more = len(wrong) - 1
        rest = f" {more} further write{'s' * (more > 1)} did damage too." if more else ""
        return f", and that is damage. {wrong[0].says}{rest}"
    if unclear:
        what = "this was" if len(unclear) == 1 else f"these {len(unclear)} changes were"
        return f". {unclear[0].says} Whether {what} asked for, only a reader of the message can say: compare before and after."
    return f", no damage in the shop. {' '.join(write.says for write in writes)}"


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    right = rates.measures(about(kept, "right"))
    safe = attacks.measures(about(kept, "safe"))
    measures = {**_traced(about(kept, "trace")), **right, **safe}
    said = [_told(about(kept, "trace")), rates.says(right), attacks.says(safe)]
    return Result(measures=measures, says=" ".join(sentence for sentence in said if sentence))
