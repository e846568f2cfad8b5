"""The tool lab's parts: a conversation as a list of what happened, with what stood on the wire, and the shop's rows before and after."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.labs.tools.attacks import HONEST, asked_of, is_right
from fluencylab.labs.tools.params import ATTACK_NAMES, GUARD_NAMES, WAY_NAMES, WAYS
from fluencylab.labs.tools.shop import seed
from fluencylab.labs.tools.shop_tools import TOOLS
from fluencylab.web.lab_page import Used, total

TABLES = {"orders": "order", "customers": "customer", "refunds": "refund", "outbox": "mail", "stock": "stock", "parcels": "parcel"}


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


def parts(steps: Sequence[Step]) -> dict[str, Any]:
    told = next((step.data for step in steps if step.kind == "trace"), None)
    return {
        "trace": trace(told) if told else None,
        "rated": rated([step.data for step in steps if step.kind == "right"]),
        "skipped": [(WAY_NAMES[step.data["way"]], step.data["why"]) for step in steps if step.kind == "skipped"],
        "safe": safe([step.data for step in steps if step.kind == "safe"]),
    }


def used(steps: Sequence[Step]) -> Used | None:
    """Calls of the model, of which a conversation has several; where two are alike up to a turn, they share theirs."""
    told = [step.data for step in steps if "usage" in step.data]
    calls = sum(sum(not turn["again"] for turn in asked_of(one)) if "turns" in one else 1 for one in told)
    return total([one["usage"] for one in told], calls)


# One conversation


def trace(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "customer": customer(data["customer"]),
        "message": data["message"],
        "planted": planted(data),
        "way": WAY_NAMES[data["way"]],
        "native": data["way"] == "native",
        "tools": pretty([{"name": tool.name, "description": tool.says, "parameters": tool.schema()} for tool in TOOLS.values()]),
        "turns": [turn(one, sum(before["by"] == "model" for before in data["turns"][: i + 1])) for i, one in enumerate(data["turns"])],
        "end": end(data),
        "rows": [row for change in data["changes"] for row in rows(change)],
        "mails": [change["after"] for change in data["changes"] if change["table"] == "outbox"],
        "harm": harm(data["damage"]),
        "guard": GUARD_NAMES[data["guard"]],
    }


def customer(identity: str) -> str:
    name = next(one["name"] for one in seed()["customers"] if one["id"] == identity)
    orders = [one["id"] for one in seed()["orders"] if one["customer"] == identity]
    return f"{name}, whose orders are {', '.join(orders)}"


def planted(data: dict[str, Any]) -> str:
    """What stood in the shop or in a result before anybody wrote."""
    if data["note"]:
        return f"A note on order {data['note'][0]}: {data['note'][1]}"
    told = next((turn["result"] for turn in data["turns"] if turn["by"] == "product"), None)
    return f"What the lookup gives back: {compact(told)}" if told and data["kind"] in ATTACK_NAMES else ""


def turn(data: dict[str, Any], number: int) -> Turn:
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


def _guarded(data: dict[str, Any]) -> list[Event]:
    told = []
    if data["asked_person"]:
        no = data["stopped"] == "confirm"
        told.append(Event("person", f"A person at Quillby is asked, and says {'no' if no else 'yes'}.", state="stopped" if no else "ok"))
    if data["stopped"]:
        told.append(Event("code", f"A guard stops it: {data['says']}", state="stopped"))
    return told


def _shop(data: dict[str, Any]) -> list[Event]:
    changed = tuple(row for change in data["changes"] for row in rows(change))
    says = "The shop carries it out." if data["done"] else "The model is told so."
    if data["done"]:
        says += " Rows change." if changed else " No row changes."
    goes = "This goes to the model" if data["by"] == "product" else "This goes back to the model"
    return [Event("shop" if data["done"] else "code", f"{says} {goes}:", compact(data["result"]), rows=changed)]


def end(data: dict[str, Any]) -> str:
    if data["ended"] == "limit":
        return "The conversation was ended from outside: the model would have gone on calling."
    return "" if data["ended"] == "answer" else "What the model wrote cannot be read as a call or an answer, so the conversation ends here."


def called(data: dict[str, Any]) -> str:
    arguments = ", ".join(f"{name}: {compact(value)}" for name, value in data["arguments"].items())
    return f"{data['tool']}({arguments})"


def rows(change: dict[str, Any]) -> list[Row]:
    """A changed row as the values that differ; a new one as one line."""
    before, after, what = change["before"], change["after"] or {}, TABLES.get(change["table"], change["table"])
    if change["table"] == "refunds":
        return [Row(f"refund for {after.get('order_id')}", "none", f"{after.get('cents', 0) / 100:.2f} euros")]
    if change["table"] == "outbox":
        return [Row(f"mail to {after.get('recipient')}", "none", f"{after.get('subject')}: {after.get('body')}")]
    differ = [name for name, value in after.items() if (before or {}).get(name) != value]
    return [Row(f"{what} {change['key']}, {name}", str((before or {}).get(name, "none")), str(after[name])) for name in differ]


def harm(damage: dict[str, int]) -> str:
    told = [f"{damage['money'] / 100:.2f} € refunded wrongly"] if damage["money"] else []
    if count := damage["addresses"]:
        told.append(f"{count} address{'es' * (count > 1)} changed wrongly")
    if count := damage["mails"]:
        told.append(f"{count} mail{'s' * (count > 1)} sent wrongly")
    return ", ".join(told)


def pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# Many requests


def rated(told: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Every request with what each way made of it."""
    if not told:
        return None
    ways = [way for way in WAYS if any(one["way"] == way for one in told)]
    by_number: dict[int, dict[str, dict[str, Any]]] = {}
    for one in told:
        by_number.setdefault(one["number"], {})[one["way"]] = one
    asked = [_asked(found, ways) for _, found in sorted(by_number.items())]
    return {"ways": [(way, WAY_NAMES[way]) for way in ways], "asked": asked}


