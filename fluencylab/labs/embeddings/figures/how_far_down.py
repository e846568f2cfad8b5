"""Drag how many results are read, and choose the kind of question: which search has found the right document by then?

exact names: keyword 20 of 20 at once; other words for it: semantic search is ahead
"""

from collections.abc import Sequence

from pydantic import BaseModel

from fluencylab.figures.bars import rate_of, rates
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.words import dial, strong
from fluencylab.labs.embeddings import searching
from fluencylab.labs.embeddings.params import METHODS, Params
from fluencylab.models.embedder import Own, own_card
from fluencylab.models.types import Model

KINDS = {
    "same words": "in the document’s own words",
    "reworded": "in other words",
    "exact": "with a number or a name",
    "negation": "with a “not” in it",
}


class Question(BaseModel):
    """`ranks`: by each method the place of the first document that answers; None where it is not among the first ten."""

    kind: str
    ranks: dict[str, int | None]


class Data(BaseModel):
    questions: tuple[Question, ...]


HEAD = tuple(f"Found by {method} search" for method in METHODS)


def controls(data: Data) -> tuple[Control, ...]:
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in data.questions)]
    return (
        pick("kind", "Questions asked", kinds, KINDS.__getitem__, first=1),
        slide("read", "Results read", range(1, searching.DEEP + 1), unit="results"),
    )


def state(data: Data, kind: str, read: int) -> State:
    some = [one for one in data.questions if one.kind == kind]
    found = {method: sum((one.ranks[method] or searching.DEEP + 1) <= read for one in some) for method in METHODS}
    most = max(found.values())
    ahead = [method for method in METHODS if found[method] == most]
    drawn = [rate_of(f"{method} search", found[method], len(some), stands_out=method in ahead) for method in METHODS]
    return State(
        says=f"Asked {dial('kind')}, and with {dial('read')} read: {_ahead(ahead)}, with {strong(f'{most} of {len(some)}')} answers found.",
        row=tuple(f"{found[method]} of {len(some)}" for method in METHODS),
        picture=rates(drawn),
    )


def _ahead(ahead: Sequence[str]) -> str:
    if len(ahead) == len(METHODS):
        return "all three are level"
    if len(ahead) == 1:
        return f"{ahead[0]} search is ahead"
    return f"{ahead[0]} and {ahead[1]} search are ahead"


async def record(subject: Model) -> Recorded:
    params = Params(parts=("search",))
    encode = await Own(own_card()).ready(searching.texts(params))
    built = searching.indexes(params, encode)
    asked = searching.rows(searching.ask(params, built, number) for number in range(len(params.asked)))
    questions = tuple(Question(kind=one.kind, ranks=one.ranks) for one in asked if one.answers and one.kind in KINDS)
    settings = f"to a help centre of {len(params.corpus)} articles, one vector for an article"
    return Recorded(Data(questions=questions), settings, len(questions), own_card(), "questions")
