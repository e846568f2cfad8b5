"""Drag how many passages are fetched and how many tokens there is room for: which answers reach the model at all.

five passages in 40 tokens: found for 15 of 16 questions, and cut off before the model in five of them
"""

from pydantic import BaseModel

from fluencylab.figures.bars import rate_of, rates
from fluencylab.figures.figure import Control, Recorded, State, slide
from fluencylab.figures.words import dial, strong
from fluencylab.instruments import helpcentre
from fluencylab.instruments.chunk_index import shelf
from fluencylab.instruments.chunks import Chunk
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.labs.retrieval import failure_stage, passages
from fluencylab.labs.retrieval.questions import bundled
from fluencylab.models.embedder import Own, own_card
from fluencylab.models.types import Model

SIZE = 40
MOST = 6
BUDGETS = (40, 80, 120, 160, 240, 320)


class Asked(BaseModel):
    """`at`: the place of the first passage that holds the answer, from 1; None where it is not among the first six. `room`: the smallest of
    BUDGETS in which what is given of it still holds the answer; None where it needs more."""

    at: int | None
    room: int | None


class Data(BaseModel):
    asked: tuple[Asked, ...]


HEAD = ("Found", "Reached the model")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        slide("passages", "Passages fetched", range(1, MOST + 1), unit="passages", first=2),
        slide("room", "Room for them", BUDGETS, unit="tokens", first=1),
    )


def state(data: Data, passages: int, room: int) -> State:
    n = len(data.asked)
    found = [one for one in data.asked if one.at is not None and one.at <= passages]
    reached = sum(one.room is not None and one.room <= room for one in found)
    rows = [("found", len(found)), ("reached the model", reached)]
    drawn = [rate_of(name, hits, n, stands_out=name != "found") for name, hits in rows]
    return State(
        says=f"Fetch {dial('passages')}, with room for {dial('room')} tokens: the answer is found for {len(found)} of {n} questions, "
        f"and {strong(f'reaches the model for {reached}')}. {_means(len(found) - reached)}",
        row=(f"{len(found)} of {n}", f"{reached} of {n}"),
        picture=rates(drawn),
    )


def _means(lost: int) -> str:
    if not lost:
        return "Nothing that was found is lost on the way."
    return f"{lost} {'were' if lost > 1 else 'was'} found and cut off on the way."


async def record(subject: Model) -> Recorded:
    documents = helpcentre.documents()
    titles = {one.id: one.title for one in documents}
    read = failure_stage.read(documents)
    at = shelf(documents, await Own(own_card()).ready([]), SIZE)
    counter = TokenCounter(subject)
    asked = []
    for question in (one for one in bundled() if one.answers):
        held = failure_stage.evidence(question, read)
        hits = at.search(question.ask, MOST)
        found = [(chunk, score, titles[chunk.document]) for chunk, score in hits]
        place = next((i for i, chunk in enumerate(one for one, _ in hits) if failure_stage.holds(*_place(chunk), question, held)), None)
        room = None
        for budget in BUDGETS if place is not None else ():
            given = (await passages.fit(counter, found, budget, True))[place or 0]
            if failure_stage.holds(given.chunk.document, given.chunk.start, given.end, question, held):
                room = budget
                break
        asked.append(Asked(at=None if place is None else place + 1, room=room))
    settings = f"to {len(documents)} articles, pieces of at most {SIZE} words, hybrid search; tokens of SmolLM2-135M"
    return Recorded(Data(asked=tuple(asked)), settings, len(asked), own_card(), "questions")


def _place(chunk: Chunk) -> tuple[str, int, int]:
    return chunk.document, chunk.start, chunk.end
