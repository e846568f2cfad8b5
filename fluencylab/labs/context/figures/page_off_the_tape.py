"""Pull a page off the tape: the model no longer reads it, and answers all the same.

without the page “Locker”, the locker is “number 58”: that of the manager's room
"""

import re

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.strip import stack, text
from fluencylab.figures.tape import Page, Tone, tape
from fluencylab.figures.words import dial, strong
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.models.types import Message, Model, Request

SYSTEM = "You answer guests of a small hotel."
PAGES = {
    "Locker": "My locker is number 36.",
    "Breakfast": "Breakfast is served from seven to ten in the room on the ground floor.",
    "Towels": "Towels for the beach lie in the basket beside the stairs.",
    "Beach": "The beach is a short walk away. Follow the path behind the church.",
    "Manager": "The room of the manager is number 58.",
}
QUESTIONS = {"What is the number of my locker?": ("Locker", "36"), "What is the number of the manager's room?": ("Manager", "58")}
ROOM = 24


class Block(BaseModel):
    label: str
    text: str
    tokens: int


class Asked(BaseModel):
    """`page`: the one that says the `answer`. `answers`: with all pages, then without the first, the second …"""

    question: str
    page: str
    answer: str
    answers: tuple[str, ...]


class Data(BaseModel):
    system: Block
    pages: tuple[Block, ...]
    asked: tuple[Asked, ...]
    window: int


HEAD = ("The page that says it is read", "What the model answers")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("question", "Question", list(range(len(data.asked))), lambda i: data.asked[i].question),
        pick("pulled", "Page pulled off", list(range(len(data.pages) + 1)), lambda i: f"“{data.pages[i - 1].label}”" if i else "none"),
    )


def state(data: Data, question: int, pulled: int) -> State:
    asked = data.asked[question]
    gone = data.pages[pulled - 1].label if pulled else ""
    needed = gone == asked.page
    pages = [Page(data.system.label, data.system.text, data.system.tokens)]
    for i, one in enumerate(data.pages, start=1):
        tone: Tone = "gone" if i == pulled else "mark" if one.label == asked.page else "kept"
        pages.append(Page(one.label, one.text, one.tokens, tone, ("pulled", 0 if i == pulled else i)))
    answer = asked.answers[pulled]
    return State(
        _says(pulled, needed, asked.answer in answer, _taken_from(data.pages, asked, answer)),
        ("no" if needed else "yes", answer),
        stack(tape(pages, data.window, room=ROOM), text(answer, asked.question)),
    )


def _taken_from(pages: tuple[Block, ...], asked: Asked, answer: str) -> str:
    """The other page whose number the answer gives; empty where it gives none of theirs."""
    numbers = set(re.findall(r"\d+", answer))
    return next((one.label for one in pages if one.label != asked.page and numbers & set(re.findall(r"\d+", one.text))), "")


def _says(pulled: int, needed: bool, right: bool, taken: str) -> str:
    page = f"Page pulled off: {dial('pulled')}."
    found = "finds it" if right else "misses it all the same"
    if not pulled:
        return f"{page} The model reads them all, and {found} on the marked one."
    if needed and right:
        return f"{page} What is asked for is {strong('not there')}. The model guesses, and by luck guesses right."
    if needed and taken:
        return f"{page} The model does not say that something is missing. It {strong(f'takes the number of “{taken}”')}."
    if needed:
        return f"{page} What is asked for is {strong('not fainter, but not there')}. The model does not notice, and makes a number up."
    return f"{page} The marked one is still read, and the model {found}."


async def record(subject: Model) -> Recorded:
    counter = TokenCounter(subject)
    system = Block(label="System prompt", text=SYSTEM, tokens=(await counter.cut(SYSTEM)).tokens)
    pages = [Block(label=label, text=words, tokens=(await counter.cut(words)).tokens) for label, words in PAGES.items()]
    asked = []
    for question, (page, said) in QUESTIONS.items():
        answers = [
            await _answer(subject, [one.text for i, one in enumerate(pages, start=1) if i != pulled], question)
            for pulled in range(len(pages) + 1)
        ]
        asked.append(Asked(question=question, page=page, answer=said, answers=tuple(answers)))
    window = system.tokens + sum(one.tokens for one in pages) + ROOM
    settings = f"temperature 0, one line of at most {ROOM} tokens; the question and the chat's frame are not counted on the tape"
    return Recorded(Data(system=system, pages=tuple(pages), asked=tuple(asked), window=window), settings, len(asked) * (len(pages) + 1))


async def _answer(subject: Model, pages: list[str], question: str) -> str:
    messages = (Message(role="system", content=SYSTEM), Message(role="user", content="\n".join([*pages, "", question])))
    return (await subject.complete(Request(messages=messages, temperature=0, max_tokens=ROOM, stop=("\n",)))).text.strip()
