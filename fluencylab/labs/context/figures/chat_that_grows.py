"""A chat that grows turn by turn into a window of 200 tokens: what falls out of it, and what the model answers then.

“My locker is number 36.”  … seven turns later, asked for the number …  “The number of your locker is 20.”
"""

from typing import Literal

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.strip import stack, text
from fluencylab.figures.tape import Page, tape
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.context.forgetting import ROOM, conversation
from fluencylab.labs.context.tape import fitted
from fluencylab.models.types import Model, Request

WINDOW, TURNS = 200, 8
THING, NUMBER = "locker", "36"
POLICIES = {"drop": "drop the oldest", "keep": "keep the system prompt"}
SPEAKERS = {"system": "System prompt", "user": "Guest", "assistant": "Hotel"}


class Block(BaseModel):
    role: Literal["system", "user", "assistant"]
    text: str
    tokens: int


class Turn(BaseModel):
    """`kept`: of each block that there is at this turn, is it sent? The question comes last."""

    kept: tuple[bool, ...]
    answer: str


class Data(BaseModel):
    """`blocks`: system prompt and talk, as at the last turn; `turns[policy]`: turn by turn."""

    blocks: tuple[Block, ...]
    question: Block
    turns: dict[str, tuple[Turn, ...]]


HEAD = ("The number is still sent", "The system prompt is still sent", "Messages gone", "What the model answers")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("policy", "When it is full", list(POLICIES), POLICIES.__getitem__),
        slide("turn", "Turn", list(range(1, TURNS + 1)), first=3),
    )


def state(data: Data, policy: str, turn: int) -> State:
    now = data.turns[policy][turn - 1]
    blocks = data.blocks[: len(now.kept) - 1]
    pages = [
        Page(SPEAKERS[one.role], one.text, one.tokens, "mark" if kept and i == 1 else "kept" if kept else "gone")
        for i, (one, kept) in enumerate(zip(blocks, now.kept, strict=False))
    ]
    gone = sum(not kept for kept in now.kept)
    row = ("yes" if now.kept[1] else "no", "yes" if now.kept[0] else "no", str(gone), now.answer)
    picture = stack(tape(pages, WINDOW, room=ROOM, dense=True), text(now.answer, data.question.text))
    return State(_says(now, gone), row, picture)


def _says(now: Turn, gone: int) -> str:
    turn, right = f"At turn {dial('turn')}", NUMBER in now.answer
    if not gone:
        return f"{turn} all of the chat fits. The model is asked for the number, and {'finds it' if right else 'misses it all the same'}."
    lost = [words for kept, words in ((now.kept[0], "the system prompt"), (now.kept[1], "the message with the number")) if not kept]
    if not now.kept[1]:
        anyway = strong("names a number anyway" if _a_number(now.answer) else "answers anyway")
        return f"{turn} {' and '.join(lost)} {'have' if len(lost) > 1 else 'has'} fallen out. The model {anyway}."
    part = lost[0] if lost else "a part of the talk"
    return f"{turn} {part} has fallen out. The number is still there, and {'is found' if right else 'is missed'}."


def _a_number(answer: str) -> bool:
    return any(letter.isdigit() for letter in answer)


async def record(subject: Model) -> Recorded:
    counter = TokenCounter(subject)
    frame = await counter.frame()
    turns: dict[str, list[Turn]] = {policy: [] for policy in POLICIES}
    for turn in range(1, TURNS + 1):
        told = await conversation(counter, THING, NUMBER, turn, pinned=False)
        for policy in ("drop", "keep"):
            found = await fitted(counter, told, WINDOW - ROOM, policy, frame)
            assert found, "a window of 200 tokens holds a question"
            kept, messages = found
            answer = await subject.complete(Request(messages=tuple(messages), temperature=0, max_tokens=ROOM))
            turns[policy].append(Turn(kept=tuple(part.tokens > 0 for part in kept), answer=answer.text.strip()))
    *blocks, question = [Block(role=one.role, text=one.text, tokens=one.tokens + frame.each) for one in told]
    data = Data(blocks=tuple(blocks), question=question, turns={policy: tuple(some) for policy, some in turns.items()})
    return Recorded(data, f"temperature 0, a window of {WINDOW} tokens, {ROOM} of them kept for the answer", 2 * TURNS)
