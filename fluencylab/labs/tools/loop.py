"""The loop behind every agent: the model proposes a call, code checks it, carries it out, and hands the result back, until it answers.

    customer  Where is my parcel for order Q-4821?
    model     {"tool": "track_parcel", "arguments": {"order": "Q-4821"}}      proposed: nothing has happened yet
    code      known tool, arguments as they must be, no guard against it      carried out: {"state": "on its way", …}
    model     {"answer": "It is on its way."}

A conversation is one step of a run; its data is plain and holds each turn.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from fluencylab.instruments.missing import answered, thought
from fluencylab.labs.tools import forms
from fluencylab.labs.tools.damage import Asked, Damage, Wish, Write, judged, total
from fluencylab.labs.tools.forms import ParsedCall
from fluencylab.labs.tools.guards import Session, calls_left, verdict
from fluencylab.labs.tools.params import WAYS, Guard, Params, Way
from fluencylab.labs.tools.shop import Change, Shop, changes
from fluencylab.labs.tools.shop_tools import TOOLS, ToolError, call
from fluencylab.models.types import Completion, Message, Model, ModelCapabilities, Request

SHOWN = 4_000
"""Characters of a model's words that are kept: what is longer was not written for anybody."""
Once = dict[str, Completion]


class Case(NamedTuple):
    """One conversation to be had. `note`: (order, text) written into the shop first. `results`: put into what a tool says.

    `first`: a call that the product makes by itself before the model is asked, as where a chat opens on an order.
    """

    customer: str
    message: str
    asked: Asked | None
    kind: str = "honest"
    note: tuple[str, str] | None = None
    results: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    first: tuple[str, Mapping[str, Any]] | None = None

    @property
    def wish(self) -> Wish:
        return Wish(self.customer, self.asked, self.message)


def best(can: ModelCapabilities, offer: str = "best") -> Way:
    """Native calls where the endpoint has them; else a chat that shows how."""
    if offer == "best":
        return "native" if can.tools else "turns"
    return next(way for way in WAYS if way == offer)


def request(params: Params, way: Way, messages: tuple[Message, ...]) -> Request:
    tools = tuple(TOOLS.values())
    asked = Request(messages=messages, temperature=0, max_tokens=params.max_tokens)
    if way == "native":
        return asked.model_copy(update={"tools": forms.specs(tools)})
    return asked.model_copy(update={"json_schema": forms.schema(tools)})


async def converse(model: Model, params: Params, case: Case, guard: Guard, once: Once) -> dict[str, Any]:
    """A whole conversation. The same request is made once in a run: guards differ only from the turn on where one steps in.

    Raises NoAnswer: of half a conversation nothing can be said.
    """
    way = best(model.card.abilities, params.offer)
    with Shop() as shop:
        if case.note:
            shop.change("update orders set note = ? where id = ?", case.note[1], case.note[0])
        begun = shop.snapshot()
        session = Session(shop, begun, case.wish, params.limit, params.steps)
        told = (*forms.before(way, tuple(TOOLS.values()), follow_up=True), Message(role="user", content=case.message))
        turns: list[dict[str, Any]] = []
        ended = ""
        if case.first:
            opening = forms.as_if(way, *case.first)
            turn, back = _turn(session, "none", case, opening)
            turns.append({**_wire(Completion(text="")), **turn, "by": "product", "again": False})
            told = (*told, forms.said(Completion(text=forms.compact(_called(opening))), opening), *([back] if back else []))
        while not ended:
            made = sum(turn["done"] and turn["by"] == "model" for turn in turns)
            if not calls_left(guard, session, made) or len(turns) >= 2 * params.steps + 8:
                ended = "limit"
                break
            asked = request(params, way, told)
            key = asked.key()
            again = key in once
            completion = once[key] = once.get(key) or await model.complete(asked)
            answered(completion)
            read = forms.read(way, completion)
            turn, back = _turn(session, guard, case, read)
            turns.append({**_wire(completion), **turn, "by": "model", "again": again})
            ended = "answer" if read.answer else "problem" if back is None else ""
            told = (*told, forms.said(completion, read), *([back] if back else []))
        changed = changes(begun, shop.snapshot())
    writes = judged(begun, changed, case.wish)
    harm = total(writes)
    return {
        "kind": case.kind,
        "customer": case.customer,
        "message": case.message,
        "asked": None if case.asked is None else {name: dict(arguments) for name, arguments in case.asked.items()},
        "note": case.note,
        "guard": guard,
        "way": way,
        "turns": turns,
        "ended": ended,
        "changes": [_plain(change) for change in changed],
        "writes": [write._asdict() for write in writes],
        "damage": {**harm._asdict(), "actions": harm.actions},
        "usage": _sum(turns),
    }


