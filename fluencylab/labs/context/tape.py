"""The tape: one call in tokens, what of it fits, and what each policy loses.

Steps: `tape` (the blocks and the counts), `summary` (what the model made of what went away), `policy` (what stays, and its answer).
"""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from fluencylab.errors import BadInput, ModelRefused
from fluencylab.instruments.base import Step
from fluencylab.instruments.missing import NoAnswer, answered, from_lost
from fluencylab.instruments.token_window import KINDS, Block, Frame, Policy, TokenCounter, TokenSpan, cost, fit
from fluencylab.labs.context.params import Params
from fluencylab.models.types import Completion, Message, Model, Request
from fluencylab.stats import Measure, exactly

SHOWN = 240
"""Tokens of a block that are kept as pieces for the page: so many from its start, a quarter as many from its end."""
SPEAKER = re.compile(r"^\s*(user|assistant|guest|customer|you|model)\s*:\s*", re.IGNORECASE)
ASSISTANT = ("assistant", "model")


def turns(history: str) -> list[tuple[str, str]]:
    """(role, text) of each turn; a line without a speaker goes on with the turn before it."""
    found: list[tuple[str, str]] = []
    for line in history.splitlines():
        speaker = SPEAKER.match(line)
        if speaker:
            role = "assistant" if speaker.group(1).lower() in ASSISTANT else "user"
            found.append((role, line[speaker.end() :]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        elif line.strip():
            found.append(("user", line))
    return [(role, text.strip()) for role, text in found if text.strip()]


async def blocks(ruler: TokenCounter, params: Params) -> list[Block]:
    found = [await ruler.block("system", "system", params.system.strip())]
    found += [await ruler.block("history", "assistant" if role == "assistant" else "user", text) for role, text in turns(params.history)]
    page = params.document.strip()
    found.append(await ruler.block("document", "user", "\n\n".join([page] * params.copies) if page else ""))
    found.append(await ruler.block("question", "user", params.question.strip()))
    if not any(block.text for block in found):
        raise BadInput("There is nothing to put into the window.", "Write a question, a conversation or a document.")
    return [block for block in found if block.text]


def window_of(model: Model, asked: int) -> int:
    """The window to work in: the one asked for, or the model's own."""
    window = asked or model.card.window
    if not window:
        raise BadInput(f"Nobody has said how large the window of {model.card.name} is.", "Set a window in tokens.")
    return window


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    ruler = TokenCounter(model)
    window = window_of(model, params.window)
    if params.room >= window:
        raise BadInput("The room for the answer takes the whole window.", "Keep less for the answer, or set a larger window.")
    told = await blocks(ruler, params)
    frame = await ruler.frame()
    total = await ruler.total(await ruler.messages(told, whole(told)))
    yield Step(
        kind="tape",
        data={
            "blocks": [await _drawn(ruler, block) for block in told],
            "template": max(0, total - sum(block.tokens for block in told)),
            "tokens": total,
            "room": params.room,
            "window": window,
            "own": model.card.window,
            "exact": ruler.exact,
            "resent": resent(told, frame),
        },
    )
    asked = SharedAnswers(model)
    for policy in params.policies:
        async with aclosing(_policy(ruler, asked, params, policy, told, frame, total, window)) as coming:
            async for step in coming:
                yield step


def whole(told: Sequence[Block]) -> list[TokenSpan]:
    return [TokenSpan(0, block.tokens) for block in told]


async def _drawn(ruler: TokenCounter, block: Block) -> dict[str, Any]:
    pieces = (await ruler.cut(block.text)).pieces
    head, tail = (pieces, ()) if len(pieces) <= SHOWN else (pieces[: SHOWN * 3 // 4], pieces[-SHOWN // 4 :])
    shown = {"head": list(head), "tail": list(tail), "start": block.text[:600]}
    return {"kind": block.kind, "role": block.role, "tokens": block.tokens, **shown}


def resent(told: Sequence[Block], frame: Frame) -> int:
    """Tokens read in all when each turn of the user was a call of its own, as in a chat: each sends everything before it again."""
    read = so_far = 0
    for block in told:
        so_far += block.tokens + (frame.each if block.kind != "document" else 0)
        if block.kind == "question" or (block.kind == "history" and block.role == "user"):
            read += so_far + frame.tail
    return read


class SharedAnswers:
    """Asks each thing once: two policies that leave the same call share its answer. Raises NoAnswer, each time, where there is none."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._answers: dict[str, Completion] = {}

    async def __call__(self, request: Request) -> tuple[str, dict[str, Any]]:
        """(answer, usage); no usage where the answer was there already."""
        key = request.key()
        again = key in self._answers
        completion = self._answers[key] = self._answers.get(key) or await self.model.complete(request)
        return answered(completion).text.strip(), {} if again else {"usage": usage(completion)}


def usage(completion: Completion) -> dict[str, int]:
    return {**completion.usage.model_dump(), "completion": completion.usage.completion or len(completion.tokens)}


async def fitted(
    ruler: TokenCounter, told: Sequence[Block], budget: int, policy: Policy, frame: Frame, spare: int = 0
) -> tuple[list[TokenSpan], list[Message]] | None:
    """What stays, and its messages, checked against the true count: a template may put in words of its own."""
    goal = budget
    for _ in range(8):
        kept = fit(told, goal, policy, frame, spare)
        if kept is None:
            return None
        messages = await ruler.messages(told, kept)
        lost = any(part.tokens < block.tokens for block, part in zip(told, kept, strict=True))
        aside = spare + frame.each if policy == "summary" and lost else 0
        total = await ruler.total(messages)
        if total + aside <= budget:
            return kept, messages
        goal = min(goal - 1, budget - (total - cost(told, kept, frame)))
    return None


async def summarise(
    ruler: TokenCounter, answers: SharedAnswers, params: Params, told: Sequence[Block], kept: Sequence[TokenSpan], window: int
) -> Step | None:
    """What the model makes of what went away. More than one call can hold is cut, unseen."""
    gone = [(block, TokenSpan(part.end, block.tokens)) for block, part in zip(told, kept, strict=True) if part.tokens < block.tokens]
    if not gone:
        return None
    speaks = {"user": "User", "assistant": "Assistant", "system": "System"}
    lines = [f"{speaks[block.role]}: {await ruler.part(block, part)}" for block, part in gone]
    text = "\n".join(lines)
    cut = await ruler.cut(text)
    most = max(32, window - params.summary_tokens - 60)
    if cut.tokens > most:
        text = await ruler.part(Block(kind="history", role="user", text=text, tokens=cut.tokens), TokenSpan(0, most))
    prompt = f"{params.summary_prompt}\n\n{text}\n\nSummary:"
    request = Request(messages=(Message(role="user", content=prompt),), temperature=0, max_tokens=params.summary_tokens, seed=params.seed)
    answer, spent = await answers(request)
    told_of = {"text": answer, "tokens": (await ruler.cut(answer)).tokens, "of": sum(part.tokens for _, part in gone)}
    return Step(kind="summary", data=told_of | spent)


async def _policy(
    ruler: TokenCounter, answers: SharedAnswers, params: Params, policy: Policy, told: list[Block], frame: Frame, total: int, window: int
) -> AsyncGenerator[Step]:
    budget = window - params.room
    found = await fitted(ruler, told, budget, policy, frame, params.summary_tokens)
    data: dict[str, Any] = {"policy": policy}
    if found is None:
        engine = await _really(ruler, params, told, total) if policy == "error" else ""
        refusal = refused(total, params.room, window, bool(engine)) if policy == "error" else CANNOT
        yield Step(kind="policy", data=data | {"refused": True, "message": refusal, "engine": engine, "kept": [], "tokens": 0})
        return
    kept, messages = found
    if policy == "summary" and not params.ask:
        data["summary"] = params.summary_tokens if kept != whole(told) else 0
    elif policy == "summary":
        try:
            step = await summarise(ruler, answers, params, told, kept, window)
        except NoAnswer as lost:  # what would be sent is not known
            yield from_lost("policy", data, lost)
            return
        if step:
            yield step
            messages = await ruler.messages(told, kept, step.data["text"])
            data["summary"] = step.data["tokens"]
    data |= {"refused": False, "message": "", "engine": "", "kept": [list(part) for part in kept], "tokens": await ruler.total(messages)}
    if params.ask:
        request = Request(messages=tuple(messages), temperature=0, max_tokens=params.room, seed=params.seed)
        try:
            answer, spent = await answers(request)
            data |= {"answer": answer} | spent
        except NoAnswer as lost:  # what fits is so without it
            yield from_lost("answer", {"policy": policy}, lost)
    yield Step(kind="policy", data=data)


CANNOT = "What must stay is already more than the window holds, so nothing can be sent."


def refused(total: int, room: int, window: int, really: bool) -> str:
    counted = f"This call has {total:,} tokens and needs room for {room:,} more. The window holds {window:,}."
    return counted if really else f"{counted} Nothing was sent."


async def _really(ruler: TokenCounter, params: Params, told: list[Block], total: int) -> str:
    """The model's own words, where the call is too long even for its own window. An endpoint that might charge for it is not tried."""
    if not ruler.exact or not ruler.model.card.window or total <= ruler.model.card.window:
        return ""
    messages = await ruler.messages(told, whole(told))
    try:
        await ruler.model.complete(Request(messages=tuple(messages), temperature=0, max_tokens=1, seed=params.seed))
    except ModelRefused as refusal:
        return refusal.message
    return ""


# What it adds up to


def fact_names(params: Params) -> list[str]:
    texts = {"system": params.system, "history": params.history, "document": params.document, "question": params.question}
    there = [kind for kind in KINDS if texts[kind].strip() and (kind != "document" or params.copies)]
    names = ["tokens", "fits", "dropped_tokens", "resent_tokens", *(f"tokens@{kind}" for kind in there)]
    for policy in params.policies:
        if policy != "error":
            names += [f"dropped_tokens@{policy}", *(f"kept@{kind}@{policy}" for kind in there)]
    return names


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    tape = next((step.data for step in steps if step.kind == "tape"), None)
    if tape is None:
        return {}
    over = max(0, tape["tokens"] + tape["room"] - tape["window"])
    numbers = {"tokens": tape["tokens"], "fits": float(over == 0), "dropped_tokens": over, "resent_tokens": tape["resent"]}
    sizes = {kind: sum(block["tokens"] for block in tape["blocks"] if block["kind"] == kind) for kind in KINDS}
    numbers |= {f"tokens@{kind}": size for kind, size in sizes.items() if size}
    for step in steps:
        if step.kind == "policy" and step.data["policy"] != "error":
            numbers |= _left(tape["blocks"], step.data, sizes)
    return {name: exactly(value) for name, value in numbers.items()}


def _left(blocks: list[dict[str, Any]], data: dict[str, Any], sizes: dict[Any, int]) -> dict[str, float]:
    kept = data["kept"] or [[0, 0]] * len(blocks)
    stays = {kind: sum(end - start for block, (start, end) in zip(blocks, kept, strict=True) if block["kind"] == kind) for kind in sizes}
    numbers: dict[str, float] = {f"dropped_tokens@{data['policy']}": sum(sizes.values()) - sum(stays.values())}
    return numbers | {f"kept@{kind}@{data['policy']}": stays[kind] / size for kind, size in sizes.items() if size}


def says(found: dict[str, Measure], steps: Sequence[Step]) -> str:
    tape = next((step.data for step in steps if step.kind == "tape"), None)
    if tape is None:
        return ""
    about = "" if tape["exact"] else "about "
    counted = f"The call has {about}{tape['tokens']:,} tokens, and {tape['room']:,} are kept for the answer."
    if found["fits"].value:
        return f"{counted} The window of {tape['window']:,} holds both."
    return f"{counted} That is {about}{found['dropped_tokens'].value:,.0f} more than the window of {tape['window']:,} holds."