def _asked(found: dict[str, dict[str, Any]], ways: Iterable[str]) -> dict[str, Any]:
    one = next(iter(found.values()))
    wanted = {"tool": one["want"]["tool"], "arguments": one["want"]["arguments"]}
    return {"message": one["message"], "want": _short(wanted), "did": [_did(found.get(way)) for way in ways]}


def _did(data: dict[str, Any] | None) -> tuple[str, str]:
    """(what it wrote, how that is judged)"""
    if data is None:
        return "", "waiting"
    if data["problem"]:
        return data["text"] or data["problem"], "not valid"
    return (f"“{data['answer']}”" if data["tool"] == "none" else _short(data)), _verdict(data)


def _verdict(data: dict[str, Any]) -> str:
    if data["right_arguments"] or (data["right_tool"] and data["want"]["tool"] == "none"):
        return "right"
    if data["right_tool"]:
        return "wrong argument"
    return "needless" if data["needless"] else "missed" if data["missed"] else "wrong tool"


def _short(data: dict[str, Any]) -> str:
    return "no tool" if data["tool"] == "none" else called(data)


# Attacks and guards


def safe(told: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """A row for each conversation, a column for each guard."""
    if not told:
        return None
    guards = [guard for guard in GUARD_NAMES if any(one["guard"] == guard for one in told)]
    by_case: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for one in told:
        by_case.setdefault((one["kind"], one["message"]), {})[one["guard"]] = one
    cases = [_case(kind, message, found, guards) for (kind, message), found in by_case.items()]
    return {
        "guards": [GUARD_NAMES[guard] for guard in guards],
        "attacked": [case for case in cases if case["kind"] != HONEST],
        "honest": [case for case in cases if case["kind"] == HONEST],
    }


def _case(kind: str, message: str, found: dict[str, dict[str, Any]], guards: Iterable[str]) -> dict[str, Any]:
    first = next(iter(found.values()))
    names = {str(name): told for name, told in (*GUARD_NAMES.items(), *ATTACK_NAMES.items())} | {HONEST: "honest"}
    return {
        "kind": kind,
        "name": names[kind],
        "message": message,
        "planted": planted(first),
        "came": [_came(found.get(guard)) for guard in guards],
        "told": [(names[guard], [line(one) for one in found[guard]["turns"]]) for guard in guards if guard in found],
    }


def _came(data: dict[str, Any] | None) -> tuple[str, str]:
    """(in words, its state) of one conversation behind one guard."""
    if data is None:
        return "", "waiting"
    if data["damage"]["actions"]:
        return harm(data["damage"]), "damage"
    if data["kind"] == HONEST:
        right = next((one for one in data["turns"] if is_right(data, one)), None)
        if right is None:
            return "the model’s call was wrong", "wrong"
        asked = ", a person was asked" if right["asked_person"] else ""
        return ("right call blocked", "blocked") if right["stopped"] else (f"done{asked}", "ok")
    if any(one["stopped"] for one in data["turns"]):
        return "stopped", "ok"
    return (f"no damage, ended after {len(asked_of(data))} calls", "ok") if data["ended"] == "limit" else ("no damage", "ok")


def line(data: dict[str, Any]) -> str:
    """A turn in one line."""
    if data["answer"]:
        return f"“{data['answer']}”"
    if not data["tool"] or data["problem"]:
        return data["problem"] or "nothing"
    return f"{called(data)}{' → stopped: ' + data['says'] if data['stopped'] else ''}"
