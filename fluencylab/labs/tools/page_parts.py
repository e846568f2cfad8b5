"""The tool lab's parts: a conversation as a list of what happened, with what stood on the wire, and the shop's rows before and after."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.labs.tools.attacks import HONEST, asked_of, is_right
from fluencylab.labs.tools.damage import Damage, State
from fluencylab.labs.tools.loop import harm_of, writes_of
from fluencylab.labs.tools.params import ATTACK_NAMES, GUARD_NAMES, WAY_NAMES, WAYS, Way
from fluencylab.labs.tools.shop import seed
from fluencylab.labs.tools.shop_tools import TOOLS
from fluencylab.web.lab_page import Used, total

TABLES = {"orders": "order", "customers": "customer", "refunds": "refund", "outbox": "mail", "stock": "stock", "parcels": "parcel"}


Observed = Mapping[str, Any]
"""What a step of a run holds, as it was observed."""


class Event(NamedTuple):
    """One thing that happened. `who`: model, code, person or shop. `words`: what stood on the wire or in the shop, in mono."""

    who: str
    says: str
    words: str = ""
    state: str = ""
    """"", "ok", "stopped" or "broken\""""
    rows: tuple["Row", ...] = ()


class Row(NamedTuple):
    """One value of the shop that is not as it was."""

    what: str
    before: str
    after: str


class Turn(NamedTuple):
    """One answer of the model and all that came of it. `sent`: the exact request, as JSON; `raw`: its words."""

    title: str
    events: tuple[Event, ...]
    sent: str = ""
    raw: str = ""


class Mail(NamedTuple):
    recipient: str
    subject: str
    body: str


@dataclass(frozen=True)
class Trace:
    """One conversation. `planted`: what stood in the shop before; `rows` and `mails`: the shop afterwards; `end`: how it ended."""

    customer: str
    message: str
    planted: str
    way: str
    native: bool
    tools: str
    turns: list[Turn]
    end: str
    rows: list[Row]
    mails: list[Mail]
    judged: list[tuple[State, str]]
    """Every write, in a sentence: was it asked for?"""


class RatedRequest(NamedTuple):
    """A request, the call it needs, and for each way (its name, what it wrote, how that is judged). `found`: right by how many of them."""

    message: str
    want: str
    did: list[tuple[str, str, str]]
    found: str


@dataclass(frozen=True)
class Rated:
    """Every request with what each way made of it."""

    asked: list[RatedRequest]


class GuardedCase(NamedTuple):
    """A conversation behind each guard. `came`: (in words, its state) of each; `told`: (guard, what came of it,
    its turns in a line each). `found`: behind how many guards something went wrong."""

    kind: str
    name: str
    message: str
    planted: str
    came: list[tuple[str, str]]
    told: list[tuple[str, str, list[str]]]
    found: str


@dataclass(frozen=True)
class Safe:
    """A row for each conversation, a column for each guard."""

    guards: list[str]
    attacked: list[GuardedCase]
    honest: list[GuardedCase]


@dataclass(frozen=True)
class Parts:
    """`skipped`: ways that were left out, and why."""

    trace: Trace | None
    rated: Rated | None
    skipped: list[tuple[str, str]]
    safe: Safe | None


def parts(steps: Sequence[Step]) -> Parts:
    told = next((step.data for step in steps if step.kind == "trace"), None)
    return Parts(
        trace=trace(told) if told else None,
        rated=rated([step.data for step in steps if step.kind == "right"]),
        skipped=[(WAY_NAMES[step.data["way"]], step.data["why"]) for step in steps if step.kind == "skipped"],
        safe=safe([step.data for step in steps if step.kind == "safe"]),
    )


def used(steps: Sequence[Step]) -> Used | None:
    """Calls of the model, of which a conversation has several; where two are alike up to a turn, they share theirs."""
    told = [step.data for step in steps if "usage" in step.data]
    calls = sum(sum(not turn["again"] for turn in asked_of(one)) if "turns" in one else 1 for one in told)
    return total([one["usage"] for one in told], calls)


# One conversation


def trace(data: Observed) -> Trace:
    mails = [change["after"] for change in data["changes"] if change["table"] == "outbox"]
    return Trace(
        customer=customer(data["customer"]),
        message=data["message"],
        planted=planted(data),
        way=WAY_NAMES[data["way"]],
        native=data["way"] == "native",
        tools=pretty([{"name": tool.name, "description": tool.says, "parameters": tool.schema()} for tool in TOOLS.values()]),
        turns=[turn(one, sum(before["by"] == "model" for before in data["turns"][: i + 1])) for i, one in enumerate(data["turns"])],
        end=end(data),
        rows=[row for change in data["changes"] for row in rows(change)],
        mails=[Mail(mail["recipient"], mail["subject"], mail["body"]) for mail in mails],
        judged=[(write.state, write.says) for write in writes_of(data)],
    )


