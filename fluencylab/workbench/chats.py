"""Conversations, one a line, in OpenAI's form and those near it: {"messages": [...]}; also requests with answers, as gateways log them.

Each becomes a row: what was asked, what was done on the way, and the last answer. A system message that all share is the prompt.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.workbench.building import built
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.json_items import Item
from fluencylab.workbench.turns import Conversation, conversation, is_conversation, is_message, opened_messages, turns
from fluencylab.workbench.values import flat, numbered

ASKED = ("messages", "conversation", "conversations", "chat", "turns", "dialog", "dialogue", "input", "prompt")
ENVELOPES = ("body", "request", "params", "kwargs")
ANSWERS = ("response", "completion", "output", "answer", "ideal", "expected")
ROLES: dict[str, Role] = {"input": "input", "output": "output", "steps": "output", "system": "input"}
LAST = (
    "The last answer of each conversation is taken for what the product said; if it was written as an example for training, "
    'choose the role "reference" for the column "output".'
)
FOLDED = 'Calls of tools stand folded above the answers, in the column "steps"; choose the role "ignore" for it to leave them out.'


class Chat(NamedTuple):
    """`further`: what stands beside the messages."""

    messages: list[Any]
    further: Mapping[str, Any]


def chat_of(value: Any) -> Chat | None:
    """The conversation in an object, wherever its form puts it; None where there is none."""
    if is_conversation(value):
        return Chat(value, {})
    if not isinstance(value, dict):
        return None
    further = dict(value)
    for name in ENVELOPES:
        inner = further.get(name)
        if isinstance(inner, dict) and any(is_conversation(inner.get(asked)) for asked in ASKED):
            del further[name]
            further = {**further, **inner}
    for name in ASKED:
        messages = opened_messages(further.get(name))
        if is_conversation(messages):
            del further[name]
            if name == "conversations" and isinstance(further.get("system"), str):
                messages = [{"role": "system", "content": further.pop("system")}, *messages]
            return Chat([*messages, *_answer(further)], further)
    return None


def _answer(further: dict[str, Any]) -> list[Any]:
    """The answer that stands beside the messages, taken out of what is left."""
    for name in ANSWERS:
        if found := answer_messages(further.get(name)):
            del further[name]
            return found
    if found := answer_messages({"choices": further.get("choices")}):
        del further["choices"]
        return found
    return []


def answer_messages(value: Any) -> list[Any]:
    """Messages of an answer: of a chat completion, of the responses API, or as they are. A plain string is none: it may be a reference."""
    value = opened_messages(value)
    if is_conversation(value):
        return list(value)
    if is_message(value):
        return [value]
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [one for one in value if is_message(one)]
    if isinstance(value, dict):
        choices = value.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            return answer_messages(choices[0].get("message"))
        return next((found for name in ("body", "output", "message", "messages") if (found := answer_messages(value.get(name)))), [])
    return []


def chats(items: Sequence[Item], title: str, tally: Tally, notes: Sequence[str] = ()) -> Found:
    """Objects of which most hold a conversation. Raises Refused."""
    told: list[tuple[str, Conversation, Row]] = []
    others = 0
    for place, value in items:
        chat = chat_of(value)
        if chat is None:
            others += 1
            continue
        further = {name: one for name, one in chat.further.items() if name not in ("tools", "functions")}
        tally["tools"] += len(further) < len(chat.further)
        told.append((place, conversation(turns(chat.messages, tally)), flat(further)))
    said = (f"{count(others, 'object')} without a conversation {'was' if others == 1 else 'were'} left out.",) if others else ()
    says = f"{count(len(told), 'conversation')} ({title})."
    return conversations("chat", says, told, tally, notes=(*notes, *said), last=LAST)


def conversations(
    kind: str,
    says: str,
    told: Sequence[tuple[str, Conversation, Row]],
    tally: Tally,
    *,
    what: str = "conversation",
    roles: Mapping[str, Role] | None = None,
    notes: Sequence[str] = (),
    last: str = "",
) -> Found:
    """Conversations with what else is known of each, as rows; the system message that all share as the prompt."""
    systems = dict.fromkeys(one.system for _, one, _ in told if one.system)
    taken = Evenly[tuple[str, Row]]()
    for place, one, further in told:
        row: Row = {"system": one.system} if len(systems) > 1 else {}
        row |= {"input": one.asked, "steps": one.steps, "output": one.answer}
        for name, value in further.items():
            row[numbered(name, row)] = value
        taken.add((place, row))
    absent = {name for name in ("steps", "output") if not any(row[name] for _, row in taken.kept)}
    for _, row in taken.kept:
        for name in absent:
            del row[name]
    notes = [*notes, *([FOLDED] if "steps" not in absent else []), *([last] if last and "output" not in absent else [])]
    prompt = [*([("system", "{{system}}" if len(systems) > 1 else next(iter(systems)))] if systems else []), ("user", "{{input}}")]
    if len(systems) > 1:
        notes.append(f'There are {len(systems):,} different system messages; each stands in the column "system".')
    messages = prompt if systems else ()
    return built(kind, says, taken, tally, what=what, roles={**ROLES, **(roles or {})}, messages=messages, notes=notes)
