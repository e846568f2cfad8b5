"""Forgetting: a fact is told at the start of a chat that grows; from which turn on is it lost, under each policy?

    "My locker is number 36."  … six turns later …  "What is the number of my locker?"  ->  "The locker is 20."

Step `turn`: one question under one policy. `told`: is the message that told the fact still in the call? `present`: does the number stand
anywhere in it (pinned, or in a summary)?
"""

import random
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any

from fluencylab.errors import BadInput
from fluencylab.instruments.base import Step
from fluencylab.instruments.missing import NoAnswer, from_lost
from fluencylab.instruments.token_window import Block, Frame, TokenCounter
from fluencylab.labs.context.params import Params, bundled
from fluencylab.labs.context.tape import SharedAnswers, fitted, summarise, window_of
from fluencylab.models.types import Model, Request
from fluencylab.stats import Measure, estimate, share

ROOM = 16
"""Tokens kept for an answer here, whatever the form says: a number needs no more."""


def fact(seed: int, i: int) -> tuple[str, str]:
    """(thing, its number): the i-th fact under a seed."""
    things = bundled()["things"]
    drawn = random.Random(f"{seed}/{i}")
    return things[(seed + i) % len(things)], str(drawn.randint(21, 989))


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    ruler, asked = TokenCounter(model), SharedAnswers(model)
    window, frame = window_of(model, params.window), await ruler.frame()
    for i in range(params.facts):
        thing, number = fact(params.seed, i)
        for turn in range(1, params.turns + 1):
            told = await conversation(ruler, thing, number, turn, params.pinned)
            for policy in params.policies:
                about = {"policy": policy, "fact": i, "turn": turn, "thing": thing, "number": number}
                try:
                    yield Step(kind="turn", data=about | await _ask(ruler, asked, params, told, about, frame, window))
                except NoAnswer as lost:
                    yield from_lost("turn", about, lost)


async def conversation(ruler: TokenCounter, thing: str, number: str, turn: int, pinned: bool) -> list[Block]:
    """The chat as it stands at a turn: the fact, `turn` - 1 exchanges about other things, and the question."""
    texts = bundled()
    system = texts["system"] + (f" The guest's {thing} is number {number}." if pinned else "")
    told = [await ruler.block("system", "system", system), await ruler.block("history", "user", f"My {thing} is number {number}.")]
    told.append(await ruler.block("history", "assistant", texts["thanks"]))
    for user, assistant in texts["talk"][: turn - 1]:
        told += [await ruler.block("history", "user", user), await ruler.block("history", "assistant", assistant)]
    return [*told, await ruler.block("question", "user", f"What is the number of my {thing}?")]


async def _ask(
    ruler: TokenCounter, answers: SharedAnswers, params: Params, blocks: list[Block], about: dict[str, Any], frame: Frame, window: int
) -> dict[str, Any]:
    policy = about["policy"]
    found = await fitted(ruler, blocks, window - ROOM, policy, frame, params.summary_tokens)
    if policy != "error" and (found is None or found[0][-1].tokens < blocks[-1].tokens):
        raise BadInput("This window is too small for a conversation.", "Set a window of at least 160 tokens.")
    if found is None:
        return {"refused": True, "told": False, "present": False, "recalled": False, "invented": False, "text": ""}
    kept, messages = found
    cost: dict[str, Any] = {}
    if policy == "summary" and (step := await summarise(ruler, answers, params, blocks, kept, window)):
        cost = {"summary": step.data["text"], "usage": step.data.get("usage")}
        messages = await ruler.messages(blocks, kept, step.data["text"])
    request = Request(messages=tuple(messages), temperature=0, max_tokens=ROOM, seed=params.seed)
    text, used = await answers(request)
    number = re.compile(rf"\b{about['number']}\b")
    recalled = number.search(text) is not None
    return {
        "refused": False,
        "told": kept[1].tokens > 0,
        "present": any(number.search(message.content) for message in messages),
        "recalled": recalled,
        "invented": not recalled and re.search(r"\d", text) is not None,
        "text": text,
        **_together(cost, used),
    }


def _together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """What a summary and an answer cost, as one."""
    parts = [one["usage"] for one in (first, second) if one.get("usage")]
    told = {"usage": {kind: sum(one.get(kind, 0) for one in parts) for kind in ("prompt", "completion", "cached")}} if parts else {}
    return {**({"summary": first["summary"]} if "summary" in first else {}), **told}


# What it adds up to


def fact_names(params: Params) -> list[str]:
    after = [f"recall_after@{policy}" for policy in params.policies if policy != "error"]
    return ["recall_before", *(f"first_turn_lost@{policy}" for policy in params.policies), *after, "invented"]


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    """`recall_before`: answered rightly while the message that told it was in the call. `recall_after@policy`: once it was not.

    `invented`: of the answers without the fact anywhere in the call, how many name some other number.
    """
    seen = [step.data for step in steps if step.kind == "turn"]
    if not seen:
        return {}
    before = [one["recalled"] for one in seen if one["told"]]
    found = {"recall_before": share(sum(before), len(before))}
    policies = list(dict.fromkeys(one["policy"] for one in seen))
    for policy in policies:
        own = [one for one in seen if one["policy"] == policy]
        found[f"first_turn_lost@{policy}"] = _first_lost(own)
        gone = [one["recalled"] for one in own if not one["told"] and not one["refused"]]
        if policy != "error" and gone:
            found[f"recall_after@{policy}"] = share(sum(gone), len(gone))
    blind = [one["invented"] for one in seen if not one["present"] and not one["refused"]]
    return found | ({"invented": share(sum(blind), len(blind))} if blind else {})


def _first_lost(seen: Sequence[dict[str, Any]]) -> Measure:
    """The turn from which on the fact does not come back, averaged over the facts; one more than there are where it never is."""
    facts = {one["fact"]: 0 for one in seen} | {one["fact"]: one["turn"] for one in seen if one["recalled"]}
    turns = [last + 1.0 for last in facts.values()]
    return estimate(turns)


def says(found: dict[str, Measure]) -> str:
    parts = [f"While it was in the call, the fact came back in {found['recall_before'].told} answers."] if "recall_before" in found else []
    gone = [found[f"recall_after@{policy}"] for policy in ("drop", "keep") if f"recall_after@{policy}" in found]
    if gone:
        hits, n = round(sum(one.value * one.n for one in gone)), sum(one.n for one in gone)
        parts.append(f"Once its message was dropped, in {hits} of {n}.")
    if "invented" in found and found["invented"].n:
        parts.append(f"Of the answers that could not have it, {found['invented'].told} named some other number.")
    return " ".join(parts)