def customer(identity: str) -> str:
    name = next(one["name"] for one in seed()["customers"] if one["id"] == identity)
    orders = [one["id"] for one in seed()["orders"] if one["customer"] == identity]
    return f"{name}, orders {', '.join(orders)}"


def planted(data: Observed) -> str:
    """What stood in the shop or in a result before anybody wrote."""
    if data["note"]:
        return f"A note on order {data['note'][0]}: {data['note'][1]}"
    told = next((turn["result"] for turn in data["turns"] if turn["by"] == "product"), None)
    return f"What the lookup gives back: {compact(told)}" if told and data["kind"] in ATTACK_NAMES else ""


def turn(data: Observed, number: int) -> Turn:
    if data["by"] == "product":
        events = [Event("code", "The product looks this up before the model is asked.", called(data)), *_shop(data)]
        return Turn("The chat opens", tuple(events))
    sent = pretty(data["sent"]) if data["sent"] else ""
    raw = data["text"] or compact(data["calls"])
    if data["answer"]:
        return Turn(f"Answer {number}", (Event("model", "The model answers, and the conversation ends.", data["answer"]),), sent, raw)
    if not data["tool"]:
        return Turn(f"Answer {number}", (Event("model", data["problem"], raw, "broken"),), sent, raw)
    events = [Event("model", "The model proposes a call. Nothing has happened yet.", called(data) if not data["problem"] else raw)]
    if data["problem"]:
        events.append(Event("code", data["problem"], state="broken"))
    else:
        events += [Event("code", "The tool is known, and the arguments have the form it asks for.", state="ok"), *_guarded(data)]
    return Turn(f"Answer {number}", (*events, *_shop(data)), sent, raw)


def _guarded(data: Observed) -> list[Event]:
    told = []
    if data["asked_person"]:
        no = data["stopped"] == "confirm"
        told.append(Event("person", f"A person at the shop is asked, and says {'no' if no else 'yes'}.", state="stopped" if no else "ok"))
    if data["stopped"]:
        told.append(Event("code", f"A guard stops it: {data['says']}", state="stopped"))
    return told


def _shop(data: Observed) -> list[Event]:
    changed = tuple(row for change in data["changes"] for row in rows(change))
    says = "The shop carries it out." if data["done"] else "The model is told so."
    if data["done"]:
        says += " Rows change." if changed else " No row changes."
    goes = "This goes to the model" if data["by"] == "product" else "This goes back to the model"
    return [Event("shop" if data["done"] else "code", f"{says} {goes}:", compact(data["result"]), rows=changed)]


def end(data: Observed) -> str:
    if data["ended"] == "limit":
        return "The conversation was ended from outside: the model would have gone on calling."
    return "" if data["ended"] == "answer" else "What the model wrote cannot be read as a call or an answer, so the conversation ends here."


def called(data: Observed) -> str:
    arguments = ", ".join(f"{name}: {compact(value)}" for name, value in data["arguments"].items())
    return f"{data['tool']}({arguments})"


def rows(change: Observed) -> list[Row]:
    """A changed row as the values that differ; a new one as one line."""
    before, after, what = change["before"], change["after"] or {}, TABLES.get(change["table"], change["table"])
    if change["table"] == "refunds":
        return [Row(f"refund for {after.get('order_id')}", "none", f"{after.get('cents', 0) / 100:.2f} euros")]
    if change["table"] == "outbox":
        return [Row(f"mail to {after.get('recipient')}", "none", f"{after.get('subject')}: {after.get('body')}")]
    differ = [name for name, value in after.items() if (before or {}).get(name) != value]
    return [Row(f"{what} {change['key']}, {name}", str((before or {}).get(name, "none")), str(after[name])) for name in differ]


def harm(damage: Damage) -> str:
    told = [f"{damage.money / 100:.2f} € refunded wrongly"] if damage.money else []
    if (count := damage.refunds) and not damage.money:
        told.append(f"{count} refund{'s' * (count > 1)} of the wrong sum")
    if count := damage.addresses:
        told.append(f"{count} address{'es' * (count > 1)} changed wrongly")
    if count := damage.mails:
        told.append(f"{count} mail{'s' * (count > 1)} sent wrongly")
    if count := damage.others:
        told.append(f"{count} other change{'s' * (count > 1)}")
    return ", ".join(told)


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# Many requests


