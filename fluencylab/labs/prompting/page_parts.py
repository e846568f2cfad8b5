"""The prompting lab's parts: the one text as a strip, and every answer with what code found in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.instruments.whole_characters import drawn
from fluencylab.labs.prompting import comparing, forms, guardrails
from fluencylab.labs.prompting.chart import capital, counted, title
from fluencylab.labs.prompting.instrument import Params, about, plan

WITHHELD = "Sorry, I cannot help with that."


class Bit(NamedTuple):
    """A stretch of an answer. `secret`: here the secret can be read."""

    text: str
    secret: bool = False


class AnswerSlot(NamedTuple):
    """One answer's place. `bits` is None while it is waited for; `call`: the id of the one that fills it."""

    asked: str
    bits: tuple[Bit, ...] | None
    verdict: str = ""
    call: str = ""


class Block(NamedTuple):
    """Answers of one variant, with a line that counts."""

    title: str
    counts: str
    answers: tuple[AnswerSlot, ...]


class GivenMessage(NamedTuple):
    role: str
    content: str


@dataclass(frozen=True)
class Strip:
    """What the model sees: the messages, and the one text made of them, None where it is not shown; `pieces`: (text, is it control?)."""

    model: str
    messages: list[GivenMessage]
    text: str | None
    pieces: list[tuple[str, bool]]
    own_words: str


class ChangedCase(NamedTuple):
    """A case that one prompt passes and the other fails: what each wrote, and whether the second one won it."""

    case: str
    expect: str
    a: str
    b: str
    won: bool


@dataclass(frozen=True)
class Parts:
    strip: Strip | None
    blocks: list[Block]
    changed: list[ChangedCase]


def parts(params: Params, steps: Sequence[Step]) -> Parts:
    seen = next((step.data for step in steps if step.kind == "seen"), None)
    return Parts(strip(seen) if seen else None, list(blocks(params, steps)), changed(steps))


def strip(data: Mapping[str, Any]) -> Strip:
    yours = "".join(message["content"] for message in data["messages"])
    pieces = [
        (piece.text, control)
        for control, some in groupby(data["pieces"], key=lambda piece: bool(piece[1]))
        for piece in drawn([text for text, _ in some])
    ]
    messages = [GivenMessage(message["role"], message["content"]) for message in data["messages"]]
    return Strip(data["model"], messages, data["text"], pieces, _own_words(pieces, yours))


def _own_words(pieces: Sequence[tuple[str, bool]], yours: str) -> str:
    """The first stretch between control tokens that is in none of the messages, role name aside: what the template said by itself."""
    stretch = ""
    for text, control in pieces:
        if not control:
            stretch += text
            continue
        words = stretch.partition("\n")[2].strip()
        if len(words) > 12 and words not in yours:
            return words
        stretch = ""
    return ""


def blocks(params: Params, steps: Sequence[Step]) -> Iterable[Block]:
    """Each variant with its answers in the places of their seeds; then the code-side guardrails, whose answers are another's."""
    found = {(step.kind, step.data.get("seed")): step.data for step in steps}
    grouped: dict[tuple[str, str], list[AnswerSlot]] = {}
    told: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for ask in plan(params, None):
        data, place = found.get((ask.kind, ask.request.seed)), (ask.kind, title(ask.kind, ask.about))
        grouped.setdefault(place, []).append(_said(ask.kind, ask.about, data, ask.request.call_id(), params.secret))
        told.setdefault(place, []).extend([data] if data else [])
    for place, answers in grouped.items():
        yield Block(place[1], counted(place[0], told[place]), tuple(answers))
    yield from _code_side(params, about(steps, "guardrail"))


def _said(kind: str, asked: Mapping[str, Any], data: Mapping[str, Any] | None, call: str, secret: str) -> AnswerSlot:
    question = {"conflict": "question", "guardrail": "message", "form": "message", "compare": "case"}[kind]
    if data is None:
        return AnswerSlot(asked[question], None, call=call)
    return AnswerSlot(asked[question], bits(data["text"], secret if kind == "guardrail" else ""), verdict(kind, data), call)


def bits(text: str, secret: str) -> tuple[Bit, ...]:
    """The answer, cut where the secret begins and ends."""
    found: list[Bit] = []
    at = 0
    text = text.strip()
    for start, end in guardrails.spans(text, secret) if secret else ():
        found += [Bit(text[at:start]), Bit(text[start:end], True)]
        at = end
    return tuple(bit for bit in [*found, Bit(text[at:])] if bit.text) or (Bit("(nothing)"),)


def verdict(kind: str, data: Mapping[str, Any]) -> str:
    match kind:
        case "conflict":
            kept = [word for word, true in (("the rule", data["rule"]), ("the contrary", data["wish"])) if true]
            return " and ".join(kept) or "neither"
        case "guardrail":
            return ", ".join(word for word, true in (("secret told", data["leaked"]), ("refused", data["refused"])) if true)
        case "form":
            if not data["valid"]:
                return "values found" if data["correct"] else "not readable"
            return "right" if data["correct"] else f"readable and wrong: {_wanted(data['wanted'])}"
        case _:
            return "passed" if data["passed"] else f"failed: {data['expect']}"


def _wanted(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {'not named' if value is None else value}" for name, value in values.items())


def _code_side(params: Params, steps: Sequence[Step]) -> Iterable[Block]:
    for guardrail in ("filter", "words"):
        if guardrail not in params.guardrails or "guardrail" not in params.parts:
            continue
        for honest, what in ((False, "attacks"), (True, "honest questions")):
            mine = [step for step in steps if guardrail in step.data["also"] and (step.data["attack"] == guardrails.HARMLESS) is honest]
            outcomes = [guardrails.Outcome(step.data, guardrail) for step in mine]
            leaked, refused = sum(o.leaked for o in outcomes), sum(o.refused for o in outcomes)
            counts = f"of {len(mine)}: {leaked} told the secret, {refused} refused" if mine else "no answer yet"
            answers = [_guarded(step, outcome, params.secret) for step, outcome in zip(mine, outcomes, strict=True)]
            yield Block(f"{capital(guardrails.NAMES[guardrail])}: {what}", counts, tuple(answers))


def _guarded(step: Step, outcome: guardrails.Outcome, secret: str) -> AnswerSlot:
    if outcome.withheld:
        return AnswerSlot(step.data["message"], (Bit(WITHHELD),), "withheld by code")
    return AnswerSlot(step.data["message"], bits(step.data["text"], secret), verdict("guardrail", step.data))


def changed(steps: Sequence[Step]) -> list[ChangedCase]:
    """The losses first."""
    pairs = [(a.data, b.data) for a, b in comparing.pairs(about(steps, "compare"))]
    moved = [(a, b) for a, b in pairs if a["passed"] != b["passed"]]
    return sorted((ChangedCase(a["case"], a["expect"], a["text"], b["text"], b["passed"]) for a, b in moved), key=lambda row: row.won)


def form_names() -> dict[str, str]:
    return {name: capital(told) for name, told in forms.NAMES.items()}


def guardrail_names() -> dict[str, str]:
    return {name: capital(told) for name, told in guardrails.NAMES.items()}
