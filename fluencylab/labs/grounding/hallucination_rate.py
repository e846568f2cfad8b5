"""Provoke and count: the same questions alone, with leave to say so, with the passage that answers, and with one that does not.

Who founded Brennholt Lumen?      alone: "Brennholt Lumen is a Swedish-American company founded by …"      no such firm exists
                                  with the passage: "… founded by Ada Wirsung."
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

from fluencylab.instruments import answer_match
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import messages
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.grounding import confidence, fact_questions
from fluencylab.labs.grounding.fact_questions import Thing
from fluencylab.labs.grounding.params import NAMES, Params
from fluencylab.models.types import Completion, Model, Request
from fluencylab.stats import Measure, gain, share

SHORT = "Answer in a few words."
FROM_TEXT = "Answer from the text alone, in a few words."


class Call(NamedTuple):
    number: int
    thing: Thing
    condition: str


def plan(params: Params) -> list[Call]:
    """Question after question, each under every condition that it has a passage for."""
    passages = {"context": 2, "gap": 3}
    return [
        Call(number, thing, condition)
        for number, thing in enumerate(params.drawn)
        for condition in params.asked
        if condition not in passages or thing[passages[condition]]
    ]


def passage(call: Call) -> str:
    return {"context": call.thing.holds, "gap": call.thing.lacks}.get(call.condition, "")


def request(params: Params, call: Call, logprobs: bool = True) -> Request:
    given = passage(call)
    system = FROM_TEXT if given else SHORT
    if call.condition != "bare":
        system += " " + params.instruction
    asked = f"Text: {given}\n\nQuestion: {call.thing.ask}" if given else call.thing.ask
    return Request(
        messages=messages(system, asked), temperature=0, max_tokens=params.max_tokens, seed=1, stop=("\n",), top_logprobs=int(logprobs)
    )


async def steps(model: Model, params: Params) -> AsyncGenerator[Step]:
    """One step for each answer. On a local engine one call follows another: at temperature 0 it is then the same answer each time."""
    logprobs = model.card.abilities.logprobs

    async def one(call: Call) -> Step:
        return _step(params, call, await model.complete(request(params, call, logprobs)))

    async with aclosing(_in_turn(model, [one(call) for call in plan(params)])) as coming:
        async for step in coming:
            yield step
    if "know" in params.parts:
        async with aclosing(_again(model, params)) as coming:
            async for step in coming:
                yield step


async def _in_turn(model: Model, work: Sequence[Any]) -> AsyncGenerator[Step]:
    if model.card.kind == "endpoint":
        async with as_completed_scope(work) as answers:
            for answer in answers:
                yield await answer
        return
    try:
        for one in work:
            yield await one
    finally:
        for one in work:
            one.close()


def _step(params: Params, call: Call, completion: Completion) -> Step:
    thing, given = call.thing, passage(call)
    about = {"condition": call.condition, "i": call.number, "ask": thing.ask}
    if lost := missing("answer", about, completion):
        return lost
    data = {
        **about,
        "kind": thing.kind,
        "real": thing.real,
        "answers": thing.answers if thing.real or call.condition == "context" else (),
        "passage": given,
        "text": completion.text,
        "verdict": fact_questions.judged(completion.text, thing, given, given=call.condition == "context"),
        "mean_token_probability": confidence.mean_token_probability(completion.tokens),
        "backed": answer_match.backed(completion.text, given, thing.ask) if given else None,
        "unanswerable": params.unanswerable,
        "know": "know" in params.parts,
        "usage": completion.usage.model_dump(),
        **thought(completion),
    }
    return Step(kind="answer", data=data)


async def _again(model: Model, params: Params) -> AsyncGenerator[Step]:
    """The question alone, asked again with chance let in. Each is compared with the first answer by `conclude`, not here."""

    async def one(number: int, thing: Thing, turn: int) -> Step:
        asked = request(params, Call(number, thing, "bare"), logprobs=False)
        seed = params.seed + 1000 * number + turn
        completion = await model.complete(asked.model_copy(update={"temperature": params.temperature, "seed": seed, "alike": params.again}))
        about = {"i": number, "ask": thing.ask}
        drawn = Step(kind="draw", data={**about, "text": completion.text, "usage": completion.usage.model_dump(), **thought(completion)})
        return missing("draw", {**about, "seed": seed}, completion) or drawn

    async with as_completed_scope(one(i, thing, turn) for i, thing in enumerate(params.drawn) for turn in range(params.again)) as answers:
        for answer in answers:
            yield await answer


# The fold


def measures(answers: Sequence[Mapping[str, Any]]) -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for condition in (name for name in NAMES if any(one["condition"] == name for one in answers)):
        of = [one for one in answers if one["condition"] == condition]
        real, invented = ([one for one in of if one["real"] is kind] for kind in (True, False))
        for fact, some, verdict in (
            ("invented", invented, "wrong"), ("abstained", invented, "abstained"), ("found", invented, "right"),
            ("right", real, "right"), ("wrong", real, "wrong"), ("silent", real, "abstained"),
        ):  # fmt: skip
            found[f"{fact}@{condition}"] = share(sum(one["verdict"] == verdict for one in some), len(some))
        if condition != "bare":
            found |= _against(answers, condition)
    return found


def _against(answers: Sequence[Mapping[str, Any]], condition: str) -> dict[str, Measure]:
    """Inventions less those of the question alone, on the invented things that were asked both ways."""
    by = {
        name: {one["i"]: one["verdict"] == "wrong" for one in answers if one["condition"] == name and not one["real"]}
        for name in ("bare", condition)
    }
    both = [(by[condition][i], by["bare"][i]) for i in by[condition] if i in by["bare"]]
    if not both:
        return {}
    return {f"fewer@{condition}": gain(both)}


def facts(params: Params) -> list[str]:
    names = [f"{fact}@{c}" for fact in ("invented", "abstained", "found", "right", "wrong", "silent") for c in params.asked]
    return names + ([f"fewer@{c}" for c in params.asked if c != "bare"] if "bare" in params.asked else [])