def rated(told: Sequence[Observed]) -> Rated | None:
    if not told:
        return None
    ways = [way for way in WAYS if any(one["way"] == way for one in told)]
    by_number: dict[int, dict[str, Observed]] = {}
    for one in told:
        by_number.setdefault(one["number"], {})[one["way"]] = one
    return Rated([_asked(found, ways) for _, found in sorted(by_number.items())])


def _asked(found: Mapping[str, Observed], ways: Iterable[Way]) -> RatedRequest:
    one = next(iter(found.values()))
    wanted = {"tool": one["want"]["tool"], "arguments": one["want"]["arguments"]}
    did = [(WAY_NAMES[way], *_did(found.get(way))) for way in ways]
    verdicts = [verdict for _, _, verdict in did if verdict != "waiting"]
    return RatedRequest(one["message"], _short(wanted), did, _of(verdicts.count("right"), len(verdicts), "right"))


def _of(n: int, all_: int, what: str) -> str:
    """Of how many ways or guards something is so; of one, whether."""
    return "waiting" if not all_ else f"{n} of {all_} {what}" if all_ > 1 else what if n else f"not {what}"


def _did(data: Observed | None) -> tuple[str, str]:
    """(what it wrote, how that is judged)"""
    if data is None:
        return "", "waiting"
    if data["problem"]:
        return data["text"] or data["problem"], "not valid"
    return (f"“{data['answer']}”" if data["tool"] == "none" else _short(data)), _verdict(data)


def _verdict(data: Observed) -> str:
    if data["right_arguments"] or (data["right_tool"] and data["want"]["tool"] == "none"):
        return "right"
    if data["right_tool"]:
        return "wrong argument"
    return "needless" if data["needless"] else "missed" if data["missed"] else "wrong tool"


def _short(data: Observed) -> str:
    return "no tool" if data["tool"] == "none" else called(data)


# Attacks and guards


def safe(told: Sequence[Observed]) -> Safe | None:
    if not told:
        return None
    guards = [guard for guard in GUARD_NAMES if any(one["guard"] == guard for one in told)]
    by_case: dict[tuple[str, str], dict[str, Observed]] = {}
    for one in told:
        by_case.setdefault((one["kind"], one["message"]), {})[one["guard"]] = one
    cases = [_case(kind, message, found, guards) for (kind, message), found in by_case.items()]
    attacked, honest = ([case for case in cases if (case.kind == HONEST) is wanted] for wanted in (False, True))
    return Safe([GUARD_NAMES[guard] for guard in guards], attacked, honest)


def _case(kind: str, message: str, found: Mapping[str, Observed], guards: Iterable[str]) -> GuardedCase:
    names = {str(name): told for name, told in (*GUARD_NAMES.items(), *ATTACK_NAMES.items())} | {HONEST: "honest"}
    came = [_came(found.get(guard)) for guard in guards]
    told = [
        (names[guard], words, [line(one) for one in found[guard]["turns"]])
        for guard, (words, _) in zip(guards, came, strict=True)
        if guard in found
    ]
    bad, what = ("damage", "with damage") if kind != HONEST else ("blocked", "blocked")
    states = [state for _, state in came if state != "waiting"]
    return GuardedCase(
        kind=kind,
        name=names[kind],
        message=message,
        planted=planted(next(iter(found.values()))),
        came=came,
        told=told,
        found=_of(states.count(bad), len(states), what),
    )


def _came(data: Observed | None) -> tuple[str, str]:
    """(in words, its state) of one conversation behind one guard."""
    if data is None:
        return "", "waiting"
    if (done := harm_of(data)).actions:
        return harm(done), "damage"
    if data["kind"] == HONEST:
        right = next((one for one in data["turns"] if is_right(data, one)), None)
        if right is None:
            return "the model’s call was wrong", "wrong"
        asked = ", a person was asked" if right["asked_person"] else ""
        return ("right call blocked", "blocked") if right["stopped"] else (f"done{asked}", "ok")
    if any(one["stopped"] for one in data["turns"]):
        return "stopped", "ok"
    return (f"no damage, ended after {len(asked_of(data))} calls", "ok") if data["ended"] == "limit" else ("no damage", "ok")


def line(data: Observed) -> str:
    """A turn in one line."""
    if data["answer"]:
        return f"“{data['answer']}”"
    if not data["tool"] or data["problem"]:
        return data["problem"] or "nothing"
    return f"{called(data)}{' → stopped: ' + data['says'] if data['stopped'] else ''}"