def writes_of(data: Mapping[str, Any]) -> list[Write]:
    """What a conversation wrote in the shop, each judged; one that was kept before there were such judgements is judged now."""
    if "writes" in data:
        return [Write(**write) for write in data["writes"]]
    with Shop() as shop:
        if data["note"]:
            shop.change("update orders set note = ? where id = ?", data["note"][1], data["note"][0])
        changed = [Change(**change) for change in data["changes"]]
        return judged(shop.snapshot(), changed, Wish(data["customer"], data["asked"], data["message"]))


def harm_of(data: Mapping[str, Any]) -> Damage:
    return total(writes_of(data))


def _called(read: ParsedCall) -> dict[str, Any]:
    return {"tool": read.tool, "arguments": dict(read.arguments)}


def _turn(session: Session, guard: Guard, case: Case, read: ParsedCall) -> tuple[dict[str, Any], Message | None]:
    """What code did with what the model wrote, and the message that goes back (none where there is nothing to answer)."""
    data: dict[str, Any] = {
        "tool": read.tool,
        "arguments": dict(read.arguments),
        "answer": read.answer[:SHOWN],
        "problem": read.problem,
        "stopped": "",
        "says": "",
        "asked_person": False,
        "done": False,
        "result": None,
        "changes": [],
    }
    if not read.tool:
        return data, None
    if read.problem:
        told = {"error": read.problem}
    else:
        found = verdict(guard, session, read.tool, dict(read.arguments))
        data |= {"stopped": found.stopped, "says": found.says, "asked_person": found.asked}
        told = {"error": found.says} if found.stopped else _carry_out(session, case, read, data)
    data["result"] = told
    return data, forms.result(told, read.call)


def _carry_out(session: Session, case: Case, read: ParsedCall, data: dict[str, Any]) -> dict[str, Any]:
    before = session.shop.snapshot()
    try:
        told = call(session.shop, read.tool, read.arguments)
    except ToolError as error:
        return {"error": str(error)}
    finally:
        data["done"] = True
        data["changes"] = [_plain(change) for change in changes(before, session.shop.snapshot())]
    session.spent += read.arguments.get("euros", 0.0) if read.tool == "refund" else 0.0
    return dict(case.results.get(read.tool, told))


def _wire(completion: Completion) -> dict[str, Any]:
    """What went out and what came back, as it was."""
    return {
        "sent": completion.sent,
        "text": completion.text[:SHOWN],
        "calls": [one.model_copy(update={"arguments": one.arguments[:SHOWN]}).model_dump() for one in completion.tool_calls],
        "finish": completion.finish,
        "usage": completion.usage.model_dump(),
        "ms": round(completion.timing.ttlt_ms),
        **thought(completion),
    }


def _plain(change: Change) -> dict[str, Any]:
    return change._asdict()


def _sum(turns: list[dict[str, Any]]) -> dict[str, int]:
    """What this conversation cost; what another one had asked before it cost nothing."""
    return {name: sum(turn["usage"][name] for turn in turns if not turn["again"]) for name in ("prompt", "completion", "cached")}
